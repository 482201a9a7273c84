"""A meadow between hills."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from ..air import balloons, birds, rainbow
from ..air.heavens import HEAVENS
from ..land import flowers, houses, plants, terrain, trees
from ..land.stamps import Thicket, Tones
from ..land.terrain import Skin, View
from ..light import colour, mix
from ..motion import breeze, motes
from ..noise import tile
from ..scene import Layer, Place, Scene
from ..shapes import Cutout

if TYPE_CHECKING:
    from ..noise import Field


def side(scene: Scene) -> int:
    """Return where the great tree stands: -1 left, 1 right; against the sun, mostly."""
    away = -1 if scene.sun[0] > scene.width / 2 else 1
    return away if scene.rng("side").random() < 0.75 else -away


def leaf(scene: Scene, haze: float = 0.0, kind: int = 0) -> Tones:
    """Return the colours of a tree."""
    if plants.autumn(scene):
        dark, lit = (("#5c2a14", "#e0912f"), ("#6a2016", "#d2552c"), ("#5a4416", "#d8b43c"))[kind % 3]
    else:
        dark, lit = (("#1d3a20", "#86ad48"), ("#24402a", "#6f9a4c"), ("#2c4a1e", "#a2bd50"))[kind % 3]
    return plants.foliage(scene, dark, lit, haze=haze)


def hills(scene: Scene) -> None:
    """Paint rolling hills with hedges of trees, one behind another."""
    light = scene.light
    h, u = scene.horizon, scene.unit
    for n, (tall, air) in enumerate(((0.15, 0.74), (0.085, 0.56))):
        blue = mix(light.ground(colour("#557a72"), 0.4), light.haze, min(0.95, air * light.air**0.25))
        terrain.ridge(
            scene, f"far {n}", h + u * 0.005, u * tall, u * (0.7 - 0.25 * n), blue, light.haze, 5, 0.42, 0.3
        )
    rng = scene.rng("hills")
    land = terrain.ground(tile(rng, 4.4, 1.5, 40), scene, 20.0)
    turned = plants.autumn(scene)
    green = ("#8fb24a", "#9ab850", "#7fa84a")[int(rng.integers(3))]
    skin = Skin(
        plants.frosted(scene, "#b8a24a" if turned else green),
        plants.frosted(scene, "#8a7a3a" if turned else "#5f8c3c"),
        0.5,
        None,
        0.6,
        (0.05, 0.5),
        1.1,
        0.0,
        0.14,
        11.0,
    )
    view = View(near=0.16, far=1.8, eye=2.5, tall=0.038, wide=0.22, top=h + u * 0.01, deep=0.6)
    skyline = terrain.show(scene, land, view, skin, 360, None, (float(rng.random()), float(rng.random())))
    hedges(scene, skyline)


def hedges(scene: Scene, skyline: Field) -> None:
    """Paint hedges and groves far off, and by seed a farmhouse with light in its windows.

    Nothing stands above the `skyline`, (w,).
    """
    rng = scene.rng("hedges")
    u, w, h = scene.unit, scene.width, scene.horizon
    if scene.wants("cabin", otherwise=bool(rng.random() < 0.3)):
        x = w * (0.5 - side(scene) * rng.uniform(0.22, 0.34))
        foot = max(h + u * 0.045, float(skyline[int(x)]) + 2)
        houses.farmhouse(scene, x, foot, u * rng.uniform(0.085, 0.11), 0.28)
    if not scene.wants("trees", otherwise=True):
        return
    kinds = ("oak", "oak", "birch", "shrub")
    for base, size, haze, groves, inner in ((0.030, 0.050, 0.46, 7, 0.0), (0.075, 0.105, 0.26, 4, 0.36)):
        stands = [Thicket(scene, 0, scene.height, leaf(scene, haze, k)) for k in range(3)]
        for n in range(groves):
            aside = inner + (1.02 - inner) * rng.random()
            middle = 0.5 + (aside if n % 2 else -aside) / 2
            foot = h + u * base * rng.uniform(0.8, 1.3)
            for _ in range(int(rng.integers(3, 9))):
                x = middle * w + rng.normal() * u * 0.09
                if abs(x / w - 0.5) * 2 < inner:
                    continue
                kind = kinds[int(rng.integers(4))]
                tall = u * size * rng.uniform(0.6, 1.15) * (0.4 if kind == "shrub" else 1.0)
                ground = float(skyline[int(np.clip(x, 0, w - 1))]) + tall * 0.05
                row = max(foot + rng.uniform(0, 0.006) * u, ground)
                stands[int(rng.integers(3))].plant(
                    trees.stamp(kind, int(rng.integers(4))), x, row, tall, scene.sun[0] < x
                )
        for stand in stands:
            stand.paint(scene)


def wind(scene: Scene) -> None:
    """Let gusts run over the grass."""
    breeze.waves(scene, scene.horizon + scene.unit * 0.04, scene.height, 0.055)


def great_tree(scene: Scene) -> None:
    """Paint a tree that frames the picture, and a smaller one across from it, as the wind moves them."""
    if not scene.wants("trees", otherwise=True):
        return
    rng = scene.rng("great tree")
    u, w = scene.unit, scene.width
    way = side(scene)
    stand = [
        (
            w * (0.5 + way * rng.uniform(0.33, 0.41)),
            scene.horizon + u * rng.uniform(0.19, 0.24),
            u * rng.uniform(0.56, 0.68),
        )
    ]
    if rng.random() < 0.75:
        stand.insert(
            0,
            (
                w * (0.5 - way * rng.uniform(0.34, 0.47)),
                scene.horizon + u * rng.uniform(0.10, 0.14),
                u * rng.uniform(0.24, 0.34),
            ),
        )
    looks = [
        (str(rng.choice(["oak", "oak", "birch"])), int(rng.integers(4)), int(rng.integers(3))) for _ in stand
    ]

    def draw(on: Scene) -> None:
        for (x, foot, tall), (kind, shape, hue) in zip(stand, looks, strict=True):
            shade(on, x, foot, tall)
            there = Thicket(on, 0, scene.height, leaf(scene, 0.03, hue), u * 0.0014)
            there.plant(trees.stamp(kind, shape), x, foot, tall, scene.sun[0] < x)
            there.paint(on)

    breeze.sway(
        scene,
        "great tree",
        draw,
        breeze.from_foot(scene.horizon + u * 0.2, u * 0.6, u * 0.006),
        4.5,
        u * 0.002,
    )


def shade(scene: Scene, x: float, foot: float, tall: float) -> None:
    """Paint the shadow under a tree, away from a low sun."""
    away = float(np.clip((x - scene.sun[0]) / scene.unit, -1, 1))
    low = scene.light.low
    cx, cy = x + away * tall * (0.35 if low else 0.08), foot + tall * (0.05 if low else 0.015)
    dark = scene.light.ground(colour("#1f3016"), 0.05)
    cut = Cutout(scene, (cx - tall, cy - tall * 0.3, cx + tall, cy + tall * 0.3), dark, scene.unit * 0.006)
    cut.disc(cx, cy, tall * 0.42, dark, 0.14)
    cut.paint(0.42)


def bloom(scene: Scene) -> None:
    """Paint flowers over the meadow, as far as they can be told apart."""
    if has_flowers(scene):
        flowers.field(scene, scene.horizon + scene.unit * 0.16, scene.height * 0.97, hues(scene))


def has_flowers(scene: Scene) -> bool:
    """Whether the meadow is in flower."""
    return scene.wants(
        "flowers",
        otherwise=bool(scene.rng("flowers").random() < 0.75)
        and not plants.autumn(scene)
        and not plants.snowy(scene),
    )


def hues(scene: Scene) -> list[str]:
    """Return the flowers' colours: two or three that go together."""
    if scene.colours:
        return [f"#{int(r * 255):02x}{int(g * 255):02x}{int(b * 255):02x}" for r, g, b in scene.colours]
    return list(flowers.BEDS[int(scene.rng("bed").integers(len(flowers.BEDS)))])


def grasses(scene: Scene) -> None:
    """Paint tall grass and flowers at the lower edge, as the wind bends them."""
    u, hh = scene.unit, scene.height
    dark, lit = ("#5a4a1e", "#d8b45c") if plants.autumn(scene) else ("#264a20", "#a9c85a")
    tones = plants.foliage(scene, dark, lit)

    def draw(on: Scene) -> None:
        rng = on.rng("grass")
        for n, (top, foot, tall, soft) in enumerate(((0.90, 0.98, 0.10, 0.0), (0.98, 1.07, 0.18, 2.0))):
            there = Thicket(on, hh * 0.6, hh, tones, soft * u / 720)
            plants.grass(there, on, rng, hh * top, hh * foot, u * tall, 0.55)
            there.paint(on)
            if has_flowers(scene):
                height = u * (0.10 + 0.07 * n)
                flowers.bunches(on, rng, hh * (0.93 + 0.06 * n), height, hues(scene), 22 - 8 * n, soft)

    breeze.sway(scene, "grass", draw, breeze.from_foot(hh + u * 0.02, u * 0.2, u * 0.010), 3.2)


def air(scene: Scene) -> None:
    """Let seeds hang in low light, leaves fall in autumn, fireflies glow after dark."""
    motes.pollen(scene)
    if plants.autumn(scene):
        motes.leaves(scene, "falling leaves", 13)
    motes.fireflies(scene, 24, scene.horizon, scene.height * 0.95, otherwise=scene.light.stars > 0.3)


def heaven(scene: Scene) -> None:
    """Paint a rainbow where it was asked for, and balloons."""
    rainbow.across(scene, 0.18, 0.46, 0.4)
    balloons.paint(scene, 0.15)


MEADOW = Place(
    layers=(
        HEAVENS,
        Layer("far and high", heaven, moves=True),
        Layer("hills", hills),
        Layer("flowers", bloom),
        Layer("wind", wind, moves=True),
        Layer("birds", birds.paint, moves=True),
        Layer("trees", great_tree, moves=True),
        Layer("grass", grasses, moves=True),
        Layer("air", air, moves=True),
    ),
    horizon=0.52,
    holds=frozenset(
        {"flowers", "trees", "leaves", "birds", "balloons", "rainbow", "fireflies", "cabin", "moon", "stars"}
    ),
)
