"""A server on loopback that gives the answers it was told to, for tests of whoever asks one."""

from __future__ import annotations

import socket
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Self

from starlette.applications import Starlette
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from tests.fakes.serving import Threaded

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
        listening = socket.create_server((self.host, 0))
        scheme = "https" if self.context else "http"
        self.origin = f"{scheme}://{self.host}:{listening.getsockname()[1]}"
        app = Starlette(
            routes=[Route("/{path:path}", self._answer, methods=["GET", "POST", "PUT", "DELETE"])]
        )
        self._serving = Threaded(app, listening, context=self.context, log_level="critical")
        return self

    def __exit__(self, *_: object) -> None:
        self._serving.stop()

    async def _answer(self, request: Request) -> Response:
        path = request.scope["raw_path"].decode()
        body = await request.json() if await request.body() else None
        self.asked.append(Asked(request.method, path, request.headers.get("authorization"), body))
        answer = self.answers.get(f"{request.method} {path}")
        if isinstance(answer, Response):
            return answer
        return Response(status_code=404) if answer is None else JSONResponse(answer)
