"""Anti-aliased shapes: polygons drawn large with Pillow and averaged down."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from PIL import Image, ImageDraw

from .noise import Field
from .scene import Planes, Scene

Point = tuple[float, float]


def blur(field: Field, radius: float) -> Field:
    """`field` (h, w) blurred by about `radius` pixels: a box three times over, so nearly a Gaussian."""
    width = max(1, round(radius))
    if radius < 0.5:
        return field
    for _ in range(3):
        for axis in (0, 1):
            n = field.shape[axis]
            r = min(width, n - 1)
            pad = [(0, 0), (0, 0)]
            pad[axis] = (r + 1, r)
            total = np.cumsum(np.pad(field, pad, mode="edge"), axis=axis, dtype=np.float64)
            hi = total[2 * r + 1 :] if axis == 0 else total[:, 2 * r + 1 :]
            lo = total[: n] if axis == 0 else total[:, : n]
            field = ((hi - lo) / (2 * r + 1)).astype(np.float32)
    return field


class Cutout:
    """Shapes of many colours drawn as one layer.

    Args:
        box: left, top, right, bottom of the part of the picture it may touch, in pixels.
        base: the colour that soft edges fade to, (3,): that of the shapes, roughly.
    """

    def __init__(self, scene: Scene, box: tuple[float, float, float, float], base: Field) -> None:
        self.scene = scene
        self.left, self.top = max(0, int(box[0])), max(0, int(box[1]))
        right, bottom = min(scene.width, int(box[2]) + 1), min(scene.height, int(box[3]) + 1)
        self.width, self.height = right - self.left, bottom - self.top
        self.empty = self.width <= 0 or self.height <= 0
        if self.empty:
            return
        self.scale = 3 if self.width * self.height < 1_200_000 else 2
        size = (self.width * self.scale, self.height * self.scale)
        self.mask = Image.new("L", size)
        self.colours = Image.new("RGB", size, ink(base))
        self._mask, self._colours = ImageDraw.Draw(self.mask), ImageDraw.Draw(self.colours)

    def polygon(self, points: Sequence[Point], colour: Field) -> None:
        """A filled polygon; `points` in pixels of the picture."""
        if self.empty:
            return
        s = self.scale
        flat = [((x - self.left) * s, (y - self.top) * s) for x, y in points]
        self._mask.polygon(flat, fill=255)
        self._colours.polygon(flat, fill=ink(colour))

    def disc(self, x: float, y: float, radius: float, colour: Field, squash: float = 1.0) -> None:
        """A filled circle, or an ellipse `squash` times as high as wide."""
        if self.empty:
            return
        s = self.scale
        cx, cy, rx, ry = (x - self.left) * s, (y - self.top) * s, radius * s, radius * s * squash
        box = (cx - rx, cy - ry, cx + rx, cy + ry)
        self._mask.ellipse(box, fill=255)
        self._colours.ellipse(box, fill=ink(colour))

    def paint(self, soft: float = 0.0, opacity: float = 1.0) -> None:
        """Lay the shapes on the scene, `soft` pixels out of focus."""
        if self.empty:
            return
        mask, colours = self.planes()
        if soft >= 0.5:
            mask = blur(mask, soft)
            colours = np.stack([blur(p, soft) for p in colours])
        self.scene.paint(colours, mask * np.float32(opacity), self.top, self.left)

    def planes(self) -> tuple[Field, Planes]:
        """The coverage (h, w) and colours (3, h, w) at the picture's own size."""
        mask = np.asarray(self.mask.reduce(self.scale), np.float32) / np.float32(255)
        colours = np.asarray(self.colours.reduce(self.scale), np.float32).transpose(2, 0, 1) / np.float32(255)
        return mask, np.ascontiguousarray(colours)


def ink(colour: Field) -> tuple[int, int, int]:
    """`colour` (3,), 0 to 1, as Pillow wants it."""
    r, g, b = (min(255, max(0, int(c * 255 + 0.5))) for c in colour)
    return r, g, b
