"""A real server on loopback, in the test's own event loop."""

from __future__ import annotations

import asyncio
import socket
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pytest
import uvicorn

from cyclorama.server.app import create_app
from cyclorama.stage.ledger import Ledger
from cyclorama.stage.local import DEFAULT, LocalBackend, address
from cyclorama.stage.tokens import Signer

from .clients import until

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from cyclorama.settings import Settings
    from cyclorama.stage.room import Room
    from cyclorama.stage.tokens import Token


@dataclass
class Running:
    """The local stages and where they are. `stage` is the default one."""

    backend: LocalBackend
    url: str

    @property
    def stage(self) -> Room:
        return self.backend.room(DEFAULT)

    def token(
        self, *, publish: bool, subscribe: bool = True, minutes: int = 60, stage: str = DEFAULT
    ) -> Token:
        return self.backend._signer.mint(
            address(stage),
            user_id="somebody",
            attributes={},
            publish=publish,
            subscribe=subscribe,
            minutes=minutes,
        )

    def publishing(self, host: Token) -> bool:
        there = self.backend.room(host.claims.topic).participants()
        return any(each.publishing for each in there if each.id == host.participant_id)


@pytest.fixture
def signer(settings: Settings) -> Signer:
    return Signer.at(settings.data)


@pytest.fixture
async def server(signer: Signer, settings: Settings) -> AsyncIterator[Running]:
    local = LocalBackend(settings, signer, Ledger(settings.data))
    app = create_app(settings, backend=local)
    with socket.create_server(("127.0.0.1", 0)) as listening:
        config = uvicorn.Config(app, log_level="error", ws="websockets-sansio")
        web = uvicorn.Server(config)
        serving = asyncio.create_task(web.serve([listening]))
        await until(lambda: web.started)
        yield Running(local, f"http://127.0.0.1:{listening.getsockname()[1]}")
        web.should_exit = True
        await serving
