"""Far capes that end in the sea."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from ..light import colour, mix
from ..noise import line
from ..scene import flat

if TYPE_CHECKING:
    from ..scene import Scene


def paint(scene: Scene) -> None:
    """Paint a far cape to one side, and a nearer one to the other."""
    light = scene.light
    rng = scene.rng("capes")
    side = 1 if rng.random() < 0.5 else -1
    for n, (reach, tall, near) in enumerate(((0.46, 0.075, 0.25), (0.27, 0.10, 0.5))):
        x = np.linspace(0, 1, scene.width, dtype=np.float32)
        x = x if side * (1 - 2 * n) > 0 else 1 - x
        fall = np.clip(1 - x / (reach * rng.uniform(0.7, 1.05)), 0, 1) ** 0.7
        shape = fall * (0.72 + 0.4 * line(scene.rng("cape", n), scene.width, scene.unit * 0.16, 6))
        tops = scene.horizon - np.maximum(shape, 0) * tall * rng.uniform(0.7, 1.15) * scene.unit
        tops = np.where(fall > 0, tops, scene.horizon + 2)
        first, last = max(0, int(tops.min())), min(scene.height, int(scene.horizon) + 1)
        if last <= first:
            continue
        rows = scene.rows[first:last]
        mask = np.clip(rows - tops[None, :] + 0.5, 0, 1).astype(np.float32)
        land = light.ground(colour("#4f6b4a"), 0.18 if light.low else 0.55)
        tone = mix(land, light.haze, min(0.95, (0.72 - near * 0.5) * (0.7 + 0.3 * light.air)))
        foot = mix(tone, light.haze, 0.5)
        fade = np.clip((rows - first) / np.float32(max(last - first, 1)), 0, 1)
        scene.paint(flat(tone) + (flat(foot) - flat(tone)) * fade, mask, first)
