"""Colours that flow into each other: a mesh of them, a sweep, or a studio's backdrop between two gels."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from ..light import mix
from ..noise import resize, smoothstep
from ..oklab import from_lab, to_lab
from ..scene import Layer, Place, Scene
from ..tones import behind, look, ramp, tones
from ..walls.wall import Canvas, canvas

if TYPE_CHECKING:
    from ..scene import Planes

SMALL = 1 / 6  # of the picture, at which colours are mixed: they hold no detail


def paint(scene: Scene) -> None:
    """Paint the colours as they are at the scene's phase."""
    kinds = (mesh, sweep, studio)
    kind = kinds[int(scene.rng("kind").choice(3, p=[0.45, 0.25, 0.30]))]
    spread(scene, kind(scene, scene.keep("canvas of colours", lambda: canvas(scene).at(SMALL))))


def spread(scene: Scene, px: Planes) -> None:
    """Make a small picture without detail the scene's paint."""
    for plane, small in zip(scene.px, px, strict=True):
        plane[:] = resize(small, scene.width, scene.height)


def drift(scene: Scene, at: float, reach: float) -> tuple[float, float]:
    """Return how far something has drifted, x and y; it goes round once in a loop, from its own place."""
    turn = 2 * np.pi * (scene.phase + at)
    return reach * float(np.cos(turn) - np.cos(2 * np.pi * at)), reach * float(
        np.sin(turn) - np.sin(2 * np.pi * at)
    )


def mesh(scene: Scene, at: Canvas) -> Planes:
    """Mix spots of colour that drift past each other, evenly to the eye."""
    rng = scene.rng("mesh")
    shown = tones(scene)
    five = [to_lab(c) for c in shown]
    half = float(at.x[0, -1])
    bend, turn = rng.uniform(1.6, 2.6, 2), rng.uniform(0, 6.3, 2)
    x = at.x + np.float32(0.16) * np.sin(at.y * np.float32(bend[0]) + np.float32(turn[0]))
    y = at.y + np.float32(0.16) * np.sin(at.x * np.float32(bend[1]) + np.float32(turn[1]))
    # light above the shoulders, dark in the corners, and the strongest colours beside the person
    spots: list[tuple[float, float, int, float]] = [(rng.uniform(-0.1, 0.1), 0.0, behind(shown), 0.40)]
    sides = rng.permutation([(-1, -1), (1, -1), (-1, 1), (1, 1)])
    for (sx, sy), tone in zip(sides, rng.permutation([0, 1, 2, 4]), strict=True):
        spots.append((sx * half * rng.uniform(0.5, 1.0), sy * rng.uniform(0.2, 0.55), int(tone), 0.42))
    for _ in range(3):
        side = 1 if rng.random() < 0.5 else -1
        spots.append(
            (side * half * rng.uniform(0.35, 1.1), rng.uniform(-0.6, 0.6), int(rng.integers(1, 4)), 0.3)
        )
    total = np.full((at.height, at.width), 1e-4, np.float32)
    lab = np.zeros((at.height, at.width, 3), np.float32) + five[1].astype(np.float32) * np.float32(1e-4)
    for number, (cx, cy, tone, size) in enumerate(spots):
        dx, dy = drift(scene, number * 0.381, 0.055)
        d2 = (x - np.float32(cx + dx)) ** 2 + (y - np.float32(cy + dy)) ** 2
        weight = np.exp(d2 * np.float32(-1 / (2 * (size * 0.72) ** 2)))
        total += weight
        lab += weight[..., None] * five[tone].astype(np.float32)
    rgb = from_lab(lab / total[..., None])
    return np.asarray(np.clip(rgb, 0, 1).transpose(2, 0, 1), np.float32)


def sweep(scene: Scene, at: Canvas) -> Planes:
    """Sweep from dark to light across the picture, in folds as soft as a curtain of northern light."""
    rng = scene.rng("sweep")
    five = tones(scene)
    table = scene.keep("sweep", lambda: ramp(five))
    angle = float(rng.uniform(0.35, 1.2)) * (1 if rng.random() < 0.5 else -1)
    turn = rng.uniform(0, 6.3, 4).astype(np.float32)
    go = np.float32(2 * np.pi * scene.phase)
    along = at.x * np.float32(np.sin(angle)) + at.y * np.float32(np.cos(angle))
    across = at.x * np.float32(np.cos(angle)) - at.y * np.float32(np.sin(angle))
    along = along + np.float32(0.10) * np.sin(
        across * np.float32(2.3) + turn[0] + np.float32(0.25) * np.sin(go)
    )
    along += np.float32(0.05) * np.sin(across * np.float32(4.1) + turn[1] + np.float32(0.35) * np.cos(go))
    fold = np.sin(along * np.float32(4.6) + turn[2] + np.float32(0.22) * np.sin(go + turn[3]))
    t = np.float32(0.46) + along * np.float32(0.42) + fold * np.float32(0.13)
    pool = np.exp(-((at.x / 0.6) ** 2) - ((at.y + 0.03) / 0.5) ** 2)
    t += (np.float32(behind(five) / 4) - t) * pool * np.float32(0.6)
    return look(table, np.asarray(t, np.float32))


def studio(scene: Scene, at: Canvas) -> Planes:
    """Light a plain backdrop: a pool behind the person, and a coloured light from either side."""
    rng = scene.rng("studio")
    five = tones(scene)
    dark, deep, middle, light, _ = five
    if rng.random() < 0.5:
        middle, light = light, middle
    half = float(at.x[0, -1])
    pools = []
    for number, (cx, cy, wide, high, c, strength) in enumerate(
        (
            (0.0, -0.06, 0.55, 0.52, five[behind(five)], 0.62),
            (-half, rng.uniform(-0.25, 0.3), 0.5, 0.75, middle, 0.7),
            (half, rng.uniform(-0.25, 0.3), 0.5, 0.75, light, 0.55),
        )
    ):
        dx, dy = drift(scene, number * 0.3, 0.035)
        d2 = ((at.x - np.float32(cx + dx)) / wide) ** 2 + ((at.y - np.float32(cy + dy)) / high) ** 2
        breath = strength * (1 + 0.04 * scene.swing(8, number / 3))
        pools.append(np.exp(-d2) * np.float32(breath) * (c**2)[:, None, None])
    base = mix(dark, deep, 0.3) ** 2
    fall = 1 - np.float32(0.45) * smoothstep(-0.2, 0.6, at.y)
    out = np.stack([fall * b for b in base]) + sum(pools)
    return np.asarray(np.sqrt(out / (1 + 0.18 * out)), np.float32)


GRADIENT = Place(
    layers=(Layer("colours", paint, moves=True),),
    horizon=1.0,
    time="day",
    outdoors=False,
    soft=0.0,
    lit=False,
)
