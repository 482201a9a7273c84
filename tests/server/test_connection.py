from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

import pytest

from cyclorama.server.connection import Connection
from tests.server.serving import read_to_the_end, sent, serving

if TYPE_CHECKING:
    import ssl

    from starlette.types import Receive, Scope, Send

pytestmark = pytest.mark.unit

SIZE = 20_000_000  # more than all buffers on the way hold
GET = "GET / HTTP/1.1\r\nHost: localhost\r\n\r\n"


class Impatient(Connection):
    unread_s = 0.2


class Hasty(Connection):
    """Closes connections that have nothing to do."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.timeout_keep_alive = 0.1  # type: ignore[assignment] # any number will do


async def large(scope: Scope, receive: Receive, send: Send) -> None:
    """Answer with one large piece, as with a picture."""
    if scope["type"] == "lifespan":
        for kind in ("startup", "shutdown"):
            await receive()
            await send({"type": f"lifespan.{kind}.complete"})
        return
    headers = [(b"content-length", str(SIZE).encode())]
    await send({"type": "http.response.start", "status": 200, "headers": headers})
    await send({"type": "http.response.body", "body": b"x" * SIZE})


async def test_an_answer_of_one_piece_that_nobody_reads_is_closed(
    context: ssl.SSLContext | None, trust: ssl.SSLContext | None
) -> None:
    async with serving(large, Impatient, context) as port:
        with await sent(GET, port, trust) as deaf:
            await asyncio.sleep(1)
            assert await asyncio.to_thread(read_to_the_end, deaf) < SIZE


async def test_one_that_is_read_slowly_arrives_whole(
    context: ssl.SSLContext | None, trust: ssl.SSLContext | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("asyncio.constants.SSL_SHUTDOWN_TIMEOUT", 0.2)
    read = 0
    async with serving(large, Hasty, context) as port:
        with await sent(GET, port, trust) as slow:
            while read < SIZE:
                await asyncio.sleep(0.002)
                part = await asyncio.to_thread(slow.recv, 100_000)
                assert part, "cut off"
                read += len(part)
