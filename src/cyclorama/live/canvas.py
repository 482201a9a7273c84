"""What all frames of an output have in common, and the buffers that they are copied into."""

from __future__ import annotations

import sys
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from cyclorama.errors import InvalidRequest
from cyclorama.picture import Format, Frame, Matrix
from cyclorama.picture.frame import plane_shapes

if TYPE_CHECKING:
    from fractions import Fraction

    from numpy.typing import NDArray

NEUTRAL = (45, 130, 127)
"""Y, U and V (BT.601, video range) of what stands where a backdrop would be made of the room."""
MOST = 32
"""Buffers kept: eight for each of a few sinks. What is beyond is made and thrown away."""
LARGEST = 16384
"""Of a side, in pixels: FFmpeg's encoders take no more."""
SD_HEIGHT = 576


@dataclass(frozen=True, slots=True)
class Canvas:
    """Size and coding of an output.

    Attributes:
        width: in pixels.
        height: in pixels.
        format: I420 or NV12.
        matrix: of Y'CbCr.
        full_range: of Y'CbCr.
    """

    width: int
    height: int
    format: Format = Format.I420
    matrix: Matrix = Matrix.BT709
    full_range: bool = False

    def __post_init__(self) -> None:
        if not (0 < self.width <= LARGEST and 0 < self.height <= LARGEST):
            raise InvalidRequest(
                f"A picture of {self.width} x {self.height} cannot be made: sides have 1 to {LARGEST}."
            )

    @classmethod
    def of(cls, frame: Frame, size: tuple[int, int] | None = None) -> Canvas:
        """Return that of a source's first frame, in another size where one is given."""
        width, height = size or (frame.width, frame.height)
        kind = Format.NV12 if frame.format is Format.NV12 else Format.I420
        return cls(width, height, kind, frame.matrix, frame.full_range)

    @classmethod
    def unseen(cls, size: tuple[int, int]) -> Canvas:
        """Return one for a source that has given nothing yet."""
        return cls(*size, matrix=Matrix.BT601 if size[1] <= SD_HEIGHT else Matrix.BT709)

    def frame(
        self,
        planes: tuple[NDArray[np.uint8], ...],
        pts: int | None,
        time_base: Fraction | None,
        alpha: NDArray[np.uint8] | None = None,
    ) -> Frame:
        """Return planes of this canvas as a frame."""
        return Frame(planes, self.format, self.matrix, self.full_range, pts, time_base, alpha)


class Pool:
    """Buffers of one canvas. One is used again when nobody holds a frame in it any more.

    Attributes:
        alpha: whether opaque frames have alpha, too.
    """

    def __init__(self, canvas: Canvas) -> None:
        self.canvas = canvas
        self.alpha = False
        self._shapes = plane_shapes(canvas.format, canvas.width, canvas.height)
        self._ends = np.cumsum([int(np.prod(shape)) for shape in self._shapes]).tolist()
        self._buffers: list[NDArray[np.uint8]] = []

    def copy(self, frame: Frame) -> Frame:
        """Return a copy of a frame of this canvas' size; I420 and NV12 become the canvas' format."""
        planes = self._take()
        if frame.format is self.canvas.format:
            for target, plane in zip(planes, frame.planes, strict=True):
                np.copyto(target, plane)
        elif frame.format is Format.NV12:
            np.copyto(planes[0], frame.planes[0])
            for part in (0, 1):
                np.copyto(planes[1 + part], frame.planes[1][..., part])
        else:
            np.copyto(planes[0], frame.planes[0])
            for part in (0, 1):
                np.copyto(planes[1][..., part], frame.planes[1 + part])
        alpha = self._plain_alpha(255) if frame.alpha is None else frame.alpha.copy()
        return self.canvas.frame(planes, frame.pts, frame.time_base, alpha)

    def neutral(self, pts: int | None, time_base: Fraction | None, *, transparent: bool = False) -> Frame:
        """Return a dark plain frame, or one of which nothing is seen."""
        planes = self._take()
        y, u, v = NEUTRAL
        planes[0].fill(y)
        if self.canvas.format is Format.NV12:
            planes[1][...] = (u, v)
        else:
            planes[1].fill(u)
            planes[2].fill(v)
        alpha = self._plain_alpha(0, always=True) if transparent else self._plain_alpha(255)
        return self.canvas.frame(planes, pts, time_base, alpha)

    def _plain_alpha(self, value: int, *, always: bool = False) -> NDArray[np.uint8] | None:
        if not (self.alpha or always):
            return None
        return np.full((self.canvas.height, self.canvas.width), value, np.uint8)

    def _take(self) -> tuple[NDArray[np.uint8], ...]:
        buffer = _idle(self._buffers)
        if buffer is None:
            buffer = np.empty(self._ends[-1], np.uint8)
            if len(self._buffers) < MOST:
                self._buffers.append(buffer)
        starts = [0, *self._ends[:-1]]
        return tuple(
            buffer[start:end].reshape(shape)
            for start, end, shape in zip(starts, self._ends, self._shapes, strict=True)
        )


def _idle(buffers: list[NDArray[np.uint8]]) -> NDArray[np.uint8] | None:
    """Return a buffer of which nobody holds a view."""
    for buffer in buffers:
        if sys.getrefcount(buffer) <= _UNHELD:
            return buffer
    return None


def _unheld() -> int:
    """Return what is counted above of a buffer that only the list has: that is Python's own business."""
    buffers = [np.empty(1, np.uint8)]
    for buffer in buffers:
        return sys.getrefcount(buffer)
    return 0


_UNHELD = _unheld()
