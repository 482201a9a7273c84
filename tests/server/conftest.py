"""The server's application, asked without a network."""

from __future__ import annotations

import ssl
from typing import TYPE_CHECKING

import httpx
import pytest

from cyclorama.backgrounds.fake import FakeGenerator
from cyclorama.backgrounds.generators import Generators
from cyclorama.server import tls
from cyclorama.server.app import create_app
from cyclorama.settings import Settings

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path

    from cyclorama.stage.base import StageBackend


@pytest.fixture
def generators(settings: Settings) -> Generators:
    """Return the generators that the application of `client` has; a test may add its own."""
    generators = Generators(settings)
    generators.add(FakeGenerator())
    return generators


@pytest.fixture
async def client(settings: Settings, generators: Generators) -> AsyncIterator[httpx.AsyncClient]:
    async with asked(settings, generators=generators) as client:
        yield client


def asked(
    settings: Settings,
    host: str = "localhost:8000",
    generators: Generators | None = None,
    backend: StageBackend | None = None,
) -> httpx.AsyncClient:
    """Return a client of a new application with these settings."""
    app = create_app(settings, generators, backend)
    transport = httpx.ASGITransport(app, raise_app_exceptions=False)
    return httpx.AsyncClient(transport=transport, base_url=f"http://{host}")


@pytest.fixture(params=["http", "https"])
def context(request: pytest.FixtureRequest, tmp_path: Path) -> ssl.SSLContext | None:
    """Return what a server needs for HTTPS; None where it is to speak HTTP. Tests run under both."""
    if request.param == "http":
        return None
    certificate = tls.certificate(Settings(data=tmp_path / "data", tls_self_signed=True))
    assert certificate
    return certificate.context()


@pytest.fixture
def trust(context: ssl.SSLContext | None, tmp_path: Path) -> ssl.SSLContext | None:
    """Return what a client needs that knows the certificate of such a server."""
    return ssl.create_default_context(cafile=tmp_path / "data/tls/cert.pem") if context else None
