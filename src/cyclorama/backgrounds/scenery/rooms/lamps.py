"""Lamps of rooms: standing, on tables, hanging. Their light belongs to the group "lamp"."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np

from ..light import colour

if TYPE_CHECKING:
    from .room import Room

WARM = np.array([1.0, 0.67, 0.35], np.float32)


def lit(room: Room) -> float:
    """How strongly the room's own lamps matter, 0.5 to 1."""
    return 0.5 + 0.5 * room.scene.light.lamps


def floor_lamp(room: Room, x: float, z: float, tall: float, shade: str = "#ffdca0", kind: str = "") -> None:
    """Build a standing lamp: with a cloth shade on a stem or three legs, or a globe on a bow."""
    if "lamp" in room.scene.dropped:
        return
    strength = lit(room)
    kind = kind or ("stem", "tripod", "bow")[int(room.scene.rng("lamp", round(x * 10)).integers(3))]
    metal = colour("#3a332c")
    if kind == "bow":
        _bow(room, x, z, tall, strength)
        return
    if kind == "tripod":
        wood = colour("#8a6440")
        for dx, dz in ((0.0, 0.2), (-0.26, -0.1), (0.26, -0.1)):
            foot, top = (x + dx, 0.0, z + dz), (x + dx * 0.1, tall - 0.34, z)
            w = 0.014
            corners = [(foot[0] - w, 0.0, foot[2]), (foot[0] + w, 0.0, foot[2])]
            room.quad(
                [*corners, (top[0] + w, top[1], top[2]), (top[0] - w, top[1], top[2])], wood, stuff="wood"
            )
    else:
        room.tube(x, 0.0, z, 0.15, 0.14, 0.025, metal, sides=14)
        room.tube(x, 0.02, z, 0.012, 0.012, tall - 0.3, metal, sides=5)
    tone = colour(shade)
    room.tube(x, tall - 0.34, z, 0.23, 0.17, 0.34, tone, 0.45 + 0.95 * strength, 16, group="lamp")
    room.panel(x - 0.15, tall - 0.345, z - 0.12, 0.3, 0.012, colour("#fff2d0"), 1.6 * strength, group="lamp")
    room.lamp((x, tall + 0.10, z - 0.05), WARM * np.float32(0.62 * strength), 0.10, group="lamp")
    room.lamp((x, tall - 0.50, z - 0.12), WARM * np.float32(0.85 * strength), 0.12, group="lamp")


def _bow(room: Room, x: float, z: float, tall: float, strength: float) -> None:
    metal = colour("#c8a060")
    room.tube(x, 0.0, z, 0.16, 0.15, 0.05, colour("#e6e2da"), sides=14)
    reach = -0.62 if x > 0 else 0.62
    points = []
    for t in np.linspace(0, 1, 12).tolist():
        a = t * 2.1
        points.append(
            (
                x + reach * (1 - float(np.cos(a))) / 1.5,
                tall * 1.05 * float(np.sin(min(a, 1.571))) - max(0.0, a - 1.571) * 0.35,
            )
        )
    for (ax, ay), (bx, by) in pairwise(points):
        w = 0.011
        corners = [(ax - w, ay, z), (ax + w, ay + w, z), (bx + w, by + w, z), (bx - w, by, z)]
        room.quad(corners, metal)
    ex, ey = points[-1]
    room.ball(ex, ey - 0.12, z - 0.02, 0.14, colour("#ffe6bc"), 0.5 + 0.9 * strength, group="lamp")
    room.lamp((ex, ey - 0.12, z - 0.2), WARM * np.float32(1.1 * strength), 0.10, group="lamp")


def table_lamp(
    room: Room,
    x: float,
    y: float,
    z: float,
    size: float = 0.34,
    shade: str = "#ffdca0",
    base: str = "#7a6248",
) -> None:
    """Build a small lamp on something at height y."""
    if "lamp" in room.scene.dropped:
        return
    strength = lit(room)
    foot = colour(base)
    room.tube(x, y, z, size * 0.20, size * 0.26, size * 0.22, foot, sides=12)
    room.tube(x, y + size * 0.22, z, size * 0.26, size * 0.07, size * 0.26, foot, sides=12)
    room.tube(x, y + size * 0.46, z, size * 0.03, size * 0.03, size * 0.1, colour("#b08a4a"), sides=5)
    tone = colour(shade)
    room.tube(
        x,
        y + size * 0.5,
        z,
        size * 0.52,
        size * 0.36,
        size * 0.55,
        tone,
        0.5 + 1.05 * strength,
        14,
        group="lamp",
    )
    room.lamp((x, y + size * 0.75, z - 0.14), WARM * np.float32(0.34 * strength), 0.10, group="lamp")
    room.lamp((x, y + size * 1.3, z - 0.02), WARM * np.float32(0.22 * strength), 0.06, group="lamp")


def pendant(
    room: Room,
    x: float,
    y: float,
    z: float,
    top: float,
    bulb: bool = True,
    power: float = 0.5,
    shade: str = "#2a2a2c",
) -> None:
    """Build a lamp that hangs from the ceiling: a bare bulb, or a dark shade with light under it."""
    strength = lit(room)
    room.panel(x - 0.006, y, z, 0.012, top - y, colour("#1c1a18"))
    if bulb:
        room.tube(x, y - 0.02, z, 0.022, 0.02, 0.06, colour("#6a5a40"), sides=6)
        room.ball(x, y - 0.07, z, 0.058, colour("#ffd9a0"), 2.4 * strength, group="lamp")
    else:
        room.tube(x, y - 0.03, z, 0.20, 0.05, 0.2, colour(shade), sides=14)
        room.panel(x - 0.16, y - 0.05, z - 0.01, 0.32, 0.03, colour("#ffe2b0"), 3.0 * strength, group="lamp")
    room.lamp(
        (x, y - 0.2, z - 0.05), WARM * np.float32(power * strength), 0.10, hooded=not bulb, group="lamp"
    )
