"""Plants in pots: leaves of several kinds, folded along their ribs so that light tells them apart."""

from __future__ import annotations

import math
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np

from ..light import Colour, colour, mix, pick
from .joinery import ribbon

if TYPE_CHECKING:
    from collections.abc import Sequence

    from .room import Corner, Room

KINDS = ("fig", "monstera", "palm", "snake", "rubber")
POTS = ("#d8d0c4", "#b5654a", "#4a4c50", "#8a9a92", "#e8e4dc", "#c9a06a", "#3f4a44")
OVAL = ((0.0, 0.05), (0.14, 0.52), (0.38, 1.0), (0.64, 0.92), (0.86, 0.5), (1.0, 0.02))
LANCE = ((0.0, 0.2), (0.2, 0.8), (0.45, 1.0), (0.75, 0.7), (1.0, 0.02))
HEART = ((0.0, 0.35), (0.10, 0.92), (0.32, 1.0), (0.6, 0.78), (0.84, 0.38), (1.0, 0.02))
SPLIT = (
    (-0.06, 0.55), (0.06, 1.0), (0.20, 1.08), (0.22, 0.42), (0.28, 1.05), (0.44, 1.0), (0.44, 0.34),
    (0.52, 0.94), (0.66, 0.80), (0.64, 0.26), (0.74, 0.64), (0.88, 0.36), (1.0, 0.02),
)  # fmt: skip
"""Outlines of half a leaf: along its rib and away from it, in lengths and half widths."""


def leaf(
    room: Room,
    foot: Corner,
    tip: Corner,
    wide: float,
    tone: Colour,
    outline: Sequence[tuple[float, float]] = OVAL,
    droop: float = 0.12,
    fold: float = 0.5,
) -> None:
    """Add a leaf from `foot` to `tip`, `wide` metres at its widest, hanging through by `droop` lengths."""
    # plain floats: a plant has hundreds of leaves, and small arrays are slow
    (ax, ay, az), (bx, by, bz) = foot, tip
    dx, dy, dz = bx - ax, by - ay, bz - az
    length = math.sqrt(dx * dx + dy * dy + dz * dz) + 1e-6
    flat = math.hypot(dx, dy)
    ux, uy = (dy / flat, -dx / flat) if flat > 0.15 * length else (1.0, 0.0)

    def point(t: float, off: float, side: float) -> Corner:
        sag = droop * length * 2.4 * t * (1 - t)
        px, py, pz = ax + dx * t, ay + dy * t + sag, az + dz * t
        return px + ux * side * off, py + (uy * side + 0.25) * off, pz + fold * off

    for side, shade in ((-1.0, 0.86), (1.0, 1.1)):
        edge = [point(t, wide / 2 * w, side) for t, w in outline]
        room.quad([*edge, *(point(t, 0.0, 0.0) for t in (1.0, 0.66, 0.33, 0.0))], tone * np.float32(shade))


def pot(room: Room, x: float, y: float, z: float, radius: float, high: float, tone: Colour) -> None:
    """Add a flower pot with a rim and soil."""
    soil = colour("#2e231c")
    if y < 0.1:
        room.block(x - radius, y, z - radius, 2 * radius, high, 2 * radius)
    room.tube(x, y, z, radius * 0.74, radius * 0.96, high * 0.86, tone, lid=soil, sides=14)
    room.tube(
        x,
        y + high * 0.84,
        z,
        radius * 1.02,
        radius * 1.04,
        high * 0.16,
        tone * np.float32(1.06),
        lid=soil,
        sides=14,
    )


def plant(
    room: Room,
    rng: np.random.Generator,
    x: float,
    y: float,
    z: float,
    tall: float,
    pot_colour: str = "",
    kind: str = "",
) -> None:
    """Build a plant in a pot, `tall` metres in all; of a kind by chance where none is named."""
    if "plants" in room.scene.dropped:
        return
    kind = kind or KINDS[int(rng.integers(len(KINDS)))]
    tone = colour(pot_colour or POTS[int(rng.integers(len(POTS)))])
    radius = tall * (0.13 if kind != "snake" else 0.15)
    high = tall * 0.25
    pot(room, x, y, z, radius, high, tone)
    MAKERS[kind](room, rng, x, y + high * 0.92, z, tall - high)


def _green(rng: np.random.Generator, base: str, depth: float = 0.5) -> Colour:
    tone = colour(base)
    young = tone * np.array([1.22, 1.18, 0.9], np.float32)
    return mix(tone * np.float32(0.62), young, float(np.clip(rng.normal(depth, 0.28), 0, 1)))


def _fig(room: Room, rng: np.random.Generator, x: float, y: float, z: float, tall: float) -> None:
    """Grow a small tree with broad oval leaves."""
    stem = colour("#6a5238")
    room.tube(x, y, z, 0.018, 0.012, tall * 0.72, stem, sides=5)
    leaves = []
    for _ in range(30):
        h = rng.uniform(0.22, 0.92)
        a = rng.uniform(0, 2 * np.pi)
        reach = tall * rng.uniform(0.16, 0.30) * (1.15 - 0.55 * h)
        leaves.append((float(np.sin(a)), h, float(np.cos(a)), reach))
    for dz, h, dx, reach in sorted(leaves, key=lambda v: -v[0]):
        foot = (x + dx * reach * 0.25, y + tall * h, z + dz * reach * 0.2)
        rise = reach * rng.uniform(-0.15, 0.75)
        tip = (x + dx * reach * 1.25, y + tall * h + rise, z + dz * reach)
        leaf(room, foot, tip, reach * 0.80, _green(rng, "#4a7a3e", 0.5 - 0.2 * dz), OVAL, 0.10)


def _monstera(room: Room, rng: np.random.Generator, x: float, y: float, z: float, tall: float) -> None:
    """Large split leaves on long stalks."""
    leaves = []
    for _ in range(13):
        a = rng.uniform(0, 2 * np.pi)
        leaves.append((float(np.sin(a)), float(np.cos(a)), rng.uniform(0.35, 0.86), rng.uniform(0.16, 0.42)))
    for dz, dx, h, out in sorted(leaves, key=lambda v: -v[0]):
        end = (x + dx * tall * out, y + tall * h, z + dz * tall * out * 0.7)
        stalk = colour("#4f6f3a")
        ribbon(room, (x, y, z), end, 0.008, stalk)
        size = tall * rng.uniform(0.24, 0.34)
        lean = rng.uniform(-0.6, 0.25)
        tip = (
            end[0] + dx * size * 0.8 + size * 0.15 * rng.normal(),
            end[1] + lean * size,
            end[2] + dz * size * 0.5 - 0.05,
        )
        leaf(room, end, tip, size * 0.92, _green(rng, "#3c6f3c", 0.5 - 0.25 * dz), SPLIT, 0.10, 0.3)


def _palm(room: Room, rng: np.random.Generator, x: float, y: float, z: float, tall: float) -> None:
    """Arching fronds with many leaflets."""
    fronds = []
    for _ in range(12):
        a = rng.uniform(0, 2 * np.pi)
        fronds.append((float(np.sin(a)), float(np.cos(a)), rng.uniform(0.55, 1.0)))
    for dz, dx, h in sorted(fronds, key=lambda v: -v[0]):
        reach = tall * rng.uniform(0.22, 0.5)
        tone = _green(rng, "#55803f", 0.5 - 0.2 * dz)
        spine = []
        for t in np.linspace(0, 1, 10).tolist():
            lift = tall * h * (1 - (1 - t) ** 1.7) - tall * 0.30 * t**3
            spine.append((x + dx * reach * t**1.3, y + lift, z + dz * reach * 0.6 * t))
        for here, there in pairwise(spine):
            ribbon(room, here, there, 0.006, tone * np.float32(0.8))
        for k, (px, py, pz) in enumerate(spine[3:], 3):
            size = tall * 0.20 * (1.1 - 0.55 * abs(k / 9 - 0.55) * 2)
            for side in (-1.0, 1.0):
                tip = (px + side * size * 0.75 + dx * size * 0.5, py - size * 0.30, pz - 0.03)
                leaf(room, (px, py, pz), tip, size * 0.17, tone, LANCE, 0.15, 0.2)


def _snake(room: Room, rng: np.random.Generator, x: float, y: float, z: float, tall: float) -> None:
    """Upright blades with pale edges."""
    for _ in range(13):
        dx, dz = rng.uniform(-0.10, 0.10) * tall, rng.uniform(-0.06, 0.06) * tall
        high = tall * rng.uniform(0.45, 1.0)
        tip = (x + dx * rng.uniform(1.6, 2.6), y + high, z + dz)
        foot = (x + dx, y, z + dz)
        tone = _green(rng, "#4a6e46")
        leaf(room, foot, tip, tall * 0.115, mix(tone, colour("#b8b060"), 0.55), LANCE, 0.0, 0.3)
        leaf(
            room,
            (foot[0], foot[1], foot[2] - 0.005),
            (tip[0], tip[1] - 0.02, tip[2] - 0.005),
            tall * 0.085,
            tone,
            LANCE,
            0.0,
            0.3,
        )


def _rubber(room: Room, rng: np.random.Generator, x: float, y: float, z: float, tall: float) -> None:
    """Dark glossy leaves along a few stems."""
    for _ in range(4):
        bend = rng.uniform(-0.22, 0.22) * tall
        high = tall * rng.uniform(0.6, 0.98)
        n = 9
        for k in range(n):
            t = 0.2 + 0.8 * k / n
            sx = x + bend * t
            side = 1.0 if k % 2 else -1.0
            size = tall * rng.uniform(0.17, 0.24) * (1.1 - 0.4 * t)
            foot = (sx, y + high * t, z + rng.uniform(-0.04, 0.04))
            tip = (
                sx + side * size * rng.uniform(0.6, 1.0),
                y + high * t + size * rng.uniform(0.2, 0.85),
                foot[2] - 0.06,
            )
            leaf(room, foot, tip, size * 0.5, _green(rng, "#33593a", 0.45), OVAL, 0.08)
        ribbon(room, (x, y, z), (x + bend, y + high, z), 0.008, colour("#5a4632"))


def trailing(
    room: Room, rng: np.random.Generator, x: float, y: float, z: float, size: float, tone: str = ""
) -> None:
    """Build a small plant whose shoots hang down, its pot standing at (x, y, z)."""
    if "plants" in room.scene.dropped:
        return
    pot(room, x, y, z, size * 0.28, size * 0.5, colour(tone or POTS[int(rng.integers(len(POTS)))]))
    top = y + size * 0.46
    for _ in range(9):
        dx = rng.uniform(-1, 1)
        long = size * rng.uniform(0.5, 1.8) * (0.35 + 0.65 * abs(dx))
        px, py = x + dx * size * 0.26, top
        for _ in range(max(3, int(long / (size * 0.16)))):
            leaf(
                room,
                (px, py, z - size * 0.3),
                (px + size * rng.uniform(-0.2, 0.2), py - size * 0.16, z - size * 0.32),
                size * 0.15,
                _green(rng, "#5a8a48"),
                HEART,
            )
            px, py = px + size * 0.03 * dx, py - size * 0.15
    for _ in range(10):
        a = rng.uniform(0, np.pi)
        tip = (x + np.cos(a) * size * 0.42, top + np.sin(a) * size * 0.34, z - size * 0.1)
        leaf(
            room,
            (x, top, z),
            (float(tip[0]), float(tip[1]), tip[2]),
            size * 0.2,
            _green(rng, "#5a8a48"),
            HEART,
        )


def succulent(room: Room, rng: np.random.Generator, x: float, y: float, z: float, size: float) -> None:
    """Build a small plant for shelves and desks."""
    if "plants" in room.scene.dropped:
        return
    pot(room, x, y, z, size * 0.34, size * 0.45, pick(rng, POTS))
    for k in range(11):
        a = np.pi * (k + rng.uniform(-0.3, 0.3)) / 10
        reach = size * rng.uniform(0.4, 0.62)
        tip = (x + float(np.cos(a)) * reach * 0.9, y + size * 0.42 + float(np.sin(a)) * reach, z - 0.01)
        leaf(room, (x, y + size * 0.42, z), tip, size * 0.17, _green(rng, "#6a9a6a"), LANCE, 0.05)


MAKERS = {"fig": _fig, "monstera": _monstera, "palm": _palm, "snake": _snake, "rubber": _rubber}
