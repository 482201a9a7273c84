"""Dust that drifts through a room's sunbeam, and through its air."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from ..light import colour, mix
from ..noise import resize
from ..scene import Layer
from . import interior

if TYPE_CHECKING:
    from collections.abc import Callable

    from ..noise import Field
    from ..scene import Scene
    from .interior import Lit
    from .room import Room


def layer(build: Callable[[Scene], Room], count: int = 46) -> Layer:
    """Return the layer of dust in the sun of the room that `build` builds (see `drift`)."""

    def paint(scene: Scene) -> None:
        drift(scene, interior.of(scene, build), count)

    return Layer("dust", paint, moves=True)


def drift(scene: Scene, lit: Lit, count: int = 46) -> None:
    """Paint specks of dust where the sun shows in the air, each living a whole number of lives a loop."""
    if scene.light.moon or lit.beam.size < 4 or float(lit.beam.max()) <= 0.05:
        return

    def born() -> Field:
        return scene.rng("motes").random((count, 7)).astype(np.float32)

    bright = scene.keep("bright air", lambda: resize(lit.beam, scene.width, scene.height))
    tone = mix(scene.light.disc, colour("#fff4dc"), 0.4).reshape(3, 1, 1)
    unit = scene.unit
    for x, y, way, speed, start, size, depth in scene.keep("motes", born):
        age = float((scene.phase + start) % 1.0)
        px = scene.width * x + unit * (0.05 + 0.05 * speed) * (age - 0.5) * (1 if way > 0.4 else -1)
        py = (
            scene.height * (0.08 + 0.8 * y)
            - unit * 0.05 * (age - 0.5)
            + unit * 0.008 * np.sin(6.283 * (2 * age + way))
        )
        column, row = int(px), int(py)
        if not (0 <= column < scene.width and 0 <= row < scene.height):
            continue
        air = float(bright[row, column])
        if air < 0.03:
            continue
        near = scene.around(float(px), float(py), unit * (0.0012 + 0.0028 * size * size), 2.2)
        if near is not None:
            distance, top, left = near
            fade = np.float32(min(1.0, air * 1.6) * np.sin(np.pi * age) ** 2 * (0.20 + 0.35 * depth))
            scene.shine(tone, np.exp(-distance * distance) * fade, top, left)
