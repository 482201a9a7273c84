"""Change sets: what would happen to the stack, seen before it does."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from botocore.exceptions import ClientError

from cyclorama.aws.deploy.telling import Change
from cyclorama.aws_failures import code_of, words_of
from cyclorama.errors import InvalidRequest, Unavailable

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from cyclorama.aws.deploy.cloud import Cloud
    from cyclorama.aws.deploy.names import Names

PREFIX = "cyclorama-"  # of what our change sets are called
LOOK_S = 1.0
MOST_LOOKS = 300
NOTHING = ("didn't contain changes", "No updates are to be performed")
# Somebody else was faster: the stack moves by now, or the change set is not good any more.
OVERTAKEN = {"InvalidChangeSetStatus", "InvalidChangeSetStatusException", "ChangeSetNotFound"}


@dataclass(frozen=True)
class Proposal:
    """A change set that can be executed."""

    id: str
    stack_id: str
    changes: Sequence[Change]


def describe(cloud: Cloud, template: str) -> Mapping[str, str | None]:
    """Return the parameters of a template with their defaults.

    Raises:
        InvalidRequest: CloudFormation does not take the template.
    """
    with cloud.stacks.asking("the template") as client:
        try:
            summary = client.get_template_summary(TemplateBody=template)
        except ClientError as error:
            raise _not_taken(error) or error from error
        return {each["ParameterKey"]: each.get("DefaultValue") for each in summary["Parameters"]}


def propose(
    cloud: Cloud, names: Names, template: str, parameters: Mapping[str, str | None], *, new: bool
) -> Proposal | None:
    """Make a change set and return what it would do; None if it would do nothing.

    Args:
        cloud: the account.
        names: of the studio's parts.
        template: the stack as it shall be.
        parameters: by name; None keeps the value that the stack has.
        new: whether there is no stack yet.

    Raises:
        InvalidRequest: CloudFormation does not take the template or a parameter.
        Unavailable: the change set does not come to an end, or not to a good one.
    """
    with cloud.stacks.asking(f"the stack {names.stack}") as client:
        made: Any
        name = f"{PREFIX}{uuid.uuid4().hex}"
        try:
            made = client.create_change_set(
                StackName=names.stack,
                ChangeSetName=name,
                ClientToken=name,
                ChangeSetType="CREATE" if new else "UPDATE",
                TemplateBody=template,
                Parameters=[
                    {"ParameterKey": name, "UsePreviousValue": True}
                    if value is None
                    else {"ParameterKey": name, "ParameterValue": value}
                    for name, value in parameters.items()
                ],
                Capabilities=["CAPABILITY_NAMED_IAM"],
                Tags=names.tag_list,
            )
        except ClientError as error:
            raise _not_taken(error) or error from error
    for _ in range(MOST_LOOKS):
        status, reason, changes = cloud.patiently(lambda: _look(cloud, names, made["Id"]))
        if status == "CREATE_COMPLETE":
            return Proposal(made["Id"], made["StackId"], changes)
        if status == "FAILED":
            _delete(cloud, names, made["Id"])
            if any(words in reason for words in NOTHING):
                return None
            raise Unavailable(
                f"CloudFormation cannot tell what would change in the stack {names.stack}. Mend that and run "
                f"`up` again. Amazon says: {reason}"
            )
        cloud.pause(LOOK_S)
    raise Unavailable(
        f"CloudFormation has not told for minutes what would change in the stack {names.stack}. "
        "Run `up` again."
    )


def execute(cloud: Cloud, names: Names, proposal: Proposal) -> bool:
    """Begin to do what was proposed; False if somebody else has changed the stack meanwhile."""
    with cloud.stacks.asking(f"the stack {names.stack}") as client:
        try:
            client.execute_change_set(ChangeSetName=proposal.id)
        except ClientError as error:
            moved = code_of(error) == "ValidationError" and "state" in words_of(error)
            if code_of(error) in OVERTAKEN or moved:
                return False
            raise
    return True


def withdraw(cloud: Cloud, names: Names, proposal: Proposal, *, new: bool) -> None:
    """Take back what was proposed, and the empty stack that came of it if there was none."""
    _delete(cloud, names, proposal.id)
    if new:
        with cloud.stacks.asking(f"the stack {names.stack}") as client:
            client.delete_stack(StackName=proposal.stack_id)


def _look(cloud: Cloud, names: Names, change_set: str) -> tuple[str, str, list[Change]]:
    changes: list[Change] = []
    more: dict[str, Any] = {}
    with cloud.stacks.asking(f"the stack {names.stack}") as client:
        while True:
            page = client.describe_change_set(ChangeSetName=change_set, **more)
            for each in page.get("Changes", []):
                change = each.get("ResourceChange", {})
                changes.append(
                    Change(
                        change.get("Action", "Modify"),
                        change.get("LogicalResourceId", ""),
                        change.get("ResourceType", ""),
                        change.get("Replacement") == "True",
                    )
                )
            if not page.get("NextToken"):
                return page["Status"], page.get("StatusReason", ""), changes
            more = {"NextToken": page["NextToken"]}


def _delete(cloud: Cloud, names: Names, change_set: str) -> None:
    with cloud.stacks.asking(f"the stack {names.stack}") as client:
        client.delete_change_set(ChangeSetName=change_set)


def _not_taken(error: ClientError) -> InvalidRequest | None:
    """Say what is wrong with the template or its parameters, if that is what Amazon says."""
    if code_of(error) != "ValidationError" or "state" in words_of(error):
        return None
    return InvalidRequest(
        "CloudFormation does not take what the studio is described by. Check the flags of `up`. "
        f"Amazon says: {words_of(error)}"
    )
