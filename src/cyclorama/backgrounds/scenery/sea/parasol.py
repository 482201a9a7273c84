"""A beach umbrella with a lounger in its shade."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from ..light import Colour, colour, mix
from ..shapes import Cutout

if TYPE_CHECKING:
    from ..scene import Scene

CLOTH = (("#e8553f", "#fbf3e2"), ("#2f7fb4", "#fbf3e2"), ("#f0b53c", "#fbf3e2"), ("#2f9c8c", "#f6ead2"))


def parasols(scene: Scene) -> None:
    """Paint the umbrellas asked for, else one in some of the pictures."""
    rng = scene.rng("parasol")
    day = not scene.light.moon and scene.weather in {"fair", "clear", "clouds"}
    if not scene.wants("parasol", otherwise=day and bool(rng.random() < 0.3)):
        return
    u = scene.unit
    side = 1 if scene.sun[0] > scene.width / 2 else -1
    for n in range(scene.count("parasol", 1)):
        at = side if n % 2 == 0 else -side
        x = scene.width / 2 + at * min(
            scene.width * 0.34, u * (0.50 + 0.17 * (n // 2)) + u * rng.uniform(0, 0.04)
        )
        foot = scene.horizon + (scene.height - scene.horizon) * (0.66 - 0.05 * (n // 2))
        _one(scene, rng, x, foot, u * (0.25 - 0.03 * (n // 2)), at)


def _one(scene: Scene, rng: np.random.Generator, x: float, foot: float, tall: float, side: int) -> None:
    light = scene.light
    lit = 0.35 if light.low or light.moon else 0.9
    cloth = [colour(c) for c in CLOTH[int(rng.integers(len(CLOTH)))]]
    if scene.colours:
        cloth[0] = scene.colours[0]
    tilt = np.radians(-9.0 * side)
    cos, sin = np.cos(tilt), np.sin(tilt)

    def at(px: float, py: float) -> tuple[float, float]:
        return x + (px * cos - py * sin) * tall, foot + (px * sin + py * cos) * tall

    wood = light.ground(colour("#e9dcc4"), lit * 0.7)
    shadow = Cutout(scene, (x - tall, foot - tall * 0.2, x + tall, foot + tall * 0.3), wood, tall * 0.03)
    dark = light.ground(colour("#8a6a4c"), 0.08)
    lean = float(np.clip((x - scene.sun[0]) / scene.unit, -1, 1)) * tall * (0.35 if light.low else 0.12)
    shadow.disc(x + lean, foot + tall * 0.05, tall * 0.55, dark, 0.17)
    shadow.paint(0.34)
    _lounger(scene, x - side * tall * 0.30, foot + tall * 0.05, tall, -side, lit)
    cut = Cutout(scene, (x - tall, foot - tall * 1.3, x + tall, foot + tall * 0.1), cloth[0])
    cut.polygon([at(-0.012, -0.98), at(0.012, -0.98), at(0.014, 0.02), at(-0.014, 0.02)], wood)
    ribs = np.linspace(-1, 1, 9)
    sunny = 1.0 if scene.sun[0] > x else -1.0
    top = at(0, -1.06)
    # the inside, then the gores from rim to top
    rim = [at(0.60 * r, -0.72 + 0.03 * (1 - r * r)) for r in ribs]
    under = [at(0.60 * r, -0.72 - 0.05 * (1 - r * r)) for r in ribs]
    inside = _cloth(scene, cloth[0], 0.10, lit)
    cut.polygon([*rim, *under[::-1]], inside)

    def seam(across: float, down: float) -> tuple[float, float]:
        return at(0.62 * across * down**0.8, -1.06 + 0.31 * down**1.7 + 0.02 * (1 - across * across) * down)

    for k in range(8):
        a, b = float(ribs[k]), float(ribs[k + 1])
        # gores are foreshortened to the sides
        a, b = float(np.sin(a * np.pi / 2)), float(np.sin(b * np.pi / 2))
        shade = 0.55 + 0.45 * (a + b) / 2 * sunny
        tone = _cloth(scene, cloth[k % 2], shade, lit)
        out = (0.25, 0.5, 0.75, 1.0)
        middle = (a + b) / 2
        sag = at(0.60 * middle, -0.735 + 0.02 * (1 - middle * middle))
        gore = [top, *(seam(a, s) for s in out), sag, *(seam(b, s) for s in out[::-1])]
        cut.polygon(gore, tone)
    cut.disc(*at(0, -1.075), tall * 0.016, wood)
    cut.paint()


def _cloth(scene: Scene, tone: Colour, shade: float, lit: float) -> Colour:
    return mix(scene.light.ground(tone, lit * shade), scene.light.haze, 0.04)


def _lounger(scene: Scene, x: float, foot: float, tall: float, way: int, lit: float) -> None:
    """Paint a deck chair seen from the side: two crossed legs, a raised back, a towel."""
    light = scene.light
    frame = light.ground(colour("#b98d5e"), lit * 0.6)
    towel = light.ground(colour("#f4ead8"), lit * 0.85)
    cut = Cutout(scene, (x - tall * 0.5, foot - tall * 0.4, x + tall * 0.5, foot + tall * 0.1), towel)

    def at(px: float, py: float) -> tuple[float, float]:
        return x + px * way * tall, foot + py * tall

    for px in (-0.26, 0.2):
        cut.polygon([at(px, -0.11), at(px + 0.02, -0.11), at(px + 0.03, 0.03), at(px + 0.01, 0.03)], frame)
    cut.polygon(
        [
            at(-0.34, -0.105),
            at(0.14, -0.12),
            at(0.34, -0.32),
            at(0.355, -0.30),
            at(0.16, -0.09),
            at(-0.34, -0.08),
        ],
        frame,
    )
    cut.polygon(
        [
            at(-0.33, -0.13),
            at(0.13, -0.145),
            at(0.32, -0.335),
            at(0.34, -0.315),
            at(0.15, -0.118),
            at(-0.33, -0.103),
        ],
        towel,
    )
    cut.paint()
