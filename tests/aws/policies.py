"""What a template allows to whom, and where it allows more than it names.

A policy may have a wildcard only for a reason that stands beside it, in its resource's `Metadata`:

    Metadata:
      Wildcards:
        ${Bucket.Arn}/public/*: Whatever lies there is public.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator

Template = dict[str, Any]

LEAST_REASON = 20
"""Characters of a reason; fewer say nothing."""


@dataclass(frozen=True)
class Allowed:
    """One statement of a policy; names as they stand in the template, `${Bucket.Arn}/*`."""

    owner: str
    """The resource that has the policy."""
    actions: tuple[str, ...]
    resources: tuple[str, ...]
    principals: tuple[str, ...]
    """Empty in the policy of a role, which is for the role itself."""


def complaints(template: Template) -> Iterator[str]:
    """Say where a template allows more than it names, or gives a reason for what is not there."""
    needed: dict[str, set[str]] = {}
    for each in allowed(template):
        if "*" in each.principals:
            yield f"{each.owner}: everybody is allowed {', '.join(each.actions)}"
        needed.setdefault(each.owner, set()).update(
            text for text in (*each.actions, *each.resources) if is_wild(template, text)
        )
    for name, about in template["Resources"].items():
        properties = about.get("Properties", {})
        yield from _exceptions(name, properties)
        if properties.get("ManagedPolicyArns"):
            yield f"{name}: a policy of somebody else's says what is allowed"
        if about["Type"] == "AWS::Lambda::Permission":
            if "SourceArn" not in properties:
                yield f"{name}: any account's resources may call the function"
            else:
                needed[name] = {text for text in texts(properties["SourceArn"]) if is_wild(template, text)}
        reasons = about.get("Metadata", {}).get("Wildcards", {})
        wild = needed.get(name, set())
        for text in sorted(wild):
            if len(reasons.get(text, "")) < LEAST_REASON:
                yield f"{name}: nobody says why it is {text}"
        for text in sorted(set(reasons) - wild):
            yield f"{name}: there is no {text}, which it gives a reason for"


def allowed(template: Template) -> Iterator[Allowed]:
    """Return all statements of all policies that allow something, but those of who may take on a role."""
    for name, about in template["Resources"].items():
        properties = about.get("Properties", {})
        documents = [properties["PolicyDocument"]] if "PolicyDocument" in properties else []
        if about["Type"].startswith("AWS::IAM::"):
            documents += [each["PolicyDocument"] for each in properties.get("Policies", ())]
        for document in documents:
            for statement in _options(document["Statement"]):
                if statement["Effect"] == "Allow":
                    yield Allowed(
                        name,
                        tuple(text for each in _options(statement.get("Action", [])) for text in texts(each)),
                        tuple(
                            text for each in _options(statement.get("Resource", [])) for text in texts(each)
                        ),
                        tuple(_principals(statement.get("Principal", {}))),
                    )


def is_wild(template: Template, text: str) -> bool:
    """Whether a name stands for more than one thing; CloudFormation's ARN of a log group ends with `:*`."""
    log_groups = {
        f"${{{name}.Arn}}"
        for name, about in template["Resources"].items()
        if about["Type"] == "AWS::Logs::LogGroup"
    }
    return "*" in text or "?" in text or text in log_groups


def texts(written: Any) -> Iterator[str]:
    """Return what a value can be, with `${…}` for what only CloudFormation knows."""
    match written:
        case str():
            yield written
        case {"Ref": "AWS::NoValue"}:
            pass
        case {"Ref": str(name)}:
            yield f"${{{name}}}"
        case {"Fn::GetAtt": [name, attribute]}:
            yield f"${{{name}.{attribute}}}"
        case {"Fn::Sub": str(text)} | {"Fn::Sub": [str(text), _]}:
            yield text
        case {"Fn::If": [_, one, other]}:
            yield from texts(one)
            yield from texts(other)
        case _:
            raise AssertionError(f"It cannot be seen what this names: {written}")


def _options(written: Any) -> list[Any]:
    """Return the members of a list, or of what stands for one, whatever conditions hold."""
    if isinstance(written, list):
        return [member for each in written for member in _options(each)]
    if isinstance(written, dict) and "Fn::If" in written:
        return [member for each in written["Fn::If"][1:] for member in _options(each)]
    return [] if written == {"Ref": "AWS::NoValue"} else [written]


def _principals(written: Any) -> Iterator[str]:
    if isinstance(written, str):
        yield written
        return
    for each in written.values():
        yield from (text for option in _options(each) for text in texts(option))


def _exceptions(name: str, written: Any) -> Iterator[str]:
    """Say where a statement allows all but what it names."""
    if isinstance(written, dict):
        if written.get("Effect") == "Allow":
            for word in sorted({"NotAction", "NotResource", "NotPrincipal"} & set(written)):
                yield f"{name}: it allows all but some ({word})"
        for part in written.values():
            yield from _exceptions(name, part)
    elif isinstance(written, list):
        for part in written:
            yield from _exceptions(name, part)
