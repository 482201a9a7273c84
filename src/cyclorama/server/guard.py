"""Stands before every request and bounds what a browser may do with the answer.

- `Host` must be a name that we are known by: another site's name that resolves to us (DNS rebinding) is
  refused. Where we listen on every address, an address will do: rebinding takes a name.
- `Origin`, where a browser sends one, must be our own page's: other sites' pages can not act as the creator,
  nor can, where we speak HTTPS, a page without it that somebody on the way put under our name.
- A request's body is bounded before anything reads it.
- Answers carry the headers that say what a page may load and whom it may reach; see `policy.py`.
"""

from __future__ import annotations

from ipaddress import ip_address
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from starlette.datastructures import Headers, MutableHeaders

from cyclorama.errors import CycloramaError, Forbidden, InvalidRequest, TooLarge
from cyclorama.server import problems
from cyclorama.server.policy import Policy
from cyclorama.settings import ANY_ADDRESS, LOOPBACK
from cyclorama.wire import problem
from cyclorama.wire.config import MAX_IMPORT

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Message, Receive, Scope, Send

    from cyclorama.settings import Settings

MAX_BODY = 1_000_000
LARGER = {
    "/backgrounds/upload": 21_000_000,  # a little over what it takes, so that its own error can say so
    "/backgrounds/import": MAX_IMPORT,
}


class Guard:
    """The outermost ASGI middleware."""

    def __init__(self, app: ASGIApp, settings: Settings) -> None:
        self._app = app
        self._policy = Policy(settings)
        self._hosts = LOOPBACK | {settings.host, *settings.allowed_hosts}
        # Bound to every address, we can not know our names; creators must show their key there anyway.
        self._any_address = settings.host in ANY_ADDRESS
        self._any_host = self._any_address and not settings.allowed_hosts

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on, or refuse it."""
        if scope["type"] not in {"http", "websocket"}:
            await self._app(scope, receive, send)
            return
        headers = Headers(scope=scope)
        try:
            self._check_host(headers)
            _check_origin(headers, scope["scheme"])
            limit = LARGER.get(scope["path"], MAX_BODY)
            if int(headers.get("content-length") or 0) > limit:
                raise _too_large(limit)
        except (CycloramaError, ValueError) as error:
            await _refuse(scope, receive, send, error, self._policy.headers(scope))
            return

        if scope["type"] == "websocket":
            await self._app(scope, receive, send)
        else:
            await _Exchange(receive, send, limit, self._policy.headers(scope)).run(self._app, scope)

    def _check_host(self, headers: Headers) -> None:
        host = headers.get("host", "")
        name = _name(host)
        if self._any_host or name in self._hosts or (self._any_address and _is_address(name)):
            return
        raise Forbidden(
            f"This server is not known as {host!r}. "
            "If it should be, add that name to CYCLORAMA_ALLOWED_HOSTS."
        )


def _check_origin(headers: Headers, scheme: str) -> None:
    if (origin := headers.get("origin")) is None:
        return
    page = urlsplit(origin)
    # A proxy in front may speak HTTPS where we do not, but not the other way round.
    if page.netloc != headers.get("host") or (scheme in {"https", "wss"} and page.scheme != "https"):
        raise Forbidden("A page of another site asked. Only pages of this server may use it.")


def _name(host: str) -> str:
    try:
        return urlsplit(f"//{host}").hostname or ""
    except ValueError:
        return ""


def _is_address(name: str) -> bool:
    try:
        ip_address(name)
    except ValueError:
        return False
    return True


class _Exchange:
    """One request whose body is counted while it is read, and its answer."""

    def __init__(self, receive: Receive, send: Send, limit: int, headers: dict[str, str]) -> None:
        self._receive = receive
        self._send = send
        self._limit = limit
        self._left = limit
        self._headers = headers

    async def run(self, app: ASGIApp, scope: Scope) -> None:
        await app(scope, self._bounded, self._guarded)
        if self._left < 0:
            await problems.response(problem.of(_too_large(self._limit)), self._headers)(
                scope, self._receive, self._send
            )

    async def _bounded(self) -> Message:
        message = await self._receive()
        self._left -= len(message.get("body", b""))
        if self._left < 0:
            raise _too_large(self._limit)
        return message

    async def _guarded(self, message: Message) -> None:
        if self._left < 0:
            return  # whatever the application makes of a body cut short, `run` knows better
        if message["type"] == "http.response.start":
            headers = MutableHeaders(scope=message)
            for name, value in self._headers.items():
                headers.setdefault(name, value)
        await self._send(message)


def _too_large(limit: int) -> TooLarge:
    return TooLarge(f"The request's body is larger than {limit // 1_000_000} MB. Send less.")


async def _refuse(
    scope: Scope, receive: Receive, send: Send, error: Exception, headers: dict[str, str]
) -> None:
    known = error if isinstance(error, CycloramaError) else InvalidRequest("Content-Length is not a number.")
    if scope["type"] == "websocket":
        # Closing before accepting makes the handshake fail with 403.
        close: dict[str, Any] = {"type": "websocket.close", "code": 1008, "reason": known.title}
        await receive()
        await send(close)
    else:
        await problems.response(problem.of(known), headers)(scope, receive, send)
