"""A hundred generations at once, half of them given up at some moment: none lost, none leaked."""

from __future__ import annotations

import asyncio
import gc
import json
import random
import threading
import tracemalloc
from collections import Counter
from typing import TYPE_CHECKING, Any

import httpx
import psutil  # type: ignore[import-untyped]
import pytest

from cyclorama.backgrounds.base import Cancelled, Painting, Progress, Prompt, Report
from cyclorama.backgrounds.fake import FakeGenerator
from cyclorama.backgrounds.generators import Generators
from cyclorama.backgrounds.library import Library
from cyclorama.settings import Settings
from tests.server.events import WISH
from tests.server.serving import served

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

pytestmark = pytest.mark.unit

MANY = 100
IN_THE_MIDDLE = 25
ENDLESS = "endless"
Plan = tuple[str, int]  # leave when an event of this name has come so many times
GROWTH = 1_000_000  # bytes that a round may leave behind, whose answers were many times as much


class Counted(FakeGenerator):
    """Counts how each of its calls ended. A painting that will be given up in the middle has no end."""

    def __init__(self) -> None:
        super().__init__(slots=4, steps=5, pause=0.01, previews=True)
        self.lock = threading.Lock()
        self.count = dict.fromkeys(("begun", "painted", "cancelled"), 0)

    def generate(self, prompt: Prompt, report: Report) -> Painting:
        self.add("begun")
        try:
            if prompt.text == ENDLESS:
                report(Progress(0, 0, "painting"))
                given_up = threading.Event()
                with report.stopping(given_up.set):
                    assert given_up.wait(60)
            painting = super().generate(prompt, report)
        except Cancelled:
            self.add("cancelled")
            raise
        self.add("painted")
        return painting

    def add(self, what: str) -> None:
        with self.lock:
            self.count[what] += 1


async def test_a_hundred_at_once_and_half_of_them_given_up(tmp_path: Path) -> None:
    # Exactly as many places as wishes: one that stayed taken would be missing in the next round.
    settings = Settings(data=tmp_path, max_generations=MANY, max_generations_per_client=MANY)
    generators, generator = Generators(settings), Counted()
    generators.add(generator)
    library = Library.of(settings)
    chance = random.Random(11)  # noqa: S311 - a fixed seed, so that a failure comes again
    async with served(settings, generators) as port:
        await a_round(port, library, chance)
        await settled(port, generator)
        before, left = resources(), pictures()
        tracemalloc.start()
        try:
            kept = tracemalloc.get_traced_memory()[0]
            await a_round(port, library, chance)
            await settled(port, generator)
            gc.collect()
            growth = tracemalloc.get_traced_memory()[0] - kept
        finally:
            tracemalloc.stop()
        await until(lambda: resources() == before)
        assert pictures() <= left
    count = generator.count
    assert count["begun"] == count["painted"] + count["cancelled"]
    assert count["cancelled"] >= 2 * IN_THE_MIDDLE
    assert count["painted"] >= 2 * MANY // 2
    assert growth < GROWTH


async def a_round(port: int, library: Library, chance: random.Random) -> None:
    """Ask for all at once; each that is not given up must be in the library."""
    plans: list[Plan | None] = [None] * (MANY // 2)
    plans += [("progress", 1)] * IN_THE_MIDDLE
    plans += [("queued", chance.randint(1, 20)) for _ in range(MANY - len(plans))]
    chance.shuffle(plans)
    limits = httpx.Limits(max_connections=None)
    async with (
        asyncio.timeout(200),
        httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}", limits=limits, timeout=200) as client,
    ):
        ends = await asyncio.gather(*(one(client, seed, plan) for seed, plan in enumerate(plans)))
    for seed, (plan, background) in enumerate(zip(plans, ends, strict=True)):
        if plan is None:
            assert background
            assert (await library.get(background["id"])).seed == seed
            assert await library.image(background["id"])


async def one(client: httpx.AsyncClient, seed: int, plan: Plan | None) -> dict[str, Any] | None:
    """Ask for one and read its events, or leave as planned; return the background."""
    background = None
    wish = WISH | {"seed": seed, "prompt": ENDLESS if plan == ("progress", 1) else "beach"}
    async with client.stream("POST", "/backgrounds", json=wish) as answer:
        assert answer.status_code == httpx.codes.OK
        name = ""
        seen: Counter[str] = Counter()
        async for line in answer.aiter_lines():
            if line.startswith("event: "):
                name = line.removeprefix("event: ")
                seen[name] += 1
                if plan == (name, seen[name]):
                    return None
            elif line.startswith("data: ") and name == "image":
                background = json.loads(line.removeprefix("data: "))["background"]
    assert name == "done"
    return background


async def settled(port: int, generator: Counted) -> None:
    """Wait until nothing of a round runs any more: neither its threads nor its connections."""

    def quiet() -> bool:
        count = generator.count
        busy = any(thread.name == "easel" for thread in threading.enumerate())
        return not busy and count["begun"] == count["painted"] + count["cancelled"] and not connections(port)

    await until(quiet)


def connections(port: int) -> int:
    """Count the connections that this process has accepted on `port` and not closed."""
    return sum(
        each.laddr.port == port and each.status == psutil.CONN_ESTABLISHED
        for each in psutil.Process().net_connections("tcp")
    )


def pictures() -> int:
    """Count what holds a picture, where tracemalloc does not see its pixels."""
    gc.collect()
    return sum(isinstance(thing, (Painting, Report)) for thing in gc.get_objects())


def resources() -> tuple[int, int]:
    """Return how many files are open and how many tasks there are."""
    return psutil.Process().num_fds(), len(asyncio.all_tasks())


async def until(condition: Callable[[], bool]) -> None:
    async with asyncio.timeout(60):
        while not condition():  # noqa: ASYNC110 - nothing tells when a process has let go of things
            await asyncio.sleep(0.02)
