"""Files and streams of the network, through PyAV."""

from __future__ import annotations

import threading
import time
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING

import av

from cyclorama.errors import SourceLost, UnsupportedMedia
from cyclorama.live.base import Sound
from cyclorama.live.sources import failures
from cyclorama.live.sources.decoding import USUAL, Decoding
from cyclorama.live.sources.pace import Pace
from cyclorama.live.sources.reading import LiveSource
from cyclorama.live.sources.times import at, begins, later

if TYPE_CHECKING:
    from collections.abc import Iterator

    from av.container import InputContainer

    from cyclorama.picture import Frame

SCHEMES = ("http", "https", "rtsp", "rtsps", "rtmp", "rtmps", "rtmpt", "srt", "udp", "tcp", "rtp")
OPEN_S = 15.0  # an answer and a first key frame may take so long
READ_S = 5.0  # a stream that gives nothing for so long is gone
# Without them FFmpeg looks at up to five seconds of a stream before it gives the first picture.
LIVE = {
    "analyzeduration": "1500000",
    "probesize": "1000000",
    "rtsp_flags": "prefer_tcp",
    "overrun_nonfatal": "1",
}
IN_PIECES = {"hls", "dash"}
NO_CLOCK = {"mpjpeg", "mjpeg"}  # pictures without times: FFmpeg makes some up


def is_address(text: str) -> bool:
    """Whether it is an address of the network, not a path."""
    scheme, separator, _ = text.partition("://")
    return bool(separator) and scheme.lower() in SCHEMES


class AVSource(LiveSource):
    """A file, or a stream at an http, rtsp, rtmp, srt, udp, tcp or rtp address.

    A file comes as fast as it is taken, with the times that are in it, and all of it. A stream comes at its
    own pace; when it is gone, `SourceLost` is raised, and iterating again opens it again. Its times are
    seconds since the first iteration began.

    Args:
        where: a path or an address.
        picture: whether pictures are wanted.
        sound: whether sound is wanted.
        paced: gives a file at its own pace, as if it were a camera.
        loop: begins a file again at its end, with times that go on.
    """

    patience = None  # PyAV gives up by itself, and a file on a server may have long pauses

    def __init__(
        self,
        where: str | Path,
        *,
        picture: bool = True,
        sound: bool = True,
        paced: bool = False,
        loop: bool = False,
    ) -> None:
        self._address = str(where) if is_address(str(where)) else ""
        self._path = Path(where)
        super().__init__(failures.shown(self._address) if self._address else self._path.name)
        self.live = bool(self._address) or paced
        self._picture, self._sound, self._loop = picture, sound, loop
        self._began: float | None = None
        self._seen = False
        self._end = Fraction(0)
        self._stopping = threading.Event()
        self._decoding: Decoding | None = None
        self._corrupt = 0
        self.notices: list[str] = []
        """What a creator should know of the media, in sentences: that it is HDR."""

    @property
    def corrupt(self) -> int:
        """How many packets could not be read or decoded, and were left out."""
        return self._corrupt + (self._decoding.corrupt if self._decoding is not None else 0)

    def __iter__(self) -> Iterator[Frame | Sound]:
        """Open it; see `Source`."""
        if self._address:
            yield from super().__iter__()
            return
        pace = Pace(self._stopping)
        for item in self._file():
            if self._stopping.is_set() or (self.live and not pace.wait(item.seconds or 0.0)):
                return
            yield item

    def close(self) -> None:
        """End the iteration, from any thread."""
        self._stopping.set()
        super().close()

    def _file(self) -> Iterator[Frame | Sound]:
        shift = Fraction(0)
        while True:
            first: Fraction | None = None
            end = Fraction(0)
            try:
                with av.open(self._path, metadata_errors="replace") as container:
                    for item in self._decoded(container):
                        first = begins(item) if first is None else first
                        end = max(end, begins(item) + self._lasts(item))
                        yield later(item, shift)
            except av.error.FFmpegError as error:
                raise failures.of_file(error, self._path) from error
            if not self._loop or first is None:
                return
            shift += end - first

    def _lasts(self, item: Frame | Sound) -> Fraction:
        if isinstance(item, Sound):
            return Fraction(len(item.samples), item.rate)
        rate = self._decoding.rate if self._decoding is not None else None
        return 1 / rate if rate else USUAL

    def _decoded(self, container: InputContainer, *, live: bool = False) -> Iterator[Frame | Sound]:
        self._corrupt = self.corrupt
        decoding = self._decoding = Decoding(
            container, picture=self._picture, sound=self._sound, live=live, notices=self.notices
        )
        yield from decoding

    def _read(self, stopping: threading.Event) -> Iterator[Frame | Sound]:
        began = self._began = self._began or time.monotonic()
        try:
            with av.open(
                self._address, options=LIVE, timeout=(OPEN_S, READ_S), metadata_errors="replace"
            ) as container:
                # What is kept on a server comes as fast as the network, and HLS in pieces of seconds.
                stored = bool(container.duration) or container.format.name in IN_PIECES
                pace = Pace(stopping) if stored else None
                clocked = container.format.name not in NO_CLOCK
                shift: Fraction | None = None
                for item in self._decoded(container, live=True):
                    now = Fraction(time.monotonic() - began)
                    if shift is None:
                        # Some servers begin with the last seconds at once, so times may be ahead.
                        shift = max(now, self._end) - begins(item)
                    self._seen = True
                    if pace is not None and not pace.wait(item.seconds or 0.0):
                        return
                    given = later(item, shift) if clocked else at(item, now)
                    self._end = max(self._end, begins(given) + self._lasts(given))
                    yield given
                if container.duration and not stopping.is_set():
                    return
        except av.error.FFmpegError as error:
            raise failures.of_network(error, self._address, seen=self._seen) from error
        except UnsupportedMedia as error:
            if not self._seen:
                raise
            raise SourceLost(error.detail) from error
        raise SourceLost(f"{self.name} has ended. It is looked for again.")
