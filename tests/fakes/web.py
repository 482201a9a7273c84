"""A fake that speaks HTTP on loopback, in a thread of its own, whatever its paths are."""

from __future__ import annotations

import socket
from abc import ABC, abstractmethod
from typing import TYPE_CHECKING, Self

from starlette.requests import Request
from starlette.responses import JSONResponse

from tests.fakes.serving import Threaded

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
        self._serving = Threaded(
            self._asked, self._socket, interface="asgi3", log_level="warning", server_header=False
        )
        return self

    def __exit__(self, *_: object) -> None:
        self._serving.stop()

    async def _asked(self, scope: Scope, receive: Receive, send: Send) -> None:
        answer = await self.answer(Request(scope, receive))
        await answer(scope, receive, send)


def message(status: int, text: str, **headers: str) -> JSONResponse:
    """Return an error as gateways of AWS write it; `www_authenticate` becomes WWW-Authenticate."""
    return JSONResponse(
        {"message": text}, status, {name.replace("_", "-"): value for name, value in headers.items()}
    )
