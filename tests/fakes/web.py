"""A fake that speaks HTTP on loopback, in a thread of its own, whatever its paths are."""

from __future__ import annotations

import socket
import threading
from abc import ABC, abstractmethod
from typing import TYPE_CHECKING, Self

import uvicorn
from starlette.requests import Request
from starlette.responses import JSONResponse

if TYPE_CHECKING:
    from starlette.responses import Response
    from starlette.types import Receive, Scope, Send


class Web(ABC):
    """Serves while its context is open.

    Attributes:
        origin: where, as browsers write it: pages from there are in a secure context.
    """

    def __init__(self, port: int = 0) -> None:
        self._socket = socket.create_server(("127.0.0.1", port))
        self.origin = f"http://localhost:{self._socket.getsockname()[1]}"

    @abstractmethod
    async def answer(self, request: Request) -> Response:
        """Answer any request."""

    def __enter__(self) -> Self:
        config = uvicorn.Config(
            self._asked,
            interface="asgi3",
            log_level="warning",
            lifespan="off",
            server_header=False,
            timeout_graceful_shutdown=1,
        )
        self._server = uvicorn.Server(config)
        self._thread = threading.Thread(target=self._server.run, args=([self._socket],))
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.should_exit = True
        self._thread.join()
        self._socket.close()

    async def _asked(self, scope: Scope, receive: Receive, send: Send) -> None:
        answer = await self.answer(Request(scope, receive))
        await answer(scope, receive, send)


def message(status: int, text: str, **headers: str) -> JSONResponse:
    """Return an error as gateways of AWS write it; `www_authenticate` becomes WWW-Authenticate."""
    return JSONResponse(
        {"message": text}, status, {name.replace("_", "-"): value for name, value in headers.items()}
    )
