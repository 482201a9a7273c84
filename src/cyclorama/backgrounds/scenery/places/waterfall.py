"""A waterfall: cliffs with moss and trees, falling water, spray, a pool, ferns close by."""

from __future__ import annotations

import numpy as np

from ..air import birds
from ..air.heavens import HEAVENS
from ..air.rainbow import arch
from ..land import falls, plants, rocks, terrain, trees
from ..land.stamps import Thicket, Tones
from ..light import colour, mix
from ..motion import breeze, motes
from ..noise import line, smoothstep
from ..scene import Layer, Place, Scene
from ..sea import water


def side(scene: Scene) -> int:
    """Return where the fall is: -1 left, 1 right."""
    return -1 if scene.rng("side").random() < 0.5 else 1


def fall(scene: Scene) -> tuple[float, float, float, float]:
    """Return the fall's middle, half its width, and the rows of its brink and its foot, in pixels."""
    rng = scene.rng("fall")
    u = scene.unit
    x = scene.width * (0.5 + side(scene) * rng.uniform(0.225, 0.29))
    return x, u * rng.uniform(0.055, 0.105), scene.height * rng.uniform(0.13, 0.22), scene.horizon


def leaf(scene: Scene) -> tuple[str, str]:
    """Return the leaves' colours in shade and light."""
    return ("#5e2c16", "#d88a34") if "autumn" in {scene.palette, scene.season} else ("#1d4028", "#86b04a")


def gorge(scene: Scene) -> None:
    """Paint the far end of the gorge in haze, and the cliffs to both sides."""
    light, u, w = scene.light, scene.unit, scene.width
    x = scene.columns[0]
    middle, half, brink, foot = fall(scene)
    way = side(scene)
    last = int(foot) + 2
    for n, (tall, air) in enumerate(((0.34, 0.80), (0.24, 0.62), (0.12, 0.44))):
        far = mix(
            light.ground(colour("#4f7458"), 0.35), light.haze, min(0.95, air * (0.75 + 0.25 * light.air))
        )
        terrain.ridge(scene, f"gorge {n}", foot, u * tall, u * 0.4, far, light.haze, 7, 0.55, 0.35)
    _shore(scene, foot)
    stone, moss = (
        colour("#7c7468"),
        plants.frosted(scene, leaf(scene)[1], 1.0) * np.float32(0.72 if not plants.snowy(scene) else 1),
    )
    # the cliff that the fall comes down, and a lower, nearer one across from it
    out = (x - middle) * way / np.float32(u)  # outwards from the fall
    ragged = line(scene.rng("brink"), w, u * 0.12, 6)
    top = brink - u * (0.05 + 0.10 * smoothstep(0.05, 0.45, np.abs(out))) + u * 0.035 * ragged
    inner = -0.20 - 0.05 * line(scene.rng("edge"), scene.height, u * 0.1, 5)
    edge = smoothstep(0.0, 0.02, out[None, :] - inner[:, None])
    notch = np.exp(-((out / (half / u * 1.15)) ** 4))
    top = top + (brink - top) * notch
    at = max(0, int(top.min()))
    mask = np.clip(scene.rows[at:last] - top[None, :] + 0.5, 0, 1) * edge[at:last]
    rocks.cliff(scene, "fall", mask.astype(np.float32), at, 0, stone, moss, 0.16 * light.air**0.4)
    _dress(scene, top, out > inner.mean() + 0.03, "fall", 0.16)
    outer = -(x - w / 2) * way / np.float32(w)  # towards the other side
    low = scene.height * 0.26 + u * (0.50 * smoothstep(0.50, 0.17, outer) ** 1.4 + 0.06 * ragged[::-1])
    at = max(0, int(low.min()))
    if at < last:
        mask = np.clip(scene.rows[at:last] - low[None, :] + 0.5, 0, 1) * (outer > 0.1)
        rocks.cliff(scene, "across", mask.astype(np.float32), at, 0, stone * np.float32(0.9), moss, 0.05)
        _dress(scene, low, outer > 0.17, "across", 0.04, 2.4)


def _shore(scene: Scene, foot: float) -> None:
    """Paint trees and rocks along the far shore, in haze."""
    u, w = scene.unit, scene.width
    rng = scene.rng("shore")
    there = Thicket(scene, foot - u * 0.4, foot + u * 0.1, plants.foliage(scene, *leaf(scene), haze=0.5))
    for row, lift in ((0, 0.012), (1, 0.0)):
        x = -u * 0.05
        while x < w + u * 0.05:
            kind = str(rng.choice(["oak", "birch", "spruce", "oak"]))
            size = u * rng.uniform(0.06, 0.15) * (0.7 + 0.7 * abs(x / w - 0.5)) * (1.15 - 0.4 * row)
            there.plant(
                trees.stamp(kind, int(rng.integers(4))),
                x,
                foot + u * (0.014 - lift),
                size,
                scene.sun[0] < x,
                1.15,
            )
            x += size * rng.uniform(0.25, 0.6)
    x = -u * 0.05
    while x < w + u * 0.05:
        low = u * rng.uniform(0.016, 0.04)
        there.plant(trees.stamp("shrub", int(rng.integers(4))), x, foot + u * 0.010, low, scene.sun[0] < x)
        x += low * rng.uniform(0.5, 1.0)
    there.paint(scene)


def _dress(
    scene: Scene, top: np.ndarray, where: np.ndarray, name: str, haze: float, thick: float = 1.0
) -> None:
    """Paint trees and shrubs on a cliff's top and some on its ledges."""
    rng = scene.rng("dress", name)
    u = scene.unit
    columns = np.flatnonzero(where)
    if not len(columns):
        return
    tones = plants.foliage(scene, *leaf(scene), haze=haze)
    there = Thicket(scene, 0, scene.horizon + u * 0.1, tones)
    span = len(columns) / u
    for kind, count, size in (
        ("birch", 14, 0.16),
        ("spruce", 8, 0.20),
        ("oak", 10, 0.13),
        ("shrub", 26, 0.06),
    ):
        for _ in range(int(count * span * thick)):
            x = int(columns[int(rng.integers(len(columns)))])
            down = u * (rng.uniform(-0.005, 0.03) if kind != "shrub" else rng.random() ** 2 * 0.42)
            there.plant(
                trees.stamp(kind, int(rng.integers(4))),
                x,
                float(top[x]) + down + u * 0.015,
                u * size * rng.uniform(0.5, 1.1),
                scene.sun[0] < x,
            )
    there.paint(scene)


def falling(scene: Scene) -> None:
    """Paint the falling water and the spray at its foot."""
    middle, half, brink, foot = fall(scene)
    falls.paint(scene, middle, half, brink, foot + scene.unit * 0.01)
    if scene.wants("rainbow", otherwise=bool(scene.rng("rainbow").random() < 0.3) and not scene.light.moon):
        arch(scene, middle - side(scene) * scene.unit * 0.16, foot, scene.unit * 0.26, 0.34)


def pool(scene: Scene) -> None:
    """Paint the pool."""
    deep = scene.light.ground(colour("#1c5a58"), 0.35) * np.float32(0.85)
    water.paint(scene, scene.horizon, scene.height, deep, 0.32, 0.5)


def spray(scene: Scene) -> None:
    """Paint the mist that hangs over the pool."""
    middle, half, _, foot = fall(scene)
    falls.spray(scene, middle, half, foot)


def banks(scene: Scene) -> None:
    """Paint wet boulders around the pool, nearer ones larger."""
    u, w, hh = scene.unit, scene.width, scene.height
    rng = scene.rng("banks")
    dark, lit = rocks.stones(scene, 0.06)
    moss = scene.light.ground(plants.frosted(scene, "#7a9a48", 1.0), 0.6)
    depth = hh - scene.horizon
    for band in range(3):
        stones = Thicket(
            scene, scene.horizon - u * 0.1, hh, Tones(dark, lit, lit, moss), u * 0.0022 * (band == 2)
        )
        for _ in range((14, 12, 7)[band]):
            t = (band + rng.random()) / 3
            s = -1 if rng.random() < 0.5 else 1
            x = w * (0.5 + s * (0.20 + 0.08 * t + rng.random() * 0.26))
            size = u * (0.022 + 0.085 * t * t) * rng.uniform(0.6, 1.2)
            stones.plant(
                rocks.boulder(int(rng.integers(5))),
                x,
                scene.horizon + depth * t * 1.05 + size * 0.3,
                size,
                scene.sun[0] < x,
            )
        stones.paint(scene)


def leaves(scene: Scene) -> None:
    """Paint ferns and shrubs at the lower corners, close and out of focus."""
    u, w, hh = scene.unit, scene.width, scene.height
    tones = plants.foliage(scene, *leaf(scene), bright=0.9)
    rng = scene.rng("leaves")
    spots = [
        (
            w * (0.5 + s * rng.uniform(0.40, 0.54)),
            hh + u * rng.uniform(0.0, 0.08),
            u * rng.uniform(0.16, 0.30),
            int(rng.integers(4)),
        )
        for s in (-1, 1, -1, 1, -1, 1)
    ]

    def draw(on: Scene) -> None:
        low = Thicket(on, 0, hh, tones, u * 0.003)
        for x, foot, size, number in spots:
            low.plant(trees.stamp("shrub", number), x, foot, size, scene.sun[0] < x)
        low.paint(on)
        side_ferns(on)

    breeze.sway(scene, "leaves", draw, breeze.from_foot(hh * 1.02, u, u * 0.008), 4.0, u * 0.0025)


def side_ferns(scene: Scene) -> None:
    """Paint fern fronds at the lower corners."""
    rng = scene.rng("ferns")
    there = Thicket(scene, 0, scene.height, plants.foliage(scene, *leaf(scene)), 1.2 * scene.unit / 720)
    for s in (-1, 1, -1, 1, -1, 1):
        x = scene.width * (0.5 + s * rng.uniform(0.34, 0.50))
        tall = scene.unit * rng.uniform(0.14, 0.23)
        foot = scene.height + scene.unit * 0.03
        there.plant(trees.stamp("fern", int(rng.integers(4))), x, foot, tall, scene.sun[0] < x)
    there.paint(scene)


def air(scene: Scene) -> None:
    """Let leaves fall in autumn, and fireflies glow when asked for."""
    if "autumn" in {scene.palette, scene.season} or scene.wants("leaves"):
        motes.leaves(scene, "falling leaves", 12)
    motes.fireflies(scene, 22, scene.horizon * 0.8, scene.height * 0.95, otherwise=scene.light.moon)


WATERFALL = Place(
    layers=(
        HEAVENS,
        Layer("cliffs", gorge),
        Layer("waterfall", falling, moves=True),
        Layer("pool", pool, moves=True),
        Layer("spray", spray, moves=True),
        Layer("rocks", banks),
        Layer("birds", birds.paint, moves=True),
        Layer("leaves", leaves, moves=True),
        Layer("air", air, moves=True),
    ),
    horizon=0.66,
    holds=frozenset({"rainbow", "trees", "leaves", "birds", "fireflies", "moon", "stars"}),
)
