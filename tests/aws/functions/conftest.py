"""The functions in this process, with all of AWS that they ask on loopback."""

from __future__ import annotations

import asyncio
import threading
import uuid
from contextlib import suppress
from dataclasses import dataclass, replace
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import boto3
import pytest

from cyclorama.aws.functions import desk, painter, running, studio
from cyclorama.stage.ivs.keys import public_half
from cyclorama.stage.tokens import new_key
from tests.aws.functions.asking import Context, FakeInvoke
from tests.fakes.aws import credentials
from tests.fakes.bedrock import FakeBedrock
from tests.fakes.ivs import ACCOUNT, FakeIvs, OneStage
from tests.fakes.moto import Moto

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

REGION = "us-west-2"
MODEL = "stability.stable-image-core-v1:1"
STAGE = OneStage(f"arn:aws:ivs:{REGION}:{ACCOUNT}:stage/AbCdEf123456", "cyclorama")
OTHERS_STAGE = OneStage(f"arn:aws:ivs:{REGION}:{ACCOUNT}:stage/ZyXwVu654321", "another studio's")
KEY_ARN = f"arn:aws:ivs:{REGION}:{ACCOUNT}:public-key/AbCdEf123456"
KEY = "/cyclorama/cyclorama/stage-key"
SIGN_IN = '{"issuer": "https://sign-in.example", "client_id": "studio", "scope": "openid"}'


@pytest.fixture(scope="session")
def moto() -> Iterator[Moto]:
    with Moto() as moto:
        yield moto


@dataclass(frozen=True)
class Kept:
    """Clients of moto's services, and what lies in Parameter Store."""

    s3: Any
    ssm: Any
    key: bytes


@pytest.fixture(scope="module")
def kept(moto: Moto) -> Iterator[Kept]:
    # other tests empty the account that moto has in this process
    keys = {"aws_access_key_id": "testing", "aws_secret_access_key": "testing"}
    s3, ssm = (
        boto3.client(name, region_name=REGION, endpoint_url=moto.url, **keys)  # type: ignore[call-overload]
        for name in ("s3", "ssm")
    )
    key = new_key()
    ssm.put_parameter(Name=KEY, Value=key.decode(), Type="SecureString", Overwrite=True)
    yield Kept(s3, ssm, key)
    s3.close()
    ssm.close()


@pytest.fixture
def bedrock() -> Iterator[FakeBedrock]:
    with FakeBedrock(REGION) as bedrock:
        yield bedrock


@pytest.fixture
def invoke() -> Iterator[FakeInvoke]:
    with FakeInvoke(REGION) as invoke:
        yield invoke


@pytest.fixture
def ivs() -> Iterator[FakeIvs]:
    with FakeIvs(REGION) as ivs:
        yield ivs


@dataclass
class Aws:
    """All that the functions have to do with; `variables` sets and takes out of their environment."""

    moto: Moto
    s3: Any
    bedrock: FakeBedrock
    invoke: FakeInvoke
    ivs: FakeIvs
    bucket: str
    stage: OneStage
    variables: pytest.MonkeyPatch

    def objects(self, prefix: str = "") -> dict[str, bytes]:
        """Return what lies in the bucket below a prefix."""
        listed = self.s3.list_objects_v2(Bucket=self.bucket, Prefix=prefix).get("Contents", [])
        return {
            each["Key"]: self.s3.get_object(Bucket=self.bucket, Key=each["Key"])["Body"].read()
            for each in listed
        }

    def pull_bucket(self) -> None:
        """Take the bucket away, also from under somebody who writes to it."""
        while True:
            for name in self.objects():
                self.s3.delete_object(Bucket=self.bucket, Key=name)
            with suppress(self.s3.exceptions.ClientError):  # something has come in between
                self.s3.delete_bucket(Bucket=self.bucket)
                return

    def start_anew(self) -> None:
        """Forget what this process has made: as in a cold start."""
        forget()


@pytest.fixture
def aws(
    moto: Moto,
    kept: Kept,
    bedrock: FakeBedrock,
    invoke: FakeInvoke,
    ivs: FakeIvs,
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
) -> Iterator[Aws]:
    credentials(monkeypatch, tmp_path)
    # botocore's pauses between retries are its own affair.
    monkeypatch.setattr("botocore.endpoint.time", SimpleNamespace(sleep=lambda _: None))
    bucket = f"library-{uuid.uuid4()}"
    for name, value in {
        "AWS_REGION": REGION,
        "AWS_DEFAULT_REGION": REGION,
        "AWS_ENDPOINT_URL": moto.url,
        "AWS_ENDPOINT_URL_BEDROCK": bedrock.endpoint_url,
        "AWS_ENDPOINT_URL_BEDROCK_RUNTIME": bedrock.endpoint_url,
        "AWS_ENDPOINT_URL_IVS_REALTIME": ivs.endpoint_url,
        "AWS_ENDPOINT_URL_LAMBDA": invoke.endpoint_url,
        "AWS_ALLOW_HTTP": "true",
        "CYCLORAMA_GENERATOR": "bedrock",
        "CYCLORAMA_BEDROCK_MODEL": MODEL,
        "CYCLORAMA_BEDROCK_REGION": REGION,
        "CYCLORAMA_GUARDRAIL": "",
        "CYCLORAMA_LIBRARY": f"s3://{bucket}/library",
        "CYCLORAMA_PUBLIC_URL": "https://studio.example/library",
        "CYCLORAMA_STAGE_BACKEND": "ivs",
        "CYCLORAMA_STAGE": STAGE.arn,
        "CYCLORAMA_IVS_KEY_ARN": KEY_ARN,
        "CYCLORAMA_DATA": str(tmp_path / "data"),
        "STAGE_KEY_PARAMETER": KEY,
        "JOBS": f"s3://{bucket}/jobs",
        "PAINTER": "painter",
        "SIGN_IN": SIGN_IN,
        "PAGE_LIBRARY": "/library",
    }.items():
        monkeypatch.setenv(name, value)
    kept.s3.create_bucket(Bucket=bucket, CreateBucketConfiguration={"LocationConstraint": REGION})
    ivs.keys[KEY_ARN] = public_half(kept.key)
    for stage in (STAGE, OTHERS_STAGE):
        ivs.stages[stage.arn] = replace(stage, participants={})
    forget()
    yield Aws(moto, kept.s3, bedrock, invoke, ivs, bucket, ivs.stages[STAGE.arn], monkeypatch)
    forget()


@pytest.fixture(autouse=True)
def loops(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """One event loop for each thread, since here two functions share a process."""
    mine = threading.local()
    made: list[asyncio.AbstractEventLoop] = []

    def loop() -> asyncio.AbstractEventLoop:
        if not hasattr(mine, "loop"):
            mine.loop = asyncio.new_event_loop()
            made.append(mine.loop)
        found: asyncio.AbstractEventLoop = mine.loop
        return found

    monkeypatch.setattr(running, "_loop", loop)
    yield
    for each in made:
        each.run_until_complete(each.shutdown_default_executor())
        each.close()


def forget() -> None:
    desk.desk.cache_clear()
    studio.studio.cache_clear()
    painter._swept = -painter.SWEEP_S


def paint(job: str, seconds: float = 300.0) -> str:
    """Hand a job to the painter, and return what it says became of it."""
    return painter.handler({"job": job}, Context(seconds))["outcome"]
