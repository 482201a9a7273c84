"""Packets in the order in which they were sent."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator

    from aiortc.rtp import RtpPacket

PATIENCE = 1.0  # seconds that a missing packet may still come in, sent again
MOST = 1024  # packets that wait for a missing one: 1 s at 8 Mbit/s
STALE = 64  # packets in a row with numbers of the past, after which a publisher has begun to count anew


class Ordered(NamedTuple):
    """A packet in its order. `gap` says that one before it is missing for good."""

    packet: RtpPacket
    arrival: float
    gap: bool


class Reorder:
    """A window over sequence numbers (RFC 3550, 5.1). It holds `MOST` packets at most."""

    def __init__(self) -> None:
        self._waiting: dict[int, tuple[RtpPacket, float]] = {}  # by sequence number
        self._next = -1  # until the first packet
        self._gap = False
        self._stale = 0

    def push(self, packet: RtpPacket, arrival: float) -> None:
        """Take a packet; one that came before, or too late, is dropped."""
        number = packet.sequence_number
        if self._next < 0:
            self._next = number
        if self._ahead(number) >= 0x8000:
            self._stale += 1
            if self._stale < STALE:
                return
            self._waiting.clear()
            self._next, self._gap = number, True
        self._stale = 0
        self._waiting.setdefault(number, (packet, arrival))

    def pop(self, now: float) -> Iterator[Ordered]:
        """Yield what is in order, giving up what has been missing for too long."""
        while self._waiting:
            if self._next not in self._waiting:
                if len(self._waiting) < MOST and now - self._oldest() < PATIENCE:
                    return
                self._next, self._gap = min(self._waiting, key=self._ahead), True
            packet, arrival = self._waiting.pop(self._next)
            self._next = (self._next + 1) & 0xFFFF
            gap, self._gap = self._gap, False
            yield Ordered(packet, arrival, gap)

    def _ahead(self, number: int) -> int:
        return (number - self._next) & 0xFFFF

    def _oldest(self) -> float:
        return next(iter(self._waiting.values()))[1]
