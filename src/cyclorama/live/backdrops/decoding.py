"""Decodes a video over and over, ahead of time, in a thread of its own."""

from __future__ import annotations

import contextlib
import io
import threading
from collections import deque
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING

import av
from av.video.stream import VideoStream

from cyclorama.backgrounds.upload import MAX_DECODED_PIXELS
from cyclorama.errors import CycloramaError, NotFound, Unavailable, UnsupportedMedia
from cyclorama.live.avframes import FOREIGN, MATRICES, from_av, matrix_of
from cyclorama.live.sources.turning import Turn, turn_of, turned
from cyclorama.picture import Matrix

if TYPE_CHECKING:
    from collections.abc import Iterator

    from cyclorama.picture import Frame

AHEAD = 6  # frames: 0.2 s at 30 fps, and 8 MB at 720p
USUAL_FPS = 25  # where a file does not say
SHRINK = 1.5  # from so many times too large on, frames are made smaller before the kernel fits them
SPACES = {Matrix.BT601: 6, Matrix.BT709: 1}
JUMP_S = 1.0
EARLY_S = Fraction(1, 500)  # by which a frame may be shown early: times in milliseconds tremble


class Loop:
    """A video's frames, again and again without a seam: after the last one's time comes the first.

    The thread that decodes knows this object alone, so that it ends when its user is forgotten or closes it.

    Args:
        file: path, or the file itself.
        size: of what it is shown in, (width, height); much larger frames are made smaller. None: as they are.
        exact: whether `at` waits for the right frame. Else it takes the newest there is, and a stall makes
            the video late instead of making it jump.
    """

    def __init__(self, file: Path | bytes, size: tuple[int, int] | None, exact: bool) -> None:
        self._file, self._size, self._exact = file, size, exact
        self._changed = threading.Condition()
        self._coming: deque[tuple[Fraction, Frame]] = deque()
        self._shown: tuple[Fraction, Frame] | None = None
        self._later = Fraction(0)  # what the video is behind the time that is asked for
        self._length: Fraction | None = None
        self._over = False
        threading.Thread(target=self._decode, name="backdrop", daemon=True).start()

    def at(self, seconds: float) -> Frame | None:
        """Return the frame that is shown at this time; None while none has been decoded."""
        with self._changed:
            if self._shown is None:
                self._changed.wait_for(lambda: self._coming or self._over or not self._exact)
                if not self._coming:
                    return None
                self._next()
            wanted = self._in_time(Fraction(seconds).limit_denominator(1_000_000))
            while True:
                while self._coming and self._coming[0][0] <= wanted + EARLY_S:
                    self._next()
                if not self._exact or self._over or self._coming:
                    return self._shown[1] if self._shown else None
                self._changed.wait()

    def close(self) -> None:
        """End soon; the last frame stays."""
        with self._changed:
            self._over = True
            self._changed.notify_all()

    def _next(self) -> None:
        self._shown = self._coming.popleft()
        self._changed.notify_all()

    def _in_time(self, asked: Fraction) -> Fraction:
        """Return the video's own time for the one that is asked for."""
        wanted = asked - self._later
        if self._shown is None:
            return wanted
        ahead = wanted - self._shown[0]
        if self._exact:
            # Rounds that nobody saw need not be decoded.
            if self._length and ahead > 2 * self._length:
                self._later += (ahead // self._length - 1) * self._length
        else:
            newest = self._coming[-1] if self._coming else self._shown
            if ahead < -JUMP_S or wanted - newest[0] > JUMP_S:
                self._later += ahead
        return asked - self._later

    def _decode(self) -> None:
        base = Fraction(0)
        with contextlib.suppress(av.error.FFmpegError, OSError, ValueError, CycloramaError):
            while not self._over:
                count, length = 0, Fraction(0)
                for time, duration, frame in frames(self._file, self._size):
                    if not self._put(base + time, frame):
                        return
                    count, length = count + 1, time + duration
                if count < 2:
                    break  # it stands still
                base += length
                self._length = length
        self.close()

    def _put(self, time: Fraction, frame: Frame) -> bool:
        with self._changed:
            self._changed.wait_for(lambda: self._over or len(self._coming) < AHEAD)
            self._coming.append((time, frame))
            self._changed.notify_all()
            return not self._over


def frames(
    file: Path | bytes, size: tuple[int, int] | None = None
) -> Iterator[tuple[Fraction, Fraction, Frame]]:
    """Yield time and duration, in seconds, and the frame, upright, of a video from its beginning on.

    Raises:
        NotFound, Unavailable, UnsupportedMedia: there is no video that can be read.
    """
    where = io.BytesIO(file) if isinstance(file, bytes) else str(file)
    try:
        # No file makes us ask the network, as a playlist might.
        container = av.open(where, "r", options={"protocol_whitelist": "file"})
    except FileNotFoundError as error:
        raise NotFound(f"There is no file {file!s}.") from error
    except PermissionError as error:
        raise Unavailable(f"{file!s} cannot be read: {error.strerror}.") from error
    except (av.error.FFmpegError, OSError, ValueError) as error:
        raise _no_video(file) from error
    with container:
        stream = next(iter(container.streams.video), None)
        if not isinstance(stream, VideoStream) or not stream.codec_context:
            raise _no_video(file)
        stream.codec_context.options = {"max_pixels": str(MAX_DECODED_PIXELS)}
        usual = 1 / Fraction(stream.average_rate or USUAL_FPS)
        first, last = None, Fraction(-1)
        decoded = container.decode(stream)
        while True:
            try:
                frame = next(decoded)
            except StopIteration:
                return
            except av.error.InvalidDataError:
                if first is None:
                    raise
                return  # broken from here on: what came before goes round
            if frame.pts is None or frame.time_base is None:
                time = last + usual
            else:
                time = frame.pts * frame.time_base
            first = time if first is None else first
            if time <= last and last >= first:
                continue  # nothing can be shown at no time
            last = time
            duration = frame.duration * frame.time_base if frame.duration and frame.time_base else usual
            turn = turn_of(frame)
            yield time - first, duration, turned(from_av(_smaller(frame, size, turn)), turn)


def _smaller(frame: av.VideoFrame, size: tuple[int, int] | None, turn: Turn) -> av.VideoFrame:
    if size is None:
        return frame
    wanted = size[::-1] if turn.transposed else size
    scale = max(wanted[0] / frame.width, wanted[1] / frame.height)
    if scale * SHRINK > 1:
        return frame
    width, height = (2 * round(side * scale / 2) for side in (frame.width, frame.height))
    # Where a frame does not say which matrix it is in, its size tells, which it is about to lose.
    space = frame.colorspace if frame.colorspace in MATRICES | FOREIGN else SPACES[matrix_of(frame)]
    colours = frame.color_range
    smaller = frame.reformat(max(2, width), max(2, height), interpolation="AREA")
    smaller.colorspace, smaller.color_range = space, colours
    return smaller


def _no_video(file: Path | bytes) -> UnsupportedMedia:
    name = file.name if isinstance(file, Path) else "The background"
    return UnsupportedMedia(
        f"{name} is neither a picture (PNG, JPEG, WebP) nor a video that can be read. Choose another, or "
        "convert it: ffmpeg -i FILE -an -c:v libx264 -pix_fmt yuv420p out.mp4"
    )
