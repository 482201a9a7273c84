"""The seams of the live engine: where frames come from, where they go to, what stands behind the person.

All times of one source, of pictures and sound alike, are on one clock: `pts * time_base` of a `Sound` and of
a `Frame` that belong together are the same. Nothing downstream guesses a time.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol, runtime_checkable

if TYPE_CHECKING:
    from collections.abc import Iterator
    from fractions import Fraction

    import numpy as np
    from numpy.typing import NDArray

    from cyclorama.picture import Compositor, Format, Frame, Matrix


@dataclass(frozen=True, slots=True)
class Sound:
    """A piece of sound and its time.

    Attributes:
        samples: (samples, channels) float32, -1 to 1; 1 or 2 channels.
        rate: samples a second.
        pts: the time of the first sample, in units of `time_base`.
        time_base: seconds.
    """

    samples: NDArray[np.float32]
    rate: int
    pts: int
    time_base: Fraction

    @property
    def seconds(self) -> float:
        """When it begins, since the stream's own beginning."""
        return float(self.pts * self.time_base)


@dataclass(frozen=True, slots=True)
class Stream:
    """What a sink is about to get; frames may change their size later, and a sink deals with it.

    Attributes:
        width: of the pictures, in pixels.
        height: of the pictures, in pixels.
        fps: pictures a second, as far as anybody knows; frames carry their own times.
        format: I420 or NV12.
        matrix: how Y'CbCr was made from RGB.
        full_range: of Y'CbCr.
        alpha: whether frames come with alpha.
        rate: of the sound, samples a second; 0 where there is none.
        channels: of the sound.
        live: whether frames come at their own pace; a recording comes as fast as it is taken.
    """

    width: int
    height: int
    fps: Fraction
    format: Format
    matrix: Matrix
    full_range: bool
    alpha: bool = False
    rate: int = 0
    channels: int = 0
    live: bool = True


@runtime_checkable
class Source(Protocol):
    """Gives frames, and sound between them. Iterate it once, in one thread.

    The iterator blocks until there is something, ends where the source ends, and raises `SourceLost` where a
    camera or network is gone that may come back: the engine asks for a new iterator then. What it holds open
    is released when the iterator is closed or ends.

    It may say `fps` and `has_sound` of itself; otherwise its first second shows them.
    """

    @property
    def live(self) -> bool:
        """Whether frames come at their own pace, so that those that nobody takes in time are lost."""

    @property
    def name(self) -> str:
        """What people call it: the camera's name, the file's."""

    def __iter__(self) -> Iterator[Frame | Sound]:
        """Open it.

        Raises:
            InvalidRequest, NotFound, UnsupportedMedia: it will never work; the message says why.
            SourceLost: it does not work right now.
        """

    def close(self) -> None:
        """End the iteration soon, from any thread, at any time, also twice."""


@runtime_checkable
class Sink(Protocol):
    """Takes composited frames and sound. All calls come from one thread, which is its own."""

    @property
    def name(self) -> str:
        """What people call it: the file's name, the stage's."""

    @property
    def alpha(self) -> bool:
        """Whether it keeps a frame's alpha."""

    def open(self, stream: Stream) -> None:
        """Get ready. It may be opened again after it was lost.

        Raises:
            InvalidRequest, NotFound, UnsupportedMedia: it will never work; the message says why.
            SinkLost: it does not work right now.
        """

    def write(self, item: Frame | Sound) -> None:
        """Take the next one; blocks while it is busy, but never for more than 5 s: then it is lost.

        Nobody changes an item after it was handed over.

        Raises:
            SinkLost: it takes nothing any more. It is closed, and opened again a while later.
            SinkClosed: nobody wants it any more. The others go on; without any, the run ends.
        """

    def close(self) -> None:
        """Finish: what was written is whole afterwards. Also after an error, also twice."""


class SinkClosed(Exception):
    """What a sink's `write` raises when the person who watched it has closed it, as one closes a window."""


class Backdrop(Protocol):
    """What stands behind the person: a colour, a picture, a video, the blurred room, nothing."""

    @property
    def name(self) -> str:
        """What people call it: the prompt, the file's name, "blur"."""

    @property
    def transparent(self) -> bool:
        """Whether there is nothing, and frames get alpha."""

    def set(self, compositor: Compositor) -> None:
        """Make it the compositor's newest backdrop. Several streams may do so with one backdrop."""

    def advance(self, compositor: Compositor, seconds: float) -> None:
        """Show its moment `seconds` after it was set, in a compositor whose newest backdrop it is."""
