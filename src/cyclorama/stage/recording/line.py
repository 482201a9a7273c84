"""The line between the event loop, where packets come in, and the thread that records them."""

from __future__ import annotations

from collections import deque
from typing import TYPE_CHECKING

from cyclorama.stage.recording.take import Report, Source

if TYPE_CHECKING:
    from aiortc.rtp import RtpPacket

    from cyclorama.stage.codecs import Codec, Kind
    from cyclorama.stage.forward import Feed
    from cyclorama.stage.recording.take import Take

MOST = 8192  # packets of one participant that wait for a slow disk: 8 s at 8 Mbit/s


class Line:
    """One participant's packets on their way to their take. Both ends may be used at the same time.

    `dropped` counts the packets that came while `MOST` were waiting.
    """

    def __init__(self, take: Take) -> None:
        self.take = take
        self.dropped = 0
        self._waiting: deque[tuple[Source, RtpPacket | Report, float]] = deque()

    def put(self, source: Source, item: RtpPacket | Report, now: float) -> None:
        """Let something wait, on the event loop."""
        if len(self._waiting) < MOST:
            self._waiting.append((source, item, now))
        else:
            self.dropped += 1

    def drain(self) -> None:
        """Give the take all that waits, in the thread that records.

        Raises:
            OSError: the disk does not take more.
        """
        for _ in range(len(self._waiting)):
            source, item, now = self._waiting.popleft()
            if isinstance(item, Report):
                self.take.report(source, item)
            else:
                self.take.packet(source, item, now)


class Ear:
    """Listens to one kind of media of a feed, and puts what it hears into a line."""

    def __init__(self, line: Line, feed: Feed, kind: Kind) -> None:
        self._line = line
        self._feed = feed
        self._kind = kind
        self._number = -1
        self._source: Source | None = None
        self._report: tuple[int, Report] | None = None

    def packet(self, source: int, codec: Codec, packet: RtpPacket, now: float) -> None:
        """Take an RTP packet."""
        heard = self._source
        if heard is None or source != self._number or (codec is not heard.codec and codec != heard.codec):
            together = {kind: each.name for kind, each in self._feed.codecs.items()}
            self._source = heard = Source(self._kind, codec, together)
            self._number = source
            if self._report is not None and self._report[0] == source:
                self._line.put(heard, self._report[1], now)
        self._line.put(heard, packet, now)

    def report(self, source: int, ntp: int, timestamp: int) -> None:
        """Take a sender report. It may come before the first packet."""
        self._report = source, Report(ntp, timestamp)
        if self._source is not None and source == self._number:
            self._line.put(self._source, self._report[1], 0)
