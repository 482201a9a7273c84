"""The shared styles (backgrounds/styles), each as a way to finish a painted scene.

Lengths are in units, and what shapes a style is worked out at one size for all pictures, so that it looks the
same in a small one and in a large one.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from PIL import Image, ImageFilter

from .drawn import ink, watercolour
from .facets import low_poly
from .light import colour
from .noise import resize, smoothstep
from .planes import enlarge, image_of, in_colours, luma, planes_of, reduced, vivid
from .room import bokeh
from .scene import flat
from .shapes import blur

if TYPE_CHECKING:
    from collections.abc import Callable

    from .scene import Scene, Tick

SOFT_ROWS = 480
FLAT_ROWS = 360
FLAT_COLOURS = 16
FLAT_SOFTNESS = 0.006  # units over which a shape's outline is smoothed
PIXELS = 120  # along a unit: it divides 360, 720, 1080 and 2160
PIXEL_COLOURS = 28
CLEAN = frozenset({"flat", "low-poly", "pixel"})  # drawn, not photographed: without grain


def photo(scene: Scene, tick: Tick) -> None:
    """Leave it as it was painted."""


def cinematic(scene: Scene, tick: Tick) -> None:
    """Grade it teal and orange, with more contrast, a red glow around lights, and dark corners."""
    px = scene.px
    np.clip(px, 0, 1, out=px)
    w, h = max(scene.width // 8, 4), max(scene.height // 8, 4)
    lights = np.clip(luma(px) - np.float32(0.7), 0, 1)
    halo = resize(blur(resize(lights, w, h), h * 0.035), scene.width, scene.height).clip(0, 1)
    tick()
    bright = luma(px)
    curve = bright + (smoothstep(0, 1, bright) - bright) * np.float32(0.6)
    px *= curve / np.maximum(bright, 1e-3)
    bright = luma(px)
    px += (bright - px) * np.float32(0.18)
    tick()
    warm = smoothstep(0.12, 0.75, curve)
    teal = colour("#1f6f80") - colour("#585858")
    orange = colour("#ffb060") - colour("#bebebe")
    px += flat(teal) * ((1 - warm) * np.clip(bright, 0.03, 0.25) * np.float32(1.7))
    px += flat(orange) * (warm * (np.float32(0.55) - bright * np.float32(0.41)))
    scene.shine(flat(colour("#ff6b2e")), halo * np.float32(0.35))
    tick()
    x = np.linspace(-1, 1, scene.width, dtype=np.float32)[None, :]
    y = np.linspace(-1, 1, scene.height, dtype=np.float32)[:, None]
    px *= 1 - np.float32(0.52) * smoothstep(0.25, 1.9, x * x + y * y * np.float32(0.8))


def soft(scene: Scene, tick: Tick) -> None:
    """Put it far out of focus, as behind a portrait: lights become discs."""
    px, unit = reduced(scene, SOFT_ROWS)
    bright = luma(px)
    # Lamps are brighter than a screen can show, and only so do their discs stand out.
    lamps = smoothstep(0.08, 0.45, bright - blur(bright, unit * 0.02)) * smoothstep(0.35, 0.8, bright)
    linear = px ** np.float32(2.2) * (1 + 9 * lamps)
    tick()
    linear = bokeh(linear, unit * 0.021)
    tick()
    linear = np.stack([blur(plane, unit * 0.0035) for plane in linear])
    # a shoulder on the strongest channel, so that what is too bright keeps its hue
    most = linear.max(0)
    linear *= np.where(most > 0.7, 1 - 0.3 * np.exp((0.7 - most) / 0.3), most) / np.maximum(most, 1e-4)
    tick()
    enlarge(linear ** np.float32(1 / 2.2), scene)


def flat_shapes(scene: Scene, tick: Tick) -> None:
    """Cut it out of a few even colours, with smooth outlines."""
    px, unit = reduced(scene, FLAT_ROWS)
    image = image_of(vivid(px, 1.25, 0.25))
    for _ in range(2):
        image = image.filter(ImageFilter.MedianFilter(3))
        tick()
    colours, index = in_colours(planes_of(image), FLAT_COLOURS)
    tick()
    # At each point of the large picture, the two colours of which there is most around it.
    best = np.zeros((scene.height, scene.width), np.uint8)
    second, which, other = best.copy(), best.copy(), best.copy()
    for number in range(len(colours)):
        spot = Image.fromarray((index == number).astype(np.uint8) * 255)
        spot = spot.filter(ImageFilter.GaussianBlur(unit * FLAT_SOFTNESS))
        share = np.asarray(spot.resize((scene.width, scene.height), Image.Resampling.BICUBIC))
        wins, follows = share > best, (share > second) & (share <= best)
        np.maximum(second, np.minimum(share, best), out=second)
        np.maximum(best, share, out=best)
        np.copyto(other, which, where=wins)
        np.putmask(other, follows, number)
        np.putmask(which, wins, number)
        if number % 2:
            tick()
    # They mix on their border alone, half and half, and a pixel from it no more.
    slope = np.float32(scene.unit * FLAT_SOFTNESS * 1.25 / 255)
    mine = np.clip(np.float32(0.5) + (best - second) * slope, 0, 1)
    for plane, tones in zip(scene.px, colours.T, strict=True):
        theirs = tones[other]
        plane[:] = theirs + (tones[which] - theirs) * mine


def pixel(scene: Scene, tick: Tick) -> None:
    """Draw it in large squares of a few colours."""
    side = max(1, round(scene.unit / PIXELS))
    w, h = -(-scene.width // side), -(-scene.height // side)
    px = vivid(np.clip([resize(plane, w, h) for plane in scene.px], 0, 1), 1.3, 0.35)
    # texture too faint for a square of its own is left out, and what stands out is made crisp
    even = np.stack([blur(plane, 1) for plane in px])
    detail = px - even
    crisp = even + np.sign(detail) * np.maximum(np.abs(detail) - 0.012 - 0.03 * even, 0) * np.float32(1.6)
    tick()
    colours, index = in_colours(crisp.clip(0, 1), PIXEL_COLOURS)
    large = index.repeat(side, 0).repeat(side, 1)[: scene.height, : scene.width]
    for plane, tones in zip(scene.px, colours.T, strict=True):
        plane[:] = tones[large]


# Each turns the scene's paint into its style, and calls `tick` about every 50 ms.
WAYS: dict[str, Callable[[Scene, Tick], None]] = {
    "photo": photo,
    "cinematic": cinematic,
    "soft": soft,
    "flat": flat_shapes,
    "watercolour": watercolour,
    "ink": ink,
    "low-poly": low_poly,
    "pixel": pixel,
}
