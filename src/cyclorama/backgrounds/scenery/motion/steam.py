"""Steam and mist that rise and drift in front of what is already painted."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from ..noise import resize, sample, smoothstep, tile
from ..scene import flat

if TYPE_CHECKING:
    from ..light import Colour
    from ..noise import Field
    from ..scene import Scene


def plume(
    scene: Scene, name: object, x: float, foot: float, tall: float, wide: float, tone: Colour, amount: float
) -> None:
    """Let steam rise from a vent, wider and thinner the higher it is.

    Args:
        scene: what to paint on.
        name: what its randomness depends on.
        x: column of the vent.
        foot: row of the vent.
        tall: how high it rises, in pixels.
        wide: how wide it gets, in pixels.
        tone: its colour.
        amount: how dense it is, 0 to 1.
    """
    left, right = max(0, int(x - wide)), min(scene.width, int(x + wide) + 1)
    top, bottom = max(0, int(foot - tall)), min(scene.height, int(foot + tall * 0.06) + 1)
    if right - left < 8 or bottom - top < 8:
        return
    step = max(1, round(scene.unit / 150))
    w, h = max(4, (right - left) // step), max(4, (bottom - top) // step)

    def made() -> tuple[Field, Field, Field, Field]:
        rise = (np.float32(foot) - np.linspace(top, bottom, h, dtype=np.float32)[:, None]) / np.float32(tall)
        across = (np.linspace(left, right, w, dtype=np.float32)[None, :] - np.float32(x)) / np.float32(wide)
        bend = across - np.float32(scene.rng(name, "lean").uniform(-0.35, 0.35)) * np.maximum(rise, 0) ** 1.5
        spread = 0.12 + 0.55 * np.sqrt(np.clip(rise, 0, 1))
        body = np.exp(-((bend / spread) ** 2)) * smoothstep(-0.06, 0.08, rise) * smoothstep(1.0, 0.25, rise)
        return tile(scene.rng(name), 2.6, 3, 60), bend, rise, np.asarray(body, np.float32)

    noise, across, rise, body = scene.keep((name, "plume"), made)
    climb = np.float32(scene.phase)
    size = np.float32(wide / tall * 0.14)
    one = sample(noise, across * size, -rise * 0.14 + climb)
    two = sample(noise, across * size * 1.9 + 0.37, -rise * 0.27 + 0.11 + 2 * climb)
    dense = body * np.clip(0.55 + 0.34 * one + 0.26 * two, 0, 1.4) * np.float32(amount)
    scene.paint(flat(tone), np.clip(resize(dense, right - left, bottom - top), 0, 1), top, left)
