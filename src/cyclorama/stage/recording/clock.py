"""When the frames of a source were taken, on this machine's clock."""

from __future__ import annotations

TOLERANCE = (
    10.0  # seconds; a timestamp further from its packet's arrival means that the publisher's clock jumped
)
MAX_OFFSET = 3.0  # seconds between sound and picture beyond which sender reports are not believed
EASING = 1 / 8  # of what a later report would change: single reports are some milliseconds off


class Clock:
    """Turns one source's RTP timestamps into seconds of `time.monotonic`.

    The first packet counts as taken when it arrived. A picture's clock then follows that of the sound: sender
    reports (RFC 3550, 6.4.1) say which of their timestamps belong to one moment. The sound's never steps,
    because players play it without a break.
    """

    def __init__(self, rate: int) -> None:
        self._rate = rate
        self._last: int | None = None  # the latest timestamp, counted beyond 32 bits
        self._zero = 0.0  # when timestamp 0 was
        self._report: tuple[float, int] | None = None
        self._followed = False

    def at(self, timestamp: int, arrival: float) -> float:
        """Return when `timestamp` was, of a packet that came at `arrival`."""
        known = self._last is not None
        self._last = self._extended(timestamp)
        time = self._zero + self._last / self._rate
        if not known or abs(time - arrival) > TOLERANCE:
            self._zero = arrival - self._last / self._rate
            self._followed = False
            time = arrival
        return time

    def report(self, ntp: int, timestamp: int) -> None:
        """Take a sender report: the publisher's wall clock (NTP, 32.32) at a timestamp."""
        if ntp:  # 0 means that the publisher does not know the time
            self._report = ntp / (1 << 32), timestamp

    def follow(self, other: Clock) -> None:
        """Go by `other` from now on, as far as both have had reports."""
        if self._report is None or other._report is None or self._last is None or other._last is None:
            return
        ntp, timestamp = self._report
        other_ntp, other_timestamp = other._report
        offset = other._time(other_timestamp) + (ntp - other_ntp) - self._time(timestamp)
        if abs(offset) > MAX_OFFSET:
            return
        self._zero += offset * EASING if self._followed else offset
        self._followed = True

    def _time(self, timestamp: int) -> float:
        return self._zero + self._extended(timestamp) / self._rate

    def _extended(self, timestamp: int) -> int:
        if self._last is None:
            return timestamp
        return self._last + ((timestamp - self._last + (1 << 31)) & 0xFFFFFFFF) - (1 << 31)
