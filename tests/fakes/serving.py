"""Real HTTP on loopback: in a thread of its own, or in the test's own event loop."""

from __future__ import annotations

import asyncio
import socket
import threading
from typing import TYPE_CHECKING, Any

import uvicorn
from starlette.applications import Starlette

if TYPE_CHECKING:
    import ssl

    from starlette.routing import Route


class Threaded:
    """Serves an application from a socket until it is stopped, which closes the socket, too.

    Args:
        app: as uvicorn takes it.
        listening: the socket.
        context: of TLS; None for plain HTTP.
        settings: more of uvicorn's.
    """

    def __init__(
        self, app: Any, listening: socket.socket, *, context: ssl.SSLContext | None = None, **settings: Any
    ) -> None:
        config = uvicorn.Config(app, lifespan="off", timeout_graceful_shutdown=1, **settings)
        config.load()
        config.ssl = context
        self._socket = listening
        self._server = uvicorn.Server(config)
        self._thread = threading.Thread(target=self._server.run, args=([listening],))
        self._thread.start()

    def stop(self) -> None:
        """Serve no more."""
        self._server.should_exit = True
        self._thread.join()
        self._socket.close()


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
