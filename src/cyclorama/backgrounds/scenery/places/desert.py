"""Desert: dunes, or red buttes and cactus."""

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
from ..noise import fbm, line, smoothstep, tile
from ..scene import Layer, Place, Scene, flat

if TYPE_CHECKING:
    from ..noise import Field


def rocky(scene: Scene) -> bool:
    """Whether it is a desert of rock and cactus rather than of sand."""
    return scene.wants("cactus", otherwise=bool(scene.rng("kind").random() < 0.42))


def far(scene: Scene) -> None:
    """Paint far ranges in haze, and buttes where the desert is rocky."""
    light = scene.light
    h, u = scene.horizon, scene.unit
    tone = mix(light.ground(colour("#a06a48"), 0.4), light.haze, 0.62)
    terrain.ridge(scene, "mesa", h + u * 0.01, u * 0.09, u * 0.35, tone, light.haze, 4, 0.4)
    if rocky(scene):
        _buttes(scene)
        terrain.mist(scene, h + u * 0.004, u * 0.020, 0.75)


def _buttes(scene: Scene) -> None:
    rng = scene.rng("buttes")
    u, w, h = scene.unit, scene.width, scene.horizon
    stone, pale = colour("#a8502f"), colour("#cf8250")
    heavy = -1 if rng.random() < 0.5 else 1
    for n in range(int(rng.integers(3, 6))):
        near = n / 5
        s = heavy if n % 3 else -heavy
        x = w * 0.5 + s * w * rng.uniform(0.20, 0.46)
        tall, wide = (
            u * rng.uniform(0.13, 0.19) * (0.75 + 0.9 * near),
            u * rng.uniform(0.05, 0.16) * (0.7 + 0.6 * near),
        )
        d = np.abs(scene.columns[0] - np.float32(x)) / np.float32(wide)
        rough = line(scene.rng("butte", n), w, u * 0.03, 4)
        top = tall * (1 - 0.06 * (rough + 1) - 0.10 * (d > 0.7) * rng.random())
        wall = smoothstep(1.06, 0.97, d + rough * 0.07)
        talus = np.clip(0.44 - (d - 0.9) * 0.42, 0, 0.44) * tall * (1 + 0.08 * rough)
        tops = h + u * 0.012 - np.maximum(top * wall, talus)
        first, last = max(0, int(tops.min()) - 1), min(scene.height, int(h + u * 0.012))
        if last <= first:
            continue
        mask = np.clip(scene.rows[first:last] - tops[None, :] + 0.5, 0, 1) * (d < 2.1)
        left, right = max(0, int(x - wide * 2.1)), min(w, int(x + wide * 2.1) + 1)
        if right - left < 4:
            continue
        part = np.ascontiguousarray(mask[:, left:right], np.float32)
        haze = (0.50 - 0.40 * near) * (0.6 + 0.4 * scene.light.air)
        rocks.cliff(scene, f"butte {n}", part, first, left, stone, pale, haze)
        # strata, and rubble below them in its own even light
        up = (np.float32(h) - scene.rows[first:last]) / np.float32(tall)
        layers = np.sin(up * np.float32(34)) * np.float32(0.04) + np.sin(
            up * np.float32(13) + 1
        ) * np.float32(0.05)
        dark = scene.light.ground(stone * np.float32(0.5), 0.2)
        scene.paint(
            flat(dark), np.asarray(part * np.clip(layers, 0, 1) * (1 - haze), np.float32), first, left
        )


def ground(scene: Scene) -> None:
    """Paint dunes, or a plain of red sand."""
    h = scene.horizon
    rng = scene.rng("dunes")
    if rocky(scene):
        land = terrain.ground(tile(rng, 4.0, 2, 40), scene, 12.0)
        skin = Skin(colour("#cf8350"), colour("#b0643c"), 0.5, None, 0.6, (0.05, 0.5), 1.0, 0.0, 0.12, 9.0)
        view = View(near=0.14, far=2.0, eye=3.6, tall=0.024, wide=0.3, top=h + scene.unit * 0.004)
        at = (float(rng.random()), float(rng.random()))
        growth(scene, terrain.show(scene, land, view, skin, 340, None, at))
        return
    land = terrain.ground(terrain.dunes(rng), scene, 26.0)
    level, slope = (("#e3ae70", "#d4935a"), ("#e8bd86", "#d8a068"), ("#d99a62", "#c47a48"))[
        int(rng.integers(3))
    ]
    skin = Skin(colour(level), colour(slope), 0.55, None, 0.6, (0.1, 0.5), 1.5, 0.0, 0.03, 9.0)
    view = View(near=0.10, far=1.9, eye=2.5, tall=float(rng.uniform(0.040, 0.052)), wide=0.5, top=h)
    terrain.show(scene, land, view, skin, 420, None, (float(rng.random()), float(rng.random())))
    ripples(scene)


def ripples(scene: Scene) -> None:
    """Wind ripples on the near sand."""
    top = int(scene.horizon + (scene.height - scene.horizon) * 0.25)
    h = scene.height - top
    if h < 8:
        return
    warp = fbm(scene.rng("ripples"), scene.width, h, scene.unit * 0.3, 3)
    rows = scene.rows[top:]
    down = (rows - top) / np.float32(h)
    z = 1 / (down + 0.35)
    x = (scene.columns - scene.width / 2) / np.float32(scene.unit)
    wave = np.sin((z * 60 + x * z * 9 + warp * 7.0).astype(np.float32))
    scene.px[:, top:] *= 1 + wave * smoothstep(0.05, 0.8, down) * np.float32(0.035)


def growth(scene: Scene, skyline: Field) -> None:
    """Paint cactus and brush, from far to near, and rocks at the lower corners."""
    u, w, h, hh = scene.unit, scene.width, scene.horizon, scene.height
    rng = scene.rng("cactus")
    for base, size, haze, inner in (
        (0.02, 0.045, 0.42, 0.0),
        (0.06, 0.12, 0.20, 0.34),
        (0.16, 0.30, 0.06, 0.55),
    ):
        brush = Thicket(scene, 0, hh, plants.foliage(scene, "#4a4a2c", "#a89a5a", haze=haze))
        green = Thicket(scene, 0, hh, plants.foliage(scene, "#24402c", "#86a05c", haze=haze))
        for _ in range(int(scene.span * 1.1 / size**0.8)):
            x = rng.random()
            aside = abs(x - 0.5) * 2
            ground = float(skyline[int(x * (w - 1))]) + size * u * 0.03
            foot = max(h + base * u * rng.uniform(0.7, 1.6), ground)
            if aside > inner * 0.7:
                brush.plant(
                    trees.stamp("shrub", int(rng.integers(4))),
                    x * w,
                    foot,
                    size * u * rng.uniform(0.10, 0.24),
                    scene.sun[0] < x * w,
                )
            if aside > inner + 0.1 and rng.random() < 0.32:
                tall = size * u * rng.uniform(0.6, 1.2)
                green.plant(
                    trees.stamp("saguaro", int(rng.integers(4))), x * w, foot, tall, scene.sun[0] < x * w
                )
        brush.paint(scene)
        green.paint(scene)
    dark = scene.light.ground(colour("#6a3a26"), 0.15)
    lit = scene.light.ground(colour("#d8925c"), 0.5 if scene.light.low else 0.85)
    stones = Thicket(scene, h, hh, Tones(dark, lit, lit, lit), u * 0.002)
    for y in sorted(rng.uniform(0.88, 1.03, 7)):
        s = -1 if rng.random() < 0.5 else 1
        x = w * (0.5 + s * rng.uniform(0.34, 0.52))
        stones.plant(
            rocks.boulder(int(rng.integers(5))),
            x,
            hh * y + u * 0.02,
            u * rng.uniform(0.03, 0.11),
            scene.sun[0] < x,
        )
    stones.paint(scene)


def near(scene: Scene) -> None:
    """Paint a tall cactus and brush at one side, close by."""
    if not rocky(scene):
        return
    rng = scene.rng("near")
    u, w, hh = scene.unit, scene.width, scene.height
    side = -1 if scene.sun[0] > w / 2 else 1
    there = Thicket(scene, 0, hh, plants.foliage(scene, "#1f3a28", "#8aa662"), u * 0.0014)
    for s, tall in ((side, rng.uniform(0.58, 0.78)), (-side, rng.uniform(0.30, 0.44))):
        x = w * (0.5 + s * rng.uniform(0.36, 0.45))
        there.plant(
            trees.stamp("saguaro", int(rng.integers(4))),
            x,
            hh * rng.uniform(0.88, 0.96),
            u * tall,
            scene.sun[0] < x,
        )
    there.paint(scene)
    brush = Thicket(scene, 0, hh, plants.foliage(scene, "#4a4426", "#b09c58"), u * 0.003)
    for n in range(6):
        x = w * (0.5 + (-1 if n % 2 else 1) * rng.uniform(0.34, 0.53))
        brush.plant(
            trees.stamp("shrub", int(rng.integers(4))),
            x,
            hh + u * 0.03,
            u * rng.uniform(0.08, 0.15),
            scene.sun[0] < x,
        )
    brush.paint(scene)


def wind(scene: Scene) -> None:
    """Let sand run over the ground in the wind."""
    breeze.waves(scene, scene.horizon + scene.unit * 0.01, scene.height, 0.03)


def dust(scene: Scene) -> None:
    """Let grains hang in the light."""
    light = scene.light
    if not light.moon:
        motes.dust(scene, 34, mix(light.disc, light.key, 0.5), 0.4, scene.height * 0.45, scene.height)


DESERT = Place(
    layers=(
        HEAVENS,
        Layer("far range", far),
        balloons.layer(0.25),
        Layer("dunes", ground),
        Layer("wind", wind, moves=True),
        Layer("birds", birds.paint, moves=True),
        Layer("near cactus", near),
        Layer("dust", dust, moves=True),
    ),
    horizon=0.52,
    holds=frozenset({"cactus", "balloons", "birds", "moon", "stars"}),
)
