"""A skyline over a river or over the trees of a park, its windows lit when it is dark."""

from __future__ import annotations

import numpy as np

from ..air.heavens import HEAVENS
from ..light import colour, mix
from ..scene import Layer, Place, Scene, flat
from ..sea import water
from ..shapes import Cutout
from ..town import buildings, canopy
from ..town.lights import Lights, calm


def park(scene: Scene) -> bool:
    """Whether trees stand in front, not water."""
    if scene.wants("trees") or scene.wants("pines"):
        return True
    return not scene.wants("bridge") and bool(scene.rng("front").random() < 0.35)


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
    """Paint the embankment and its lamps, or the trees, or a bridge."""
    if park(scene):
        canopy.paint(scene, scene.horizon)
        return
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
    if scene.wants("bridge", otherwise=scene.rng("bridge").random() < 0.3):
        bridge(scene)


def bridge(scene: Scene) -> None:
    """Paint a suspension bridge that leaves the picture at one side."""
    rng, u, light = scene.rng("the bridge"), scene.unit, scene.light
    side = 1 if rng.random() < 0.5 else -1
    steel = mix(
        light.ground(colour(str(rng.choice(["#7a4a40", "#5a6470", "#6a6a6c"]))), 0.35), light.haze, 0.22
    )
    deck, top = scene.horizon - u * 0.050, scene.horizon - u * rng.uniform(0.24, 0.30)
    near = scene.width / 2 + side * (scene.width / 2 - u * 0.10)
    gap = u * 0.62
    feet = [near - side * gap * n for n in range(-1, 1)]
    end = feet[1] - side * gap * 0.55
    cut = Cutout(scene, (0, top - u * 0.02, scene.width, scene.horizon + 2), steel, u * 0.0008)
    cut.rectangle(end, deck, near + side * u, deck + u * 0.012, steel)
    t = np.linspace(0, 1, 25)
    spans = [(feet[0] + side * gap, feet[0]), (feet[0], feet[1])]
    ropes = [(a + (b - a) * t, top + (deck - top) * 0.90 * 4 * t * (1 - t)) for a, b in spans]
    ropes.append((feet[1] + (end - feet[1]) * t, top + (deck - top) * t))
    half, thin = u * 0.0022, u * 0.0008
    for xs, ys in ropes:
        cut.polygon([*zip(xs, ys - half, strict=True), *zip(xs[::-1], (ys + half)[::-1], strict=True)], steel)
        for x, y in zip(xs[1:-1], ys[1:-1], strict=True):
            cut.rectangle(x - thin, y, x + thin, deck, steel)
    for x in feet:
        for dx in (-0.011, 0.007):
            a = x + dx * u
            cut.polygon(
                [
                    (a, top),
                    (a + u * 0.004, top),
                    (a + u * 0.005, scene.horizon),
                    (a - u * 0.001, scene.horizon),
                ],
                steel,
            )
        for y in (top + u * 0.01, top + u * 0.08, deck):
            cut.rectangle(x - u * 0.011, y, x + u * 0.011, y + u * 0.006, steel)
    cut.paint()
    if light.lamps > 0.3:
        spots = Lights(scene, 720, light.lamps)
        for xs, ys in ropes:
            for x, y in zip(xs[::2], ys[::2], strict=True):
                spots.glow(float(x), float(y), u * 0.009, colour("#ffe0a8"), 0.8)
                spots.glow(float(x), deck, u * 0.007, colour("#ffb870"), 0.7)
        spots.paint()


def river(scene: Scene) -> None:
    """Paint the water in front."""
    if not park(scene):
        deep = scene.light.ground(colour("#16303e"), 0.2) * np.float32(0.75)
        water.paint(scene, scene.horizon, scene.height, deep, 0.55, 0.8)


def air(scene: Scene) -> None:
    """Calm what lies behind the person."""
    calm(scene, mix(buildings.air(scene), scene.light.sky[1], 0.4), 0.28)


CITY = Place(
    layers=(
        HEAVENS,
        Layer("towers", towers),
        Layer("windows", windows, moves=True),
        Layer("quay", quay),
        Layer("river", river, moves=True),
        Layer("air", air),
    ),
    horizon=0.66,
    time="dusk",
    soft=1.3,
    holds=frozenset({"moon", "stars", "bridge", "trees"}),
)
