"""Many small soft spots at once: stars, flakes, bubbles, dust."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from ..noise import Field, Reals


def splat(
    height: int, width: int, x: Reals, y: Reals, radius: Reals, strength: Reals, edge: float = 0.0
) -> Field:
    """Return (height, width): the sum of soft spots at (x, y), in pixels, which may lie outside.

    Args:
        height: of the field.
        width: of the field.
        x: (n,) columns, to a fraction of a pixel, so that they glide.
        y: (n,) rows.
        radius: (n,) in pixels: the deviation of a Gaussian.
        strength: (n,) how bright their middle is.
        edge: 0 is a Gaussian; nearer to 1 it has an even face, as lenses show what is out of focus.
    """
    total = np.zeros(height * width)
    if not len(x):
        return np.zeros((height, width), np.float32)
    # spots of about one size share a window, so that one large spot does not widen those of all
    steps = np.ceil(np.asarray(radius) * (2.6 if edge < 0.5 else 1.6) + 0.5).astype(np.intp)
    for reach in np.unique(steps):
        here = steps == reach
        near = np.arange(-reach, reach + 1)
        cx, cy = np.floor(x[here]).astype(np.intp), np.floor(y[here]).astype(np.intp)
        columns, rows = cx[:, None] + near, cy[:, None] + near
        size = np.asarray(radius)[here, None]
        dx, dy = (columns + 0.5 - x[here, None]) / size, (rows + 0.5 - y[here, None]) / size
        d2 = dx[:, None, :] ** 2 + dy[:, :, None] ** 2
        power = np.exp(-0.5 * d2) if edge < 0.5 else 1 / (1 + np.exp((np.sqrt(d2) - 1) * (4 + 20 * edge)))
        value = power * np.asarray(strength)[here, None, None]
        inside = ((columns >= 0) & (columns < width))[:, None, :] & ((rows >= 0) & (rows < height))[
            :, :, None
        ]
        index = rows[:, :, None] * width + columns[:, None, :]
        total += np.bincount(index[inside], value[inside], height * width)
    return total.reshape(height, width).astype(np.float32)
