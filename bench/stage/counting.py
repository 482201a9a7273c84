"""A viewer that costs little: it connects as any other, then reads the clear part of RTP headers.

aiortc makes the connection. After that packets are taken off the socket here: sequence number, timestamp and
marker of SRTP are not encrypted, so frames, losses and freezes are counted without decrypting anything. Lost
packets are asked for again as a browser does, and receiver reports are sent, with the keys that DTLS gave.
"""

from __future__ import annotations

import asyncio
import struct
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from aiortc.rtp import (
    RTCP_PSFB_PLI,
    RTCP_RTPFB_NACK,
    RtcpPsfbPacket,
    RtcpReceiverInfo,
    RtcpRrPacket,
    RtcpRtpfbPacket,
)
from bench.stage.freezes import Freezes
from bench.stage.signalling import Target, connection, join, receiving

if TYPE_CHECKING:
    from bench.stage.signalling import Leave

HEADER = struct.Struct("!BBHII")
RTP = range(128, 192)
BATCH = 256  # packets of one viewer in a row
NACK_AFTER, NACK_EVERY = 0.01, 0.1  # seconds: packets may overtake each other; a round trip
GIVE_UP = 1.0  # seconds after which a lost packet is not waited for any more
MOST_MISSING = 500
OUR_SSRC = 1


@dataclass(frozen=True)
class Seen:
    """What came to one viewer in a while."""

    rate: float
    """Whole pictures a second, in order."""
    freezes: int
    frozen: float
    """Seconds."""
    lost: int
    """Packets that never came, retransmission included."""
    again: int
    """Packets that were asked for again."""


class Viewer:
    """One of them. `await Viewer.of(target)` joins."""

    def __init__(self) -> None:
        self._pc = connection()
        self._leave: Leave | None = None
        self._freezes = Freezes()
        self._lost = self._again = 0
        self._began = 0.0
        self._ssrc = 0
        self._next: int | None = None
        self._ahead: dict[int, int] = {}
        self._gap_since = self._asked_at = 0.0
        self._reported_at = 0.0
        self.first_packet = asyncio.Event()

    @classmethod
    async def of(cls, target: Target) -> Viewer:
        """Join, and wait until the first packet has come."""
        viewer = cls()
        receiving(viewer._pc, "audio", "video", rtx=False)
        for receiver in viewer._pc.getReceivers():
            vars(receiver)["receive"] = _nothing  # no decoder, no jitter buffer
        connected = asyncio.Event()

        @viewer._pc.on("connectionstatechange")
        def changed() -> None:
            if viewer._pc.connectionState != "connecting":
                connected.set()

        try:
            viewer._leave = await join(viewer._pc, target)
            async with asyncio.timeout(60):
                await connected.wait()
                viewer._take_over()
                await viewer.first_packet.wait()
        except BaseException:
            await viewer._pc.close()
            raise
        return viewer

    @property
    def connected(self) -> bool:
        """Whether the connection stands."""
        return self._pc.connectionState == "connected"

    def restart(self) -> None:
        """Begin to count."""
        self._freezes.restart()
        self._lost = self._again = 0
        self._began = time.monotonic()

    def seen(self) -> Seen:
        """Return what came since `restart`."""
        now, freezes = time.monotonic(), self._freezes
        rate = freezes.frames / (now - self._began)
        freezes.finish(now)
        return Seen(rate, freezes.count, freezes.seconds, self._lost, self._again)

    async def leave(self, *, politely: bool = True) -> None:
        """Close, and say so to the server, or not."""
        if politely and self._leave is not None:
            await self._leave()
        await self._pc.close()

    def tick(self, now: float) -> None:
        """Ask for what is missing, and report; to be called every few milliseconds."""
        if now - self._reported_at > 1 and self._next is not None:
            self._reported_at = now
            info = RtcpReceiverInfo(self._ssrc, 0, 0, self._next, 0, 0, 0)
            self._send(RtcpRrPacket(ssrc=OUR_SSRC, reports=[info]))
        if not self._ahead or self._next is None or now - self._gap_since < NACK_AFTER:
            return
        far = max((seq - self._next) & 0xFFFF for seq in self._ahead)
        missing = [seq for at in range(far) if (seq := (self._next + at) & 0xFFFF) not in self._ahead]
        if now - self._gap_since > GIVE_UP or len(missing) > MOST_MISSING:
            self._lost += len(missing)
            self._send(RtcpPsfbPacket(RTCP_PSFB_PLI, OUR_SSRC, self._ssrc))
            self._next = (self._next + far) & 0xFFFF
            self._ahead = {self._next: self._ahead[self._next]}
            self._advance(now)
        elif now - self._asked_at > NACK_EVERY:
            self._asked_at = now
            self._again += len(missing)
            self._send(RtcpRtpfbPacket(RTCP_RTPFB_NACK, OUR_SSRC, self._ssrc, lost=missing))

    def _take_over(self) -> None:
        video = self._pc.getTransceivers()[1]
        self._transport = video.receiver.transport
        self._payload_type = video._codecs[0].payloadType
        ice = self._transport.transport._connection
        self._pair = ice._nominated[1]
        loop = asyncio.get_running_loop()
        for protocol in ice._protocols:  # the server may have settled on another pair than we
            descriptor = protocol.transport._sock.fileno()
            # aiortc's own reader would parse each packet as STUN, queue, decrypt and route it.
            loop._remove_reader(descriptor)  # type: ignore[attr-defined]
            loop._add_reader(descriptor, self._drain, protocol)  # type: ignore[attr-defined]

    def _drain(self, protocol: Any) -> None:
        now, payload_type, receive = time.monotonic(), self._payload_type, protocol.transport._sock.recvfrom
        for _ in range(BATCH):
            try:
                data, address = receive(2048)
            except OSError:
                return
            if data[0] in RTP:
                if data[1] & 0x7F == payload_type:
                    self._packet(data, now)
            else:
                protocol.datagram_received(data, address)

    def _packet(self, data: bytes, now: float) -> None:
        _, second, seq, _, self._ssrc = HEADER.unpack_from(data)
        if self._next is None:
            self._next = seq
            self.first_packet.set()
        distance = (seq - self._next) & 0xFFFF
        if distance == 0:
            self._next = (seq + 1) & 0xFFFF
            if second & 0x80:
                self._freezes.frame(now)
            if self._ahead:
                self._advance(now)
        elif distance < 0x8000:
            if not self._ahead:
                self._gap_since = now
            self._ahead[seq] = second

    def _advance(self, now: float) -> None:
        assert self._next is not None
        while (second := self._ahead.pop(self._next, None)) is not None:
            self._next = (self._next + 1) & 0xFFFF
            if second & 0x80:
                self._freezes.frame(now)
        self._gap_since = now

    def _send(self, packet: Any) -> None:
        socket: Any = self._pair.protocol.transport
        if self.connected and not socket.is_closing():
            socket.sendto(self._transport._tx_srtp.protect_rtcp(bytes(packet)), self._pair.remote_addr)


async def tick(viewers: list[Viewer]) -> None:
    """Keep viewers ticking until cancelled."""
    while True:
        await asyncio.sleep(0.01)
        now = time.monotonic()
        for viewer in viewers:
            viewer.tick(now)


async def _nothing(_: object) -> None:
    """Do nothing instead of decoding."""
