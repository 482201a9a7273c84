"""A forest: trunks behind trunks in lit mist, boughs above, ferns below."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from ..air import sky, sunbeams
from ..land import plants, trees, trunks
from ..land.stamps import Thicket, Tones
from ..light import colour, mix
from ..motion import breeze, motes
from ..noise import fbm, line, smoothstep
from ..scene import Layer, Place, Scene, flat

if TYPE_CHECKING:
    from ..light import Colour
    from ..noise import Field

DEPTHS = 5
BARKS = {  # of a kind of tree: how rough, how thick, its colours in shade and light, and of its scars
    "oak": ("rough", 1.0, "#2c2019", "#94734f", ""),
    "beech": ("smooth", 1.15, "#3c3a34", "#b0a896", ""),
    "birch": ("birch", 0.62, "#77746e", "#f6f3ea", "#35302c"),
    "pine": ("rough", 1.15, "#2e1c14", "#b06c40", ""),
}


def kind(scene: Scene) -> str:
    """Return which trees grow here."""
    if scene.wants("pines", otherwise=plants.snowy(scene)):
        return "pine"
    return str(scene.rng("kind").choice(["oak", "beech", "birch", "pine"]))


def leaf(scene: Scene) -> tuple[str, str]:
    """Return the leaves' colours in shade and in light."""
    of = kind(scene)
    if of == "pine":
        return ("#4c6068", "#e8f0f6") if plants.snowy(scene) else ("#1c3826", "#5f8a4c")
    if plants.autumn(scene):
        return ("#7a4a12", "#f0bc44") if of == "birch" else ("#6a2e12", "#e08a34")
    return {"oak": ("#1f3f1c", "#86ac3f"), "beech": ("#24481e", "#9cc048"), "birch": ("#34501e", "#b4c84e")}[
        of
    ]


def far_light(scene: Scene) -> Colour:
    """Return the colour of the lit mist at the far end."""
    light = scene.light
    return mix(
        light.haze, light.ground(colour(leaf(scene)[1]), 0.6), 0.34 if not plants.snowy(scene) else 0.1
    )


def air_at(scene: Scene, depth: float) -> float:
    """Return how much mist lies before what stands at `depth`, 0 far to 1 near."""
    return float(min(0.95, (1 - depth) ** 1.35 * 0.88 * (0.85 + 0.15 * scene.light.air)))


def glade(scene: Scene) -> None:
    """Paint the light at the far end: brightest around the sun, greener upwards."""
    light = scene.light
    sky.gradient(scene)
    far = far_light(scene)
    top = mix(far, light.ground(colour(leaf(scene)[1]), 0.35), 0.6)
    t = smoothstep(0.0, 1.0, scene.rows / np.float32(scene.height))
    scene.paint(flat(top) + (flat(far) - flat(top)) * t, 0.88)
    cx = scene.width * 0.5 + (scene.sun[0] - scene.width * 0.5) * 0.6
    dx = (scene.columns - np.float32(cx)) / np.float32(scene.unit)
    dy = (scene.rows - np.float32(scene.height * 0.40)) / np.float32(scene.unit)
    amount = np.exp(-(dx * dx * 4.5 + dy * dy * 6)) * np.float32(0.40 + 0.4 * min(1.0, light.glow))
    scene.shine(flat(mix(light.disc, light.key, 0.4)), amount.astype(np.float32))


def pool(scene: Scene) -> None:
    """Paint a pool of even light before the far trunks, where the head will be."""
    light = scene.light
    dx = (scene.columns - np.float32(scene.width / 2)) / np.float32(scene.unit)
    dy = (scene.rows - np.float32(scene.height * 0.46)) / np.float32(scene.unit)
    amount = np.exp(-(dx * dx * 8 + dy * dy * 6)) * np.float32(0.5)
    scene.paint(flat(mix(far_light(scene), light.disc, 0.28 * light.glow)), amount.astype(np.float32))


def stand(depth: int) -> Layer:
    """Return one depth of trees: their trunks, the ground they stand on, and the leaves over them."""

    def paint(scene: Scene) -> None:
        near = depth / (DEPTHS - 1)
        _trunks(scene, depth, near)
        _floor(scene, depth, near)
        _undergrowth(scene, depth, near)
        if depth < 3:
            _leaves(scene, scene, depth, near)

    return Layer("trees", paint)


def _trunks(scene: Scene, depth: int, near: float) -> None:
    light, u = scene.light, scene.unit
    rng = scene.rng("stand", depth)
    bark, girth, shaded, bright, scars = BARKS[kind(scene)]
    air, far = air_at(scene, near), far_light(scene)
    dark = mix(light.ground(colour(shaded), 0.10), far, air)
    lit = mix(light.ground(colour(bright), 0.35 + 0.45 * light.glow), far, air)
    deck = mix(light.ground(colour(scars), 0.3), far, air) if scars else None
    width = u * (0.011 + 0.058 * near**1.6) * girth
    ground = scene.height * (0.665 + 0.25 * near)
    gap = u * (0.05 + 0.29 * near)
    there = Thicket(
        scene, 0, ground + u * 0.04, Tones(dark, lit, lit, deck), (1.6, 1.0, 0.0, 0.0, 2.2)[depth] * u / 720
    )
    x = -gap * rng.random()
    while x < scene.width + gap:
        aside = abs(x / scene.width - 0.5) * 2
        if depth < 2 or aside > 0.26 + 0.36 * near:
            foot = ground + rng.uniform(-0.02, 0.02) * u
            thick = width * rng.uniform(0.6, 1.25)
            shape = trunks.trunk(bark, int(rng.integers(trunks.SHAPES)))
            tall = foot + u * 0.02
            wide = 3 * thick / (tall * shape.image.width / shape.image.height)
            there.plant(shape, x, foot, tall, scene.sun[0] < x, wide)
        x += gap * rng.uniform(0.45, 1.5)
    there.paint(scene)


def _floor(scene: Scene, depth: int, near: float) -> None:
    """Paint the ground of one depth: uneven, mossy, lighter where the sun gets through, and a path."""
    light, u = scene.light, scene.unit
    rng = scene.rng("floor", depth)
    air, far = air_at(scene, near), far_light(scene)
    ground = scene.height * (0.665 + 0.25 * near)
    edge = np.float32(ground) + line(rng, scene.width, u * (0.12 + 0.2 * near), 5) * np.float32(
        u * (0.010 + 0.016 * near)
    )
    first = max(0, int(edge.min()) - 4)
    if first >= scene.height:
        return
    # only as far down as the next depth begins
    last = min(scene.height, int(ground + scene.height * 0.09 + u * 0.05) + 2)
    rows = scene.rows[first:last]
    mask = smoothstep(-2.0 - 5 * near, 2.0 + 5 * near, rows - edge[None, :])
    turned = plants.autumn(scene) or kind(scene) == "pine"
    low, high = ("#4a3018", "#b8783a") if turned and plants.autumn(scene) else ("#2c4420", "#8aa648")
    if kind(scene) == "pine" and not plants.autumn(scene):
        low, high = "#33381e", "#8c8a4c"
    moss = mix(light.ground(plants.frosted(scene, low, 0.7), 0.25), far, air)
    lit = mix(light.ground(plants.frosted(scene, high, 0.95), 0.55 if light.low else 0.75), far, air * 0.85)
    size = (scene.width, last - first)
    patches = fbm(rng, *size, u * (0.05 + 0.08 * near), 5)
    fine = fbm(rng, *size, u * 0.010, 3)
    amount = smoothstep(-0.2, 0.9, patches * 0.7 + fine * 0.45)
    down = (rows - np.float32(scene.height * 0.665)) / np.float32(scene.height * 0.335)
    bend = np.float32(scene.rng("path").uniform(-0.10, 0.10))
    middle = scene.width * (0.5 + bend * np.sin(down * 2.6))
    track = np.exp(-(((scene.columns - middle) / (u * (0.03 + 0.26 * np.clip(down, 0, 1)))) ** 2))
    body = flat(moss) + (flat(lit) - flat(moss)) * (amount * np.float32(0.8))
    earth = mix(light.ground(plants.frosted(scene, "#8a6c48"), 0.6), far, air)
    body = body + (flat(earth) - body) * (track * np.float32(0.5) * (0.8 + 0.3 * fine))
    scene.paint(np.asarray(body * (1 + fine * np.float32(0.10)), np.float32), mask, first)


def _undergrowth(scene: Scene, depth: int, near: float) -> None:
    """Paint grass, ferns and bushes along the edge of one depth, fewer in the middle."""
    u, w = scene.unit, scene.width
    rng = scene.rng("undergrowth", depth)
    tones = _tones(scene, near * 0.92)
    if plants.autumn(scene) or kind(scene) == "pine":
        light, air, far = scene.light, air_at(scene, near * 0.92), far_light(scene)
        dark, lit = ("#4a3414", "#b08a3c") if plants.autumn(scene) else ("#233a1e", "#82984a")
        shaded, bright = (
            light.ground(plants.frosted(scene, dark, 0.4), 0.12),
            light.ground(plants.frosted(scene, lit), 0.6),
        )
        tones = Tones(mix(shaded, far, air), mix(bright, far, air), tones.bark)
    soft = (1.2, 0.8, 0.0, 0.0, 1.4)[depth] * u / 720
    there = Thicket(scene, scene.height * 0.5, scene.height, tones, soft)
    foot = scene.height * (0.675 + 0.25 * near)
    for _ in range(int((26, 24, 22, 15, 10)[depth] * scene.span)):
        x = rng.random()
        aside = abs(x - 0.5) * 2
        if rng.random() > 0.35 + aside:
            continue
        sort = str(rng.choice(["sward", "sward", "fern", "shrub"]))
        tall = u * (0.018 + 0.075 * near) * rng.uniform(0.6, 1.25) * (0.7 + 0.4 * aside)
        row = foot + u * rng.uniform(-0.004, 0.03 + 0.05 * near)
        there.plant(trees.stamp(sort, int(rng.integers(4))), x * w, row, tall, scene.sun[0] < x * w)
    there.paint(scene)


def _tones(scene: Scene, near: float) -> Tones:
    light = scene.light
    dark, lit = leaf(scene)
    air, far = air_at(scene, near), far_light(scene)
    most = (0.5 + 0.35 * light.glow) * (1.15 - 0.35 * near)
    return Tones(
        mix(light.ground(colour(dark), 0.10), far, air),
        mix(light.ground(colour(lit) * np.array([1.1, 1.05, 0.9], np.float32), most), far, air),
        mix(light.ground(colour(BARKS[kind(scene)][3]), 0.3), far, air),
    )


def _leaves(scene: Scene, on: Scene, depth: int, near: float) -> None:
    """Paint the boughs of one depth along the upper edge, lower towards the sides."""
    u, w = scene.unit, scene.width
    rng = scene.rng("leaves", depth)
    sort = "needles" if kind(scene) == "pine" else "bough"
    there = Thicket(on, 0, scene.height, _tones(scene, near), (1.2, 0.6, 0.0, 0.9, 3.0)[depth] * u / 720)
    size = u * (0.20, 0.26, 0.32, 0.36, 0.46)[depth]
    for _ in range(int((11, 9, 8, 6, 6)[depth] * scene.span)):
        x = rng.random()
        aside = abs(x - 0.5) * 2
        if depth > 2 and aside < 0.30 + 0.1 * depth * rng.random():
            continue
        tall = size * rng.uniform(0.6, 1.2)
        drop = scene.height * ((0.10 - 0.015 * depth) + 0.16 * aside**2 * rng.random()) - tall * 0.25
        there.plant(trees.stamp(sort, int(rng.integers(4))), x * w, drop + tall, tall, scene.sun[0] < x * w)
    there.paint(on)


def overhead(scene: Scene) -> None:
    """Paint the near boughs, as the wind moves them."""
    u = scene.unit

    def draw(on: Scene) -> None:
        for depth in (3, 4):
            _leaves(scene, on, depth, depth / (DEPTHS - 1))

    def bend(rows: Field, columns: Field) -> Field:
        down = np.clip(rows / np.float32(scene.height * 0.5), 0, 1.2)
        return np.asarray((0.3 + 0.7 * down) * np.float32(u * 0.005) + 0 * columns, np.float32)

    breeze.sway(scene, "overhead", draw, bend, 4.5, u * 0.002)


def ferns(scene: Scene) -> None:
    """Paint undergrowth at the lower edge, as the wind moves it."""
    u, w, hh = scene.unit, scene.width, scene.height
    dark, lit = leaf(scene)
    tones = plants.foliage(scene, dark, lit if not plants.autumn(scene) else "#b8a044")

    def draw(on: Scene) -> None:
        rng = on.rng("ferns")
        there = Thicket(on, hh * 0.5, hh, tones, u * 0.0013)
        plants.grass(there, on, rng, hh * 1.0, hh + u * 0.07, u * 0.15, 0.75)
        for n in range(int(8 * scene.span)):
            x = w * (0.5 + (-1 if n % 2 else 1) * rng.uniform(0.27, 0.52))
            foot, tall = hh * rng.uniform(0.95, 1.03), u * rng.uniform(0.10, 0.20)
            there.plant(trees.stamp("fern", int(rng.integers(4))), x, foot, tall, scene.sun[0] < x)
        there.paint(on)

    breeze.sway(scene, "ferns", draw, breeze.from_foot(hh + u * 0.05, u * 0.25, u * 0.007), 3.6)


def air(scene: Scene) -> None:
    """Let dust hang in the beams, leaves fall, and fireflies glow in the dark."""
    light = scene.light
    if light.glow > 0.3 and not light.moon:
        motes.dust(scene, 46, mix(light.disc, light.key, 0.3), 0.7, scene.height * 0.15, scene.height * 0.9)
    if plants.autumn(scene) or scene.wants("leaves"):
        tones = [light.ground(colour(c), 0.85) for c in ("#e08a34", "#f0bc44", "#c4582a")]
        motes.falling(scene, "falling leaves", 16, tones, 0.0085, 1.6)
    motes.fireflies(scene, 34, scene.height * 0.40, scene.height * 0.95, otherwise=light.stars > 0.3)


FOREST = Place(
    layers=(
        Layer("light", glade),
        stand(0),
        stand(1),
        Layer("light", pool),
        sunbeams.layer(1),
        stand(2),
        sunbeams.layer(2),
        stand(3),
        stand(4),
        Layer("boughs", overhead, moves=True),
        Layer("ferns", ferns, moves=True),
        Layer("air", air, moves=True),
    ),
    horizon=0.62,
    soft=1.1,
    holds=frozenset({"sunbeams", "pines", "trees", "leaves", "fireflies"}),
)
