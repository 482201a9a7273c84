"""The way to one peer: ICE lite, DTLS and SRTP over the stage's shared sockets.

The handshake is aiortc's `RTCDtlsTransport`, which asks an ICE transport for `role`, `_recv` and `_send`; a
link is one to it. What comes encrypted goes past it: it is decrypted and handed on at once, without a queue.
The names with an underscore are those of the release that pyproject.toml pins.
"""

from __future__ import annotations

import asyncio
import secrets
import time
from collections import deque
from contextlib import suppress
from functools import lru_cache
from typing import TYPE_CHECKING, Literal, cast

import pylibsrtp
from aioice import stun
from aioice.candidate import candidate_priority
from aiortc import RTCCertificate, RTCDtlsTransport
from aiortc.rtcdtlstransport import State
from aiortc.rtp import is_rtcp

from cyclorama.stage.tasks import Tasks

if TYPE_CHECKING:
    from collections.abc import Callable

    from aiortc import RTCIceTransport
    from aiortc.rtcdtlstransport import RTCDtlsParameters, SRTPProtectionProfile
    from aiortc.rtcicetransport import RTCIceParameters
    from OpenSSL import SSL

    from cyclorama.stage.ports import Port, Ports
    from cyclorama.stage.udp import Address

# aiortc's, and those for peers whose certificate is RSA, such as GStreamer's.
CIPHERS = (
    b"ECDHE-ECDSA-AES128-GCM-SHA256:ECDHE-ECDSA-CHACHA20-POLY1305:ECDHE-ECDSA-AES128-SHA:ECDHE-ECDSA-AES256-SHA:"
    b"ECDHE-RSA-AES128-GCM-SHA256:ECDHE-RSA-CHACHA20-POLY1305"
)
MAX_PACKET = 1480  # bytes; pylibsrtp's buffer has 1,500, and encryption adds up to 20
MAX_ADDRESSES = 16  # from which a peer may send; more than it has interfaces
DTLS_QUEUE = 64  # datagrams of a handshake that may wait
LAST_WORDS = 2.0  # seconds
DAY = 86_400


class Link:
    """One peer's way in and out.

    `on_state` is called whenever `state` changes, `on_rtp` and `on_rtcp` with every decrypted packet and the
    time of its arrival (`time.monotonic`).

    Attributes:
        state: `new`, `connecting`, `connected`, `failed` or `closed`.
        heard: grows with everything authentic that comes from the peer.
        ufrag: our half of the ICE user name.
        password: our ICE password.
    """

    role = "controlled"

    def __init__(self, ports: Ports, on_state: Callable[[], None]) -> None:
        self.state = "new"
        self.heard = 0
        self.ufrag = secrets.token_hex(4)
        self.password = secrets.token_hex(16)
        self.on_rtp: Callable[[bytes, float], None] = _ignore
        self.on_rtcp: Callable[[bytes, float], None] = _ignore
        self._ports = ports
        self._on_state = on_state
        self._tasks = Tasks()
        self._port: Port | None = None
        self._address: Address = ("", 0)
        self._bound: deque[tuple[Port, Address]] = deque()
        self._asked: tuple[bytes, Port, Address] = (b"", cast("Port", None), ("", 0))
        self._queue: asyncio.Queue[bytes | None] = asyncio.Queue(DTLS_QUEUE)
        self._dtls: RTCDtlsTransport | None = None
        self._theirs: RTCDtlsParameters | None = None
        self._their_ice: RTCIceParameters | None = None
        self._shaken = asyncio.Event()
        self._protect: Callable[[bytes], bytes] | None = None
        self._protect_rtcp: Callable[[bytes], bytes] | None = None
        self._certificate = _certificate(int(time.time()) // DAY)

    @property
    def fingerprint(self) -> str:
        """SHA-256 of our DTLS certificate."""
        return next(each.value for each in self._certificate.getFingerprints() if each.algorithm == "sha-256")

    def listen(
        self, ice: RTCIceParameters, dtls: RTCDtlsParameters, setup: Literal["active", "passive"]
    ) -> None:
        """Wait for the peer of these parameters."""
        self._their_ice = ice
        self._theirs = dtls
        self._dtls = RTCDtlsTransport(cast("RTCIceTransport", self), [self._certificate])
        self._dtls._set_role("client" if setup == "active" else "server")
        self._dtls.on("statechange", self._dtls_changed)
        self._ports.links[self.ufrag] = self

    def checked(self, port: Port, address: Address, *, nominated: bool) -> None:
        """Take note of an authentic connectivity check."""
        self.heard += 1
        if self.state in {"failed", "closed"}:
            return
        if not self._bind(port, address) or not nominated or self.uses(port, address):
            return
        if self._protect is None:
            # An address that is not the peer's gets a few packets of a handshake, and nothing more.
            self._port, self._address = port, address
            if self.state == "new":
                self._settle("connecting")
                self._tasks.start(self._shake_hands())
        else:
            self._ask(port, address)

    def answered(self, response: stun.Message, port: Port, address: Address) -> None:
        """Move to an address that has proven to be the peer's."""
        theirs = self._their_ice
        if theirs is None or not theirs.password or self._protect is None:
            return
        if self._asked[1:] == (port, address) and response.check_message_integrity(theirs.password.encode()):
            self._port, self._address = port, address

    def uses(self, port: Port, address: Address) -> bool:
        """Whether what is sent goes that way."""
        return (port, address) == (self._port, self._address)

    def received(self, data: bytes, now: float) -> None:
        """Take a datagram of the peer that arrived at `now`.

        RFC 7983 tells the protocols apart by the first byte.
        """
        if 127 < data[0] < 192:
            self._decrypt(data, now)
        elif 19 < data[0] < 64 and not self._queue.full():
            self._queue.put_nowait(data)

    def send_rtp(self, packet: bytes) -> None:
        """Encrypt and send an RTP packet now, or drop it. Never waits."""
        if self._protect is not None and self._port is not None and len(packet) <= MAX_PACKET:
            self._port.send(self._protect(packet), self._address)

    def send_rtcp(self, packet: bytes) -> None:
        """Encrypt and send RTCP packets now, or drop them. Never waits."""
        if self._protect_rtcp is not None and self._port is not None and len(packet) <= MAX_PACKET:
            self._port.send(self._protect_rtcp(packet), self._address)

    async def close(self) -> None:
        """Tell the peer and end everything. A handshake may end first: without keys there is no goodbye."""
        if self.state == "connecting":
            with suppress(TimeoutError):
                async with asyncio.timeout(LAST_WORDS):
                    await self._shaken.wait()
        if self.state == "closed":
            return
        self._protect = self._protect_rtcp = None
        if self._dtls is not None:
            self._dtls.remove_all_listeners()
            await self._dtls.stop()
        self._settle("closed")
        while self._queue.full():
            self._queue.get_nowait()
        self._queue.put_nowait(None)
        self._ports.links.pop(self.ufrag, None)
        self._ports.asking.pop(self._asked[0], None)
        for port, address in self._bound:
            port.unbind(address, self)
        self._bound.clear()
        await self._tasks.aclose()

    async def _recv(self) -> bytes:
        data = await self._queue.get()
        if data is None:
            raise ConnectionError
        return data

    async def _send(self, data: bytes) -> None:
        if self._port is None:
            raise ConnectionError
        self._port.send(data, self._address)

    async def _shake_hands(self) -> None:
        if self._dtls is not None and self._theirs is not None:
            await self._dtls.start(self._theirs)
            self._shaken.set()

    def _dtls_changed(self) -> None:
        if self._dtls is None:
            return
        match self._dtls._state:
            case State.CONNECTED:
                self._protect = self._dtls._tx_srtp.protect
                self._protect_rtcp = self._dtls._tx_srtp.protect_rtcp
                self._settle("connected")
            case State.FAILED:
                self._settle("failed")
            case State.CLOSED:
                self._protect = self._protect_rtcp = None
                self._settle("failed")

    def _decrypt(self, data: bytes, now: float) -> None:
        if self._protect is None or self._dtls is None or len(data) > MAX_PACKET:
            return
        session = self._dtls._rx_srtp
        try:
            if is_rtcp(data):
                packet, take = session.unprotect_rtcp(data), self.on_rtcp
            else:
                packet, take = session.unprotect(data), self.on_rtp
        except pylibsrtp.Error:
            return  # a replay, or not from the peer
        self.heard += 1
        take(packet, now)

    def _bind(self, port: Port, address: Address) -> bool:
        if (port, address) in self._bound:
            return True
        if not port.bind(address, self):
            return False
        if len(self._bound) == MAX_ADDRESSES:
            for _ in range(MAX_ADDRESSES):
                old = self._bound.popleft()
                if not self.uses(*old):
                    old[0].unbind(old[1], self)
                    break
                self._bound.append(old)
        self._bound.append((port, address))
        return True

    def _ask(self, port: Port, address: Address) -> None:
        """Ask a new address for proof that the peer is there before media goes to it.

        Who knows the passwords could else, with forged checks, aim media at somebody else's address. It is
        asked again with each check that comes from there, so a lost request needs no timer.
        """
        theirs = self._their_ice
        if theirs is None or not theirs.password:
            return
        request = stun.Message(message_method=stun.Method.BINDING, message_class=stun.Class.REQUEST)
        request.attributes["USERNAME"] = f"{theirs.usernameFragment}:{self.ufrag}"
        request.attributes["PRIORITY"] = candidate_priority(1, "prflx")
        request.attributes["ICE-CONTROLLED"] = secrets.randbits(64)
        request.add_message_integrity(theirs.password.encode())
        self._ports.asking.pop(self._asked[0], None)
        self._ports.asking[request.transaction_id] = self
        self._asked = (request.transaction_id, port, address)
        port.send(bytes(request), address)

    def _settle(self, state: str) -> None:
        if state != self.state and self.state != "closed":
            self.state = state
            self._on_state()


class _Certificate(RTCCertificate):
    """Ours is ECDSA, as RFC 8827, 6.5 wants it; that of a peer who is greeted by us may be RSA."""

    def _create_ssl_context(self, srtp_profiles: list[SRTPProtectionProfile]) -> SSL.Context:
        context = super()._create_ssl_context(srtp_profiles)
        context.set_cipher_list(CIPHERS)
        return context


@lru_cache(maxsize=1)
def _certificate(_day: int) -> RTCCertificate:
    return _Certificate.generateCertificate()


def _ignore(_: bytes, __: float) -> None:
    """Do nothing, until somebody wants to know."""
