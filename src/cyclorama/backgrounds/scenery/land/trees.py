"""Kinds of trees and shrubs, as stamps.

Every kind has a few shapes that are drawn once for a process, at one size, and planted scaled and flipped.
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np

from ..noise import generator
from .conifers import cypress, needles, niwaki, snowy_spruce, spruce
from .sheet import TALL, Sheet, Spot, crown, forked
from .undergrowth import fern, shrub, sward

if TYPE_CHECKING:
    from collections.abc import Callable

    from ..noise import Field
    from .stamps import Stamp

SHAPES = 3  # of each kind


def stamp(kind: str, shape: int) -> Stamp:
    """Return shape number `shape` of a kind of tree."""
    return _stamp(kind, shape % SHAPES)


@lru_cache(maxsize=64)
def _stamp(kind: str, shape: int) -> Stamp:
    return KINDS[kind](generator("tree", kind, shape))


def _some(rng: np.random.Generator, clusters: Field, count: int) -> list[Spot]:
    """Return the middles of some clusters, for limbs to end in."""
    return [(float(c[0]), float(c[1])) for c in clusters[rng.permutation(len(clusters))[:count]]]


def oak(rng: np.random.Generator) -> Stamp:
    """Draw a round tree that stands alone in a field."""
    sheet = Sheet(1.16, rng)
    x, lean = 0.58, rng.uniform(-0.04, 0.04)
    clusters = crown(rng, x + lean, 0.42, 0.41, 0.33, 34, 0.118)
    clusters[:, 1] = np.where(clusters[:, 1] > 0.58, 0.58 + (clusters[:, 1] - 0.58) * 0.6, clusters[:, 1])
    tips = _some(rng, clusters, 9)
    forked(sheet, (x, 1.0), (x + lean * 0.5, 0.76), tips, 0.070)
    sheet.leaves(clusters, 3300, 0.0125)
    return sheet.done()


def birch(rng: np.random.Generator) -> Stamp:
    """Draw a slender tree with an airy crown."""
    sheet = Sheet(0.62, rng)
    x = 0.31
    clusters = crown(rng, x, 0.40, 0.20, 0.36, 26, 0.075)
    tips = _some(rng, clusters, 8)
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
    tips = _some(rng, clusters, 16)
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
    tips = _some(rng, every, 12)
    forked(sheet, (x, 1.0), (x + rng.normal() * 0.03, 0.78), tips, 0.05, 0.035)
    sheet.leaves(every, 3600, 0.010, core=0.5, long=1.5, contrast=1.2)
    return sheet.done()


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
