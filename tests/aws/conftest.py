"""The package that AWS Lambda runs, built for real: once for all tests, workers and runs."""

from __future__ import annotations

import contextlib
import fcntl
import shutil
import site
import zipfile
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from cyclorama.aws import package
from cyclorama.aws.wheels import HERE
from tests.aws.wheelhouse import Wheelhouse
from tests.fakes.aws import credentials

if TYPE_CHECKING:
    from collections.abc import Iterator

    from cyclorama.aws.package import Built
    from tests.aws.deploying import Account

# What Lambda's Python has by itself: boto3, and what it stands on.
RUNTIME = ("boto3", "botocore", "dateutil", "jmespath", "s3transfer", "six.py", "urllib3")


@pytest.fixture(scope="session")
def packages(request: pytest.FixtureRequest) -> Path:
    """The folder in which packages are kept from one run to the next."""
    assert request.config.cache is not None
    return request.config.cache.mkdir("aws-package")


@pytest.fixture(scope="session")
def lambda_package(packages: Path) -> Built:
    """The package as `cyclorama aws up` sends it."""
    with _alone(packages):
        return package.kept(cache=packages)


@pytest.fixture(scope="session")
def local_package(packages: Path) -> Built:
    """The same package with this machine's wheels."""
    with _alone(packages):
        return package.kept(HERE, cache=packages)


@pytest.fixture(scope="session")
def functions(packages: Path, local_package: Built) -> Path:
    """The folder that a Lambda of this machine's kind would find in /var/task. Nobody writes to it."""
    folder = packages / f"unpacked-{local_package.sha256}"
    with _alone(packages):
        if not folder.is_dir():
            for old in packages.glob("unpacked-*"):
                shutil.rmtree(old)
            draft = packages / "unpacked-draft"
            with zipfile.ZipFile(local_package.path) as archive:
                archive.extractall(draft)
            draft.rename(folder)
    return folder


@pytest.fixture(scope="session")
def runtime(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the packages that Lambda's Python has by itself, and no others of this machine's."""
    folder = tmp_path_factory.mktemp("runtime")
    installed = Path(site.getsitepackages()[0])
    for name in RUNTIME:
        (folder / name).symlink_to(installed / name)
    return folder


@contextlib.contextmanager
def _alone(folder: Path) -> Iterator[None]:
    """Let other workers wait, so that all of them find what the first one builds."""
    with (folder / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


@pytest.fixture
def wheelhouse(monkeypatch: pytest.MonkeyPatch, tmp_path_factory: pytest.TempPathFactory) -> Wheelhouse:
    """A registry with two tiny wheels, which pip takes for its only one."""
    house = Wheelhouse(tmp_path_factory.mktemp("wheelhouse"), monkeypatch)
    house.add("tiny")
    house.add("small")
    return house


@pytest.fixture(scope="session")
def moto_server() -> Iterator[str]:
    """The address of moto's server, which knows most of AWS."""
    pytest.importorskip("flask", reason="needs moto[server]")
    from moto.server import ThreadedMotoServer

    server = ThreadedMotoServer("127.0.0.1", 0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    yield f"http://{host}:{port}"
    server.stop()


@pytest.fixture
def account(moto_server: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[Account]:
    """An empty account that studios can be deployed into; the environment leads there."""
    from tests.aws.deploying import Account

    credentials(monkeypatch, tmp_path)
    with Account(moto_server, tmp_path) as account:
        for name, value in account.variables.items():
            monkeypatch.setenv(name, value)
        yield account
