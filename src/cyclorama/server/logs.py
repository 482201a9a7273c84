"""Structured logs: one line an event, `key=value`, and never a token in it."""

from __future__ import annotations

import logging
import re
import time
from datetime import UTC, datetime
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Message, Receive, Scope, Send

# A JWT, whole or cut short, and whatever follows the word Bearer.
SECRET = re.compile(r"eyJ[\w-]{8,}(?:\.[\w-]*){0,2}|(?<=[Bb]earer )\S+|(?<=key=)[\w-]+")
_STANDARD = frozenset(vars(logging.makeLogRecord({}))) | {"message", "asctime", "color_message", "websocket"}

access = logging.getLogger("cyclorama.access")


class Formatter(logging.Formatter):
    """`2026-01-31T12:00:00Z info cyclorama.access GET /healthz status=200 ms=1.2`."""

    def format(self, record: logging.LogRecord) -> str:
        """Return the line."""
        fields = {name: value for name, value in vars(record).items() if name not in _STANDARD}
        line = " ".join(
            (
                datetime.fromtimestamp(record.created, UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
                record.levelname.lower(),
                record.name,
                record.getMessage(),
                *(f"{name}={value}" for name, value in fields.items()),
            )
        )
        if record.exc_info:
            line += "\n" + self.formatException(record.exc_info)
        return SECRET.sub("[hidden]", line)


def configure(level: str) -> None:
    """Send every log of the process to standard error, at `level` and above."""
    handler = logging.StreamHandler()
    handler.setFormatter(Formatter())
    logging.basicConfig(level=level.upper(), handlers=[handler], force=True)
    for chatty in ("aioice", "aiortc", "websockets", "uvicorn.access"):
        logging.getLogger(chatty).setLevel(logging.WARNING)


class AccessLog:
    """ASGI middleware that logs each request's end. The query is left out: it is nobody's business."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on and log how it went."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        began = time.perf_counter()
        status = 0

        async def noted(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
            await send(message)

        try:
            await self._app(scope, receive, noted)
        finally:
            ms = round((time.perf_counter() - began) * 1000, 1)
            access.info("%s %s", scope["method"], scope["path"], extra={"status": status, "ms": ms})
