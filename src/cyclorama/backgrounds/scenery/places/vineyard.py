"""A vineyard: rows of vines over Tuscan hills, cypresses, a farmhouse in the evening sun."""

from __future__ import annotations

import numpy as np

from ..air import balloons, birds
from ..air.heavens import HEAVENS
from ..land import plants, terrain, trees
from ..land.houses import farmhouse
from ..land.stamps import Thicket
from ..light import colour, mix
from ..motion import breeze, motes
from ..noise import fbm, line, resize, smoothstep
from ..scene import Layer, Place, Scene, flat
from ..shapes import Cutout

HILLS = ((0.20, 0.60, 0.55, "#74924c"), (0.15, 0.42, 0.50, "#8aa650"), (0.075, 0.24, 0.60, "#8c9a4a"))


def way(scene: Scene) -> int:
    """Return where the house stands: -1 left, 1 right."""
    return -1 if scene.rng("way").random() < 0.5 else 1


def hills(scene: Scene) -> None:
    """Paint hills behind hills, striped with rows, with cypresses along their crests and a farmhouse."""
    light, u, h, w = scene.light, scene.unit, scene.horizon, scene.width
    blue = mix(light.ground(colour("#64789a"), 0.4), light.haze, min(0.94, 0.66 * light.air**0.25))
    terrain.ridge(scene, "far", h + u * 0.01, u * 0.17, u * 0.7, blue, light.haze, 5, 0.42)
    for n, (tall, air, wide, tone) in enumerate(HILLS):
        rng = scene.rng("hill", n)
        crest = line(rng, w, u * wide * 1.5, 2) * 0.5 + 0.5
        tops = h - u * tall * (0.15 + 0.85 * crest) + u * 0.012 * n
        first = max(0, int(tops.min()) - 1)
        last = min(scene.height, int(h + u * 0.16))
        if last <= first:
            continue
        rows = scene.rows[first:last]
        mask = np.clip(rows - tops[None, :] + 0.5, 0, 1).astype(np.float32)
        slope = np.gradient(tops).astype(np.float32)
        side = 1 if scene.sun[0] > w / 2 else -1
        shade = np.clip(0.62 + side * slope * 1.9, 0.12, 1)[None, :]
        down = (rows - tops[None, :]) / np.float32(u)
        spread = np.float32(rng.uniform(0.013, 0.021))
        lean = np.float32(rng.uniform(-0.8, 0.8))
        patch = fbm(rng, max(w // 4, 4), max((last - first) // 2, 4), u * 0.07, 2)
        field = smoothstep(-0.05, 0.05, resize(patch, w, last - first))
        across = scene.columns / np.float32(u) + down * lean * 2.0
        stripes = 0.5 + 0.5 * np.sin(across / spread * np.float32(2 * np.pi))
        fade = smoothstep(0.0, 0.03, down) * np.float32(0.9 * (1 - air * 0.6) * (n < 2))
        most = 0.45 if light.low else 0.75
        ground, straw = (
            light.ground(plants.frosted(scene, tone), most),
            light.ground(plants.frosted(scene, "#c8b264"), most),
        )
        fallow = smoothstep(0.28, 0.36, resize(patch, w, last - first)[:, ::-1]) * np.float32(0.8)
        vines = light.ground(
            colour("#8a4a26" if plants.autumn(scene) else "#42602c"), 0.35 if light.low else 0.55
        )
        body = (flat(ground) + flat(straw - ground) * fallow) * (0.50 + 0.66 * shade)
        body = body + (flat(vines) * (0.65 + 0.45 * shade) - body) * (
            stripes * field * fade * np.float32(0.9 if n < 2 else 0.0)
        )
        body = body + (flat(light.haze) - body) * np.float32(min(0.95, air * (0.6 + 0.4 * light.air) * 0.85))
        scene.paint(np.asarray(body, np.float32), mask, first)
        _crest(scene, rng, tops, n, air)
        if n == 1:
            x = w * (0.5 + way(scene) * rng.uniform(0.24, 0.36))
            at = int(np.clip(x, 0, w - 1))
            _home(scene, rng, x, float(tops[at]) + u * 0.012, u * rng.uniform(0.17, 0.21), air * 0.45)


def _crest(scene: Scene, rng: np.random.Generator, tops: np.ndarray, n: int, air: float) -> None:
    """Paint a row of cypresses and some round trees along a crest."""
    u, w = scene.unit, scene.width
    dark = plants.foliage(scene, "#1e3222", "#51703c", haze=air * 0.8)
    green = plants.foliage(scene, "#33492a", "#8a9a50", haze=air * 0.8)
    size = u * (0.045 + 0.035 * n)
    tall, round_ = Thicket(scene, 0, scene.height, dark), Thicket(scene, 0, scene.height, green)
    for _ in range(2 + int(rng.integers(2))):
        x, number = rng.random() * w, int(rng.integers(2, 8))
        if n == 2 and abs(x / w - 0.5) < 0.2:
            continue
        for k in range(number):
            px = x + k * size * rng.uniform(0.5, 0.75)
            at = int(np.clip(px, 0, w - 1))
            tall.plant(
                trees.stamp("cypress", int(rng.integers(4))),
                px,
                float(tops[at]) + size * 0.1,
                size * rng.uniform(0.75, 1.2),
                scene.sun[0] < px,
            )
    for _ in range(int(9 * scene.span)):
        px = rng.random() * w
        at = int(np.clip(px, 0, w - 1))
        kind = "oak" if rng.random() < 0.6 else "shrub"
        round_.plant(
            trees.stamp(kind, int(rng.integers(4))),
            px,
            float(tops[at]) + size * 0.2,
            size * rng.uniform(0.25, 0.55),
            scene.sun[0] < px,
        )
    round_.paint(scene)
    tall.paint(scene)


def _home(scene: Scene, rng: np.random.Generator, x: float, foot: float, size: float, haze: float) -> None:
    tones = plants.foliage(scene, "#1e3222", "#51703c", haze=haze)
    behind, before = Thicket(scene, 0, scene.height, tones), Thicket(scene, 0, scene.height, tones)
    for n in range(6):
        px = x + size * (n - 2.5) * 0.42 * rng.uniform(0.85, 1.15)
        there = behind if n % 3 else before
        there.plant(
            trees.stamp("cypress", int(rng.integers(4))),
            px,
            foot + size * 0.04,
            size * rng.uniform(0.5, 0.85),
            scene.sun[0] < px,
        )
    behind.paint(scene)
    farmhouse(scene, x, foot, size, haze)
    before.paint(scene)


def rows(scene: Scene) -> None:
    """Paint the slope before us: earth and grass, and rows of vines that run towards the hills."""
    light, u, h, w = scene.light, scene.unit, scene.horizon, scene.width
    rng = scene.rng("rows")
    top = h + u * 0.03
    bare = plants.frosted(scene, "#a8893e" if plants.autumn(scene) else "#8c9a4a")
    grass = light.ground(bare, 0.45 if light.low else 0.75)
    edge = top + u * 0.014 * line(rng, w, u * 0.5, 3)
    cover = smoothstep(-2.0, 2.0, scene.rows[int(top) :] - edge[None, :])
    terrain.plain(
        scene,
        top,
        grass * np.float32(0.85),
        mix(grass, light.haze, min(0.85, 0.15 + 0.12 * light.air)),
        "grass",
        0.16,
        1.0,
        cover,
    )
    leaf = ("#5e2416", "#d9822c") if plants.autumn(scene) else ("#24401c", "#93b144")
    vanish = w * (0.5 - way(scene) * rng.uniform(0.04, 0.12))
    gap = 0.46
    first = float(rng.uniform(0.3, 0.7))
    # one row after another from the middle outwards, near plants over far ones
    lines = sorted((k + first for k in range(-8, 8)), key=abs, reverse=False)
    steps = np.geomspace(5.5, 0.62, 30)
    stand = [(float(z), k) for z in steps for k in lines]
    # the ground between them takes less of a fog than `foliage` supposes
    thin = 1 / max(1.0, 0.55 + 0.25 * light.air)
    tones = [plants.foliage(scene, *leaf, haze=a * thin) for a in (0.42, 0.30, 0.20, 0.10, 0.0)]
    bands = [
        Thicket(scene, top - u * 0.1, scene.height, t, (0.0, 0.0, 0.0, 0.8, 2.0)[n] * u / 720)
        for n, t in enumerate(tones)
    ]
    side = -1.0 if scene.sun[0] > w / 2 else 1.0
    shade = Cutout(scene, (0, top, w, scene.height), light.ground(colour("#4a4a22"), 0.1), u * 0.004)
    for k in lines:
        line_ = [
            (vanish + (k + off) * gap * u / z, top + u * 0.30 / z)
            for off, zs in ((side * 0.03, steps), (side * 0.50, steps[::-1]))
            for z in zs
        ]
        shade.polygon(line_, light.ground(colour("#4a4a22"), 0.1))
    shade.paint(0.42 if light.low else 0.3)
    for z, k in stand:
        x = vanish + k * gap * u / z
        foot = top + u * 0.30 / z
        tall = u * 0.135 / z
        if x < -tall * 2 or x > w + tall * 2 or foot > scene.height + tall:
            continue
        band = int(np.clip(4 - (z - 0.6) * 1.35, 0, 4))
        bands[band].plant(
            trees.stamp("shrub", int(rng.integers(4))),
            x + rng.normal() * tall * 0.06,
            foot + tall * 0.05,
            tall * rng.uniform(0.85, 1.1),
            scene.sun[0] < x,
            0.62,
        )
    for there in bands:
        there.paint(scene)


def grapes(scene: Scene) -> None:
    """Paint leaves of the nearest vine, out of focus, at one lower corner."""
    u, w, hh = scene.unit, scene.width, scene.height
    rng = scene.rng("grapes")
    side = -way(scene)
    leaf = ("#5e2416", "#e0902c") if plants.autumn(scene) else ("#28481e", "#a6c450")
    tones = plants.foliage(scene, *leaf)
    spots = [
        (
            w * (0.5 + side * rng.uniform(0.44, 0.54)),
            hh + u * rng.uniform(0.02, 0.10),
            u * rng.uniform(0.24, 0.34),
            int(rng.integers(4)),
        )
        for _ in range(3)
    ]

    def draw(on: Scene) -> None:
        there = Thicket(on, 0, hh, tones, u * 0.005)
        for x, foot, tall, shape in spots:
            there.plant(trees.stamp("shrub", shape), x, foot, tall, scene.sun[0] < x)
        there.paint(on)

    breeze.sway(scene, "grapes", draw, breeze.from_foot(hh + u * 0.05, u * 0.35, u * 0.006), 4.0, u * 0.002)


def wind(scene: Scene) -> None:
    """Let gusts run over the slope."""
    breeze.waves(scene, scene.horizon + scene.unit * 0.05, scene.height, 0.045)


def air(scene: Scene) -> None:
    """Let dust hang in a low sun, leaves fall in autumn, and fireflies glow when asked for."""
    motes.pollen(scene)
    if plants.autumn(scene):
        motes.leaves(scene, "leaves", 10)
    motes.fireflies(scene, 24, scene.horizon, scene.height * 0.95)


VINEYARD = Place(
    layers=(
        HEAVENS,
        balloons.layer(0.2),
        Layer("hills", hills),
        Layer("vines", rows),
        Layer("wind", wind, moves=True),
        Layer("birds", birds.paint, moves=True),
        Layer("leaves", grapes, moves=True),
        Layer("air", air, moves=True),
    ),
    horizon=0.52,
    holds=frozenset({"trees", "balloons", "leaves", "birds", "moon", "stars", "fireflies"}),
)
