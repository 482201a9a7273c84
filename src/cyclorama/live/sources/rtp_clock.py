"""Times of RTP, of sound and picture, put on one timeline (RFC 3550, 6.4.1).

Each stream counts from a random number. A sender report says which of them was at which moment of the
sender's own clock, and so how two streams of a sender belong together. Until both have one, they are put
together by when their packets arrive.
"""

from __future__ import annotations

from cyclorama.live.clock import DeviceClock

WRAP = 1 << 32  # RTP's timestamps have 32 bits
NTP = 1 << 32  # units of a report's time a second


class RTPStream:
    """The times of one stream.

    Args:
        rate: units of its timestamps a second.
    """

    def __init__(self, rate: int) -> None:
        self.rate = rate
        self._clock = DeviceClock()
        self._last: int | None = None
        self._report: tuple[float, int] | None = None  # the sender's clock in seconds, our timestamp
        self._told = float("-inf")

    def arrived(self, timestamp: int, now: float) -> None:
        """Take notice of a packet that arrived at `now`."""
        self._last = self._unwrapped(timestamp)
        self._clock.map(self._last / self.rate, now)

    def reported(self, ntp: int, timestamp: int) -> None:
        """Take a sender report: `timestamp` was at `ntp` (32.32) of the sender's clock."""
        self._report = ntp / NTP, self._unwrapped(timestamp)

    def time(self, timestamp: int, other: RTPStream | None = None) -> float:
        """Return when something was taken, on the clock of `now`, in seconds; never earlier than the last.

        Args:
            timestamp: its own.
            other: the stream whose times stand, and with which this one shall be in step.
        """
        seconds = self._unwrapped(timestamp) / self.rate
        at = seconds + self._clock.offset
        if other is not None and self._report is not None and other._report is not None:
            ntp, reference = self._report
            moment = ntp + seconds - reference / self.rate
            other_ntp, other_reference = other._report
            at = moment - other_ntp + other_reference / other.rate + other._clock.offset
        self._told = max(at, self._told + 1 / self.rate)
        return self._told

    def _unwrapped(self, timestamp: int) -> int:
        if self._last is None:
            return timestamp
        step = (timestamp - self._last) % WRAP
        return self._last + (step - WRAP if step >= WRAP // 2 else step)
