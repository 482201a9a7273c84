"""A real server on loopback, in the test's own event loop."""

from __future__ import annotations

import asyncio
import socket
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pytest
import uvicorn

from cyclorama.server.app import create_app
from cyclorama.stage.local import LocalStage
from cyclorama.stage.tokens import Signer

from .clients import until

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path

    from cyclorama.settings import Settings
    from cyclorama.stage.tokens import Token


@dataclass
class Running:
    """A stage and where it is."""

    stage: LocalStage
    url: str

    def token(self, *, publish: bool, minutes: int = 60) -> Token:
        return self.stage.mint_token(user_id="somebody", attributes={}, publish=publish, minutes=minutes)

    def publishing(self, host: Token) -> bool:
        return any(each.publishing for each in self.stage.participants() if each.id == host.claims.jti)


@pytest.fixture
def signer(tmp_path: Path) -> Signer:
    return Signer.at(tmp_path)


@pytest.fixture
async def server(
    signer: Signer, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[Running]:
    local = LocalStage(signer)
    monkeypatch.setattr(LocalStage, "at", lambda _: local)
    app = create_app(settings)
    with socket.create_server(("127.0.0.1", 0)) as listening:
        config = uvicorn.Config(app, log_level="error", ws="websockets-sansio")
        web = uvicorn.Server(config)
        serving = asyncio.create_task(web.serve([listening]))
        await until(lambda: web.started)
        yield Running(local, f"http://127.0.0.1:{listening.getsockname()[1]}")
        web.should_exit = True
        await serving
