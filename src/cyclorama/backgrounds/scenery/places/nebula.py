"""Inside a nebula: gas in all its colours, young stars that light it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from .. import silhouette
from ..air import comet, gas, planets
from ..light import colour, mix
from ..motion.particles import splat
from ..scene import Layer, Place, flat
from .space import dust, shooting_star, stars

if TYPE_CHECKING:
    from ..noise import Reals
    from ..scene import Scene


def rich_gas(scene: Scene) -> None:
    """Paint the gas."""
    gas.paint(scene, 1.18)


def cluster(scene: Scene) -> None:
    """Paint a cluster of young blue stars to one side, in a glow of its own, that breathes."""

    def strewn() -> tuple[float, float, list[Reals]]:
        rng = scene.rng("cluster")
        u = scene.unit
        side = 1 if rng.random() < 0.5 else -1
        for _ in range(12):
            x = scene.width / 2 + side * min(scene.width * rng.uniform(0.22, 0.38), u * 0.62)
            y = scene.height * rng.uniform(0.20, 0.48)
            if not silhouette.covers(scene.width, scene.height, x, y, 0.14):
                break
        n = 46
        bright = rng.random(n) ** 3
        own: list[Reals] = [
            x + rng.normal(0, 1, n) * u * 0.055,
            y + rng.normal(0, 1, n) * u * 0.04,
            u / 720 * (0.6 + 1.5 * bright),
            0.25 + 0.75 * bright,
            rng.random(n),
        ]
        return x, y, own

    x, y, (sx, sy, radius, strength, at) = scene.keep("cluster", strewn)
    part = scene.around(x, y, scene.unit * 0.16, 2.4)
    if part is not None:
        d, top, left = part
        breath = np.float32(0.92 + 0.08 * scene.swing(8.0, 0.2))
        glow = np.exp(-d * 2.3) * np.clip((2.4 - d) / 1.2, 0, 1) * np.float32(0.55) * breath
        tone = mix(gas.hues(scene)[2], colour("#dfeaff"), 0.5)
        scene.shine(flat(tone), np.asarray(glow, np.float32), top, left)
    twinkle = 1 + 0.22 * np.sin(2 * np.pi * (np.rint(1 + at * 3) * scene.phase + at))
    spots = splat(scene.height, scene.width, sx, sy, radius, strength * twinkle)
    spots += splat(scene.height, scene.width, sx, sy, radius * 4, strength**2 * 0.16 * twinkle)
    scene.shine(flat(colour("#dce8ff")), np.minimum(spots, 1))


def worlds(scene: Scene) -> None:
    """Paint planets where they were asked for."""
    if {"planet", "rings"} & scene.elements:
        planets.paint(scene)


NEBULA = Place(
    layers=(
        Layer("gas", rich_gas, moves=True),
        Layer("dust", dust),
        Layer("stars", stars, moves=True),
        Layer("cluster", cluster, moves=True),
        Layer("comet", comet.paint, moves=True),
        Layer("planets", worlds, moves=True),
        Layer("meteor", shooting_star, moves=True),
    ),
    horizon=1.0,
    time="night",
    outdoors=False,
    soft=0.45,
    holds=frozenset({"planet", "rings", "stars", "comet"}),
    lit=False,
)
