"""Boulders as stamps, and faces of rock."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np
from PIL import Image

from ..light import mix
from ..noise import Field, fbm, generator, line, resize, smoothstep
from ..scene import flat
from .stamps import Stamp

if TYPE_CHECKING:
    from ..light import Colour
    from ..scene import Scene

SHAPES = 5


@lru_cache(maxsize=16)
def boulder(shape: int) -> Stamp:
    """Return boulder number `shape`, twice as wide as high; its deck is what grows or lies on top."""
    rng = generator("boulder", shape % SHAPES)
    h, w = 180, 360
    y, x = np.mgrid[0:h, 0:w].astype(np.float32)
    x, y = (x - w / 2) / (w / 2), (y - h) / np.float32(h * 0.92)  # -1 to 1 and -1 to 0
    angle = np.arctan2(x, -y)
    knots = line(rng, 256, 50, 3) * 0.16
    outline = 0.86 + np.interp(angle, np.linspace(-1.7, 1.7, 256), knots).astype(np.float32)
    lean = np.float32(rng.uniform(-0.25, 0.25))
    r = np.hypot(np.abs(x + lean * y * 0.6) ** 1.25, np.abs(y) ** 1.1) / outline
    dome = np.sqrt(np.clip(1 - r * r, 0, 1))
    # planes broken off: the largest of a few slopes
    facets = np.full((h, w), 9.0, np.float32)
    for _ in range(9):
        a = rng.uniform(-2.8, 2.8)
        tilt = rng.uniform(0.35, 1.1)
        facets = np.minimum(
            facets, rng.uniform(0.75, 1.15) - (np.sin(a) * x - np.cos(a) * y) * np.float32(tilt)
        )
    rough = fbm(rng, w, h, 40, 5)
    surface = np.minimum(dome, facets * 0.8) + rough * 0.035
    dx, dy = np.gradient(surface, axis=1) * 90, np.gradient(surface, axis=0) * 90
    norm = np.sqrt(dx * dx + dy * dy + 1)
    light = np.clip((-dx * 0.55 - dy * 0.75 + 0.35) / norm * 0.8 + 0.30, 0, 1) * (0.8 + 0.2 * rough)
    light *= smoothstep(0.05, -0.35, y + 0.02) * 0.5 + 0.5
    deck = smoothstep(0.20, 0.55, dy / norm + rough * 0.5 - (y + 0.72) * 0.9)
    cover = np.clip((1 - r) * 60, 0, 1)
    planes = np.stack([light, np.zeros_like(light), deck, cover])
    image = Image.fromarray((planes.transpose(1, 2, 0).clip(0, 1) * 255).astype(np.uint8), "RGBA")
    return Stamp(image, foot=0.97)


def cliff(
    scene: Scene, name: str, mask: Field, top: int, left: int, stone: Colour, moss: Colour, air: float = 0.0
) -> None:
    """Paint a face of layered rock with moss on its ledges.

    Args:
        scene: what to paint on.
        name: of the layer.
        mask: (h, w), where it is.
        top: the mask's first row.
        left: its first column.
        stone: albedo of rock.
        moss: albedo of what grows on it.
        air: how much haze lies before it, 0 to 1.
    """
    light, u = scene.light, scene.unit
    h, w = mask.shape
    rng = scene.rng("cliff", name)
    half = (max(w // 2, 4), max(h // 2, 4))
    cracks = resize(fbm(rng, half[0], max(half[1] // 5, 4), u * 0.030, 4), *half)
    blocks = fbm(rng, half[0], half[1], u * 0.075, 5)
    ledges = resize(fbm(rng, max(half[0] // 4, 4), half[1], u * 0.022, 3), *half)
    steps = blocks * 4
    faces = (np.floor(steps) + smoothstep(0.55, 1.0, steps - np.floor(steps))) / 4
    surface = cracks * 0.75 + faces * 0.8 + blocks * 0.35 + ledges * 0.22
    dx, dy = np.gradient(surface, axis=1), np.gradient(surface, axis=0)
    side = 1.0 if scene.sun[0] > left + w / 2 else -1.0
    relief = np.float32(u / 110)
    shade = np.clip(0.45 - np.tanh((dx * side * 0.8 - dy * 0.9) * relief) * 0.42 + faces * 0.10, 0, 1)
    growth = fbm(rng, half[0], half[1], u * 0.10, 4)
    grown = smoothstep(0.0, 0.9, np.tanh(dy * relief) * 0.55 + growth * 0.6 + 0.10) * np.float32(0.85)
    shade, grown = resize(shade, w, h).clip(0, 1), resize(grown, w, h).clip(0, 1)
    albedo = flat(stone) + flat(moss - stone) * grown
    most = 0.5 if light.low else 0.85
    out = albedo * (flat(light.ambient) * (0.42 + 0.5 * shade) + flat(light.key) * (shade * np.float32(most)))
    out += (flat(light.haze) - out) * np.float32(min(0.95, air))
    scene.paint(np.asarray(out, np.float32), mask, top, left)


def stones(scene: Scene, haze: float = 0.0) -> tuple[Colour, Colour]:
    """Return the colours of grey stone in shade and in light."""
    from ..light import colour

    light = scene.light
    dark = mix(light.ground(colour("#4c5056"), 0.1), light.haze, haze)
    return dark, mix(light.ground(colour("#a8a69e"), 0.5 if light.low else 0.85), light.haze, haze)
