"""How much a publisher may send: what arrived when, for it to judge by, or our own estimate.

Who offers transport-wide congestion control is told when each packet arrived and judges itself, as browsers
do well; who offers REMB only gets aiortc's estimate.
"""

from __future__ import annotations

from struct import Struct

from aiortc.rate import RemoteBitrateEstimator
from aiortc.rtp import RTCP_PSFB, RTCP_PSFB_APP, RTCP_RTPFB, pack_remb_fci

# In bit/s. aiortc's estimate starts low and grows by 8 % a second: 720p would be a slide show meanwhile.
# While little is lost, a publisher is never told less.
REMB_FLOOR = 3_000_000
LOSSY = 0.05  # of the packets, from which the floor does not hold

FEEDBACK = 15  # the format of transport feedback
TICK = 0.00025  # seconds, the unit of its arrival times
REFERENCE = 256  # ticks: 64 ms, the unit of its reference time
MOST = 400  # packets in one feedback; they fit into one datagram
NOT_RECEIVED, SMALL, LARGE = 0, 1, 2
RUN, VECTOR = 0x0000, 0xC000
LONGEST_RUN = 0x1FFF
IN_VECTOR = 7

_HEADER = Struct("!BBHLL")
_FEEDBACK = Struct("!HH")
_SHORT = Struct("!H")
_SIGNED = Struct("!h")


class Arrivals:
    """When the packets of one connection arrived, by their transport-wide sequence numbers.

    draft-holmer-rmcat-transport-wide-cc-extensions-01; the numbers count all media of a connection.
    """

    def __init__(self, reporter: int) -> None:
        self._reporter = reporter
        self._at: dict[int, int] = {}
        self._next: int | None = None
        self._count = 0

    def arrived(self, seq: int, now: float) -> None:
        """Take note of a packet, by its number and the time in seconds."""
        unwrapped = self._unwrapped(seq)
        if unwrapped is not None and len(self._at) < 2 * MOST:
            self._at.setdefault(unwrapped, round(now / TICK))

    def feedback(self, media_ssrc: int) -> bytes | None:
        """Return an RTCP packet that tells of what arrived since the last one; None where nothing has."""
        if not self._at or self._next is None:
            return None
        first = self._next
        last = min(max(self._at), first + MOST - 1)
        reference = self._at[min(self._at)] // REFERENCE
        before = reference * REFERENCE
        symbols, deltas = [], bytearray()
        for seq in range(first, last + 1):
            at = self._at.pop(seq, None)
            if at is None:
                symbols.append(NOT_RECEIVED)
                continue
            delta = min(max(at - before, -0x8000), 0x7FFF)
            before += delta
            symbols.append(SMALL if 0 <= delta <= 0xFF else LARGE)
            deltas += bytes((delta,)) if 0 <= delta <= 0xFF else _SIGNED.pack(delta)
        self._next = last + 1
        body = _FEEDBACK.pack(first & 0xFFFF, len(symbols)) + (reference & 0xFFFFFF).to_bytes(3, "big")
        body += bytes((self._count,)) + _chunks(symbols) + deltas
        self._count = (self._count + 1) & 0xFF
        body += bytes(-len(body) % 4)
        length = (_HEADER.size + len(body)) // 4 - 1
        return _HEADER.pack(0x80 | FEEDBACK, RTCP_RTPFB, length, self._reporter, media_ssrc) + body

    def _unwrapped(self, seq: int) -> int | None:
        """Return the number without wrapping; None for one that was told of, or given up, already."""
        if self._next is None:
            self._next = seq
        newest = max(self._at, default=self._next)
        unwrapped = newest + ((seq - newest + 0x8000) & 0xFFFF) - 0x8000
        if unwrapped - self._next > 0x4000:  # the publisher began anew
            self._at.clear()
            self._next = unwrapped
        return unwrapped if unwrapped >= self._next else None


class Estimate:
    """The bit rate for a publisher that only knows REMB (draft-alvestrand-rmcat-remb-03)."""

    def __init__(self, reporter: int, most: int) -> None:
        self._reporter = reporter
        self._most = most
        self._estimator = RemoteBitrateEstimator()
        self._began = False
        self.loss = 0.0

    def arrived(self, abs_send_time: int, now: float, size: int, ssrc: int) -> bytes | None:
        """Take note of a packet; return an RTCP packet with a new estimate, if there is one."""
        told = self._estimator.add(
            arrival_time_ms=round(now * 1000), abs_send_time=abs_send_time, payload_size=size, ssrc=ssrc
        )
        if told is None and not self._began:
            told = (REMB_FLOOR, [ssrc])  # browsers take it at once only while they start
        self._began = True
        if told is None:
            return None
        estimate, ssrcs = told
        if self.loss < LOSSY:
            estimate = max(estimate, REMB_FLOOR)
        return remb(self._reporter, min(estimate, self._most), ssrcs)


def remb(reporter: int, bit_rate: int, ssrcs: list[int]) -> bytes:
    """Return an RTCP packet that tells whom, by `ssrcs`, how many bit/s they may send."""
    fci = pack_remb_fci(bit_rate, ssrcs)
    return _HEADER.pack(0x80 | RTCP_PSFB_APP, RTCP_PSFB, 2 + len(fci) // 4, reporter, 0) + fci


def _chunks(symbols: list[int]) -> bytes:
    """Pack what became of each packet: runs of the same, else seven to a chunk of two bits each."""
    chunks = bytearray()
    at = 0
    while at < len(symbols):
        run = 1
        while at + run < len(symbols) and symbols[at + run] == symbols[at] and run < LONGEST_RUN:
            run += 1
        if run >= IN_VECTOR:
            chunks += _SHORT.pack(RUN | symbols[at] << 13 | run)
            at += run
            continue
        chunk = VECTOR
        for place, symbol in enumerate(symbols[at : at + IN_VECTOR]):
            chunk |= symbol << (12 - 2 * place)
        chunks += _SHORT.pack(chunk)
        at += IN_VECTOR
    return bytes(chunks)
