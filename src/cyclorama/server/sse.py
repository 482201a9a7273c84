"""Server-sent events.

Not FastAPI's own: those end with an error in the log whenever a slow reader leaves, and leave the iteration
over the events to the garbage collector, where here the work ends with the answer.
"""

from __future__ import annotations

import asyncio
import json
from contextlib import aclosing
from typing import TYPE_CHECKING, Any

import anyio
from fastapi.sse import KEEPALIVE_COMMENT, format_sse_event
from starlette.responses import StreamingResponse

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator

    from starlette.types import Send

PING_S = 15.0  # as the specification of server-sent events advises
# Named by OpenAPI 3.2.
DESCRIPTION: dict[str, Any] = {
    "content": {
        "text/event-stream": {
            "itemSchema": {
                "type": "object",
                "required": ["event", "data"],
                "properties": {
                    "event": {"type": "string"},
                    "data": {"type": "string", "contentMediaType": "application/json"},
                },
            }
        }
    }
}


class EventStream(StreamingResponse):
    """Answers with events, each a name and what JSON can say, and with a comment while there are none.

    However the answer ends, `events` is closed before it has ended.
    """

    media_type = "text/event-stream"

    def __init__(self, events: AsyncGenerator[tuple[str, Any]]) -> None:
        # The second header keeps nginx from collecting the events.
        super().__init__(headers={"Cache-Control": "no-cache", "X-Accel-Buffering": "no"}, content=())
        self._lines = _lines(events)
        self.body_iterator = self._lines

    async def stream_response(self, send: Send) -> None:
        """Send the events."""
        async with aclosing(self._lines):
            await super().stream_response(send)


async def _lines(events: AsyncGenerator[tuple[str, Any]]) -> AsyncGenerator[bytes]:
    coming = None
    try:
        while True:
            # A task, since a time limit on the iteration itself would end it.
            coming = asyncio.ensure_future(anext(events, None))
            while not coming.done():
                await asyncio.wait({coming}, timeout=PING_S)
                if not coming.done():
                    yield KEEPALIVE_COMMENT
            event = coming.result()
            if event is None:
                return
            name, data = event
            yield format_sse_event(event=name, data_str=json.dumps(data))
    finally:
        # Whoever cancels an answer does not wait for it; what follows must still be done.
        with anyio.CancelScope(shield=True):
            if coming and not coming.done():
                coming.cancel()
                await asyncio.wait({coming})
            await events.aclose()
