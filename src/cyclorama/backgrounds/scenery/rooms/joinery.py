"""Small parts that furniture is joined of: bars, ribbons and plates."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ..light import Colour
    from .room import Corner, Room


def bar(
    room: Room, a: Corner, b: Corner, radius: float, colour: Colour, glow: float = 0.0, group: str = ""
) -> None:
    """Build a round bar from `a` to `b` as a strip that faces the eye."""
    (ax, ay, az), (bx, by, bz), (ex, ey, ez) = a, b, room.eye
    dx, dy, dz = bx - ax, by - ay, bz - az
    vx, vy, vz = (ax + bx) / 2 - ex, (ay + by) / 2 - ey, (az + bz) / 2 - ez
    x, y, z = dy * vz - dz * vy, dz * vx - dx * vz, dx * vy - dy * vx
    scale = radius / max((x * x + y * y + z * z) ** 0.5, 1e-9)
    x, y, z = x * scale, y * scale, z * scale
    corners = [
        (ax - x, ay - y, az - z),
        (ax + x, ay + y, az + z),
        (bx + x, by + y, bz + z),
        (bx - x, by - y, bz - z),
    ]
    room.quad(corners, colour, glow, group=group)


def ribbon(room: Room, a: Corner, b: Corner, half: float, colour: Colour, stuff: str = "") -> None:
    """Build a flat ribbon from `a` to `b`, its ends level, `half` metres to each side."""
    (ax, ay, az), (bx, by, bz) = a, b
    corners = [(ax - half, ay, az), (ax + half, ay, az), (bx + half, by, bz), (bx - half, by, bz)]
    room.quad(corners, colour, stuff=stuff)


def bent(
    room: Room, points: Sequence[Corner], radius: float, colour: Colour, glow: float = 0.0, group: str = ""
) -> None:
    """Build a bar through several points."""
    for a, b in pairwise(points):
        bar(room, a, b, radius, colour, glow, group)


def plate(
    room: Room,
    x: float,
    y: float,
    z: float,
    radius: float,
    colour: Colour,
    glow: float = 0.0,
    *,
    lying: bool = False,
    sides: int = 18,
    turned: float = 0.0,
    group: str = "",
) -> None:
    """Build a round or many-sided plate around (x, y, z): upright and facing the eye, or lying."""
    a = np.linspace(0, 2 * np.pi, sides, endpoint=False) + turned
    u, v = radius * np.cos(a), radius * np.sin(a)
    zero = np.zeros(sides)
    dx, dy, dz = (u, zero, v) if lying else (u, v, zero)
    corners = [(x + i, y + j, z + k) for i, j, k in zip(dx.tolist(), dy.tolist(), dz.tolist(), strict=True)]
    room.quad(corners, colour, glow, group=group)
