from __future__ import annotations

import asyncio
import threading
from contextlib import aclosing
from typing import TYPE_CHECKING

import pytest

from cyclorama.backgrounds.base import Cancelled, Painting, Progress, Prompt, Report
from cyclorama.backgrounds.easel import Easel, Queued
from cyclorama.backgrounds.fake import FakeGenerator
from cyclorama.errors import Unavailable

if TYPE_CHECKING:
    from collections.abc import Iterator

pytestmark = pytest.mark.unit

PROMPT = Prompt(text="beach", width=64, height=64)


class Held:
    """Paints when it is let go, and tells whether it was cancelled."""

    name = "held"

    def __init__(self) -> None:
        self.started = threading.Event()
        self.let_go = threading.Event()
        self.cancelled = threading.Event()

    slots = 1

    def ready(self) -> None: ...

    def generate(self, prompt: Prompt, report: Report) -> Painting:
        self.started.set()
        self.let_go.wait(5)
        try:
            report(Progress(0, 1, "late"))
        except Cancelled:
            self.cancelled.set()
            raise
        return FakeGenerator().generate(prompt, report)


@pytest.fixture
def easel() -> Iterator[Easel]:
    easel = Easel(slots=1)
    yield easel
    easel.close()


async def test_tells_how_it_gets_on(easel: Easel) -> None:
    events = [event async for event in easel.paint(FakeGenerator(steps=2), PROMPT)]
    assert events[:3] == [Queued(0), Progress(0, 2, "layer 1"), Progress(1, 2, "layer 2")]
    assert isinstance(events[3], Painting)


async def test_errors_come_through(easel: Easel) -> None:
    with pytest.raises(Unavailable, match="no paint"):
        [event async for event in easel.paint(FakeGenerator(error=Unavailable("no paint")), PROMPT)]
    assert isinstance([event async for event in easel.paint(FakeGenerator(), PROMPT)][-1], Painting)


async def test_the_second_waits_for_the_first(easel: Easel) -> None:
    held = Held()
    first = easel.paint(held, PROMPT)
    assert await anext(first) == Queued(0)
    second = easel.paint(FakeGenerator(), PROMPT)
    assert await anext(second) == Queued(1)
    held.let_go.set()
    assert isinstance([event async for event in first][-1], Painting)
    assert isinstance([event async for event in second][-1], Painting)


async def test_closing_cancels_what_runs(easel: Easel) -> None:
    held = Held()
    async with aclosing(easel.paint(held, PROMPT)) as events:
        await anext(events)
        await asyncio.to_thread(held.started.wait, 5)
    held.let_go.set()
    assert await asyncio.to_thread(held.cancelled.wait, 5)


async def test_closing_cancels_what_waits(easel: Easel) -> None:
    held, waiting = Held(), Held()
    first = easel.paint(held, PROMPT)
    await anext(first)
    async with aclosing(easel.paint(waiting, PROMPT)) as events:
        await anext(events)
    held.let_go.set()
    assert isinstance([event async for event in first][-1], Painting)
    assert isinstance([event async for event in easel.paint(FakeGenerator(), PROMPT)][-1], Painting)
    assert not waiting.started.is_set()


async def test_too_many_are_told_so(easel: Easel) -> None:
    held = Held()
    streams = [easel.paint(held, PROMPT) for _ in range(33)]
    for stream in streams:
        await anext(stream)
    with pytest.raises(Unavailable, match="Too many"):
        await anext(easel.paint(held, PROMPT))
    held.let_go.set()
    for stream in streams:
        await stream.aclose()
