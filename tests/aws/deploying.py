"""An AWS account on loopback that studios are deployed into: moto, and fakes of what it lacks."""

from __future__ import annotations

import json
import re
import urllib.request
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

import boto3
import pytest
from botocore.exceptions import ClientError
from moto.acm.models import acm_backends

from cyclorama.aws.deploy.cloud import Cloud
from cyclorama.aws.deploy.names import Names
from cyclorama.aws.deploy.up import up
from cyclorama.aws.deploy.wishes import Wishes
from cyclorama.aws.site import SiteObject
from tests.fakes.aws import Request
from tests.fakes.bedrock import FakeBedrock
from tests.fakes.cloudformation import ACCOUNT, FakeCloudFormation
from tests.fakes.ivs import FakeIvs
from tests.fakes.things import Things

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from cyclorama.aws.deploy.telling import Happening, Plan
    from cyclorama.aws.deploy.up import Studio

REGION = "us-west-2"
SMALL = Path(__file__).with_name("small.yaml")
NAMES = Names("show", ACCOUNT, REGION)


@dataclass(frozen=True)
class Zip:
    """A package."""

    path: Path
    size: int
    sha256: str


@dataclass
class Made:
    """Parts that are quickly made; change them as you like."""

    folder: Path
    template: str = field(default_factory=lambda: SMALL.read_text("utf-8"))
    code: bytes = b"PK first"
    recipe: str = "first"
    pages: dict[str, bytes] = field(default_factory=lambda: {"index.html": b"<h1>Studio</h1>"})
    assets: dict[str, bytes] = field(default_factory=lambda: {"assets/studio-1.js": b"studio()"})

    def build(self) -> Zip:
        path = self.folder / "package.zip"
        path.write_bytes(self.code)
        return Zip(path, len(self.code), sha256(self.code).hexdigest())

    def site(self) -> list[SiteObject]:
        return [
            SiteObject(key, self._file(key, data), media_type, "no-cache", page=page)
            for there, media_type, page in (
                (self.assets, "text/javascript", False),
                (self.pages, "text/html; charset=utf-8", True),
            )
            for key, data in there.items()
        ]

    def _file(self, key: str, data: bytes) -> Path:
        path = self.folder / "site" / key
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
        return path

    def costs(self, model: str, *, guardrail: bool) -> Sequence[tuple[str, str]]:
        return [(f"1,000 backgrounds by {model}", "30 USD")]


@dataclass
class Heard:
    """A teller that remembers, and agrees unless it is told not to."""

    agrees: bool = True
    steps: list[str] = field(default_factory=list)
    said: list[str] = field(default_factory=list)
    if_stopped: str = ""
    plans: list[Plan] = field(default_factory=list)
    events: list[Happening] = field(default_factory=list)
    counts: list[tuple[str, int, int]] = field(default_factory=list)
    passwords: list[tuple[str, str]] = field(default_factory=list)

    def step(self, words: str) -> None:
        self.steps.append(words)

    def say(self, words: str) -> None:
        self.said.append(words)

    def meanwhile(self, words: str) -> None:
        self.if_stopped = words

    def agree(self, plan: Plan) -> bool:
        self.plans.append(plan)
        return self.agrees

    def happened(self, event: Happening, total: int | None) -> None:
        self.events.append(event)

    def counted(self, what: str, done: int, total: int) -> None:
        self.counts.append((what, done, total))

    def password(self, user: str, password: str) -> None:
        self.passwords.append((user, password))


class Killed(BaseException):
    """The process is gone."""


class Account:
    """The account while its context is open. The environment has to lead there: see `variables`.

    Attributes:
        stacks, ivs, bedrock: the fakes.
        variables: of the environment, by which boto3 finds them all.
        parts: what is deployed.
    """

    def __init__(self, moto: str, folder: Path) -> None:
        self._moto = moto
        self.ivs = FakeIvs(REGION)
        self.bedrock = FakeBedrock(REGION)
        self.things = Things(moto, self.ivs, REGION)
        self.stacks = FakeCloudFormation(self.things, REGION)
        self.parts = Made(folder)
        self.variables = {
            "AWS_ENDPOINT_URL": moto,
            "AWS_ENDPOINT_URL_CLOUDFORMATION": self.stacks.endpoint_url,
            "AWS_ENDPOINT_URL_IVS_REALTIME": self.ivs.endpoint_url,
            "AWS_ENDPOINT_URL_BEDROCK": self.bedrock.endpoint_url,
            "AWS_DEFAULT_REGION": REGION,
        }
        self._clients: dict[str, Any] = {}
        self.clear()

    def clear(self) -> None:
        """Forget all that was made in the account."""
        request = urllib.request.Request(f"{self._moto}/moto-api/reset", method="POST")  # noqa: S310
        urllib.request.urlopen(request).close()  # noqa: S310
        self.stacks.stacks.clear()
        self.ivs.stages.clear()
        self.ivs.keys.clear()
        self.things.names.clear()

    def __enter__(self) -> Self:
        for fake in (self.ivs, self.bedrock, self.stacks):
            fake.__enter__()
        return self

    def __exit__(self, *_: object) -> None:
        for client in self._clients.values():
            client.close()
        self.things.close()
        for fake in (self.ivs, self.bedrock, self.stacks):
            fake.__exit__()

    def client(self, service: str, region: str = REGION) -> Any:
        """Return a client of moto's."""
        if service not in self._clients:
            session: Any = boto3.Session("test", "test", region_name=region)
            self._clients[service] = session.client(service, endpoint_url=self._moto)
        return self._clients[service]

    def join(self, name: str, *, publishing: bool) -> str:
        """Let somebody onto the studio's stage, and return their id."""
        (stage,) = self.ivs.stages
        asked = Request("CreateParticipantToken", {"stageArn": stage, "userId": name}, {}, 0)
        token = json.loads(self.ivs.usual(asked).body)["participantToken"]["token"]
        return self.ivs.join(token, publishing=publishing)

    def issue(self, certificate: str) -> None:
        """Let Amazon believe that the domain is ours."""
        acm_backends[ACCOUNT]["us-east-1"]._certificates[certificate].status = "ISSUED"

    def delete_by_hand(self) -> None:
        """Delete the stack, as somebody does in the console."""
        self.stacks.usual(Request("DeleteStack", {"StackName": "show"}, {}, 0))
        self.stacks.settle("show")

    def cloud(self, region: str = "") -> Cloud:
        """Return the account as commands see it; nothing waits."""
        cloud = Cloud(region or REGION, "")
        cloud.pause = lambda seconds: None
        return cloud

    def up(
        self, wishes: Wishes | None = None, heard: Heard | None = None, cloud: Cloud | None = None
    ) -> Studio | None:
        """Put the studio "show" up."""
        return up(cloud or self.cloud(), "show", wishes or Wishes(), self.parts, heard or Heard())

    def stopped(self, name: str) -> None:
        """Begin to put the studio up, and be gone before the first call of that name."""

        def stop(called: str) -> None:
            if called == name:
                raise Killed(name)

        cloud = self.cloud()
        before_calls(cloud, stop)
        with pytest.raises(Killed):
            self.up(cloud=cloud)

    def objects(self, bucket: str) -> dict[str, bytes]:
        """Return what is in a bucket."""
        s3 = self.client("s3")
        listed = s3.list_objects_v2(Bucket=bucket).get("Contents", [])
        return {each["Key"]: s3.get_object(Bucket=bucket, Key=each["Key"])["Body"].read() for each in listed}

    def buckets(self) -> set[str]:
        """Return the names of all buckets."""
        return {each["Name"] for each in self.client("s3").list_buckets()["Buckets"]}

    def key(self) -> str:
        """Return the private key that is kept, "" if none is."""
        found = self.client("ssm").get_parameters(Names=[NAMES.key_parameter], WithDecryption=True)[
            "Parameters"
        ]
        return found[0]["Value"] if found else ""

    def state(self) -> dict[str, Any]:
        """Return what two deployments that came to the same have in common."""
        stack = self.stacks.of("show") if self.stacks.there("show") else None
        out = stack.outputs if stack else {}
        users = (
            self.client("cognito-idp").list_users(UserPoolId=out["UserPoolId"])["Users"]
            if "UserPoolId" in out
            else []
        )
        return {
            "stack": stack.status.replace("UPDATE", "CREATE") if stack else None,
            "resources": sorted((each.name, each.kind) for each in stack.parts.values()) if stack else [],
            "proposals": len(stack.change_sets) if stack else 0,
            "buckets": len(self.buckets()),
            "code": sorted(self.objects(NAMES.code_bucket)) if NAMES.code_bucket in self.buckets() else [],
            "site": self.objects(out["SiteBucket"]) if "SiteBucket" in out else {},
            "signed": bool(self.key()) and bool(self.ivs.keys),
            "keys": len(self.ivs.keys),
            "stages": len(self.ivs.stages),
            "users": [(each["Username"], each["UserStatus"]) for each in users],
            "names": {kind: len(there) for kind, there in self.things.names.items() if there},
        }


def before_calls(cloud: Cloud, do: Callable[[str], None]) -> None:
    """Let `do` hear the name of each call, such as s3.PutObject, before it is sent."""
    cloud._sessions.get().events.register("before-call", lambda model, **_: do(_name(model)))


class Trouble:
    """Raises at one of the calls before which it matters to be broken off, counted from 1; `met` is its name.

    They are those that change something, and the next after each. Whoever is broken off between others leaves
    what they left.
    """

    def __init__(self, number: int) -> None:
        self.met = ""
        self._number = number
        self._counted = 0
        self._changed = False

    def __call__(self, name: str) -> None:
        matters, self._changed = self._changed, not READING.search(name)
        if matters or self._changed:
            self._counted += 1
            if self._counted == self._number:
                self.met = name
                raise TROUBLE[self._number % len(TROUBLE)](name)


def _name(model: Any) -> str:
    return f"{model.service_model.service_name}.{model.name}"


def client_error(code: str, message: str) -> Callable[[str], ClientError]:
    def make(name: str) -> ClientError:
        answer: Any = {"Error": {"Code": code, "Message": message.format(name)}, "ResponseMetadata": {}}
        answer["ResponseMetadata"]["HTTPStatusCode"] = 403 if code == "AccessDenied" else 400
        return ClientError(answer, name)

    return make


READING = re.compile(r"\.(Describe|Filter|Get|Head|List)")
TROUBLE: list[Callable[[str], BaseException]] = [
    Killed,
    client_error("AccessDenied", "User: me is not authorized to perform: {}"),
    client_error("ExpiredToken", "The security token included in the request is expired"),
]
