"""Where the person will stand: head and shoulders, in the middle of the lower part of the picture."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from .noise import Field, Reals

HEAD_MIDDLE, HEAD_ACROSS, HEAD_UP = 0.50, 0.125, 0.17
"""Of an ellipse in the middle: where it lies below the top of a picture one unit high, and its half axes."""
NECK = 0.075
SHOULDERS, FALL, HALF_WIDTH = 0.66, 0.16, 0.36
"""Where the shoulders begin, over what they round off, and how wide they get."""


def covers(
    width: int, height: int, x: Reals | float, y: Reals | float, grow: float = 0.0
) -> NDArray[np.bool_]:
    """Whether the person covers points of a picture; x and y, in pixels, broadcast.

    A creator at a desk fills about half of the picture's height, as webcams show them. Lengths are in units
    (see `Scene.unit`), from the middle of the picture's lower edge, which is one unit down.

    Args:
        width: of the picture.
        height: of the picture.
        x: columns.
        y: rows.
        grow: how much larger than the person, in units.
    """
    unit = min(height, width * 0.9)
    u, v = np.abs(np.asarray(x) - width / 2) / unit, 1 - (height - np.asarray(y)) / unit
    head = (u / (HEAD_ACROSS + grow)) ** 2 + ((v - HEAD_MIDDLE) / (HEAD_UP + grow)) ** 2 < 1
    neck = (u < NECK + grow) & (v > HEAD_MIDDLE)
    below = np.clip((v - SHOULDERS + grow) / FALL, 0, 1)
    half = (HALF_WIDTH + grow) * np.sqrt(1 - (1 - below) ** 2)
    covered: NDArray[np.bool_] = head | neck | (u < half)
    return covered


def mask(width: int, height: int, grow: float = 0.0) -> Field:
    """Return (height, width): 1 where the person covers the background, 0 elsewhere (see `covers`)."""
    x, y = np.arange(width)[None, :] + 0.5, np.arange(height)[:, None] + 0.5
    return covers(width, height, x, y, grow).astype(np.float32)
