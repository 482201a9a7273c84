"""Palms, conifers, broad trees and grass."""

from __future__ import annotations

import numpy as np

from .light import Colour, colour, mix
from .noise import Field
from .scene import Scene
from .shapes import Cutout


def palm(
    scene: Scene, rng: np.random.Generator, x: float, foot: float, height: float, lean: float, soft: float = 0.0
) -> None:
    """A palm standing at (x, foot), `height` pixels high, its crown `lean` pixels to the side."""
    light = scene.light
    low = light.low or light.moon
    toward = np.sign(scene.sun[0] - x) or 1.0
    bark = colour("#8a6a4a")
    leaf = colour("#5f8a3a")
    dark = light.ground(bark, 0.12 if low else 0.5)
    rim = light.ground(bark, 0.75 if low else 0.95)
    reach = height * 0.55
    box = (min(x, x + lean) - reach, foot - height - reach * 0.75, max(x, x + lean) + reach, foot + height * 0.02)
    cut = Cutout(scene, box, light.ground(leaf, 0.15 if low else 0.5) * np.float32(0.7))
    if cut.empty:
        return
    top_x, top_y = x + lean, foot - height
    t = np.linspace(0, 1, 26)
    bend = lean * (t**1.7) + height * 0.02 * np.sin(t * 5 + rng.random() * 6)
    bend -= bend[-1] * 0 + (height * 0.02 * np.sin(5.0)) * 0
    cx, cy = x + bend, foot - height * t
    top_x, top_y = float(cx[-1]), float(cy[-1])
    half = height * (0.021 - 0.011 * t) * (1 + 0.9 * np.exp(-t * 22))
    for i in range(25):
        ring = float(1 + 0.10 * rng.uniform(-1, 1))
        for side, (a, b) in enumerate(((-1.0, 0.1), (0.1, 1.0))):
            tone = mix(dark, rim, 0.9 if (side * 2 - 1) == toward else 0.0) * np.float32(ring)
            cut.polygon(
                [
                    (cx[i] + a * half[i] * 1.05, cy[i]),
                    (cx[i] + b * half[i] * 1.05, cy[i]),
                    (cx[i + 1] + b * half[i + 1], cy[i + 1] - 1),
                    (cx[i + 1] + a * half[i + 1], cy[i + 1] - 1),
                ],
                tone,
            )
    fronds = int(rng.integers(17, 22))
    angles = np.linspace(-0.35, np.pi + 0.35, fronds) + rng.uniform(-0.12, 0.12, fronds)
    order = rng.permutation(fronds)
    for n, k in enumerate(order):
        near = n / fronds
        _frond(cut, scene, rng, top_x, top_y, float(angles[k]), height * rng.uniform(0.36, 0.48), leaf, near, low)
    for _ in range(int(rng.integers(3, 7))):
        ox, oy = rng.uniform(-1, 1) * height * 0.03, rng.uniform(0.0, 0.045) * height
        cut.disc(top_x + ox, top_y + oy, height * 0.015, dark * np.float32(0.8))
    cut.paint(soft)


def _frond(
    cut: Cutout, scene: Scene, rng: np.random.Generator, x: float, y: float, angle: float, length: float,
    leaf: Colour, near: float, low: bool,
) -> None:  # fmt: skip
    """One feathered leaf: a stem that arches under its weight, leaflets hanging from both sides."""
    light = scene.light
    n = 34
    t = np.linspace(0, 1, n)
    droop = length * (0.52 + 0.25 * rng.random()) * (0.35 + abs(np.cos(angle)) * 0.65)
    sx = x + np.cos(angle) * length * t * (1 - 0.12 * t)
    sy = y - np.sin(angle) * length * 0.62 * t + droop * t**2.1
    dx, dy = np.gradient(sx), np.gradient(sy)
    norm = np.sqrt(dx * dx + dy * dy) + 1e-6
    dx, dy = dx / norm, dy / norm
    sun_side = np.clip((scene.sun[0] - x) / scene.unit, -1, 1) * np.cos(angle)
    facing = 0.10 + 0.16 * near + 0.22 * max(0.0, float(sun_side)) if low else 0.35 + 0.45 * near
    tone = light.ground(leaf, facing)
    bright = light.ground(leaf * np.array([1.25, 1.12, 0.8], np.float32), min(1.0, facing + 0.28))
    blade = length * 0.27 * np.sin(np.pi * np.clip(t * 0.93 + 0.07, 0, 1)) ** 0.7 + length * 0.02
    width = length * 0.0125
    jitter = rng.uniform(0.85, 1.15, (2, n))
    for side in (-1, 1):
        for i in range(1, n):
            # leaflets point forward along the stem and hang down
            px = dx[i] * 0.72 - side * dy[i] * 0.62
            py = dy[i] * 0.72 + side * dx[i] * 0.62 + 0.42
            reach = blade[i] * jitter[(side + 1) // 2, i]
            ex, ey = sx[i] + px * reach, sy[i] + py * reach
            shade = mix(tone, bright, float(t[i]) * (0.8 if side < 0 else 0.25))
            cut.polygon(
                [(sx[i] - dx[i] * width, sy[i] - dy[i] * width), (sx[i] + dx[i] * width, sy[i] + dy[i] * width),
                 ((sx[i] + ex) / 2 + dx[i] * width * 0.8, (sy[i] + ey) / 2 + dy[i] * width * 0.8), (ex, ey)],
                shade,
            )  # fmt: skip
    for i in range(n - 1):
        half = width * (0.9 - 0.7 * t[i])
        cut.polygon(
            [(sx[i], sy[i] - half), (sx[i + 1], sy[i + 1] - half), (sx[i + 1], sy[i + 1] + half), (sx[i], sy[i] + half)],
            mix(tone, bright, 0.5),
        )


def conifer(
    cut: Cutout, rng: np.random.Generator, x: float, foot: float, height: float, dark: Colour, lit: Colour,
    side: float, snow: Colour | None = None,
) -> None:  # fmt: skip
    """A spruce: tiers of hanging branches, lighter on the `side` (-1 or 1) where the sun is."""
    tiers = max(5, int(height / 7)) if height < 90 else 15
    spread = height * rng.uniform(0.17, 0.22)
    cut.polygon(
        [(x - height * 0.012, foot), (x + height * 0.012, foot), (x, foot - height * 0.5)], dark * np.float32(0.7)
    )
    for i in range(tiers):
        t = i / tiers
        y0 = foot - height * (0.06 + 0.94 * t)
        half = spread * (1 - t) ** 0.9 * rng.uniform(0.82, 1.12) + height * 0.006
        tall = height / tiers * 1.9
        drop = half * 0.30
        for s in (-1.0, 1.0):
            tone = mix(dark, lit, 0.75 if s == side else 0.10) * np.float32(rng.uniform(0.9, 1.1))
            points = [(x, y0 - tall)]
            for k in range(1, 5):
                r = k / 4
                points.append((x + s * half * r, y0 - tall * (1 - r) ** 1.4 + drop * r))
                points.append((x + s * half * (r - 0.10), y0 - tall * (1 - r) * 0.55 + drop * r * rng.uniform(0.5, 1.3)))
            points.append((x, y0))
            cut.polygon(points, tone)
            if snow is not None and half > 1.5:
                cut.polygon([(x, y0 - tall), (x + s * half, y0 + drop), (x + s * half * 0.55, y0 - tall * 0.12)],
                            mix(tone, snow, 0.85 if s == side else 0.6))  # fmt: skip


def broadleaf(
    cut: Cutout, rng: np.random.Generator, x: float, foot: float, height: float, dark: Colour, lit: Colour,
    sun: tuple[float, float],
) -> None:  # fmt: skip
    """A round tree: a trunk that forks, and clumps of leaves, lighter where they face the sun."""
    crown = height * 0.36
    cy = foot - height * 0.62
    trunk = dark * np.array([0.75, 0.6, 0.55], np.float32)
    cut.polygon([(x - height * 0.028, foot), (x + height * 0.028, foot), (x + height * 0.012, cy), (x - height * 0.012, cy)], trunk)
    dx, dy = sun[0] - x, sun[1] - cy
    d = float(np.hypot(dx, dy)) or 1.0
    clumps = []
    for _ in range(26):
        a, r = rng.uniform(0, 2 * np.pi), crown * np.sqrt(rng.random()) * 0.8
        clumps.append((x + np.cos(a) * r * 1.05, cy + np.sin(a) * r * 0.82, crown * rng.uniform(0.24, 0.4)))
    clumps.sort(key=lambda c: (c[0] - x) * dx / d + (c[1] - cy) * dy / d)
    for px, py, r in clumps:
        facing = ((px - x) * dx + (py - cy) * dy) / d / crown * 0.5 + 0.5
        tone = mix(dark, lit, float(np.clip(facing, 0, 1)))
        for _ in range(14):
            a, s = rng.uniform(0, 2 * np.pi), r * np.sqrt(rng.random())
            leaf = mix(tone, lit, float(np.clip(-np.sin(a) * 0.25, 0, 1)))
            cut.disc(px + np.cos(a) * s, py + np.sin(a) * s, r * rng.uniform(0.16, 0.34), leaf * np.float32(rng.uniform(0.88, 1.1)))


def grass(
    scene: Scene, rng: np.random.Generator, top: float, foot: float, tall: float, dark: Colour, lit: Colour,
    count: int, soft: float = 0.0, gap: float = 0.0,
) -> None:  # fmt: skip
    """Blades from `foot` up, the taller the nearer to the sides; `gap` keeps the middle low, 0 to 1."""
    box = (0.0, top - tall * 1.4, float(scene.width), foot)
    cut = Cutout(scene, box, mix(dark, lit, 0.4))
    xs: Field = np.sort(rng.random(count).astype(np.float32)) * scene.width
    for x in rng.permutation(xs):
        aside = min(1.0, abs(float(x) / scene.width - 0.5) * 2)
        y = rng.uniform(top, foot)
        size = tall * rng.uniform(0.45, 1.0) * (1 - gap + gap * aside**1.5)
        bend = size * rng.uniform(-0.45, 0.45)
        half = max(0.7, size * 0.016)
        tone = mix(dark, lit, float(rng.random()) ** 1.4)
        cut.polygon(
            [(x - half, y), (x + half, y), (x + bend * 0.4 + half * 0.7, y - size * 0.6), (x + bend, y - size),
             (x + bend * 0.4 - half * 0.7, y - size * 0.6)], tone,
        )  # fmt: skip
    cut.paint(soft)
