"""How long the built-in generator takes for every place at 1280x720, on one core.

python bench/scenery.py [runs]
"""

import statistics
import sys
import time

from cyclorama.backgrounds.base import Prompt, Report
from cyclorama.backgrounds.scenery import Scenery
from cyclorama.backgrounds.scenery.places import PLACES
from cyclorama.backgrounds.scenery.words import spoken

LIMIT_MS = 400


def main() -> None:
    """Print median and worst milliseconds a place, by the clock and of processor time."""
    runs = int(sys.argv[1]) if len(sys.argv) > 1 else 7
    generator = Scenery()
    generator.generate(Prompt(text="beach"), Report())
    print(f"{'place':14}{'median':>8}{'worst':>8}{'cpu median':>12}   ms, {runs} seeds at 1280x720")
    medians = []
    for place in PLACES:
        wall, cpu = [], []
        for seed in range(runs):
            prompt = Prompt(text=spoken(place), seed=seed)
            clock, processor = time.perf_counter(), time.process_time()
            generator.generate(prompt, Report())
            wall.append((time.perf_counter() - clock) * 1e3)
            cpu.append((time.process_time() - processor) * 1e3)
        medians.append(statistics.median(cpu))
        print(f"{place:14}{statistics.median(wall):8.0f}{max(wall):8.0f}{medians[-1]:12.0f}")
    worst = max(medians)
    print(f"slowest place: {worst:.0f} ms; limit {LIMIT_MS} ms: {'kept' if worst < LIMIT_MS else 'BROKEN'}")


if __name__ == "__main__":
    main()
