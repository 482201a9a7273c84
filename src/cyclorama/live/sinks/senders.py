"""Packets of our own encoders on aiortc's senders, and what receivers say about them.

aiortc encodes what a track gives, unless that is packets: those it only cuts to the network's size. Its
senders are then told nothing that its own encoder would need, so what a receiver wants is listened to here,
below its public face (aiortc is pinned, and `tests/live/sinks/test_senders.py` notices what changes).
"""

from __future__ import annotations

import asyncio
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from aiortc import MediaStreamTrack
from aiortc.rtp import (
    RTCP_PSFB_APP,
    RTCP_PSFB_FIR,
    RtcpPsfbPacket,
    RtcpRrPacket,
    RtcpSrPacket,
    unpack_remb_fci,
)

from cyclorama.live.sinks.rtcencoding import SOUND_CLOCK, VIDEO_CLOCK

if TYPE_CHECKING:
    from collections.abc import Callable

    import av
    from aiortc import RTCRtpSender
    from aiortc.rtp import AnyRtcpPacket

CLOCKS = {"audio": SOUND_CLOCK, "video": VIDEO_CLOCK}
NTP_UNIX = 2_208_988_800  # seconds from 1900 to 1970
FIR_ENTRY = 8  # bytes (RFC 5104, 4.3.1.1), of which the first four name the stream


@dataclass
class Feedback:
    """What a receiver has to say. All is called in the event loop's thread.

    Attributes:
        on_key_frame: somebody cannot go on without one.
        on_estimate: the bits a second that the network takes, sound and picture together.
        on_loss: the share of a stream's packets that were lost lately, 0 to 1.
        heard: when something was heard last, by `time.monotonic`; None where nothing was yet.
    """

    on_key_frame: Callable[[], None]
    on_estimate: Callable[[int], None]
    on_loss: Callable[[float], None]
    heard: float | None = None


@dataclass
class Beginning:
    """When the stream's time 0 was, in NTP seconds: the one clock of sound and picture."""

    ntp: float | None = None

    def set(self, seconds: float) -> None:
        """Take note that `seconds` is now, unless it is known already."""
        if self.ntp is None:
            self.ntp = time.time() + NTP_UNIX - seconds


class PacketTrack(MediaStreamTrack):
    """A track that gives packets as they are put in; their times are in units of the codec's RTP clock."""

    def __init__(self, kind: str) -> None:
        super().__init__()
        self.kind = kind
        self.origin: int | None = None
        self._sender: RTCRtpSender | None = None
        self._packets: asyncio.Queue[av.Packet[Any]] = asyncio.Queue()
        self._given: int | None = None

    def put(self, packet: av.Packet[Any]) -> None:
        """Send it as soon as those before it are sent."""
        self._packets.put_nowait(packet)

    @property
    def waiting(self) -> int:
        """How many packets are not sent yet."""
        return self._packets.qsize()

    async def drained(self) -> None:
        """Wait until all is sent."""
        await self._packets.join()

    async def recv(self) -> av.Packet[Any]:
        """Give the next one."""
        if self._given is not None:
            self._packets.task_done()
            self._learn_origin(self._given)
        packet = await self._packets.get()
        self._given = packet.pts or 0
        return packet

    def attach(self, sender: RTCRtpSender, beginning: Beginning, feedback: Feedback) -> None:
        """Take over what `sender`, whose track this is, says and hears."""
        private: Any = sender  # attributes that are replaced on this one object
        self._sender = sender
        tell, hear = private._send_rtcp, private._handle_rtcp_packet
        ssrc = private._ssrc

        async def send_rtcp(packets: list[AnyRtcpPacket]) -> None:
            for packet in packets:
                if isinstance(packet, RtcpSrPacket) and not self._correct(packet, beginning):
                    return
            await tell(packets)

        async def handle_rtcp_packet(packet: AnyRtcpPacket) -> None:
            self._heed(packet, ssrc, feedback)
            await hear(packet)

        private._send_rtcp = send_rtcp
        private._handle_rtcp_packet = handle_rtcp_packet
        if self.kind == "video":
            private._send_keyframe = feedback.on_key_frame
            _route_full_requests(private, ssrc, feedback)

    def _learn_origin(self, given: int) -> None:
        """Read off what the sender, which has just sent the packet of that time, adds to all times."""
        if self._sender is not None and self.origin is None:
            sent: int = self._sender._RTCRtpSender__rtp_timestamp  # type: ignore[attr-defined]
            self.origin = (sent - given) & 0xFFFFFFFF

    def _correct(self, report: RtcpSrPacket, beginning: Beginning) -> bool:
        """Let a report tell the packets' times on the stream's one clock; False where none is known yet.

        aiortc tells when the last packet was sent. Pictures take longer than sound to be made, so a player
        would be told that they are later, and hold the sound back.
        """
        if self.origin is None or beginning.ntp is None:
            return False
        info = report.sender_info
        elapsed = (info.ntp_timestamp >> 32) - beginning.ntp + (info.ntp_timestamp & 0xFFFFFFFF) / 2**32
        info.rtp_timestamp = (self.origin + round(elapsed * CLOCKS[self.kind])) & 0xFFFFFFFF
        return True

    def _heed(self, packet: AnyRtcpPacket, ssrc: int, feedback: Feedback) -> None:
        feedback.heard = time.monotonic()
        if isinstance(packet, RtcpRrPacket | RtcpSrPacket) and self.kind == "video":
            for report in packet.reports:
                if report.ssrc == ssrc:
                    feedback.on_loss(report.fraction_lost / 256)
        elif isinstance(packet, RtcpPsfbPacket) and packet.fmt == RTCP_PSFB_APP:
            try:
                bits_per_second, ssrcs = unpack_remb_fci(packet.fci)
            except ValueError:
                return
            if ssrc in ssrcs:
                feedback.on_estimate(bits_per_second)


def _route_full_requests(sender: Any, ssrc: int, feedback: Feedback) -> None:
    """Hear a full intra request, too: it names its stream in its body only, where aiortc does not look."""
    router = sender.transport._rtp_router
    route = router.route_rtcp

    def route_rtcp(packet: AnyRtcpPacket) -> set[Any]:
        if isinstance(packet, RtcpPsfbPacket) and packet.fmt == RTCP_PSFB_FIR and packet.media_ssrc != ssrc:
            entries = range(0, len(packet.fci) - FIR_ENTRY + 1, FIR_ENTRY)
            if any(int.from_bytes(packet.fci[at : at + 4], "big") == ssrc for at in entries):
                feedback.on_key_frame()
        recipients: set[Any] = route(packet)
        return recipients

    router.route_rtcp = route_rtcp
