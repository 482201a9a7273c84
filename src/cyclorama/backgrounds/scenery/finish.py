"""From paint to picture: focus, palette, tone, grain."""

from __future__ import annotations

import tomllib
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, Any

import numpy as np
from PIL import Image

from .light import colour, grey
from .noise import Field, bands, resize
from .oklab import palette as in_five
from .planes import luma
from .shapes import blur

if TYPE_CHECKING:
    from .scene import Planes, Scene

GRAIN = 2.4
BRIGHT = 0.62  # from where on light spills
SMALLER = 8  # times, the picture in which it does


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
            _soften(plane, near)


def _soften(plane: Field, near: np.float32) -> None:
    """Give every point `near` of each of its neighbours, down and across; what lies at the edge goes on."""
    height, width = plane.shape
    above = plane[0].copy()
    for band in bands(height, width):
        rows = np.empty((band.stop - band.start + 2, width), np.float32)
        rows[0], rows[1:-1], rows[-1] = above, plane[band], plane[min(band.stop, height - 1)]
        above = rows[-2].copy()
        down = rows[:-2] + rows[2:]
        down *= near
        rows *= 1 - 2 * near
        down += rows[1:-1]
        across = rows[1:-1]
        np.add(down[:, :-2], down[:, 2:], out=across[:, 1:-1])
        across[:, 0], across[:, -1] = down[:, 0] + down[:, 1], down[:, -2] + down[:, -1]
        across *= near
        down *= 1 - 2 * near
        np.add(across, down, out=plane[band])


def bloom(scene: Scene, strength: float = 0.22) -> None:
    """Light spilling from what is bright, as in a lens."""
    small, whole = -(-scene.height // SMALLER), scene.height // SMALLER
    weights = scene.keep("bloom", lambda: _between(small, scene.height))
    for plane in scene.px:
        if plane.max() <= BRIGHT:
            continue
        lights = np.empty((small, scene.width), np.float32)
        for band in bands(whole, scene.width * SMALLER):
            rows = plane[band.start * SMALLER : band.stop * SMALLER] - np.float32(BRIGHT)
            np.clip(rows, 0, 2, out=rows)
            lights[band] = rows.reshape(-1, SMALLER, scene.width).sum(1) * np.float32(1 / SMALLER)
        if small > whole:
            lights[-1] = np.clip(plane[whole * SMALLER :] - np.float32(BRIGHT), 0, 2).mean(0)
        lights = blur(np.asarray(Image.fromarray(lights).reduce((SMALLER, 1)), np.float32), 2)
        lights = resize(lights, scene.width, small, (0, 0, scene.width / SMALLER, small))
        np.clip(lights, 0, 1, out=lights)
        lights *= np.float32(strength)
        for band in bands(scene.height, scene.width, SMALLER):
            near = slice(max(0, band.start // SMALLER - 2), band.stop // SMALLER + 3)
            spill = weights[band, near] @ lights[near]
            spill *= 1 - np.clip(plane[band], -np.inf, 1)
            plane[band] += spill


def _between(small: int, height: int) -> Field:
    """Return how much of each of `small` rows, `SMALLER` times as high, is in a row (height, small).

    The curve is Catmull's and Rom's.
    """
    at = (np.arange(height, dtype=np.float32)[:, None] + np.float32(0.5)) / SMALLER - np.float32(0.5)
    weights = np.zeros((height, small), np.float32)
    first = np.floor(at[:, 0]).astype(np.intp)
    for row in range(-1, 3):
        d = np.abs(at[:, 0] - (first + row))
        share = np.where(d < 1, (1.5 * d - 2.5) * d * d + 1, ((2.5 - 0.5 * d) * d - 4) * d + 2)
        np.add.at(weights, (np.arange(height), np.clip(first + row, 0, small - 1)), share.astype(np.float32))
    return weights


def tone(scene: Scene) -> None:
    """Return the palette's tint in shadows and lights, a soft shoulder, a breath of vignette."""
    dark = scene.keep("vignette", lambda: _vignette(scene.width, scene.height))
    palette = palettes()[scene.palette] if scene.palette else None
    if scene.colours:
        palette = scene.keep("grade", lambda: _grade(scene))
    for band in bands(scene.height, scene.width * 3):
        px = scene.px[:, band]
        np.clip(px, 0, np.inf, out=px)
        over = px > 0.8
        if over.any():
            px[over] = 1 - 0.2 * np.exp(-(px[over] - 0.8) / 0.2)
        if palette:
            _tint(px, palette)
        px *= dark[band]


def _grade(scene: Scene) -> dict[str, Any]:
    """Return how the colours that the prompt names tone a picture."""
    five = in_five(scene.colours)
    return {"shadows": five[1], "lights": five[3], "strength": 0.24, "saturation": 1.0, "lift": 0.0}


def _vignette(width: int, height: int) -> Field:
    x = np.linspace(-1, 1, width, dtype=np.float32)[None, :]
    y = np.linspace(-1, 1, height, dtype=np.float32)[:, None]
    away = np.clip(x * x * np.float32(0.75) + y * y * np.float32(0.55), 0, 1)
    return np.asarray(1 - np.float32(0.13) * away * np.sqrt(away), np.float32)


def _tint(px: Planes, palette: dict[str, Any]) -> None:
    """Split toning: `shadows` and `lights` are multiplied in by luminance, then saturation is set."""
    strength, saturation = palette["strength"], palette["saturation"]
    ends = [palette["shadows"], palette["lights"]]
    shadows, lights = (colour(c) if isinstance(c, str) else c for c in ends)
    shadows = shadows / max(float(grey(shadows)[0]), 0.05)
    lights = lights / max(float(grey(lights)[0]), 0.05)
    bright = luma(px)
    t = bright * np.float32(1.25) - np.float32(0.1)
    np.clip(t, 0, 1, out=t)
    rest = 1 - palette["lift"]
    for plane, low, high in zip(px, shadows, lights, strict=True):
        ratio = t * (high - low)
        ratio += low
        np.clip(ratio, 0.25, 2.2, out=ratio)
        ratio *= np.float32(strength * saturation * rest)
        ratio -= np.float32((saturation - 1) * rest)
        ratio *= bright
        ratio += np.float32(palette["lift"])
        np.multiply(plane, np.float32((1 - strength) * saturation * rest), out=plane)
        np.add(plane, ratio, out=plane)


def develop(scene: Scene, width: int, height: int, most: float) -> Image.Image:
    """Return the picture, (width, height) and RGB.

    `most` is how far fine grain moves a value, in levels of 255: it keeps gradients from banding.
    """
    grain = scene.keep("grain", lambda: _grain(scene.rng("grain"), width, height, most))
    planes = []
    for plane in scene.px:
        full = plane if plane.shape == (height, width) else resize(plane, width, height)
        levels = full * np.float32(255)
        levels += grain
        np.clip(levels, 0, 255, out=levels)
        planes.append(Image.fromarray(levels.astype(np.uint8)))
    return Image.merge("RGB", planes)


def _grain(rng: np.random.Generator, width: int, height: int, most: float) -> Field:
    """Return what is added to every level before it is cut off to a whole one: half a level without grain."""
    grain = rng.random((height, width), dtype=np.float32)
    grain += rng.random((height, width), dtype=np.float32)
    grain -= np.float32(1)
    grain *= np.float32(most)
    grain += np.float32(0.5)
    return grain
