"""Old houses in many colours along a quay."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from ..light import Colour, colour, mix, pick
from ..motion.particles import splat
from ..noise import Field, resize
from ..scene import flat
from ..shapes import Cutout

if TYPE_CHECKING:
    from ..scene import Scene

WALLS = (
    "#d9744e",
    "#e8b04f",
    "#efdcb4",
    "#d98f86",
    "#c85f4f",
    "#e9c98a",
    "#8fb0b8",
    "#f0e8d8",
    "#b8654a",
    "#dba27c",
)
SHUTTERS = ("#3f6b56", "#4a6f8c", "#7a4a36", "#5c7a4a", "#e8e0cc")
ROOF = "#a85a3c"


def row(
    scene: Scene, rng: np.random.Generator, foot: float, start: float, end: float, tall: float, haze: float
) -> None:
    """Paint houses side by side from column `start` to `end`, about `tall` pixels high."""
    low, high = min(start, end), max(start, end)
    x = low
    air = min(0.9, haze * scene.light.air**0.6)
    stucco = scene.light.ground(colour("#d8b088"), 0.4)
    cut = Cutout(
        scene, (low - tall, foot - tall * 2.0, high + tall, foot + 2), mix(stucco, scene.light.haze, air)
    )
    lamps: list[tuple[float, float, float]] = []
    while x < high - tall * 0.12:
        wide = min(tall * rng.uniform(0.34, 0.62), high - x)
        aside = abs((x + wide / 2) / scene.width - 0.5) * 2
        height = tall * rng.uniform(0.72, 1.10) * (0.62 + 0.5 * min(aside, 1.0))
        _house(scene, cut, rng, x, foot, wide, height, air, lamps)
        x += wide
    cut.paint()
    if scene.light.lamps > 0.3:
        _glow(scene, lamps, tall)


def _house(
    scene: Scene,
    cut: Cutout,
    rng: np.random.Generator,
    x: float,
    foot: float,
    wide: float,
    tall: float,
    air: float,
    lamps: list[tuple[float, float, float]],
) -> None:
    light = scene.light
    sunny = 0.72 if not (light.low or light.moon) else 0.42
    plaster = pick(rng, WALLS)

    def seen(tone: Colour, lit: float) -> Colour:
        return mix(light.ground(tone, lit), light.haze, air)

    wall = seen(plaster, sunny * rng.uniform(0.85, 1.1))
    top = foot - tall
    # a little shade to the side that the sun does not reach, so that houses stand apart
    dark_side = 1 if scene.sun[0] < x else -1
    cut.rectangle(x, foot, x + wide, top, wall)
    edge = wide * 0.10
    ex = x + wide - edge if dark_side > 0 else x
    cut.rectangle(ex, foot, ex + edge, top, wall * np.float32(0.88))
    tiles = seen(colour(ROOF), sunny * 0.8)
    over = wide * 0.04
    if rng.random() < 0.45:  # a gable towards us
        peak = top - wide * rng.uniform(0.24, 0.4)
        cut.polygon([(x, top), (x + wide, top), (x + wide / 2, peak)], wall * np.float32(0.96))
        slab = wide * 0.05
        for side in (0.0, 1.0):
            px = x - over if side == 0 else x + wide + over
            cut.polygon(
                [(px, top), (x + wide / 2, peak - slab), (x + wide / 2, peak + slab), (px, top + slab * 1.6)],
                tiles,
            )
    else:
        rise = wide * rng.uniform(0.14, 0.24)
        cut.polygon(
            [
                (x - over, top),
                (x + wide + over, top),
                (x + wide * 0.96, top - rise),
                (x + wide * 0.04, top - rise),
            ],
            tiles,
        )
        cut.polygon(
            [(x - over, top), (x + wide + over, top), (x + wide, top + tall * 0.02), (x, top + tall * 0.02)],
            wall * np.float32(0.8),
        )
        if rng.random() < 0.6:
            cx, w = x + wide * rng.uniform(0.2, 0.7), wide * 0.09
            cut.rectangle(cx, top - rise * 1.9, cx + w, top - rise * 0.6, wall * np.float32(0.82))
    shutter = seen(pick(rng, SHUTTERS), sunny * 0.8)
    pane = mix(light.ground(colour("#3a4652"), 0.3), mix(light.sky[1], light.haze, 0.5), 0.35)
    trim = mix(wall, seen(colour("#fbf4e6"), sunny), 0.6)
    floors = max(2, int(tall / max(wide * 0.42, 1)))
    columns = 2 if wide < tall * 0.42 else 3
    storey = tall * 0.94 / (floors + 0.2)
    for floor in range(1, floors):
        wy = foot - storey * (floor + 0.30)
        for k in range(columns):
            wx = x + wide * (k + 0.5) / columns
            w, h = wide * 0.225 / columns, storey * 0.28
            lit = light.lamps > 0.3 and rng.random() < 0.34
            glass = colour("#ffd48a") * np.float32(rng.uniform(0.55, 1.05)) if lit else pane
            cut.rectangle(wx - w * 1.2, wy + h * 1.12, wx + w * 1.2, wy - h * 1.12, trim)
            cut.rectangle(wx - w, wy + h, wx + w, wy - h, glass)
            for side in (-1, 1):
                a, b = wx + side * w * 1.18, wx + side * w * 1.8
                cut.rectangle(a, wy + h * 1.05, b, wy - h * 1.05, shutter)
            if lit:
                lamps.append((wx, wy, w * 1.1))
    # the ground floor: a door or a shop with an awning
    h = storey * 0.78
    if rng.random() < 0.6:
        lit = light.lamps > 0.3
        shop = colour("#ffcf8c") if lit else pane * np.float32(0.9)
        cut.rectangle(x + wide * 0.12, foot, x + wide * 0.88, foot - h * 0.8, shop)
        own = scene.colours[0] if scene.colours else pick(rng, ("#c8553a", "#3f7a6a", "#e8b04f", "#4a6f9c"))
        strips = 6
        for s in range(strips):
            a, b = x + wide * (0.07 + 0.86 * s / strips), x + wide * (0.07 + 0.86 * (s + 1) / strips)
            cloth = seen(own if s % 2 else colour("#f6efe0"), sunny)
            cut.rectangle(a, foot - h * 0.62, b, foot - h * 0.95, cloth)
        if lit:
            lamps.append((x + wide / 2, foot - h * 0.3, wide * 0.30))
    else:
        for k in range(columns):
            wx, w = x + wide * (k + 0.5) / columns, wide * 0.34 / columns
            cut.rectangle(wx - w, foot, wx + w, foot - h * 0.8, shutter * np.float32(0.8))


def _glow(scene: Scene, lamps: list[tuple[float, float, float]], tall: float) -> None:
    """Paint the light that spills from windows and shops."""
    w, h = max(scene.width // 3, 8), max(scene.height // 3, 8)
    sx, sy = w / scene.width, h / scene.height
    if not lamps:
        return
    at = np.array(lamps)
    radius = np.maximum(at[:, 2] * sx * 1.6, tall * 0.03 * sx)
    spots = splat(h, w, at[:, 0] * sx, at[:, 1] * sy, radius, np.full(len(at), 0.34 * scene.light.lamps))
    light: Field = np.minimum(resize(spots, scene.width, scene.height), 0.5)
    scene.shine(flat(colour("#ffb45a")), np.maximum(light, 0))
