"""Shafts of light that slant through a room's air, brighter and dimmer as clouds pass."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from ..noise import Field, resize, smoothstep
from ..scene import flat

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ..light import Colour
    from ..scene import Scene


def shafts(
    scene: Scene,
    name: str,
    source: tuple[float, float],
    angle: float,
    widths: Sequence[tuple[float, float]],
    tone: Colour,
    strength: float,
    reach: float = 1.0,
) -> Field:
    """Add shafts of light, and return how bright they are, (h, w), 0 to 1.

    Args:
        scene: what to paint on.
        name: of these shafts.
        source: column and row, in pixels, of where they come from.
        angle: where they go: radians from straight down towards the right.
        widths: (offset, width) of each across its direction, in units, at the source.
        tone: of the light.
        strength: of the brightest.
        reach: how far they go, in units.
    """

    def make() -> list[Field]:
        step = max(1, round(scene.unit / 180))
        x = (scene.columns[:, ::step] - np.float32(source[0])) / np.float32(scene.unit)
        y = (scene.rows[::step] - np.float32(source[1])) / np.float32(scene.unit)
        along = x * np.float32(np.sin(angle)) + y * np.float32(np.cos(angle))
        # they widen a little on their way
        across = (x * np.float32(np.cos(angle)) - y * np.float32(np.sin(angle))) / (
            1 + 0.25 * np.clip(along, 0, 3)
        )
        fade = smoothstep(-0.05, 0.10, along) * (1 - smoothstep(0.2 * reach, reach, along))
        soft = 0.18 + 0.4 * np.clip(along, 0, 2)
        parts = []
        for offset, wide in widths:
            t = np.abs(across - np.float32(offset)) / np.float32(wide / 2)
            part = np.asarray(np.clip((1 + soft - t) / (2 * soft), 0, 1), np.float32)
            part = part * part * (3 - 2 * part) * fade
            parts.append(np.clip(resize(np.asarray(part, np.float32), scene.width, scene.height), 0, 1))
        return parts

    total = np.zeros((scene.height, scene.width), np.float32)
    parts = scene.keep(("shafts", name), make)
    for number, part in enumerate(parts):
        swell = 0.22 * scene.swing((8.0, 4.0)[number % 2]) * (1 if number % 3 else -1)
        total += part * np.float32(0.8 + swell)
    np.minimum(total, 1, out=total)
    scene.shine(flat(tone), total * np.float32(strength))
    return total
