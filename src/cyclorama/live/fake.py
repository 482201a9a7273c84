"""A source and a sink for tests: no camera, no file, no network."""

from __future__ import annotations

import threading
import time
from fractions import Fraction
from typing import TYPE_CHECKING

import numpy as np

from cyclorama.errors import SinkLost
from cyclorama.live.base import Sound
from cyclorama.picture import Format, Frame, Matrix
from cyclorama.picture.frame import plane_shapes

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from cyclorama.live.base import Stream

RATE = 48_000
PERSON, ROOM = (110, 110, 190), (150, 60, 50)
"""Y, U and V of the red box and of the vivid green around it: `FakeMatter` sees the box as a person."""


def person_before_a_room(
    width: int = 128,
    height: int = 72,
    number: int = 0,
    format: Format = Format.I420,  # noqa: A002 (the field's word)
) -> Frame:
    """Return a frame, BT.601 in video range, without a time: a red box that moves about in a green room."""
    if format in (Format.RGBA, Format.BGRA):
        pixels = np.empty((height, width, 4), np.uint8)
        pixels[...] = (60, 230, 60, 255)
        _box(pixels, number)[...] = (60, 60, 230, 255) if format is Format.BGRA else (230, 60, 60, 255)
        return Frame((pixels,), format)
    planes = tuple(np.empty(shape, np.uint8) for shape in plane_shapes(format, width, height))
    parts = [(0,), (1, 2)] if format is Format.NV12 else [(0,), (1,), (2,)]
    for plane, part in zip(planes, parts, strict=True):
        plane[...] = [ROOM[each] for each in part] if len(part) > 1 else ROOM[part[0]]
        _box(plane, number)[...] = [PERSON[each] for each in part] if len(part) > 1 else PERSON[part[0]]
    return Frame(planes, format, Matrix.BT601)


def _box(
    plane: np.ndarray[tuple[int, ...], np.dtype[np.uint8]], number: int
) -> np.ndarray[tuple[int, ...], np.dtype[np.uint8]]:
    height, width = plane.shape[:2]
    left = width * (3 + number % 3) // 10
    return plane[height // 4 :, left : left + max(1, width * 2 // 5)]


class FakeSource:
    """A `Source`: a red box before a green room, with or without a tone.

    Args:
        frames: how many; None: until it is closed.
        size: (width, height).
        fps: of the times that frames carry; a live source gives them at that pace, too.
        live: what `Source.live` says.
        sound: whether there is a tone of 440 Hz between the frames.
        format: of the frames.
        items: given instead of all that, in the source's own time.
    """

    name = "fake"

    def __init__(
        self,
        frames: int | None = 10,
        *,
        size: tuple[int, int] = (128, 72),
        fps: float | Fraction = 30,
        live: bool = False,
        sound: bool = False,
        format: Format = Format.I420,  # noqa: A002 (the field's word)
        items: Iterable[Frame | Sound] | None = None,
    ) -> None:
        self.live = live
        self.fps = Fraction(fps).limit_denominator(1001)
        self._frames, self._size, self._sound, self._format = frames, size, sound, format
        self._items = items
        self.has_sound = None if items is not None else sound
        self._closed = threading.Event()

    def __iter__(self) -> Iterator[Frame | Sound]:
        """Give them."""
        yield from self._made() if self._items is None else self._items

    def close(self) -> None:
        """End the iteration."""
        self._closed.set()

    def _made(self) -> Iterator[Frame | Sound]:
        start, number, sounded = time.monotonic(), 0, 0
        while not self._closed.is_set() and (self._frames is None or number < self._frames):
            if self.live:
                self._closed.wait(max(0.0, start + number / float(self.fps) - time.monotonic()))
            frame = person_before_a_room(*self._size, number, self._format)
            yield Frame(frame.planes, frame.format, frame.matrix, frame.full_range, number, 1 / self.fps)
            number += 1
            if self._sound:
                until = round(number * RATE / self.fps)
                yield tone(sounded, until - sounded)
                sounded = until


def tone(begin: int, count: int, rate: int = RATE) -> Sound:
    """Return 440 Hz, one channel, from sample `begin` on."""
    samples = 0.5 * np.sin(2 * np.pi * 440 * (begin + np.arange(count)) / rate)
    return Sound(samples.astype(np.float32)[:, None], rate, begin, Fraction(1, rate))


class FakeSink:
    """A `Sink` that keeps what it gets.

    Args:
        name: how it is called.
        alpha: what `Sink.alpha` says.
        keep: how many items it keeps; None: all. Frames are copied, so that the engine may reuse theirs.
        on_write: called with each item first; it may raise `SinkLost`, or take its time.

    Attributes:
        frames: the pictures it got.
        sounds: the sound it got.
        stream: what it was opened with, None before that.
        opened: how often it was opened.
        closed: how often it was closed after that.
    """

    def __init__(
        self,
        name: str = "fake",
        *,
        alpha: bool = False,
        keep: int | None = None,
        on_write: Callable[[Frame | Sound], object] | None = None,
    ) -> None:
        self.name, self.alpha = name, alpha
        self.frames: list[Frame] = []
        self.sounds: list[Sound] = []
        self.stream: Stream | None = None
        self.opened = self.closed = self.count = 0
        self._is_open = False
        self._keep, self._on_write = keep, on_write
        self._changed = threading.Condition()

    def open(self, stream: Stream) -> None:
        """Get ready."""
        with self._changed:
            self.stream, self._is_open = stream, True
            self.opened += 1
            self._changed.notify_all()

    def write(self, item: Frame | Sound) -> None:
        """Keep a copy."""
        if not self._is_open:
            raise SinkLost("The fake output was written to and is not open.")
        if self._on_write:
            self._on_write(item)
        with self._changed:
            if isinstance(item, Sound):
                self.sounds.append(item)
                kept: list[Sound] | list[Frame] = self.sounds
            else:
                planes = tuple(plane.copy() for plane in item.planes)
                alpha = None if item.alpha is None else item.alpha.copy()
                self.frames.append(
                    Frame(planes, item.format, item.matrix, item.full_range, item.pts, item.time_base, alpha)
                )
                self.count += 1
                kept = self.frames
            if self._keep is not None:
                del kept[: max(0, len(kept) - self._keep)]
            self._changed.notify_all()

    def close(self) -> None:
        """Take nothing any more."""
        with self._changed:
            self.closed += self._is_open
            self._is_open = False
            self._changed.notify_all()

    def wait_for(self, condition: Callable[[FakeSink], bool], timeout: float = 20) -> bool:
        """Wait until the condition holds, looked at after each item; say whether it does."""
        with self._changed:
            return self._changed.wait_for(lambda: condition(self), timeout)
