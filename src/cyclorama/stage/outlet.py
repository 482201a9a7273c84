"""One kind of media towards one viewer: RTP packets, retransmissions and sender reports."""

from __future__ import annotations

import random
import secrets
import struct
from typing import TYPE_CHECKING

from aiortc.rtp import (
    RTCP_PSFB_FIR,
    RTCP_PSFB_PLI,
    RTCP_RTPFB_NACK,
    RtcpPsfbPacket,
    RtcpRtpfbPacket,
    RtcpSdesPacket,
    RtcpSenderInfo,
    RtcpSourceInfo,
    RtcpSrPacket,
)

from cyclorama.stage import codecs

if TYPE_CHECKING:
    from collections.abc import Callable

    from aiortc.rtp import AnyRtcpPacket

    from cyclorama.stage.answer import Section
    from cyclorama.stage.codecs import Codec
    from cyclorama.stage.link import Link

HEADER = struct.Struct("!BBHII")
VERSION_2 = 0x80
CNAME = 1  # the SDES item (RFC 3550, 6.5.1)


class Outlet:
    """One kind of media towards one viewer.

    `on_ready` is called once packets can be sent, `on_picture_lost` when the viewer wants a key frame,
    `on_lost` with the sequence numbers that it misses.
    """

    def __init__(self, section: Section, stream: str, link: Link) -> None:
        self.ready = False
        self.on_ready: Callable[[], None] = _nothing
        self.on_picture_lost: Callable[[], None] = _nothing
        self.on_lost: Callable[[list[int]], None] = _nothing
        self._codecs = codecs.media(section.codecs)
        self._retransmissions = codecs.retransmissions(section.codecs)
        self._ssrc = 1 + secrets.randbelow(0xFFFFFFFE)
        self._rtx_ssrc = 1 + secrets.randbelow(0xFFFFFFFE)
        section.ssrcs = [self._ssrc, self._rtx_ssrc] if self._retransmissions else [self._ssrc]
        self._stream = stream.encode()
        self._send = link.send_rtp
        self._tell = link.send_rtcp
        # In the lower half, as in aiortc: a sequence number that wraps early confuses SRTP.
        self._rtx_seq = random.randrange(1 << 15)  # noqa: S311 - not a secret
        self._packets = 0
        self._octets = 0

    def begin(self) -> None:
        """Let packets be sent: the viewer is connected."""
        self.ready = True
        self.on_ready()

    def payload_type(self, codec: Codec) -> int | None:
        """Return what the viewer calls `codec`, or None where it does not know it."""
        played = codecs.match(codec, self._codecs)
        return codecs.payload_type(played) if played else None

    def send(self, payload_type: int, marker: int, seq: int, timestamp: int, payload: bytes) -> None:
        """Send one packet now, or drop it where the way is not free. Never waits."""
        self._send(HEADER.pack(VERSION_2, marker << 7 | payload_type, seq, timestamp, self._ssrc) + payload)
        self._packets += 1
        self._octets += len(payload)

    def send_again(self, payload_type: int, marker: int, seq: int, timestamp: int, payload: bytes) -> None:
        """Send a lost packet again, as RFC 4588 has it where the viewer knows that."""
        rtx = self._retransmissions.get(payload_type)
        if rtx is None:
            self.send(payload_type, marker, seq, timestamp, payload)
            return
        self._rtx_seq = (self._rtx_seq + 1) & 0xFFFF
        header = HEADER.pack(VERSION_2, marker << 7 | rtx, self._rtx_seq, timestamp, self._rtx_ssrc)
        self._send(header + seq.to_bytes(2, "big") + payload)

    def report(self, ntp: int, timestamp: int) -> None:
        """Send a sender report: `timestamp` was at `ntp` (NTP, 32.32).

        Both kinds of media carry the publisher's own clock on, so that sound and picture stay in step.
        """
        info = RtcpSenderInfo(ntp, timestamp, self._packets & 0xFFFFFFFF, self._octets & 0xFFFFFFFF)
        name = RtcpSdesPacket([RtcpSourceInfo(self._ssrc, [(CNAME, self._stream)])])
        self._tell(bytes(RtcpSrPacket(self._ssrc, info)) + bytes(name))

    def heed(self, packet: AnyRtcpPacket) -> None:
        """Take feedback of the viewer; that on another stream is left alone."""
        if isinstance(packet, RtcpRtpfbPacket):
            if packet.fmt == RTCP_RTPFB_NACK and packet.media_ssrc == self._ssrc:
                self.on_lost(packet.lost)
        elif isinstance(packet, RtcpPsfbPacket):
            # A request in full (RFC 5104, 4.3.1) names the stream only in its body.
            wanted = packet.fmt == RTCP_PSFB_PLI and packet.media_ssrc == self._ssrc
            if wanted or (packet.fmt == RTCP_PSFB_FIR and packet.fci[:4] == self._ssrc.to_bytes(4, "big")):
                self.on_picture_lost()


def _nothing(*_: object) -> None:
    """Do nothing, until somebody wants to know."""
