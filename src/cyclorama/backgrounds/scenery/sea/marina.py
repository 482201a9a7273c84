"""Boats at their moorings: sails furled, masts that sway."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from ..light import Colour, colour, mix, pick
from ..shapes import Cutout
from .afloat import Afloat, mirrored

if TYPE_CHECKING:
    from ..scene import Scene

HULLS = ("#f4f1ea", "#24486e", "#f4f1ea", "#a83a2e", "#2f6a64", "#e8c05a", "#f4f1ea", "#3a3f4a")


@dataclass(frozen=True)
class Moored(Afloat):
    """A boat: its colours, whether it has a mast, and how much air is before it."""

    hull: Colour
    stripe: Colour
    mast: bool
    air: float


def paint(scene: Scene) -> None:
    """Paint the boats, far ones first. The layer moves."""
    for boat in scene.keep("moorings", lambda: _moorings(scene)):
        _boat(scene, boat)


def _moorings(scene: Scene) -> list[Moored]:
    rng = scene.rng("moorings")
    u, middle = scene.unit, scene.width / 2
    asked = scene.count("sailboat", 0)
    boats: list[Moored] = []

    def moor(x: float, down: float, size: float, mast: bool) -> None:
        hull = pick(rng, HULLS)
        if scene.colours and not boats:
            hull = scene.colours[0]
        stripe = pick(rng, ("#c8453a", "#2f5a8c", "#e8b04a", "#f4f1ea"))
        way = 1 if rng.random() < 0.5 else -1
        air = float(np.clip(0.34 - down * 1.6, 0.02, 0.4)) * scene.light.air**0.6
        boats.append(
            Moored(
                x,
                scene.horizon + down * u,
                size * u,
                way,
                float(rng.random()),
                hull,
                stripe,
                mast,
                min(air, 0.85),
            )
        )

    side = -1 if scene.sun[0] > middle else 1
    far = asked or int(rng.integers(5, 9))
    for n in range(far):
        at = side if n % 2 == 0 else -side
        out = u * (0.24 + 0.62 * (n // 2 + rng.uniform(0.2, 0.8)) / ((far + 1) // 2))
        moor(
            middle + at * min(out, scene.width * 0.47),
            rng.uniform(0.018, 0.06),
            rng.uniform(0.085, 0.125),
            True,
        )
    if "sailboat" not in scene.dropped and not asked:
        for at in (side, -side):
            for _ in range(int(rng.integers(0, 3))):
                moor(
                    middle + at * min(u * rng.uniform(0.46, 0.80), scene.width * 0.44),
                    rng.uniform(0.13, 0.2),
                    rng.uniform(0.10, 0.14),
                    False,
                )
        moor(middle + side * min(u * rng.uniform(0.56, 0.66), scene.width * 0.42), 0.16, 0.24, True)
    return sorted(boats, key=lambda b: b.y)


def _boat(scene: Scene, boat: Moored) -> None:
    light, size = scene.light, boat.size
    lit = 0.38 if light.low or light.moon else 0.85
    hull = mix(light.ground(boat.hull, lit), light.haze, boat.air)
    below = mix(light.ground(boat.hull * np.float32(0.6), lit * 0.6), light.haze, boat.air)
    deck = mix(light.ground(colour("#c89a68"), lit), light.haze, boat.air)
    white = mix(light.ground(colour("#f4efe6"), lit), light.haze, boat.air)
    stripe = mix(light.ground(boat.stripe, lit), light.haze, boat.air)
    dark = mix(light.ground(colour("#33363e"), 0.3), light.haze, boat.air)
    at = boat.rocking(scene, (1.6, 0.9), 1.9, 0.010)

    x, y = boat.x, boat.y
    reach = 1.35 if boat.mast else 0.4
    cut = Cutout(scene, (x - size * 0.75, y - size * reach, x + size * 0.75, y + size * 0.12), white)
    if boat.mast:
        thin = max(0.010, 0.55 / size)
        cut.polygon(
            [at(0.02 - thin, -1.25), at(0.02 + thin, -1.25), at(0.02 + thin, -0.1), at(0.02 - thin, -0.1)],
            white,
        )
        wire = max(0.0035, 0.22 / size)
        for px, py in ((0.53, -0.17), (-0.5, -0.14), (0.14, -0.14), (-0.10, -0.14)):
            cut.polygon(
                [at(0.02 - wire, -1.2), at(0.02 + wire, -1.2), at(px + wire, py), at(px - wire, py)], dark
            )
        # the sail, furled on its boom under a cover
        cut.polygon([at(-0.44, -0.27), at(0.0, -0.30), at(0.02, -0.24), at(-0.44, -0.235)], stripe)
        cut.polygon(
            [at(0.02 - 0.12, -0.82), at(0.02 + 0.12, -0.82), at(0.02 + 0.12, -0.81), at(0.02 - 0.12, -0.81)],
            white,
        )
    cabin = [at(-0.16, -0.12), at(0.26, -0.12), at(0.18, -0.22), at(-0.12, -0.225)]
    cut.polygon(cabin, white)
    cut.polygon([at(-0.08, -0.155), at(0.17, -0.155), at(0.14, -0.195), at(-0.07, -0.198)], dark)
    cut.polygon(
        [
            at(-0.50, -0.13),
            at(0.58, -0.165),
            at(0.50, -0.06),
            at(0.38, 0.02),
            at(-0.40, 0.02),
            at(-0.48, -0.05),
        ],
        hull,
    )
    cut.polygon([at(-0.485, -0.05), at(0.49, -0.05), at(0.38, 0.02), at(-0.40, 0.02)], below)
    cut.polygon([at(-0.498, -0.115), at(0.565, -0.145), at(0.555, -0.125), at(-0.497, -0.098)], stripe)
    cut.polygon([at(-0.50, -0.13), at(0.58, -0.165), at(0.57, -0.150), at(-0.50, -0.120)], deck)
    _mirrored(scene, boat, below, white)
    cut.paint()


def _mirrored(scene: Scene, boat: Moored, hull: Colour, white: Colour) -> None:
    """Paint its image: the hull, and the mast as a line that the waves break up."""
    x, y, size = boat.x, boat.y, boat.size
    long = 0.6 if boat.mast else 0.3
    ghost = Cutout(
        scene, (x - size, y, x + size, y + size * (long + 0.1)), hull, max(0.8, scene.unit * 0.0014)
    )
    strips = 11 if boat.mast else 5
    for k in range(strips):
        t = k / strips
        wave = size * 0.035 * (0.25 + t) * boat.sliding(scene, k)
        top, thick = y + size * (0.015 + long * t), size * long / strips * 0.72
        body = t * long < 0.2
        half = size * ((0.46 - 0.9 * t * long) if body else 0.010)
        middle = x + wave + boat.way * size * 0.02
        mirrored(ghost, middle, top, half, thick, 0.96, hull if body else white)
    ghost.paint(0.40)
