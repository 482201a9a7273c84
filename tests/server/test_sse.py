from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

import pytest

from cyclorama.server import sse
from cyclorama.server.sse import EventStream
from tests.server.events import events

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator

    from starlette.types import Message

pytestmark = pytest.mark.unit


class Exchange:
    """One request whose client reads until `full`, and leaves when told so."""

    def __init__(self, full: int = 100) -> None:
        self.sent: list[bytes] = []
        self.leaves = asyncio.Event()
        self.came = asyncio.Event()
        self._full = full

    async def receive(self) -> Message:
        await self.leaves.wait()
        return {"type": "http.disconnect"}

    async def send(self, message: Message) -> None:
        self.sent.append(message.get("body", b""))
        self.came.set()
        if len(self.sent) > self._full:
            await asyncio.Event().wait()

    async def run(self, stream: EventStream) -> None:
        await stream({"type": "http"}, self.receive, self.send)

    @property
    def body(self) -> str:
        return b"".join(self.sent).decode()


@pytest.fixture
def closed() -> asyncio.Event:
    return asyncio.Event()


async def endless(closed: asyncio.Event, pause: float) -> AsyncGenerator[tuple[str, Any]]:
    try:
        while True:
            yield "tick", {}
            await asyncio.sleep(pause)
    finally:
        closed.set()


async def test_events_are_a_name_and_json() -> None:
    async def two() -> AsyncGenerator[tuple[str, Any]]:
        yield "queued", {"position": 0}
        yield "done", {"says": "a\nb"}

    exchange = Exchange()
    await exchange.run(EventStream(two()))
    assert events(exchange.body) == [("queued", {"position": 0}), ("done", {"says": "a\nb"})]


async def test_silence_is_filled_with_comments(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sse, "PING_S", 0.01)
    exchange = Exchange()

    async def late() -> AsyncGenerator[tuple[str, Any]]:
        async with asyncio.timeout(10):
            while exchange.body.count(": ping\n\n") < 3:
                exchange.came.clear()
                await exchange.came.wait()
        yield "done", {}

    await exchange.run(EventStream(late()))
    assert events(exchange.body) == [("done", {})]


@pytest.mark.parametrize(
    ("full", "pause"), [(100, 3600.0), (3, 0.0)], ids=["between two events", "while nobody reads"]
)
async def test_the_events_are_closed_before_the_answer_has_ended(
    closed: asyncio.Event, full: int, pause: float
) -> None:
    exchange = Exchange(full)
    async with asyncio.timeout(10), asyncio.TaskGroup() as tasks:
        running = tasks.create_task(exchange.run(EventStream(endless(closed, pause))))
        while len(exchange.sent) < min(full + 1, 2):
            exchange.came.clear()
            await exchange.came.wait()
        exchange.leaves.set()
        await running
        assert closed.is_set()
