"""Freezes, as the W3C counts them for `getStats` (webrtc-stats, `freezeCount`)."""

from __future__ import annotations

from collections import deque

WINDOW = 30  # frames whose mean duration counts
FACTOR, EXTRA = 3.0, 0.15


class Freezes:
    """A freeze is a frame that lasts at least max(3 * mean, mean + 150 ms) of the 30 frames before it.

    Attributes:
        count: freezes so far.
        seconds: how long they took together.
        frames: all frames so far.
    """

    def __init__(self) -> None:
        self.count = 0
        self.seconds = 0.0
        self.frames = 0
        self._durations: deque[float] = deque(maxlen=WINDOW)
        self._last: float | None = None

    def frame(self, now: float) -> None:
        """Take a frame that is shown at `now`, in seconds."""
        if self._last is not None:
            self._end(now - self._last)
            self._durations.append(now - self._last)
        self._last = now
        self.frames += 1

    def finish(self, now: float) -> None:
        """Count the picture that stands still at the end, too."""
        if self._last is not None:
            self._end(now - self._last)
            self._last = None

    def restart(self) -> None:
        """Begin to count, and keep the mean that is known."""
        self.count, self.seconds, self.frames = 0, 0.0, 0

    def _end(self, duration: float) -> None:
        if not self._durations:
            return
        mean = sum(self._durations) / len(self._durations)
        if duration >= max(FACTOR * mean, mean + EXTRA):
            self.count += 1
            self.seconds += duration
