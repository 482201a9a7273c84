"""The sun through windows: panes of light on what it meets, soft with distance, and shadows in them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from ..noise import Field, smoothstep

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ..scene import Planes
    from .room import Block, Opening, Sun

BAR = 0.05  # m, of a window's frame


def sunlit(
    lit: Planes, point: tuple[Field, ...], normal: Sequence[Field], sun: Sun, blocks: Sequence[Block]
) -> None:
    """Add the sun to the light `lit` (3, n) on points with normals (n,)."""
    if not sun.openings or float(sun.power.max()) <= 0:
        return
    wx, wy, wz = (np.float32(c) for c in sun.way)
    facing = -(normal[0] * wx + normal[1] * wy + normal[2] * wz)
    toward = np.flatnonzero(facing > 0.01)
    if not toward.size:
        return
    p = np.stack([c[toward] for c in point])
    amount = np.zeros(toward.size, np.float32)
    for opening in sun.openings:
        amount += through(p, sun, opening)
    bright = np.flatnonzero(amount > 0.004)
    if not bright.size:
        return
    at = toward[bright]
    amount = amount[bright] * facing[at] * shadowed(p[:, bright], sun, blocks)
    for i in range(3):
        lit[i, at] += amount * sun.power[i]


def through(p: Planes, sun: Sun, opening: Opening) -> Field:
    """Return how much of the sun, 0 to 1, reaches points `p` (3, n) through a window."""
    way = np.array(sun.way, np.float32)
    axis = opening.axis
    along = 2 if axis == 0 else 0
    (a0, a1), (b0, b1) = opening.across, opening.up
    reached = np.zeros(p.shape[1], np.float32)
    back = (p[axis] - np.float32(opening.at)) / way[axis]
    a, b = p[along] - way[along] * back, p[1] - way[1] * back
    at = np.flatnonzero((back > 0.01) & (np.abs(a - (a0 + a1) / 2) < (a1 - a0) / 2 + 0.2))
    at = at[np.abs(b[at] - (b0 + b1) / 2) < (b1 - b0) / 2 + 0.2]
    if not at.size:
        return reached
    a, b = a[at], b[at]
    soft = np.float32(0.012) + np.float32(0.022) * back[at]
    inside = _edge(a - np.float32(a0), soft) * _edge(np.float32(a1) - a, soft)
    inside *= _edge(b - np.float32(b0), soft) * _edge(np.float32(b1) - b, soft)
    for value, low, high, panes in ((a, a0, a1, opening.panes[0]), (b, b0, b1, opening.panes[1])):
        if panes > 1:
            step = np.float32((high - low) / panes)
            t = (value - np.float32(low)) / step
            away = np.abs(t - np.round(t)) * step
            inside *= smoothstep(-1, 1, (away - np.float32(BAR / 2)) / soft)
    reached[at] = inside
    return reached


def _edge(x: Field, soft: Field) -> Field:
    return smoothstep(-1, 1, x / soft)


def shadowed(p: Planes, sun: Sun, blocks: Sequence[Block]) -> Field:
    """Return how much of the sun, 0 to 1, gets past the blocks to points `p` (3, n)."""
    free = np.ones(p.shape[1], np.float32)
    steps = [np.float32(-c if abs(c) > 1e-3 else 1e-3) for c in sun.way]
    for block in blocks:
        wide, tall, deep = (b - a for a, b in zip(block.low, block.high, strict=True))
        if tall < 0.3 or max(wide, deep) < 0.2:
            continue
        enter, leave = np.float32(0.0), np.float32(40.0)
        for i in range(3):
            one = (np.float32(block.low[i]) - p[i]) / steps[i]
            two = (np.float32(block.high[i]) - p[i]) / steps[i]
            enter = np.maximum(enter, np.minimum(one, two))
            leave = np.minimum(leave, np.maximum(one, two))
        inside = leave - np.maximum(enter, np.float32(0.03))
        free *= 1 - smoothstep(0.0, 0.22, inside) * np.float32(min(1.0, block.dark))
    return free


def shafts(sun: Sun, eye: Sequence[float], rx: Field, ry: Field, depth: Field) -> Field:
    """Return how much sunlit air, in metres, lies before each point: rays (n,), `depth` metres away (n,)."""
    steps = 14
    air = np.zeros(depth.size, np.float32)
    if not sun.openings or float(sun.power.max()) <= 0:
        return air
    far = np.minimum(depth, 8.0)
    for k in range(steps):
        z = far * np.float32((k + 0.5) / steps)
        p = np.stack([rx * z + np.float32(eye[0]), ry * z + np.float32(eye[1]), z + np.float32(eye[2])])
        for opening in sun.openings:
            air += through(p, sun, opening)
    return air * far * np.float32(1 / steps)
