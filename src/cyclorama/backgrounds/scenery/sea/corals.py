"""Corals, sponges and weed, drawn from the sea's floor up."""

from __future__ import annotations

import itertools
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from ..light import Colour
    from ..shapes import Cutout


def mound(
    cut: Cutout, rng: np.random.Generator, x: float, y: float, wide: float, tall: float, tone: Colour
) -> None:
    """Paint a heap of rock, lit from above."""
    n = 29
    across = np.linspace(-1, 1, n)
    bumps = np.convolve(rng.normal(0, 1, n + 6), np.hanning(7) / 3, "valid") * (1 - across**2)
    below = [(x + a * wide, y + tall * 0.22 * (1 - a * a) ** 0.5) for a in across[::-1]]
    for step in range(6):
        t = step / 6
        top = np.clip((1 - across**2) ** 0.7 * (1 - 0.13 * t) + bumps * 0.2, -0.1, 1.4)
        row = y - tall * top + tall * 0.15 * t
        line = [(x + a * wide, r) for a, r in zip(across, row, strict=True)]
        cut.polygon([*line, *below], tone * np.float32(1.16 - 0.42 * t**0.7))
    for _ in range(int(14 + 10 * rng.random())):
        a, down = rng.uniform(-0.85, 0.85), rng.random()
        px, py = x + a * wide, y - tall * (1 - a * a) ** 0.6 * (0.95 - 0.8 * down)
        r = wide * rng.uniform(0.015, 0.05)
        cut.disc(px, py, r, tone * np.float32(rng.uniform(0.55, 0.85)), 0.6)
        cut.disc(px, py - r * 0.35, r * 0.8, tone * np.float32(1.15 - 0.5 * down), 0.5)


def branching(cut: Cutout, rng: np.random.Generator, x: float, y: float, tall: float, tone: Colour) -> None:
    """Paint staghorn coral: thick branches with pale tips."""

    def branch(px: float, py: float, angle: float, length: float, half: float, level: int) -> None:
        qx, qy = px + np.sin(angle) * length, py - np.cos(angle) * length
        c, s = np.cos(angle), np.sin(angle)
        thin = half * 0.74
        shade = tone * np.float32(0.62 + 0.17 * level)
        cut.polygon(
            [
                (px - half * c, py - half * s),
                (px + half * c, py + half * s),
                (qx + thin * c, qy + thin * s),
                (qx - thin * c, qy - thin * s),
            ],
            shade,
        )
        cut.disc(qx, qy, thin, shade)
        if level < 4:
            for _ in range(2 if level else 4):
                turn = angle + rng.uniform(-0.66, 0.66)
                branch(qx, qy, turn, length * rng.uniform(0.6, 0.86), thin, level + 1)
        else:
            cut.disc(
                qx, qy - thin * 0.3, thin * 0.8, np.minimum(tone * np.float32(1.5) + np.float32(0.08), 1)
            )

    branch(x, y, rng.uniform(-0.15, 0.15), tall * 0.26, tall * 0.045, 0)


def sea_fan(cut: Cutout, rng: np.random.Generator, x: float, y: float, tall: float, tone: Colour) -> None:
    """Paint a gorgonian: a flat fan of fine twigs."""
    lean = rng.uniform(-0.25, 0.25)

    def twig(px: float, py: float, angle: float, length: float, level: int) -> None:
        bend = angle * 0.9 + lean * 0.1
        qx, qy = px + np.sin(bend) * length, py - np.cos(bend) * length
        half = max(0.45, tall * 0.012 * 0.72**level)
        shade = tone * np.float32(0.66 + 0.085 * level)
        cut.polygon([(px - half, py), (px + half, py), (qx + half * 0.8, qy), (qx - half * 0.8, qy)], shade)
        if level < 6:
            for side in (-1, 1):
                twig(
                    qx,
                    qy,
                    bend + side * rng.uniform(0.16, 0.42),
                    length * rng.uniform(0.72, 0.92),
                    level + 1,
                )

    twig(x, y, lean, tall * 0.22, 0)


def table(cut: Cutout, rng: np.random.Generator, x: float, y: float, tall: float, tone: Colour) -> None:
    """Paint table coral: flat plates one above another, light on top, dark below."""
    plates = int(rng.integers(1, 4))
    foot = [(x - tall * 0.07, y), (x + tall * 0.07, y), (x + tall * 0.04, y - tall * 0.7)]
    cut.polygon([*foot, (x - tall * 0.04, y - tall * 0.7)], tone * np.float32(0.5))
    around = np.linspace(0, 2 * np.pi, 22, endpoint=False)
    for k in range(plates):
        t = (k + 1) / plates
        px, py = x + rng.uniform(-0.2, 0.2) * tall * (plates > 1), y - tall * 0.72 * t
        r = tall * rng.uniform(0.42, 0.62) * (1.15 - 0.45 * t)
        ragged = r * (1 + 0.07 * rng.normal(0, 1, len(around)))
        tilt = rng.uniform(-0.05, 0.05)
        for drop, shade, share in ((0.085, 0.46, 0.94), (0.03, 0.86, 1.0), (0.0, 1.08, 0.97)):
            plate = [
                (
                    px + np.cos(a) * q * share,
                    py + np.sin(a) * q * share * 0.13 + (drop + np.cos(a) * tilt) * r,
                )
                for a, q in zip(around, ragged, strict=True)
            ]
            cut.polygon(plate, tone * np.float32(shade))
        for _ in range(int(22 * r / tall)):
            a, d = rng.uniform(0, 2 * np.pi), np.sqrt(rng.random()) * 0.88
            sx, sy = px + np.cos(a) * d * r, py + (np.sin(a) * d * 0.12 + np.cos(a) * d * tilt) * r
            cut.disc(sx, sy, r * 0.035, tone * np.float32(rng.uniform(0.95, 1.35)), 0.5)


def tubes(cut: Cutout, rng: np.random.Generator, x: float, y: float, tall: float, tone: Colour) -> None:
    """Paint tube sponges: a cluster of pipes, open above."""
    for _ in range(int(rng.integers(4, 8))):
        px, h = x + rng.normal() * tall * 0.16, tall * rng.uniform(0.4, 0.95)
        lean, half = rng.normal() * 0.12 * h, tall * rng.uniform(0.045, 0.075)
        steps = np.linspace(-1, 1, 6)
        for a, b in itertools.pairwise(steps):
            shade = np.float32(0.62 + 0.42 * (1 - abs((a + b) / 2 + 0.25)))
            cut.polygon(
                [
                    (px + a * half * 0.75, y),
                    (px + b * half * 0.75, y),
                    (px + lean + b * half, y - h),
                    (px + lean + a * half, y - h),
                ],
                tone * shade,
            )
        cut.disc(px + lean, y - h, half * 1.12, tone * np.float32(1.25), 0.36)
        cut.disc(px + lean, y - h + half * 0.05, half * 0.8, tone * np.float32(0.32), 0.34)


def dome(cut: Cutout, rng: np.random.Generator, x: float, y: float, r: float, tone: Colour) -> None:
    """Paint brain coral: a dome with meandering grooves."""
    for k in range(12):
        t = k / 12
        cut.disc(
            x - r * 0.10 * t, y - r * 0.20 * t, r * (1 - 0.62 * t), tone * np.float32(0.5 + 0.55 * t), 0.82
        )
    for _ in range(24):
        a, d = rng.uniform(0, 2 * np.pi), 0.92 * np.sqrt(rng.random())
        px, py, turn = np.cos(a) * d, np.sin(a) * d, rng.uniform(0, np.pi)
        for _ in range(5):
            turn += rng.uniform(-0.7, 0.7)
            px, py = px + np.cos(turn) * 0.06, py + np.sin(turn) * 0.06
            if px * px + py * py > 0.9:
                break
            shade = np.float32(0.62 - 0.28 * py)
            cut.disc(x + px * r, y + py * r * 0.8, r * 0.028, tone * shade, 0.9)


def weed(cut: Cutout, rng: np.random.Generator, x: float, y: float, tall: float, tone: Colour) -> None:
    """Paint ribbons of weed, paler to their tips."""
    for _ in range(int(rng.integers(3, 6))):
        t = np.linspace(0, 1, 14)
        phase, lean = rng.uniform(0, 6), rng.uniform(-0.16, 0.16)
        reach = rng.uniform(0.6, 1.0)
        cx = x + rng.uniform(-1, 1) * tall * 0.06 + tall * (lean * t + 0.04 * np.sin(t * 7 + phase) * t)
        cy = y - tall * t * reach
        half = tall * 0.017 * np.sin(np.pi * np.clip(t * 0.86 + 0.12, 0, 1)) + 0.35
        own = tone * np.float32(rng.uniform(0.75, 1.15))
        for i in range(len(t) - 1):
            for side, shade in ((-1, 0.86), (1, 1.08)):
                cut.polygon(
                    [
                        (cx[i], cy[i]),
                        (cx[i] + side * half[i], cy[i]),
                        (cx[i + 1] + side * half[i + 1], cy[i + 1]),
                        (cx[i + 1], cy[i + 1]),
                    ],
                    own * np.float32(shade * (0.6 + 0.55 * t[i])),
                )


def anemone(cut: Cutout, rng: np.random.Generator, x: float, y: float, r: float, tone: Colour) -> None:
    """Paint an anemone: a crown of tentacles with bright tips."""
    tip = np.minimum(tone * np.float32(1.35) + np.float32(0.1), 1)
    for k in range(34):
        a = rng.uniform(-1.35, 1.35)
        length = r * rng.uniform(0.7, 1.15)
        bend = a + rng.uniform(-0.3, 0.3)
        mx, my = x + np.sin(a) * length * 0.55, y - np.cos(a) * length * 0.5
        ex, ey = mx + np.sin(bend) * length * 0.45, my - np.cos(bend) * length * 0.45
        half = r * 0.045
        shade = tone * np.float32(0.6 + 0.4 * k / 34)
        cut.polygon(
            [
                (x + np.sin(a) * r * 0.15 - half, y),
                (x + np.sin(a) * r * 0.15 + half, y),
                (mx + half, my),
                (mx - half, my),
            ],
            shade,
        )
        cut.polygon([(mx - half, my), (mx + half, my), (ex + half * 0.7, ey), (ex - half * 0.7, ey)], shade)
        cut.disc(ex, ey, half * 1.1, tip)
