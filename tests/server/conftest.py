"""The server's application, asked without a network."""

from __future__ import annotations

from typing import TYPE_CHECKING

import httpx
import pytest

from cyclorama.backgrounds.fake import FakeGenerator
from cyclorama.backgrounds.generators import GENERATORS
from cyclorama.server.app import create_app

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from cyclorama.settings import Settings


@pytest.fixture
async def client(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[httpx.AsyncClient]:
    monkeypatch.setitem(GENERATORS, "fake", FakeGenerator)
    async with asked(settings) as client:
        yield client


def asked(settings: Settings, host: str = "localhost:8000") -> httpx.AsyncClient:
    """Return a client of a new application with these settings."""
    transport = httpx.ASGITransport(create_app(settings), raise_app_exceptions=False)
    return httpx.AsyncClient(transport=transport, base_url=f"http://{host}")
