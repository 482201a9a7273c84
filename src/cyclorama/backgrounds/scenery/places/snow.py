"""Snow: drifts between spruces, far peaks, a cabin with light in its windows."""

from __future__ import annotations

from ..air import aurora
from ..air.heavens import HEAVENS
from ..land import houses, massif, plants, terrain, trees
from ..land.stamps import Thicket
from ..land.terrain import Skin, View
from ..light import colour, mix
from ..motion import breeze, motes
from ..noise import tile
from ..scene import Layer, Place, Scene


def side(scene: Scene) -> int:
    """Return where the cabin is, if there is one: -1 left, 1 right."""
    return -1 if scene.rng("side").random() < 0.5 else 1


def has_cabin(scene: Scene) -> bool:
    """Whether a cabin stands here."""
    return scene.wants("cabin", otherwise=bool(scene.rng("cabin").random() < 0.55))


def spot(scene: Scene) -> tuple[float, float, float]:
    """Return the cabin's middle, its foot and its size, in pixels."""
    rng = scene.rng("spot")
    u = scene.unit
    x = scene.width * (0.5 + side(scene) * rng.uniform(0.24, 0.31))
    return x, scene.horizon + u * rng.uniform(0.10, 0.14), u * rng.uniform(0.20, 0.25)


def snowfield(scene: Scene) -> None:
    """Far peaks, and drifts before them."""
    light = scene.light
    h, u = scene.horizon, scene.unit
    far = mix(light.ground(colour("#8fa3bf"), 0.45), light.haze, min(0.92, 0.55 * light.air**0.3))
    terrain.ridge(scene, "far", h + u * 0.02, u * 0.24, u * 0.45, far, light.haze, 7, 0.52, 0.4)
    rng = scene.rng("massif")
    land = terrain.ground(terrain.ridged(rng), scene, 20.0)
    skin = Skin(colour("#e9eff8"), colour("#7d8798"), 0.34, colour("#fbfdff"), 0.1, (0.45, 0.8), 1.2, 0.4)
    massif.paint(scene, rng, land, skin, float(rng.uniform(0.34, 0.44)), 0.08)
    terrain.mist(scene, h, u * 0.035, 0.6)
    drifts = terrain.ground(tile(scene.rng("drifts"), 4.2, 2, 40), scene, 10.0)
    skin = Skin(colour("#f6f9ff"), colour("#e4ecf8"), 0.42, None, 0.6, (0.2, 0.6), 1.0, 0.0, 0.05, 9.0)
    view = View(near=0.12, far=1.4, eye=3.2, tall=0.026, wide=0.4, top=h - u * 0.045)
    terrain.show(scene, drifts, view, skin, 320, None, (float(rng.random()), float(rng.random())))


def wood(scene: Scene) -> None:
    """Paint spruces under snow in the distance, and the cabin between them."""
    u, w = scene.unit, scene.width
    cabin = spot(scene) if has_cabin(scene) else None
    rng = scene.rng("wood")
    for n, (base, size, haze, inner) in enumerate(
        ((0.015, 0.085, 0.46, 0.06), (0.055, 0.17, 0.28, 0.30), (0.10, 0.30, 0.13, 0.48))
    ):
        if "pines" not in scene.dropped:
            there = Thicket(scene, 0, scene.height, plants.spruce(scene, haze))
            for _ in range(int(scene.span / (size * 0.085))):
                x = rng.random()
                aside = abs(x - 0.5) * 2
                if aside < inner + rng.uniform(0, 0.22):
                    continue
                tall = size * u * rng.uniform(0.55, 1.1)
                if n == 2 and cabin and abs(x * w - cabin[0]) < cabin[2] * 0.75:
                    continue
                there.plant(
                    trees.stamp("snowy_spruce", int(rng.integers(4))),
                    x * w,
                    scene.horizon + base * u + tall * 0.06,
                    tall,
                    scene.sun[0] < x * w,
                    rng.uniform(0.9, 1.2),
                )
            there.paint(scene)
    if cabin:
        houses.cabin(scene, *cabin, 0.08)


def smoke(scene: Scene) -> None:
    """Let the cabin's chimney smoke."""
    if has_cabin(scene):
        x, foot, size = spot(scene)
        motes.smoke(
            scene, "chimney", x + size * 0.297, foot - size * 0.61, size * 0.035, scene.unit * 0.20, 0.34
        )


def near(scene: Scene) -> None:
    """Paint snow-laden spruces that frame the picture, as the wind moves them."""
    if "pines" in scene.dropped:
        return
    rng = scene.rng("near pines")
    u, w, hh = scene.unit, scene.width, scene.height
    stand = []
    heavy = -side(scene)
    for s, number in ((heavy, int(rng.integers(2, 5))), (-heavy, int(rng.integers(0, 3)))):
        for k in range(number):
            tall = u * rng.uniform(0.55, 0.86) * (1 - 0.14 * k) * (1 if s == heavy else 0.75)
            stand.append(
                (
                    w * (0.5 + s * (0.52 - 0.062 * k * rng.uniform(0.8, 1.2))),
                    hh * (0.97 - 0.03 * k),
                    tall,
                    int(rng.integers(4)),
                )
            )
    stand.sort(key=lambda tree: tree[1])

    def draw(on: Scene) -> None:
        there = Thicket(on, 0, hh, plants.spruce(scene, 0.0), u * 0.0017)
        for x, foot, tall, shape in stand:
            there.plant(trees.stamp("snowy_spruce", shape), x, foot, tall, scene.sun[0] < x, 1.1)
        there.paint(on)

    breeze.sway(scene, "near pines", draw, breeze.from_foot(hh * 0.97, u * 0.9, u * 0.004), 4.0, u * 0.0008)


def glitter(scene: Scene) -> None:
    """Let single crystals hang and glint in the air."""
    light = scene.light
    motes.dust(scene, 30, mix(light.disc, light.key, 0.3), 0.55, scene.height * 0.3, scene.height)


SNOW = Place(
    layers=(
        HEAVENS,
        Layer("aurora", aurora.paint, moves=True),
        Layer("snow", snowfield),
        Layer("wood", wood),
        Layer("smoke", smoke, moves=True),
        Layer("pines", near, moves=True),
        Layer("air", glitter, moves=True),
    ),
    horizon=0.56,
    holds=frozenset({"aurora", "pines", "cabin", "moon", "stars"}),
)
