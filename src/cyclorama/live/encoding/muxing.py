"""Pictures and sound of one stream go into one container, in step and from zero on."""

from __future__ import annotations

from collections import deque
from dataclasses import replace
from fractions import Fraction
from typing import TYPE_CHECKING, Any, Protocol, TypeVar

import av

from cyclorama.errors import InvalidRequest
from cyclorama.live.base import Sound
from cyclorama.picture import Frame

from .picture import Encoder
from .sound import SoundEncoder

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from cyclorama.live.base import Stream

PATIENCE = Fraction(1)  # how long a live picture's sound may be late
EARLY = 500  # sounds that may come before the first picture
# Whatever is handed to the container is written now; and a picture waits a second for sound, not ten.
AT_ONCE = {"flush_packets": "1", "max_interleave_delta": "1000000"}
MEASURED = 2  # seconds

_Item = TypeVar("_Item", Frame, Sound)


class Writable(Protocol):
    """Where a container's bytes go; with `seek` and `tell` where it can go back."""

    def write(self, data: bytes) -> int:
        """Take all of it."""


class Muxer:
    """Encodes a stream into a container.

    The first picture is at zero; sound from before it is left out, and where it begins later there is silence
    before it. While a live stream's sound does not come, silence follows the picture a second behind.

    Args:
        target: takes the bytes.
        container: FFmpeg's name of the format.
        options: of the container.
        stream: what will come.
        picture: a codec of `Encoder`.
        sound: a codec of `SoundEncoder`; not used where the stream has no sound.
        bitrate: of the picture.
        durations: whether each picture is written when the next says how long it is seen. Encoders only guess
            that, and MP4 puts times together from it; who watches live does not wait for it.
        live: as of `Encoder`.

    Raises:
        ValueError: the container does not hold such a codec.
        InvalidRequest, UnsupportedMedia: as of the encoders.
    """

    def __init__(
        self,
        target: Writable,
        container: str,
        options: Mapping[str, str],
        stream: Stream,
        *,
        picture: str,
        sound: str,
        bitrate: int | None = None,
        durations: bool = True,
        live: bool | None = None,
    ) -> None:
        self._stream = stream
        self._durations = durations
        self._zero: Fraction | None = None  # the first picture's time
        self._waiting: av.Packet[Any] | None = None
        self._early: deque[Sound] = deque(maxlen=EARLY)
        self._sizes: deque[tuple[float, int]] = deque()
        self._container = av.open(target, "w", format=container, container_options={**options, **AT_ONCE})
        self._pictures = Encoder(stream, codec=picture, bitrate=bitrate, live=live, into=self._container)
        self._sounds = None
        if stream.rate:
            self._sounds = SoundEncoder(stream, codec=sound, begin=Fraction(0), into=self._container)

    @property
    def bits_per_second(self) -> int:
        """Over the last two seconds of the stream's own time."""
        sizes = list(self._sizes)
        if not sizes or sizes[-1][0] == sizes[0][0]:
            return 0
        return round(8 * sum(size for _, size in sizes[:-1]) / (sizes[-1][0] - sizes[0][0]))

    def write(self, item: Frame | Sound) -> None:
        """Encode and write the next one; what the target raises, this raises.

        Raises:
            InvalidRequest: a frame has no time.
            UnsupportedMedia: the encoder does not take it.
            OSError, av.FFmpegError: the target took no more.
        """
        if isinstance(item, Sound):
            if self._zero is None:
                self._early.append(item)
            elif self._sounds is not None:
                self._mux(self._sounds.encode(_from_zero(item, self._zero)))
            return
        if item.pts is None or item.time_base is None:
            raise InvalidRequest("A frame without a time cannot be encoded: set its pts and time_base.")
        if self._zero is None:
            self._zero = item.pts * item.time_base
        frame = _from_zero(item, self._zero)
        self._show(self._pictures.encode(frame))
        while self._early:
            self.write(self._early.popleft())
        if self._stream.live and self._sounds is not None:
            self._mux(self._sounds.advance(Fraction(frame.seconds or 0) - PATIENCE))

    def close(self, *, whole: bool) -> None:
        """Write the container's end; `whole`: with what still is inside the encoders."""
        try:
            if whole and self._zero is not None:
                self._show([*self._pictures.flush(), None])
                if self._sounds is not None:
                    self._mux(self._sounds.flush())
        finally:
            self._container.close()

    def _show(self, packets: Sequence[av.Packet[Any] | None]) -> None:
        for packet in packets:
            waiting, self._waiting = self._waiting, packet
            if not self._durations:
                waiting, self._waiting = packet, None
            if waiting is None:
                continue
            if packet is not None and packet.pts is not None and waiting.pts is not None and self._durations:
                waiting.duration = packet.pts - waiting.pts
            self._mux([waiting])

    def _mux(self, packets: list[av.Packet[Any]]) -> None:
        for packet in packets:
            seconds = float((packet.pts or 0) * packet.time_base)
            self._sizes.append((seconds, packet.size))
            while self._sizes[0][0] < seconds - MEASURED:
                self._sizes.popleft()
            self._container.mux(packet)


def _from_zero(item: _Item, zero: Fraction) -> _Item:
    """Shift its time, exactly, in its own time base where that can say it."""
    assert item.pts is not None  # noqa: S101 (for mypy: write() has looked)
    assert item.time_base is not None  # noqa: S101
    time = item.pts * item.time_base - zero
    units = time / item.time_base
    if units.denominator == 1:
        return replace(item, pts=units.numerator)
    return replace(item, pts=time.numerator, time_base=Fraction(1, time.denominator))
