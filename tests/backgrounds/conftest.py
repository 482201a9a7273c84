"""Places for a library: a folder, and a bucket on moto's own server."""

from __future__ import annotations

import importlib.util
import os
import uuid
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Self

import pytest

from cyclorama.backgrounds.library import Library
from cyclorama.backgrounds.store import Store

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import tzinfo
    from pathlib import Path

PLACES = [pytest.param("folder", marks=pytest.mark.unit), pytest.param("bucket", marks=pytest.mark.aws)]
KEYS = {"AWS_ACCESS_KEY_ID": "test", "AWS_SECRET_ACCESS_KEY": "test", "AWS_REGION": "us-east-1"}


@pytest.fixture(scope="session")
def moto() -> Iterator[str]:
    """The address of an S3 server."""
    if not (importlib.util.find_spec("moto") and importlib.util.find_spec("flask")):
        pytest.skip("moto[server] is not installed")
    from moto.server import ThreadedMotoServer

    server = ThreadedMotoServer("127.0.0.1", 0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    yield f"http://{host}:{port}"
    server.stop()


@pytest.fixture
def aws(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> pytest.MonkeyPatch:
    """No account of whoever runs the tests; no question to the machine's cloud."""
    for name in os.environ:
        if name.startswith("AWS_"):
            monkeypatch.delenv(name)
    for name in ("AWS_CONFIG_FILE", "AWS_SHARED_CREDENTIALS_FILE"):
        monkeypatch.setenv(name, str(tmp_path / "none"))
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    return monkeypatch


@pytest.fixture
def bucket(moto: str, aws: pytest.MonkeyPatch) -> str:
    """The URL of a prefix in a fresh bucket; the environment leads there, also that of child processes."""
    import boto3

    for name, value in (KEYS | {"AWS_ENDPOINT_URL": moto, "AWS_ALLOW_HTTP": "true"}).items():
        aws.setenv(name, value)
    name = f"library-{uuid.uuid4()}"
    client = boto3.client("s3")
    client.create_bucket(Bucket=name)
    client.close()
    return f"s3://{name}/some/prefix"


@pytest.fixture
def place(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """A folder or a bucket's URL, as the parameter says."""
    return str(request.getfixturevalue("bucket") if request.param == "bucket" else tmp_path / "library")


def open_store(place: str) -> Store:
    from pathlib import Path

    return Store.bucket(place) if place.startswith("s3://") else Store.folder(Path(place))


@pytest.fixture
def store(place: str) -> Store:
    return open_store(place)


@pytest.fixture
def library(store: Store) -> Library:
    return Library(store)


@pytest.fixture
def another(place: str) -> Library:
    """The same library, as another process has it open."""
    return Library(open_store(place))


class Clock:
    """Lets time pass for those who look at how old things in a store are."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self._monkeypatch = monkeypatch
        self._passed = timedelta()

    def forward(self, **units: float) -> None:
        self._passed += timedelta(**units)
        passed = self._passed

        class Later(datetime):
            @classmethod
            def now(cls, tz: tzinfo | None = None) -> Self:
                now = super().now(tz) + passed
                return cls(*now.timetuple()[:6], tzinfo=tz)

        self._monkeypatch.setattr("cyclorama.backgrounds.store.datetime", Later)
        self._monkeypatch.setattr("time.time", lambda: datetime.now().timestamp() + passed.total_seconds())


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    return Clock(monkeypatch)
