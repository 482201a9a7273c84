"""One picture of a video, in the pixels it came with."""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum
from typing import TYPE_CHECKING

import numpy as np

from cyclorama.errors import InvalidRequest

if TYPE_CHECKING:
    from fractions import Fraction

    from numpy.typing import NDArray


class Format(IntEnum):
    """How a frame's samples are arranged; numbered as in `kernel/kernel.h`."""

    I420 = 0  # planes Y, U, V
    NV12 = 1  # planes Y, UV
    RGBA = 2  # one plane; the fourth byte is ignored
    BGRA = 3


class Matrix(IntEnum):
    """How Y'CbCr was made from RGB; numbered as in `kernel/kernel.h`."""

    BT601 = 0
    BT709 = 1


def plane_shapes(format: Format, width: int, height: int) -> list[tuple[int, ...]]:  # noqa: A002 (the field's word)
    """Return the shapes of a frame's planes, chroma rounded up: `[(height, width), ...]`."""
    chroma = ((height + 1) // 2, (width + 1) // 2)
    match format:
        case Format.I420:
            return [(height, width), chroma, chroma]
        case Format.NV12:
            return [(height, width), (*chroma, 2)]
        case _:
            return [(height, width, 4)]


@dataclass(frozen=True, slots=True)
class Frame:
    """One picture and its time.

    Attributes:
        planes: uint8 arrays. I420: Y (height, width), U and V (height / 2, width / 2), halves rounded up;
            NV12: Y and UV (height / 2, width / 2, 2); RGBA and BGRA: one (height, width, 4). Rows may have
            any stride; samples within a row must follow one another.
        format: how the samples are arranged.
        matrix: of the samples; for RGBA and BGRA, of what shall be made of them.
        full_range: 0..255 for Y, U and V, instead of 16..235 and 16..240.
        pts: the frame's time, in units of `time_base`; None where it has none.
        time_base: seconds.
        alpha: (height, width) uint8, 0 to 255, of a picture that is transparent in parts; its colours are not
            multiplied with it. None where all is opaque.
    """

    planes: tuple[NDArray[np.uint8], ...]
    format: Format = Format.I420
    matrix: Matrix = Matrix.BT601
    full_range: bool = False
    pts: int | None = None
    time_base: Fraction | None = None
    alpha: NDArray[np.uint8] | None = None

    def __post_init__(self) -> None:
        wanted = plane_shapes(self.format, self.width, self.height)
        given = [plane.shape for plane in self.planes]
        if given != wanted or 0 in wanted[0]:
            raise InvalidRequest(f"The planes of this {self.format.name} frame are {given}, not {wanted}.")
        if any(plane.dtype != np.uint8 for plane in self.planes):
            raise InvalidRequest("A frame's planes have 8 bits a sample (uint8).")
        if self.alpha is not None and (
            self.alpha.shape != self.planes[0].shape[:2] or self.alpha.dtype != np.uint8
        ):
            raise InvalidRequest(
                f"Alpha is uint8 and as large as the frame, not {self.alpha.dtype}, {self.alpha.shape}."
            )

    @property
    def seconds(self) -> float | None:
        """When it is shown, since the stream's own beginning; None where it has no time."""
        if self.pts is None or self.time_base is None:
            return None
        return float(self.pts * self.time_base)

    @property
    def width(self) -> int:
        """In pixels."""
        return int(self.planes[0].shape[1])

    @property
    def height(self) -> int:
        """In pixels."""
        return int(self.planes[0].shape[0])
