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
from .planes import enlarge, image_of, in_steady_colours, luma, planes_of, reduced, vivid
from .rooms.room import bokeh
from .scene import flat
from .shapes import blur

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

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
    colours, index = in_steady_colours(scene, planes_of(image), FLAT_COLOURS)
    tick()
    # At each point of the large picture, the two colours of which there is most around it.
    best = np.zeros((scene.height, scene.width), np.uint8)
    second, which, other = best.copy(), best.copy(), best.copy()
    for number in range(len(colours)):
        spot = (index == number).astype(np.uint8) * np.uint8(255)
        part = _around(spot, scene, unit * FLAT_SOFTNESS * 4)
        if part is None:
            continue
        (rows, columns), box, inner = part
        image = Image.fromarray(spot[inner]).filter(ImageFilter.GaussianBlur(unit * FLAT_SOFTNESS))
        size = (columns.stop - columns.start, rows.stop - rows.start)
        share = np.asarray(image.resize(size, Image.Resampling.BICUBIC, box))
        most, next_ = best[rows, columns], second[rows, columns]
        wins, follows = share > most, (share > next_) & (share <= most)
        np.maximum(next_, np.minimum(share, most), out=next_)
        np.maximum(most, share, out=most)
        np.copyto(other[rows, columns], which[rows, columns], where=wins)
        other[rows, columns][follows] = number
        which[rows, columns][wins] = number
        if number % 2:
            tick()
    # They mix on their border alone, half and half, and a pixel from it no more.
    slope = np.float32(scene.unit * FLAT_SOFTNESS * 1.25 / 255)
    mine = np.clip(np.float32(0.5) + (best - second) * slope, 0, 1)
    for plane, tones in zip(scene.px, colours.T, strict=True):
        theirs = tones[other]
        plane[:] = theirs + (tones[which] - theirs) * mine


def _around(
    spot: NDArray[np.uint8], scene: Scene, reach: float
) -> tuple[tuple[slice, slice], tuple[float, float, float, float], tuple[slice, slice]] | None:
    """Return where something small lies, with `reach` around it, or None where it is not.

    That is: which rows and columns of the large picture, what box of the small one's part those are, and the
    part: whole multiples of 1/`scale`, so that a part is enlarged as the whole would be.
    """
    rows, columns = np.flatnonzero(spot.any(1)), np.flatnonzero(spot.any(0))
    if not len(rows):
        return None
    (h, w), room = spot.shape, int(reach) + 4
    top, bottom = max(0, int(rows[0]) - room), min(h, int(rows[-1]) + room + 1)
    left, right = max(0, int(columns[0]) - room), min(w, int(columns[-1]) + room + 1)
    across, down = scene.width / w, scene.height / h
    large = slice(int(top * down), round(bottom * down)), slice(int(left * across), round(right * across))
    box = (
        large[1].start / across - left,
        large[0].start / down - top,
        min(large[1].stop / across - left, right - left),
        min(large[0].stop / down - top, bottom - top),
    )
    return large, (max(0, box[0]), max(0, box[1]), box[2], box[3]), (slice(top, bottom), slice(left, right))


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
    colours, index = in_steady_colours(scene, crisp.clip(0, 1), PIXEL_COLOURS)
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
