"""Templates as CloudFormation reads them: YAML with its own tags, parameters, conditions and functions."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import yaml

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

NOTHING = object()
REFERENCE = re.compile(r"\$\{([^!}][^}]*)\}")


class Loader(yaml.SafeLoader):
    """Knows the short forms of functions."""


def _function(loader: Loader, suffix: str, node: yaml.Node) -> Any:
    value: Any
    if isinstance(node, yaml.ScalarNode):
        value = loader.construct_scalar(node)
    elif isinstance(node, yaml.SequenceNode):
        value = loader.construct_sequence(node, deep=True)
    else:
        assert isinstance(node, yaml.MappingNode)
        value = loader.construct_mapping(node, deep=True)
    if suffix == "GetAtt" and isinstance(value, str):
        value = value.split(".", 1)
    return {suffix if suffix in {"Ref", "Condition"} else f"Fn::{suffix}": value}


Loader.add_multi_constructor("!", _function)


def load(text: str) -> dict[str, Any]:
    """Read a template."""
    read: dict[str, Any] = yaml.load(text, Loader)  # noqa: S506 # a safe loader, with more tags
    return read


@dataclass(frozen=True)
class Values:
    """What functions come to.

    Attributes:
        template: as it was read.
        parameters: their values.
        pseudo: AWS::Region and the like.
        ref, attribute: what a resource, and an attribute of it, come to.
    """

    template: dict[str, Any]
    parameters: Mapping[str, str]
    pseudo: Mapping[str, str]
    ref: Callable[[str], str]
    attribute: Callable[[str, str], str]

    def there(self, part: Mapping[str, Any]) -> bool:
        """Whether a resource or an output is there by its condition."""
        return "Condition" not in part or self.condition(part["Condition"])

    def condition(self, name: str) -> bool:
        """Return what a condition comes to."""
        return bool(self.of(self.template["Conditions"][name]))

    def of(self, value: Any) -> Any:
        """Return what `value` comes to."""
        if isinstance(value, list):
            return [each for each in map(self.of, value) if each is not NOTHING]
        if not isinstance(value, dict):
            return value
        if len(value) == 1:
            ((name, argument),) = value.items()
            if name in {"Ref", "Condition"} and isinstance(argument, str):
                return self._ref(argument) if name == "Ref" else self.condition(argument)
            if name.startswith("Fn::"):
                return self._call(name.removeprefix("Fn::"), argument)
        parts = {name: self.of(part) for name, part in value.items()}
        return {name: part for name, part in parts.items() if part is not NOTHING}

    def _ref(self, name: str) -> Any:
        if name == "AWS::NoValue":
            return NOTHING
        if name in self.pseudo:
            return self.pseudo[name]
        if name in self.parameters:
            value = self.parameters[name]
            if self.template["Parameters"][name]["Type"] == "CommaDelimitedList":
                return [each.strip() for each in value.split(",")]
            return value
        assert name in self.template["Resources"], f"{name} is neither a parameter nor a resource"
        return self.ref(name)

    def _sub(self, text: str, local: Mapping[str, Any]) -> str:
        def one(found: re.Match[str]) -> str:
            name = found[1]
            if name in local:
                return str(self.of(local[name]))
            resource, dot, attribute = name.partition(".")
            return self.attribute(resource, attribute) if dot else str(self._ref(name))

        return REFERENCE.sub(one, text).replace("${!", "${")

    def _call(self, function: str, argument: Any) -> Any:
        match function:
            case "GetAtt":
                return self.attribute(argument[0], argument[1])
            case "Sub":
                text, local = argument if isinstance(argument, list) else (argument, {})
                return self._sub(text, local)
            case "If":
                return self.of(argument[1] if self.condition(argument[0]) else argument[2])
            case "Equals":
                return self.of(argument[0]) == self.of(argument[1])
            case "Not":
                return not self.of(argument[0])
            case "And":
                return all(map(self.of, argument))
            case "Or":
                return any(map(self.of, argument))
            case "Join":
                return str(argument[0]).join(map(str, self.of(argument[1])))
            case "Select":
                return self.of(argument[1])[int(argument[0])]
            case "Split":
                return self.of(argument[1]).split(argument[0])
        raise AssertionError(f"Fn::{function} is not known here")
