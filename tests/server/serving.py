"""The application behind a real server on loopback."""

from __future__ import annotations

import asyncio
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

import uvicorn

from cyclorama.server.app import create_app
from cyclorama.server.connection import Connection

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from cyclorama.backgrounds.generators import Generators
    from cyclorama.settings import Settings


@asynccontextmanager
async def served(
    settings: Settings, generators: Generators, connection: type[Connection] = Connection
) -> AsyncIterator[int]:
    """Serve while inside, and yield the port."""
    app = create_app(settings, generators)
    config = uvicorn.Config(
        app, port=0, log_config=None, access_log=False, http=connection, timeout_graceful_shutdown=2
    )
    server = uvicorn.Server(config)
    serving = asyncio.create_task(server.serve())
    while not server.started:  # noqa: ASYNC110 - uvicorn has no event for it
        await asyncio.sleep(0.01)
    try:
        yield server.servers[0].sockets[0].getsockname()[1]
    finally:
        server.should_exit = True
        await serving
