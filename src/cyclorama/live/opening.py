"""What a source's first items say about the stream that sinks are opened with."""

from __future__ import annotations

from fractions import Fraction
from statistics import median
from typing import TYPE_CHECKING

from cyclorama.live.base import Sound, Stream

if TYPE_CHECKING:
    from cyclorama.live.canvas import Canvas
    from cyclorama.picture import Frame

SOUND_S = 0.5
"""How long after the first frame of a live source its sound is waited for."""
FRAMES = 16
"""How many frames of a recording are read to find its sound."""
USUAL = Fraction(30)


class Opening:
    """Collects a source's first items until it is known whether there is sound, and how many frames a second.

    Args:
        live: of a live source only the newest frame is kept.
        fps: that is asked for, or that the source tells of itself; None: it is measured.
    """

    def __init__(self, live: bool, fps: Fraction | None) -> None:
        self.items: list[tuple[Frame | Sound, float]] = []
        self.frame: Frame | None = None
        self._live, self._fps = live, fps
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

    def is_ready(self, now: float) -> bool:
        """Whether enough is known."""
        if self.frame is None:
            return False
        if self._sound is not None and len(self._times) > 1:
            return True
        return now - self._since >= SOUND_S if self._live else len(self._times) >= FRAMES

    def deadline(self, now: float) -> float | None:
        """Return how many seconds to wait for the next item at most; None: as long as it takes."""
        return max(0.0, self._since + SOUND_S - now) if self._live and self.frame else None

    @property
    def fps(self) -> Fraction:
        """That was asked for, else that of the frames so far."""
        if self._fps is not None:
            return self._fps
        steps = [b - a for a, b in zip(self._times, self._times[1:], strict=False) if b > a]
        if not steps:
            return USUAL
        measured = 1 / median(steps)
        whole = round(measured)
        # times in milliseconds tremble: 33, 33, 34
        near = whole > 0 and abs(measured - whole) < Fraction(1, 25) * whole and 1 / measured.denominator
        return Fraction(whole) if near else measured.limit_denominator(1001)

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
