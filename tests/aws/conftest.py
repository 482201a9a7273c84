"""The package that AWS Lambda runs, built for real, once for all tests, workers and runs; and deployed."""

from __future__ import annotations

from typing import TYPE_CHECKING

import httpx
import pytest

from cyclorama.aws import package, template
from cyclorama.aws.wheels import HERE
from tests.aws.wheelhouse import Wheelhouse
from tests.fakes.aws import credentials
from tests.fakes.deployment import Deployment
from tests.fakes.lambda_runtime import runtime_folder
from tests.fakes.packaged import alone, unpacked

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from cyclorama.aws.package import Built
    from tests.aws.deploying import Account


@pytest.fixture(scope="session")
def packages(request: pytest.FixtureRequest) -> Path:
    """The folder in which packages are kept from one run to the next."""
    assert request.config.cache is not None
    return request.config.cache.mkdir("aws-package")


@pytest.fixture(scope="session")
def lambda_package(packages: Path) -> Built:
    """The package as `cyclorama aws up` sends it."""
    with alone(packages):
        return package.kept(cache=packages)


@pytest.fixture(scope="session")
def local_package(packages: Path) -> Built:
    """The same package with this machine's wheels."""
    with alone(packages):
        return package.kept(HERE, cache=packages)


@pytest.fixture(scope="session")
def functions(packages: Path) -> Path:
    """The folder that a Lambda of this machine's kind would find in /var/task. Nobody writes to it."""
    return unpacked(packages)


@pytest.fixture(scope="session")
def runtime(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the packages that Lambda's Python has by itself, and no others of this machine's."""
    return runtime_folder(tmp_path_factory.mktemp("runtime"))


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


@pytest.fixture(scope="module")
def deployment(functions: Path) -> Iterator[Deployment]:
    """The whole stack on loopback."""
    with Deployment(template.text(), (functions,)) as deployment:
        yield deployment


@pytest.fixture(scope="module")
def anyone(deployment: Deployment) -> Iterator[httpx.Client]:
    """Who has not signed in to it."""
    with httpx.Client(base_url=deployment.url, timeout=40) as client:
        yield client


@pytest.fixture(scope="module")
def creator(deployment: Deployment) -> Iterator[httpx.Client]:
    """Who has."""
    token = deployment.oidc.token()
    headers = {"Authorization": f"Bearer {token}"}
    with httpx.Client(base_url=deployment.url, timeout=40, headers=headers) as client:
        yield client
