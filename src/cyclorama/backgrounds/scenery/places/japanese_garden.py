"""A Japanese garden: a pond between pruned pines, maples and cherries, a red bridge, a stone lantern."""

from __future__ import annotations

import numpy as np

from ..air.heavens import HEAVENS
from ..land import plants, rocks, terrain, trees
from ..land.garden import arched_bridge, pagoda, stone_lantern
from ..land.stamps import Thicket, Tones
from ..light import colour, mix
from ..motion import breeze, motes
from ..noise import line, smoothstep
from ..scene import Layer, Place, Scene, flat
from ..sea import water

SPRING = ("#a85f80", "#f6c0d2", "#4a3832")
AUTUMN = (("#6e1f1a", "#e2552c"), ("#7a3a14", "#f0962e"), ("#5c1418", "#d0342c"))
GREEN = ("#2b4a24", "#8aae4a")


def season(scene: Scene) -> str:
    """Return "spring", "autumn" or "summer", as the prompt says or by seed."""
    if scene.season in {"spring", "summer", "autumn"}:
        return scene.season
    if scene.palette == "autumn" or "leaves" in scene.elements:
        return "autumn"
    if "blossoms" in scene.elements:
        return "spring"
    drawn = str(scene.rng("season").choice(["spring", "spring", "autumn", "summer"]))
    return "summer" if drawn == "spring" and "blossoms" in scene.dropped else drawn


def side(scene: Scene) -> int:
    """Return where the bridge is: -1 left, 1 right."""
    return -1 if scene.rng("side").random() < 0.5 else 1


def distance(scene: Scene) -> None:
    """Paint wooded hills in haze, and a pagoda or a great mountain over them."""
    light, u, h, w = scene.light, scene.unit, scene.horizon, scene.width
    rng = scene.rng("distance")
    way = side(scene)
    mountain = rng.random() < 0.5
    if mountain:
        _fuji(scene, w * (0.5 + way * rng.uniform(0.20, 0.26)), u * rng.uniform(0.34, 0.40))
    for n, (tall, air) in enumerate(((0.16, 0.72), (0.10, 0.5))):
        tone = mix(
            light.ground(colour("#4a6a52"), 0.35), light.haze, min(0.95, air * (0.7 + 0.3 * light.air))
        )
        terrain.ridge(
            scene, f"hill {n}", h + u * 0.01, u * tall, u * (0.7 - 0.2 * n), tone, light.haze, 6, 0.42, 0.5
        )
    if not mountain or rng.random() < 0.3:
        x = (
            w * (0.5 - way * rng.uniform(0.16, 0.20))
            if mountain
            else w * (0.5 + way * rng.uniform(0.19, 0.30))
        )
        pagoda(scene, x, h - u * 0.06, u * rng.uniform(0.26, 0.34), 0.36)


def _fuji(scene: Scene, x: float, tall: float) -> None:
    light, u, h = scene.light, scene.unit, scene.horizon
    across = np.abs(scene.columns[0] - np.float32(x)) / np.float32(u)
    rough = line(scene.rng("fuji"), scene.width, u * 0.05, 5)
    up = tall / u * 1.06 * np.exp(-(across**0.92) * 2.6)
    tops = h - u * np.minimum(up + 0.004 * rough, tall / u * 0.93)
    first = max(0, int(tops.min()) - 1)
    last = min(scene.height, int(h) + 2)
    if last <= first:
        return
    rows = scene.rows[first:last]
    mask = np.clip(rows - tops[None, :] + 0.5, 0, 1).astype(np.float32)
    rise = (np.float32(h) - rows) / np.float32(tall)
    streaks = (
        rough[None, :] * 0.09 + 0.05 * line(scene.rng("snow of fuji"), scene.width, u * 0.016, 2)[None, :]
    )
    cap = smoothstep(0.52, 0.66, rise + streaks)
    tone = mix(light.ground(colour("#5f7296"), 0.4), light.haze, 0.62)
    snow = mix(light.ground(colour("#ffffff"), 0.75), light.haze, 0.34)
    body = flat(tone) + (flat(snow) - flat(tone)) * cap
    scene.paint(body + (flat(light.haze) - body) * smoothstep(0.55, 0.0, rise), mask, first)


def far_bank(scene: Scene) -> None:
    """Paint the bank beyond the pond: rocks, shrubs, pines and coloured trees, and the bridge."""
    rng = scene.rng("bank")
    u, w, h = scene.unit, scene.width, scene.horizon
    when = season(scene)
    for depth, (haze, tall, inner) in enumerate(((0.46, 0.20, 0.0), (0.20, 0.30, 0.42))):
        kinds = (
            ("cherry", plants.foliage(scene, SPRING[0], "#e8a2bc", SPRING[2], haze, SPRING[1])),
            ("maple", plants.foliage(scene, *AUTUMN[int(rng.integers(3))], haze=haze)),
            ("maple", plants.foliage(scene, *GREEN, haze=haze)),
            ("niwaki", plants.foliage(scene, "#1f3a26", "#5f8650", "#6a4c3c", haze)),
            ("oak", plants.foliage(scene, "#274528", "#7c9c48", haze=haze)),
        )
        share = {
            "spring": (0.45, 0.0, 0.15, 0.2, 0.2),
            "autumn": (0.0, 0.55, 0.1, 0.2, 0.15),
            "summer": (0.0, 0.1, 0.4, 0.25, 0.25),
        }[when]
        x = -u * 0.05
        while x < w + u * 0.05:
            aside = abs(x / w - 0.5) * 2
            if aside >= inner:
                kind, tones = kinds[int(rng.choice(5, p=share))]
                size = tall * u * rng.uniform(0.7, 1.15) * (0.62 if kind == "niwaki" else 1.0)
                size *= 0.55 + 0.55 * min(1.0, aside * 1.5)
                there = Thicket(scene, h - u * 0.6, h + u * 0.1, tones)
                there.plant(
                    trees.stamp(kind, int(rng.integers(4))),
                    x,
                    h + u * 0.004 * depth,
                    size,
                    scene.sun[0] < x,
                    rng.uniform(0.9, 1.1),
                )
                there.paint(scene)
            x += u * tall * rng.uniform(0.35, 0.75)
        _hedge(scene, rng, haze)
    if scene.wants("bridge", otherwise=True):
        way = side(scene)
        arched_bridge(
            scene, w * 0.5 + way * (0.24 * w + 0.06 * u), h + u * 0.012, u * rng.uniform(0.42, 0.5), 0.08
        )


def _hedge(scene: Scene, rng: np.random.Generator, haze: float) -> None:
    u, w, h = scene.unit, scene.width, scene.horizon
    there = Thicket(scene, h - u * 0.2, h + u * 0.1, plants.foliage(scene, "#28482a", "#8fb152", haze=haze))
    x = 0.0
    while x < w:
        there.plant(
            trees.stamp("shrub", int(rng.integers(4))),
            x,
            h + u * 0.012,
            u * rng.uniform(0.025, 0.055),
            scene.sun[0] < x,
        )
        x += u * rng.uniform(0.03, 0.07)
    there.paint(scene)
    dark, lit = rocks.stones(scene, haze * 0.7)
    moss = mix(scene.light.ground(plants.frosted(scene, "#6f8f4a", 1.0), 0.6), scene.light.haze, haze * 0.7)
    shore = Thicket(scene, h - u * 0.1, h + u * 0.1, Tones(dark, lit, lit, moss))
    for _ in range(int(16 * scene.span)):
        x = rng.random() * w
        shore.plant(
            rocks.boulder(int(rng.integers(5))),
            x,
            h + u * 0.012,
            u * rng.uniform(0.01, 0.026),
            scene.sun[0] < x,
        )
    shore.paint(scene)


def haze(scene: Scene) -> None:
    """Paint a soft light over the far bank, where the head will be."""
    u, light = scene.unit, scene.light
    x = (scene.columns - scene.width / 2) / np.float32(u)
    y = (scene.rows - np.float32(scene.horizon * 0.92)) / np.float32(u)
    amount = np.exp(-(x * x * 7 + y * y * 9)) * np.float32(0.5)
    scene.paint(flat(mix(light.haze, light.sky[0], 0.5)), amount.astype(np.float32))


def pond(scene: Scene) -> None:
    """Paint the pond, nearly still."""
    deep = scene.light.ground(colour("#28483c"), 0.3) * np.float32(0.8)
    water.paint(scene, scene.horizon + scene.unit * 0.012, scene.height, deep, 0.16, 0.5)


def near_bank(scene: Scene) -> None:
    """Paint moss and rocks at both lower corners, and the lantern."""
    u, w, hh, light = scene.unit, scene.width, scene.height, scene.light
    rng = scene.rng("near bank")
    way = side(scene)
    moss, sunny = (
        light.ground(plants.frosted(scene, "#3c5a2a"), 0.25),
        light.ground(plants.frosted(scene, "#94b04e"), 0.5 if light.low else 0.8),
    )
    x = (scene.columns[0] / np.float32(w) - 0.5) * 2
    aside = np.abs(x)
    lift = smoothstep(0.40, 1.05, aside) * np.where(x * way > 0, 0.13, 0.20)
    edge = hh + u * (0.02 - lift) + line(rng, w, u * 0.15, 4) * np.float32(u * 0.012)
    first = max(0, int(edge.min()) - 2)
    rows = scene.rows[first:]
    mask = np.clip(rows - edge[None, :] + 0.5, 0, 1).astype(np.float32)
    from ..noise import fbm

    bumps = fbm(rng, w, hh - first, u * 0.05, 5)
    deep = np.clip((rows - edge[None, :]) / np.float32(u * 0.12), 0, 1)
    amount = np.clip(0.75 - deep * 0.55 + bumps * 0.35, 0, 1)
    scene.paint(flat(moss) + (flat(sunny) - flat(moss)) * amount, mask, first)
    dark, lit = rocks.stones(scene)
    stones = Thicket(
        scene,
        hh - u * 0.5,
        hh,
        Tones(dark, lit, lit, light.ground(plants.frosted(scene, "#7f9c4c", 1.0), 0.7)),
        u * 0.001,
    )
    for _ in range(9):
        s = -1 if rng.random() < 0.5 else 1
        px = w * (0.5 + s * rng.uniform(0.26, 0.5))
        at = int(np.clip(px, 0, w - 1))
        stones.plant(
            rocks.boulder(int(rng.integers(5))),
            px,
            float(edge[at]) + u * 0.02,
            u * rng.uniform(0.03, 0.085),
            scene.sun[0] < px,
        )
    stones.paint(scene)
    if scene.wants("lanterns", otherwise=True):
        px = w * (0.5 - way * rng.uniform(0.31, 0.36))
        at = int(np.clip(px, 0, w - 1))
        stone_lantern(scene, px, float(edge[at]) + u * 0.03, u * rng.uniform(0.26, 0.31))
    shrubs = Thicket(scene, hh - u * 0.4, hh, plants.foliage(scene, "#2c4a28", "#9aba58"), u * 0.0016)
    for s in (-1, 1):
        for _ in range(3):
            px = w * (0.5 + s * rng.uniform(0.40, 0.52))
            shrubs.plant(
                trees.stamp("shrub", int(rng.integers(4))),
                px,
                hh + u * 0.03,
                u * rng.uniform(0.10, 0.17),
                scene.sun[0] < px,
            )
    shrubs.paint(scene)


def boughs(scene: Scene) -> None:
    """Paint the near tree, whose boughs hang into the picture from one side."""
    u, w, hh = scene.unit, scene.width, scene.height
    rng = scene.rng("boughs")
    way = -side(scene)
    when = season(scene)
    if when == "spring":
        kind, tones = "cherry", plants.foliage(scene, SPRING[0], "#e8a2bc", SPRING[2], 0.0, SPRING[1])
    elif when == "autumn":
        kind, tones = "maple", plants.foliage(scene, *AUTUMN[int(rng.integers(3))])
    else:
        kind, tones = "maple", plants.foliage(scene, *GREEN)
    x, tall, shape = (
        w * (0.5 + way * rng.uniform(0.47, 0.54)),
        u * rng.uniform(0.92, 1.02),
        int(rng.integers(4)),
    )

    def draw(on: Scene) -> None:
        there = Thicket(on, 0, hh, tones, u * 0.0016)
        there.plant(trees.stamp(kind, shape), x, hh * 0.98, tall, scene.sun[0] < x)
        there.paint(on)

    breeze.sway(scene, "boughs", draw, breeze.from_foot(hh * 0.98, tall, u * 0.007), 4.0, u * 0.002)


def petals(scene: Scene) -> None:
    """Let petals or leaves fall, and fireflies glow on summer nights."""
    light = scene.light
    when = season(scene)
    if when == "spring":
        tones = [light.ground(colour(c), 0.85) for c in ("#fbd3e0", "#f3b2c8", "#ffe8ee")]
        motes.falling(scene, "petals", 26, tones, 0.0062, 1.4)
    elif when == "autumn":
        tones = [light.ground(colour(c), 0.8) for c in ("#d8452c", "#ee8f34", "#b42a26")]
        motes.falling(scene, "leaves", 15, tones, 0.0085, 1.5)
    motes.fireflies(
        scene, 20, scene.horizon * 0.9, scene.height * 0.95, otherwise=when == "summer" and light.stars > 0.3
    )


JAPANESE_GARDEN = Place(
    layers=(
        HEAVENS,
        Layer("hills", distance),
        Layer("far bank", far_bank),
        Layer("haze", haze),
        Layer("pond", pond, moves=True),
        Layer("moss and rocks", near_bank),
        Layer("boughs", boughs, moves=True),
        Layer("petals", petals, moves=True),
    ),
    horizon=0.60,
    holds=frozenset(
        {"blossoms", "leaves", "bridge", "lanterns", "lake", "trees", "fireflies", "moon", "stars"}
    ),
)
