"""RTMP as a publisher speaks it, over a socket that never blocks for longer than it may.

Through PyAV, FFmpeg's own RTMP holds Python's lock while it connects, and so all other outputs; it sets no
limit to a server's silence, and looks at no certificates. See Adobe's "Real-Time Messaging Protocol 1.0".
"""

from __future__ import annotations

import os
import select
import socket
import ssl
import struct
import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from . import amf

if TYPE_CHECKING:
    from .rtmp import Address

CHUNK = 4096
HELLO = 1536
SET_CHUNK, ACKNOWLEDGE, CONTROL, WINDOW, BANDWIDTH = 1, 3, 4, 5, 6
AUDIO, VIDEO, DATA, COMMAND = 8, 9, 18, 20
PING, PONG = 6, 7
CHANNELS = {AUDIO: 4, VIDEO: 6, DATA: 5, COMMAND: 3}  # on which chunk stream a message goes; 2 for all others
LATE = 0xFFFFFF  # milliseconds from which on a time stands in a field of its own
LARGEST = 1 << 20  # of a message from a server, which has no reason for more


class Refusal(Exception):
    """The server said no, in its own words."""


class Ended(ConnectionError):
    """The server closed the connection, or speaks something else."""


@dataclass(slots=True)
class _Incoming:
    """A message from the server, of which the first chunks are there."""

    time: int = 0
    size: int = 0
    kind: int = 0
    data: bytearray = field(default_factory=bytearray)


class Publisher:
    """One connection to a server, from the handshake to the end.

    Args:
        address: the server, the app and the key.
        patience: seconds for which the server may not answer or not take anything.
        buffer: bytes that the system may hold for the server: more of them means a later picture.

    Raises:
        OSError: it does not answer, or its certificate is not good (`ssl.SSLCertVerificationError`).
        Refusal: it does not want us.
    """

    def __init__(self, address: Address, *, patience: float, buffer: int) -> None:
        self._patience = patience
        self._incoming: dict[int, _Incoming] = {}
        self._chunk = 128  # the server's, until it says another
        self._heard, self._acknowledged, self._window = 0, 0, 0
        self._unread = bytearray()
        self._stream = 0
        self._socket = _connected(address, patience, buffer)
        try:
            self._shake_hands()
            self._publish(address)
        except BaseException:
            self._socket.close()
            raise

    def send(self, kind: int, milliseconds: int, body: bytes) -> None:
        """Send sound, picture or data.

        Raises:
            OSError: the server takes nothing any more.
            Refusal: it says that it does not want it.
        """
        while self._readable():
            self._listen()
        self._send(kind, body, milliseconds, self._stream)

    def close(self) -> None:
        """Say goodbye, if that is quick, and hang up."""
        try:
            self._socket.settimeout(min(self._patience, 1))
            self._send(COMMAND, amf.encode("deleteStream", 6, None, self._stream))
        except (OSError, ValueError):
            pass
        finally:
            self._socket.close()

    def _shake_hands(self) -> None:
        own = struct.pack(">II", 0, 0) + os.urandom(HELLO - 8)
        self._socket.sendall(b"\3" + own)
        version, theirs = self._exactly(1), self._exactly(HELLO)
        if version != b"\3":
            raise Ended("this is no RTMP")
        self._socket.sendall(theirs)
        self._exactly(HELLO)

    def _publish(self, address: Address) -> None:
        self._send(SET_CHUNK, struct.pack(">I", CHUNK))
        about = {
            "app": address.app,
            "type": "nonprivate",
            "flashVer": "FMLE/3.0 (compatible; Cyclorama)",
            "tcUrl": address.public,
        }
        self._send(COMMAND, amf.encode("connect", 1, about))
        self._answer(1)
        # The first two are older than createStream; some servers still wait for them.
        self._send(COMMAND, amf.encode("releaseStream", 2, None, address.key))
        self._send(COMMAND, amf.encode("FCPublish", 3, None, address.key))
        self._send(COMMAND, amf.encode("createStream", 4, None))
        answer = self._answer(4)
        self._stream = int(answer[1]) if len(answer) > 1 and isinstance(answer[1], float) else 1
        self._send(COMMAND, amf.encode("publish", 5, None, address.key, "live"), 0, self._stream)
        limit = time.monotonic() + self._patience
        while time.monotonic() < limit:
            match self._listen():
                case ["onStatus", _, _, {"code": "NetStream.Publish.Start"}]:
                    return
        raise TimeoutError("timed out")

    def _answer(self, number: int) -> list[Any]:
        """Wait for the answer to a command; returns its arguments."""
        limit = time.monotonic() + self._patience
        while time.monotonic() < limit:
            match self._listen():
                case ["_result", answered, *rest] if answered == number:
                    return rest
                case ["_error", answered, *rest] if answered == number:
                    raise Refusal(_words(rest))
        raise TimeoutError("timed out")

    def _listen(self) -> list[Any]:
        """Take the next message; returns a command, or nothing where it was something else."""
        kind, data = self._message()
        match kind:
            case 1:
                self._chunk = max(1, struct.unpack_from(">I", data)[0] & 0x7FFFFFFF)
            case 4 if data[:2] == struct.pack(">H", PING):
                self._send(CONTROL, struct.pack(">H", PONG) + data[2:6])
            case 5:
                self._window = struct.unpack_from(">I", data)[0]
            case 20:
                command = amf.decode(data)
                match command:
                    case ["onStatus", _, _, {"level": "error"} as status]:
                        raise Refusal(_words([status]))
                return command
        return []

    def _message(self) -> tuple[int, bytes]:
        while True:
            first = self._exactly(1)[0]
            form, channel = first >> 6, first & 63
            if channel < 2:
                extra = self._exactly(1 + channel)
                channel = 64 + int.from_bytes(extra, "little")
            message = self._incoming.setdefault(channel, _Incoming())
            if form < 3:
                head = self._exactly((11, 7, 3)[form])
                message.time = int.from_bytes(head[:3])
                if form < 2:
                    message.size, message.kind = int.from_bytes(head[3:6]), head[6]
            if message.time == LATE:
                self._exactly(4)
            if message.size > LARGEST:
                raise Ended("this is no RTMP")
            message.data += self._exactly(min(self._chunk, message.size - len(message.data)))
            if len(message.data) >= message.size:
                data, message.data = bytes(message.data), bytearray()
                return message.kind, data

    def _exactly(self, count: int) -> bytes:
        while len(self._unread) < count:
            got = self._socket.recv(65536)
            if not got:
                raise Ended("the server has hung up")
            self._unread += got
            self._heard += len(got)
        data = bytes(self._unread[:count])
        del self._unread[:count]
        if self._window and self._heard - self._acknowledged > self._window // 2:
            self._acknowledged = self._heard
            self._send(ACKNOWLEDGE, struct.pack(">I", self._heard & 0xFFFFFFFF))
        return data

    def _readable(self) -> bool:
        pending = isinstance(self._socket, ssl.SSLSocket) and self._socket.pending() > 0
        return bool(self._unread) or pending or bool(select.select([self._socket], [], [], 0)[0])

    def _send(self, kind: int, body: bytes, milliseconds: int = 0, stream: int = 0) -> None:
        milliseconds &= 0xFFFFFFFF
        late = struct.pack(">I", milliseconds) if milliseconds >= LATE else b""
        channel = CHANNELS.get(kind, 2)
        head = bytes([channel]) + min(milliseconds, LATE).to_bytes(3) + len(body).to_bytes(3) + bytes([kind])
        parts = [head, struct.pack("<I", stream), late, body[:CHUNK]]
        for at in range(CHUNK, len(body), CHUNK):
            parts += [bytes([0xC0 | channel]), late, body[at : at + CHUNK]]
        self._socket.sendall(b"".join(parts))


def _connected(address: Address, patience: float, buffer: int) -> socket.socket:
    plain = socket.create_connection((address.host, address.port), timeout=patience)
    try:
        plain.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        plain.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, buffer)
        if not address.secure:
            return plain
        return ssl.create_default_context().wrap_socket(plain, server_hostname=address.host)
    except BaseException:
        plain.close()
        raise


def _words(arguments: list[Any]) -> str:
    for argument in reversed(arguments):
        if isinstance(argument, dict):
            told = (argument.get("code"), argument.get("description"))
            return ": ".join(str(part) for part in told if part)
    return "no reason given"
