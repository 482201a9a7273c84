"""What functions may do by the roles that a template gives them, and what they did."""

from __future__ import annotations

import fnmatch
import hashlib
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable

    from tests.fakes.aws import Request
    from tests.fakes.stack import Stack


@dataclass(frozen=True)
class Act:
    """One action of somebody, such as `s3:GetObject`, of a resource."""

    who: str
    """The id of the access key with which the request was signed."""
    action: str
    resource: str


def key_of(function: str) -> str:
    """Return the access key's id that a function of this name has."""
    return f"ASIA{hashlib.sha256(function.encode()).hexdigest()[:16].upper()}"


def key_id(authorization: str) -> str:
    """Return the access key's id that stands in this header."""
    found = re.search(r"Credential=(\w+)/", authorization)
    return found[1] if found else ""


def acts(requests: Iterable[Request], service: str, resources: tuple[str, ...], arn: str = "") -> list[Act]:
    """Return what requests to a fake came to.

    Args:
        requests: as the fake keeps them.
        service: as IAM calls it.
        resources: the members that name the resource, the first that there is.
        arn: what stands before the name, where it is not an ARN already.
    """
    found = []
    for request in requests:
        name = next((request.params[each] for each in resources if each in request.params), "*")
        resource = name if name.startswith("arn:") or name == "*" else arn + name
        operation = "InvokeFunction" if request.operation == "Invoke" else request.operation
        found.append(Act(key_id(request.headers["authorization"]), f"{service}:{operation}", resource))
    return found


def allowed(stack: Stack, function: str) -> list[tuple[set[str], list[str]]]:
    """Return what the role of the function with this logical id allows: actions, patterns of resources."""
    about = stack.resources("AWS::Lambda::Function")[function]
    (role,) = (
        each
        for name, each in stack.resources("AWS::IAM::Role").items()
        if stack.value({"Fn::GetAtt": f"{name}.Arn"}) == about["Role"]
    )
    return [
        (set(_listed(statement["Action"])), _listed(statement["Resource"]))
        for policy in role["Policies"]
        for statement in policy["PolicyDocument"]["Statement"]
        if statement["Effect"] == "Allow"
    ]


def refused(stack: Stack, function: str, done: Iterable[Act]) -> set[tuple[str, str]]:
    """Return what a function did, of `done`, that its role does not allow."""
    may = allowed(stack, function)
    mine = key_of(stack.value({"Ref": function}))
    return {
        (act.action, act.resource)
        for act in done
        if act.who == mine
        and not any(
            act.action in actions and any(fnmatch.fnmatchcase(act.resource, each) for each in resources)
            for actions, resources in may
        )
    }


def _listed(value: Any) -> list[str]:
    return value if isinstance(value, list) else [value]
