"""A guitar that leans against something, or hangs on a wall."""

from __future__ import annotations

from math import cos, pi, sin
from typing import TYPE_CHECKING

from ..light import colour, mix, pick
from .joinery import bar

if TYPE_CHECKING:
    import numpy as np

    from .room import Corner, Room

TONES = ("#b8743a", "#8a3f2a", "#d8a860", "#2a2a2e", "#a02f2f")


def guitar(room: Room, rng: np.random.Generator, x: float, y: float, z: float, lean: float) -> None:
    """Build a guitar whose lower end is at (x, y, z), leaning by `lean` radians to the right."""
    if "guitar" in room.scene.dropped:
        return
    wood = pick(rng, TONES)
    s, c = sin(lean), cos(lean)

    def at(across: float, along: float, near: float = 0.0) -> Corner:
        return x + across * c + along * s, y + along * c - across * s, z - near

    outline = []
    for k in range(36):
        a = 2 * pi * k / 36
        # wide below, waisted, narrower above
        up = 0.23 - 0.23 * cos(a)
        half = (
            0.185
            * sin(a)
            * (1 - 0.30 * max(0.0, (up - 0.2) / 0.26))
            * (1 - 0.20 * max(0.0, cos((up - 0.27) * 14)))
        )
        outline.append((half, up))
    room.quad([at(u * 1.04, v + 0.006) for u, v in outline], wood * 0.45)
    room.quad([at(u, v, 0.02) for u, v in outline], wood, stuff="wood")
    hole = [(0.05 * cos(2 * pi * k / 16), 0.29 + 0.05 * sin(2 * pi * k / 16)) for k in range(16)]
    room.quad([at(u, v, 0.024) for u, v in hole], colour("#1c1410"))
    room.quad(
        [at(u, v, 0.024) for u, v in ((-0.06, 0.10), (0.06, 0.10), (0.06, 0.125), (-0.06, 0.125))],
        colour("#2a1c14"),
    )
    neck = ((-0.024, 0.30), (0.024, 0.30), (0.02, 0.86), (-0.02, 0.86))
    room.quad([at(u, v, 0.03) for u, v in neck], colour("#3a2418"))
    head = ((-0.022, 0.86), (0.022, 0.86), (0.036, 1.0), (-0.036, 1.0))
    room.quad([at(u, v, 0.03) for u, v in head], mix(wood, colour("#2a1c14"), 0.5))
    for k in range(3):
        for side in (-1, 1):
            u, v = side * 0.04, 0.89 + 0.035 * k
            bar(room, at(u * 0.6, v, 0.03), at(u, v, 0.03), 0.006, colour("#d8d0c0"))
