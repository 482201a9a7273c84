"""Small houses in the country, seen from afar: walls, roof, windows that are lit when lamps are."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from ..light import colour, mix
from ..scene import flat
from ..shapes import Cutout

if TYPE_CHECKING:
    from ..light import Colour
    from ..scene import Scene


def box(
    cut: Cutout,
    x: float,
    foot: float,
    wide: float,
    tall: float,
    pitch: float,
    wall: Colour,
    roof: Colour,
    lit: bool,
) -> None:
    """Draw a house with its long side to us: a wall from `x` on, and a roof `pitch` high."""
    shade = np.float32(1.0 if lit else 0.72)
    cut.rectangle(x, foot, x + wide, foot - tall, wall * shade)
    over = wide * 0.04
    cut.polygon(
        [
            (x - over, foot - tall),
            (x + wide + over, foot - tall),
            (x + wide - pitch * 0.5, foot - tall - pitch),
            (x + pitch * 0.5, foot - tall - pitch),
        ],
        roof * shade,
    )


def farmhouse(scene: Scene, x: float, foot: float, size: float, haze: float) -> None:
    """Paint a Tuscan farmhouse with a tower, `size` pixels wide, its middle at column `x`."""
    light = scene.light
    most = 0.6 if light.low else 0.9
    wall = mix(light.ground(colour("#e2bd8c"), most), light.haze, haze)
    roof = mix(light.ground(colour("#b0623e"), most), light.haze, haze)
    right = scene.sun[0] > x
    cut = Cutout(scene, (x - size, foot - size, x + size, foot + 2), wall)
    s = 1.0 if right else -1.0
    box(
        cut, x - s * size * 0.34 - size * 0.13, foot, size * 0.30, size * 0.17, size * 0.06, wall, roof, False
    )
    box(cut, x - size * 0.26, foot, size * 0.58, size * 0.24, size * 0.09, wall, roof, True)
    box(cut, x + s * size * 0.10 - size * 0.09, foot, size * 0.20, size * 0.44, size * 0.07, wall, roof, True)
    pane = mix(wall * np.float32(0.4), colour("#ffd28a"), light.lamps)
    spots = [(-0.18, 0.15), (-0.06, 0.15), (0.20, 0.15), (-0.18, 0.06), (s * 0.10, 0.34)]
    for a, b in spots:
        half = size * 0.017
        cx, cy = x + a * size, foot - b * size
        cut.rectangle(cx - half, cy + half * 1.4, cx + half, cy - half * 1.4, pane)
    cut.paint()
    glow(scene, x, foot - size * 0.12, size * 0.5)


def cabin(scene: Scene, x: float, foot: float, size: float, haze: float) -> tuple[float, float]:
    """Paint a log cabin under snow with lit windows; returns where its chimney smokes."""
    light = scene.light
    logs = mix(light.ground(colour("#6b4a34"), 0.5), light.haze, haze)
    dark = mix(light.ground(colour("#4a3226"), 0.3), light.haze, haze)
    snow = mix(light.ground(colour("#f2f6fc"), 0.6 if light.low else 0.8), light.haze, haze)
    dim = mix(snow, light.ground(colour("#a8b8d8"), 0.2), 0.55)
    cut = Cutout(scene, (x - size, foot - size, x + size, foot + size * 0.1), logs)
    tall, gable = size * 0.26, size * 0.34
    # the gable faces us on the left, the long side runs to the right
    a, b, c = x - size * 0.5, x - size * 0.08, x + size * 0.5
    cut.polygon(
        [(a, foot), (b, foot), (b, foot - tall), ((a + b) / 2, foot - tall - gable * 0.62), (a, foot - tall)],
        logs,
    )
    cut.polygon([(b, foot), (c, foot - size * 0.03), (c, foot - tall), (b, foot - tall)], dark)
    for n in range(1, 7):
        y = foot - tall * n / 7
        cut.rectangle(a, y, b, y + size * 0.006, logs * np.float32(0.7))
        cut.polygon(
            [(b, y), (c, y - size * 0.01), (c, y - size * 0.004), (b, y + size * 0.006)],
            dark * np.float32(0.7),
        )
    chimney = x + size * 0.26
    top = foot - tall - gable * 0.95
    cut.rectangle(chimney, foot - tall - gable * 0.3, chimney + size * 0.075, top, dark)
    cut.polygon(
        [
            (chimney - 1, top),
            (chimney + size * 0.08, top),
            (chimney + size * 0.07, top - size * 0.025),
            (chimney, top - size * 0.025),
        ],
        snow,
    )
    peak = ((a + b) / 2, foot - tall - gable * 0.75)
    cut.polygon(
        [
            peak,
            (c - size * 0.12, peak[1]),
            (c + size * 0.06, foot - tall + size * 0.02),
            (b + size * 0.05, foot - tall + size * 0.03),
        ],
        snow,
    )
    cut.polygon(
        [
            peak,
            (b + size * 0.05, foot - tall + size * 0.03),
            (b + size * 0.02, foot - tall - size * 0.03),
            (peak[0], peak[1] + size * 0.09),
        ],
        dim,
    )
    cut.polygon(
        [
            peak,
            (a - size * 0.06, foot - tall + size * 0.03),
            (a - size * 0.03, foot - tall - size * 0.03),
            (peak[0], peak[1] + size * 0.09),
        ],
        snow,
    )
    glass = mix(colour("#ffcf7e"), dark, 0.35 * (1 - light.lamps))
    middle = (a + b) / 2
    for cx, half in (
        (middle - size * 0.10, 0.05),
        (middle + size * 0.09, 0.05),
        (x + size * 0.10, 0.06),
        (x + size * 0.30, 0.06),
    ):
        w, h = size * half, size * 0.055
        cy = foot - tall * 0.52
        cut.rectangle(cx - w - 1, cy - h - 1, cx + w + 1, cy + h + 1, dark * np.float32(0.6))
        cut.rectangle(cx - w, cy - h, cx + w, cy + h, glass)
        cut.rectangle(cx - 0.6, cy - h, cx + 0.6, cy + h, dark)
    for s in (-1, 1):
        cut.disc(x + s * size * 0.5, foot + size * 0.02, size * 0.16, snow, 0.35)
    cut.polygon(
        [
            (x - size * 0.62, foot + size * 0.05),
            (x - size * 0.6, foot - size * 0.01),
            (x, foot - size * 0.025),
            (x + size * 0.62, foot - size * 0.02),
            (x + size * 0.62, foot + size * 0.05),
        ],
        snow,
    )
    cut.paint()
    glow(scene, middle, foot - tall * 0.5, size * 0.5)
    glow(scene, x + size * 0.2, foot - tall * 0.5, size * 0.5)
    return chimney + size * 0.037, top - size * 0.03


def glow(scene: Scene, x: float, y: float, radius: float) -> None:
    """Paint the light that windows spill when lamps are lit."""
    around = scene.around(x, y, max(radius, 1.0), 2.5)
    if around is None or scene.light.lamps < 0.05:
        return
    d, top, left = around
    amount = np.exp(-d * d * 1.4) * np.float32(0.32 * scene.light.lamps)
    scene.shine(flat(colour("#ffb45c")), np.asarray(amount, np.float32), top, left)
