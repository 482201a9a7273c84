"""The CloudFormation stack: how it is, what happens to it, and how to wait until it rests."""

from __future__ import annotations

import itertools
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from botocore.exceptions import ClientError

from cyclorama.aws.deploy.telling import Happening
from cyclorama.aws_failures import code_of, words_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from types_boto3_cloudformation.type_defs import StackEventTypeDef

    from cyclorama.aws.deploy.cloud import Cloud
    from cyclorama.aws.deploy.telling import Teller

LOOK_S = 2.0
LATE_LOOKS = 5
STACK = "AWS::CloudFormation::Stack"
REVIEW = "REVIEW_IN_PROGRESS"  # a change set was made for a stack that is not there yet
GONE = "DELETE_COMPLETE"
# How an operation begins, among the events of the stack itself.
BEGINNINGS = {"CREATE_IN_PROGRESS", "UPDATE_IN_PROGRESS", "DELETE_IN_PROGRESS"}
BY_USER = "User Initiated"


@dataclass(frozen=True)
class Stack:
    """A stack at one moment."""

    id: str
    status: str
    reason: str
    parameters: Mapping[str, str]
    outputs: Mapping[str, str]
    tags: Mapping[str, str]

    @property
    def moving(self) -> bool:
        """Whether something is happening to it."""
        return self.status.endswith("_IN_PROGRESS") and self.status != REVIEW

    @property
    def well(self) -> bool:
        """Whether the last operation came to a good end."""
        return self.status in {"CREATE_COMPLETE", "UPDATE_COMPLETE", "IMPORT_COMPLETE", GONE}


@dataclass(frozen=True)
class Resource:
    """A resource of a stack: its name in the template, and its own."""

    name: str
    kind: str
    id: str
    status: str


def look(cloud: Cloud, name: str) -> Stack | None:
    """Return the stack of that name or id, or None; one that is deleted is found by its id alone."""
    with cloud.stacks.asking(f"the stack {_short(name)}") as client:
        try:
            found = client.describe_stacks(StackName=name)["Stacks"][0]
        except ClientError as error:
            if _unknown(error):
                return None
            raise
        return Stack(
            found["StackId"],
            found["StackStatus"],
            found.get("StackStatusReason", ""),
            {each["ParameterKey"]: each.get("ParameterValue", "") for each in found.get("Parameters", [])},
            {each["OutputKey"]: each["OutputValue"] for each in found.get("Outputs", [])},
            {each["Key"]: each["Value"] for each in found.get("Tags", [])},
        )


def resources(cloud: Cloud, stack_id: str) -> list[Resource]:
    """Return what belongs to a stack, or did while it was there."""
    with cloud.stacks.asking(f"the stack {_short(stack_id)}") as client:
        pages = client.get_paginator("list_stack_resources").paginate(StackName=stack_id)
        return [
            Resource(
                each["LogicalResourceId"],
                each["ResourceType"],
                each.get("PhysicalResourceId", ""),
                each["ResourceStatus"],
            )
            for page in pages
            for each in page["StackResourceSummaries"]
        ]


def delete(cloud: Cloud, stack: Stack) -> None:
    """Begin to delete a stack."""
    with cloud.stacks.asking(f"the stack {_short(stack.id)}") as client:
        client.delete_stack(StackName=stack.id)


def follow(cloud: Cloud, stack_id: str, teller: Teller, total: int | None = None, before: str = "") -> Stack:
    """Tell what happens to a stack until it rests, and return it as it is then.

    Args:
        cloud: the account.
        stack_id: the stack.
        teller: is told.
        total: how many resources change, if that is known.
        before: how the stack was when something was just begun with it, which it may still seem to be.
    """
    told: set[str] = set()
    for looks in itertools.count(1):
        # Looked at first: what is told after it is all that led to it.
        now = cloud.patiently(lambda: look(cloud, stack_id))
        for event in cloud.patiently(lambda: operation(cloud, stack_id)):
            if event.id not in told:
                told.add(event.id)
                teller.happened(event, total)
        begun = now is None or now.status != before or looks > LATE_LOOKS
        if begun and (now is None or not now.moving):
            return now or Stack(stack_id, GONE, "", {}, {}, {})
        cloud.pause(LOOK_S)
    raise AssertionError("it is looked at until it rests")


def operation(cloud: Cloud, stack_id: str) -> list[Happening]:
    """Return the events of what was last done to a stack, oldest first."""
    events: list[Happening] = []
    with cloud.stacks.asking(f"the stack {_short(stack_id)}") as client:
        more: dict[str, Any] = {}
        while True:
            try:
                page = client.describe_stack_events(StackName=stack_id, **more)
            except ClientError as error:
                if _unknown(error):
                    return []
                raise
            for each in page["StackEvents"]:
                event = _happening(each)
                if event.status == REVIEW:  # the proposal to make the stack, which is no part of making it
                    return events[::-1]
                events.append(event)
                if (
                    event.kind == STACK
                    and each.get("PhysicalResourceId") == each["StackId"]
                    and (event.status in BEGINNINGS or event.reason == BY_USER)
                ):
                    return events[::-1]
            if not page.get("NextToken"):
                return events[::-1]
            more = {"NextToken": page["NextToken"]}


def _happening(event: StackEventTypeDef) -> Happening:
    return Happening(
        event["EventId"],
        event["Timestamp"],
        event.get("LogicalResourceId", ""),
        event.get("ResourceType", ""),
        event.get("ResourceStatus", ""),
        event.get("ResourceStatusReason", ""),
    )


def _unknown(error: ClientError) -> bool:
    return code_of(error) == "ValidationError" and "does not exist" in words_of(error)


def _short(name: str) -> str:
    """Return the name in the id of a stack: arn:aws:cloudformation:REGION:ACCOUNT:stack/NAME/UUID."""
    return name.split("/")[1] if "/" in name else name
