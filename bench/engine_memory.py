"""Whether the engine's memory stays flat: 100,000 frames, or fewer.

python bench/engine_memory.py [--frames 100000]

Small frames through source, model, kernel and two outputs, while background, look and model change. Ends
with 1 where memory grows over the second half.
"""

from __future__ import annotations

import argparse
import sys
import threading
from dataclasses import replace
from typing import TYPE_CHECKING

import psutil  # type: ignore[import-untyped]

from cyclorama.live import Engine, FakeSource, Sound
from cyclorama.live.backdrops import Blur, Colour
from cyclorama.matting.fake import FakeMatter
from cyclorama.picture import Look

if TYPE_CHECKING:
    from cyclorama.live import Stream
    from cyclorama.picture import Frame

MB = 2**20
MOST_GROWTH = 4 * MB  # over the second half
CHANGE = 500  # frames between two changes


class Counter:
    """An output that counts, and looks at memory and threads ten times."""

    alpha = False

    def __init__(self, name: str, frames: int) -> None:
        self.name, self.frames, self.count = name, frames, 0
        self.seen: list[int] = []
        self.engine: Engine | None = None

    def open(self, stream: Stream) -> None:
        """Do nothing."""

    def write(self, item: Frame | Sound) -> None:
        """Count, look, change something."""
        if isinstance(item, Sound):
            return
        self.count += 1
        if self.count % (self.frames // 10) == 0:
            self.seen.append(memory := psutil.Process().memory_info().rss)
            if self.engine:
                print(
                    f"{self.count:>8} frames  {memory / MB:7.1f} MB  {threading.active_count()} threads",
                    flush=True,
                )
        if self.engine and self.count % CHANGE == 0:
            turn = self.count // CHANGE
            self.engine.background = Blur() if turn % 3 == 0 else Colour(turn % 256, 90, 200)
            self.engine.look = replace(Look(), softness=turn % 10 / 10)
            if turn % 4 == 0:
                self.engine.matter = FakeMatter()

    def close(self) -> None:
        """Do nothing."""


def main() -> None:
    """Run, and say what was seen."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--frames", type=int, default=100_000)
    frames = max(1000, parser.parse_args().frames)
    source = FakeSource(frames, size=(160, 90), sound=True)
    first, second = Counter("first", frames), Counter("second", frames)
    first.engine = Engine(source, first, second, background=Blur(), matter=FakeMatter())
    first.engine.run()
    assert first.count == second.count == frames
    growth = first.seen[-1] - first.seen[4]
    print(f"growth over the second half: {growth / MB:.1f} MB")
    sys.exit(growth > MOST_GROWTH)


if __name__ == "__main__":
    main()
