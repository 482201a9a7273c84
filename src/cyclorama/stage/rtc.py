"""The packets of a peer connection, for the one version of aiortc that pyproject.toml pins.

aiortc decodes what it receives and encodes what it sends. Below its public face, receivers and senders keep
their RTCP here, but packets go around its jitter buffers, decoder threads and encoder loops: `Inlet` hands
out what a publisher sends, `Outlet` sends what it is given.
"""

from __future__ import annotations

import asyncio
import random
import struct
from typing import TYPE_CHECKING, Any, Protocol

from aiortc.codecs import is_rtx
from aiortc.rtcdtlstransport import RTCDtlsTransport, State
from aiortc.rtcpeerconnection import is_codec_compatible
from aiortc.rtcrtpparameters import RTCRtpCodecParameters
from aiortc.rtcrtpreceiver import StreamStatistics
from aiortc.rtp import (
    RTCP_PSFB_APP,
    RTCP_PSFB_PLI,
    RTCP_RTPFB_NACK,
    RtcpPsfbPacket,
    RtcpRtpfbPacket,
    RtcpSrPacket,
    RtpPacket,
    pack_remb_fci,
    unwrap_rtx,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from aiortc import RTCRtpReceiver, RTCRtpSender

Codec = RTCRtpCodecParameters

# In bit/s. aiortc's estimate starts low and grows by 8 % a second: 720p would be a slide show meanwhile.
# Under this rate, only the loss that our receiver reports tell of slows a publisher down.
REMB_FLOOR = 3_000_000
MAX_UNSENT = 1 << 18  # bytes that may wait for a socket before packets to it are dropped
HEADER = struct.Struct("!BBHII")
VERSION_2 = 0x80
RECEIVER = "_RTCRtpReceiver__"  # what Python puts before the names of private attributes
SENDER = "_RTCRtpSender__"
PACKETS = SENDER + "packet_count"
OCTETS = SENDER + "octet_count"


class Sink(Protocol):
    """Where an inlet's packets go."""

    def packet(self, packet: RtpPacket, codec: Codec) -> None:
        """Take an RTP packet; those that were lost and sent again come late."""

    def report(self, ntp: int, timestamp: int) -> None:
        """Take a sender report: the publisher's wall clock (NTP, 32.32) at an RTP timestamp."""


class Inlet:
    """One kind of media of one publisher, as it arrives. `codec` is what it was agreed to be."""

    def __init__(self, receiver: RTCRtpReceiver, codec: Codec) -> None:
        self.codec = codec
        self.sink: Sink | None = None
        self._receiver = receiver
        self._ssrc: int | None = None
        self._own = own = vars(receiver)
        self._codecs: dict[int, Codec] = own[RECEIVER + "codecs"]
        self._rtx_ssrc: dict[int, int] = own[RECEIVER + "rtx_ssrc"]
        self._streams: dict[int, StreamStatistics] = own[RECEIVER + "remote_streams"]
        self._nacks = own[RECEIVER + "nack_generator"]
        self._estimator = own[RECEIVER + "remote_bitrate_estimator"]
        self._reporter: int = own[RECEIVER + "rtcp_ssrc"]
        self._heed = receiver._handle_rtcp_packet
        own.update(receive=self._begin, _handle_rtp_packet=self._on_rtp, _handle_rtcp_packet=self._on_rtcp)

    def ask_key_frame(self) -> bool:
        """Send a picture loss indication; False while there is nothing to ask for yet."""
        if self._ssrc is None:
            return False
        self._feed_back(RtcpPsfbPacket(RTCP_PSFB_PLI, self._reporter, self._ssrc))
        return True

    async def _begin(self, parameters: Any) -> None:
        """Do what `RTCRtpReceiver.receive` does, except for starting a thread that decodes."""
        if self._own[RECEIVER + "started"] or self._receiver.transport.state == "closed":
            return
        self._own[RECEIVER + "started"] = True
        self._codecs.update({codec.payloadType: codec for codec in parameters.codecs})
        for encoding in parameters.encodings:
            if encoding.rtx:
                self._rtx_ssrc[encoding.rtx.ssrc] = encoding.ssrc
        self._receiver.transport._register_rtp_receiver(self._receiver, parameters)
        # The receiver's `stop` ends it.
        self._own[RECEIVER + "rtcp_task"] = asyncio.ensure_future(self._receiver._run_rtcp())

    async def _on_rtp(self, packet: RtpPacket, arrival_time_ms: int) -> None:
        codec = self._codecs.get(packet.payload_type)
        if codec is None:
            return
        rtx = is_rtx(codec)
        ssrc = self._rtx_ssrc.get(packet.ssrc) if rtx else packet.ssrc
        if self._ssrc is None and not rtx:
            self._ssrc = ssrc
        if ssrc is None or ssrc != self._ssrc:
            return
        self._estimate(packet, arrival_time_ms)
        if packet.ssrc not in self._streams:
            self._streams[packet.ssrc] = _Statistics(codec.clockRate)
        self._streams[packet.ssrc].add(packet)
        if rtx:
            original = codec.parameters.get("apt")
            if len(packet.payload) < 2 or original not in self._codecs:
                return  # padding that probes for bandwidth
            packet = unwrap_rtx(packet, payload_type=original, ssrc=ssrc)
            codec = self._codecs[original]
        if self._nacks is not None and self._nacks.add(packet):
            lost = sorted(self._nacks.missing)
            self._feed_back(RtcpRtpfbPacket(RTCP_RTPFB_NACK, self._reporter, ssrc, lost=lost))
        if self.sink is not None:
            self.sink.packet(packet, codec)

    def _estimate(self, packet: RtpPacket, arrival_time_ms: int) -> None:
        """Tell the publisher how much it may send."""
        if self._estimator is None or packet.extensions.abs_send_time is None:
            return
        remb = self._estimator.add(
            abs_send_time=packet.extensions.abs_send_time,
            arrival_time_ms=arrival_time_ms,
            payload_size=len(packet.payload) + packet.padding_size,
            ssrc=packet.ssrc,
        )
        if remb is None and not self._streams:
            remb = (REMB_FLOOR, [packet.ssrc])  # browsers take it at once only while they start
        if remb is not None:
            fci = pack_remb_fci(max(remb[0], REMB_FLOOR), remb[1])
            self._feed_back(RtcpPsfbPacket(RTCP_PSFB_APP, self._reporter, 0, fci))

    async def _on_rtcp(self, packet: Any) -> None:
        await self._heed(packet)
        if isinstance(packet, RtcpSrPacket) and packet.ssrc == self._ssrc and self.sink is not None:
            self.sink.report(packet.sender_info.ntp_timestamp, packet.sender_info.rtp_timestamp)

    def _feed_back(self, packet: RtcpPsfbPacket | RtcpRtpfbPacket) -> None:
        _send(self._receiver.transport, bytes(packet), rtcp=True)


class Outlet:
    """One kind of media towards one viewer.

    `on_ready` is called once packets can be sent, `on_picture_lost` when the viewer wants a key frame,
    `on_lost` with the sequence numbers that it misses.
    """

    def __init__(self, sender: RTCRtpSender, codecs: Iterable[Codec]) -> None:
        self.ready = False
        self.on_ready: Callable[[], None] = _nothing
        self.on_picture_lost: Callable[[], None] = _nothing
        self.on_lost: Callable[[list[int]], None] = _nothing
        self._sender = sender
        self._codecs = [codec for codec in codecs if not is_rtx(codec)]
        self._rtx = {codec.parameters["apt"]: codec.payloadType for codec in codecs if is_rtx(codec)}
        # In the lower half, as in aiortc: a sequence number that wraps early confuses SRTP.
        self._rtx_seq = random.randrange(1 << 15)  # noqa: S311 - not a secret
        self._start = sender.send
        self._heed = sender._handle_rtcp_packet
        self._own = vars(sender)
        self._own.update(
            send=self._begin,
            _run_rtp=self._no_encoder,
            _handle_rtcp_packet=self._on_rtcp,
            _send_keyframe=self._picture_lost,
        )

    def payload_type(self, codec: Codec) -> int | None:
        """Return what the viewer calls `codec`, or None where it does not know it."""
        for each in self._codecs:
            if is_codec_compatible(codec, each):
                return each.payloadType
        return None

    def send(self, payload_type: int, marker: int, seq: int, timestamp: int, payload: bytes) -> None:
        """Send one packet now, or drop it where the way is not free. Never waits."""
        header = HEADER.pack(VERSION_2, marker << 7 | payload_type, seq, timestamp, self._sender._ssrc)
        _send(self._sender.transport, header + payload)
        self._own[PACKETS] += 1
        self._own[OCTETS] += len(payload)

    def send_again(self, payload_type: int, marker: int, seq: int, timestamp: int, payload: bytes) -> None:
        """Send a lost packet again, as RFC 4588 has it where the viewer knows that."""
        rtx = self._rtx.get(payload_type)
        if rtx is None:
            self.send(payload_type, marker, seq, timestamp, payload)
            return
        self._rtx_seq = (self._rtx_seq + 1) & 0xFFFF
        header = HEADER.pack(VERSION_2, marker << 7 | rtx, self._rtx_seq, timestamp, self._sender._rtx_ssrc)
        _send(self._sender.transport, header + seq.to_bytes(2, "big") + payload)

    def report(self, ntp: int, timestamp: int) -> None:
        """Let the sender reports from now on say that `timestamp` was at `ntp`.

        Both kinds of media carry the publisher's own clock on, so that sound and picture stay in step. Before
        that, reports say NTP 0, which receivers take as unknown.
        """
        self._own[SENDER + "ntp_timestamp"] = ntp
        self._own[SENDER + "rtp_timestamp"] = timestamp

    async def _begin(self, parameters: Any) -> None:
        if self._sender.transport.state == "closed":
            return  # aiortc would start reports that nothing ever stops
        await self._start(parameters)
        self.ready = True
        self.on_ready()

    async def _no_encoder(self, _: Codec) -> None:
        """Stand in for the loop that encodes: without a track it would wake up 50 times a second."""
        self._own[SENDER + "rtp_started"].set()
        self._own[SENDER + "rtp_exited"].set()

    def _picture_lost(self) -> None:
        self.on_picture_lost()

    async def _on_rtcp(self, packet: Any) -> None:
        if isinstance(packet, RtcpRtpfbPacket) and packet.fmt == RTCP_RTPFB_NACK:
            self.on_lost(packet.lost)
        else:
            await self._heed(packet)


class _Statistics(StreamStatistics):
    """aiortc's, with a jitter that fits the 32 bits of a receiver report whatever the publisher sends."""

    @property
    def jitter(self) -> int:
        return min(super().jitter, 0xFFFFFFFF)


def _send(transport: RTCDtlsTransport, data: bytes, *, rtcp: bool = False) -> None:
    """Encrypt and send a packet without the four coroutines that aiortc and aioice would spend on it."""
    if transport._state is not State.CONNECTED:
        return
    pair = transport.transport._connection._nominated.get(1)
    if pair is None:
        return
    socket: Any = pair.protocol.transport
    if socket.is_closing() or socket.get_write_buffer_size() > MAX_UNSENT:
        return
    protect = transport._tx_srtp.protect_rtcp if rtcp else transport._tx_srtp.protect
    socket.sendto(protect(data), pair.remote_addr)


def _nothing(*_: object) -> None:
    """Do nothing, until somebody wants to know."""
