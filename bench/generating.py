"""What HTTP, the queue and the library add to a generator, and how soon a creator sees something.

python bench/generating.py [runs]

The server is another process, asked over loopback for scenery at 1280x720. "Bare" is the same picture from
the generator alone, in this process; "kept" is what the library takes for it, alone as well. Processor time
is what all threads took together: on a busy machine it says more than the clock.
"""

from __future__ import annotations

import asyncio
import json
import statistics
import sys
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING

import httpx
import psutil

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
from tests.browser.server import StudioServer

from cyclorama.backgrounds.base import Prompt, Report
from cyclorama.backgrounds.library import Library
from cyclorama.backgrounds.scenery import Scenery

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from cyclorama.backgrounds.base import Painting

LIMIT_MS = 30
WORDS = "beach at sunset"


def main() -> None:
    """Print medians and worst, in milliseconds."""
    runs = int(sys.argv[1]) if len(sys.argv) > 1 else 21
    with tempfile.TemporaryDirectory() as folder:
        kept = keep(Path(folder) / "alone", runs)
        server = StudioServer(Path(folder))
        try:
            server.start()
            with httpx.Client(base_url=f"http://127.0.0.1:{server.port}") as client:
                ask(client, 0)
                asked, bare = [], []
                process, spent = psutil.Process(server.pid), 0.0
                for seed in range(runs):  # in turn, so that both meet the same machine
                    bare.append(measured(lambda seed=seed: paint(seed)))
                    before = sum(process.cpu_times()[:2])
                    asked.append(ask(client, seed))
                    spent += sum(process.cpu_times()[:2]) - before
        finally:
            server.stop()
    firsts, images = zip(*asked, strict=True)
    overheads = [whole - alone for whole, (alone, _) in zip(images, bare, strict=True)]
    bare_cpu, kept_cpu = (statistics.fmean(cpu for _, cpu in each) for each in (bare, kept))
    cpu = spent * 1e3 / runs  # the system counts in steps of 10 ms, so only the sum says something
    print(f"{WORDS}, 1280x720, {runs} seeds      median   worst   processor, mean   ms")
    line("request to first progress event", firsts)
    line("request to image event", images, cpu)
    line("bare generator", [alone for alone, _ in bare], bare_cpu)
    line("overhead: both, of the same seed", overheads, cpu - bare_cpu)
    line("of which kept: encoded and stored", [took for took, _ in kept], kept_cpu)
    overhead = statistics.median(overheads)
    print(f"overhead {overhead:.0f} ms; limit {LIMIT_MS} ms: {'kept' if overhead <= LIMIT_MS else 'BROKEN'}")


def line(name: str, values: Sequence[float], cpu: float | None = None) -> None:
    """Print one line of the table."""
    spent = "" if cpu is None else f"{cpu:18.1f}"
    print(f"{name:36}{statistics.median(values):10.1f}{max(values):8.1f}{spent}")


def measured(work: Callable[[], object]) -> tuple[float, float]:
    """Return the milliseconds that `work` takes, by the clock and of processor time."""
    clock, processor = time.perf_counter(), time.process_time()
    work()
    return (time.perf_counter() - clock) * 1e3, (time.process_time() - processor) * 1e3


def paint(seed: int) -> Painting:
    """Paint in this process."""
    return Scenery().generate(Prompt(text=WORDS, seed=seed), Report())


def keep(folder: Path, runs: int) -> list[tuple[float, float]]:
    """Return how long a library takes to keep such a picture."""
    library, took = Library.at(folder), []
    with asyncio.Runner() as runner:
        for seed in range(runs):
            adding = library.add(paint(seed), Prompt(text=WORDS, seed=seed), "scenery")
            took.append(measured(lambda adding=adding: runner.run(adding)))
    return took


def ask(client: httpx.Client, seed: int) -> tuple[float, float]:
    """Return after how many milliseconds the first progress and the picture were there."""
    wish = {"prompt": WORDS, "seed": seed, "generator": "scenery"}
    began, first, name = time.perf_counter(), 0.0, ""
    with client.stream("POST", "/backgrounds", json=wish) as answer:
        for text in answer.iter_lines():
            if text.startswith("event: "):
                name = text.removeprefix("event: ")
            elif text.startswith("data: ") and name == "progress":
                first = first or time.perf_counter() - began
            elif text.startswith("data: ") and name == "image":
                image = time.perf_counter() - began
                assert json.loads(text.removeprefix("data: "))["background"]["seed"] == seed
    assert name == "done"
    return first * 1e3, image * 1e3


if __name__ == "__main__":
    main()
