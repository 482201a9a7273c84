"""Shelves and the books on them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from .light import Colour, colour

if TYPE_CHECKING:
    from .room import Room

SPINES = (
    "#7a2e2a",
    "#2e4a5e",
    "#3f5a3c",
    "#8a6a3a",
    "#5a3a2a",
    "#c9b48a",
    "#26303c",
    "#8a4a30",
    "#6a6a5a",
    "#4a2e4a",
    "#b8a078",
    "#35504a",
)


def shelf(
    room: Room,
    rng: np.random.Generator,
    x: float,
    y: float,
    z: float,
    w: float,
    h: float,
    wood: Colour,
    boards: int = 6,
    fill: float = 0.94,
    depth: float = 0.3,
) -> None:
    """Build a bookcase that faces the eye, its front at z."""
    room.panel(x, y, z + depth, w, h, wood * np.float32(0.42), 0, 0.2)
    gap = h / boards
    for side in (x, x + w - 0.035):
        room.box(side, y, z, 0.035, h, depth, wood, 0.12)
    for b in range(boards):
        low = y + gap * b
        room.quad(
            [
                (x, low + 0.03, z),
                (x + w, low + 0.03, z),
                (x + w, low + 0.03, z + depth),
                (x, low + 0.03, z + depth),
            ],
            wood * np.float32(0.8),
        )
        _books(room, rng, x + 0.04, low + 0.03, z + 0.06, w - 0.08, gap - 0.06, fill)
        room.panel(x, low, z, w, 0.035, wood, 0, 0.12)
    room.panel(x, y + h - 0.04, z, w, 0.06, wood, 0, 0.12)


def _books(
    room: Room, rng: np.random.Generator, x: float, y: float, z: float, w: float, h: float, fill: float
) -> None:
    at = x
    tone = colour(SPINES[int(rng.integers(len(SPINES)))])
    while at < x + w - 0.02:
        if rng.random() > fill:
            at += rng.uniform(0.05, 0.22)
            continue
        if rng.random() < 0.6:
            tone = colour(SPINES[int(rng.integers(len(SPINES)))]) * np.float32(rng.uniform(0.75, 1.2))
        wide = min(rng.uniform(0.022, 0.058), x + w - at)
        tall = h * rng.uniform(0.62, 0.95)
        room.panel(at, y, z, wide * 0.93, tall, tone)
        if rng.random() < 0.45:
            room.panel(
                at, y + tall * 0.74, z - 0.002, wide * 0.93, tall * 0.06, colour("#d8b878") * np.float32(0.9)
            )
        at += wide


def side_shelf(
    room: Room,
    rng: np.random.Generator,
    x: float,
    z0: float,
    z1: float,
    h: float,
    wood: Colour,
    boards: int = 6,
) -> None:
    """Build a wall of books along the side at x, from z0 to z1."""
    room.quad([(x, 0, z0), (x, 0, z1), (x, h, z1), (x, h, z0)], wood * np.float32(0.35))
    inward = -0.3 if x > 0 else 0.3
    gap = h / boards
    for b in range(boards):
        low = gap * b
        z = z1
        tone = colour(SPINES[int(rng.integers(len(SPINES)))])
        while z > z0:
            wide = rng.uniform(0.026, 0.065)
            if rng.random() < 0.93:
                if rng.random() < 0.6:
                    tone = colour(SPINES[int(rng.integers(len(SPINES)))]) * np.float32(rng.uniform(0.75, 1.2))
                tall = (gap - 0.06) * rng.uniform(0.62, 0.95)
                px = x + inward * 0.8
                room.quad(
                    [
                        (px, low + 0.03, z),
                        (px, low + 0.03, z - wide * 0.93),
                        (px, low + 0.03 + tall, z - wide * 0.93),
                        (px, low + 0.03 + tall, z),
                    ],
                    tone,
                )
            z -= wide
        px = x + inward
        room.quad([(px, low, z0), (px, low, z1), (px, low + 0.04, z1), (px, low + 0.04, z0)], wood, 0, 0.2)
    px = x + inward
    posts = np.arange(z1, z0 - 0.01, -1.1)
    for p in posts:
        room.quad([(px, 0, p), (px, 0, p - 0.06), (px, h, p - 0.06), (px, h, p)], wood, 0, 0.2)
    room.quad([(px, h - 0.08, z0), (px, h - 0.08, z1), (px, h + 0.06, z1), (px, h + 0.06, z0)], wood, 0, 0.2)
    if h < room.eye[1] * 4:
        room.quad(
            [(x, h + 0.06, z0), (x, h + 0.06, z1), (px, h + 0.06, z1), (px, h + 0.06, z0)],
            wood * np.float32(0.8),
        )
