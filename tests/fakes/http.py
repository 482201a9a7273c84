"""A server on loopback that gives the answers it was told to, for tests of whoever asks one."""

from __future__ import annotations

import socket
import threading
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Self

import uvicorn
from starlette.applications import Starlette
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

if TYPE_CHECKING:
    import ssl

    from starlette.requests import Request


@dataclass(frozen=True)
class Asked:
    """One request; `path` is as it was sent, and `body` is read as JSON."""

    method: str
    path: str
    authorization: str | None
    body: Any


@dataclass
class FakeServer:
    """Answers `METHOD /path` with what `answers` has for it, and 404 to all else.

    Attributes:
        host: where it listens.
        context: of TLS; None for plain HTTP.
        answers: JSON, or a whole response.
        asked: all requests by now.
    """

    host: str = "localhost"
    context: ssl.SSLContext | None = None
    answers: dict[str, Any] = field(default_factory=dict)
    asked: list[Asked] = field(default_factory=list)

    def __enter__(self) -> Self:
        self._socket = socket.create_server((self.host, 0))
        scheme = "https" if self.context else "http"
        self.origin = f"{scheme}://{self.host}:{self._socket.getsockname()[1]}"
        app = Starlette(
            routes=[Route("/{path:path}", self._answer, methods=["GET", "POST", "PUT", "DELETE"])]
        )
        config = uvicorn.Config(app, log_level="critical", lifespan="off", timeout_graceful_shutdown=1)
        config.load()
        config.ssl = self.context
        self._server = uvicorn.Server(config)
        self._thread = threading.Thread(target=self._server.run, args=([self._socket],))
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.should_exit = True
        self._thread.join()
        self._socket.close()

    async def _answer(self, request: Request) -> Response:
        path = request.scope["raw_path"].decode()
        body = await request.json() if await request.body() else None
        self.asked.append(Asked(request.method, path, request.headers.get("authorization"), body))
        answer = self.answers.get(f"{request.method} {path}")
        if isinstance(answer, Response):
            return answer
        return Response(status_code=404) if answer is None else JSONResponse(answer)
