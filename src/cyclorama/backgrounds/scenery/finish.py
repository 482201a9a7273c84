"""From paint to picture: focus, palette, tone, grain."""

from __future__ import annotations

import tomllib
from functools import cache
from importlib.resources import files
from typing import Any

import numpy as np
from PIL import Image

from .light import colour, grey
from .noise import Field, resize
from .planes import luma
from .scene import Planes, Scene, flat
from .shapes import blur

GRAIN = 2.4


@cache
def palettes() -> dict[str, dict[str, Any]]:
    """Return the palettes by name: their colours and how they tone a picture."""
    return tomllib.loads((files(__package__) / "palettes.toml").read_text("utf-8"))


def swatch(name: str) -> list[Field]:
    """Return the colours of palette `name`, dark to light."""
    return [colour(c) for c in palettes()[name]["colours"]]


def focus(scene: Scene, thousandths: float) -> None:
    """Put the whole scene `thousandths` of the unit out of focus."""
    radius = scene.unit * thousandths / 1000
    if radius < 0.35:
        return
    # binomial weights for the small radii used here
    near = np.float32(min(0.25, radius * 0.25))
    for _ in range(max(1, round(radius))):
        for plane in scene.px:
            inner = plane * (1 - 2 * near)
            inner[1:] += plane[:-1] * near
            inner[:-1] += plane[1:] * near
            inner[0] += plane[0] * near
            inner[-1] += plane[-1] * near
            plane[:] = inner * (1 - 2 * near)
            plane[:, 1:] += inner[:, :-1] * near
            plane[:, :-1] += inner[:, 1:] * near
            plane[:, 0] += inner[:, 0] * near
            plane[:, -1] += inner[:, -1] * near


def bloom(scene: Scene, strength: float = 0.22) -> None:
    """Light spilling from what is bright, as in a lens."""
    w, h = max(scene.width // 8, 4), max(scene.height // 8, 4)
    for i, plane in enumerate(scene.px):
        small = blur(resize(np.clip(plane - 0.62, 0, 2), w, h), 2)
        spill = np.clip(resize(small, scene.width, scene.height), 0, 1) * np.float32(strength)
        scene.px[i] += np.maximum(1 - plane, 0) * spill


def tone(scene: Scene) -> None:
    """Return the palette's tint in shadows and lights, a soft shoulder, a breath of vignette."""
    px = scene.px
    np.maximum(px, 0, out=px)
    over = px > 0.8
    px[over] = 1 - 0.2 * np.exp(-(px[over] - 0.8) / 0.2)
    if scene.palette:
        _tint(px, palettes()[scene.palette])
    x = np.linspace(-1, 1, scene.width, dtype=np.float32)[None, :]
    y = np.linspace(-1, 1, scene.height, dtype=np.float32)[:, None]
    px *= 1 - np.float32(0.13) * np.clip(x * x * 0.75 + y * y * 0.55, 0, 1) ** 1.5


def _tint(px: Planes, palette: dict[str, Any]) -> None:
    """Split toning: `shadows` and `lights` are multiplied in by luminance, then saturation is set."""
    bright = luma(px)
    strength = np.float32(palette["strength"])
    shadows, lights = colour(palette["shadows"]), colour(palette["lights"])
    shadows = shadows / max(float(grey(shadows)[0]), 0.05)
    lights = lights / max(float(grey(lights)[0]), 0.05)
    t = np.clip(bright * 1.25 - 0.1, 0, 1)
    ratio = flat(shadows) + (flat(lights) - flat(shadows)) * t
    toned = bright * np.clip(ratio, 0.25, 2.2)
    px += (toned - px) * strength
    px += (px - bright) * np.float32(palette["saturation"] - 1)
    lift = np.float32(palette["lift"])
    px *= 1 - lift
    px += lift


def develop(scene: Scene, width: int, height: int, most: float) -> Image.Image:
    """Return the picture, (width, height) and RGB.

    `most` is how far fine grain moves a value, in levels of 255: it keeps gradients from banding.
    """
    rng = scene.rng("grain")
    grain = (
        rng.random((height, width), dtype=np.float32) + rng.random((height, width), dtype=np.float32) - 1
    ) * most
    planes = []
    for plane in scene.px:
        full = plane if plane.shape == (height, width) else resize(plane, width, height)
        planes.append(Image.fromarray(np.clip(full * 255 + grain + 0.5, 0, 255).astype(np.uint8)))
    return Image.merge("RGB", planes)
