"""A lighthouse on a point, its lamp lit when it is dark."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from ..light import colour, mix
from ..noise import Field, resize, smoothstep
from ..scene import flat
from ..shapes import Cutout

if TYPE_CHECKING:
    from ..scene import Scene


def spot(scene: Scene, out: float | None) -> tuple[float, float, float]:
    """Return its foot's column and row and its height, in pixels; `out` units from the middle, if given."""
    rng = scene.rng("lighthouse")
    side = 1 if scene.sun[0] > scene.width / 2 else -1
    u = scene.unit
    share = rng.uniform(0.30, 0.36)
    x = scene.width / 2 + side * (min(scene.width * share, u * 0.66) if out is None else out * u)
    return x, scene.horizon - u * 0.026, u * rng.uniform(0.20, 0.26)


def tower(scene: Scene, out: float | None = None) -> None:
    """Paint the rock and the tower; they stand still."""
    if not scene.wants("lighthouse"):
        return
    light, u = scene.light, scene.unit
    x, foot, tall = spot(scene, out)
    rng = scene.rng("rock")
    air = min(0.85, 0.16 * light.air)
    rock = mix(light.ground(colour("#5a5148"), 0.2 if light.low else 0.5), light.haze, air)
    sunny = 1 if scene.sun[0] > x else -1
    cut = Cutout(scene, (x - u * 0.3, foot - u * 0.1, x + u * 0.3, scene.horizon + u * 0.02), rock)
    across = np.linspace(-1, 1, 25)
    tops = (1 - np.abs(across) ** 1.6) * u * 0.034 * (1 + 0.35 * rng.normal(0, 0.4, 25))
    line = [(x + a * u * 0.17, scene.horizon + u * 0.004 - t) for a, t in zip(across, tops, strict=True)]
    cut.polygon(
        [*line, (x + u * 0.17, scene.horizon + u * 0.008), (x - u * 0.17, scene.horizon + u * 0.008)], rock
    )
    for _ in range(26):
        a = rng.uniform(-0.8, 0.8)
        top = scene.horizon + u * 0.004 - (1 - abs(a) ** 1.6) * u * 0.034 * rng.uniform(0.2, 0.8)
        w = u * rng.uniform(0.006, 0.016)
        px = x + a * u * 0.17
        cut.polygon(
            [
                (px, top),
                (px + w, top + w * 0.5),
                (px + w * 0.4, top + w * 0.9),
                (px - w * 0.5, top + w * 0.5),
            ],
            rock * np.float32(rng.uniform(0.8, 1.25)),
        )
    cut.paint()
    half = tall * 0.085
    body = Cutout(scene, (x - tall * 0.3, foot - tall * 1.3, x + tall * 0.3, foot + tall * 0.1), rock)
    strips = 10
    red = colour("#b8392c") if not scene.colours else scene.colours[0]
    for k in range(5):
        y0, y1 = foot - tall * k / 5, foot - tall * (k + 1) / 5
        w0, w1 = half * (1 - 0.38 * k / 5), half * (1 - 0.38 * (k + 1) / 5)
        paint = red if k % 2 else colour("#f4efe4")
        for s in range(strips):
            a, b = -1 + 2 * s / strips, -1 + 2 * (s + 1) / strips
            shade = 0.5 + 0.5 * (a + b) / 2 * sunny
            lit = (0.05 + 0.4 * shade) if light.low or light.moon else (0.3 + 0.65 * shade)
            tone = mix(light.ground(paint, lit), light.haze, air)
            body.polygon([(x + a * w0, y0), (x + b * w0, y0), (x + b * w1, y1), (x + a * w1, y1)], tone)
    dark = mix(light.ground(colour("#2c2a2e"), 0.3), light.haze, air)
    glass = mix(light.ground(colour("#bcd0d8"), 0.6), light.haze, air)
    if light.lamps > 0.3:
        glass = colour("#fff0c0")
    y, w = foot - tall, half * 0.62
    body.rectangle(x - w * 1.5, y, x + w * 1.5, y - tall * 0.02, dark)
    body.rectangle(x - w * 0.8, y - tall * 0.02, x + w * 0.8, y - tall * 0.12, glass)
    for a in (-0.8, -0.25, 0.3, 0.8):
        body.rectangle(x + a * w - 0.6, y - tall * 0.02, x + a * w + 0.6, y - tall * 0.12, dark)
    body.polygon(
        [(x - w * 1.05, y - tall * 0.12), (x + w * 1.05, y - tall * 0.12), (x, y - tall * 0.21)], dark
    )
    body.paint()


def lamp(scene: Scene, out: float | None = None) -> None:
    """Paint its light, that goes round once in a loop. The layer moves."""
    if scene.light.lamps < 0.3 or not scene.wants("lighthouse"):
        return
    x, foot, tall = spot(scene, out)
    y = foot - tall * 1.07
    turn = 2 * np.pi * scene.phase + 0.6
    toward = np.sin(turn)
    strength = scene.light.lamps
    part = scene.around(x, y, scene.unit * 0.03, 5.0)
    if part is not None:
        d, top, left = part
        flash = 0.45 + 0.55 * max(0.0, toward) ** 6
        scene.shine(
            flat(colour("#ffe2a0")), np.asarray(np.exp(-d * 1.5) * (flash * strength), np.float32), top, left
        )
    scene.shine(flat(colour("#ffedc4")), _beams(scene, x, y, turn) * np.float32(strength))


def _beams(scene: Scene, x: float, y: float, turn: float) -> Field:
    """Return both beams' light in the air, seen from the side: long when they point across our view."""
    w, h = max(scene.width // 4, 8), max(scene.height // 4, 8)
    px = (np.arange(w, dtype=np.float32)[None, :] * (scene.width / w) - np.float32(x)) / np.float32(
        scene.unit
    )
    py = (np.arange(h, dtype=np.float32)[:, None] * (scene.height / h) - np.float32(y)) / np.float32(
        scene.unit
    )
    total = np.zeros((h, w), np.float32)
    for side in (0.0, np.pi):
        across = float(np.cos(turn + side))
        along = px * np.sign(across)
        reach = 0.08 + 0.85 * abs(across)
        wide = 0.006 + 0.055 * np.maximum(along, 0)
        beam = np.exp(-((py / wide) ** 2)) * np.exp(-np.maximum(along, 0) / (reach * 0.45))
        total += beam * smoothstep(-0.004, 0.02, along) * np.float32(0.30 * abs(across) ** 0.5)
    return np.clip(resize(total, scene.width, scene.height), 0, 1)
