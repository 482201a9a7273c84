"""Beams of light in hazy air, that swing slowly, and the dust that drifts in them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from ..motion.particles import splat
from ..noise import resize, sample, tile
from ..scene import flat
from .lights import enlarged

if TYPE_CHECKING:
    from ..light import Colour
    from ..scene import Planes, Scene


@dataclass(frozen=True)
class Beam:
    """One beam.

    Attributes:
        x: column of the lamp, in pixels.
        y: row of the lamp.
        angle: where it points, in radians to the right of straight down.
        swing: how far it turns to each side.
        every: how long a swing takes, in seconds.
        at: where in its swing it begins, 0 to 1.
        spread: half its opening, in radians.
        reach: where it has faded, in pixels.
        tone: its colour.
        amount: how bright it is.
    """

    x: float
    y: float
    angle: float
    swing: float
    every: float
    at: float
    spread: float
    reach: float
    tone: Colour
    amount: float

    def now(self, scene: Scene) -> float:
        """Return where it points at this moment."""
        return self.angle + self.swing * scene.swing(self.every, self.at)


def paint(scene: Scene, beams: list[Beam], step: int = 4) -> Planes:
    """Let them shine; worked out in squares of `step` pixels. Return their light, small, (3, h, w)."""
    w, h = max(8, scene.width // step), max(8, scene.height // step)
    sx, sy = np.float32(scene.width / w), np.float32(scene.height / h)

    def haze() -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        x, y = np.arange(w, dtype=np.float32)[None, :] * sx, np.arange(h, dtype=np.float32)[:, None] * sy
        return x, y, tile(scene.rng("haze"), 2.4, 2, 40)

    x, y, noise = scene.keep("beams", haze)
    drift = np.float32(scene.phase)
    mist = sample(noise, x / np.float32(scene.unit * 2.4) + drift, y / np.float32(scene.unit * 2.4))
    mist = 0.82 + 0.14 * mist
    light = np.zeros((3, h, w), np.float32)
    for beam in beams:
        a = beam.now(scene)
        dx, dy = x - np.float32(beam.x), y - np.float32(beam.y)
        along = dx * np.float32(np.sin(a)) + dy * np.float32(np.cos(a))
        off = dx * np.float32(np.cos(a)) - dy * np.float32(np.sin(a))
        width = np.maximum(along, 0) * np.float32(np.tan(beam.spread)) + np.float32(scene.unit * 0.008)
        t = np.clip(along / np.float32(beam.reach), 0, 1)
        body = np.exp(-((off / width) ** 2) * np.float32(1.6)) * (1 - t) ** np.float32(1.4)
        body *= (along > 0) * mist * np.float32(beam.amount)
        light += flat(beam.tone) * body
    scene.shine(np.stack([enlarged(p, scene.width, scene.height) for p in light]))
    return light


def dust(scene: Scene, light: Planes, count: int) -> None:
    """Show dust where `light` (3, h, w), of any size, falls."""
    rng = scene.rng("dust")
    n = int(count * scene.area)
    x0, y0 = rng.random(n), rng.random(n)
    at, size = rng.random(n), rng.uniform(0.5, 1.5, n) * scene.unit / 720
    swing = 2 * np.pi * (scene.phase + at)
    x = (x0 + 0.008 * np.sin(swing)) * scene.width
    life = (scene.phase + at) % 1
    y = (y0 + 0.05 * life) * scene.height
    strength = np.sin(np.pi * life) ** 2 * rng.uniform(0.2, 0.9, n)
    scale = 2
    spots = splat(
        scene.height // scale,
        scene.width // scale,
        x / scale,
        y / scale,
        np.maximum(size / scale, 0.55),
        strength,
    )
    bright = np.stack([resize(p, scene.width, scene.height) for p in light])
    scene.shine(
        np.clip(bright, 0, 1) * np.float32(2.2) + flat(np.full(3, 0.02, np.float32)),
        enlarged(spots, scene.width, scene.height),
    )
