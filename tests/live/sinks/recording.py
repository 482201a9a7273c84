"""A flash and a click every second; run with a path and seconds, it records them and waits to be killed."""

from __future__ import annotations

import sys
from fractions import Fraction
from typing import TYPE_CHECKING

import numpy as np

from cyclorama.live.base import Sound
from cyclorama.live.sinks.file import FileSink

from .pictures import frame_of, stream_of

if TYPE_CHECKING:
    from cyclorama.live.base import Sink, Stream

FPS = 30
RATE = 48_000


def flash_stream(*, live: bool = True, alpha: bool = False) -> Stream:
    return stream_of(128, 72, rate=RATE, channels=2, live=live, alpha=alpha)


def flash_and_click(sink: Sink, seconds: float, *, first: float = 0, alpha: bool = False) -> None:
    """Write pictures, black but for the first three of each second, and a tone of 50 ms at that moment."""
    for index in range(round(seconds * FPS)):
        lit = index % FPS < 3 and index >= FPS
        frame = frame_of(
            128, 72, round(first * FPS) + index, rgb=(255 * lit,) * 3, alpha=255 if alpha else None
        )
        sink.write(frame)
        samples = np.zeros((RATE // FPS, 2), np.float32)
        if lit:
            count = RATE // FPS if index % FPS == 0 else RATE // 20 - RATE // FPS
            if index % FPS < 2:
                samples[:count] = 0.8 * np.sin(np.arange(count) * 2 * np.pi * 1000 / RATE)[:, None]
        sink.write(Sound(samples, RATE, round(first * RATE) + index * (RATE // FPS), Fraction(1, RATE)))


if __name__ == "__main__":
    sink = FileSink(sys.argv[1])
    sink.open(flash_stream())
    flash_and_click(sink, float(sys.argv[2]))
    sys.stdout.write("written\n")
    sys.stdout.flush()
    sys.stdin.read()
