"""What stands in a Japanese garden: bridge, lantern, pagoda."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from ..light import colour, mix
from ..scene import flat
from ..shapes import Cutout
from .rocks import stones

if TYPE_CHECKING:
    from ..scene import Scene


def arched_bridge(scene: Scene, x: float, foot: float, wide: float, haze: float) -> None:
    """Paint a red arched bridge seen from the side, its middle at column `x`, its feet at row `foot`."""
    light = scene.light
    accent = scene.colours[0] if scene.colours else colour("#c8402e")
    most = 0.5 if light.low else 0.85
    red = mix(light.ground(accent, most), light.haze, haze)
    dim = mix(light.ground(accent * np.float32(0.55), 0.25), light.haze, haze)
    cap = mix(light.ground(colour("#3a3230"), 0.5), light.haze, haze)
    rise, thick, rail = wide * 0.20, wide * 0.035, wide * 0.13
    cut = Cutout(scene, (x - wide * 0.6, foot - rise - rail * 1.8, x + wide * 0.6, foot + wide * 0.05), red)
    t = np.linspace(0, 1, 41)
    px = x + (t - 0.5) * wide
    py = foot - wide * 0.02 - rise * np.sin(np.pi * t) ** 0.9

    def band(over: float, deep: float, tone: np.ndarray, span: slice = np.s_[:]) -> None:
        upper = list(zip(px[span], py[span] - over, strict=True))
        lower = list(zip(px[span], py[span] - over + deep, strict=True))
        cut.polygon([*upper, *lower[::-1]], tone)

    for pier in (0.25, 0.5, 0.75):
        i = round(pier * 40)
        half = wide * 0.012
        cut.rectangle(px[i] - half, py[i], px[i] + half, foot, dim)
    band(0, thick * 1.7, dim)
    band(0, thick, red)
    band(rail * 0.45, thick * 0.35, red)
    for n in range(11):
        i = n * 4
        half = wide * (0.0085 if n not in {0, 10} else 0.013)
        tall = rail * (1.0 if n not in {0, 10} else 1.3)
        cut.rectangle(px[i] - half, py[i], px[i] + half, py[i] - tall, red)
        cut.rectangle(px[i], py[i], px[i] + half, py[i] - tall, dim)
        cut.disc(px[i], py[i] - tall, half * 1.7, cap, 0.8)
    band(rail * 0.95, thick * 0.6, red)
    band(rail * 0.95 - thick * 0.4, thick * 0.25, dim)
    cut.paint()


def stone_lantern(scene: Scene, x: float, foot: float, tall: float) -> None:
    """Paint a stone lantern `tall` pixels high; it is lit when lamps are."""
    light = scene.light
    dark, lit = stones(scene)
    side = 1 if scene.sun[0] > x else -1
    cut = Cutout(
        scene, (x - tall * 0.4, foot - tall * 1.05, x + tall * 0.4, foot + 2), dark, scene.unit * 0.0012
    )
    shaded, bright = mix(dark, lit, 0.12), mix(dark, lit, 0.75)

    def block(bottom: float, top: float, low: float, high: float) -> None:
        for s in (-1, 1):
            tone = bright if s == side else shaded
            cut.polygon(
                [
                    (x, foot - tall * bottom),
                    (x + s * low * tall, foot - tall * bottom),
                    (x + s * high * tall, foot - tall * top),
                    (x, foot - tall * top),
                ],
                tone,
            )

    block(0.0, 0.07, 0.21, 0.19)
    block(0.07, 0.12, 0.15, 0.12)
    block(0.12, 0.46, 0.085, 0.078)
    block(0.46, 0.50, 0.09, 0.16)
    block(0.50, 0.55, 0.18, 0.18)
    block(0.55, 0.75, 0.115, 0.115)
    lamps = light.lamps
    flame = mix(dark * np.float32(0.5), colour("#ffca70"), lamps)
    for s in (-1, 1):
        a, b = sorted((x + s * 0.022 * tall, x + s * 0.088 * tall))
        cut.rectangle(a, foot - 0.58 * tall, b, foot - 0.72 * tall, flame)
    for s in (-1, 1):
        tone = mix(dark, lit, 1.0 if s == side else 0.3)
        rim = [
            (0.0, 0.75),
            (0.26, 0.73),
            (0.30, 0.775),
            (0.20, 0.82),
            (0.11, 0.88),
            (0.05, 0.92),
            (0.0, 0.92),
        ]
        cut.polygon([(x + s * a * tall, foot - b * tall) for a, b in rim], tone)
    cut.disc(x, foot - tall * 0.955, tall * 0.045, mix(dark, lit, 0.7), 1.2)
    cut.paint()
    if lamps > 0.05:
        around = scene.around(x, foot - tall * 0.65, tall * 0.22, 4)
        if around is not None:
            d, top, left = around
            scene.shine(
                flat(colour("#ffb860")),
                np.asarray(np.exp(-d * d * 0.8) * np.float32(0.5 * lamps), np.float32),
                top,
                left,
            )


def pagoda(scene: Scene, x: float, foot: float, tall: float, haze: float) -> None:
    """Paint a pagoda of five roofs in the haze, `tall` pixels high."""
    light = scene.light
    wall = mix(light.ground(colour("#a05a44"), 0.5), light.haze, haze)
    roof = mix(light.ground(colour("#3c4450"), 0.3), light.haze, haze)
    edge = mix(light.ground(colour("#8a8f98"), 0.7), light.haze, haze)
    window = mix(wall, colour("#ffd08a"), 0.85 * light.lamps)
    cut = Cutout(scene, (x - tall * 0.4, foot - tall * 1.1, x + tall * 0.4, foot + 2), roof)
    for n in range(5):
        y = foot - tall * 0.155 * n
        half = tall * (0.135 - 0.016 * n)
        cut.rectangle(x - half, y, x + half, y - tall * 0.09, wall)
        for k in (-0.6, 0.0, 0.6):
            cx = x + k * half
            cut.rectangle(cx - half * 0.16, y - tall * 0.02, cx + half * 0.16, y - tall * 0.07, window)
        wide, top = half * 1.85, y - tall * 0.155
        for s in (-1, 1):
            cut.polygon(
                [
                    (x, y - tall * 0.075),
                    (x + s * wide * 0.8, y - tall * 0.075),
                    (x + s * wide, y - tall * 0.10),
                    (x + s * wide * 0.66, y - tall * 0.105),
                    (x + s * half * 0.9, top),
                    (x, top),
                ],
                roof,
            )
            cut.polygon(
                [
                    (x, y - tall * 0.075),
                    (x + s * wide * 0.8, y - tall * 0.075),
                    (x + s * wide, y - tall * 0.10),
                    (x + s * wide * 0.8, y - tall * 0.084),
                    (x, y - tall * 0.084),
                ],
                edge,
            )
    top = foot - tall * 0.775
    cut.polygon([(x - tall * 0.008, top), (x + tall * 0.008, top), (x, top - tall * 0.24)], roof)
    cut.paint()
