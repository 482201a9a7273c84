"""Sailboats that rock at anchor or before a light wind."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from ..light import Colour, colour, mix
from ..shapes import Cutout
from .afloat import Afloat, mirrored

if TYPE_CHECKING:
    from ..scene import Scene

SAILS = ("#fbf4e6", "#fbf4e6", "#f6e4c4", "#c8553a", "#e8ecf2", "#2f4a6a")
HULLS = ("#4a3a36", "#f2efe8", "#24384e", "#7a2e26", "#3a4a44")


@dataclass(frozen=True)
class Boat(Afloat):
    """A sailboat."""

    sail: Colour
    hull: Colour
    air: float


def paint(scene: Scene, otherwise: float = 0.35) -> None:
    """Paint the boats asked for, else one in `otherwise` of the pictures. The layer moves."""
    rng = scene.rng("sailboat")
    if not scene.wants("sailboat", otherwise=bool(rng.random() < otherwise)):
        return
    for boat in scene.keep("boats", lambda: _fleet(scene)):
        _boat(scene, boat)


def _fleet(scene: Scene) -> list[Boat]:
    """Place boats on both sides of the person, nearer ones larger and lower."""
    rng = scene.rng("fleet")
    u, middle = scene.unit, scene.width / 2
    count = scene.count("sailboat", 1)
    first = -1 if scene.sun[0] > middle else 1
    free = max(scene.width / 2 - u * 0.22, u * 0.05)
    fleet = []
    for n in range(count):
        side = first if n % 2 == 0 else -first
        size = u * rng.uniform(0.05, 0.085) if n else u * 0.085
        near = size / u - 0.03
        share = (n // 2 + rng.uniform(0.25, 0.75)) / ((count + 1) // 2)
        x = middle + side * (u * 0.21 + min(free, u * 0.9) * share)
        fleet.append(
            Boat(
                x,
                scene.horizon + u * (0.003 + 0.22 * near),
                size,
                1 if rng.random() < 0.5 else -1,
                float(rng.random()),
                colour(str(rng.choice(SAILS))),
                colour(str(rng.choice(HULLS))),
                min(0.9, (0.34 - 1.6 * near) * scene.light.air**0.6),
            )
        )
    return sorted(fleet, key=lambda boat: boat.y)


def _boat(scene: Scene, boat: Boat) -> None:
    light, size = scene.light, boat.size
    bright, dull = (0.40, 0.15) if light.low or light.moon else (0.92, 0.62)
    # the sail on the sun's side is the lighter one
    sunny = (scene.sun[0] - boat.x) * boat.way > 0
    main = mix(light.ground(boat.sail, bright if sunny else dull), light.haze, boat.air)
    jib = mix(light.ground(boat.sail, dull if sunny else bright), light.haze, boat.air)
    hull = mix(light.ground(boat.hull, 0.35), light.haze, boat.air)
    mast = mix(light.ground(colour("#5a4636"), 0.3), light.haze, boat.air)
    at = boat.rocking(scene, (2.0, 1.2), 1.7, 0.012)

    x, y = boat.x, boat.y
    cut = Cutout(scene, (x - size, y - size * 1.4, x + size, y + size * 0.15), main)
    cut.polygon([at(-0.012, -1.24), at(0.012, -1.24), at(0.016, -0.1), at(-0.016, -0.1)], mast)
    # the mainsail's leech and the jib's luff are curved by the wind
    cut.polygon(
        [
            at(0.02, -1.2),
            at(0.13, -0.98),
            at(0.27, -0.66),
            at(0.38, -0.36),
            at(0.44, -0.19),
            at(0.02, -0.17),
        ],
        main,
    )
    cut.polygon([at(0.02, -0.62), at(0.28, -0.6), at(0.385, -0.34), at(0.02, -0.34)], main * np.float32(0.96))
    cut.polygon([at(-0.02, -1.1), at(-0.05, -0.7), at(-0.06, -0.2), at(-0.44, -0.15), at(-0.22, -0.62)], jib)
    cut.polygon(
        [
            at(-0.52, -0.135),
            at(0.46, -0.115),
            at(0.42, -0.03),
            at(0.32, 0.02),
            at(-0.3, 0.02),
            at(-0.42, -0.05),
        ],
        hull,
    )
    cut.polygon(
        [at(-0.51, -0.135), at(0.46, -0.115), at(0.455, -0.09), at(-0.49, -0.105)],
        mix(hull, main, 0.6),
    )
    if light.lamps > 0.5:
        cut.disc(*at(0.0, -1.27), max(1.0, size * 0.022), colour("#ffe6b0"))
    _mirrored(scene, boat, hull, main)
    cut.paint()


def _mirrored(scene: Scene, boat: Boat, hull: Colour, sail: Colour) -> None:
    """Paint its image in the water: broken into strips that slide to the sides."""
    x, y, size = boat.x, boat.y, boat.size
    ghost = Cutout(scene, (x - size, y, x + size, y + size), hull, scene.unit * 0.0016)
    for k in range(9):
        t = k / 9
        wave = size * 0.05 * (0.3 + t) * boat.sliding(scene, k)
        top, half = y + size * (0.01 + 0.72 * t), size * (0.34 - 0.30 * t) * (1.0 if k else 1.25)
        tone = hull if k < 2 else mix(hull, sail, 0.75)
        middle = x + wave + boat.way * size * 0.05
        mirrored(ghost, middle, top, half, size * 0.052, 0.92, tone)
    ghost.paint(0.42)
