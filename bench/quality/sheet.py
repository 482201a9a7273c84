"""The contact sheet: crops of edges, large enough to look at."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from bench.quality.camera import rgb_of
from bench.quality.methods import Kernel
from PIL import Image, ImageDraw, ImageFont

from cyclorama.backgrounds.base import Prompt, Report
from cyclorama.backgrounds.scenery import Scenery

if TYPE_CHECKING:
    from pathlib import Path

    from bench.quality.clips import Shot
    from numpy.typing import NDArray

    from cyclorama.matting import Model
    from cyclorama.picture import Look

    Plane = NDArray[np.float32]
    Pixels = NDArray[np.uint8]

TILE = 250
PART = 0.3
"""Of the frame's height: what a tile shows."""
BACKGROUNDS = "sunny beach", "living room at night"
SETTLES = 12
"""Frames before the one shown that the compositors see, to be in their stride."""


def backgrounds() -> list[Pixels]:
    """Paint a bright and a dark picture to stand before, (720, 1280, 3) RGB."""
    painter = Scenery()
    pictures = []
    for text in BACKGROUNDS:
        image = painter.generate(Prompt(text=text, seed=3), Report()).image
        pictures.append(np.asarray(image.convert("RGB"), np.uint8))
    return pictures


class Finished:
    """The product's picture with the whole look, before each background."""

    def __init__(self, model: Model, look: Look, pictures: list[Pixels]) -> None:
        self._kernels = [Kernel(model, look) for _ in pictures]
        for kernel, picture in zip(self._kernels, pictures, strict=True):
            kernel.compositor.set_picture(picture)

    def take(self, shot: Shot, answer: Plane) -> list[Pixels]:
        """Return the composites of the next frame."""
        given = []
        for kernel in self._kernels:
            kernel.compositor.take_frame(shot.frame)
            kernel.compositor.take_matte(answer)
            given.append(rgb_of(kernel.compositor.composite()))
        return given


class Sheet:
    """Rows of tiles, a row for each place that is looked at."""

    def __init__(self) -> None:
        self._rows: list[tuple[str, dict[str, Image.Image]]] = []

    def add(self, name: str, shot: Shot, before: Plane | None, columns: dict[str, Plane | Pixels]) -> None:
        """Take one shot; columns are alphas, (height, width), 0 to 1, or (height, width, 3) uint8 RGB."""
        for place, corner in places(shot, before).items():
            tiles = {
                title: _tile(column, corner, round(PART * shot.frame.height))
                for title, column in columns.items()
            }
            self._rows.append((f"{name}\n{place}", tiles))

    def save(self, path: Path) -> None:
        """Write a PNG."""
        titles = list(dict.fromkeys(title for _, tiles in self._rows for title in tiles))
        aside, above = 70, 20
        size = aside + len(titles) * (TILE + 4), above + len(self._rows) * (TILE + 4)
        sheet = Image.new("RGB", size, (24, 24, 24))
        draw, font = ImageDraw.Draw(sheet), ImageFont.load_default(14)
        for column, title in enumerate(titles):
            draw.text((aside + column * (TILE + 4), 2), title, (230, 230, 230), font)
        for row, (label, tiles) in enumerate(self._rows):
            top = above + row * (TILE + 4)
            draw.multiline_text((4, top + 4), label, (230, 230, 230), font)
            for title, tile in tiles.items():
                sheet.paste(tile, (aside + titles.index(title) * (TILE + 4), top))
        sheet.save(path)


def places(shot: Shot, before: Plane | None) -> dict[str, tuple[int, int]]:
    """Return where to look: left and top of tiles with hair, an arm, and what moves most."""
    person = shot.alpha > 0.5
    height, width = person.shape
    part = round(PART * height)
    found: dict[str, tuple[int, int]] = {}
    rows = np.flatnonzero(person.any(1))
    if not rows.size:
        return found
    head = np.flatnonzero(person[min(rows[0] + part // 4, height - 1)])
    found["hair"] = int(head[0]) - part // 2, int(rows[0]) - part // 5
    arm = np.flatnonzero(person[height * 3 // 4])
    if arm.size:
        found["arm"] = int(arm[0]) - part // 2, height * 3 // 4 - part // 2
    if before is not None:
        moved = np.abs(shot.alpha - before)
        cells = moved[: height // 16 * 16, : width // 16 * 16].reshape(height // 16, 16, width // 16, 16)
        y, x = divmod(int(cells.sum((1, 3)).argmax()), width // 16)
        found["motion"] = x * 16 + 8 - part // 2, y * 16 + 8 - part // 2
    return {
        name: (max(0, min(left, width - part)), max(0, min(top, height - part)))
        for name, (left, top) in found.items()
    }


def _tile(column: Plane | Pixels, corner: tuple[int, int], part: int) -> Image.Image:
    left, top = corner
    crop = column[top : top + part, left : left + part]
    if crop.ndim == 2:
        grey = np.clip(np.asarray(crop, np.float32), 0, 1) * 255 + 0.5
        crop = np.repeat(grey.astype(np.uint8)[..., None], 3, -1)
    return Image.fromarray(np.ascontiguousarray(crop)).resize((TILE, TILE), Image.Resampling.BICUBIC)
