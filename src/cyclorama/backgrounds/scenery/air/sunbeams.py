"""Beams of the sun through leaves and lit mist."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from ..light import mix
from ..noise import line, resize
from ..scene import Layer, flat

if TYPE_CHECKING:
    from ..noise import Field
    from ..scene import Scene


def layer(number: int) -> Layer:
    """Return a layer of beams from where the sun stands behind the leaves; they brighten and fade."""

    def plan(scene: Scene) -> tuple[Field, Field]:
        w, h = max(scene.width // 4, 8), max(scene.height // 4, 8)
        sx = (scene.width * 0.5 + (scene.sun[0] - scene.width * 0.5) * 0.9) / scene.width * w
        x = np.arange(w, dtype=np.float32)[None, :] - np.float32(sx)
        y = np.arange(h, dtype=np.float32)[:, None] + np.float32(0.35 * h)
        angle = np.arctan2(x, y)
        reach = np.exp(-((np.hypot(x, y) / h - 0.75) ** 2) * 2.2)
        rays = []
        for part in range(2):
            knots = line(scene.rng("beams", number, part), 512, 15, 3)
            ray = np.interp(angle.ravel(), np.linspace(-1.6, 1.6, 512), knots).reshape(h, w)
            rays.append(np.asarray(np.clip(ray - 0.02, 0, 1) * reach, np.float32))
        return rays[0], rays[1]

    def paint(scene: Scene) -> None:
        light = scene.light
        asked = scene.wants("sunbeams")
        if "sunbeams" in scene.dropped or (light.glow < 0.3 and not asked):
            return
        one, two = scene.keep(("beams", number), lambda: plan(scene))
        breath = 0.5 + 0.5 * scene.swing(8, 0.25 * number)
        strength = (0.44 if asked else 0.30) * (0.6 + 0.6 * light.glow)
        amount = (one * np.float32(0.55 + 0.45 * breath) + two * np.float32(1.0 - 0.45 * breath)) * strength
        tone = mix(light.disc, light.key, 0.5)
        scene.shine(
            flat(tone), np.clip(resize(np.asarray(amount, np.float32), scene.width, scene.height), 0, 1)
        )

    return Layer("light", paint, moves=True)
