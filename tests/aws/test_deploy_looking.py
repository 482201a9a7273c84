from __future__ import annotations

import re
import time
from itertools import islice
from pathlib import Path

import jwt
import pytest

import cyclorama
from cyclorama.aws.deploy import logs, people
from cyclorama.aws.deploy.down import down, look
from cyclorama.aws.deploy.status import Row, find, status
from cyclorama.aws.deploy.wishes import Wishes
from cyclorama.errors import Conflict, InvalidRequest, NotFound, Unauthorized, Unavailable
from tests.aws.deploying import Account, Heard, before_calls
from tests.fakes.bedrock import in_days

pytestmark = pytest.mark.aws

DOCS = Path(__file__).parents[2] / "docs/aws-commands.md"
CORE = "stability.stable-image-core-v1:1"
# What IAM calls some calls of S3.
ACTIONS = {
    "s3.DeleteObjects": ("s3:DeleteObject", "s3:DeleteObjectVersion"),
    "s3.HeadBucket": ("s3:ListBucket",),
    "s3.HeadObject": ("s3:GetObject",),
    "s3.ListMultipartUploads": ("s3:ListBucketMultipartUploads",),
    "s3.ListObjectVersions": ("s3:ListBucketVersions",),
    "s3.ListObjectsV2": ("s3:ListBucket",),
    "s3.PutBucketEncryption": ("s3:PutEncryptionConfiguration",),
    "s3.PutPublicAccessBlock": ("s3:PutBucketPublicAccessBlock",),
    "s3.CopyObject": ("s3:GetObject", "s3:PutObject"),
    "sts.GetCallerIdentity": (),
}
SERVICES = {"ivs-realtime": "ivs", "resourcegroupstaggingapi": "tag"}


def rows(account: Account) -> dict[str, Row]:
    found = status(account.cloud(), "show", account.parts.recipe, account.parts.site())
    return {row.what: row for row in found}


def test_a_studio_that_is_well_says_so(account: Account) -> None:
    with pytest.raises(NotFound, match=r"no studio 'show' in us-west-2.*--region"):
        rows(account)
    account.up()
    found = rows(account)
    assert list(found) == ["Studio", "Stack", "Address", "API", "On stage", "Model", "Functions", "Pages"]
    assert all(row.well for row in found.values())
    assert found["Functions"].how == f"version {cyclorama.__version__}, as here"


def test_what_is_not_well_says_what_to_do(account: Account) -> None:
    account.up()
    account.bedrock.ended(CORE, in_days(10))
    account.parts.recipe = "second"
    account.parts.assets["assets/studio-2.js"] = b"more()"
    found = rows(account)
    assert "end it on" in found["Model"].how
    assert "--model" in found["Model"].advice
    assert "other than what is here" in found["Functions"].how
    assert found["Pages"].how == "1 of 3 files differ from those here"
    assert [name for name, row in found.items() if not row.well] == ["Model", "Functions", "Pages"]
    account.bedrock.ended(CORE, in_days(-1))
    assert "paints no more" in rows(account)["Model"].how


def test_a_failed_change_is_told_with_its_reason(account: Account) -> None:
    account.up()
    account.stacks.failing["ApiFunction"] = "The role is gone."
    with pytest.raises(Unavailable):
        account.up(Wishes(model="stability.stable-image-ultra-v1:1"))
    row = rows(account)["Stack"]
    assert row.how == "as it was before a change that failed"
    assert "The role is gone." in row.advice


def test_a_studio_on_its_way_says_so(account: Account) -> None:
    account.stopped("cloudformation.ExecuteChangeSet")
    assert rows(account)["Stack"].how == "proposed, and not made"
    account.clear()
    account.stopped("cloudformation.DescribeStackEvents")
    assert rows(account)["Stack"].how == "create in progress"


def write(account: Account, function: str, *lines: tuple[int, str]) -> None:
    client, group = account.client("logs"), f"/aws/lambda/show-{function}"
    there = client.describe_log_streams(logGroupName=group)["logStreams"]
    if not there:
        client.create_log_stream(logGroupName=group, logStreamName="one")
    now = int(time.time() * 1000)
    events = [{"timestamp": now + at, "message": text} for at, text in lines]
    client.put_log_events(logGroupName=group, logStreamName="one", logEvents=events)


def test_logs_of_both_functions_come_by_time(account: Account) -> None:
    account.up()
    cloud = account.cloud()
    where = logs.groups(find(cloud, "show")[1])
    assert list(where) == ["api", "painter"]
    start = logs.since("10m")
    assert list(logs.read(cloud, where, start)) == []
    write(account, "api", (-3000, "asked\n"), (-1000, "answered"))
    write(account, "painter", (-2000, "painted"))
    told = [(line.function, line.text) for line in logs.read(cloud, where, start)]
    assert told == [("api", "asked"), ("painter", "painted"), ("api", "answered")]

    followed = logs.follow(cloud, where, start)
    assert [line.text for line in islice(followed, 3)] == ["asked", "painted", "answered"]
    # Late, and older than what was shown.
    write(account, "painter", (-1500, "late"))
    assert next(followed).text == "late"
    assert list(logs.read(cloud, {"api": "/none"}, start)) == []


@pytest.mark.parametrize("text", ["", "10", "m", "1w", "-5m", "1.5h"])
def test_what_is_no_time_is_refused(text: str) -> None:
    with pytest.raises(InvalidRequest, match="--since"):
        logs.since(text)


def test_people_get_passwords_and_scripts_get_tokens(account: Account) -> None:
    account.up()
    cloud = account.cloud()
    out = account.stacks.of("show").outputs
    pool, client = out["UserPoolId"], out["ClientId"]
    heard = Heard()
    assert people.set_password(cloud, pool, "ann@example.org", heard)
    assert not people.set_password(cloud, pool, "ann@example.org", heard)
    (_, first), (_, second) = heard.passwords
    assert first != second
    token = people.access_token(cloud, pool, client, "ann@example.org", second, lambda: "")
    claims = jwt.decode(token, options={"verify_signature": False})
    assert (claims["client_id"], claims["token_use"]) == (client, "access")
    for user, password in (("ann@example.org", first), ("nobody", second)):
        with pytest.raises(Unauthorized, match="cyclorama aws user"):
            people.access_token(cloud, pool, client, user, password, lambda: "")


def test_a_user_whose_password_was_never_set_gets_one(account: Account) -> None:
    account.stopped("cognito-idp.AdminSetUserPassword")
    heard = Heard()
    account.up(heard=heard)
    assert [user for user, _ in heard.passwords] == ["creator"]
    assert account.state()["users"] == [("creator", "CONFIRMED")]


def test_who_has_to_sign_in_by_the_page_first_is_told(account: Account) -> None:
    account.up()
    out = account.stacks.of("show").outputs
    account.client("cognito-idp").admin_create_user(
        UserPoolId=out["UserPoolId"], Username="ben", TemporaryPassword="Temporary-password-1"
    )
    with pytest.raises(Conflict, match="cannot sign in by name and password"):
        people.access_token(
            account.cloud(), out["UserPoolId"], out["ClientId"], "ben", "Temporary-password-1", lambda: ""
        )


def test_every_action_that_the_commands_need_is_listed(account: Account) -> None:
    called: set[str] = set()
    cloud = account.cloud()
    before_calls(cloud, called.add)
    account.stopped("ssm.PutParameter")
    arn = account.client("acm", "us-east-1").request_certificate(
        DomainName="a.example.org", ValidationMethod="DNS"
    )
    with pytest.raises(Exception, match="not issued yet"):
        account.up(Wishes(domain="a.example.org"), cloud=cloud)
    account.issue(arn["CertificateArn"])
    account.up(Wishes(domain="a.example.org"), Heard(agrees=False), cloud)
    account.up(cloud=cloud)
    account.parts.code, account.parts.pages = b"PK second", {"watch": b"<h1>Watch</h1>"}
    account.up(cloud=cloud)
    account.stacks.failing["ApiFunction"], account.stacks.rollback_fails = "No.", True
    with pytest.raises(Unavailable):
        account.up(Wishes(model="stability.stable-image-ultra-v1:1"), cloud=cloud)
    account.stacks.failing.clear()
    account.stacks.rollback_fails = False
    account.up(cloud=cloud)
    account.join("Ann", publishing=True)
    status(cloud, "show", account.parts.recipe, account.parts.site())
    list(logs.read(cloud, logs.groups(find(cloud, "show")[1]), logs.since("1m")))
    out, heard = account.stacks.of("show").outputs, Heard()
    people.set_password(cloud, out["UserPoolId"], "ann", heard)
    people.access_token(cloud, out["UserPoolId"], out["ClientId"], "ann", heard.passwords[0][1], lambda: "")
    bucket = out["LibraryBucket"]
    s3 = account.client("s3")
    s3.create_multipart_upload(Bucket=bucket, Key="library/unfinished")
    s3.create_bucket(Bucket="by-hand", CreateBucketConfiguration={"LocationConstraint": "us-west-2"})
    s3.put_bucket_tagging(Bucket="by-hand", Tagging={"TagSet": [{"Key": "cyclorama", "Value": "show"}]})
    down(cloud, look(cloud, "show"), Heard())

    listed = set(re.findall(r"`([a-z0-9-]+:[A-Z]\w+)`", DOCS.read_text("utf-8")))
    needed = set()
    for call in called:
        service, _, name = call.partition(".")
        needed |= set(ACTIONS.get(call, (f"{SERVICES.get(service, service)}:{name}",)))
    assert needed - listed == set()
    # A second factor is met by no test, and no call has the name of what tagging a new parameter takes.
    assert listed - needed == {"cognito-idp:AdminRespondToAuthChallenge", "ssm:AddTagsToResource"}
