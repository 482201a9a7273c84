"""Real HTTP on loopback, in the test's own event loop."""

from __future__ import annotations

import asyncio
import socket
from typing import TYPE_CHECKING

import uvicorn
from starlette.applications import Starlette

if TYPE_CHECKING:
    from starlette.routing import Route


class Serving:
    """A server of some routes; its context gives the address."""

    def __init__(self, *routes: Route) -> None:
        config = uvicorn.Config(Starlette(routes=list(routes)), log_level="error", lifespan="off")
        self._web = uvicorn.Server(config)
        self._socket = socket.create_server(("127.0.0.1", 0))

    async def __aenter__(self) -> str:
        self._task = asyncio.create_task(self._web.serve([self._socket]))
        while not self._web.started:  # noqa: ASYNC110 # uvicorn has no event for it
            await asyncio.sleep(0.01)
        return f"http://127.0.0.1:{self._socket.getsockname()[1]}"

    async def __aexit__(self, *_: object) -> None:
        self._web.should_exit = True
        await self._task
