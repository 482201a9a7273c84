"""Conifers, broad trees and grass."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from .light import Colour, colour, mix
from .noise import Field, fbm, smoothstep
from .shapes import Cutout

if TYPE_CHECKING:
    from .scene import Scene


def conifer(
    cut: Cutout,
    rng: np.random.Generator,
    x: float,
    foot: float,
    height: float,
    dark: Colour,
    lit: Colour,
    side: float,
    snow: Colour | None = None,
) -> None:
    """Paint a spruce: tiers of hanging branches, lighter on the `side` (-1 or 1) where the sun is."""
    tiers = int(np.clip(height / 11, 6, 26))
    twigs = 4 if height > 60 else 2
    spread = height * rng.uniform(0.17, 0.22)
    cut.polygon(
        [(x - height * 0.012, foot), (x + height * 0.012, foot), (x, foot - height * 0.5)],
        dark * np.float32(0.7),
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
            for k in range(1, twigs + 1):
                r = k / twigs
                points.append((x + s * half * r, y0 - tall * (1 - r) ** 1.4 + drop * r))
                points.append(
                    (x + s * half * (r - 0.10), y0 - tall * (1 - r) * 0.55 + drop * r * rng.uniform(0.5, 1.3))
                )
            points.append((x, y0))
            cut.polygon(points, tone)
            if snow is not None and half > 1.5:
                cut.polygon(
                    [(x, y0 - tall), (x + s * half, y0 + drop), (x + s * half * 0.55, y0 - tall * 0.12)],
                    mix(tone, snow, 0.85 if s == side else 0.6),
                )


def broadleaf(
    scene: Scene, rng: np.random.Generator, x: float, foot: float, height: float, dark: Colour, lit: Colour
) -> None:
    """Paint a round tree: a trunk, and a crown of leaves as noise, lighter where it faces the sun."""
    half = height * rng.uniform(0.36, 0.46)
    crown = height * 0.40
    cy = foot - height * 0.60
    trunk = Cutout(scene, (x - half, cy - crown * 0.2, x + half, foot + 2), dark)
    bark = dark * np.array([0.72, 0.6, 0.56], np.float32)
    trunk.polygon(
        [
            (x - height * 0.032, foot),
            (x + height * 0.032, foot),
            (x + height * 0.014, cy),
            (x - height * 0.014, cy),
        ],
        bark,
    )
    for s in (-1, 1):
        trunk.polygon(
            [
                (x - height * 0.012, foot - height * 0.28),
                (x + s * half * 0.6, cy + crown * 0.1),
                (x + height * 0.012, foot - height * 0.22),
            ],
            bark,
        )
    trunk.paint()
    left, top = max(0, int(x - half * 1.3)), max(0, int(cy - crown * 1.3))
    right, bottom = min(scene.width, int(x + half * 1.3) + 1), min(scene.height, int(cy + crown * 1.2) + 1)
    big = fbm(rng, int(half * 2.6) + 2, int(crown * 2.5) + 2, height * 0.16, 2)
    fine = fbm(rng, int(half * 2.6) + 2, int(crown * 2.5) + 2, max(3.0, height * 0.045), 3)
    if right <= left or bottom <= top:
        return
    big, fine = big[: bottom - top, : right - left], fine[: bottom - top, : right - left]
    dx = (scene.columns[:, left:right] - np.float32(x)) / np.float32(half)
    dy = (scene.rows[top:bottom] - np.float32(cy)) / np.float32(crown)
    # flatter below than above, as crowns are
    d = dx * dx + dy * dy * np.where(dy > 0, np.float32(1.7), np.float32(1.0))
    body = 1 - d + big * 0.40 + fine * 0.40
    mask = smoothstep(0.22, 0.42, body)
    sx, sy = scene.sun[0] - x, scene.sun[1] - cy
    away = float(np.hypot(sx, sy)) or 1.0
    facing = (dx * np.float32(sx / away) + dy * np.float32(sy / away)) * np.float32(0.42)
    lump = np.roll(big, (2, -int(np.sign(sx)) * 2), (0, 1)) - big
    shade = np.clip(0.40 + facing + fine * 0.30 + lump * 1.2 - dy * np.float32(0.18), 0, 1)
    colours = dark.reshape(3, 1, 1) + (lit - dark).reshape(3, 1, 1) * shade
    scene.paint(np.asarray(colours, np.float32), mask, top, left)


def grass(
    scene: Scene,
    rng: np.random.Generator,
    top: float,
    foot: float,
    tall: float,
    dark: Colour,
    lit: Colour,
    count: int,
    soft: float = 0.0,
    gap: float = 0.0,
) -> None:
    """Blades from `foot` up, the taller the nearer to the sides; `gap` keeps the middle low, 0 to 1."""
    box = (0.0, top - tall * 1.4, float(scene.width), foot)
    cut = Cutout(scene, box, mix(dark, lit, 0.4), soft)
    xs: Field = np.sort(rng.random(count).astype(np.float32)) * scene.width
    for x in rng.permutation(xs):
        aside = min(1.0, abs(float(x) / scene.width - 0.5) * 2)
        y = rng.uniform(top, foot)
        size = tall * rng.uniform(0.45, 1.0) * (1 - gap + gap * aside**1.5)
        bend = size * rng.uniform(-0.45, 0.45)
        half = max(0.7, size * 0.016)
        tone = mix(dark, lit, float(rng.random()) ** 1.4)
        cut.polygon(
            [
                (x - half, y),
                (x + half, y),
                (x + bend * 0.4 + half * 0.7, y - size * 0.6),
                (x + bend, y - size),
                (x + bend * 0.4 - half * 0.7, y - size * 0.6),
            ],
            tone,
        )
    cut.paint()


def tuft(
    scene: Scene, rng: np.random.Generator, x: float, foot: float, tall: float, soft: float = 0.0
) -> None:
    """Beach grass."""
    light = scene.light
    low = light.low or light.moon
    dark = light.ground(colour("#47512f"), 0.08 if low else 0.3)
    lit = light.ground(colour("#93924f"), 0.4 if low else 0.8)
    cut = Cutout(
        scene, (x - tall, foot - tall * 1.2, x + tall, foot + tall * 0.15), dark, soft * scene.unit / 720
    )
    for _ in range(34):
        off, lean, size = rng.normal() * 0.24, rng.normal() * 0.4, tall * rng.uniform(0.4, 1.0)
        px, y = x + off * tall, foot - tall * (0.10 + abs(off) * 0.12 + 0.10 * rng.random() - 0.1)
        half = max(0.6, size * 0.018)
        tip = (px + lean * size, y - size * (1 - 0.3 * abs(lean)))
        mid = (px + lean * size * 0.35, y - size * 0.58)
        cut.polygon(
            [
                (px - half * 0.4, y),
                (px + half * 0.4, y),
                (mid[0] + half * 0.8, mid[1]),
                tip,
                (mid[0] - half * 0.8, mid[1]),
            ],
            mix(dark, lit, rng.random() ** 1.5),
        )
    cut.paint()
