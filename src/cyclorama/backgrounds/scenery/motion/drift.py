"""Textures that drift for ever: two copies of one, faded into each other, so that the loop closes."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from ..noise import Field, Reals


def drift(texture: Field, margin: int, reach: Reals | float, phase: float) -> Field:
    """Return what `texture` shows at `phase` (0 to 1) of a loop in which it moves to the left.

    At phase 0 it is the texture itself. Fine detail glides on; masses wider than `reach` stay, as clouds over
    a mountain do.

    Args:
        texture: (h, margin + w + margin, channels).
        margin: its columns beyond each side.
        reach: how far it moves in a loop, in its pixels, (h,) for each row or one; under `margin` - 1.
        phase: the moment.

    Returns:
        (h, w, channels).
    """
    rows, wide, channels = texture.shape
    width = wide - 2 * margin
    fade = phase * phase * (3 - 2 * phase)
    if fade == 0:
        return texture[:, margin : margin + width]
    flat = texture.reshape(-1, channels)
    start = np.arange(rows) * wide + margin
    columns = np.arange(width)
    total = np.zeros((rows, width, channels), np.float32)
    for share, at in ((1 - fade, phase), (fade, phase - 1)):
        shift = np.broadcast_to(np.asarray(reach, np.float64) * at, (rows,))
        whole = np.floor(shift).astype(np.intp)
        part = (shift - whole).astype(np.float32)[:, None, None]
        index = (start + whole)[:, None] + columns
        total += flat.take(index, 0) * ((1 - part) * np.float32(share))
        total += flat.take(index + 1, 0) * (part * np.float32(share))
    return total
