"""An application behind a real server on loopback, and clients that behave badly."""

from __future__ import annotations

import asyncio
import socket
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

import uvicorn

from cyclorama.server.app import create_app
from cyclorama.server.connection import Connection

if TYPE_CHECKING:
    import ssl
    from collections.abc import AsyncIterator

    from starlette.types import ASGIApp

    from cyclorama.backgrounds.generators import Generators
    from cyclorama.settings import Settings


@asynccontextmanager
async def serving(
    app: ASGIApp, connection: type[Connection] = Connection, context: ssl.SSLContext | None = None
) -> AsyncIterator[int]:
    """Serve `app` while inside, over TLS where there is a context, and yield the port."""
    config = uvicorn.Config(
        app, port=0, log_config=None, access_log=False, http=connection, timeout_graceful_shutdown=2
    )
    config.load()
    config.ssl = context
    server = uvicorn.Server(config)
    running = asyncio.create_task(server.serve())
    while not server.started:  # noqa: ASYNC110 - uvicorn has no event for it
        await asyncio.sleep(0.01)
    try:
        yield server.servers[0].sockets[0].getsockname()[1]
    finally:
        server.should_exit = True
        await running


@asynccontextmanager
async def served(
    settings: Settings,
    generators: Generators | None = None,
    connection: type[Connection] = Connection,
    context: ssl.SSLContext | None = None,
) -> AsyncIterator[int]:
    """Serve the application while inside, and yield the port."""
    async with serving(create_app(settings, generators), connection, context) as port:
        yield port


async def sent(request: str, port: int, trust: ssl.SSLContext | None) -> socket.socket:
    """Send a request the plain way, and leave the answer where it is."""
    return await asyncio.to_thread(_sent, request, port, trust)


def _sent(request: str, port: int, trust: ssl.SSLContext | None) -> socket.socket:
    connected = socket.create_connection(("127.0.0.1", port), timeout=20)
    if trust:
        connected = trust.wrap_socket(connected, server_hostname="localhost")
    connected.sendall(request.encode())
    return connected


def read_to_the_end(connected: socket.socket) -> int:
    """Read what is left, and return how many bytes that was."""
    read = 0
    try:
        while part := connected.recv(100_000):
            read += len(part)
    except OSError:  # reset; under TLS, without a goodbye
        pass
    return read
