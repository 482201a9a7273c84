"""A skyline over a river or over the trees of a park, its windows lit when it is dark."""

from __future__ import annotations

import numpy as np

from .. import buildings, water
from ..heavens import HEAVENS
from ..light import colour, mix
from ..lights import Lights
from ..scene import Layer, Place, Scene, flat


def city(scene: Scene) -> buildings.Skyline:
    """Return its towers."""
    return buildings.skyline(scene, scene.horizon, scene.horizon * 0.86)


def towers(scene: Scene) -> None:
    """Paint what stands."""
    buildings.stand(scene, city(scene))


def windows(scene: Scene) -> None:
    """Paint what changes."""
    buildings.shine(scene, city(scene))


def quay(scene: Scene) -> None:
    """Paint the embankment, and its lamps as discs."""
    light, u = scene.light, scene.unit
    y = int(scene.horizon)
    thick = max(2, int(u * 0.010))
    stone = mix(light.ground(colour("#4a4a50"), 0.25), light.haze, 0.15)
    scene.paint(flat(stone), np.ones((min(thick, y) + 1, 1), np.float32), max(0, y - thick))
    if light.lamps > 0.3:
        rng = scene.rng("quay")
        spots = Lights(scene, 720, light.lamps)
        x = u * rng.uniform(0.0, 0.05)
        while x < scene.width:
            spots.glow(x, y - thick, u * 0.020, colour("#ffb870"), rng.uniform(0.5, 0.9))
            spots.disc(x, y - thick, u * 0.0024, colour("#ffdca8"), rng.uniform(0.7, 1.0))
            x += u * rng.choice([0.045, 0.045, 0.045, 0.09])
        spots.paint()


def river(scene: Scene) -> None:
    """Paint the water in front."""
    deep = scene.light.ground(colour("#16303e"), 0.2) * np.float32(0.75)
    water.paint(scene, scene.horizon, scene.height, deep, 0.55, 0.8)


CITY = Place(
    layers=(
        HEAVENS,
        Layer("towers", towers),
        Layer("windows", windows, moves=True),
        Layer("quay", quay),
        Layer("river", river, moves=True),
    ),
    horizon=0.66,
    time="dusk",
    soft=1.3,
    holds=frozenset({"moon", "stars"}),
)
