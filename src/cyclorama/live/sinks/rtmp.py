"""Sending to a streaming service over RTMP or RTMPS."""

from __future__ import annotations

import socket
import ssl
from dataclasses import dataclass, field
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import av

from cyclorama.errors import InvalidRequest, SinkLost
from cyclorama.live.encoding import Muxer, fitting_bitrate

from . import amf
from .publishing import DATA, Publisher, Refusal

if TYPE_CHECKING:
    from cyclorama.live.base import Sound, Stream
    from cyclorama.picture import Frame

PORTS = {"rtmp": 1935, "rtmps": 443}
PATIENCE = 4.5  # seconds: a write may take 5
HEAD, TAG, TAIL = 9 + 4, 11, 4  # bytes, of an FLV file, before and behind what one of its tags holds


@dataclass(frozen=True, slots=True)
class Address:
    """Where a stream is published; what is shown of it never has the key."""

    secure: bool
    host: str
    port: int
    app: str
    key: str = field(repr=False)
    public: str  # the address without the key

    @classmethod
    def parse(cls, url: str) -> Address:
        """Split `rtmp[s]://host[:port]/app/key`; the key is what comes behind the last slash.

        Raises:
            InvalidRequest: that is no such address.
        """
        path, question, query = url.partition("?")
        try:
            parts = urlsplit(path)
            port = parts.port or PORTS.get(parts.scheme, 0)
        except ValueError:
            parts, port = urlsplit(""), 0
        app, _, key = parts.path.strip("/").rpartition("/")
        if not port or not parts.hostname or not app or not key or parts.username is not None:
            raise InvalidRequest(
                "This is no RTMP address. It is rtmp://SERVER/APP/KEY or rtmps://SERVER/APP/KEY: "
                "the server's address and the stream key, with a slash between."
            )
        shown = f"{parts.scheme}://{parts.netloc}/{app}"
        return cls(parts.scheme == "rtmps", parts.hostname, port, app, key + question + query, shown)


class RTMPSink:
    """Publishes H.264 and AAC to an RTMP server, as YouTube, Twitch, Amazon IVS and many others take it.

    The server's certificate must be good (RTMPS). The stream key is in no log, name or error. Where the
    network is slower than the stream, `write` waits, for at most 5 s.

    Args:
        url: `rtmp://SERVER/APP/KEY` or `rtmps://SERVER/APP/KEY`.
        bitrate: of the picture, bits a second; None is what fits its size (`fitting_bitrate`).

    Raises:
        InvalidRequest: that is no such address.
    """

    alpha = False

    def __init__(self, url: str, *, bitrate: int | None = None) -> None:
        self._address = Address.parse(url)
        self._bitrate = bitrate
        self._publisher: Publisher | None = None
        self._muxer: Muxer | None = None
        self._tags = _Tags()

    @property
    def name(self) -> str:
        """The server's address, without the key."""
        return self._address.public

    @property
    def bits_per_second(self) -> int:
        """What is sent, over the last two seconds."""
        return self._muxer.bits_per_second if self._muxer else 0

    def open(self, stream: Stream) -> None:
        """Connect and publish.

        Raises:
            InvalidRequest: the frames have alpha.
            SinkLost: the server does not answer, or refuses.
        """
        if stream.alpha:
            raise InvalidRequest(f"{self.name} cannot get alpha: RTMP has none. Choose a background.")
        self.close()
        bitrate = self._bitrate or fitting_bitrate(stream)
        self._tags = _Tags()
        self._muxer = Muxer(
            self._tags,
            "flv",
            {"flvflags": "no_duration_filesize"},
            stream,
            picture="h264",
            sound="aac",
            bitrate=bitrate,
            durations=False,
            live=True,
        )
        try:
            # a second of the stream may be on its way
            self._publisher = Publisher(self._address, patience=PATIENCE, buffer=max(bitrate // 8, 65_536))
        except (OSError, ValueError, Refusal) as error:
            raise self._lost(error) from None

    def write(self, item: Frame | Sound) -> None:
        """Send a picture or a sound.

        Raises:
            InvalidRequest: a frame has no time.
            SinkLost: the server has gone, is too slow, or does not want more.
        """
        if self._muxer is None or self._publisher is None:
            raise SinkLost(f"{self.name} is closed: open it first.")
        self._muxer.write(item)
        try:
            for kind, milliseconds, body in self._tags.taken():
                self._publisher.send(kind, milliseconds, body)
        except (OSError, ValueError, Refusal) as error:
            self._hang_up()
            raise self._lost(error) from None

    def close(self) -> None:
        """Say goodbye to the server and hang up."""
        if self._publisher is not None and self._muxer is not None:
            try:
                self._muxer.close(whole=True)
                for kind, milliseconds, body in self._tags.taken():
                    self._publisher.send(kind, milliseconds, body)
            except (av.FFmpegError, OSError, ValueError, Refusal):
                pass  # nobody is there to be told
        self._hang_up()

    def _hang_up(self) -> None:
        publisher, self._publisher, self._muxer = self._publisher, None, None
        if publisher is not None:
            publisher.close()

    def _lost(self, error: Exception) -> SinkLost:
        where = self.name
        match error:
            case Refusal():
                why = str(error).replace(self._address.key, "…")
                return SinkLost(
                    f"{where} refuses the stream ({why}). See whether the stream key is right, "
                    "and whether somebody else sends with it."
                )
            case socket.gaierror():
                return SinkLost(
                    f"There is no {self._address.host}. See whether {where} and the network are right."
                )
            case ssl.SSLCertVerificationError():
                return SinkLost(
                    f"{where} cannot prove who it is ({error.verify_message}), so nothing is sent to it. "
                    "See whether the address is right."
                )
            case TimeoutError():
                return SinkLost(
                    f"{where} takes nothing for {PATIENCE:g} s. See whether the network is fast enough."
                )
            case ConnectionRefusedError():
                return SinkLost(f"Nobody answers at {where}. See whether its server runs, and the port.")
            case _:
                return SinkLost(
                    f"{where} has hung up. See whether its server runs, and whether the stream key is right."
                )


class _Tags:
    """Takes an FLV file from a muxer and gives its tags, which are RTMP's messages."""

    def __init__(self) -> None:
        self._data = bytearray()
        self._begun = False

    def write(self, data: bytes) -> int:
        self._data += data
        return len(data)

    def taken(self) -> list[tuple[int, int, bytes]]:
        """Return kinds, times in milliseconds and bodies of the tags that are whole."""
        tags = []
        if not self._begun and len(self._data) >= HEAD:
            self._begun = True
            del self._data[:HEAD]
        while self._begun and len(self._data) >= TAG:
            size = int.from_bytes(self._data[1:4])
            if len(self._data) < TAG + size + TAIL:
                break
            kind = self._data[0]
            milliseconds = int.from_bytes(self._data[4:7]) | self._data[7] << 24
            body = bytes(self._data[TAG : TAG + size])
            tags.append((kind, milliseconds, _set_data_frame(body) if kind == DATA else body))
            del self._data[: TAG + size + TAIL]
        return tags


def _set_data_frame(body: bytes) -> bytes:
    # a server keeps what is said like this, and says it to everybody who comes later
    return amf.encode("@setDataFrame") + body
