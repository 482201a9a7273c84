"""Grass, flowers and the colours of leaves."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from .light import Colour, colour, mix
from .shapes import Cutout
from .stamps import Tones

if TYPE_CHECKING:
    from .noise import Field
    from .scene import Scene


def foliage(
    scene: Scene,
    dark: str,
    lit: str,
    bark: str = "#6b5644",
    haze: float = 0.0,
    deck: str = "",
    bright: float = 1.0,
) -> Tones:
    """Return the colours of plants in the scene's light.

    Args:
        scene: whose light.
        dark: albedo of leaves in the shade, as "#rrggbb".
        lit: of leaves in the light.
        bark: of wood.
        haze: how much of the air is before them, 0 to 1, on a clear day.
        deck: of snow or blossom.
        bright: how much of the key light reaches them.
    """
    light = scene.light
    most = (0.42 if light.low else 0.8) * bright
    tones = Tones(
        light.ground(colour(dark), 0.06 if light.low else 0.18),
        light.ground(colour(lit), most),
        light.ground(colour(bark), most * 0.8),
        light.ground(colour(deck), min(1.0, most + 0.15)) if deck else None,
        mix(light.disc, light.key, 0.6),
        0.42 * light.glow if light.low and light.height > 0 else 0.0,
    )
    return tones.hazed(light.haze, min(0.95, haze * (0.6 + 0.4 * light.air)))


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


def fern(
    scene: Scene,
    rng: np.random.Generator,
    x: float,
    foot: float,
    tall: float,
    tones: Tones,
    soft: float = 0.0,
) -> None:
    """Paint a fern: fronds that arch out from one root, with leaflets to both sides."""
    cut = Cutout(scene, (x - tall * 1.2, foot - tall * 1.2, x + tall * 1.2, foot), tones.dark, soft)
    sun = 1.0 if scene.sun[0] > x else -1.0
    for n in rng.permutation(11):
        way = (n - 5) / 5 + rng.normal() * 0.06
        length = tall * rng.uniform(0.75, 1.1) * (1 - 0.15 * abs(way))
        t = np.linspace(0, 1, 15)
        px = x + way * length * (0.35 * t + 0.55 * t * t)
        py = foot - length * (1.15 * t - (0.35 + 0.45 * abs(way)) * t * t)
        light = 0.35 + 0.35 * way * sun + rng.normal() * 0.08
        for i in range(1, 15):
            leaf = length * 0.15 * np.sin(np.pi * min(1.0, t[i] * 0.82 + 0.16)) + 1
            dx, dy = px[i] - px[i - 1], py[i] - py[i - 1]
            norm = float(np.hypot(dx, dy)) or 1.0
            dx, dy = dx / norm, dy / norm
            for s in (-1, 1):
                tip = (
                    px[i] + (-dy * s * 0.9 + dx * 0.55) * leaf,
                    py[i] + (dx * s * 0.9 + dy * 0.55) * leaf + leaf * 0.2,
                )
                shade = float(np.clip(light + (0.16 if -dy * s * sun > 0 else -0.05) + 0.3 * t[i], 0, 1))
                cut.polygon(
                    [
                        (px[i - 1], py[i - 1]),
                        ((px[i] + tip[0]) / 2 - dx * leaf * 0.16, (py[i] + tip[1]) / 2 - dy * leaf * 0.16),
                        tip,
                        (px[i], py[i]),
                    ],
                    mix(tones.dark, tones.lit, shade),
                )
    cut.paint()
