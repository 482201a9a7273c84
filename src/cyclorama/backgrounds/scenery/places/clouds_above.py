"""Above the clouds: a sea of them to the horizon, towers of cloud at its sides."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from ..air import balloons, birds
from ..air.heavens import HEAVENS
from ..land import terrain
from ..land.terrain import Ground, View
from ..light import colour, mix
from ..motion.drift import drift
from ..noise import Field, fbm, resize, smoothstep, tile
from ..scene import Layer, Place, Planes, Scene, flat

if TYPE_CHECKING:
    from ..noise import Reals

PASS = 0.10
"""How far the nearest clouds go by in a loop, in units."""


def billows(rng: np.random.Generator) -> Field:
    """Return a tile of cloud tops: round heaps with creases between them, smaller heaps on each."""
    a, b, c, d = tile(rng, 3.6, 2, 9), tile(rng, 3.4, 5, 24), tile(rng, 3.2, 14, 60), tile(rng, 3.0, 34, 130)
    heap = 1 - np.exp(-np.abs(a) * 1.3)
    out = a * 0.40 + heap * 0.60 + np.abs(b) * (0.22 + 0.22 * heap) + np.abs(c) * 0.16 + np.abs(d) * 0.06
    return np.asarray((out - out.mean()) / out.std(), np.float32)


class Vapour(terrain.Skin):
    """How cloud takes light: bright on its tops, blue in its creases, and lit through where it is thin."""

    def __call__(self, scene: Scene, height: Field, lit: Field, steep: Field, far: Field) -> Planes:
        """Return the colours of cloud of this height, light, steepness and distance (0 to 1)."""
        light = scene.light
        top = light.ground(colour("#ffffff"), 0.95)
        crease = mix(light.ground(colour("#c4cfe4"), 0.12), light.sky[2], 0.35)
        if light.low and not light.moon:
            top = mix(light.ground(colour("#fff4ea"), 0.85), light.sky[0], 0.25)
            crease = mix(light.ground(colour("#b9b4d6"), 0.05), light.sky[3], 0.30)
        if light.moon:
            top = mix(light.ground(colour("#ffffff"), 0.9), light.key, 0.16)
        shade = smoothstep(0.10, 0.95, lit * np.float32(0.75) + height * np.float32(0.13) + np.float32(0.10))
        out = flat(crease) + (flat(top) - flat(crease)) * shade
        air = 1 - np.exp(-far * np.float32(self.haze * 2.6 * light.air**0.5))
        haze = mix(light.haze, light.sky[0], 0.5)
        return np.asarray(out + (flat(haze) - out) * air, np.float32)


def deck(scene: Scene) -> None:
    """Paint the sea of clouds as it passes below. The layer moves."""
    texture, margin, reach, first = scene.keep("deck", lambda: _deck(scene))
    now = drift(texture, margin, reach, scene.phase)
    *body, over = (resize(now[:, :, n], scene.width, scene.height - first) for n in range(4))
    over = np.clip(over, 0, 1)
    scene.paint(np.asarray(np.stack(body) / np.maximum(over, np.float32(0.02)), np.float32), over, first)


def _deck(scene: Scene) -> tuple[Field, int, Reals, int]:
    """Return the clouds, small, as colours x alpha and alpha; the arguments of `drift`; their first row."""
    rng = scene.rng("deck")
    scale = 0.5 if scene.unit > 500 else 0.75
    half = scene.unit * scale
    first = max(0, int(scene.horizon - scene.unit * 0.22))
    w, h = max(16, round(scene.width * scale)), max(16, round(scene.height * scale))
    margin = int(PASS * half) + 3
    small = Scene(
        width=w + 2 * margin,
        height=h,
        light=scene.light,
        time=scene.time,
        weather=scene.weather,
        palette=scene.palette,
        elements=scene.elements,
        dropped=scene.dropped,
        key=scene.key,
        horizon=scene.horizon * h / scene.height,
        sun=(scene.sun[0] * w / scene.width + margin, scene.sun[1] * h / scene.height),
    )
    blend = np.zeros((4, h, small.width), np.float32)
    land = terrain.ground(billows(rng), small, 6.0)
    offset = (float(rng.random()), float(rng.random()))
    size = small.unit / half  # a wider picture must not have larger clouds
    view = View(
        near=0.2,
        far=3.2,
        eye=6.4,
        tall=0.0235 / size,
        wide=0.30 * size,
        top=small.horizon - half * 0.006,
        deep=0.62,
    )
    _shown(small, land, view, Vapour(colour("#ffffff"), colour("#ffffff"), 0.55), offset, blend)
    top = int(first * h / scene.height)
    rows = np.linspace(first, scene.height, h - top)
    near = np.clip((rows - scene.horizon) / (scene.height - scene.horizon), 0, 1)
    reach = (0.08 + 0.92 * near) * PASS * half
    side = 1.0 if scene.rng("wind").random() < 0.5 else -1.0
    return np.ascontiguousarray(blend[:, top:].transpose(1, 2, 0)), margin, reach * side, first


def _shown(
    small: Scene, land: Ground, view: View, skin: Vapour, offset: tuple[float, float], blend: Field
) -> None:
    """Paint the heaps on `small` and fill `blend` with colours x alpha and alpha; their edge is soft."""
    tops = terrain.show(small, land, view, skin, 300, None, offset)
    soft = max(1.0, small.unit * 0.005)
    over = smoothstep(-soft, soft * 2, small.rows - tops[None, :])
    # what is soft above the skyline takes the colour of the skyline
    edge = np.clip(tops + soft * 1.5, 0, small.height - 1).astype(np.intp)
    rim = small.px[:, edge, np.arange(small.width)]
    inside = (small.rows > tops[None, :] + soft)[None]
    blend[:3] = np.where(inside, small.px, rim[:, None, :]) * over
    blend[3] = over


def towers(scene: Scene) -> None:
    """Paint a tower of cloud to one side or both, far off. It stands still."""
    rng = scene.rng("towers")
    u = scene.unit
    main = -1 if scene.sun[0] > scene.width / 2 else 1
    puffs = 0
    for side, wide, tall in ((main, 0.30, rng.uniform(0.22, 0.36)), (-main, 0.22, rng.uniform(0.08, 0.18))):
        if rng.random() < 0.25:
            continue
        x = scene.width / 2 + side * min(scene.width * rng.uniform(0.34, 0.46), u * 0.8)
        _tower(scene, rng, x, u * wide, u * tall, puffs)
        puffs += 1


def _tower(scene: Scene, rng: np.random.Generator, x: float, wide: float, tall: float, number: int) -> None:
    """Paint a heap of round puffs as one body: their union is the shape, their relief the light on it."""
    light = scene.light
    left, right = max(0, int(x - wide * 1.5)), min(scene.width, int(x + wide * 1.5))
    top, bottom = max(0, int(scene.horizon - tall * 1.5)), min(scene.height, int(scene.horizon + tall * 0.3))
    if right - left < 4 or bottom - top < 4:
        return
    step = 2 if scene.unit > 500 else 1
    px = np.arange(left, right, step, dtype=np.float32)[None, :]
    py = np.arange(top, bottom, step, dtype=np.float32)[:, None]
    relief = np.full((py.shape[0], px.shape[1]), -1.0, np.float32)
    for _ in range(130):
        t = rng.random() ** 0.8
        r = wide * rng.uniform(0.07, 0.24) * (1 - 0.30 * t)
        cx = x + float(np.clip(rng.normal(), -1.7, 1.7)) * wide * 0.40 * (1 - 0.62 * t)
        cy = scene.horizon - tall * t * (1 - 0.5 * min(1.0, abs(cx - x) / wide)) + r * 0.3
        d2 = ((px - cx) ** 2 + (py - cy) ** 2) / np.float32(r * r)
        dome = np.sqrt(np.clip(1 - d2, 0, 1)) * np.float32(r / wide)
        relief = np.maximum(relief, np.where(d2 < 1, dome + np.float32(0.12 * rng.random()), -1.0))
    rough = fbm(scene.rng("puffs", number), relief.shape[1], relief.shape[0], wide * 0.16 / step, 4)
    body = smoothstep(-0.05, 0.10, relief + rough * 0.06)
    relief = np.maximum(relief, 0) + rough * np.float32(0.035)
    gx, gy = np.gradient(relief, axis=1), np.gradient(relief, axis=0)
    lean = np.float32(wide / step * 0.62)
    sun = np.sign(scene.sun[0] - x)
    lit = np.clip(0.50 - gx * lean * np.float32(0.75 * sun) + gy * lean * np.float32(0.6), 0, 1)
    white = mix(light.ground(colour("#fffaf2"), 0.55 if light.low else 0.95), light.haze, 0.12)
    dark = mix(mix(light.ground(colour("#c8d0e2"), 0.1), light.sky[2], 0.35), light.haze, 0.35)
    up = np.clip((np.float32(scene.horizon) - py) / np.float32(tall), 0, 1)
    haze = mix(light.haze, light.sky[0], 0.5)
    tone = flat(dark) + (flat(white) - flat(dark)) * lit
    tone = tone + (flat(haze) - tone) * (0.14 + 0.70 * (1 - up) ** 2)
    size = (right - left, bottom - top)
    body = body * smoothstep(0.0, 0.30, up)
    over = np.clip(resize(np.asarray(body, np.float32), *size), 0, 1)
    scene.paint(np.stack([resize(np.asarray(plane, np.float32), *size) for plane in tone]), over, top, left)


def gulls(scene: Scene) -> None:
    """Paint birds where they were asked for."""
    if "birds" in scene.elements:
        birds.paint(scene)


CLOUDS_ABOVE = Place(
    layers=(
        HEAVENS,
        Layer("towers of cloud", towers),
        Layer("balloons", balloons.paint, moves=True),
        Layer("sea of clouds", deck, moves=True),
        Layer("birds", gulls, moves=True),
    ),
    horizon=0.56,
    soft=1.0,
    holds=frozenset({"moon", "stars", "clouds", "balloons", "birds"}),
)
