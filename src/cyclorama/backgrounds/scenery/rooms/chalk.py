"""A blackboard and what is written on it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from ..light import Colour, colour, mix, pick

if TYPE_CHECKING:
    from collections.abc import Sequence

    from .room import Room

CHALKS = ("#eef0ea", "#f2e2a0", "#a8d8e8", "#f0b8b0")


def board(
    room: Room,
    rng: np.random.Generator,
    x: float,
    y: float,
    z: float,
    w: float,
    h: float,
    green: bool,
    wood: Colour,
) -> None:
    """Hang a blackboard with a wooden frame; what is written stands at its sides, the middle is wiped."""
    ground = colour("#2f4f42" if green else "#2c3236")
    room.hang(x - 0.06, y - 0.06, w + 0.12, h + 0.12, 0.06)
    room.panel(x - 0.06, y - 0.06, z - 0.02, w + 0.12, h + 0.12, wood, stuff="wood")
    room.panel(x, y, z - 0.03, w, h, ground, stuff="plaster")
    for _ in range(9):  # where it was wiped
        px, py = x + w * rng.uniform(0.1, 0.6), y + h * rng.uniform(0.1, 0.7)
        pw, ph = w * rng.uniform(0.15, 0.3), h * rng.uniform(0.10, 0.22)
        slope = h * rng.uniform(-0.1, 0.1)
        tone = mix(ground, colour("#c8d0c8"), float(rng.uniform(0.02, 0.06)))
        room.quad(
            [
                (px, py, z - 0.031),
                (px + pw, py + slope, z - 0.031),
                (px + pw, py + slope + ph, z - 0.031),
                (px, py + ph, z - 0.031),
            ],
            tone,
            stuff="plaster",
        )
    room.box(x, y - 0.09, z - 0.12, w, 0.03, 0.1, wood, stuff="wood")
    for _ in range(4):
        cx = x + w * rng.uniform(0.05, 0.95)
        room.panel(cx, y - 0.06, z - 0.125, 0.08, 0.018, pick(rng, CHALKS))
    _formulas(room, rng, x + w * 0.03, y, z - 0.032, w * 0.24, h)
    _drawing(room, rng, x + w * 0.73, y, z - 0.032, w * 0.24, h)


def stroke(
    room: Room, points: Sequence[tuple[float, float]], z: float, tone: Colour, wide: float = 0.011
) -> None:
    """Draw a line of chalk through `points`."""
    for (ax, ay), (bx, by) in zip(points[:-1], points[1:], strict=True):  # noqa: RUF007
        dx, dy = bx - ax, by - ay
        length = float(np.hypot(dx, dy)) or 1.0
        ox, oy = -dy / length * wide / 2, dx / length * wide / 2
        room.quad(
            [(ax + ox, ay + oy, z), (bx + ox, by + oy, z), (bx - ox, by - oy, z), (ax - ox, ay - oy, z)], tone
        )


def _formulas(room: Room, rng: np.random.Generator, x: float, y: float, z: float, w: float, h: float) -> None:
    """Write lines of handwriting."""
    tone = colour(CHALKS[0])
    for k in range(5):
        at, row = x, y + h * (0.84 - 0.155 * k)
        end = x + w * rng.uniform(0.6, 1.0)
        ink = tone if k else colour(CHALKS[1])
        while at < end:
            wide, tall = w * rng.uniform(0.05, 0.09), h * 0.055 * rng.uniform(0.7, 1.3)
            n = int(rng.integers(3, 6))
            points = [(at + wide * i / (n - 1), row + tall * float(rng.uniform(0, 1))) for i in range(n)]
            stroke(room, points, z, ink)
            at += wide * rng.uniform(1.15, 1.7)
        if k == 0:
            stroke(room, [(x, row - h * 0.03), (end, row - h * 0.028)], z, ink)


def _drawing(room: Room, rng: np.random.Generator, x: float, y: float, z: float, w: float, h: float) -> None:
    """Draw axes with a curve, or a solar system, or a triangle."""
    white, yellow, blue, red = (colour(c) for c in CHALKS)
    kind = int(rng.integers(3))
    cx, cy = x + w / 2, y + h * 0.52
    if kind == 0:
        stroke(room, [(x + w * 0.08, y + h * 0.18), (x + w * 0.08, y + h * 0.86)], z, white)
        stroke(room, [(x, y + h * 0.26), (x + w, y + h * 0.26)], z, white)
        t = np.linspace(0, 1, 18)
        stroke(
            room, [(x + w * (0.08 + 0.85 * u), y + h * (0.26 + 0.5 * u * u)) for u in t.tolist()], z, yellow
        )
        wave = [(x + w * (0.08 + 0.85 * u), y + h * (0.46 + 0.12 * float(np.sin(7 * u)))) for u in t.tolist()]
        stroke(room, wave, z, blue)
    elif kind == 1:
        for k, tone in enumerate((white, blue, red)):
            r = w * (0.20 + 0.13 * k)
            a = np.linspace(0, 2 * np.pi, 30).tolist()
            stroke(
                room,
                [(cx + r * float(np.cos(t)), cy + r * 0.7 * float(np.sin(t))) for t in a],
                z,
                white,
                0.007,
            )
            turn = float(rng.uniform(0, 6.28))
            room.ball(cx + r * float(np.cos(turn)), cy + r * 0.7 * float(np.sin(turn)), z - 0.002, 0.03, tone)
        room.ball(cx, cy, z - 0.002, 0.06, yellow)
    else:
        a, b, c = (x + w * 0.08, y + h * 0.3), (x + w * 0.92, y + h * 0.3), (x + w * 0.62, y + h * 0.8)
        stroke(room, [a, b, c, a], z, white)
        stroke(room, [c, (c[0], a[1])], z, yellow, 0.008)
        arc = [
            (a[0] + w * 0.14 * float(np.cos(t)), a[1] + w * 0.14 * float(np.sin(t)))
            for t in np.linspace(0, 0.7, 8).tolist()
        ]
        stroke(room, arc, z, blue, 0.008)
