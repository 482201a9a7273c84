"""Recording into a file that plays whatever happens while it is written."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, replace
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import av

from cyclorama.errors import InvalidRequest, SinkLost, instead
from cyclorama.live.base import Sound
from cyclorama.live.encoding import Encoder, SoundEncoder
from cyclorama.picture import Frame

from .disk import GrowingFile

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from types import TracebackType

    from cyclorama.live.base import Stream


@dataclass(frozen=True, slots=True)
class Kind:
    """How files of one suffix are written: muxer and its options, codecs of picture, sound and alpha."""

    muxer: str
    picture: str
    sound: str
    alpha: str
    options: Mapping[str, str]


# Written in pieces of a second, of which each plays without the next. A regular end writes the index of an
# ordinary file behind them and turns the first piece's head into a part of the data, by its last eight bytes.
PIECES = {
    "movflags": "hybrid_fragmented+delay_moov+frag_keyframe+default_base_moof",
    "frag_duration": "1000000",
}
CLUSTERS = {"cluster_time_limit": "1000"}
KINDS = {
    ".mp4": Kind("mp4", "h264", "aac", "", PIECES),
    ".mov": Kind("mov", "h264", "aac", "prores", PIECES),
    ".mkv": Kind("matroska", "h264", "aac", "vp9", CLUSTERS),
    ".webm": Kind("webm", "vp9", "opus", "vp9", CLUSTERS),
}
# Whatever is handed to a muxer goes to the disk now; and a picture waits a second for sound, not ten.
AT_ONCE = {"flush_packets": "1", "max_interleave_delta": "1000000"}
_Item = TypeVar("_Item", Frame, Sound)
PATIENCE = Fraction(1)  # how long a live picture's sound may be late
EARLY = 500  # sounds that may come before the first picture


class FileSink:
    """Writes an MP4, QuickTime, Matroska or WebM file.

    Pictures become H.264, in WebM VP9, and with alpha ProRes 4444 in QuickTime and VP9 in Matroska and WebM.
    Sound becomes AAC, in WebM Opus. Times are the frames' own (Matroska and WebM count milliseconds), and the
    first picture is at zero. When the process is killed or the disk is full, what is there plays, but for the
    last second or two.

    A file that exists is never overwritten. When the sink was lost and is opened again, it goes on in another
    file beside the first: `take.mp4`, `take-2.mp4`.

    Args:
        path: where, with a suffix that says which kind.
        bitrate: of the picture, bits a second; None is even quality, at whatever rate it takes.
        codec: of the picture, one of `CODECS`; None is as above.
        overwrite: whether a file that exists may be replaced.

    Raises:
        InvalidRequest: the suffix or the codec is none that is known.
    """

    def __init__(
        self,
        path: str | Path,
        *,
        bitrate: int | None = None,
        codec: str | None = None,
        overwrite: bool = False,
    ) -> None:
        self._wanted = Path(path)
        suffix = self._wanted.suffix.lower()
        if suffix not in KINDS:
            raise InvalidRequest(
                f"{self._wanted.name} cannot be written: its suffix says no kind of file. "
                f"{instead(suffix, KINDS)}"
            )
        self._kind = KINDS[suffix]
        self._bitrate = bitrate
        self._codec = codec
        self._overwrite = overwrite
        self._parts = 0
        self._path = self._wanted
        self._recording: _Recording | None = None

    @property
    def name(self) -> str:
        """The file's name; after it was lost, that of the file in which it goes on."""
        return self._path.name

    @property
    def alpha(self) -> bool:
        """Whether files of this suffix keep alpha."""
        return bool(self._kind.alpha)

    def open(self, stream: Stream) -> None:
        """Create the file.

        Raises:
            InvalidRequest: there is such a file already, or its folder takes none.
            NotFound: there is no such folder.
            UnsupportedMedia: this machine cannot encode it.
            SinkLost: the disk is full.
        """
        if stream.alpha and not self.alpha:
            raise InvalidRequest(f"{self.name} cannot keep alpha: write a .mov, .webm or .mkv.")
        self._recording = None
        self._path = self._free_path()
        file = GrowingFile.create(self._path, overwrite=self._overwrite and self._parts == 0)
        self._parts += 1
        try:
            self._recording = _Recording(file, self._kind, stream, self._bitrate, self._codec)
        except BaseException:
            file.close()
            file.remove()
            raise

    def write(self, item: Frame | Sound) -> None:
        """Append a picture or a sound.

        Raises:
            SinkLost: the disk is full or gone.
            UnsupportedMedia: the encoder does not take it.
        """
        if self._recording is None:
            raise SinkLost(f"{self.name} is closed: open it first.")
        try:
            self._recording.write(item)
        except (av.FFmpegError, OSError) as error:
            raise self._recording.file.lost(error) from error

    def close(self) -> None:
        """Finish the file; one without a picture is removed."""
        recording, self._recording = self._recording, None
        if recording is not None:
            recording.close()

    def __enter__(self) -> FileSink:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _free_path(self) -> Path:
        number, path = self._parts, self._wanted
        while number and (path == self._wanted or path.exists()):
            number += 1
            path = self._wanted.with_stem(f"{self._wanted.stem}-{number}")
        return path


class _Recording:
    """One file from its first byte to its last."""

    def __init__(
        self, file: GrowingFile, kind: Kind, stream: Stream, bitrate: int | None, codec: str | None
    ) -> None:
        self.file = file
        self._stream = stream
        self._zero: Fraction | None = None  # the first picture's time
        self._waiting: av.Packet[Any] | None = None
        self._early: deque[Sound] = deque(maxlen=EARLY)
        self._container = av.open(file, "w", format=kind.muxer, container_options={**kind.options, **AT_ONCE})
        codec = codec or (kind.alpha if stream.alpha else kind.picture)
        try:
            self._pictures = Encoder(stream, codec=codec, bitrate=bitrate, into=self._container)
        except ValueError as error:
            raise InvalidRequest(f"{file.path.name} cannot hold {codec}. Choose another suffix.") from error
        self._sounds = None
        if stream.rate:
            self._sounds = SoundEncoder(stream, codec=kind.sound, begin=Fraction(0), into=self._container)

    def write(self, item: Frame | Sound) -> None:
        if isinstance(item, Sound):
            if self._zero is None:
                self._early.append(item)
            elif self._sounds is not None:
                self._mux(self._sounds.encode(_from_zero(item, self._zero)))
            return
        if item.pts is None or item.time_base is None:
            raise InvalidRequest("A frame without a time cannot be recorded: set its pts and time_base.")
        if self._zero is None:
            self._zero = item.pts * item.time_base
        frame = _from_zero(item, self._zero)
        self._show(self._pictures.encode(frame))
        while self._early:
            self.write(self._early.popleft())
        if self._stream.live and self._sounds is not None:
            self._mux(self._sounds.advance(Fraction(frame.seconds or 0) - PATIENCE))

    def close(self) -> None:
        lost = self.file.problem is not None  # and told, by the write that failed
        try:
            if self._zero is not None and not lost:
                self._show([*self._pictures.flush(), None])
                if self._sounds is not None:
                    self._mux(self._sounds.flush())
            self._container.close()
        except (av.FFmpegError, OSError) as error:
            if not lost:
                raise self.file.lost(error) from error
        finally:
            self.file.close()
            if self._zero is None:
                self.file.remove()

    def _show(self, packets: Sequence[av.Packet[Any] | None]) -> None:
        """Write pictures, each when the next one tells how long it is seen: encoders only guess that."""
        for packet in packets:
            waiting, self._waiting = self._waiting, packet
            if waiting is None:
                continue
            if packet is not None and packet.pts is not None and waiting.pts is not None:
                waiting.duration = packet.pts - waiting.pts
            self._mux([waiting])

    def _mux(self, packets: list[av.Packet[Any]]) -> None:
        for packet in packets:
            self._container.mux(packet)
            self.file.mark()


def _from_zero(item: _Item, zero: Fraction) -> _Item:
    """Shift its time, exactly, in its own time base where that can say it."""
    assert item.pts is not None  # noqa: S101 (for mypy: write() has looked)
    assert item.time_base is not None  # noqa: S101
    time = item.pts * item.time_base - zero
    units = time / item.time_base
    if units.denominator == 1:
        return replace(item, pts=units.numerator)
    return replace(item, pts=time.numerator, time_base=Fraction(1, time.denominator))
