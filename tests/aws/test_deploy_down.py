from __future__ import annotations

from itertools import count
from typing import TYPE_CHECKING, Any

import pytest

from cyclorama.aws.deploy.down import Left, down, look
from cyclorama.errors import AccessDenied, Conflict, CredentialsRefused, Unavailable
from tests.aws.deploying import NAMES, TROUBLE, Account, Heard, Killed, Trouble, before_calls

if TYPE_CHECKING:
    from cyclorama.aws.deploy.cloud import Cloud

pytestmark = pytest.mark.aws

EMPTY: dict[str, Any] = {
    "stack": None,
    "resources": [],
    "proposals": 0,
    "buckets": 0,
    "code": [],
    "site": {},
    "signed": False,
    "keys": 0,
    "stages": 0,
    "users": [],
    "names": {},
}


def take_down(account: Account, cloud: Cloud | None = None, heard: Heard | None = None) -> list[str]:
    cloud = cloud or account.cloud()
    return down(cloud, look(cloud, "show"), heard or Heard())


def library(account: Account) -> str:
    return account.stacks.of("show").outputs["LibraryBucket"]


def keep(account: Account, number: int = 3) -> None:
    """Put backgrounds into the library, one of them twice, and one deleted: with old versions."""
    s3, bucket = account.client("s3"), library(account)
    for name in (*range(number), 0):
        for part in ("image.png", "thumbnail.webp", "background.json"):
            s3.put_object(Bucket=bucket, Key=f"library/{name}/{part}", Body=b"it")
    s3.put_object(Bucket=bucket, Key="library/gone/background.json", Body=b"it")
    s3.delete_object(Bucket=bucket, Key="library/gone/background.json")
    s3.create_multipart_upload(Bucket=bucket, Key="library/unfinished")


def test_nothing_is_left(account: Account) -> None:
    account.up()
    keep(account)
    left = look(account.cloud(), "show")
    assert (left.backgrounds, left.library, left.live) == (3, library(account), ())
    heard = Heard()
    assert take_down(account, heard=heard) == []
    assert account.state() == EMPTY
    assert account.client("ssm").describe_parameters()["Parameters"] == []
    assert any(event.resource == "LibraryBucket" for event in heard.events)
    assert look(account.cloud(), "show").nothing
    assert take_down(account) == []


@pytest.mark.parametrize("part", range(2))
def test_broken_off_at_any_call_nothing_is_left_after_another_run(account: Account, part: int) -> None:
    for number in count(1 + part, 2):
        account.clear()
        account.up()
        keep(account, 1)
        trouble = Trouble(number)
        cloud = account.cloud()
        before_calls(cloud, trouble)
        try:
            take_down(account, cloud)
        except (Killed, AccessDenied, CredentialsRefused, Conflict):
            assert trouble.met
        assert take_down(account) == []
        assert account.state() == EMPTY, f"broken off at {number}, {trouble.met}"
        if not trouble.met:
            break
    assert number > 8


@pytest.mark.parametrize(
    "call", ["cloudformation.ExecuteChangeSet", "cloudformation.DescribeStackEvents", "s3.PutObject"]
)
def test_what_was_put_up_by_half_is_taken_down(account: Account, call: str) -> None:
    account.stopped(call)
    assert take_down(account) == []
    assert account.state() == EMPTY


def test_a_failed_creation_is_taken_down(account: Account) -> None:
    account.stacks.failing["Stage"] = "No."
    with pytest.raises(Unavailable):
        account.up()
    assert take_down(account) == []
    assert account.state() == EMPTY


def test_who_is_live_is_told(account: Account) -> None:
    account.up()
    assert look(account.cloud(), "show").live == ()
    account.join("Ann", publishing=True)
    account.join("Ben", publishing=False)
    gone = account.join("Cleo", publishing=True)
    (stage,) = account.ivs.stages.values()
    stage.participants[gone]["state"] = "DISCONNECTED"
    assert look(account.cloud(), "show").live == ("Ann",)


def test_what_is_written_while_it_is_emptied_is_deleted_too(account: Account) -> None:
    account.up()
    bucket = library(account)
    written: list[object] = []

    def write(name: str) -> None:
        if name == "cloudformation.DeleteStack" and not written:
            written.append(account.client("s3").put_object(Bucket=bucket, Key="jobs/1.json", Body=b"late"))

    cloud = account.cloud()
    before_calls(cloud, write)
    heard = Heard()
    assert take_down(account, cloud, heard) == []
    assert any("not empty" in event.reason for event in heard.events)
    assert account.state() == EMPTY


def test_what_cannot_be_deleted_is_said_and_the_rest_stays_findable(account: Account) -> None:
    account.up()
    account.stacks.staying["Distribution"] = "User: me is not authorized to perform: it"
    with pytest.raises(Unavailable, match=r"distribution Distribution could not be deleted\. Allow it"):
        take_down(account)
    assert account.key()
    account.stacks.staying.clear()
    assert take_down(account) == []
    assert account.state() == EMPTY


def test_what_has_the_tag_and_is_not_of_the_stack_is_named(account: Account) -> None:
    account.up()
    s3 = account.client("s3")
    s3.create_bucket(Bucket="by-hand", CreateBucketConfiguration={"LocationConstraint": "us-west-2"})
    s3.put_bucket_tagging(Bucket="by-hand", Tagging={"TagSet": [{"Key": "cyclorama", "Value": "show"}]})
    assert take_down(account) == ["arn:aws:s3:::by-hand"]


def test_who_may_not_look_for_tags_is_told_that_nobody_did(account: Account) -> None:
    account.up()

    def closed(name: str) -> None:
        if name.endswith("GetResources"):
            raise TROUBLE[1](name)

    cloud = account.cloud()
    before_calls(cloud, closed)
    heard = Heard()
    assert take_down(account, cloud, heard) == []
    assert "not looked through" in heard.said[-1]


def test_a_change_that_is_under_way_is_waited_for(account: Account) -> None:
    account.up()
    account.parts.code, account.stacks.pace = b"PK second", 1
    account.stopped("cloudformation.DescribeStackEvents")
    assert account.stacks.of("show").status == "UPDATE_IN_PROGRESS"
    heard = Heard()
    assert take_down(account, heard=heard) == []
    assert "The stack is being changed: waiting for that" in heard.steps
    assert account.state() == EMPTY


def test_another_studio_stays(account: Account) -> None:
    account.up()
    before = account.state()
    cloud = account.cloud()
    other = look(cloud, "other")
    assert isinstance(other, Left)
    assert other.nothing
    assert down(cloud, other, Heard()) == []
    assert account.state() == before
    assert NAMES.code_bucket in account.buckets()
