"""How long a loop takes, painted and encoded by all cores, and how large it is.

python bench/moving.py [PROMPT ...]

Eight seconds at 1280x720, by the clock: run it on an otherwise idle machine.
"""

from __future__ import annotations

import os
import sys
import time

from cyclorama.backgrounds.base import Progress, Prompt, Report
from cyclorama.backgrounds.scenery import Scenery

LIMIT_S = 60
USUAL = ("beach with palms at sunset", "greenhouse")


def main() -> None:
    """Print a line a prompt."""
    print(f"{os.cpu_count()} cores; limit {LIMIT_S} s on two")
    for text in sys.argv[1:] or USUAL:
        began = time.perf_counter()
        first: list[float] = []

        def tell(progress: Progress, began: float = began, first: list[float] = first) -> None:
            if progress.preview is not None and not first:
                first.append(time.perf_counter() - began)

        painting = Scenery().generate(Prompt(text=text, motion=True, seed=3), Report(tell))
        took = time.perf_counter() - began
        assert painting.video is not None
        size, kept = len(painting.video) / 1e6, "kept" if took < LIMIT_S else "BROKEN"
        print(
            f"{text}: still after {first[0]:.2f} s, loop after {took:.1f} s, {size:.2f} MB: {kept}",
            flush=True,
        )


if __name__ == "__main__":
    main()
