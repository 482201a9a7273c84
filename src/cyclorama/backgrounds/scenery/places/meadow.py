"""A meadow between hills."""

from __future__ import annotations

from .. import plants, terrain
from ..light import colour, mix
from ..noise import tile
from ..scene import Layer, Place, Scene
from ..shapes import Cutout
from ..terrain import Skin, View
from .coast import birds, heavens


def hills(scene: Scene) -> None:
    """Paint rolling hills with hedges of trees, one behind another."""
    light = scene.light
    h, u = scene.horizon, scene.unit
    blue = mix(light.ground(colour("#5c7a78"), 0.4), light.haze, min(0.95, 0.6 * light.air**0.3))
    terrain.ridge(scene, "far", h - u * 0.0, u * 0.13, u * 0.6, blue, light.haze, 4, 0.45)
    rng = scene.rng("hills")
    land = terrain.ground(tile(rng, 4.4, 1.5, 40), scene, 20.0)
    autumn = scene.palette == "autumn"
    skin = Skin(
        colour("#b8a24a" if autumn else "#8fb24a"),
        colour("#8a7a3a" if autumn else "#5f8c3c"),
        0.5,
        None,
        0.6,
        (0.05, 0.5),
        1.1,
        0.0,
        0.14,
        11.0,
    )
    view = View(near=0.16, far=1.8, eye=2.3, tall=0.040, wide=0.22, top=h + u * 0.01, deep=0.6)
    terrain.show(scene, land, view, skin, 360, None, (float(rng.random()), float(rng.random())))


def trees(scene: Scene) -> None:
    """Round trees: a hedge far off, a few nearer to the sides."""
    rng = scene.rng("trees")
    light, u = scene.light, scene.unit
    autumn = scene.palette == "autumn"
    leaf, glow = ("#8a4a1e", "#dc8a34") if autumn else ("#2f5a2c", "#86ab46")
    for base, size, haze, count, inner in (
        (0.05, 0.055, 0.45, 22, 0.0),
        (0.11, 0.15, 0.22, 6, 0.4),
        (0.26, 0.52, 0.0, 2, 0.74),
    ):
        dark = mix(light.ground(colour(leaf), 0.12), light.haze, haze)
        lit = mix(light.ground(colour(glow), 0.55 if light.low else 0.75), light.haze, haze)
        for n in range(count):
            x = rng.random()
            aside = inner + (1 - inner) * rng.random()
            if inner:
                x = 0.5 + (aside if n % 2 else -aside) / 2
            tall = size * u * rng.uniform(0.65, 1.1)
            foot = scene.horizon + base * u + rng.uniform(0, 0.15) * size * u
            plants.broadleaf(scene, rng, x * scene.width, foot, tall, dark, lit)


def grasses(scene: Scene) -> None:
    """Tall grass and flowers at the lower edge, out of focus."""
    rng = scene.rng("grass")
    light, u = scene.light, scene.unit
    autumn = scene.palette == "autumn"
    dark = light.ground(colour("#5a4a1e" if autumn else "#2f5224"), 0.3)
    lit = light.ground(colour("#d8b45c" if autumn else "#a9c85a"), 0.8)
    density = scene.span
    for top, foot, tall, count, soft in ((0.86, 0.94, 0.09, 420, 0.6), (0.93, 1.04, 0.17, 330, 2.0)):
        plants.grass(
            scene,
            rng,
            scene.height * top,
            scene.height * foot + u * 0.03,
            u * tall,
            dark,
            lit,
            int(count * density),
            soft * u / 720,
            0.55,
        )
    if not scene.wants("flowers", otherwise=bool(rng.random() < 0.7)):
        return
    tones = [colour(c) for c in ("#e8483c", "#f4f0e8", "#f2c83c", "#8a6ad8", "#f08ab4")]
    pick = rng.permutation(5)[:3]
    for size, soft, count in ((0.006, 0.8, 70), (0.013, 3.0, 34)):
        cut = Cutout(
            scene,
            (0, scene.height * 0.74, scene.width, scene.height),
            light.ground(tones[int(pick[0])], 0.7),
            soft * u / 720,
        )
        for _ in range(int(count * density)):
            x = rng.random()
            aside = abs(x - 0.5) * 2
            y = scene.height * (1 - rng.random() * (0.06 + 0.16 * aside))
            cut.disc(
                x * scene.width,
                y,
                u * size * rng.uniform(0.6, 1.2),
                light.ground(tones[int(rng.choice(pick))], 0.85),
                0.8,
            )
        cut.paint(0.92)


MEADOW = Place(
    layers=(
        Layer("sky", heavens),
        Layer("hills", hills),
        Layer("trees", trees),
        Layer("grass", grasses),
        Layer("birds", birds),
    ),
    horizon=0.50,
    holds=frozenset({"flowers", "birds", "moon", "stars"}),
)
