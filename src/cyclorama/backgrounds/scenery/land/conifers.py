"""Conifers, as stamps (see `trees`)."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from .sheet import Sheet

if TYPE_CHECKING:
    from .stamps import Stamp


def cypress(rng: np.random.Generator) -> Stamp:
    """Draw the dark flame of Tuscan hills."""
    sheet = Sheet(0.26, rng)
    t = np.linspace(0.02, 0.97, 34)
    half = 0.082 * np.sin(np.pi * np.clip(t, 0, 1) ** 0.72) ** 0.75 + 0.008
    x = 0.13 + rng.normal(0, 0.012, len(t))
    sheet.limb([(0.13, 1.0), (0.13, 0.9)], 0.03, 0.03)
    sheet.leaves(np.stack([x, t * 0.97, half, half * 0.9], 1), 1500, 0.011, core=0.85, long=2.6)
    return sheet.done()


def niwaki(rng: np.random.Generator) -> Stamp:
    """Draw a pine pruned to clouds, as Japanese gardeners do."""
    sheet = Sheet(1.1, rng)
    side = 1 if rng.random() < 0.5 else -1
    spine = [
        (0.55, 1.0),
        (0.55 + side * 0.06, 0.78),
        (0.55 - side * 0.05, 0.55),
        (0.55 + side * 0.05, 0.32),
        (0.55, 0.14),
    ]
    sheet.limb(spine, 0.10, 0.03)
    pads = [(0.55, 0.12, 0.21, 0.09)]
    for n, (y, out) in enumerate(((0.27, 0.22), (0.36, 0.24), (0.50, 0.28), (0.62, 0.30))):
        way = side if n % 2 else -side
        x = 0.55 + way * out * rng.uniform(0.8, 1.1)
        pads.append((x, y, rng.uniform(0.16, 0.23), rng.uniform(0.065, 0.085)))
        sheet.limb([(0.55, y + 0.09), ((0.55 + x) / 2, y + 0.06), (x, y + 0.02)], 0.036, 0.014)
    clusters = []
    for px, py, rx, ry in pads:
        for _ in range(14):
            t = rng.uniform(-1, 1)
            clusters.append(
                (px + t * rx * 0.8, py + rng.uniform(-0.6, 0.5) * ry * (1 - t * t * 0.6), 0.06, 0.044)
            )
    sheet.leaves(np.asarray(clusters), 2600, 0.012, core=0.9, long=3.2, contrast=1.3)
    return sheet.done()


def spruce(rng: np.random.Generator, snow: float = 0.0) -> Stamp:
    """Draw a spruce: whorls of hanging branches, each a row of tufts; `snow` 0 to 1 lies on them."""
    sheet = Sheet(0.62, rng)
    x, tall = 0.31, sheet.tall
    sheet.limb([(x, 1.0), (x, 0.5), (x, 0.02)], 0.026, 0.004)
    full = rng.uniform(0.19, 0.25)
    sheet.draw.polygon(
        [v * tall for v in (x, 0.06, x + full * 0.62, 0.93, x, 0.97, x - full * 0.62, 0.93)],
        fill=(22, 0, 0, 255),
    )
    whorls = 25
    for i in range(whorls):
        t = i / (whorls - 1)  # 0 at the foot
        y0 = 0.94 - 0.92 * t
        reach = full * (1 - t) ** 0.86 * rng.uniform(0.86, 1.1) + 0.008
        branches = [b / 10 * 2 * np.pi + float(rng.uniform(-0.3, 0.3)) + i * 0.7 for b in range(10)]
        for turn in sorted(branches, key=np.sin):
            side, toward = float(np.cos(turn)), float(np.sin(turn))
            length = reach * rng.uniform(0.78, 1.08)
            steps = max(2, int(length / 0.026))
            for k in range(1, steps + 1):
                r = k / steps
                bx = x + side * length * r
                by = y0 + length * (0.50 * r**1.5 - 0.08 * r) + toward * length * 0.14 * r
                size = 0.023 * (0.6 + 0.4 * (1 - t)) * rng.uniform(0.8, 1.25)
                light = 0.20 + 0.28 * side * r + 0.13 * toward + 0.24 * r * r + rng.normal() * 0.05
                tip = (bx + side * size * 1.15, by + size * 0.5)
                back = (bx - side * size * 0.9, by - size * 0.35)
                hang = (bx + side * size * 0.2, by + size * 1.15)
                tone = int(np.clip(light * 255, 6, 250))
                points = [*back, bx, by - size * 0.4, *tip, *hang]
                sheet.draw.polygon([v * tall for v in points], fill=(tone, 0, 0, 255))
                if snow and r > 0.3 and rng.random() < snow:
                    bright = int(np.clip((light + 0.40) * 255, 90, 255))
                    points = [*back, bx, by - size * 0.75, *tip, bx + side * size * 0.2, by + size * 0.25]
                    sheet.draw.polygon([v * tall for v in points], fill=(bright, 0, 255, 255))
    return sheet.done(foot=0.985)


def snowy_spruce(rng: np.random.Generator) -> Stamp:
    """Draw a spruce under snow."""
    return spruce(rng, 0.62)


def needles(rng: np.random.Generator) -> Stamp:
    """Draw a conifer's bough that hangs in from above: sprays of needles along drooping twigs."""
    sheet = Sheet(1.7, rng)
    x = 0.85
    clusters = []
    for n in range(11):
        a = (n - 5) / 5 + rng.normal() * 0.05
        length = rng.uniform(0.6, 0.95) * (1 - 0.2 * abs(a))
        tip = (x + 0.78 * a * length, length * (0.9 - 0.4 * a * a))
        sheet.limb([(x, -0.02), (x + 0.5 * a * length, 0.30 * length), tip], 0.02, 0.004)
        for k in range(9):
            t = 0.2 + 0.8 * k / 8
            px, py = x + (tip[0] - x) * t, tip[1] * t**1.4
            clusters.append((px + rng.normal() * 0.015, py + 0.02, 0.05, 0.05))
    sheet.leaves(np.asarray(clusters), 3400, 0.024, core=0.15, long=6.5, contrast=1.0)
    return sheet.done()
