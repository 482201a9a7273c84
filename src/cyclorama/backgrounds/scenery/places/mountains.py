"""Mountains over a lake."""

from __future__ import annotations

import numpy as np

from ..air import aurora, balloons, birds, rainbow
from ..air.heavens import HEAVENS
from ..land import massif, plants, rocks, terrain, trees
from ..land.stamps import Thicket, Tones
from ..land.terrain import Skin, View
from ..light import colour, mix
from ..motion import breeze, motes
from ..noise import Field, line, smoothstep, tile
from ..scene import Layer, Place, Scene, flat
from ..sea import water


def northern_lights(scene: Scene) -> None:
    """Paint the aurora where it was asked for."""
    if scene.wants("aurora"):
        aurora.paint(scene)


def peaks(scene: Scene) -> None:
    """Far ridges in haze, and the massif before them, with snow."""
    light = scene.light
    h, u = scene.horizon, scene.unit
    rng = scene.rng("massif")
    far = mix(light.ground(colour("#5d6f86"), 0.4), light.haze, min(0.9, 0.66 * light.air**0.3))
    terrain.ridge(scene, "far", h + u * 0.02, u * 0.30, u * 0.45, far, light.haze, 7, 0.54, 0.3)
    land = terrain.ground(terrain.ridged(rng), scene, 20.0)
    stone = str(rng.choice(["#6c6a6e", "#7a6a60", "#62666e"]))
    skin = Skin(
        colour("#566848"),
        colour(stone),
        0.26,
        colour("#f4f6fa"),
        0.22 if plants.snowy(scene) else float(rng.uniform(0.38, 0.58)),
        (0.30, 0.62),
        1.6,
        0.42,
        0.14,
        5.0,
    )
    lean = float(rng.uniform(-1, 1))
    tall = float(rng.uniform(0.44, 0.54))

    def rise(z: Field, x: Field) -> Field:
        return np.asarray(massif.rise_apart(z, x) * (1 + 0.22 * lean * np.tanh(x * 2)), np.float32)

    massif.paint(scene, rng, land, skin, tall, 0.06, 0.19, 240, rise)
    _foothills(scene)


def _foothills(scene: Scene) -> None:
    """Paint wooded slopes at the foot, jagged with trees."""
    light, u, h, w = scene.light, scene.unit, scene.horizon, scene.width
    for n, (tall, air) in enumerate(((0.15, 0.52), (0.085, 0.34))):
        rng = scene.rng("foothill", n)
        x = np.abs(np.linspace(-1, 1, w, dtype=np.float32))
        crest = (0.35 + 0.65 * (line(rng, w, u * 0.5, 3) * 0.5 + 0.5)) * (
            0.25 + 0.75 * smoothstep(0.08, 0.8, x)
        )
        teeth = np.abs(line(rng, w, u * (0.008 + 0.004 * n), 2)) * u * (0.012 + 0.006 * n)
        tops = h + u * 0.008 - u * tall * crest - teeth
        first, last = max(0, int(tops.min()) - 1), min(scene.height, int(h) + 3)
        if last <= first:
            continue
        rows = scene.rows[first:last]
        mask = np.clip(rows - tops[None, :] + 0.5, 0, 1).astype(np.float32)
        tone = light.ground(
            colour("#3f5a48" if not plants.snowy(scene) else "#7d8c94"), 0.18 if light.low else 0.4
        )
        tone = mix(tone, light.haze, min(0.95, air * (0.65 + 0.35 * light.air)))
        foot = mix(tone, light.haze, 0.45)
        fade = smoothstep(0.0, 1.0, (rows - tops[None, :]) / np.float32(u * tall))
        scene.paint(flat(tone) + (flat(foot) - flat(tone)) * fade, mask, first)


def has_lake(scene: Scene) -> bool:
    """Whether there is a lake, rather than an alp."""
    return scene.wants("lake", otherwise=True)


def lake(scene: Scene) -> None:
    """Paint a lake that mirrors the mountains."""
    if has_lake(scene):
        deep = scene.light.ground(colour("#1c4a5a"), 0.25) * np.float32(0.8)
        water.paint(scene, scene.horizon, scene.height, deep, 0.24, 0.6)


def alp(scene: Scene) -> None:
    """Paint mist over the far shore, and grass where there is no lake."""
    u = scene.unit
    terrain.mist(scene, scene.horizon - u * 0.012, u * 0.03, 0.5)
    if not has_lake(scene):
        rng = scene.rng("alp")
        land = terrain.ground(tile(rng, 4.4, 1.5, 40), scene, 16.0)
        level, slope = plants.frosted(scene, "#8fae4c"), plants.frosted(scene, "#61893e")
        far = mix(scene.light.ground(level, 0.55), scene.light.haze, min(0.9, 0.5 * scene.light.air**0.3))
        terrain.plain(scene, scene.horizon - u * 0.002, far, far, "far alp", 0.0)
        skin = Skin(level, slope, 0.5, None, 0.6, (0.05, 0.5), 1.1, 0.0, 0.14, 11.0)
        view = View(
            near=0.16, far=1.8, eye=3.2, tall=0.026, wide=0.22, top=scene.horizon + u * 0.006, deep=0.6
        )
        terrain.show(scene, land, view, skin, 320, None, (float(rng.random()), float(rng.random())))


def shores(scene: Scene) -> None:
    """Paint spruces along both far shores."""
    if "pines" in scene.dropped:
        return
    spruces(scene, "shores", ((0.010, 0.055, 0.42, 0.10), (0.030, 0.13, 0.24, 0.34)))


def spruces(scene: Scene, name: str, depths: tuple[tuple[float, float, float, float], ...]) -> None:
    """Paint spruces in depths: how far below the horizon, how tall, how hazy, how far from the middle."""
    rng = scene.rng("pines", name)
    u = scene.unit
    for base, size, haze, inner in depths:
        there = Thicket(scene, 0, scene.height, plants.spruce(scene, haze))
        row = scene.horizon + base * u
        for _ in range(int(scene.span / (size * 0.075))):
            x = rng.random()
            aside = abs(x - 0.5) * 2
            if aside < inner + rng.uniform(0, 0.25):
                continue
            tall = size * u * rng.uniform(0.55, 1.15) * (0.6 + 0.5 * aside)
            foot = row + size * u * (0.10 * aside + rng.uniform(0, 0.06))
            kind = "snowy_spruce" if plants.snowy(scene) else "spruce"
            there.plant(
                trees.stamp(kind, int(rng.integers(4))),
                x * scene.width,
                foot,
                tall,
                scene.sun[0] < x * scene.width,
                rng.uniform(0.85, 1.1),
            )
        there.paint(scene)


def near_shore(scene: Scene) -> None:
    """Paint boulders at the lower corners."""
    u, w, hh = scene.unit, scene.width, scene.height
    rng = scene.rng("near shore")
    dark, lit = rocks.stones(scene)
    deck = scene.light.ground(colour("#f2f6fc" if plants.snowy(scene) else "#7c8c50"), 0.65)
    stones = Thicket(scene, scene.horizon, hh, Tones(dark, lit, lit, deck), u * 0.0015)
    spots = sorted((float(rng.uniform(0.80, 1.02)), float(rng.uniform(0.27, 0.52))) for _ in range(13))
    for y, out in spots:
        s = -1 if rng.random() < 0.5 else 1
        if out < 0.36 and y < 0.93:
            continue
        x = w * (0.5 + s * out)
        stones.plant(
            rocks.boulder(int(rng.integers(5))),
            x,
            hh * y + u * 0.02,
            u * rng.uniform(0.03, 0.11) * y * y,
            scene.sun[0] < x,
        )
    stones.paint(scene)


def near_pines(scene: Scene) -> None:
    """Paint tall spruces that frame the picture, a little out of focus, as the wind moves them."""
    if "pines" in scene.dropped:
        return
    rng = scene.rng("near pines")
    u, w, hh = scene.unit, scene.width, scene.height
    heavy = -1 if scene.sun[0] > w / 2 else 1
    stand = []
    for s, number in ((heavy, int(rng.integers(2, 5))), (-heavy, int(rng.integers(1, 3)))):
        for k in range(number):
            out = 0.515 - 0.062 * k * rng.uniform(0.7, 1.2)
            tall = u * rng.uniform(0.62, 0.95) * (1 - 0.17 * k) * (1.0 if s == heavy else 0.72)
            stand.append(
                (
                    w * (0.5 + s * out),
                    hh * (0.98 - 0.035 * k),
                    tall,
                    int(rng.integers(4)),
                    float(rng.uniform(0.9, 1.15)),
                )
            )
    stand.sort(key=lambda tree: tree[1])
    kind = "snowy_spruce" if plants.snowy(scene) else "spruce"

    def draw(on: Scene) -> None:
        there = Thicket(on, 0, hh, plants.spruce(scene, 0.02), u * 0.0019)
        for x, foot, tall, shape, wide in stand:
            there.plant(trees.stamp(kind, shape), x, foot, tall, scene.sun[0] < x, wide)
        there.paint(on)

    breeze.sway(scene, "near pines", draw, breeze.from_foot(hh * 0.98, u * 0.9, u * 0.006), 4.0, u * 0.001)


def air(scene: Scene) -> None:
    """Paint a rainbow or fireflies where they were asked for."""
    rainbow.across(scene, 0.22, 0.5, 0.42)
    motes.fireflies(scene, 24, scene.horizon, scene.height * 0.95)


MOUNTAINS = Place(
    layers=(
        HEAVENS,
        Layer("aurora", northern_lights, moves=True),
        Layer("peaks", peaks),
        balloons.layer(0.08),
        Layer("mist", alp),
        Layer("shores", shores),
        Layer("lake", lake, moves=True),
        Layer("rocks", near_shore),
        Layer("birds", birds.paint, moves=True),
        Layer("pines", near_pines, moves=True),
        Layer("air", air, moves=True),
    ),
    horizon=0.60,
    holds=frozenset(
        {"lake", "pines", "aurora", "birds", "moon", "stars", "rainbow", "fireflies", "balloons"}
    ),
)
