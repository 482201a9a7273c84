"""Chairs, stools, benches and small round tables."""

from __future__ import annotations

from math import cos, pi, sin
from typing import TYPE_CHECKING

from . import furniture as f
from .joinery import bar, bent, plate

if TYPE_CHECKING:
    from ..light import Colour
    from .room import Room

ARCH = [pi * k / 8 for k in range(9)]


def stool(room: Room, x: float, z: float, tall: float, seat: Colour, metal: Colour) -> None:
    """Build a bar stool."""
    f.shadow(room, x - 0.16, z - 0.1, 0.32, 0.3)
    for sx, sz in ((-1, 1), (1, 1), (-1, -1), (1, -1)):
        bar(room, (x + sx * 0.2, 0, z + sz * 0.16), (x + sx * 0.12, tall, z + sz * 0.1), 0.014, metal)
    bar(room, (x - 0.17, tall * 0.35, z - 0.14), (x + 0.17, tall * 0.35, z - 0.14), 0.011, metal)
    room.tube(x, tall, z, 0.18, 0.19, 0.05, seat)
    plate(room, x, tall + 0.05, z, 0.19, seat, lying=True)


def chair(room: Room, x: float, z: float, wood: Colour, seat: Colour, *, away: bool = True) -> None:
    """Build a bentwood chair; `away` has its back to the eye."""
    f.shadow(room, x - 0.2, z - 0.1, 0.42, 0.4)
    back = z - 0.18 if away else z + 0.2
    front = z + 0.2 if away else z - 0.18
    parts = [(front, 0.45), (back, 0.45)]
    if away:
        parts.reverse()

    def rest() -> None:
        for wide, tall, thick in ((0.21, 0.48, 0.018), (0.11, 0.33, 0.013)):
            turn = [(wide * cos(a), 0.45 + tall * (0.58 + 0.42 * sin(a))) for a in ARCH]
            arch = [(wide * 0.94, 0.45), *turn, (-wide * 0.94, 0.45)]
            bent(room, [(x + dx, y, back) for dx, y in arch], thick, wood)

    if not away:
        rest()
    for sx in (-0.19, 0.19):
        for at in (z + 0.2, z - 0.18):
            bar(room, (x + sx * 1.12, 0, at), (x + sx * 0.9, 0.45, at), 0.017, wood)
    room.tube(x, 0.43, z, 0.21, 0.22, 0.04, wood)
    plate(room, x, 0.47, z, 0.22, seat, lying=True)
    if away:
        rest()


def round_table(room: Room, x: float, z: float, radius: float, top: Colour, metal: Colour) -> None:
    """Build a round table on one foot, 0.75 m high."""
    f.shadow(room, x - radius * 0.8, z - radius * 0.5, radius * 1.6, radius * 1.2)
    room.tube(x, 0, z, radius * 0.6, radius * 0.5, 0.03, metal)
    room.tube(x, 0.03, z, 0.03, 0.03, 0.7, metal, sides=4)
    plate(room, x, 0.75, z, radius, top, lying=True)
    room.tube(x, 0.715, z, radius, radius, 0.035, top)


def bench(room: Room, x: float, z: float, w: float, d: float, top: Colour, leg: Colour) -> None:
    """Build a plain bench, 0.45 m high, its front at z."""
    f.shadow(room, x - 0.05, z - 0.1, w + 0.1, d + 0.15)
    for at in (x + 0.12, x + w - 0.2):
        room.box(at, 0, z + 0.05, 0.08, 0.36, d - 0.1, leg)
    room.box(x, 0.36, z, w, 0.1, d, top, 0, "wood")
