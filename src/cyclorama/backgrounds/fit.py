"""From the few sizes that a service paints to the one that was wished for."""

from __future__ import annotations

from math import log
from typing import TYPE_CHECKING

from PIL import Image, ImageOps

if TYPE_CHECKING:
    from collections.abc import Iterable


def nearest_ratio(width: int, height: int, shapes: Iterable[tuple[int, int]]) -> tuple[int, int]:
    """Return the shape of which the least is lost when it covers `width` x `height`.

    `shapes` are (width, height) each: sizes in pixels, or bare ratios such as (16, 9); at least one. Among
    those of one ratio the one nearest in area is taken.
    """

    def distance(shape: tuple[int, int]) -> tuple[float, float]:
        # Logarithms, so that twice too wide is as far off as half as wide.
        ratio = abs(log(shape[0] / shape[1] * height / width))
        area = abs(log(shape[0] * shape[1] / (width * height)))
        return round(ratio, 6), area

    return min(shapes, key=distance)


def cover(image: Image.Image, width: int, height: int) -> Image.Image:
    """Return the middle of `image` as RGB, scaled to `width` x `height` without stretching it."""
    return ImageOps.fit(image.convert("RGB"), (width, height), Image.Resampling.LANCZOS)
