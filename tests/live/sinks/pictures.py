"""Frames of one colour, and the streams that they are of."""

from __future__ import annotations

from fractions import Fraction

import numpy as np

from cyclorama.live.base import Stream
from cyclorama.picture import Format, Frame, Matrix
from cyclorama.picture.frame import plane_shapes

LUMA = {Matrix.BT601: (0.299, 0.114), Matrix.BT709: (0.2126, 0.0722)}  # of red and blue


def stream_of(
    width: int,
    height: int,
    *,
    fps: Fraction = Fraction(30),
    format: Format = Format.I420,  # noqa: A002 (the field's word)
    matrix: Matrix = Matrix.BT709,
    full_range: bool = False,
    alpha: bool = False,
    rate: int = 0,
    channels: int = 0,
    live: bool = True,
) -> Stream:
    return Stream(width, height, fps, format, matrix, full_range, alpha, rate, channels, live)


def frame_of(
    width: int,
    height: int,
    index: int,
    *,
    step: int = 3000,
    time_base: Fraction = Fraction(1, 90_000),
    rgb: tuple[int, int, int] = (90, 120, 60),
    format: Format = Format.I420,  # noqa: A002
    matrix: Matrix = Matrix.BT709,
    full_range: bool = False,
    alpha: int | None = None,
) -> Frame:
    colours = yuv(rgb, matrix, full_range=full_range)
    planes = []
    for plane, shape in enumerate(plane_shapes(format, width, height)):
        samples = np.empty(shape, np.uint8)
        samples[:] = colours[1:] if len(shape) == 3 else colours[plane]
        planes.append(samples)
    transparency = None if alpha is None else np.full((height, width), alpha, np.uint8)
    return Frame(tuple(planes), format, matrix, full_range, index * step, time_base, transparency)


def yuv(rgb: tuple[int, int, int], matrix: Matrix, *, full_range: bool) -> tuple[int, int, int]:
    """Rec. ITU-R BT.601 and BT.709, in 8 bits."""
    red, green, blue = (value / 255 for value in rgb)
    of_red, of_blue = LUMA[matrix]
    luma = of_red * red + (1 - of_red - of_blue) * green + of_blue * blue
    parts = (luma, (blue - luma) / (2 - 2 * of_blue), (red - luma) / (2 - 2 * of_red))
    scale, offset = ((255, 255, 255), (0, 128, 128)) if full_range else ((219, 224, 224), (16, 128, 128))
    first, second, third = (
        min(round(part * size + zero), 255) for part, size, zero in zip(parts, scale, offset, strict=True)
    )
    return first, second, third
