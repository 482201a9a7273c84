"""What grows below trees, as stamps (see `trees`): bushes, grass, ferns."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from PIL import Image

from .sheet import TALL, Sheet, crown

if TYPE_CHECKING:
    from .stamps import Stamp


def shrub(rng: np.random.Generator) -> Stamp:
    """Draw a low round bush."""
    sheet = Sheet(1.5, rng, TALL // 2)
    clusters = crown(rng, 0.75, 0.62, 0.55, 0.34, 24, 0.19)
    clusters[:, 1] = np.maximum(clusters[:, 1], 0.22)
    sheet.leaves(clusters, 2000, 0.024)
    return sheet.done(foot=0.94)


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
