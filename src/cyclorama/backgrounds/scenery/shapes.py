"""Anti-aliased shapes: polygons drawn large with Pillow and averaged down."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from PIL import Image, ImageDraw

from .noise import bands

if TYPE_CHECKING:
    from collections.abc import Sequence

    from .noise import Field
    from .scene import Scene

Point = tuple[float, float]


def blur(field: Field, radius: float) -> Field:
    """`field` (h, w) blurred by about `radius` pixels: a box three times over, so nearly a Gaussian."""
    if radius < 0.5:
        return field
    reach = max(1, round(radius))
    height, width = field.shape
    out = np.empty((height, width), np.float32)
    for band in bands(width, height + 6 * reach):
        out[:, band] = _boxes(field[:, band], min(reach, height - 1))
    for band in bands(height, width + 6 * reach):
        out[band] = _boxes(out[band].T, min(reach, width - 1)).T
    return out


def _boxes(field: Field, reach: int) -> Field:
    """Return the mean of every row and the `reach` rows before and after it, thrice; the outer ones go on.

    Sums of 1, 2, 4, 8... rows are made from each other, and those that a window is made of are added.
    """
    n, size = field.shape[0], 2 * reach + 1
    if reach < 1:
        return field
    for _ in range(3):
        rows = np.concatenate([field[:1].repeat(reach, 0), field, field[-1:].repeat(reach, 0)])
        out, done, span = rows[:n].copy("K"), 1, 1
        while 2 * span <= size:
            rows = rows[:-span] + rows[span:]
            span *= 2
            if size & span:
                out += rows[done : done + n]
                done += span
        out *= np.float32(1 / size)
        field = out
    return field


class Cutout:
    """Shapes of many colours drawn as one layer.

    Args:
        scene: what it will be painted on.
        box: left, top, right, bottom of the part of the picture it may touch, in pixels.
        base: the colour that soft edges fade to, (3,): that of the shapes, roughly.
        soft: how far out of focus the layer is, in pixels.
        bleed: how far it may reach out of the picture, for shapes that will be moved (see `Sprite`).
    """

    def __init__(
        self,
        scene: Scene,
        box: tuple[float, float, float, float],
        base: Field,
        soft: float = 0.0,
        bleed: int = 0,
    ) -> None:
        self.scene, self.soft = scene, soft
        self.left, self.top = max(-bleed, int(box[0])), max(-bleed, int(box[1]))
        right = min(scene.width + bleed, int(box[2]) + 1)
        bottom = min(scene.height + bleed, int(box[3]) + 1)
        self.width, self.height = right - self.left, bottom - self.top
        self.empty = self.width <= 0 or self.height <= 0
        if self.empty:
            return
        self.scale = 1 if soft >= 1.5 else 3 if bleed or self.width * self.height < 400_000 else 2
        # the fourth channel is the coverage; RGBX keeps Pillow from premultiplying by it
        size = (self.width * self.scale, self.height * self.scale)
        self.image = Image.new("RGBX", size, (*ink(base), 0))
        self.draw = ImageDraw.Draw(self.image)

    def polygon(self, points: Sequence[Point], colour: Field) -> None:
        """Draw a filled polygon; `points` in pixels of the picture."""
        if self.empty:
            return
        s, left, top = self.scale, self.left, self.top
        self.draw.polygon([((x - left) * s, (y - top) * s) for x, y in points], fill=(*ink(colour), 255))

    def rectangle(self, left: float, top: float, right: float, bottom: float, colour: Field) -> None:
        """Draw a filled rectangle."""
        self.polygon([(left, top), (right, top), (right, bottom), (left, bottom)], colour)

    def disc(self, x: float, y: float, radius: float, colour: Field, squash: float = 1.0) -> None:
        """Draw a filled circle, or an ellipse `squash` times as high as wide."""
        if self.empty:
            return
        s = self.scale
        cx, cy, rx, ry = (x - self.left) * s, (y - self.top) * s, radius * s, radius * s * squash
        self.draw.ellipse((cx - rx, cy - ry, cx + rx, cy + ry), fill=(*ink(colour), 255))

    def paint(self, opacity: float = 1.0) -> None:
        """Lay the shapes on the scene."""
        if self.empty:
            return
        image = self.image.reduce(self.scale) if self.scale > 1 else self.image
        if self.soft >= 0.7:
            step = self.soft * 1.7
            small = (max(1, round(self.width / step)), max(1, round(self.height / step)))
            image = image.resize(small, Image.Resampling.BILINEAR).resize(
                image.size, Image.Resampling.BICUBIC
            )
        cover = image.getchannel(3)
        box = cover.getbbox()
        if box is None:
            return
        mask = np.asarray(cover.crop(box)) * np.float32(opacity / 255)
        planes = [image.getchannel(i).crop(box) for i in range(3)]
        colours = np.stack([np.asarray(plane) * np.float32(1 / 255) for plane in planes])
        self.scene.paint(colours, mask, self.top + box[1], self.left + box[0])


def ink(colour: Field) -> tuple[int, int, int]:
    """`colour` (3,), 0 to 1, as Pillow wants it."""
    r, g, b = colour.tolist()
    return (
        min(255, max(0, int(r * 255 + 0.5))),
        min(255, max(0, int(g * 255 + 0.5))),
        min(255, max(0, int(b * 255 + 0.5))),
    )
