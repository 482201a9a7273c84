"""When things happen: pure functions of the times they are told, without threads and without a clock."""

from __future__ import annotations

from dataclasses import dataclass, field
from fractions import Fraction

JUMP_S = 1.0
"""A source's clock that runs ahead of the wall's by so much from one frame to the next has jumped."""
PERSISTENT_S = 0.25
"""Frames from the past for so long are no burst of late ones: the source's clock went back."""
APART_S = 2.0
"""Sound this far from the picture is not of the same moment."""
STALL_S = 1.0
"""How long a picture may stand still before the background alone goes on."""
FIRST_S, LONGEST_S = 0.5, 10.0


@dataclass
class Backoff:
    """How long to wait before the next attempt: twice as long each time."""

    seconds: float = 0.0

    def next(self) -> float:
        """Return the next pause."""
        self.seconds = min(LONGEST_S, self.seconds * 2) if self.seconds else FIRST_S
        return self.seconds

    def reset(self) -> None:
        """Begin anew: it worked."""
        self.seconds = 0.0


class Thinner:
    """Leaves out frames of a source that gives more than are wanted, evenly."""

    def __init__(self, fps: Fraction | None) -> None:
        self._step = None if fps is None else 1 / fps
        self._next: Fraction | None = None

    def wants(self, time: Fraction) -> bool:
        """Whether to show the frame of this time, in seconds."""
        if self._step is None:
            return True
        if self._next is None or abs(time - self._next) > JUMP_S + self._step:
            self._next = time
        # cameras' times tremble; one that comes a little early is the one that was waited for
        if time < self._next - self._step / 8:
            return False
        # after a gap they are not all made up for: two would come in a burst
        self._next = max(self._next + self._step, time + self._step / 2)
        return True


@dataclass
class Timeline:
    """Makes of a live source's times those of the output, which never go back and follow the wall's clock.

    A source's times are kept as they are. Only where its clock jumps (it was opened anew, wrapped around, or
    was set), they are moved from there on, pictures and sound by the same amount.

    All times are in seconds; `now` is of a clock that never goes back.
    """

    offset: Fraction = Fraction(0)
    last: Fraction | None = None
    _last_now: float = 0.0
    _offset_before: Fraction = Fraction(0)
    _sound_offset: Fraction | None = None
    _behind_since: float | None = field(default=None, repr=False)
    _apart_since: float | None = field(default=None, repr=False)

    def expected(self, now: float) -> Fraction:
        """Return the time that a picture of this moment would have."""
        if self.last is None:
            return Fraction(0)
        return self.last + _exact(now - self._last_now)

    def picture(self, time: Fraction, now: float) -> Fraction | None:
        """Return the time at which to show a picture that came `now`; None: it is from the past."""
        moved = time + self.offset
        if self.last is not None:
            if moved <= self.last:
                self._behind_since = now if self._behind_since is None else self._behind_since
                if now - self._behind_since < PERSISTENT_S:
                    return None
                moved = self._anchor(time, now)
            elif float(moved - self.last) - (now - self._last_now) > JUMP_S:
                moved = self._anchor(time, now)
        if self.last is not None and moved <= self.last:
            return None
        self._behind_since = None
        self.last, self._last_now = moved, now
        return moved

    def sound(self, time: Fraction, now: float) -> Fraction | None:
        """Return the time of sound that came `now`; None: its clock jumped and the picture's has not yet."""
        if self.last is None:
            return time + self.offset
        here = self.expected(now)
        for offset in (self.offset, self._offset_before, self._sound_offset):
            if offset is not None and abs(float(time + offset - here)) < APART_S:
                self._apart_since = None
                return time + offset
        self._apart_since = now if self._apart_since is None else self._apart_since
        if now - self._apart_since < APART_S:
            return None
        self._sound_offset = here - time
        return here

    def heartbeat(self, now: float) -> Fraction:
        """Return the time of a picture that the engine makes `now` because the source gives none."""
        moved = self.expected(now)
        self.last, self._last_now = moved, now
        return moved

    def _anchor(self, time: Fraction, now: float) -> Fraction:
        here = self.expected(now)
        self._offset_before, self.offset = self.offset, here - time
        self._sound_offset = None
        return here


def ticks(seconds: Fraction, time_base: Fraction) -> int:
    """Return a time in units of a time base, rounded."""
    return round(seconds / time_base)


def _exact(seconds: float) -> Fraction:
    return Fraction(round(seconds * 1_000_000), 1_000_000)
