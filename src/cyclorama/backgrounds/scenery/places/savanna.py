"""A savanna: dry grass to the horizon, umbrella thorns, and who grazes there."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from ..air import balloons, birds
from ..air.heavens import HEAVENS
from ..land import plants, rocks, terrain, trees
from ..land.stamps import Thicket, Tones
from ..land.terrain import Skin, View
from ..light import colour, mix
from ..motion import breeze, motes
from ..noise import line, smoothstep, tile
from ..scene import Layer, Place, Scene, flat
from ..shapes import Cutout

if TYPE_CHECKING:
    from ..noise import Field


def far(scene: Scene) -> None:
    """Paint the far escarpment, and by seed a lone volcano with snow on it."""
    light, u, h = scene.light, scene.unit, scene.horizon
    rng = scene.rng("far")
    blue = mix(light.ground(colour("#6a7488"), 0.4), light.haze, min(0.94, 0.66 * light.air**0.25))
    if rng.random() < 0.6:
        _volcano(scene, scene.width * float(rng.choice([0.2, 0.78, 0.86])), u * rng.uniform(0.13, 0.18))
    terrain.ridge(scene, "far", h + u * 0.01, u * 0.055, u * 0.9, blue, light.haze, 4, 0.35)


def _volcano(scene: Scene, x: float, tall: float) -> None:
    light, u, h = scene.light, scene.unit, scene.horizon
    across = np.abs(scene.columns[0] - np.float32(x)) / np.float32(tall * 4.2)
    rough = line(scene.rng("volcano"), scene.width, u * 0.06, 5)
    shape = np.clip(1 - across**0.8, 0, 0.86) / 0.86
    tops = np.float32(h) - np.float32(tall) * (shape + 0.02 * rough * (shape > 0))
    tops = np.where(shape > 0, tops, scene.height + 9).astype(np.float32)
    first = max(0, int(tops.min()) - 1)
    rows = scene.rows[first : int(h) + 2]
    mask = np.clip(rows - tops[None, :] + 0.5, 0, 1)
    tone = mix(light.ground(colour("#66708a"), 0.35), light.haze, 0.72)
    snow = mix(light.ground(colour("#f6f4f4"), 0.6), light.haze, 0.45)
    up = (np.float32(h) - rows) / np.float32(tall)
    cap = smoothstep(0.70, 0.80, up + 0.09 * rough[None, :])
    body = flat(tone) + (flat(snow) - flat(tone)) * cap
    fade = smoothstep(0.5, 0.0, up)
    scene.paint(body + (flat(light.haze) - body) * fade, mask, first)


def plain(scene: Scene) -> None:
    """Paint dry grass over the faintest of hills."""
    rng = scene.rng("plain")
    land = terrain.ground(tile(rng, 4.4, 1.5, 30), scene, 12.0)
    green = rng.random() < 0.3
    skin = Skin(
        colour("#b9ac5c" if green else "#cfae62"),
        colour("#9a8c48" if green else "#a8843f"),
        0.62,
        None,
        0.6,
        (0.03, 0.4),
        0.9,
        0.0,
        0.16,
        13.0,
    )
    view = View(
        near=0.16, far=2.2, eye=4.2, tall=0.020, wide=0.22, top=scene.horizon + scene.unit * 0.004, deep=0.6
    )
    skyline = terrain.show(scene, land, view, skin, 320, None, (float(rng.random()), float(rng.random())))
    terrain.mist(scene, scene.horizon + scene.unit * 0.008, scene.unit * 0.022, 0.45)
    herd(scene, skyline)


def kopje(scene: Scene) -> None:
    """Paint, by seed, a pile of round boulders across from the great tree, with brush between them."""
    rng = scene.rng("kopje")
    if rng.random() > 0.4:
        return
    u, w = scene.unit, scene.width
    x = w * (0.5 + (1 if scene.sun[0] > w / 2 else -1) * rng.uniform(0.26, 0.36))
    foot = scene.horizon + u * rng.uniform(0.05, 0.09)
    dark = mix(scene.light.ground(colour("#5c4a3c"), 0.12), scene.light.haze, 0.14)
    lit = mix(scene.light.ground(colour("#c49a70"), 0.5 if scene.light.low else 0.85), scene.light.haze, 0.14)
    brush = Thicket(scene, 0, scene.height, plants.foliage(scene, "#454a28", "#9a9a52", haze=0.14))
    stones = Thicket(scene, 0, scene.height, Tones(dark, lit, lit))
    for _ in range(7):
        px = x + rng.normal() * u * 0.09
        tall = u * rng.uniform(0.03, 0.07)
        brush.plant(trees.stamp("shrub", int(rng.integers(4))), px, foot, tall, scene.sun[0] < px)
    pile = sorted(
        ((float(rng.uniform(0, 0.075)), float(rng.uniform(0.045, 0.11))) for _ in range(8)), reverse=True
    )
    for up, size in pile:
        px = x + rng.normal() * u * 0.06 * (1.2 - up * 9)
        stones.plant(rocks.boulder(int(rng.integers(5))), px, foot - up * u, u * size, scene.sun[0] < px, 0.8)
    brush.paint(scene)
    stones.paint(scene)


def wind(scene: Scene) -> None:
    """Let gusts run over the grass."""
    breeze.waves(scene, scene.horizon + scene.unit * 0.02, scene.height, 0.05)


def herd(scene: Scene, skyline: Field) -> None:
    """Paint thorns in the haze, and between them giraffes or elephants by seed."""
    rng = scene.rng("thorns")
    u, w, h = scene.unit, scene.width, scene.horizon
    for base, size, haze, gap, inner in ((0.006, 0.05, 0.62, 0.10, 0.0), (0.03, 0.12, 0.40, 0.30, 0.30)):
        there = Thicket(
            scene, h - u * 0.2, h + u * 0.2, plants.foliage(scene, "#3c4526", "#8f9450", "#5a4634", haze)
        )
        x = -u * gap * rng.random()
        while x < w + u * gap:
            aside = abs(x / w - 0.5) * 2
            if aside > inner and rng.random() < 0.75:
                tall = u * size * rng.uniform(0.6, 1.15)
                ground = float(skyline[int(np.clip(x, 0, w - 1))]) + tall * 0.04
                foot = max(h + u * base * rng.uniform(0.7, 1.5), ground)
                there.plant(trees.stamp("acacia", int(rng.integers(4))), x, foot, tall, scene.sun[0] < x)
            x += u * gap * rng.uniform(0.5, 1.6)
        there.paint(scene)
    if scene.wants("animals", otherwise=bool(rng.random() < 0.65)):
        _animals(scene, rng)


def _animals(scene: Scene, rng: np.random.Generator) -> None:
    u, w, h = scene.unit, scene.width, scene.horizon
    tone = mix(scene.light.ground(colour("#54402e"), 0.12), scene.light.haze, 0.26)
    outline = GIRAFFE if rng.random() < 0.55 else ELEPHANT
    tall = u * (0.088 if outline is GIRAFFE else 0.052)
    middle = float(rng.choice([0.20, 0.80])) * w
    way = 1.0 if rng.random() < 0.5 else -1.0
    cut = Cutout(scene, (0, h - u * 0.15, w, h + u * 0.1), tone)
    for n in range(int(rng.integers(2, 5))):
        x, foot = middle + (n - 1.2) * tall * rng.uniform(0.8, 1.3), h + u * rng.uniform(0.030, 0.042)
        size = tall * (rng.uniform(0.5, 0.65) if n == 2 else rng.uniform(0.88, 1.05))
        for part in outline:
            cut.polygon([(x + way * px * size, foot - py * size) for px, py in part], tone)
    cut.paint(0.92)


GIRAFFE = (
    # the body, the neck and head, then four legs; x to where it walks, y up, 1 high
    ((-0.17, 0.42), (-0.17, 0.56), (-0.05, 0.60), (0.09, 0.66), (0.13, 0.52), (0.10, 0.42)),
    (
        (0.0, 0.58), (0.20, 0.90), (0.19, 1.0), (0.22, 0.96), (0.26, 0.96), (0.35, 0.88), (0.34, 0.85),
        (0.25, 0.87), (0.13, 0.52),
    ),
    ((-0.17, 0.5), (-0.15, 0.0), (-0.12, 0.0), (-0.10, 0.45)),
    ((-0.13, 0.5), (-0.08, 0.0), (-0.05, 0.0), (-0.06, 0.45)),
    ((0.03, 0.5), (0.05, 0.0), (0.08, 0.0), (0.09, 0.45)),
    ((0.06, 0.5), (0.12, 0.0), (0.15, 0.0), (0.12, 0.45)),
    ((-0.165, 0.55), (-0.20, 0.30), (-0.19, 0.30)),
)  # fmt: skip
ELEPHANT = (
    (
        (-0.62, 0.45), (-0.60, 0.75), (-0.42, 0.92), (-0.1, 0.97), (0.15, 0.92), (0.28, 0.98), (0.46, 0.92),
        (0.56, 0.72), (0.60, 0.40), (0.66, 0.12), (0.60, 0.10), (0.52, 0.36), (0.44, 0.52), (0.30, 0.48),
        (0.2, 0.34), (-0.3, 0.32),
    ),
    ((-0.60, 0.5), (-0.58, 0.0), (-0.42, 0.0), (-0.38, 0.45)),
    ((-0.36, 0.5), (-0.36, 0.0), (-0.23, 0.0), (-0.22, 0.45)),
    ((0.04, 0.5), (0.02, 0.0), (0.16, 0.0), (0.2, 0.45)),
    ((0.18, 0.5), (0.2, 0.0), (0.34, 0.0), (0.36, 0.5)),
    ((-0.60, 0.70), (-0.68, 0.40), (-0.66, 0.38)),
)  # fmt: skip


def thorns(scene: Scene) -> None:
    """Paint the trees that frame the picture, as the wind moves them."""
    rng = scene.rng("near thorns")
    u, w = scene.unit, scene.width
    side = -1 if scene.sun[0] > w / 2 else 1
    if rng.random() < 0.25:
        side = -side
    big = (side, rng.uniform(0.10, 0.22), rng.uniform(0.48, 0.60), 0.17)
    small = (-side, rng.uniform(0.05, 0.22), rng.uniform(0.24, 0.32), 0.085)
    stand = [small, big]
    if rng.random() < 0.25:
        del stand[0]
    elif rng.random() < 0.35:
        stand.insert(0, (side, rng.uniform(0.24, 0.32), rng.uniform(0.20, 0.27), 0.07))
    shapes = [int(n) for n in rng.permutation(4)]

    def draw(on: Scene) -> None:
        for n, (way, edge, tall, down) in enumerate(stand):
            tones = plants.foliage(scene, "#313c1e", "#95994a", "#6a5240", 0.0 if down > 0.1 else 0.10)
            x = w * (edge if way < 0 else 1 - edge)
            there = Thicket(on, 0, scene.height, tones, u * (0.0012 if down > 0.1 else 0.0008))
            foot = scene.horizon + u * down
            _shade(on, x, foot, tall * u)
            there.plant(trees.stamp("acacia", shapes[n]), x, foot, tall * u, scene.sun[0] < x)
            there.paint(on)

    breeze.sway(
        scene, "thorns", draw, breeze.from_foot(scene.horizon + u * 0.1, u * 0.6, u * 0.005), 5.0, u * 0.0014
    )


def _shade(scene: Scene, x: float, foot: float, tall: float) -> None:
    """Paint the shadow under a tree, longer and away from a low sun."""
    away = float(np.clip((x - scene.sun[0]) / scene.unit, -1, 1))
    low = scene.light.low
    cx, cy = x + away * tall * (0.5 if low else 0.1), foot + tall * (0.06 if low else 0.02)
    cut = Cutout(
        scene,
        (cx - tall, cy - tall * 0.3, cx + tall, cy + tall * 0.3),
        scene.light.ground(colour("#4c3d1c"), 0.05),
        scene.unit * 0.006,
    )
    cut.disc(cx, cy, tall * 0.62, scene.light.ground(colour("#4c3d1c"), 0.05), 0.10)
    cut.paint(0.4)


def grasses(scene: Scene) -> None:
    """Paint long dry grass at the lower edge."""
    u, hh = scene.unit, scene.height
    tones = plants.foliage(scene, "#5c4620", "#ecca82")

    def draw(on: Scene) -> None:
        rng = on.rng("grass")
        for top, foot, tall, soft in ((0.90, 0.99, 0.10, 0.0), (0.98, 1.08, 0.20, 2.4)):
            there = Thicket(on, hh * 0.6, hh, tones, soft * u / 720)
            plants.grass(there, on, rng, hh * top, hh * foot, u * tall, 0.6)
            there.paint(on)

    breeze.sway(scene, "grass", draw, breeze.from_foot(scene.height + u * 0.02, u * 0.2, u * 0.010), 3.2)


def pollen(scene: Scene) -> None:
    """Let seeds and dust hang in low light; fireflies at night when asked for."""
    light = scene.light
    if light.height > 0 and not light.moon and light.glow > 0.3:
        motes.dust(scene, 26, mix(light.disc, light.key, 0.4), 0.5, scene.height * 0.45, scene.height * 0.95)
    motes.fireflies(scene, 24, scene.horizon, scene.height * 0.95)


SAVANNA = Place(
    layers=(
        HEAVENS,
        Layer("far hills", far),
        balloons.layer(0.12),
        Layer("grassland", plain),
        Layer("rocks", kopje),
        Layer("wind", wind, moves=True),
        Layer("birds", birds.paint, moves=True),
        Layer("trees", thorns, moves=True),
        Layer("grass", grasses, moves=True),
        Layer("air", pollen, moves=True),
    ),
    horizon=0.58,
    holds=frozenset({"trees", "animals", "balloons", "birds", "moon", "stars", "fireflies"}),
)
