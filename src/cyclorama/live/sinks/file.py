"""Recording into a file that plays whatever happens while it is written."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import av

from cyclorama.errors import InvalidRequest, SinkLost, instead
from cyclorama.live.encoding import Muxer

from .disk import GrowingFile

if TYPE_CHECKING:
    from collections.abc import Mapping
    from types import TracebackType

    from cyclorama.live.base import Sound, Stream
    from cyclorama.picture import Frame


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
        self._file: GrowingFile | None = None
        self._muxer: Muxer | None = None

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
        self.close()
        self._path = self._free_path()
        file = GrowingFile.create(self._path, overwrite=self._overwrite and self._parts == 0)
        self._parts += 1
        kind = self._kind
        codec = self._codec or (kind.alpha if stream.alpha else kind.picture)
        try:
            muxer = Muxer(
                file,
                kind.muxer,
                kind.options,
                stream,
                picture=codec,
                sound=kind.sound,
                bitrate=self._bitrate,
                # x264 makes a sixth of the bits with less work when it may look half a second ahead
                live=stream.live and codec != "h264",
            )
        except ValueError as error:
            file.close()
            raise InvalidRequest(f"{self.name} cannot hold {codec}. Choose another suffix.") from error
        except BaseException:
            file.close()
            raise
        self._file, self._muxer = file, muxer

    @property
    def bits_per_second(self) -> int:
        """What is written, over the last two seconds."""
        return self._muxer.bits_per_second if self._muxer else 0

    def write(self, item: Frame | Sound) -> None:
        """Append a picture or a sound.

        Raises:
            InvalidRequest: a frame has no time.
            SinkLost: the disk is full or gone.
            UnsupportedMedia: the encoder does not take it.
        """
        if self._file is None or self._muxer is None:
            raise SinkLost(f"{self.name} is closed: open it first.")
        try:
            self._muxer.write(item)
        except (av.FFmpegError, OSError) as error:
            raise self._file.lost(error) from error
        self._file.mark()

    def close(self) -> None:
        """Finish the file; one without a picture is removed.

        Raises:
            SinkLost: the disk is full; what was written plays nevertheless.
        """
        file, muxer, self._file, self._muxer = self._file, self._muxer, None, None
        if file is None or muxer is None:
            return
        told = file.problem is not None  # by the write that failed
        try:
            muxer.close(whole=not told)
        except (av.FFmpegError, OSError) as error:
            if not told:
                raise file.lost(error) from error
        finally:
            file.close()

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
