"""What a CloudFormation template comes to: its intrinsic functions, conditions and parameters worked out.

Only what a template says is known. What services make up as they create a resource (an ARN, a domain) is
given by whoever asks, or is a plausible name.
"""

from __future__ import annotations

import base64
import json
import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, cast

import yaml

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

REMOVED: Any = object()
"""What `AWS::NoValue` stands for."""


class _Loader(yaml.SafeLoader):
    """YAML with CloudFormation's short forms, which become the long ones."""


def _short(loader: _Loader, tag: str, node: yaml.Node) -> dict[str, Any]:
    value: Any
    if isinstance(node, yaml.ScalarNode):
        value = loader.construct_scalar(node)
    elif isinstance(node, yaml.SequenceNode):
        value = loader.construct_sequence(node, deep=True)
    else:
        value = loader.construct_mapping(cast("yaml.MappingNode", node), deep=True)
    if tag == "GetAtt" and isinstance(value, str):
        value = value.split(".", 1)
    return {tag if tag in {"Ref", "Condition"} else f"Fn::{tag}": value}


_Loader.add_multi_constructor("!", _short)


def load(template: str) -> dict[str, Any]:
    """Read a template, its short forms (`!Ref x`) as long ones."""
    # a subclass of the safe loader
    return cast("dict[str, Any]", yaml.load(template, _Loader))  # noqa: S506


@dataclass
class Stack:
    """A template with parameters.

    Args:
        template: as `load` gives it.
        given: parameters, all of them strings; the others have their defaults.
        unchecked: parameters that may be what the template does not allow.
        region, account, name: of the stack.
        made: what resources are once they are there: by `LogicalId` what `Ref` gives, by
            `LogicalId.Attribute` what `GetAtt` gives.
    """

    template: dict[str, Any]
    given: Mapping[str, str] = field(default_factory=dict)
    unchecked: tuple[str, ...] = ()
    region: str = "us-west-2"
    account: str = "123456789012"
    name: str = "cyclorama"
    made: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        known = self.template.get("Parameters", {})
        assert not (unknown := set(self.given) - set(known)), f"The template has no parameters {unknown}"
        missing = {name for name, about in known.items() if "Default" not in about} - set(self.given)
        assert not missing, f"The parameters {missing} have no defaults"
        for name in set(known) - set(self.unchecked):
            value = self.value({"Ref": name})
            for part in value if isinstance(value, list) else [value]:
                pattern, values = known[name].get("AllowedPattern"), known[name].get("AllowedValues")
                assert pattern is None or re.fullmatch(pattern, part), f"{name} is {part!r}, not {pattern}"
                assert values is None or part in map(str, values), f"{name} is {part!r}, none of {values}"

    def resources(self, type_: str) -> dict[str, dict[str, Any]]:
        """Return the properties of all resources of this type that there are, by logical id."""
        return {
            name: self.value(about.get("Properties", {}))
            for name, about in self.template["Resources"].items()
            if about["Type"] == type_ and self.exists(name)
        }

    def only(self, type_: str) -> tuple[str, dict[str, Any]]:
        """Return the logical id and the properties of the one resource of this type."""
        (found,) = self.resources(type_).items()
        return found

    def exists(self, name: str) -> bool:
        """Whether the resource's condition holds."""
        condition = self.template["Resources"][name].get("Condition")
        return condition is None or self.holds(condition)

    def holds(self, condition: str) -> bool:
        """Whether a named condition holds."""
        return bool(self.value(self.template["Conditions"][condition]))

    @property
    def outputs(self) -> dict[str, str]:
        """What the stack tells."""
        return {
            name: self.value(about["Value"])
            for name, about in self.template.get("Outputs", {}).items()
            if "Condition" not in about or self.holds(about["Condition"])
        }

    def value(self, written: Any) -> Any:
        """Return what stands in a template, worked out."""
        if isinstance(written, list):
            return [part for part in map(self.value, written) if part is not REMOVED]
        if not isinstance(written, dict):
            return written
        if len(written) == 1:
            ((name, argument),) = written.items()
            if function := self._functions.get(name):
                return function(argument)
        valued = {name: self.value(part) for name, part in written.items()}
        return {name: part for name, part in valued.items() if part is not REMOVED}

    @property
    def _functions(self) -> dict[str, Callable[[Any], Any]]:
        return {
            "Ref": self._ref,
            "Condition": self._condition,
            "Fn::And": lambda of: all(map(self.value, of)),
            "Fn::Base64": lambda of: base64.b64encode(self.value(of).encode()).decode(),
            "Fn::Contains": lambda of: self.value(of[1]) in self.value(of[0]),
            "Fn::Equals": lambda of: self.value(of[0]) == self.value(of[1]),
            "Fn::FindInMap": self._find,
            "Fn::GetAtt": self._attribute,
            "Fn::If": lambda of: self.value(of[1] if self.holds(of[0]) else of[2]),
            "Fn::Join": lambda of: self.value(of[0]).join(self.value(of[1])),
            "Fn::Not": lambda of: not self.value(of[0]),
            "Fn::Or": lambda of: any(map(self.value, of)),
            "Fn::Select": lambda of: self.value(of[1])[int(self.value(of[0]))],
            "Fn::Split": lambda of: self.value(of[1]).split(of[0]),
            "Fn::Sub": self._substitute,
            "Fn::ToJsonString": lambda of: json.dumps(self.value(of)),
        }

    def _condition(self, name: Any) -> Any:
        # a resource's or a policy statement's `Condition` is none of ours
        return self.holds(name) if isinstance(name, str) else {"Condition": self.value(name)}

    def _ref(self, name: str) -> Any:
        pseudo = {
            "AWS::AccountId": self.account,
            "AWS::NoValue": REMOVED,
            "AWS::Partition": "aws",
            "AWS::Region": self.region,
            "AWS::StackId": f"arn:aws:cloudformation:{self.region}:{self.account}:stack/{self.name}/1",
            "AWS::StackName": self.name,
            "AWS::URLSuffix": "amazonaws.com",
        }
        if name in pseudo:
            return pseudo[name]
        if about := self.template.get("Parameters", {}).get(name):
            given = self.given.get(name, about.get("Default"))
            if about["Type"] == "CommaDelimitedList":
                return [part.strip() for part in str(given).split(",")]
            return str(given)
        if name in self.made:
            return self.made[name]
        about = self.template["Resources"][name]
        assert self.exists(name), f"{name} is not there"
        named = {
            "AWS::IAM::Role": "RoleName",
            "AWS::Lambda::Function": "FunctionName",
            "AWS::Logs::LogGroup": "LogGroupName",
            "AWS::S3::Bucket": "BucketName",
        }.get(about["Type"], "")
        return self.value(about.get("Properties", {}).get(named, f"{self.name}-{name}".lower()))

    def _attribute(self, of: Any) -> Any:
        name, attribute = of.split(".", 1) if isinstance(of, str) else of
        if (written := f"{name}.{attribute}") in self.made:
            return self.made[written]
        id_, type_ = self._ref(name), self.template["Resources"][name]["Type"]
        match type_, attribute:
            case "AWS::S3::Bucket", "Arn":
                return f"arn:aws:s3:::{id_}"
            case "AWS::S3::Bucket", "RegionalDomainName":
                return f"{id_}.s3.{self.region}.amazonaws.com"
            case "AWS::ApiGatewayV2::Api", "ApiEndpoint":
                return f"https://{id_}.execute-api.{self.region}.amazonaws.com"
            case _, "Arn":
                kind = {"AWS::Lambda::Function": "function:", "AWS::IAM::Role": "role/"}.get(type_, "")
                service = type_.split("::")[1].lower()
                region = "" if service == "iam" else self.region
                return f"arn:aws:{service}:{region}:{self.account}:{kind}{id_}"
        return f"{id_}.{attribute}".lower()

    def _find(self, of: list[Any]) -> Any:
        table, first, second = (self.value(part) for part in of[:3])
        return self.value(self.template["Mappings"][table][first][second])

    def _substitute(self, of: Any) -> str:
        text, own = (of, {}) if isinstance(of, str) else of

        def put(found: re.Match[str]) -> str:
            name = found[1]
            if name.startswith("!"):
                return f"${{{name[1:]}}}"
            if name in own:
                return str(self.value(own[name]))
            return str(self._attribute(name) if "." in name else self._ref(name))

        return re.sub(r"\$\{([^}]+)\}", put, text)
