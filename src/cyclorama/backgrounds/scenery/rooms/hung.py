"""Lamps that hang: bulbs, globes, domes, cones, rattan; and strings of small ones."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from ..light import colour
from . import furniture as f
from .joinery import bent, plate

if TYPE_CHECKING:
    from .room import Corner, Room

WARM = np.array([1.0, 0.66, 0.34], np.float32)
KINDS = ("bulb", "globe", "dome", "cone", "rattan")
METALS = ("#23252a", "#b08a4a", "#8a4a3a", "#2f4a44", "#d8d4cc")


def hang(
    room: Room,
    x: float,
    y: float,
    z: float,
    top: float,
    kind: str,
    power: float = 0.5,
    metal: str = "#23252a",
) -> Corner | None:
    """Build a lamp of `kind` whose light is at (x, y, z), on a cord from the ceiling at `top`.

    Return where its light is, or None when no lamps are wanted.
    """
    if "lamp" in room.scene.dropped:
        return None
    on = f.lit(room)
    bent(room, [(x, top, z), (x, y + 0.1, z)], 0.007, colour("#1c1a18"))
    if kind == "bulb":
        room.tube(x, y + 0.06, z, 0.03, 0.025, 0.07, colour("#2a2622"), sides=4)
        plate(room, x, y, z - 0.01, 0.062, colour("#ffd9a0"), 2.6 * on, group="lamp")
    elif kind == "globe":
        room.tube(x, y + 0.12, z, 0.05, 0.04, 0.05, colour(metal), sides=6)
        plate(room, x, y, z, 0.14, colour("#ffe0b0"), 1.0 * on + 0.2, group="lamp")
        plate(room, x, y, z - 0.01, 0.085, colour("#ffe9c8"), 1.7 * on, group="lamp")
    elif kind == "dome":
        for low, high, at, h in (
            (0.21, 0.18, -0.02, 0.07),
            (0.18, 0.10, 0.05, 0.07),
            (0.10, 0.03, 0.12, 0.03),
        ):
            room.tube(x, y + at, z, low, high, h, colour(metal))
        plate(room, x, y - 0.021, z, 0.2, colour("#ffdca4"), 1.7 * on, lying=True, group="lamp")
    elif kind == "cone":
        room.tube(x, y - 0.02, z, 0.17, 0.035, 0.24, colour(metal))
        plate(room, x, y - 0.021, z, 0.16, colour("#ffdca4"), 1.7 * on, lying=True, group="lamp")
    else:
        for k in range(6):
            a, b = k / 6, (k + 1) / 6
            room.tube(
                x,
                y - 0.1 + 0.34 * a,
                z,
                0.26 * float(np.sin(0.5 + 2.3 * a)),
                0.26 * float(np.sin(0.5 + 2.3 * b)),
                0.34 / 6 * 0.8,
                colour("#c9935a"),
                (0.75 if k % 2 else 1.0) * on,
                group="lamp",
            )
        plate(room, x, y, z - 0.27, 0.07, colour("#ffe0b0"), 1.5 * on, group="lamp")
    closed = kind in {"dome", "cone"}
    room.lamp((x, y - 0.12, z - 0.05), WARM * np.float32(power * on), 0.10, hooded=closed, group="lamp")
    return x, y, z
