"""How long the built-in generator takes: a picture of every place, a moment of its loop, and memory.

python bench/scenery.py [seeds] [PLACE ...]

In one process on one core. Milliseconds of the clock and of processor time: on a busy machine that says more.
"""

from __future__ import annotations

import resource
import statistics
import sys
import time
from typing import TYPE_CHECKING

from cyclorama.backgrounds.base import Prompt, Report
from cyclorama.backgrounds.scenery.film import Film
from cyclorama.backgrounds.scenery.places import PLACES
from cyclorama.backgrounds.scenery.words.vocabulary import spoken

if TYPE_CHECKING:
    from collections.abc import Callable

MEDIAN_MS, WORST_MS, WORST_1080_MS = 400, 800, 1200
LOOP_FRAMES, LOOP_S, CORES = 240, 60, 2
MOMENTS = 4  # of a loop, that are measured


def main() -> None:
    """Print a line a place, and whether the limits are kept."""
    seeds = range(int(sys.argv[1]) if len(sys.argv) > 1 else 3)
    places = sys.argv[2:] or list(PLACES)
    Film(Prompt(text="beach")).still(Report())
    print(f"{len(seeds)} seeds; clock (processor) ms")
    print(f"{'place':16}{'720p median':>18}{'worst':>8}{'1080p worst':>18}{'loop, a frame':>16}{'MB':>7}")
    small, large, frames = [], [], []
    for place in places:
        times = [still(place, seed, 1280, 720) for seed in seeds]
        hd = max(still(place, seed, 1920, 1080) for seed in list(seeds)[:2])
        frame = moment(place)
        small += times
        large.append(hd)
        frames.append(frame)
        middle = statistics.median(clock for clock, _ in times), statistics.median(cpu for _, cpu in times)
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        print(
            f"{place:16}{middle[0]:10.0f} ({middle[1]:4.0f}){max(times)[0]:8.0f}{hd[0]:10.0f} ({hd[1]:4.0f})"
            f"{frame[0]:9.0f} ({frame[1]:3.0f}){peak:7.0f}",
            flush=True,
        )
    told("median of all stills at 1280x720", statistics.median(cpu for _, cpu in small), MEDIAN_MS, "ms")
    told("worst still at 1280x720", max(cpu for _, cpu in small), WORST_MS, "ms")
    told("worst still at 1920x1080", max(cpu for _, cpu in large), WORST_1080_MS, "ms")
    painted = max(cpu for _, cpu in frames) * LOOP_FRAMES / CORES / 1000
    told("painting an 8 s loop of the slowest place on two cores, without encoding", painted, LOOP_S, "s")


def still(place: str, seed: int, width: int, height: int) -> tuple[float, float]:
    """Return the times of one still."""
    prompt = Prompt(text=spoken(place), seed=seed, width=width, height=height)
    return timed(lambda: Film(prompt).still(Report()))


def moment(place: str) -> tuple[float, float]:
    """Return the times of a moment of a loop, once what stands still is kept."""
    film = Film(Prompt(text=spoken(place), seed=1))
    film.frame(0.0)
    clock, cpu = timed(lambda: [film.frame((number + 0.5) / MOMENTS) for number in range(MOMENTS)])
    return clock / MOMENTS, cpu / MOMENTS


def timed(work: Callable[[], object]) -> tuple[float, float]:
    """Return milliseconds of the clock and of the processor."""
    clock, processor = time.perf_counter(), time.process_time()
    work()
    return (time.perf_counter() - clock) * 1e3, (time.process_time() - processor) * 1e3


def told(what: str, value: float, limit: float, unit: str) -> None:
    """Print a figure beside its limit."""
    print(f"{what}: {value:.0f} {unit}; limit {limit} {unit}: {'kept' if value < limit else 'BROKEN'}")


if __name__ == "__main__":
    main()
