"""A picture's planes at another size, as an image, in other colours."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from PIL import Image

from .noise import Field, resize, smoothstep

CLEARLY = 0.003  # by how much, in squares of levels 0 to 1, another colour is nearer

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from .scene import Planes, Scene


def reduced(scene: Scene, rows: int) -> tuple[Planes, float]:
    """Return the paint, 0 to 1, at the size where a unit has `rows` pixels, and the unit there.

    What is worked out at one size, whatever the picture's, looks the same in all of them. A picture is never
    more than doubled for that.
    """
    scale = min(2.0, rows / scene.unit)
    width, height = max(8, round(scene.width * scale)), max(8, round(scene.height * scale))
    return np.stack([resize(plane, width, height).clip(0, 1) for plane in scene.px]), scene.unit * scale


def enlarge(px: Planes, scene: Scene) -> None:
    """Make `px`, of any size, the scene's paint."""
    for plane, small in zip(scene.px, px, strict=True):
        plane[:] = resize(small, scene.width, scene.height)


def luma(px: Planes) -> Field:
    """Return how bright `px` is (h, w): Rec. 709 weights on what the screen is told."""
    red, green, blue = px
    bright: Field = red * np.float32(0.2126) + green * np.float32(0.7152) + blue * np.float32(0.0722)
    return bright


def vivid(px: Planes, saturation: float, contrast: float) -> Planes:
    """Return `px` with its saturation multiplied, and `contrast` 0 to 1 of an S-curve on its brightness."""
    bright = luma(px)
    curve = bright + (smoothstep(0, 1, bright) - bright) * np.float32(contrast)
    coloured = [(curve + (plane - bright) * np.float32(saturation)).clip(0, 1) for plane in px]
    return np.stack(coloured)


def in_colours(px: Planes, most: int) -> tuple[NDArray[np.float32], NDArray[np.uint8]]:
    """Return at most `most` colours (n, 3) that stand for those of `px`, and the number of one at each point.

    They are spread over the colours that there are, not over the area, so that a lamp keeps its own.
    """
    image = image_of(px)
    few = image.resize((max(1, image.width * 90 // image.height), 90), Image.Resampling.BOX)
    few = few.quantize(most, Image.Quantize.MAXCOVERAGE, kmeans=2)
    index = np.asarray(image.quantize(palette=few, dither=Image.Dither.NONE))
    colours = np.zeros((256, 3), np.float32)
    known = np.asarray(few.getpalette(), np.float32).reshape(-1, 3) / 255
    colours[: len(known)] = known
    return colours[: int(index.max()) + 1], index


def in_steady_colours(scene: Scene, px: Planes, most: int) -> tuple[NDArray[np.float32], NDArray[np.uint8]]:
    """Return what `in_colours` does, with the colours of the loop's beginning.

    A point keeps the colour that it has there as long as another is not clearly nearer, lest it flickers
    between two. What is first asked for this must be the beginning.
    """
    colours, first, nearest = scene.keep(("few colours", most), lambda: _few(px, most))
    red, green, blue = (px * np.float32(31) + np.float32(0.5)).clip(0, 31).astype(np.intp)
    index = nearest[red, green, blue]
    own, best = np.zeros_like(px[0]), np.zeros_like(px[0])
    for plane, tones in zip(px, colours.T, strict=True):
        own += (plane - tones[first]) ** 2
        best += (plane - tones[index]) ** 2
    return colours, np.where(own <= best + np.float32(CLEARLY), first, index)


def _few(px: Planes, most: int) -> tuple[NDArray[np.float32], NDArray[np.uint8], NDArray[np.uint8]]:
    """Return colours, their numbers in `px`, and the number of the nearest one in a cube of all colours."""
    colours, first = in_colours(px, most)
    cube = np.stack(np.meshgrid(*[np.linspace(0, 1, 32, dtype=np.float32)] * 3, indexing="ij"), -1)
    apart = np.stack([((cube - c) ** 2).sum(-1) for c in colours])
    return colours, first, apart.argmin(0).astype(np.uint8)


def image_of(px: Planes) -> Image.Image:
    """Return `px` as an RGB image."""
    return Image.fromarray((px.transpose(1, 2, 0) * 255 + 0.5).clip(0, 255).astype(np.uint8))


def planes_of(image: Image.Image) -> Planes:
    """Return an RGB image as planes."""
    return np.asarray(image, np.float32).transpose(2, 0, 1) * np.float32(1 / 255)
