"""Kinds of trees and shrubs, as stamps.

Every kind has a few shapes that are drawn once for a process, at one size, and planted scaled and flipped.
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np
from PIL import Image

from ..noise import generator
from .sheet import TALL, Sheet, Spot, crown, forked

if TYPE_CHECKING:
    from collections.abc import Callable

    from .stamps import Stamp

SHAPES = 3  # of each kind


def stamp(kind: str, shape: int) -> Stamp:
    """Return shape number `shape` of a kind of tree."""
    return _stamp(kind, shape % SHAPES)


@lru_cache(maxsize=64)
def _stamp(kind: str, shape: int) -> Stamp:
    return KINDS[kind](generator("tree", kind, shape))


def oak(rng: np.random.Generator) -> Stamp:
    """Draw a round tree that stands alone in a field."""
    sheet = Sheet(1.16, rng)
    x, lean = 0.58, rng.uniform(-0.04, 0.04)
    clusters = crown(rng, x + lean, 0.42, 0.41, 0.33, 34, 0.118)
    clusters[:, 1] = np.where(clusters[:, 1] > 0.58, 0.58 + (clusters[:, 1] - 0.58) * 0.6, clusters[:, 1])
    tips = [(float(c[0]), float(c[1])) for c in clusters[rng.permutation(len(clusters))[:9]]]
    forked(sheet, (x, 1.0), (x + lean * 0.5, 0.76), tips, 0.070)
    sheet.leaves(clusters, 3300, 0.0125)
    return sheet.done()


def birch(rng: np.random.Generator) -> Stamp:
    """Draw a slender tree with an airy crown."""
    sheet = Sheet(0.62, rng)
    x = 0.31
    clusters = crown(rng, x, 0.40, 0.20, 0.36, 26, 0.075)
    tips = [(float(c[0]), float(c[1])) for c in clusters[rng.permutation(len(clusters))[:8]]]
    forked(sheet, (x, 1.0), (x + rng.normal() * 0.01, 0.55), [*tips, (x, 0.12)], 0.030)
    sheet.leaves(clusters, 2000, 0.0115, core=0.45)
    return sheet.done()


def acacia(rng: np.random.Generator) -> Stamp:
    """Draw an umbrella thorn: limbs that spread into flat layers."""
    sheet = Sheet(1.8, rng)
    x, lean = 0.9, rng.uniform(-0.07, 0.07)
    pads = [(x + lean, 0.20, 0.46, 0.13)]
    pads += [
        (x + lean + side * rng.uniform(0.34, 0.46), rng.uniform(0.27, 0.33), rng.uniform(0.26, 0.36), 0.09)
        for side in (-1, 1)
    ]
    if rng.random() < 0.7:
        pads.append((x + lean + rng.uniform(-0.25, 0.25), 0.36, rng.uniform(0.14, 0.2), 0.045))
    clusters = []
    for px, py, rx, ry in pads:
        for _ in range(int(rx * 52)):
            t = rng.uniform(-1, 1)
            half = rng.uniform(0.06, 0.095)
            clusters.append(
                (px + t * rx, py + ry * (t * t * 0.8 - 0.3) + rng.normal() * 0.012, half, half * 0.55)
            )
    every = np.asarray(clusters)
    fork = (x + lean * 0.4, 0.72)
    tips = [(px + rng.uniform(-0.5, 0.5) * rx, py + ry * 0.4) for px, py, rx, ry in pads for _ in range(2)]
    forked(sheet, (x, 1.0), fork, tips, 0.064, 0.02)
    sheet.leaves(every, 3600, 0.009, core=0.7, contrast=1.2)
    return sheet.done()


def cherry(rng: np.random.Generator) -> Stamp:
    """Draw a cherry in bloom, wide and low on dark limbs."""
    sheet = Sheet(1.5, rng)
    x, lean = 0.75, rng.uniform(-0.1, 0.1)
    clusters = crown(rng, x + lean, 0.37, 0.58, 0.27, 44, 0.092)
    clusters[:, 1] += ((clusters[:, 0] - x - lean) / 0.58) ** 2 * 0.16
    tips = [(float(c[0]), float(c[1])) for c in clusters[rng.permutation(len(clusters))[:16]]]
    forked(sheet, (x, 1.0), (x + lean * 0.4, 0.74), tips, 0.07, 0.03)
    sheet.leaves(clusters, 4200, 0.0098, deck=1.0, core=0.6, long=1.25, contrast=0.9)
    return sheet.done()


def maple(rng: np.random.Generator) -> Stamp:
    """Draw a Japanese maple: fine leaves in layers."""
    sheet = Sheet(1.4, rng)
    x = 0.7
    clusters = []
    for level in range(5):
        y = 0.16 + level * 0.105
        for _ in range(4 + level):
            t = rng.uniform(-1, 1)
            half = rng.uniform(0.07, 0.12)
            clusters.append(
                (x + t * (0.22 + 0.095 * level), y + t * t * 0.06 + rng.normal() * 0.02, half, half * 0.42)
            )
    every = np.asarray(clusters)
    tips = [(float(c[0]), float(c[1])) for c in every[rng.permutation(len(every))[:12]]]
    forked(sheet, (x, 1.0), (x + rng.normal() * 0.03, 0.78), tips, 0.05, 0.035)
    sheet.leaves(every, 3600, 0.010, core=0.5, long=1.5, contrast=1.2)
    return sheet.done()


def cypress(rng: np.random.Generator) -> Stamp:
    """Draw the dark flame of Tuscan hills."""
    sheet = Sheet(0.26, rng)
    t = np.linspace(0.02, 0.97, 34)
    half = 0.082 * np.sin(np.pi * np.clip(t, 0, 1) ** 0.72) ** 0.75 + 0.008
    x = 0.13 + rng.normal(0, 0.012, len(t))
    sheet.limb([(0.13, 1.0), (0.13, 0.9)], 0.03, 0.03)
    sheet.leaves(np.stack([x, t * 0.97, half, half * 0.9], 1), 1500, 0.011, core=0.85, long=2.6)
    return sheet.done()


def shrub(rng: np.random.Generator) -> Stamp:
    """Draw a low round bush."""
    sheet = Sheet(1.5, rng, TALL // 2)
    clusters = crown(rng, 0.75, 0.62, 0.55, 0.34, 24, 0.19)
    clusters[:, 1] = np.maximum(clusters[:, 1], 0.22)
    sheet.leaves(clusters, 2000, 0.024)
    return sheet.done(foot=0.94)


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


RIBS = tuple(
    (-1 + k * 0.2, -1 + (k + 1) * 0.2 - 0.05 * (k < 9), 24 + 17 * k + (k == 8) * 25) for k in range(10)
)


def saguaro(rng: np.random.Generator) -> Stamp:
    """Draw a saguaro: a ribbed column with arms that turn upwards."""
    sheet = Sheet(0.8, rng)
    x = 0.4

    def column(points: list[Spot], start: float, end: float) -> None:
        tip = points[-1]
        r = end / 2
        box = [(tip[0] - r) * TALL, (tip[1] - r * 1.3) * TALL, (tip[0] + r) * TALL, (tip[1] + r * 1.3) * TALL]
        sheet.draw.ellipse(box, fill=(120, 0, 0, 255))
        sheet.draw.ellipse([box[0] + r * TALL * 0.9, box[1] + 1, box[2], box[3]], fill=(185, 0, 0, 255))
        sheet.tube(points, start, end, ((-1.0, 1.0, 16), *RIBS), 0)

    sides = [-1, 1] if rng.random() < 0.5 else [1, -1]
    for n, side in enumerate(sides[: 1 + int(rng.random() < 0.8)]):
        y, out = rng.uniform(0.46, 0.66), rng.uniform(0.14, 0.20)
        top = y - rng.uniform(0.18, 0.34) * (1 - 0.2 * n)
        bend = [(x, y), (x + side * out * 0.6, y + 0.03), (x + side * out, y - 0.03)]
        column([*bend, (x + side * out * 1.02, (y + top) / 2), (x + side * out, top)], 0.062, 0.056)
    column([(x, 1.0), (x, 0.7), (x + rng.normal() * 0.008, 0.4), (x, 0.06)], 0.098, 0.082)
    return sheet.done()


def bough(rng: np.random.Generator) -> Stamp:
    """Draw a bough that hangs in from above: twigs that fan out from the middle of the upper edge."""
    sheet = Sheet(1.7, rng)
    x = 0.85
    clusters = []
    for n in range(9):
        a = (n - 4) / 4 + rng.normal() * 0.08
        length = rng.uniform(0.62, 0.95) * (1 - 0.25 * abs(a))
        tip = (x + 0.72 * a * length, length * (0.95 - 0.52 * a * a))
        mid = (x + 0.40 * a * length, 0.36 * length)
        sheet.limb([(x, -0.02), mid, tip], 0.022, 0.005)
        for _ in range(7):
            t = rng.uniform(0.25, 1.0)
            px, py = x + (tip[0] - x) * t, tip[1] * t**1.25
            half = rng.uniform(0.055, 0.11)
            clusters.append((px + rng.normal() * 0.05, py + rng.normal() * 0.035, half, half * 0.62))
    sheet.leaves(np.asarray(clusters), 2600, 0.019, core=0.35, long=1.9, contrast=1.15)
    return sheet.done()


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


def sward(rng: np.random.Generator) -> Stamp:
    """Draw a tuft of long grass."""
    sheet = Sheet(2.0, rng, TALL // 2)
    tall = sheet.tall
    for _ in range(80):
        x, size = rng.uniform(0.15, 1.85), rng.uniform(0.25, 0.98)
        size *= 0.55 + 0.45 * np.sin(np.pi * x / 2)
        bend, half = size * rng.normal() * 0.30, 0.009 + 0.009 * size
        tone = int(255 * np.clip(rng.random() ** 1.4 + 0.1 * (bend > 0), 0.02, 1))
        mid, y = x + bend * 0.36, 1 - size * 0.6
        points = [x - half, 1, x + half, 1, mid + half * 0.7, y, x + bend, 1 - size, mid - half * 0.7, y]
        sheet.draw.polygon([v * tall for v in points], fill=(tone, 0, 0, 255))
    # it grows out of the ground: darker and fainter where it does
    light, wood, deck, there = sheet.image.split()
    up = np.linspace(1, 0, tall)[:, None]
    shaded = np.asarray(light) * (0.45 + 0.55 * up)
    fading = np.asarray(there) * np.clip(up * 3.2, 0, 1)
    planes = [Image.fromarray(plane.astype(np.uint8)) for plane in (shaded, fading)]
    sheet.image = Image.merge("RGBA", (planes[0], wood, deck, planes[1]))
    return sheet.done()


def fern(rng: np.random.Generator) -> Stamp:
    """Draw a fern: fronds that arch out from one root, with leaflets to both sides."""
    sheet = Sheet(1.9, rng, TALL // 2)
    tall, x, steps = sheet.tall, 0.95, 15
    t = np.linspace(0, 1, steps)
    for n in rng.permutation(11):
        way = (n - 5) / 5 + rng.normal() * 0.06
        length = rng.uniform(0.70, 0.98) * (1 - 0.12 * abs(way))
        px = x + way * length * (0.35 * t + 0.5 * t * t)
        py = 1 - length * (1.2 * t - (0.38 + 0.45 * abs(way)) * t * t)
        light = 0.36 + 0.34 * way + rng.normal() * 0.08
        for i in range(1, steps):
            reach = length * 0.17 * np.sin(np.pi * min(1.0, t[i] * 0.82 + 0.16))
            dx, dy = px[i] - px[i - 1], py[i] - py[i - 1]
            norm = float(np.hypot(dx, dy)) or 1.0
            dx, dy = dx / norm, dy / norm
            for s in (-1, 1):
                ex = px[i] + (-dy * s * 0.9 + dx * 0.55) * reach
                ey = py[i] + (dx * s * 0.9 + dy * 0.55) * reach + reach * 0.2
                shade = np.clip(light + (0.16 if -dy * s > 0 else -0.05) + 0.3 * t[i], 0.02, 1)
                mx, my = (px[i] + ex) / 2 - dx * reach * 0.16, (py[i] + ey) / 2 - dy * reach * 0.16
                points = [px[i - 1], py[i - 1], mx, my, ex, ey, px[i], py[i]]
                sheet.draw.polygon([v * tall for v in points], fill=(int(255 * shade), 0, 0, 255))
    return sheet.done()


KINDS: dict[str, Callable[[np.random.Generator], Stamp]] = {
    "oak": oak,
    "birch": birch,
    "acacia": acacia,
    "cherry": cherry,
    "maple": maple,
    "cypress": cypress,
    "shrub": shrub,
    "sward": sward,
    "fern": fern,
    "bough": bough,
    "needles": needles,
    "saguaro": saguaro,
    "niwaki": niwaki,
    "spruce": spruce,
    "snowy_spruce": snowy_spruce,
}
