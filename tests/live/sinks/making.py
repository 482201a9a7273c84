"""Frames and sound for sinks, synthesised."""

from __future__ import annotations

from fractions import Fraction

import numpy as np

from cyclorama.live.base import Sound, Stream
from cyclorama.picture import Format, Frame, Matrix

VIDEO = Fraction(1, 90_000)
RATE = 48_000


def stream(width: int = 320, height: int = 240, fps: int = 30, *, rate: int = 0, live: bool = True) -> Stream:
    return Stream(
        width,
        height,
        Fraction(fps),
        Format.I420,
        Matrix.BT601,
        full_range=False,
        rate=rate,
        channels=1 if rate else 0,
        live=live,
    )


def plain(
    seconds: float,
    yuv: tuple[int, int, int] = (81, 90, 240),
    width: int = 320,
    height: int = 240,
    kind: Format = Format.I420,
) -> Frame:
    """A frame of one colour; the default is red in BT.601."""
    half = ((height + 1) // 2, (width + 1) // 2)
    luma = np.full((height, width), yuv[0], np.uint8)
    chroma = [np.full(half, each, np.uint8) for each in yuv[1:]]
    planes = (luma, *chroma) if kind is Format.I420 else (luma, np.stack(chroma, axis=-1))
    return Frame(planes, kind, pts=round(seconds * 90_000), time_base=VIDEO)


def noisy(seconds: float, number: int, width: int = 320, height: int = 240) -> Frame:
    """A frame that costs bits: noise that is another in each."""
    made = plain(seconds, width=width, height=height)
    random = np.random.default_rng(number)
    luma = np.repeat(np.repeat(random.integers(16, 235, (height // 4, width // 4), np.uint8), 4, 0), 4, 1)
    return Frame((luma, *made.planes[1:]), pts=made.pts, time_base=made.time_base)


def tone(seconds: float, length: float = 0.02, level: float = 0.5, rate: int = RATE) -> Sound:
    """A piece of a sine of 440 Hz; with `level` 0, silence."""
    samples = round(length * rate)
    wave = level * np.sin(2 * np.pi * 440 * (seconds + np.arange(samples) / rate))
    return Sound(wave.astype(np.float32).reshape(-1, 1), rate, round(seconds * rate), Fraction(1, rate))
