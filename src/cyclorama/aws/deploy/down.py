"""Takes a studio down, and leaves nothing of it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from cyclorama.aws.deploy import buckets, key, kinds, live
from cyclorama.aws.deploy import stack as stacks
from cyclorama.aws.deploy.names import TAG, Names
from cyclorama.aws.deploy.settling import check, why
from cyclorama.errors import AccessDenied, Unavailable

if TYPE_CHECKING:
    from cyclorama.aws.deploy.cloud import Cloud
    from cyclorama.aws.deploy.stack import Resource, Stack
    from cyclorama.aws.deploy.telling import Teller

BUCKET = "AWS::S3::Bucket"
TRIES = 3  # a function that still runs may write into a bucket that was just emptied
# A stack in these is deleted at once; others move on to a rest first.
DELETABLE = {"CREATE_IN_PROGRESS", "DELETE_IN_PROGRESS", stacks.REVIEW}
LIBRARY = "library/"
SIDECAR = "/background.json"


@dataclass(frozen=True)
class Left:
    """What is there of a studio.

    Attributes:
        stack: as it is, None if there is none.
        resources: what belongs to it.
        code_bucket, key: whether these are there.
        library: the bucket with the backgrounds, "" if there is none.
        backgrounds: how many are in it.
        live: who is on the stage.
    """

    names: Names
    stack: Stack | None
    resources: tuple[Resource, ...]
    code_bucket: bool
    key: bool
    library: str
    backgrounds: int
    live: tuple[str, ...]

    @property
    def nothing(self) -> bool:
        """Whether there is nothing to take down."""
        return self.stack is None and not self.code_bucket and not self.key


def look(cloud: Cloud, name: str) -> Left:
    """Return what is there of a studio.

    Raises:
        Conflict: a stack of that name is no studio.
    """
    names = Names(name, cloud.account(), cloud.region)
    stack = stacks.look(cloud, names.stack)
    resources: list[Resource] = []
    if stack is not None:
        check(cloud, stack, names)
        resources = _present(cloud, stack.id)
    library = next(
        (each.id for each in resources if each.kind == BUCKET and each.name == "LibraryBucket"), ""
    )
    library = (stack.outputs.get("LibraryBucket", "") if stack else "") or library
    backgrounds = _count(cloud, names, library) if library and buckets.there(cloud, names, library) else 0
    stage = next((each.id for each in resources if each.kind == live.STAGE), "")
    return Left(
        names,
        stack,
        tuple(resources),
        buckets.there(cloud, names, names.code_bucket),
        key.there(cloud, names),
        library,
        backgrounds,
        tuple(live.there(cloud, stage)) if stage else (),
    )


def down(cloud: Cloud, left: Left, teller: Teller) -> list[str]:
    """Remove all of a studio, and return what is left all the same, [] if nothing is.

    Raises:
        CycloramaError: something cannot be removed; the next run goes on from there.
    """
    names = left.names
    teller.meanwhile(
        "AWS goes on deleting what was begun, and the rest stays and costs what it did. Run "
        "`cyclorama aws down` again to remove it all."
    )
    gone: list[Resource] = []
    if left.stack is not None:
        gone = _delete_stack(cloud, names, left.stack, teller)
    teller.step("Removing the functions' package and the stage's key")
    buckets.remove(cloud, names, names.code_bucket, teller)
    key.remove(cloud, names)
    teller.step("Looking whether anything is left")
    return _leftovers(cloud, names, gone, teller)


def _delete_stack(cloud: Cloud, names: Names, stack: Stack, teller: Teller) -> list[Resource]:
    """Delete the stack and return what it had."""
    now: Stack | None = stack
    if stack.moving and stack.status not in DELETABLE:
        teller.step("The stack is being changed: waiting for that")
        now = stacks.follow(cloud, stack.id, teller)
    for _ in range(TRIES):
        if now is None or now.status == stacks.GONE:
            break
        had = _present(cloud, stack.id)
        if now.status != "DELETE_IN_PROGRESS":
            teller.step("Emptying the buckets")
            for each in had:
                if each.kind == BUCKET and buckets.there(cloud, names, each.id):
                    buckets.empty(cloud, names, each.id, teller)
            stacks.delete(cloud, now)
        teller.step("Deleting the studio")
        now = stacks.follow(cloud, stack.id, teller, len(had), now.status)
    if now is not None and now.status != stacks.GONE:
        raise Unavailable(f"The studio is not all deleted. {why(cloud, now)}")
    return stacks.resources(cloud, stack.id)


def _present(cloud: Cloud, stack_id: str) -> list[Resource]:
    return [
        each for each in stacks.resources(cloud, stack_id) if each.id and each.status != "DELETE_COMPLETE"
    ]


def _count(cloud: Cloud, names: Names, bucket: str) -> int:
    with cloud.buckets.asking(f"the library in {bucket}") as client:
        pages = client.get_paginator("list_objects_v2").paginate(
            Bucket=bucket, ExpectedBucketOwner=names.account, Prefix=LIBRARY
        )
        return sum(each["Key"].endswith(SIDECAR) for page in pages for each in page.get("Contents", []))


def _leftovers(cloud: Cloud, names: Names, gone: list[Resource], teller: Teller) -> list[str]:
    """Return what is still there: looked for where it was put, and by its tag."""
    found = []
    if buckets.there(cloud, names, names.code_bucket):
        found.append(f"the bucket {names.code_bucket}")
    if key.there(cloud, names):
        found.append(f"the parameter {names.key_parameter}")
    if stacks.look(cloud, names.stack) is not None:
        found.append(f"the stack {names.stack}")
    found += [
        f"{each.id} ({kinds.in_words(each.kind)})"
        for each in gone
        if each.id and each.status != "DELETE_COMPLETE"
    ]
    try:
        return found + _tagged(cloud, names)
    except AccessDenied as error:
        teller.say(f"What is tagged was not looked through. {error.detail}")
        return found


def _tagged(cloud: Cloud, names: Names) -> list[str]:
    """Return what has the studio's tag and was not deleted; AWS's list of what is tagged lags behind."""
    with cloud.tags.asking("what is tagged") as client:
        pages = client.get_paginator("get_resources").paginate(
            TagFilters=[{"Key": TAG, "Values": [names.name]}]
        )
        arns = [each["ResourceARN"] for page in pages for each in page["ResourceTagMappingList"]]
    if not arns:
        return []
    deleted = [names.code_bucket, names.key_parameter]
    with cloud.stacks.asking("the deleted stacks") as client:
        for page in client.get_paginator("list_stacks").paginate(StackStatusFilter=["DELETE_COMPLETE"]):
            for each in page["StackSummaries"]:
                if each["StackName"] == names.stack:
                    deleted.append(each["StackId"])
                    there = stacks.resources(cloud, each["StackId"])
                    deleted += [one.id for one in there if one.id and one.status == "DELETE_COMPLETE"]
    return [arn for arn in arns if not any(_names(arn, each) for each in deleted)]


def _names(arn: str, resource: str) -> bool:
    """Whether the ARN is that of what is called `resource` within its kind."""
    return arn == resource or arn.endswith((f":{resource}", f"/{resource}", f"parameter{resource}"))
