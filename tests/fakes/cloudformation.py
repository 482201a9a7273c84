"""AWS CloudFormation on loopback: stacks that take their time, fail when told to, and make real things.

What stacks make is made by a `Maker` (see tests/fakes/things.py). A stack goes on by `pace` steps with each
look at it, so that nothing waits, and every state that a stack passes through can be met.
"""

from __future__ import annotations

import dataclasses
import json
import uuid
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any, Protocol

from tests.fakes.aws import NotTaken, Reply, Request
from tests.fakes.aws_query import QueryOperations, refused
from tests.fakes.aws_server import FakeAws
from tests.fakes.stack import Stack as Worked
from tests.fakes.stack import load

if TYPE_CHECKING:
    from collections.abc import Callable

OPERATIONS = (
    "ContinueUpdateRollback",
    "CreateChangeSet",
    "DeleteChangeSet",
    "DeleteStack",
    "DescribeChangeSet",
    "DescribeStackEvents",
    "DescribeStacks",
    "ExecuteChangeSet",
    "GetTemplateSummary",
    "ListChangeSets",
    "ListStackResources",
    "ListStacks",
)
ACCOUNT = "123456789012"
KIND = "AWS::CloudFormation::Stack"
NO_CHANGES = (
    "The submitted information didn't contain changes. Submit different information to create a change set."
)
UPDATABLE = {
    "CREATE_COMPLETE",
    "UPDATE_COMPLETE",
    "UPDATE_ROLLBACK_COMPLETE",
    "UPDATE_FAILED",
    "IMPORT_COMPLETE",
}
MOST_TEMPLATE = 51_200  # bytes in a request

Steps = Iterator[None]


class Failed(Exception):
    """A resource cannot be made, changed or deleted, for this reason."""


class Maker(Protocol):
    """Makes what a stack consists of."""

    def make(self, stack: str, name: str, kind: str, properties: dict[str, Any]) -> str:
        """Make a resource and return its own name."""

    def attributes(self, kind: str, id_: str) -> dict[str, str]:
        """Return what Fn::GetAtt comes to, where that is no mere name."""

    def delete(self, kind: str, id_: str) -> None:
        """Delete a resource."""


@dataclass
class Part:
    """A resource of a stack."""

    name: str
    kind: str
    status: str
    id: str = ""
    definition: str = ""  # all that it was made by


@dataclass
class ChangeSet:
    id: str
    name: str
    template: dict[str, Any]
    parameters: dict[str, str]
    tags: list[dict[str, str]]
    changes: list[tuple[str, str, str]]  # action, name, kind
    status: str = "CREATE_IN_PROGRESS"
    execution: str = "UNAVAILABLE"
    reason: str = ""


@dataclass
class Stack:
    id: str
    name: str
    status: str = "REVIEW_IN_PROGRESS"
    reason: str = ""
    template: dict[str, Any] = field(default_factory=dict)
    parameters: dict[str, str] = field(default_factory=dict)
    tags: list[dict[str, str]] = field(default_factory=list)
    outputs: dict[str, str] = field(default_factory=dict)
    parts: dict[str, Part] = field(default_factory=dict)
    events: list[dict[str, Any]] = field(default_factory=list)
    change_sets: dict[str, ChangeSet] = field(default_factory=dict)
    steps: Steps = field(default_factory=lambda: iter(()))
    made: datetime = field(default_factory=lambda: datetime.now(UTC))


class FakeCloudFormation(FakeAws):
    """Serves while its context is open, under `endpoint_url`.

    Args:
        maker: makes what stacks consist of.
        region: for which requests must be signed.

    Attributes:
        stacks: all that were ever there, oldest first.
        failing: why resources of these names cannot be made or changed.
        staying: why resources of these names cannot be deleted.
        rollback_fails: whether what an update has done cannot be taken back.
        pace: steps that a stack goes on with each look at it.
        page: how much stands on a page of a list at most.
        before_execution: called before a change set is executed, as if somebody was faster.
    """

    def __init__(self, maker: Maker, region: str = "us-west-2") -> None:
        super().__init__({"cloudformation": OPERATIONS}, region, kind=QueryOperations)
        self.maker = maker
        self.stacks: list[Stack] = []
        self.failing: dict[str, str] = {}
        self.staying: dict[str, str] = {}
        self.rollback_fails = False
        self.pace = 4
        self.page = 20
        self.before_execution: Callable[[], object] | None = None
        self._now = datetime.now(UTC)
        self._answers: dict[str, Callable[[dict[str, Any]], dict[str, Any]]] = {
            "ContinueUpdateRollback": self._continue,
            "CreateChangeSet": self._propose,
            "DeleteChangeSet": self._drop,
            "DeleteStack": self._delete_stack,
            "DescribeChangeSet": self._change_set,
            "DescribeStackEvents": self._events,
            "DescribeStacks": self._describe,
            "ExecuteChangeSet": self._execute,
            "GetTemplateSummary": self._summary,
            "ListChangeSets": lambda asked: {
                "Summaries": [
                    {"ChangeSetName": each.name, "ChangeSetId": each.id, "Status": each.status}
                    for each in self.of(asked["StackName"]).change_sets.values()
                ]
            },
            "ListStackResources": self._resources,
            "ListStacks": self._list,
        }

    def usual(self, request: Request) -> Reply:
        answer = self._answers[request.operation](request.params)
        return self.operations.answer(request.operation, answer)

    def of(self, name: str) -> Stack:
        """Return a stack by its id, or one that is not deleted by its name."""
        for each in reversed(self.stacks):
            if each.id == name or (each.name == name and each.status != "DELETE_COMPLETE"):
                return each
        raise NotTaken(refused("ValidationError", f"Stack with id {name} does not exist"))

    def there(self, name: str) -> bool:
        """Whether there is a stack of that name."""
        return any(each.name == name and each.status != "DELETE_COMPLETE" for each in self.stacks)

    def settle(self, name: str) -> Stack:
        """Let a stack go on until it rests."""
        stack = self.of(name)
        for _ in stack.steps:
            pass
        return stack

    def begin(self, name: str, steps: int) -> Stack:
        """Let a stack go on by so many steps."""
        stack = self.of(name)
        try:
            for _ in range(steps):
                next(stack.steps, None)
        except Exception as error:  # else whoever waits for the stack would do so for ever
            self._move(stack, "CREATE_FAILED", f"The fake is broken: {error!r}")
            raise
        return stack

    # What is asked

    def _describe(self, asked: dict[str, Any]) -> dict[str, Any]:
        stack = self.begin(asked["StackName"], self.pace)
        reviewed = stack.status == "REVIEW_IN_PROGRESS"
        told = {
            "StackId": stack.id,
            "StackName": stack.name,
            "CreationTime": stack.made,
            "StackStatus": stack.status,
            "Parameters": []
            if reviewed
            else [{"ParameterKey": key, "ParameterValue": value} for key, value in stack.parameters.items()],
            "Outputs": [{"OutputKey": key, "OutputValue": value} for key, value in stack.outputs.items()],
            "Tags": [] if reviewed else stack.tags,
        }
        if stack.reason:
            told["StackStatusReason"] = stack.reason
        return {"Stacks": [told]}

    def _events(self, asked: dict[str, Any]) -> dict[str, Any]:
        stack = self.of(asked["StackName"])
        return self._paged(asked, "StackEvents", stack.events[::-1])

    def _resources(self, asked: dict[str, Any]) -> dict[str, Any]:
        stack = self.of(asked["StackName"])
        found = [
            {
                "LogicalResourceId": each.name,
                **({"PhysicalResourceId": each.id} if each.id else {}),
                "ResourceType": each.kind,
                "ResourceStatus": each.status,
                "LastUpdatedTimestamp": self._tick(),
            }
            for each in stack.parts.values()
        ]
        return self._paged(asked, "StackResourceSummaries", found)

    def _list(self, asked: dict[str, Any]) -> dict[str, Any]:
        found = [
            {
                "StackId": each.id,
                "StackName": each.name,
                "CreationTime": each.made,
                "StackStatus": each.status,
            }
            for each in reversed(self.stacks)
            if each.status in asked.get("StackStatusFilter", [each.status])
        ]
        return self._paged(asked, "StackSummaries", found)

    def _summary(self, asked: dict[str, Any]) -> dict[str, Any]:
        template = self._load(asked)
        return {
            "Parameters": [
                {
                    "ParameterKey": name,
                    "ParameterType": each["Type"],
                    **({"DefaultValue": str(each["Default"])} if "Default" in each else {}),
                }
                for name, each in template.get("Parameters", {}).items()
            ]
        }

    def _propose(self, asked: dict[str, Any]) -> dict[str, Any]:
        name, new = asked["StackName"], asked.get("ChangeSetType") == "CREATE"
        if new and not self.there(name):
            stack = Stack(f"arn:aws:cloudformation:{self.region}:{ACCOUNT}:stack/{name}/{uuid.uuid4()}", name)
            self._event(stack, stack.id, name, KIND, "REVIEW_IN_PROGRESS", "User Initiated")
            self.stacks.append(stack)
        stack = self.of(name)
        if new and stack.status != "REVIEW_IN_PROGRESS":
            raise NotTaken(
                refused("ValidationError", f"Stack [{name}] already exists and cannot be created again")
            )
        if not new and stack.status not in UPDATABLE:
            raise NotTaken(
                refused(
                    "ValidationError", f"Stack:{stack.id} is in {stack.status} state and can not be updated."
                )
            )
        template = self._load(asked)
        parameters = self._parameters(stack, template, asked.get("Parameters", []), new=new)
        if "CAPABILITY_NAMED_IAM" not in asked.get("Capabilities", []):
            raise NotTaken(
                refused("InsufficientCapabilitiesException", "Requires capabilities : [CAPABILITY_IAM]")
            )
        if any(each.name == asked["ChangeSetName"] for each in stack.change_sets.values()):
            raise NotTaken(refused("AlreadyExistsException", "ChangeSet already exists"))
        try:
            values = self._worked(stack, template, parameters)
        except AssertionError as wrong:  # what the template does not allow
            raise NotTaken(refused("ValidationError", str(wrong))) from wrong
        wanted = {key: each for key, each in template["Resources"].items() if values.exists(key)}
        changes = [
            ("Modify" if key in stack.parts else "Add", key, each["Type"])
            for key, each in wanted.items()
            if key not in stack.parts or stack.parts[key].definition != self._definition(values, key)
        ] + [("Remove", key, each.kind) for key, each in stack.parts.items() if key not in wanted]
        where = f"arn:aws:cloudformation:{self.region}:{ACCOUNT}:changeSet"
        id_ = f"{where}/{asked['ChangeSetName']}/{uuid.uuid4()}"
        stack.change_sets[id_] = ChangeSet(
            id_, asked["ChangeSetName"], template, parameters, asked.get("Tags", []), changes
        )
        return {"Id": id_, "StackId": stack.id}

    def _change_set(self, asked: dict[str, Any]) -> dict[str, Any]:
        stack, found = self._found(asked["ChangeSetName"])
        told = {
            "ChangeSetName": found.name,
            "ChangeSetId": found.id,
            "StackId": stack.id,
            "StackName": stack.name,
            "Status": found.status,
            "ExecutionStatus": found.execution,
        }
        if found.reason:
            told["StatusReason"] = found.reason
        if found.status == "CREATE_IN_PROGRESS":  # the next look will find it done
            found.status, found.execution = "CREATE_COMPLETE", "AVAILABLE"
            if not found.changes:
                found.status, found.execution, found.reason = "FAILED", "UNAVAILABLE", NO_CHANGES
            return told
        changes = [
            {
                "Type": "Resource",
                "ResourceChange": {"Action": action, "LogicalResourceId": name, "ResourceType": kind},
            }
            for action, name, kind in found.changes
        ]
        return told | self._paged(asked, "Changes", changes)

    def _drop(self, asked: dict[str, Any]) -> dict[str, Any]:
        stack, found = self._found(asked["ChangeSetName"])
        del stack.change_sets[found.id]
        return {}

    def _execute(self, asked: dict[str, Any]) -> dict[str, Any]:
        if self.before_execution:
            faster, self.before_execution = self.before_execution, None
            faster()
        stack, found = self._found(asked["ChangeSetName"])
        if found.execution != "AVAILABLE":
            raise NotTaken(
                refused(
                    "InvalidChangeSetStatus",
                    f"ChangeSet [{found.id}] cannot be executed in its current execution status of "
                    f"[{found.execution}]",
                )
            )
        stack.change_sets.clear()
        making = stack.status == "REVIEW_IN_PROGRESS"
        stack.steps = self._make(stack, found) if making else self._update(stack, found)
        next(stack.steps)
        return {}

    def _delete_stack(self, asked: dict[str, Any]) -> dict[str, Any]:
        try:
            stack = self.of(asked["StackName"])
        except NotTaken:
            return {}
        if stack.status in {"DELETE_IN_PROGRESS", "DELETE_COMPLETE"}:
            return {}
        if stack.status == "UPDATE_IN_PROGRESS":
            raise NotTaken(
                refused(
                    "ValidationError",
                    f"Stack [{stack.name}] cannot be deleted while in status {stack.status}",
                )
            )
        stack.steps = self._unmake(stack)
        next(stack.steps)
        return {}

    def _continue(self, asked: dict[str, Any]) -> dict[str, Any]:
        stack = self.of(asked["StackName"])
        if stack.status != "UPDATE_ROLLBACK_FAILED":
            raise NotTaken(refused("ValidationError", f"Stack is in {stack.status} state"))
        stack.steps = self._again(stack)
        next(stack.steps)
        return {}

    # What goes on by itself

    def _make(self, stack: Stack, wanted: ChangeSet) -> Steps:
        stack.template, stack.parameters, stack.tags = wanted.template, wanted.parameters, wanted.tags
        self._move(stack, "CREATE_IN_PROGRESS", "User Initiated")
        yield
        try:
            yield from self._bring(stack, wanted)
        except Failed as failure:
            self._move(stack, "ROLLBACK_IN_PROGRESS", f"{failure} Rollback requested by user.")
            yield
            for part in reversed(stack.parts.values()):
                yield from self._remove(stack, part)
            self._move(stack, "ROLLBACK_COMPLETE")
            return
        stack.outputs = self._outputs(stack)
        self._move(stack, "CREATE_COMPLETE")

    def _update(self, stack: Stack, wanted: ChangeSet) -> Steps:
        before = stack.template, stack.parameters, stack.tags
        stack.template, stack.parameters, stack.tags = wanted.template, wanted.parameters, wanted.tags
        self._move(stack, "UPDATE_IN_PROGRESS", "User Initiated")
        yield
        try:
            yield from self._bring(stack, wanted)
        except Failed as failure:
            self._move(stack, "UPDATE_ROLLBACK_IN_PROGRESS", str(failure))
            yield
            stack.template, stack.parameters, stack.tags = before
            if self.rollback_fails:
                name = wanted.changes[0][1]
                self._event(stack, "", name, wanted.changes[0][2], "UPDATE_FAILED", "It was deleted by hand.")
                self._move(
                    stack, "UPDATE_ROLLBACK_FAILED", f"The following resource(s) failed to update: [{name}]."
                )
                return
            yield from self._back(stack)
            return
        self._move(stack, "UPDATE_COMPLETE_CLEANUP_IN_PROGRESS")
        yield
        for _, name, _ in filter(lambda change: change[0] == "Remove", wanted.changes):
            yield from self._remove(stack, stack.parts[name])
            del stack.parts[name]
        stack.outputs = self._outputs(stack)
        self._move(stack, "UPDATE_COMPLETE")

    def _again(self, stack: Stack) -> Steps:
        self._move(stack, "UPDATE_ROLLBACK_IN_PROGRESS", "User Initiated")
        yield
        if self.rollback_fails:
            self._move(stack, "UPDATE_ROLLBACK_FAILED", "It was deleted by hand.")
            return
        yield from self._back(stack)

    def _back(self, stack: Stack) -> Steps:
        """Bring a stack back to what its template and parameters, which are the old ones again, say."""
        values = self._worked(stack, stack.template, stack.parameters)
        for name, part in list(stack.parts.items()):
            definition = stack.template["Resources"].get(name)
            if definition is None or not values.exists(name):
                yield from self._remove(stack, part)
                del stack.parts[name]
            else:
                part.definition, part.status = self._definition(values, name), "UPDATE_COMPLETE"
        self._move(stack, "UPDATE_ROLLBACK_COMPLETE")

    def _bring(self, stack: Stack, wanted: ChangeSet) -> Steps:
        for action, name, kind in wanted.changes:
            if action == "Remove":
                continue
            verb = "CREATE" if action == "Add" else "UPDATE"
            part = stack.parts.setdefault(name, Part(name, kind, ""))
            self._be(stack, part, f"{verb}_IN_PROGRESS")
            yield
            definition = wanted.template["Resources"][name]
            values = self._worked(stack, wanted.template, wanted.parameters)  # with what was made by now
            try:
                if name in self.failing:
                    raise Failed(self.failing[name])
                if action == "Add":
                    part.id = self.maker.make(
                        stack.name, name, kind, values.value(definition.get("Properties", {}))
                    )
            except Failed as failure:
                self._be(stack, part, f"{verb}_FAILED", str(failure))
                others = [each for each in wanted.changes if each[1] not in stack.parts][:1]
                for _, other, its in others:  # what was under way beside it
                    self._event(stack, "", other, its, f"{verb}_FAILED", "Resource creation cancelled")
                done = "create" if action == "Add" else "update"
                raise Failed(f"The following resource(s) failed to {done}: [{name}].") from failure
            part.definition = self._definition(values, name)
            self._be(stack, part, f"{verb}_COMPLETE")

    def _unmake(self, stack: Stack) -> Steps:
        self._move(stack, "DELETE_IN_PROGRESS", "User Initiated")
        yield
        failed = []
        for part in reversed(stack.parts.values()):
            if part.status != "DELETE_COMPLETE":
                try:
                    yield from self._remove(stack, part)
                except Failed:
                    failed.append(part.name)
        stack.outputs = {} if not failed else stack.outputs
        if failed:
            self._move(
                stack, "DELETE_FAILED", f"The following resource(s) failed to delete: [{', '.join(failed)}]."
            )
        else:
            self._move(stack, "DELETE_COMPLETE")

    def _remove(self, stack: Stack, part: Part) -> Steps:
        if not part.id:
            part.status = "DELETE_COMPLETE"
            return
        self._be(stack, part, "DELETE_IN_PROGRESS")
        yield
        try:
            if part.name in self.staying:
                raise Failed(self.staying[part.name])
            self.maker.delete(part.kind, part.id)
        except Failed as failure:
            self._be(stack, part, "DELETE_FAILED", str(failure))
            raise
        self._be(stack, part, "DELETE_COMPLETE")

    # What all of it needs

    def _load(self, asked: dict[str, Any]) -> dict[str, Any]:
        if len(asked["TemplateBody"].encode()) > MOST_TEMPLATE:
            raise NotTaken(refused("ValidationError", "Member must have length less than or equal to 51200"))
        return load(asked["TemplateBody"])

    def _parameters(
        self, stack: Stack, template: dict[str, Any], given: list[dict[str, Any]], *, new: bool
    ) -> dict[str, str]:
        known = template.get("Parameters", {})
        if strange := [each["ParameterKey"] for each in given if each["ParameterKey"] not in known]:
            raise NotTaken(refused("ValidationError", f"Parameters: {strange} do not exist in the template"))
        values = {name: str(each["Default"]) for name, each in known.items() if "Default" in each}
        for each in given:
            name = each["ParameterKey"]
            if each.get("UsePreviousValue"):
                if new or name not in stack.parameters:
                    raise NotTaken(
                        refused("ValidationError", f"Invalid input for parameter key {name}. No previous")
                    )
                values[name] = stack.parameters[name]
            else:
                values[name] = each["ParameterValue"]
        if missing := [name for name in known if name not in values]:
            raise NotTaken(refused("ValidationError", f"Parameters: {missing} must have values"))
        return values

    def _worked(self, stack: Stack, template: dict[str, Any], parameters: dict[str, str]) -> Worked:
        made = {}
        for each in stack.parts.values():
            if each.id:
                made[each.name] = each.id
                attributes = self.maker.attributes(each.kind, each.id)
                made |= {f"{each.name}.{name}": value for name, value in attributes.items()}
        return Worked(template, parameters, (), self.region, ACCOUNT, stack.name, made)

    def _definition(self, worked: Worked, name: str) -> str:
        """Return all that a resource is made by, whatever its neighbours are called."""
        apart = dataclasses.replace(worked, made={})
        return json.dumps(apart.value(worked.template["Resources"][name]), sort_keys=True, default=str)

    def _outputs(self, stack: Stack) -> dict[str, str]:
        worked = self._worked(stack, stack.template, stack.parameters)
        return {name: str(value) for name, value in worked.outputs.items()}

    def _found(self, change_set: str) -> tuple[Stack, ChangeSet]:
        for stack in self.stacks:
            if change_set in stack.change_sets:
                return stack, stack.change_sets[change_set]
        raise NotTaken(refused("ChangeSetNotFound", f"ChangeSet [{change_set}] does not exist", 404))

    def _move(self, stack: Stack, status: str, reason: str = "") -> None:
        stack.status, stack.reason = status, reason
        self._event(stack, stack.id, stack.name, KIND, status, reason)

    def _be(self, stack: Stack, part: Part, status: str, reason: str = "") -> None:
        part.status = status
        self._event(stack, part.id, part.name, part.kind, status, reason)

    def _event(self, stack: Stack, id_: str, name: str, kind: str, status: str, reason: str) -> None:
        event = {
            "StackId": stack.id,
            "EventId": str(uuid.uuid4()),
            "StackName": stack.name,
            "LogicalResourceId": name,
            "ResourceType": kind,
            "Timestamp": self._tick(),
            "ResourceStatus": status,
        }
        stack.events.append(
            event
            | ({"PhysicalResourceId": id_} if id_ else {})
            | ({"ResourceStatusReason": reason} if reason else {})
        )

    def _tick(self) -> datetime:
        self._now += timedelta(seconds=1)
        return self._now

    def _paged(self, asked: dict[str, Any], what: str, found: list[Any]) -> dict[str, Any]:
        start = int(asked.get("NextToken", "0"))
        end = start + self.page
        return {what: found[start:end], **({"NextToken": str(end)} if end < len(found) else {})}
