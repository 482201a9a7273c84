"""Frames, mattes and backgrounds to test with: noise that a step cannot smooth over, and things that move."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from cyclorama.picture import Format, Frame, Matrix
from cyclorama.picture.frame import plane_shapes
from tests.picture.reference import Coding

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from tests.picture.reference import Array, Planes

SIZES = [(1, 1), (3, 5), (64, 48), (127, 33), (641, 479)]
CODINGS = [Coding(matrix, full) for matrix in Matrix for full in (False, True)]


@dataclass(frozen=True)
class Input:
    """A model's input, small to keep the float64 reference quick."""

    width: int = 32
    height: int = 18
    mean: float = 0
    scale: float = 255
    channels: int = 1


def frame(
    width: int,
    height: int,
    format: Format = Format.I420,  # noqa: A002 (the field's word)
    coding: Coding = Coding(),  # noqa: B008 (frozen)
    seed: int = 0,
) -> Frame:
    """Noise over a gradient; every row of every plane lies inside a wider one."""
    random = np.random.default_rng(seed)
    planes = []
    for shape in plane_shapes(format, width, height):
        wide = random.integers(0, 256, (shape[0], shape[1] + 7, *shape[2:]))
        ramp = np.linspace(0, 255, wide.shape[1]).reshape((1, -1) + (1,) * (len(shape) - 2))
        planes.append(((wide + 2 * ramp) / 3).astype(np.uint8)[:, 3 : 3 + shape[1]])
    return Frame(tuple(planes), format, coding.matrix, coding.full_range)


def planes(frame: Frame) -> Planes:
    """Y, U and V as floats."""
    if frame.format is Format.NV12:
        y, uv = (plane.astype(np.float64) for plane in frame.planes)
        return y, uv[..., 0], uv[..., 1]
    y, u, v = (plane.astype(np.float64) for plane in frame.planes)
    return y, u, v


def rgb(frame: Frame) -> Array:
    order = [2, 1, 0] if frame.format is Format.BGRA else [0, 1, 2]
    return frame.planes[0][..., order].astype(np.float64)


def picture(width: int, height: int, channels: int = 3, seed: int = 1) -> NDArray[np.uint8]:
    return np.random.default_rng(seed).integers(0, 256, (height, width, channels), dtype=np.uint8)


def person(model: Input, centre: float = 0.5, softness: float = 1) -> NDArray[np.float32]:
    """A head and shoulders, as a confidence that falls off slowly."""
    y, x = np.mgrid[: model.height, : model.width]
    across, down = (x + 0.5) / model.width - centre, (y + 0.5) / model.height - 0.75
    inside = 1 - np.hypot(across / 0.25, down / 0.5)
    confidence: NDArray[np.float32] = np.clip(0.5 + 1.3 * inside / softness, 0, 1).astype(np.float32)
    return confidence


def before_screen(frame: Frame, screen: Array) -> Frame:
    """The same noise where `person` is, and around it a screen of one colour (Y, U, V), a little uneven."""
    given = [plane.copy() for plane in frame.planes]
    for i, plane in enumerate(given):
        height, width = plane.shape[:2]
        across, down = (np.arange(width) + 0.5) / width - 0.5, (np.arange(height) + 0.5) / height - 0.75
        outside = np.hypot(across[None, :] / 0.25, down[:, None] / 0.5) > 1
        if plane.ndim == 3:
            plane[outside] = screen[1:]
            plane[~outside] = [124, 140]
        elif i == 0:
            plane[outside] = screen[0] + plane[outside] / 16 - 8
        else:
            plane[outside] = screen[i]
            plane[~outside] = [0, 124, 140][i]
    return replace(frame, planes=tuple(given))


def farthest(result: Frame, wanted: Planes) -> float:
    """The largest difference of any sample, in codes."""
    return max(float(np.abs(a - b).max()) for a, b in zip(planes(result), wanted, strict=True))
