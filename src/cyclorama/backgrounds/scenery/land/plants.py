"""Grass, flowers and the colours of leaves."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..light import colour, mix
from ..shapes import Cutout
from .stamps import Thicket, Tones
from .trees import stamp

if TYPE_CHECKING:
    import numpy as np

    from ..light import Colour
    from ..scene import Scene


def autumn(scene: Scene) -> bool:
    """Whether the leaves have turned."""
    return "autumn" in {scene.palette, scene.season} or "leaves" in scene.elements


def snowy(scene: Scene) -> bool:
    """Whether snow lies on what grows: in winter, and where it snows."""
    return scene.weather == "snow" or scene.season == "winter"


def frosted(scene: Scene, albedo: str, share: float = 0.85) -> Colour:
    """Return an albedo written as "#rrggbb", under snow by `share` where it snows."""
    return mix(colour(albedo), colour("#eef2f8"), share) if snowy(scene) else colour(albedo)


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
        light.ground(frosted(scene, dark, 0.22), 0.06 if light.low else 0.18),
        light.ground(frosted(scene, lit, 0.75), most),
        light.ground(colour(bark), most * 0.8),
        light.ground(colour(deck), min(1.0, most + 0.15)) if deck else None,
        mix(light.disc, light.key, 0.6),
        0.42 * light.glow if light.low and light.height > 0 else 0.0,
    )
    return tones.hazed(light.haze, min(0.95, haze * (0.6 + 0.4 * light.air)))


def spruce(scene: Scene, haze: float) -> Tones:
    """Return the colours of spruces, with snow on those that carry it."""
    return foliage(scene, "#16302a", "#5c8054", "#5a4434", haze, "#f4f7fc")


def grass(
    there: Thicket,
    scene: Scene,
    rng: np.random.Generator,
    top: float,
    foot: float,
    tall: float,
    gap: float = 0.0,
) -> None:
    """Plant a sward of blades from row `foot` up to `top`, `tall` pixels, taller towards the sides.

    `gap`, 0 to 1, is how much lower it stands in the middle.
    """
    rows = max(3, round((foot - top) / tall * 4))
    for row in range(rows):
        y = top + (foot - top) * (row + rng.random()) / rows
        x = -tall * rng.random()
        while x < scene.width + tall:
            aside = min(1.0, abs(x / scene.width - 0.5) * 2)
            size = tall * rng.uniform(0.75, 1.55) * (1 - gap + gap * aside**1.5)
            flip = bool(rng.random() < 0.5)
            there.plant(
                stamp("sward", int(rng.integers(4))), x, y, size, flip, 1.0 if size > tall * 0.6 else 1.5
            )
            x += tall * rng.uniform(0.8, 1.3)


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
