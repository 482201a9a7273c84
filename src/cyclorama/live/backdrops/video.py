"""A video as backdrop, which plays over and over."""

from __future__ import annotations

import threading
import weakref
from pathlib import Path
from typing import TYPE_CHECKING

import av

from cyclorama.errors import UnsupportedMedia
from cyclorama.live.backdrops.decoding import Loop, frames

if TYPE_CHECKING:
    from os import PathLike
    from weakref import WeakKeyDictionary

    from cyclorama.picture import Compositor, Frame


class Video:
    """A video, without its sound, fitted to the frames as the look says; after its end it begins again.

    Each stream that it serves has its own moment of it, decoded ahead in a thread of its own.

    Args:
        file: path of the file, or the file itself.
        name: what people call it; the file's name for a start.
        size: of the frames behind which it stands, (width, height), so that a large video costs no more.
        live: a live stream never waits for it; a recording does, so that every frame gets the right one.

    Raises:
        NotFound, Unavailable, UnsupportedMedia: it is no video that can be read.
    """

    transparent = False

    def __init__(
        self,
        file: str | PathLike[str] | bytes,
        name: str = "",
        *,
        size: tuple[int, int] | None = None,
        live: bool = True,
    ) -> None:
        self._file = file if isinstance(file, bytes) else Path(file)
        self.name = name or (self._file.name if isinstance(self._file, Path) else "video")
        self._size, self._live = size, live
        self._first = self._first_frame()
        self._lock = threading.Lock()
        self._playing: WeakKeyDictionary[Compositor, _Playing] = weakref.WeakKeyDictionary()

    def set(self, compositor: Compositor) -> None:
        """Make it the compositor's newest backdrop, at its beginning."""
        compositor.set_video(self._first)
        with self._lock:
            self._playing[compositor] = _Playing(Loop(self._file, self._size, not self._live), self._first)

    def advance(self, compositor: Compositor, seconds: float) -> None:
        """Show its moment `seconds` after it was set; live, the newest that is decoded."""
        with self._lock:
            playing = self._playing[compositor]
        frame = playing.loop.at(seconds)
        if frame is not None and frame is not playing.shown:
            playing.shown = frame
            compositor.set_video_frame(frame)

    def close(self) -> None:
        """Stop to decode; it stands still from now on. Being forgotten does the same."""
        with self._lock:
            for playing in self._playing.values():
                playing.loop.close()

    def _first_frame(self) -> Frame:
        try:
            for _, _, frame in frames(self._file, self._size):
                return frame
        except (av.error.FFmpegError, OSError, ValueError) as error:
            raise self._broken() from error
        raise self._broken()

    def _broken(self) -> UnsupportedMedia:
        return UnsupportedMedia(f"{self.name} is broken: not one picture of it can be read. Save it again.")


class _Playing:
    """A stream's own moment; forgotten with the stream or the video, whichever goes first."""

    def __init__(self, loop: Loop, shown: Frame) -> None:
        self.loop, self.shown = loop, shown
        weakref.finalize(self, loop.close)
