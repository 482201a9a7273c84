"""Shapes drawn once and bent a little from moment to moment: palms, weed, branches."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from PIL import Image

if TYPE_CHECKING:
    from collections.abc import Callable

    from ..noise import Reals
    from ..scene import Scene
    from ..shapes import Cutout

    Bend = Callable[[Reals, Reals], tuple[Reals, Reals]]

CELLS = 14  # of the mesh, along the longer side


class Sprite:
    """What was drawn on `cut` (with a `bleed` for as far as it will move), ready to be bent."""

    def __init__(self, cut: Cutout) -> None:
        self.empty = cut.empty
        if self.empty:
            return
        self._left, self._top, self._width, self._height = cut.left, cut.top, cut.width, cut.height
        image = cut.image
        if cut.scale > 1:
            # half as large again as it is seen: what is bent then neither blurs nor breaks up
            image = image.reduce(2)
        if cut.soft >= 0.7:
            step = cut.soft * 1.7
            small = (max(1, round(cut.width / step)), max(1, round(cut.height / step)))
            image = image.resize(small, Image.Resampling.BOX).resize(
                (cut.width, cut.height), Image.Resampling.BICUBIC
            )
        self._image = image
        cells = max(cut.width, cut.height) / CELLS
        self._columns = _edges(cut.width, cells)
        self._rows = _edges(cut.height, cells)

    def paint(self, scene: Scene, bend: Bend, opacity: float = 1.0) -> None:
        """Lay it on the scene, bent.

        `bend` says by how much the points at x and y, in pixels of the picture, have moved.
        """
        if self.empty:
            return
        x, y = np.meshgrid(self._columns, self._rows)
        dx, dy = bend(x + self._left, y + self._top)
        scale = self._image.width / self._width
        sx, sy = (x - dx) * scale, (y - dy) * self._image.height / self._height
        corners = np.stack([sx[:-1, :-1], sy[:-1, :-1], sx[1:, :-1], sy[1:, :-1]], 2)
        corners = np.concatenate(
            [corners, np.stack([sx[1:, 1:], sy[1:, 1:], sx[:-1, 1:], sy[:-1, 1:]], 2)], 2
        )
        mesh = [
            ((c0, r0, c1, r1), tuple(corners[j, i].tolist()))
            for j, (r0, r1) in enumerate(zip(self._rows, self._rows[1:], strict=False))
            for i, (c0, c1) in enumerate(zip(self._columns, self._columns[1:], strict=False))
        ]
        bent = self._image.transform(
            (self._width, self._height), Image.Transform.MESH, mesh, Image.Resampling.BILINEAR
        )
        left, top = max(0, self._left), max(0, self._top)
        right, bottom = (
            min(scene.width, self._left + self._width),
            min(scene.height, self._top + self._height),
        )
        if right <= left or bottom <= top:
            return
        part = bent.crop((left - self._left, top - self._top, right - self._left, bottom - self._top))
        planes = np.asarray(part).transpose(2, 0, 1).astype(np.float32) * np.float32(1 / 255)
        scene.paint(planes[:3], planes[3] * np.float32(opacity), top, left)


def _edges(length: int, cell: float) -> list[int]:
    count = max(1, round(length / cell))
    return sorted({round(length * k / count) for k in range(count + 1)})
