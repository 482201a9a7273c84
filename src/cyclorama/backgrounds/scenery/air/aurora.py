"""Northern lights that wander and flicker slowly."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from ..light import colour
from ..noise import TILE, resize, sample, tile
from ..scene import flat

if TYPE_CHECKING:
    from ..noise import Field, Reals
    from ..scene import Scene

CURTAINS = 3


def paint(scene: Scene) -> None:
    """Curtains of green light, with violet hems."""
    quiet = scene.light.stars < 0.9
    if not scene.wants("aurora", otherwise=not quiet and scene.weather in {"fair", "clear"}):
        return
    w, h = max(scene.width // 3, 8), max(int(scene.horizon) // 3, 8)
    x = np.linspace(-0.5, 0.5, w, dtype=np.float32) * np.float32(scene.width / scene.unit)
    up = np.linspace(1, 0, h, dtype=np.float32)[:, None]
    green, hem, violet = (np.zeros((h, w), np.float32) for _ in range(3))
    for n in range(CURTAINS):
        curtain = scene.keep(("aurora", n), partial(_curtain, scene, n))
        foot, rays, power = curtain.at(x, scene.phase)
        d = up - foot
        above = np.maximum(d, 0)
        # the rays stand in the curtain: crisp at its foot, run together above
        body = np.where(d > 0, np.exp(-above * curtain.fall), np.exp(d * 42)).astype(np.float32)
        body *= power * (rays + (0.6 - rays) * np.minimum(above * 2.2, 1))
        green += body * np.float32(0.86 - 0.14 * n)
        hem += np.exp(-(((d + 0.010) / 0.016) ** 2)) * rays * power * np.float32(0.26)
        violet += above * body * np.float32(1.5)
    size = (scene.width, int(scene.horizon))
    for light, tone in ((green, "#35f59a"), (violet, "#a855ff"), (hem, "#ff7ad0")):
        scene.shine(flat(colour(tone)), np.clip(resize(light, *size), 0, 1))


class Curtain(NamedTuple):
    """One curtain: where its foot hangs, and how its rays are spread, as a tile of noise read along a line.

    Reading the tile along another row is another moment, and its last row comes before its first.
    """

    noise: Field
    base: float
    bend: float
    fall: float
    at_row: float
    way: int

    def at(self, x: Field, phase: float) -> tuple[Field, Field, Field]:
        """Return the height of the foot, how bright the rays are and how strong the curtain is, (1, w)."""
        turn = 2 * np.pi * phase
        near, aside = 0.030 * (1 - np.cos(turn)), 0.030 * np.sin(turn)

        def noise(scale: float, start: float, row: float) -> Field:
            there = np.full(1, self.at_row + row, np.float32)
            return sample(self.noise, along * np.float32(scale) + np.float32(start), there)

        along = x * np.float32(0.16) + np.float32(0.006 * np.sin(turn) * self.way)
        # folds: the curtain doubles back on itself where it is bent most
        foot = self.base + self.bend * (noise(0.9, 0, near) + 0.35 * noise(2.3, 0, 0.2 - near))
        fold = np.abs(noise(1.3, 0.5, 0.4 + aside))
        rays = 0.62 + 0.26 * noise(9, 0, 0.6 + aside * 0.8) + 0.15 * noise(23, 0, 0.8 - near * 0.8)
        power = np.clip(0.78 + 0.36 * noise(0.8, 0.2, 0.1 + aside), 0.22, 1.35)
        power = power * (0.75 + 0.35 * np.exp(-fold * 2.5))
        return _row(foot), _row(np.clip(rays, 0.2, 1.3)), _row(power)


def _row(a: Reals) -> Field:
    return np.asarray(a, np.float32).reshape(1, -1)


def _curtain(scene: Scene, n: int) -> Curtain:
    rng = scene.rng("aurora", n)
    noise = np.roll(tile(rng, 3.0, 1, 60), TILE // 3, 0)
    return Curtain(
        noise,
        base=0.30 + 0.16 * n + rng.uniform(-0.03, 0.04),
        bend=rng.uniform(0.07, 0.12),
        fall=rng.uniform(3.6, 5.2),
        at_row=float(rng.random()),
        way=1 if rng.random() < 0.5 else -1,
    )
