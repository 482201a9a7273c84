"""One kind of media of one publisher, as it arrives: asked for again, reported on, never decoded."""

from __future__ import annotations

from struct import Struct
from typing import TYPE_CHECKING, Protocol

from aiortc.rtcrtpreceiver import StreamStatistics
from aiortc.rtp import (
    RTCP_PSFB_FIR,
    RTCP_PSFB_PLI,
    RTCP_RTPFB_NACK,
    RtcpPsfbPacket,
    RtcpReceiverInfo,
    RtcpRtpfbPacket,
    unwrap_rtx,
)

from cyclorama.stage import codecs
from cyclorama.stage.nack import Missing

if TYPE_CHECKING:
    from collections.abc import Callable

    from aiortc.rtp import RtcpSrPacket, RtpPacket

    from cyclorama.stage.answer import Section
    from cyclorama.stage.codecs import Codec

SILENCE = 0.5  # seconds without a packet after which another SSRC may take over
_FIR = Struct("!LB3x")


class Sink(Protocol):
    """Where an inlet's packets go."""

    def packet(self, packet: RtpPacket, codec: Codec) -> None:
        """Take an RTP packet; those that were lost and sent again come late."""

    def report(self, ntp: int, timestamp: int) -> None:
        """Take a sender report: the publisher's wall clock (NTP, 32.32) at an RTP timestamp."""


class Inlet:
    """One kind of media of one publisher.

    Args:
        section: what was agreed on.
        reporter: the SSRC that stands for us in reports to the publisher.
        tell: sends RTCP packets to the publisher.

    Attributes:
        codec: what arrives, and until something does, what was agreed to be the first choice.
        sink: where packets go.
        octets: of media that arrived, headers left out.
    """

    def __init__(self, section: Section, reporter: int, tell: Callable[[bytes], None]) -> None:
        self.codec = codecs.media(section.codecs)[0]
        self.sink: Sink | None = None
        self.octets = 0
        self.ssrc: int | None = None
        self._reporter = reporter
        self._tell = tell
        self._codecs = {codecs.payload_type(codec): codec for codec in section.codecs}
        self._originals = {rtx: original for original, rtx in codecs.retransmissions(section.codecs).items()}
        self._nacks = codecs.has_feedback(section.codecs, "nack")
        self._by_fir = not codecs.has_feedback(section.codecs, "nack", "pli") and codecs.has_feedback(
            section.codecs, "ccm", "fir"
        )
        self._firs = 0
        self._begin()

    def _begin(self) -> None:
        self._missing = Missing()
        self._statistics: StreamStatistics | None = None
        self._heard_at = 0.0
        self._last_report = (0, 0.0)

    @property
    def payload_types(self) -> frozenset[int]:
        """What was agreed on, retransmissions included."""
        return frozenset(self._codecs)

    def take(self, packet: RtpPacket, now: float) -> None:
        """Take an RTP packet that arrived at `now` (`time.monotonic`)."""
        codec = self._codecs.get(packet.payload_type)
        if codec is None:
            return
        self.octets += len(packet.payload)
        original = self._originals.get(packet.payload_type)
        if original is not None:
            if self.ssrc is None or len(packet.payload) < 2 or original not in self._codecs:
                return  # nothing was lost yet, or it is padding that probes for bandwidth
            packet = unwrap_rtx(packet, payload_type=original, ssrc=self.ssrc)
            codec = self._codecs[original]
        elif packet.ssrc != self.ssrc:
            if self.ssrc is not None and now - self._heard_at < SILENCE:
                return
            self.ssrc = packet.ssrc
            self._begin()
        self._heard_at = now
        if self._statistics is None:
            self._statistics = _Statistics(codec.clockRate)
        if original is None:
            self._statistics.add(packet)
        if self._nacks:
            self._ask_again(self._missing.arrived(packet.sequence_number, now))
        self.codec = codec
        if self.sink is not None:
            self.sink.packet(packet, codec)

    def take_report(self, report: RtcpSrPacket, now: float) -> None:
        """Take a sender report that arrived at `now`."""
        if report.ssrc == self.ssrc:
            self._last_report = (report.sender_info.ntp_timestamp >> 16 & 0xFFFFFFFF, now)
            if self.sink is not None:
                self.sink.report(report.sender_info.ntp_timestamp, report.sender_info.rtp_timestamp)

    def ask_key_frame(self) -> bool:
        """Ask for a key frame; False while there is nothing to ask for yet."""
        if self.ssrc is None:
            return False
        if self._by_fir:
            self._firs = (self._firs + 1) & 0xFF
            fci = _FIR.pack(self.ssrc, self._firs)
            self._tell(bytes(RtcpPsfbPacket(RTCP_PSFB_FIR, self._reporter, 0, fci)))
        else:
            self._tell(bytes(RtcpPsfbPacket(RTCP_PSFB_PLI, self._reporter, self.ssrc)))
        return True

    def tick(self, now: float) -> None:
        """Ask again for what is still missing. To be called some 20 times a second."""
        if self._missing:
            self._ask_again(self._missing.due(now))

    def report(self, now: float) -> RtcpReceiverInfo | None:
        """Return what a receiver report says (RFC 3550, 6.4.2), None while nothing has arrived."""
        statistics = self._statistics
        if statistics is None or self.ssrc is None:
            return None
        lsr, at = self._last_report
        return RtcpReceiverInfo(
            ssrc=self.ssrc,
            fraction_lost=statistics.fraction_lost,
            packets_lost=statistics.packets_lost,
            highest_sequence=(statistics.cycles + (statistics.max_seq or 0)) & 0xFFFFFFFF,
            jitter=statistics.jitter,
            lsr=lsr,
            dlsr=min(int((now - at) * 65536), 0xFFFFFFFF) if lsr else 0,
        )

    def _ask_again(self, lost: list[int]) -> None:
        if lost and self.ssrc is not None:
            self._tell(bytes(RtcpRtpfbPacket(RTCP_RTPFB_NACK, self._reporter, self.ssrc, lost=sorted(lost))))


class _Statistics(StreamStatistics):
    """aiortc's, with a jitter that fits the 32 bits of a receiver report whatever the publisher sends."""

    @property
    def jitter(self) -> int:
        return min(super().jitter, 0xFFFFFFFF)
