"""What is taken over from aiortc's senders, one by one: it is below its public face."""

from __future__ import annotations

import struct
from fractions import Fraction
from typing import TYPE_CHECKING, Any

import av
import pytest
from aiortc import RTCPeerConnection
from aiortc.rtp import (
    RTCP_PSFB_APP,
    RTCP_PSFB_FIR,
    RTCP_PSFB_PLI,
    RtcpPsfbPacket,
    RtcpReceiverInfo,
    RtcpRrPacket,
    RtcpSenderInfo,
    RtcpSrPacket,
    pack_remb_fci,
)

from cyclorama.live.sinks.senders import NTP_UNIX, Beginning, Feedback, PacketTrack
from tests.stage.clients import until

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

pytestmark = pytest.mark.stage


class Heard:
    """A receiver's wishes, as they arrive."""

    def __init__(self) -> None:
        self.keys = 0
        self.estimates = list[int]()
        self.losses = list[float]()
        self.feedback = Feedback(self._key, self.estimates.append, self.losses.append)

    def _key(self) -> None:
        self.keys += 1


@pytest.fixture
async def attached() -> AsyncIterator[tuple[Any, PacketTrack, Heard, Beginning]]:
    peer = RTCPeerConnection()
    track = PacketTrack("video")
    sender: Any = peer.addTransceiver(track, direction="sendonly").sender
    heard, beginning = Heard(), Beginning()
    track.attach(sender, beginning, heard.feedback)
    yield sender, track, heard, beginning
    await peer.close()


async def arrives(sender: Any, packet: Any) -> None:
    """Let a packet take its way through aiortc."""
    router = sender.transport._rtp_router
    router.register_sender(sender, ssrc=sender._ssrc)
    for recipient in router.route_rtcp(packet):
        await recipient._handle_rtcp_packet(packet)


async def test_key_frames_are_asked_for_in_two_ways(attached: Any) -> None:
    sender, _, heard, _ = attached
    await arrives(sender, RtcpPsfbPacket(RTCP_PSFB_PLI, 1, sender._ssrc))
    assert heard.keys == 1
    entries = struct.pack("!LLLL", 7, 0, sender._ssrc, 1 << 24)
    await arrives(sender, RtcpPsfbPacket(RTCP_PSFB_FIR, 1, 0, entries))
    assert heard.keys == 2
    await arrives(sender, RtcpPsfbPacket(RTCP_PSFB_FIR, 1, 0, entries[:8]))
    await arrives(sender, RtcpPsfbPacket(RTCP_PSFB_FIR, 1, 0, b"\1"))
    assert heard.keys == 2


async def test_estimates_and_losses_are_heard(attached: Any) -> None:
    sender, _, heard, _ = attached
    estimate = pack_remb_fci(640_000, [sender._ssrc])
    await arrives(sender, RtcpPsfbPacket(RTCP_PSFB_APP, 1, 0, estimate))
    await arrives(sender, RtcpPsfbPacket(RTCP_PSFB_APP, 1, sender._ssrc, b"REMB"))
    assert heard.estimates == [640_000]
    mine = RtcpReceiverInfo(sender._ssrc, 64, 5, 0, 0, 0, 0)
    other = RtcpReceiverInfo(7, 128, 5, 0, 0, 0, 0)
    await arrives(sender, RtcpRrPacket(1, [mine, other]))
    assert heard.losses == [0.25]
    assert heard.feedback.heard is not None


def packet(pts: int) -> av.Packet[Any]:
    made = av.Packet(b"\0\0\1\x65picture")
    made.pts, made.time_base = pts, Fraction(1, 90_000)
    return made


async def test_reports_tell_the_times_of_the_stream_and_none_before_they_are_known(
    attached: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    sender, track, _, beginning = attached
    told = list[Any]()

    async def send_rtp(data: bytes) -> None:
        told.append(data)

    monkeypatch.setattr(sender.transport, "_send_rtp", send_rtp)
    beginning.ntp = 1000.0 + NTP_UNIX
    ntp = (1002 + NTP_UNIX << 32) + (1 << 31)  # two and a half seconds later
    report = RtcpSrPacket(sender._ssrc, RtcpSenderInfo(ntp, 0, 1, 1))
    await sender._send_rtcp([report])
    assert told == []
    track.put(packet(45_000))
    track.put(packet(90_000))
    assert (await track.recv()).pts == 45_000
    assert hasattr(sender, "_RTCRtpSender__rtp_timestamp")
    sender._RTCRtpSender__rtp_timestamp = (2**32 - 1000 + 45_000) % 2**32  # as aiortc does once it is sent
    assert (await track.recv()).pts == 90_000
    await sender._send_rtcp([report])
    assert len(told) == 1
    assert report.sender_info.rtp_timestamp == (2**32 - 1000 + 225_000) % 2**32


async def test_aiortc_calls_what_is_taken_over() -> None:
    """Two real connections: packets go out, a report is told, and its times are the stream's."""
    one, other = RTCPeerConnection(), RTCPeerConnection()
    track, heard, beginning = PacketTrack("video"), Heard(), Beginning()
    sender = one.addTransceiver(track, direction="sendonly").sender
    try:
        await one.setLocalDescription(await one.createOffer())
        await other.setRemoteDescription(one.localDescription)
        await other.setLocalDescription(await other.createAnswer())
        track.attach(sender, beginning, heard.feedback)
        await one.setRemoteDescription(other.localDescription)
        await until(lambda: one.connectionState == "connected")
        beginning.set(0)
        receiver: Any = other.getReceivers()[0]
        await receiver._send_rtcp_pli(sender._ssrc)
        for pts in (0, 3000, 6000):
            track.put(packet(pts))
        await until(lambda: heard.keys and track.origin is not None)
    finally:
        await one.close()
        await other.close()
