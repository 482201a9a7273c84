"""Times of cameras, microphones and networks, put on the engine's one timeline.

Every device counts from a moment of its own, and a little faster or slower than this machine. What two of
them give belongs together only when both are told in one clock's time, and the one clock that all of them
meet is the one that says when something arrived.
"""

from __future__ import annotations

from fractions import Fraction

TIMELINE = Fraction(1, 1_000_000)
"""The time base of what comes from devices."""
JUMP_S = 1.0  # a clock that is so far off its way was set anew
SETTLE_S = 1.0  # so long an earlier arrival is believed at once: the first ones waited for the device to open
WINDOW_S = 2.0  # at least one thing in it arrived without delay
FORWARD = 0.02  # seconds a second: how fast times are drawn to an arrival that was earlier than all before
BACK = 0.001  # and how fast they follow a clock that is slower; quartz is off by 0.0001 at most


class DeviceClock:
    """Maps a device's times to those of their arrival, without the jitter of arriving.

    Nothing arrives before it was taken, and now and then something arrives without delay: the least
    difference of arrival and device time is the device's offset. It is followed slowly, as quartz drifts, so
    distances between neighbours stay the device's own. If the device's clock is set anew, the offset is, too.
    Mapped times never go back.
    """

    def __init__(self) -> None:
        self._offset: float | None = None
        self._last = (0.0, 0.0)  # device's time, arrival
        self._began = 0.0
        self._told = float("-inf")
        self._window = _Least(WINDOW_S)
        self.jumps = 0
        """How often the device's clock was set anew."""

    @property
    def offset(self) -> float:
        """What is added to a device's times now, in seconds; 0 before the first."""
        return self._offset or 0.0

    def map(self, seconds: float, arrival: float) -> float:
        """Return when it was taken, on the clock that `arrival` is on; all in seconds."""
        offset = arrival - seconds
        if self._offset is None or self._jumped(seconds, offset):
            self.jumps += self._offset is not None
            self._offset, self._began = offset, arrival
            self._window = _Least(WINDOW_S)
        self._offset = self._followed(self._offset, offset, arrival)
        self._last = (seconds, arrival)
        # a microsecond is the smallest step of `TIMELINE`
        self._told = max(seconds + self._offset, self._told + 1e-6)
        return self._told

    def _jumped(self, seconds: float, offset: float) -> bool:
        assert self._offset is not None  # noqa: S101
        if offset < self._offset - JUMP_S or seconds < self._last[0] - JUMP_S:
            return True  # from the future, or from the past
        # Late by that much may be a stall of this machine. Nothing in time for a whole window is none.
        least = self._window.least
        return least is not None and least > self._offset + JUMP_S and offset > self._offset + JUMP_S

    def _followed(self, before: float, offset: float, arrival: float) -> float:
        self._window.add(arrival, offset)
        if offset < before and arrival - self._began < SETTLE_S:
            return offset
        passed = min(max(arrival - self._last[1], 0.0), WINDOW_S) if self._last[1] else 0.0
        if offset < before:
            return max(offset, before - FORWARD * passed)
        if (least := self._window.least) is not None and least > before:
            return min(least, before + BACK * passed)
        return before


class _Least:
    """The least value of the last whole window of time."""

    def __init__(self, window: float) -> None:
        self._window = window
        self._since: float | None = None
        self._running = float("inf")
        self.least: float | None = None

    def add(self, now: float, value: float) -> None:
        if self._since is None:
            self._since = now
        elif now - self._since >= self._window:
            self.least, self._running, self._since = self._running, float("inf"), now
        self._running = min(self._running, value)


class Splice:
    """Makes one timeline of a stream whose times jump: it was cut together, or its sender began anew.

    All tracks of a stream share one, so that what belonged together still does. Small steps back (B-frames
    without their own times, rounding) are no jumps.
    """

    def __init__(self, forward: float | None = None) -> None:
        """Prepare; a step of more than `forward` seconds is a jump, too, None where pauses are real."""
        self._forward = forward
        self._shift = Fraction(0)
        self._former: Fraction | None = None
        self._before: dict[int, Fraction] = {}
        self.jumps = 0
        """How often the times jumped."""

    def map(self, track: int, seconds: Fraction, duration: Fraction) -> Fraction:
        """Return the time of the next piece of `track`, which lasts for `duration`, on one timeline."""
        shifted = seconds + self._shift
        if self._before:
            latest = max(self._before.values())
            expected = self._before.get(track, latest)
            step = shifted - expected
            if abs(step) > JUMP_S and self._former is not None:
                # another track jumped already, and this one's end of what was before comes after it
                late = seconds + self._former
                if abs(late - expected) < JUMP_S:
                    shifted, step = late, late - expected
            if step < -JUMP_S or (self._forward is not None and step > self._forward):
                self.jumps += 1
                self._former, self._shift = self._shift, self._shift + latest - shifted
                shifted = latest
        self._before[track] = shifted + duration
        return shifted
