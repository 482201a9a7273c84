"""A skyline over water, its windows lit when it is dark."""

from __future__ import annotations

import numpy as np

from .. import terrain, water
from ..heavens import HEAVENS
from ..light import Colour, colour, mix
from ..noise import smoothstep
from ..scene import Layer, Place, Scene, flat
from ..shapes import blur

DEPTHS = 4


def towers(scene: Scene) -> None:
    """Four depths of towers, the nearest lowest in the middle."""
    u = scene.unit
    plan = scene.rng("downtown")
    downtown = (plan.uniform(0.14, 0.34), plan.uniform(0.62, 0.86))
    for depth in range(DEPTHS):
        near = depth / (DEPTHS - 1)
        rng = scene.rng("towers", depth)
        x = -u * 0.1 * rng.random()
        while x < scene.width:
            wide = u * rng.uniform(0.045, 0.10) * (0.62 + 0.65 * near)
            aside = abs((x + wide / 2) / scene.width - 0.5) * 2
            mid = (x + wide / 2) / scene.width
            centre = max(np.exp(-(((mid - c) / 0.15) ** 2)) for c in downtown)
            tall = (
                u
                * (0.10 + 0.13 * rng.random() + (0.10 + 0.20 * rng.random() ** 1.5) * centre)
                * (1.12 - 0.36 * near)
            )
            tall *= 0.72 + 0.45 * aside if near > 0.4 else 1.0
            if rng.random() < 0.09:
                tall *= 1.35
            tall = min(tall, scene.horizon * 0.78)
            _tower(scene, rng, x, wide, tall, near)
            x += wide * rng.uniform(0.86, 1.25)
        if depth < DEPTHS - 1:
            terrain.mist(scene, scene.horizon - u * 0.02, u * 0.10, 0.34, _glow(scene))


def _glow(scene: Scene) -> Colour:
    """Paint the air over the streets: lit from below at night."""
    light = scene.light
    lit = colour("#c9869a") if scene.palette == "neon" else colour("#c98a5a")
    return mix(mix(light.haze, light.sky[0], 0.4), lit, 0.42 * light.lamps)


def _tower(scene: Scene, rng: np.random.Generator, x: float, wide: float, tall: float, near: float) -> None:
    light, u = scene.light, scene.unit
    style = rng.random()
    glass = [colour(c) for c in ("#7d93a8", "#8c8a86", "#a39384", "#6a7c94", "#93a3ac")][int(rng.integers(5))]
    side = 1 if scene.sun[0] > x + wide / 2 else -1
    air = (1 - near) ** 1.25 * 0.78
    air = min(0.94, air * (1 + 0.12 * (light.air - 1)))
    haze = _glow(scene)
    seed_light = rng.random()
    parts = [(x, wide, tall)]
    if style < 0.3:
        parts.append((x + wide * 0.15, wide * 0.7, tall * 1.10))
    elif style < 0.42:
        parts += [(x + wide * 0.2, wide * 0.6, tall * 1.08), (x + wide * 0.36, wide * 0.28, tall * 1.18)]
    if style > 0.88:
        parts.append((x + wide * 0.485, max(1.4, wide * 0.03), tall * 1.24))
    for left, width, height in parts[::-1]:
        _block(scene, rng, left, width, height, glass, side, air, haze, near, seed_light)
    if light.lamps > 0.5 and tall > u * 0.3 and near < 0.8:
        tx, ty = int(x + wide / 2), int(scene.horizon - parts[-1][2])
        if 2 < tx < scene.width - 2 and 2 < ty < scene.height - 2:
            scene.shine(flat(colour("#ff4a3c")), np.full((2, 2), 0.8, np.float32), ty - 1, tx - 1)


def _block(
    scene: Scene,
    rng: np.random.Generator,
    left: float,
    width: float,
    height: float,
    wall: Colour,
    side: int,
    air: float,
    haze: Colour,
    near: float,
    mood: float,
) -> None:
    light, u = scene.light, scene.unit
    x0, x1 = max(0, int(left)), min(scene.width, int(left + width))
    y0, y1 = max(0, int(scene.horizon - height)), min(scene.height, int(scene.horizon) + 1)
    if x1 - x0 < 1 or y1 - y0 < 2:
        return
    w, h = x1 - x0, y1 - y0
    split = 0.5 + 0.22 * side
    t = (np.arange(w, dtype=np.float32)[None, :] + (x0 - left)) / np.float32(width)
    lit_face = (t > split) if side > 0 else (t < split)
    shade = np.where(lit_face, 0.62 if not light.low else 0.55, 0.16)
    shade = shade[None] * np.ones((3, h, 1), np.float32)
    body = flat(wall) * (flat(light.ambient) * (1 - shade * 0.5) * 0.86 + flat(light.key) * shade)
    up = 1 - np.arange(h, dtype=np.float32)[:, None] / np.float32(max(height, 1))
    mirror = flat(mix(light.sky[1], light.sky[3], 0.4))
    body = body + (mirror - body) * (0.28 * up * (1 - light.lamps * 0.5))
    if width > u * 0.02:
        cell_w = max(2.0, u * (0.0052 + 0.0045 * near))
        cell_h = max(3.0, u * (0.0085 + 0.0065 * near))
        cols, rows = max(1, int(width / cell_w)), max(1, int(height / cell_h))
        gx = (np.arange(w) + (x0 - left)) / width * cols
        gy = (np.arange(h) + (y0 - (scene.horizon - height))) / height * rows
        ix, iy = np.clip(gx.astype(np.int32), 0, cols - 1), np.clip(gy.astype(np.int32), 0, rows - 1)
        fx, fy = (gx - ix).astype(np.float32), (gy - iy).astype(np.float32)
        pane = (
            smoothstep(0.0, 0.25, 1 - np.abs(fx - 0.5) * 2 - 0.12)[None, :]
            * smoothstep(0.0, 0.25, 1 - np.abs(fy - 0.5) * 2 - 0.2)[:, None]
        )
        body = body * (1 - pane * np.float32(0.30 * (1 - light.lamps * 0.4)))
        on = rng.random((rows, cols), dtype=np.float32)
        # neighbours keep the same hours
        on[:, 1::2] = on[:, 1::2] * 0.4 + on[:, : on[:, 1::2].shape[1] * 2 : 2] * 0.6
        floors = rng.random((rows, 1), dtype=np.float32)
        share = (0.06 + 0.36 * mood**1.5) * light.lamps * (0.6 + 0.8 * floors)
        bright = np.where(
            (on < share) | (floors < 0.05 * light.lamps),
            0.45 + 0.55 * rng.random((rows, cols), dtype=np.float32),
            0.0,
        )
        tint = rng.random((rows, cols), dtype=np.float32)
        warm, cold = colour("#ffc877"), colour("#dfe9ff")
        if scene.palette == "neon":
            warm, cold = colour("#ff5ac8"), colour("#4ae8ff")
        pick = np.where(tint < 0.74, 0.0, 1.0).astype(np.float32)
        lamp = flat(warm) + (flat(cold) - flat(warm)) * pick
        lamp = lamp * bright
        glow = lamp[:, iy][:, :, ix] * pane * np.float32(1.15)
        body = body * (1 - np.minimum(glow.max(axis=0), 1) * 0.8) + glow
        air *= 1 - 0.3 * light.lamps
    fade = np.float32(air) + (1 - np.float32(air)) * np.float32(0.35) * smoothstep(0.5, 0.0, up) * np.float32(
        1 - near * 0.6
    )
    behind = scene.px[:, y0:y1, x0:x1]
    body = body + (flat(haze) * 0.55 + behind * 0.45 - body) * fade
    scene.px[:, y0:y1, x0:x1] = body


def river(scene: Scene) -> None:
    """Paint the water in front, and the quay's lights along it."""
    light, u = scene.light, scene.unit
    y = int(scene.horizon)
    thick = max(2, int(u * 0.012))
    quay = light.ground(colour("#4a4a50"), 0.25)
    scene.px[:, max(0, y - thick) : y + 1] = flat(mix(quay, light.haze, 0.15))
    if light.lamps > 0.3:
        rng = scene.rng("quay")
        spots = np.zeros((thick * 12 + 1, scene.width), np.float32)
        x = 0.0
        while x < scene.width:
            spots[spots.shape[0] // 2 : spots.shape[0] // 2 + 2, int(x) : int(x) + 2] = rng.uniform(20, 46)
            x += u * rng.uniform(0.02, 0.05)
        spots = blur(spots, max(1.0, u * 0.0028))
        top = y - thick - spots.shape[0] // 2
        if top > 0 and top + spots.shape[0] < scene.height:
            scene.shine(flat(colour("#ffc98a")), np.clip(spots * light.lamps, 0, 1), top)
    water.paint(
        scene, scene.horizon, scene.height, light.ground(colour("#16303e"), 0.2) * np.float32(0.75), 0.55, 0.8
    )


CITY = Place(
    layers=(HEAVENS, Layer("towers", towers), Layer("river", river)),
    horizon=0.66,
    time="dusk",
    soft=1.3,
    holds=frozenset({"moon", "stars"}),
)
