"""A wall clock whose pendulum swings."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from ..light import colour
from ..shapes import Cutout
from . import decor

if TYPE_CHECKING:
    from ..light import Colour
    from ..scene import Scene
    from .interior import Lit
    from .room import Room

WIDE, HIGH = 0.30, 0.86


def clock(room: Room, x: float, y: float, wood: Colour) -> None:
    """Hang a clock's case on the back wall, its lower edge at y and its middle at x."""
    z = room.size[2]
    room.hang(x - WIDE / 2, y, WIDE, HIGH, 0.12)
    room.box(x - WIDE / 2, y, z - 0.12, WIDE, HIGH, 0.12, wood, stuff="wood")
    room.panel(x - WIDE / 2 + 0.04, y + 0.06, z - 0.125, WIDE - 0.08, HIGH * 0.48, colour("#241a14"))
    room.box(
        x - WIDE / 2 - 0.03, y + HIGH, z - 0.14, WIDE + 0.06, 0.05, 0.14, wood * np.float32(1.1), stuff="wood"
    )
    room.box(
        x - WIDE / 2 - 0.02, y - 0.03, z - 0.13, WIDE + 0.04, 0.04, 0.13, wood * np.float32(1.1), stuff="wood"
    )
    decor.clock(room, x, y + HIGH * 0.78, z - 0.09, 0.125, decor.hour(room), "#b08a4a")


def swing(scene: Scene, lit: Lit, x: float, y: float) -> None:
    """Paint the pendulum of the clock at (x, y)."""
    z = lit.room.size[2] - 0.13
    px, top, metre = lit.at(x, y + HIGH * 0.56, z)
    long = metre * 0.30
    a = 0.20 * scene.swing(2.0)
    bx, by = px + long * float(np.sin(a)), top + long * float(np.cos(a))
    lamps = scene.light.lamps
    brass = colour("#d8b060") * np.float32(0.85 - 0.25 * lamps)
    cut = Cutout(
        scene, (px - metre * 0.12, top - 2, px + metre * 0.12, top + metre * 0.42), brass, scene.unit * 0.0014
    )
    w = metre * 0.006
    cut.polygon([(px - w, top), (px + w, top), (bx + w, by), (bx - w, by)], brass * np.float32(0.8))
    cut.disc(bx, by, metre * 0.042, brass)
    cut.disc(bx - metre * 0.01, by - metre * 0.012, metre * 0.022, brass * np.float32(1.25))
    cut.paint(0.95)
