"""Shelves and what is kept on them: bottles, cups, plates, jars, boxes, plants."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..light import colour, mix, pick
from .books import SPINES
from .greens import potted
from .joinery import plate

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    import numpy as np

    from ..light import Colour
    from .room import Room

    Thing = Callable[["Room", np.random.Generator, float, float, float, float], float]

GLASS = ("#3a5a3a", "#7a4a1e", "#c9a86a", "#4a2a1c", "#d8d4c8", "#2a4a5a", "#8a2e2a")
CHINA = ("#efe9de", "#e2ddd0", "#c9a58a", "#8fa39a", "#6f8796", "#d9c7a4", "#b8674a")


def bottle(room: Room, rng: np.random.Generator, x: float, y: float, z: float, h: float) -> float:
    """Build a bottle with a label; return the room that it takes."""
    r, tall = rng.uniform(0.032, 0.042), h * rng.uniform(0.6, 0.95)
    tone = pick(rng, GLASS)
    room.tube(x + r, y, z, r, r, tall * 0.62, tone, sides=6)
    room.tube(x + r, y + tall * 0.62, z, r, r * 0.36, tall * 0.14, tone, sides=6)
    room.tube(
        x + r, y + tall * 0.76, z, r * 0.36, r * 0.36, tall * 0.24, mix(tone, colour("#c9a050"), 0.3), sides=4
    )
    room.panel(x + r * 0.35, y + tall * 0.18, z - r, r * 1.3, tall * 0.26, mix(tone, colour("#efe6d0"), 0.7))
    return r * 2 + rng.uniform(0.01, 0.05)


def cups(room: Room, rng: np.random.Generator, x: float, y: float, z: float, h: float) -> float:
    """Build a stack of cups."""
    tone, r = pick(rng, CHINA), 0.05
    for k in range(int(rng.integers(1, 4))):
        if (k + 1) * 0.075 > h:
            break
        room.tube(x + r, y + k * 0.07, z, r * 0.7, r, 0.07, tone * _uneven(rng), sides=8)
    return r * 2 + 0.02


def bowls(room: Room, rng: np.random.Generator, x: float, y: float, z: float, h: float) -> float:
    """Build a stack of bowls or plates."""
    tone, r = pick(rng, CHINA), rng.uniform(0.09, 0.13)
    for k in range(int(rng.integers(3, 7))):
        if (k + 1) * 0.03 > h:
            break
        room.tube(x + r, y + k * 0.026, z, r * 0.8, r, 0.026, tone * _uneven(rng), sides=10)
    return r * 2 + 0.03


def plates(room: Room, rng: np.random.Generator, x: float, y: float, z: float, h: float) -> float:
    """Build a plate that leans on the wall."""
    r, tone = min(0.14, h * 0.45), pick(rng, CHINA)
    plate(room, x + r, y + r, z + 0.04, r, tone)
    plate(room, x + r, y + r, z + 0.035, r * 0.66, tone * 0.92)
    return r * 2 + 0.02


def jar(room: Room, rng: np.random.Generator, x: float, y: float, z: float, h: float) -> float:
    """Build a glass jar, filled, with a lid."""
    r, tall = rng.uniform(0.05, 0.07), min(h * 0.85, rng.uniform(0.14, 0.24))
    fill = pick(rng, ("#c9a06a", "#7a4a2a", "#e2d8c0", "#a8522e", "#8a8a4a"))
    room.tube(x + r, y, z, r, r, tall * 0.7, fill, sides=8)
    room.tube(x + r, y + tall * 0.7, z, r, r, tall * 0.16, mix(fill, colour("#dfe6e6"), 0.6), sides=8)
    room.tube(x + r, y + tall * 0.86, z, r * 0.96, r * 0.96, tall * 0.14, colour("#8a6a46"), sides=8)
    return r * 2 + 0.025


def vase(room: Room, rng: np.random.Generator, x: float, y: float, z: float, h: float) -> float:
    """Build a round vase."""
    r, tone = min(0.09, h * 0.3), pick(rng, CHINA)
    room.ball(x + r, y + r * 0.95, z, r, tone)
    room.tube(x + r, y + r * 1.7, z, r * 0.4, r * 0.5, r * 0.8, tone)
    return r * 2 + 0.03


def volumes(room: Room, rng: np.random.Generator, x: float, y: float, z: float, h: float) -> float:
    """Build a few books, standing or in a pile."""
    at, n = x, int(rng.integers(3, 8))
    if rng.random() < 0.3:
        for k in range(min(n, 5)):
            room.box(x + 0.01 * (k % 2), y + k * 0.034, z - 0.06, 0.2, 0.032, 0.14, pick(rng, SPINES))
        return 0.25
    for _ in range(n):
        wide, tall = rng.uniform(0.02, 0.045), h * rng.uniform(0.6, 0.92)
        room.panel(at, y, z - 0.06, wide * 0.94, tall, pick(rng, SPINES) * _uneven(rng))
        at += wide
    return at - x + 0.02


def records(room: Room, rng: np.random.Generator, x: float, y: float, z: float, h: float) -> float:
    """Build records in their sleeves, the front one showing."""
    side = min(0.3, h * 0.92)
    tone = pick(rng, SPINES)
    room.box(x, y, z - 0.05, side, side, 0.1, tone * 0.8)
    room.panel(x, y, z - 0.055, side, side, tone)
    plate(room, x + side / 2, y + side / 2, z - 0.06, side * 0.34, pick(rng, CHINA))
    return side + 0.03


def green(room: Room, rng: np.random.Generator, x: float, y: float, z: float, h: float) -> float:
    """Build a small plant."""
    tall = min(h * 1.1, rng.uniform(0.22, 0.34))
    potted(room, rng, x + 0.1, y, z, tall)
    return 0.24


def _uneven(rng: np.random.Generator) -> float:
    return float(rng.uniform(0.86, 1.1))


def shelf(
    room: Room,
    rng: np.random.Generator,
    x: float,
    y: float,
    z: float,
    w: float,
    h: float,
    wood: Colour,
    things: Sequence[tuple[Thing, float]],
    depth: float = 0.26,
    gaps: float = 0.12,
) -> None:
    """Build a board whose front is at z, and things on it no higher than h.

    `things` are what may stand there, each with its weight; `gaps` is how much of the board stays empty.
    """
    room.box(x, y - 0.04, z, w, 0.04, depth, wood, 0, "wood")
    weights = [weight for _, weight in things]
    total = sum(weights)
    at = x + 0.05
    kind, left = 0, 0
    while at < x + w - 0.16:
        if rng.random() < gaps:
            at += rng.uniform(0.08, 0.24)
            left = 0
            continue
        if left <= 0:  # things of a kind stand together
            kind = int(rng.choice(len(things), p=[weight / total for weight in weights]))
            left = int(rng.integers(1, 5))
        left -= 1
        at += things[kind][0](room, rng, at, y, z + depth * 0.5, h)
