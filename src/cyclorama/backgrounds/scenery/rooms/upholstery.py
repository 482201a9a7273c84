"""Sofas, armchairs, beds and cushions: what is rounded and soft."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from ..light import Colour, colour, mix

if TYPE_CHECKING:
    from .room import Corner, Room

CLOTHS = ("#7d8a86", "#9a8f80", "#5f7480", "#a3654a", "#6b7a5c", "#b59a7a", "#4f5f72", "#8a5a62", "#c4b8a4")
"""Covers of sofas and armchairs: muted, so that they stand back."""
CUSHIONS = ("#c98a4a", "#d9c7a8", "#7a3f36", "#3f5f68", "#c9a24a", "#b7765c", "#e4dccb", "#56694e", "#8f6f86")
LEATHERS = ("#6a3f26", "#4a2e22", "#8a5a36", "#2e2a28")


def cushion(
    room: Room,
    x: float,
    y: float,
    z: float,
    size: float,
    tone: Colour,
    turn: float = 0.0,
    stripe: bool = False,
) -> None:
    """Add a cushion that leans back: `size` wide, its lower edge at y, turned by `turn` radians."""
    half = size / 2
    c, s = float(np.cos(turn)), float(np.sin(turn))

    def point(u: float, v: float) -> Corner:
        return (x + half * (u * c - v * s), y + half + half * (u * s + v * c), z + 0.10 * half * (v + 1))

    corners = [point(u, v) for u, v in _pillow()]
    frame = (point(-1, -1), point(1, -1), point(-1, 1))
    room.quad(corners, tone, stuff="cloth", frame=frame, swell=(0.72, 0.72, 2.0))
    if stripe:
        for v in (-0.45, 0.0, 0.45):
            band = [
                point(-0.93, v - 0.07),
                point(0.93, v - 0.07),
                point(0.93, v + 0.07),
                point(-0.93, v + 0.07),
            ]
            room.quad(band, tone * np.float32(0.72), stuff="cloth", frame=frame, swell=(0.72, 0.72, 2.0))


def _pillow() -> list[tuple[float, float]]:
    """Return a cushion's outline: pointed corners, edges drawn in."""
    points = []
    for k in range(4):
        for t in (-1.0, -0.8, -0.4, 0.0, 0.4, 0.8):
            u, v = t, 1.0 - 0.11 * (1 - t * t)
            for _ in range(k):
                u, v = v, -u
            points.append((u, v))
    return points


def sofa(
    room: Room,
    x: float,
    z: float,
    w: float,
    cloth: Colour,
    pillows: tuple[Colour, ...] = (),
    seats: int = 3,
    stuff: str = "cloth",
    rng: np.random.Generator | None = None,
) -> None:
    """Build a sofa that faces the eye, its front at z, on short legs."""
    d, arm = 0.92, 0.24
    dark = cloth * np.float32(0.9)
    room.block(x, 0.0, z, w, 0.42, d)
    leg = colour("#3a2a20")
    for lx in (x + 0.08, x + w - 0.14):
        for lz in (z + d - 0.12, z + 0.05):
            room.tube(lx + 0.03, 0, lz, 0.018, 0.028, 0.12, leg)
    room.puff(x + 0.06, 0.40, z + d - 0.26, w - 0.12, 0.46, 0.26, dark, 0.10, stuff=stuff)
    seat = (w - 2 * arm) / seats
    room.puff(x + 0.1, 0.12, z + 0.05, w - 0.2, 0.18, d - 0.1, dark, 0.04, 0.4, stuff)
    for i in range(seats):
        room.puff(
            x + arm + seat * i + 0.004, 0.42, z + d - 0.48, seat - 0.008, 0.42, 0.24, cloth, 0.10, 0.66, stuff
        )
    for i in range(seats):
        room.puff(x + arm + seat * i + 0.004, 0.28, z, seat - 0.008, 0.17, d - 0.4, cloth, 0.06, 0.6, stuff)
    for side in (x, x + w - arm):
        room.puff(side, 0.10, z + 0.02, arm, 0.52, d - 0.04, cloth, 0.10, 0.7, stuff)
    turns = rng.uniform(-0.28, 0.28, 6) if rng is not None else np.zeros(6)
    places = (0.17, 0.80, 0.32, 0.66)
    for k, tone in enumerate(pillows[:4]):
        at = x + arm + (w - 2 * arm) * places[k]
        cushion(room, at, 0.44, z + 0.34 - 0.04 * k, 0.44 - 0.03 * k, tone, float(turns[k]), stripe=k == 2)


def throw(room: Room, x: float, z: float, tone: Colour) -> None:
    """Lay a blanket over a sofa's arm at x (its left edge), whose front is at z."""
    w = 0.30
    top = 0.632
    room.level(x - 0.03, top, z + 0.12, w, 0.5, tone, "cloth")
    folds = 5
    for i in range(folds):
        shade = tone * np.float32(0.84 + 0.16 * (i % 2))
        a, b = x - 0.03 + w * i / folds, x - 0.03 + w * (i + 1) / folds
        low = 0.26 + 0.03 * (i % 3)
        corners = [(a, low, z + 0.005), (b, low + 0.015, z + 0.005), (b, top, z + 0.01), (a, top, z + 0.01)]
        room.quad(corners, shade, stuff="cloth")


def armchair(
    room: Room, x: float, z: float, cloth: Colour, pillow: Colour | None = None, stuff: str = "cloth"
) -> None:
    """Build an armchair with a high back that faces the eye, 0.86 m wide."""
    w, d, arm = 0.86, 0.85, 0.17
    room.block(x, 0.0, z, w, 0.42, d)
    leg = colour("#4a3424")
    for lx in (x + 0.08, x + w - 0.08):
        room.tube(lx, 0, z + 0.06, 0.016, 0.026, 0.16, leg)
    dark = cloth * np.float32(0.92)
    room.puff(x + 0.04, 0.34, z + d - 0.28, w - 0.08, 0.72, 0.26, dark, 0.16, 0.7, stuff)
    room.puff(x + 0.10, 0.44, z + d - 0.40, w - 0.20, 0.54, 0.18, cloth, 0.13, 0.7, stuff)
    room.puff(x + 0.04, 0.16, z + 0.04, w - 0.08, 0.16, d - 0.2, dark, 0.04, 0.4, stuff)
    room.puff(x + arm - 0.02, 0.30, z, w - 2 * arm + 0.04, 0.17, d - 0.34, cloth, 0.07, 0.62, stuff)
    for side in (x, x + w - arm):
        room.puff(side, 0.14, z + 0.02, arm, 0.50, d - 0.12, cloth, 0.08, 0.75, stuff)
    if pillow is not None:
        cushion(room, x + w * 0.52, 0.46, z + 0.30, 0.38, pillow, 0.12)


def bed(
    room: Room, x: float, z: float, w: float, linen: Colour, cover: Colour, pillow: Colour, wood: Colour
) -> None:
    """Build a bed whose head stands at the wall behind, its foot at z: 1.9 m long."""
    d = 1.9
    room.block(x, 0, z, w, 0.5, d)
    _headboard(room, x - 0.08, z + d, w + 0.16, wood)
    room.box(x, 0.10, z, w, 0.18, d, wood, stuff="wood")
    room.puff(x + 0.01, 0.27, z + 0.01, w - 0.02, 0.22, d - 0.02, linen, 0.07, 0.55)
    n = 2 if w > 1.2 else 1
    each = w / n
    for i in range(n):
        _lying(room, x + each * i + 0.07, 0.50, z + d - 0.16, each - 0.14, 0.38, linen * np.float32(0.97))
    for i in range(n):
        _lying(room, x + each * i + 0.12, 0.49, z + d - 0.34, each - 0.24, 0.34, pillow)
    room.puff(x - 0.02, 0.30, z - 0.02, w + 0.04, 0.24, d * 0.62, cover, 0.09, 0.6)
    room.pad(x - 0.02, 0.545, z + d * 0.50, w + 0.04, 0.24, mix(linen, cover, 0.15), 0.05, 0.5, lie=True)
    room.pad(x - 0.03, 0.20, z - 0.03, w + 0.06, 0.34, cover, 0.06, 0.45)


def _lying(room: Room, x: float, y: float, z: float, w: float, h: float, tone: Colour) -> None:
    """Lean a pillow against the head of a bed."""
    corners: list[Corner] = []
    for u, v in _pillow():
        corners.append((x + w / 2 * (u + 1), y + h / 2 * (v + 1), z + 0.06 * (v + 1)))
    frame = ((x, y, z), (x + w, y, z), (x, y + h, z + 0.12))
    room.quad(corners, tone, stuff="cloth", frame=frame, swell=(0.7, 0.75, 2.0))


def _headboard(room: Room, x: float, z: float, w: float, wood: Colour) -> None:
    room.block(x, 0, z - 0.02, w, 1.1, 0.08)
    parts = max(3, round(w / 0.34))
    for i in range(parts):
        room.pad(x + w * i / parts, 0.25, z, w / parts - 0.006, 0.92, wood, 0.06, 0.6)
