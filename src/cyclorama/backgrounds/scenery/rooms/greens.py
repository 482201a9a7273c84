"""Plants in pots, leaf by leaf, for rooms."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from ..light import Colour, colour, mix, pick
from .joinery import bent

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    from .room import Corner, Room

    Vector = NDArray[np.float64]
    Grow = Callable[["Room", np.random.Generator, Vector, float, Colour], None]

TONES = ("#3f6b3a", "#4d7a3c", "#2f5c40", "#5f8a48", "#44724e")


EDGE = ((0.0, 0.0), (0.6, 0.16), (1.0, 0.42), (0.72, 0.74), (0.0, 1.0))
"""Half a leaf: how wide, in shares, at which shares of its length."""


def leaf(room: Room, foot: Vector, tip: Vector, wide: float, tone: Colour, face: Vector) -> None:
    """Build a leaf folded along its rib; `face` is about where its upper side looks."""
    # plain numbers: there are thousands of leaves
    x, y, z = foot.tolist()
    ax, ay, az = (tip - foot).tolist()
    fx, fy, fz = face.tolist()
    sx, sy, sz = ay * fz - az * fy, az * fx - ax * fz, ax * fy - ay * fx
    scale = wide / max((sx * sx + sy * sy + sz * sz) ** 0.5, 1e-9)
    for side, share in ((-scale, 0.84), (scale, 1.12)):
        corners = [
            (
                x + ax * t + sx * side * w,
                y + ay * t + sy * side * w - wide * 0.35 * w,
                z + az * t + sz * side * w,
            )
            for w, t in EDGE
        ]
        room.quad(corners, tone * np.float32(share))


def corner(p: Vector) -> Corner:
    """Return a vector as a corner."""
    return float(p[0]), float(p[1]), float(p[2])


def _around(rng: np.random.Generator) -> Vector:
    a = rng.uniform(0, 2 * np.pi)
    return np.array([np.cos(a), 0.0, np.sin(a) * 0.6])


def _shade(rng: np.random.Generator, tone: Colour) -> Colour:
    fresh = colour("#9ab45a")
    return mix(tone, fresh, float(rng.random()) ** 3 * 0.45) * np.float32(rng.uniform(0.72, 1.2))


UP = np.array([0.0, 1.0, 0.0])
FACE = np.array([0.0, 0.75, -0.65])


def rubber(room: Room, rng: np.random.Generator, foot: Vector, tall: float, tone: Colour) -> None:
    """Grow oval leaves along a few stems."""
    for _ in range(int(rng.integers(2, 4))):
        lean = _around(rng) * tall * rng.uniform(0.03, 0.14)
        top = foot + UP * tall * rng.uniform(0.72, 0.95) + lean
        bent(room, [corner(foot), corner(top)], tall * 0.009, colour("#5a4a36"))
        for k in range(9):
            t = 0.25 + 0.75 * k / 8
            at = foot + (top - foot) * t
            out = _around(rng)
            reach = tall * rng.uniform(0.16, 0.25) * (1.1 - 0.35 * t)
            leaf(
                room,
                at,
                at + out * reach + UP * reach * rng.uniform(0.2, 0.75),
                reach * 0.3,
                _shade(rng, tone),
                FACE,
            )


def monstera(room: Room, rng: np.random.Generator, foot: Vector, tall: float, tone: Colour) -> None:
    """Grow large hanging leaves on long arching stalks."""
    for k in range(11):
        out = _around(rng) * tall * rng.uniform(0.12, 0.42)
        rise = tall * (0.35 + 0.6 * k / 10) * rng.uniform(0.85, 1.05)
        at = foot + out + UP * rise
        knee = foot + out * 0.45 + UP * rise * 0.8
        bent(room, [corner(foot), corner(knee), corner(at)], tall * 0.007, tone * np.float32(0.8))
        size = tall * rng.uniform(0.2, 0.3)
        away = out / max(float(np.linalg.norm(out)), 1e-9)
        tip = at + away * size * 0.75 - UP * size * rng.uniform(0.1, 0.5) + np.array([0, 0, -0.1 * size])
        leaf(room, at, tip, size * 0.42, _shade(rng, tone), FACE)


def palm(room: Room, rng: np.random.Generator, foot: Vector, tall: float, tone: Colour) -> None:
    """Grow arching feathered fronds."""
    for _ in range(9):
        out = _around(rng) * tall * rng.uniform(0.18, 0.5)
        peak = tall * rng.uniform(0.7, 1.0)
        shade = _shade(rng, tone)
        spine = [foot + out * t**1.4 + UP * peak * (1.5 * t - 0.5 * t**3) for t in np.linspace(0, 1, 10)]
        bent(room, [corner(p) for p in spine[::3]], tall * 0.006, shade * np.float32(0.8))
        for k in range(2, 10):
            along = spine[k] - spine[k - 1]
            side = np.cross(along, FACE)
            side /= max(float(np.linalg.norm(side)), 1e-9)
            size = tall * 0.2 * float(np.sin(np.pi * (0.12 + 0.8 * k / 9)))
            for s in (-1.0, 1.0):
                way = along / max(float(np.linalg.norm(along)), 1e-9) * 0.8 + side * s - UP * 0.35
                leaf(room, spine[k], spine[k] + way * size, size * 0.13, shade, FACE)


def snake(room: Room, rng: np.random.Generator, foot: Vector, tall: float, tone: Colour) -> None:
    """Grow upright blades."""
    for _ in range(11):
        out = _around(rng)
        at = foot + out * tall * 0.05
        tip = at + out * tall * rng.uniform(0.02, 0.16) + UP * tall * rng.uniform(0.55, 1.0)
        leaf(room, at, tip, tall * 0.05, _shade(rng, tone), np.array([0.2, 0.1, -1.0]))


def fern(room: Room, rng: np.random.Generator, foot: Vector, tall: float, tone: Colour) -> None:
    """Grow many thin arching blades."""
    for _ in range(22):
        out = _around(rng) * tall * rng.uniform(0.2, 0.62)
        peak = UP * tall * rng.uniform(0.45, 0.9)
        knee, tip = foot + out * 0.5 + peak, foot + out * 1.1 + peak * rng.uniform(0.55, 0.95)
        shade = _shade(rng, tone)
        leaf(room, foot, knee, tall * 0.022, shade, FACE)
        leaf(room, foot + (knee - foot) * 0.8, tip, tall * 0.028, shade, FACE)


def bush(room: Room, rng: np.random.Generator, foot: Vector, tall: float, tone: Colour) -> None:
    """Grow a round head of small leaves: herbs, succulents, box."""
    for _ in range(30):
        out, rise = _around(rng), rng.uniform(0.1, 1.0)
        round_off = float(np.sqrt(max(0.05, 1 - (rise * 1.6 - 0.8) ** 2)))
        at = foot + out * tall * 0.4 * round_off * rng.uniform(0.4, 1.0) + UP * tall * rise * 0.9
        tip = at + (out * 0.8 + UP * rng.uniform(-0.1, 0.8)) * tall * 0.19
        leaf(room, at, tip, tall * 0.066, _shade(rng, tone), FACE)


def trailing(room: Room, rng: np.random.Generator, foot: Vector, tall: float, tone: Colour) -> None:
    """Grow vines that hang down from the pot by `tall`, with heart-shaped leaves, and a tuft on top."""
    for _ in range(9):
        out = _around(rng) * rng.uniform(0.08, 0.2) * min(tall, 0.8)
        out[2] = -abs(out[2])
        length = tall * rng.uniform(0.35, 1.0)
        wave = rng.uniform(0, 6)
        path = [
            foot
            + out * min(1.0, t * 4)
            + UP * (0.05 * np.sin(min(1.0, t * 4) * np.pi) - length * max(0.0, t - 0.12))
            + np.array([np.sin(wave + t * 5) * 0.02, 0, 0])
            for t in np.linspace(0, 1, 9)
        ]
        bent(room, [corner(p) for p in path], 0.004, tone * np.float32(0.7))
        for k, at in enumerate(path[1:]):
            size = min(0.11, tall * 0.16) * rng.uniform(0.7, 1.15)
            way = np.array([(-1.0 if k % 2 else 1.0) * 0.8, -0.5, -0.3])
            leaf(room, at, at + way * size, size * 0.42, _shade(rng, tone), np.array([0, 0.4, -1.0]))


KINDS: dict[str, Grow] = {
    "rubber": rubber,
    "monstera": monstera,
    "palm": palm,
    "snake": snake,
    "fern": fern,
    "bush": bush,
    "trailing": trailing,
}
FLOOR = ("rubber", "monstera", "palm", "snake")
SHELF = ("snake", "fern", "bush", "trailing")
POTS = ("#d8d0c4", "#a8664a", "#4a4c50", "#e8e4dc", "#7a8a84", "#c49a72")


def potted(
    room: Room,
    rng: np.random.Generator,
    x: float,
    y: float,
    z: float,
    tall: float,
    kind: str = "",
    pot: str = "",
) -> None:
    """Build a plant in a pot that stands at (x, y, z), `tall` with it; a kind and a pot by chance."""
    if "plants" in room.scene.dropped:
        return
    kind = kind or str(rng.choice(FLOOR if tall > 0.7 else SHELF))
    clay = colour(pot or POTS[int(rng.integers(len(POTS)))])
    high = min(0.3, tall * (0.42 if tall < 0.5 else 0.26))
    room.tube(x, y, z, high * 0.42, high * 0.56, high, clay)
    room.tube(x, y + high * 0.84, z, high * 0.60, high * 0.61, high * 0.16, clay * np.float32(1.06))
    tone = pick(rng, TONES)
    grown = tall - high if kind != "trailing" else tall
    KINDS[kind](room, rng, np.array([x, y + high * 0.95, z]), grown, tone)


def hanging(
    room: Room, rng: np.random.Generator, x: float, y: float, z: float, top: float, long: float
) -> None:
    """Build a pot that hangs from the ceiling at `top`, its foot at y, with vines or a fern."""
    if "plants" in room.scene.dropped:
        return
    cord = colour("#8a7a64")
    for s in (-0.1, 0.1):
        bent(room, [(x + s, y + 0.14, z), (x, min(y + 0.6, top), z), (x, top, z)], 0.005, cord)
    potted(room, rng, x, y, z, long, str(rng.choice(("trailing", "trailing", "fern"))))
