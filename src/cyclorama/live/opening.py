"""What a source's first items say about the stream that sinks are opened with."""

from __future__ import annotations

from fractions import Fraction
from itertools import pairwise
from statistics import median
from typing import TYPE_CHECKING

from cyclorama.live.base import Sound, Stream

if TYPE_CHECKING:
    from cyclorama.live.canvas import Canvas
    from cyclorama.picture import Frame

SOUND_S, PROMISED_S = 1.0, 5.0
"""How long after a live source's first frame its sound is waited for; where it says that there is some."""
FRAMES = 16
"""How many frames of a recording are read to find its sound."""
SOUNDS = 100
"""Pieces of a live source's sound that are kept while there is no picture yet; some 2 s."""
USUAL = Fraction(30)
COMMON = [Fraction(fps) for fps in (5, 10, 12, 15, 20, 24, 25, 30, 48, 50, 60, 90, 100, 120)]
"""Rates that a measured one is taken for: what is guessed here only tells encoders what to prepare for."""


class Opening:
    """Collects a source's first items until it is known whether there is sound, and how many frames a second.

    Args:
        live: of a live source only the newest frame is kept.
        fps: that is asked for, or that the source tells of itself; None: it is measured.
        has_sound: what the source says; None: nothing.
    """

    def __init__(self, live: bool, fps: Fraction | None, has_sound: bool | None = None) -> None:
        self.items: list[tuple[Frame | Sound, float]] = []
        self.frame: Frame | None = None
        self._live, self._fps, self._has_sound = live, fps, has_sound
        self._sound: Sound | None = None
        self._since = 0.0
        self._times: list[Fraction] = []

    def add(self, item: Frame | Sound, came: float) -> None:
        """Take the next item."""
        if isinstance(item, Sound):
            self._sound = self._sound or item
        else:
            if self.frame is None:
                self._since = came
            elif self._live:
                self.items = [each for each in self.items if isinstance(each[0], Sound)]
            self.frame = self.frame or item
            if item.pts is not None and item.time_base is not None:
                self._times.append(item.pts * item.time_base)
        self.items.append((item, came))
        if self._live:
            del self.items[:-SOUNDS]

    def is_ready(self, now: float) -> bool:
        """Whether enough is known."""
        if self.frame is None:
            return False
        if (self._sound is not None or self._has_sound is False) and len(self._times) > 1:
            return True
        return now - self._since >= self._patience if self._live else len(self._times) >= FRAMES

    def deadline(self, now: float) -> float | None:
        """Return how many seconds to wait for the next item at most; None: as long as it takes."""
        return max(0.0, self._since + self._patience - now) if self._live and self.frame else None

    @property
    def _patience(self) -> float:
        return PROMISED_S if self._has_sound else SOUND_S

    @property
    def fps(self) -> Fraction:
        """That was asked for, else that of the frames so far."""
        if self._fps is not None:
            return self._fps
        steps = [b - a for a, b in pairwise(self._times) if b > a]
        if not steps:
            return USUAL
        usual = median(steps)
        regular = [step for step in steps if step < usual * 3 / 2]
        measured = len(regular) / sum(regular, Fraction(0))
        # times in milliseconds tremble: 33, 33, 34
        near = min(COMMON, key=lambda rate: abs(rate - measured))
        return near if abs(near - measured) < near / 50 else measured.limit_denominator(1001)

    def stream(self, canvas: Canvas, alpha: bool) -> Stream:
        """Return what sinks are opened with."""
        return Stream(
            canvas.width,
            canvas.height,
            self.fps,
            canvas.format,
            canvas.matrix,
            canvas.full_range,
            alpha,
            self._sound.rate if self._sound else 0,
            self._sound.samples.shape[1] if self._sound else 0,
            self._live,
        )
