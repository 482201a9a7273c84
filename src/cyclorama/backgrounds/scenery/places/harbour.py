"""A small harbour: houses along the quay, boats at their moorings, a lighthouse on the mole."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from ..air import birds
from ..air.heavens import HEAVENS
from ..land import terrain
from ..light import colour, mix
from ..motion.particles import splat
from ..scene import Layer, Place, flat
from ..sea import lighthouse, marina, water, waterfront
from ..shapes import Cutout
from .sea import sea_colour

if TYPE_CHECKING:
    from ..scene import Scene


def hills(scene: Scene) -> None:
    """Paint wooded hills behind the town, lower in the middle, where the sea is."""
    light, u, h = scene.light, scene.unit, scene.horizon
    far = mix(light.ground(colour("#5d7486"), 0.4), light.haze, min(0.92, 0.62 * light.air**0.3))
    terrain.ridge(scene, "far", h + u * 0.01, u * 0.30, u * 0.5, far, light.haze, 5, 0.45, 0.75)
    near = mix(
        light.ground(colour("#4f6b45"), 0.2 if light.low else 0.5),
        light.haze,
        min(0.9, 0.34 * light.air**0.5),
    )
    terrain.ridge(
        scene, "near", h + u * 0.02, u * 0.44, u * 0.30, near, mix(near, light.haze, 0.4), 6, 0.5, 0.98
    )


def sides(scene: Scene) -> tuple[float, float]:
    """Return how far the town reaches in from the left and the right edge, in pixels."""
    rng = scene.rng("town")
    u, half = scene.unit, scene.width / 2
    main, other = half - u * rng.uniform(0.15, 0.21), half - u * rng.uniform(0.30, 0.45)
    swap = scene.sun[0] < half  # the open sea is where the sun stands
    left, right = (other, main) if swap else (main, other)
    return max(left, half * 0.2), max(right, half * 0.2)


def town(scene: Scene) -> None:
    """Paint the houses, a second row above the first, and the quay's wall."""
    light, u = scene.light, scene.unit
    left, right = sides(scene)
    foot = scene.horizon - u * 0.012
    for name, lift, tall, share, haze in (
        ("upper", 0.085, 0.15, 0.86, 0.34),
        ("front", 0.0, 0.17, 1.0, 0.16),
    ):
        for side, reach in ((0, left), (1, right)):
            rng = scene.rng("houses", name, side)
            start, end = (
                (-u * 0.04, reach * share)
                if side == 0
                else (scene.width - reach * share, scene.width + u * 0.04)
            )
            waterfront.row(scene, rng, foot - lift * u, start, end, u * tall, haze)
    stone = mix(light.ground(colour("#8d8478"), 0.25 if light.low else 0.5), light.haze, 0.14)
    cut = Cutout(scene, (0, foot - 2, scene.width, scene.horizon + u * 0.02), stone)
    for start, end, slope in (
        (-2.0, left + u * 0.05, 1),
        (scene.width - right - u * 0.05, scene.width + 2.0, -1),
    ):
        a, b = (start, end) if slope > 0 else (end, start)
        cut.polygon(
            [
                (a, foot - 1),
                (b - slope * u * 0.01, foot - 1),
                (b, scene.horizon + u * 0.006),
                (a, scene.horizon + u * 0.006),
            ],
            stone,
        )
        cut.rectangle(a, foot - 1, b - slope * u * 0.01, foot + u * 0.003, stone * np.float32(1.25))
    cut.paint()
    if light.lamps > 0.3:
        _lamps(scene, left, right, foot)


def _lamps(scene: Scene, left: float, right: float, foot: float) -> None:
    """Paint street lamps along the quay."""
    u = scene.unit
    step = u * 0.085
    x = np.concatenate([np.arange(left, 0, -step), np.arange(scene.width - right, scene.width, step)])
    y = np.full(len(x), foot - u * 0.034)
    strength = np.full(len(x), float(scene.light.lamps))
    spots = splat(scene.height, scene.width, x, y, np.full(len(x), u * 0.0026), strength)
    spots += splat(scene.height, scene.width, x, y, np.full(len(x), u * 0.013), strength * 0.34)
    scene.shine(flat(colour("#ffd08a")), np.minimum(spots, 1))


def basin(scene: Scene) -> None:
    """Paint the harbour's water, sheltered from the waves."""
    water.paint(scene, scene.horizon, scene.height, sea_colour(scene) * np.float32(0.85), 0.5, 0.9)


def piles(scene: Scene) -> None:
    """Paint mooring posts close by, to one side, out of focus."""
    rng = scene.rng("piles")
    light, u = scene.light, scene.unit
    side = 1 if scene.sun[0] > scene.width / 2 else -1
    wood = colour("#6b5442")
    cut = Cutout(
        scene, (0, scene.height - u * 0.5, scene.width, scene.height), light.ground(wood, 0.3), u * 0.0030
    )
    sunny = 1 if scene.sun[0] > scene.width / 2 else -1
    for n in range(int(rng.integers(1, 4))):
        x = scene.width / 2 + side * (scene.width / 2 - u * (0.05 + 0.10 * n + 0.02 * rng.random()))
        half, top = u * (0.022 - 0.003 * n), scene.height - u * (0.30 - 0.06 * n + 0.03 * rng.random())
        strips = 6
        for k in range(strips):
            a, b = -1 + 2 * k / strips, -1 + 2 * (k + 1) / strips
            shade = 0.12 + (0.22 if light.low or light.moon else 0.5) * (0.5 + 0.5 * (a + b) / 2 * sunny)
            cut.rectangle(x + a * half, scene.height, x + b * half, top, light.ground(wood, shade))
        cut.disc(x, top, half, light.ground(wood * np.float32(1.25), 0.4), 0.3)
        rope = light.ground(colour("#d8c8a4"), 0.4)
        for k in range(3):
            y = top + u * (0.045 + 0.012 * k)
            cut.polygon(
                [
                    (x - half * 1.12, y),
                    (x + half * 1.12, y + u * 0.003),
                    (x + half * 1.12, y + u * 0.011),
                    (x - half * 1.12, y + u * 0.008),
                ],
                rope,
            )
    cut.paint()


def mole(scene: Scene) -> None:
    """Paint the lighthouse, at the town's end."""
    lighthouse.tower(scene, 0.29)


def mole_lamp(scene: Scene) -> None:
    """Paint its light."""
    lighthouse.lamp(scene, 0.29)


HARBOUR = Place(
    layers=(
        HEAVENS,
        Layer("hills", hills),
        Layer("town", town),
        Layer("lighthouse", mole),
        Layer("water", basin, moves=True),
        Layer("its light", mole_lamp, moves=True),
        Layer("boats", marina.paint, moves=True),
        Layer("birds", birds.paint, moves=True),
        Layer("mooring posts", piles),
    ),
    horizon=0.56,
    soft=0.9,
    holds=frozenset({"sailboat", "birds", "moon", "stars", "clouds", "lighthouse"}),
)
