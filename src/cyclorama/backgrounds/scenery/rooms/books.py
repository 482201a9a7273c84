"""Shelves and the books on them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from ..light import Colour, colour, mix

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


GOLD, PALE = colour("#c8a868"), colour("#d8d0c0")
TONES = tuple(mix(colour(c), colour("#7a5a40"), 0.22) for c in SPINES)


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
    """Build a bookcase that faces the eye, its front at z; if `fill` is low, other things stand there."""
    from . import furniture

    room.block(x, y, z, w, h, depth)
    room.panel(x, y, z + depth, w, h, wood * np.float32(0.42), 0, 0.2)
    gap = h / boards
    for side in (x, x + w - 0.035):
        room.box(side, y, z, 0.035, h, depth, wood, stuff="wood")
    for b in range(boards):
        low = y + gap * b
        room.level(x, low + 0.03, z, w, depth, wood * np.float32(0.8))
        if fill < 0.8:
            furniture.things(room, rng, x + 0.05, low + 0.035, z + 0.06, w - 0.1, gap - 0.06, 1 - fill)
        else:
            row(room, rng, x + 0.04, low + 0.03, z + 0.06, w - 0.08, gap - 0.06, fill)
        room.panel(x, low, z, w, 0.035, wood, stuff="wood")
    room.box(x - 0.015, y + h - 0.04, z - 0.015, w + 0.03, 0.06, depth, wood, stuff="wood")


def row(
    room: Room, rng: np.random.Generator, x: float, y: float, z: float, w: float, h: float, fill: float = 1.0
) -> None:
    """Stand books side by side on a board at height y, none taller than h: sets, gaps, some that lean."""
    at, end = x, x + w - 0.02
    tone = TONES[int(rng.integers(len(TONES)))]
    tall, wide, run = 0.0, 0.04, 0
    while at < end:
        chance = rng.random(4)
        if chance[0] > fill:
            at += 0.05 + 0.17 * chance[1]
            continue
        if run <= 0:
            run = int(rng.integers(1, 6)) if chance[1] < 0.45 else 1
            tone = TONES[int(rng.integers(len(TONES)))] * np.float32(0.7 + 0.55 * chance[2])
            tall, wide = h * (0.62 + 0.34 * chance[3]), 0.02 + 0.036 * rng.random()
        run -= 1
        thick = min(wide, end + 0.02 - at)
        deep = z + 0.03 * chance[2]
        if run == 0 and chance[3] < 0.10 and at + tall * 0.3 < end:
            lean = tall * 0.22
            corners = [(at + lean, y, deep), (at + lean + thick, y, deep)]
            room.quad(
                [*corners, (at + thick, y + tall * 0.97, deep), (at, y + tall * 0.97 - 0.008, deep)], tone
            )
            at += lean + thick
            continue
        frame = ((at, y, deep), (at + thick, y, deep), (at, y + tall, deep))
        corners = [
            (at, y, deep),
            (at + thick * 0.95, y, deep),
            (at + thick * 0.95, y + tall, deep),
            (at, y + tall, deep),
        ]
        room.quad(corners, tone, frame=frame, swell=(0.7, 0.0, 2.0))
        if chance[1] < 0.5 and thick > 0.018:
            band = GOLD if chance[2] < 0.6 else PALE
            for part, high in ((0.76, 0.05), (0.18, 0.03)) if chance[3] < 0.5 else ((0.62, 0.16),):
                room.panel(at, y + tall * part, deep - 0.002, thick * 0.95, tall * high, band)
        at += thick


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
    room.flank(x, 0, z0, h, z1, wood * np.float32(0.35))
    inward = -0.3 if x > 0 else 0.3
    gap = h / boards
    for b in range(boards):
        low = gap * b
        z = z1
        tone = TONES[int(rng.integers(len(TONES)))]
        while z > z0:
            wide = rng.uniform(0.026, 0.065)
            if rng.random() < 0.93:
                if rng.random() < 0.6:
                    tone = TONES[int(rng.integers(len(TONES)))] * np.float32(rng.uniform(0.75, 1.2))
                tall = (gap - 0.06) * rng.uniform(0.62, 0.95)
                px = x + inward * 0.8
                room.flank(px, low + 0.03, z, low + 0.03 + tall, z - wide * 0.93, tone)
            z -= wide
        px = x + inward
        room.flank(px, low, z0, low + 0.04, z1, wood, 0, 0.2)
    px = x + inward
    posts = np.arange(z1, z0 - 0.01, -1.1)
    for p in posts:
        room.flank(px, 0, p, h, p - 0.06, wood, 0, 0.2)
    room.flank(px, h - 0.08, z0, h + 0.06, z1, wood, 0, 0.2)
    if h < room.eye[1] * 4:
        room.quad(
            [(x, h + 0.06, z0), (x, h + 0.06, z1), (px, h + 0.06, z1), (px, h + 0.06, z0)],
            wood * np.float32(0.8),
        )
