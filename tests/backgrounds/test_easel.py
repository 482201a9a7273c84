from __future__ import annotations

import asyncio
import random
import threading
from contextlib import aclosing
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import pytest

from cyclorama.backgrounds.base import Cancelled, Painting, Progress, Prompt, Report
from cyclorama.backgrounds.easel import Easel, Event, Failed, Painted, Queued, Working
from cyclorama.backgrounds.fake import FakeGenerator
from cyclorama.errors import GenerationFailed, Unavailable

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Iterator

    from cyclorama.backgrounds.base import Generator

pytestmark = pytest.mark.unit

PROMPT = Prompt(text="beach", width=64, height=64)
FOUR = PROMPT.model_copy(update={"count": 4, "seed": 7})


@dataclass
class Held:
    """Paints when it is let go, deaf to cancelling until then, and counts."""

    name: str = "held"
    slots: int = 1
    let_go: threading.Event = field(default_factory=threading.Event)
    started: threading.Semaphore = field(default_factory=lambda: threading.Semaphore(0))
    cancelled: threading.Semaphore = field(default_factory=lambda: threading.Semaphore(0))
    at_once: int = 0
    most: int = 0
    lock: threading.Lock = field(default_factory=threading.Lock)

    def ready(self) -> None: ...

    def generate(self, prompt: Prompt, report: Report) -> Painting:
        with self.lock:
            self.at_once += 1
            self.most = max(self.most, self.at_once)
        self.started.release()
        try:
            assert self.let_go.wait(10)
            report(Progress(0, 1, "late"))
        except Cancelled:
            self.cancelled.release()
            raise
        finally:
            with self.lock:
                self.at_once -= 1
        return FakeGenerator().generate(prompt, report)


async def until(counted: threading.Semaphore, times: int = 1) -> None:
    for _ in range(times):
        assert await asyncio.to_thread(counted.acquire, timeout=10)


@pytest.fixture
def easel() -> Iterator[Easel]:
    easel = Easel()
    yield easel
    easel.close()


async def all_of(events: AsyncGenerator[Event]) -> list[Event]:
    return [event async for event in events]


async def painted(easel: Easel, generator: Generator, prompt: Prompt = PROMPT) -> bool:
    return any(isinstance(event, Painted) for event in await all_of(easel.paint(generator, prompt)))


async def test_tells_how_it_gets_on(easel: Easel) -> None:
    seen = threading.Semaphore(0)

    class InStep(FakeGenerator):
        def generate(self, prompt: Prompt, report: Report) -> Painting:
            for step in range(2):
                assert seen.acquire(timeout=10)
                report(Progress(step, 2, "layer"))
            assert seen.acquire(timeout=10)
            return super().generate(prompt, report)

    events = easel.paint(InStep(steps=0), PROMPT)
    assert await anext(events) == Queued(0)
    for step in range(2):
        seen.release()
        assert await anext(events) == Working(0, Progress(step, 2, "layer"))
    seen.release()
    assert isinstance(await anext(events), Painted)
    assert await all_of(events) == []


async def test_paints_every_sample_with_a_seed_of_its_own(easel: Easel) -> None:
    events = await all_of(easel.paint(FakeGenerator(slots=4), FOUR))
    pictures = {event.sample: event.painting.image for event in events if isinstance(event, Painted)}
    reds = {sample: picture.getchannel("R").getpixel((0, 0)) for sample, picture in pictures.items()}
    assert reds == {0: 7, 1: 8, 2: 9, 3: 10}


async def test_one_samples_error_does_not_stop_the_others(easel: Easel) -> None:
    class Picky(FakeGenerator):
        def generate(self, prompt: Prompt, report: Report) -> Painting:
            if prompt.seed == 8:
                raise Unavailable("no paint")
            return super().generate(prompt, report)

    events = await all_of(easel.paint(Picky(), FOUR))
    assert [event.sample for event in events if isinstance(event, Painted)] == [0, 2, 3]
    assert [(e.sample, str(e.error)) for e in events if isinstance(e, Failed)] == [(1, "no paint")]


@pytest.mark.parametrize("error", [Cancelled(), SystemExit()])
async def test_a_generator_that_breaks_off_by_itself_fails_and_frees_its_slot(
    easel: Easel, error: BaseException
) -> None:
    class Broken(FakeGenerator):
        def generate(self, prompt: Prompt, report: Report) -> Painting:
            if prompt.seed == 0:
                raise error
            return super().generate(prompt, report)

    broken = Broken()
    end = (await all_of(easel.paint(broken, PROMPT)))[-1]
    assert isinstance(end, Failed)
    assert isinstance(end.error, GenerationFailed)
    assert await painted(easel, broken, FOUR)


async def test_a_place_in_the_line_is_told_whenever_it_changes(easel: Easel) -> None:
    held = Held()
    first, second, third = (easel.paint(held, PROMPT) for _ in range(3))
    assert await anext(first) == Queued(0)
    assert await anext(second) == Queued(1)
    assert await anext(third) == Queued(2)
    await second.aclose()
    assert await anext(third) == Queued(1)
    held.let_go.set()
    assert isinstance((await all_of(first))[-1], Painted)
    assert [type(event) for event in await all_of(third)] == [Queued, Working, Painted]


async def test_each_generator_has_a_line_of_its_own_and_as_many_at_once_as_slots(easel: Easel) -> None:
    held = Held(slots=2)
    waiting = [easel.paint(held, FOUR), easel.paint(held, PROMPT)]
    assert [await anext(each) for each in waiting] == [Queued(0), Queued(3)]
    await until(held.started, 2)
    assert await painted(easel, FakeGenerator(), FOUR)
    assert held.at_once == 2
    held.let_go.set()
    for each in waiting:
        assert isinstance((await all_of(each))[-1], Painted)
    assert held.most == 2


async def test_closing_tells_what_runs_to_stop_and_drops_what_waits(easel: Easel) -> None:
    held = Held()
    async with aclosing(easel.paint(held, FOUR)) as events:
        await anext(events)
        await until(held.started)
    held.let_go.set()
    await until(held.cancelled)
    assert await painted(easel, held)
    await until(held.started)
    assert not held.started.acquire(blocking=False)  # the other three samples never began


async def test_a_thread_that_does_not_stop_keeps_its_slot_and_nobody_waiting(easel: Easel) -> None:
    held = Held()
    async with aclosing(easel.paint(held, PROMPT)) as events:
        await anext(events)
        await until(held.started)
    after = easel.paint(held, PROMPT)
    assert await anext(after) == Queued(1)
    assert held.at_once == 1
    held.let_go.set()
    assert isinstance((await all_of(after))[-1], Painted)
    assert held.most == 1


async def test_an_iteration_that_never_began_takes_no_place(easel: Easel) -> None:
    async with aclosing(easel.paint(Held(), PROMPT)):
        pass
    assert await painted(easel, FakeGenerator())


async def test_a_slow_reader_gets_the_newest_progress_and_every_picture(easel: Easel) -> None:
    finished = threading.Semaphore(0)

    class Talkative(FakeGenerator):
        def generate(self, prompt: Prompt, report: Report) -> Painting:
            for step in range(10_000):
                report(Progress(step, 10_000, "dot"))
            finished.release()
            return super().generate(prompt, report)

    events = easel.paint(Talkative(slots=4, steps=0), FOUR)
    assert await anext(events) == Queued(0)
    await until(finished, 4)
    seen = await all_of(events)
    working = [event for event in seen if isinstance(event, Working)]
    assert {event.sample: event.progress.step for event in working} == dict.fromkeys(range(4), 9_999)
    assert len(working) == 4
    assert sorted(event.sample for event in seen if isinstance(event, Painted)) == [0, 1, 2, 3]


async def test_closing_the_easel_ends_every_iteration(easel: Easel) -> None:
    held = Held()
    both = [easel.paint(held, PROMPT), easel.paint(held, PROMPT)]
    for each in both:
        await anext(each)
    easel.close()
    for each in both:
        end = (await all_of(each))[-1]
        assert isinstance(end, Failed)
        assert "stopping" in str(end.error)
    held.let_go.set()
    await until(held.cancelled)


async def test_any_order_of_coming_and_leaving_serves_whoever_stays(easel: Easel) -> None:
    chance = random.Random(3)  # noqa: S311 - a fixed seed, so that a failure comes again
    generator = FakeGenerator(slots=3, pause=0.002)

    async def one(leaves: int) -> int:
        got = 0
        async with aclosing(easel.paint(generator, FOUR)) as events:
            async for event in events:
                leaves -= 1
                if leaves == 0:
                    return -1
                got += isinstance(event, Painted)
        return got

    plans = [chance.choice([0, chance.randint(1, 12)]) for _ in range(60)]
    async with asyncio.timeout(30):
        results = await asyncio.gather(*(one(leaves) for leaves in plans))
    assert all(got == 4 for got, leaves in zip(results, plans, strict=True) if leaves == 0)
    assert await painted(easel, generator)
