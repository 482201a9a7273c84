"""Strings of lamps over a terrace, out of focus, from edge to edge and above the person's head."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from ..light import colour, mix
from ..shapes import Cutout
from .lights import Lights

if TYPE_CHECKING:
    from ..scene import Scene
    from ..shapes import Point


def strings(scene: Scene) -> list[tuple[Point, Point, float]]:
    """Return the strings of lights: both ends and how far they sag, in units."""
    rng, w, u = scene.rng("strings"), scene.width, scene.unit
    left, right = -0.03 * w, 1.03 * w
    lines = []
    pole = rng.uniform(0.25, 0.75)
    for n in range(int(rng.integers(3, 5))):
        a, b = u * rng.uniform(-0.05, 0.16), u * rng.uniform(-0.05, 0.16)
        if n % 2 and w > u:
            lines.append(((left, a), (w * pole, u * -0.03), rng.uniform(0.05, 0.09)))
            lines.append(((w * pole, u * -0.03), (right, b), rng.uniform(0.05, 0.09)))
        else:
            lines.append(((left, a), (right, b), rng.uniform(0.06, 0.11)))
    return lines


def hanging(scene: Scene) -> list[tuple[float, float, float, float]]:
    """Return the lamps on the strings: column, row, depth (0 near, 1 far) and when they breathe."""
    rng, u = scene.rng("bulbs"), scene.unit
    made = []
    for number, (a, b, sag) in enumerate(strings(scene)):
        count = max(2, int(np.hypot(b[0] - a[0], b[1] - a[1]) / (u * (0.062 + 0.016 * (number % 3)))))
        for t in (np.arange(count) + rng.random()) / count:
            x = a[0] + (b[0] - a[0]) * t
            y = a[1] + (b[1] - a[1]) * t + sag * u * 4 * t * (1 - t)
            made.append((float(x), float(y), (number % 3) / 2, float(rng.random())))
    return made


def wires(scene: Scene) -> None:
    """Paint the strings themselves."""
    if not scene.wants("fairy_lights", otherwise=True):
        return
    u = scene.unit
    dark = mix(colour("#14141a"), scene.light.haze, 0.15)
    cut = Cutout(scene, (0, 0, scene.width, u * 0.34), dark, u * 0.0009)
    t = np.linspace(0, 1, 40)
    for a, b, sag in strings(scene):
        x = a[0] + (b[0] - a[0]) * t
        y = a[1] + (b[1] - a[1]) * t + sag * u * 4 * t * (1 - t) - u * 0.008
        half = u * 0.0011
        line = list(zip(x, y - half, strict=True)) + list(zip(x[::-1], (y + half)[::-1], strict=True))
        cut.polygon([(float(p), float(q)) for p, q in line], dark)
    cut.paint(0.8)


def bulbs(scene: Scene) -> None:
    """Let the strings shine."""
    if not scene.wants("fairy_lights", otherwise=True):
        return
    u = scene.unit
    strength = 0.16 + 0.84 * scene.light.lamps
    tone = colour("#ffc878") if not scene.colours else mix(scene.colours[0], colour("#ffe0b0"), 0.3)
    spots = Lights(scene, 420, strength)
    sway = scene.swing(8) * u * 0.0022
    for x, y, depth, at in scene.keep("bulbs", lambda: hanging(scene)):
        breath = 0.86 + 0.14 * scene.swing(4, at)
        r = u * (0.0105 + 0.0045 * depth)
        px = x + sway * (1 + y / (u * 0.15))
        spots.disc(px, y, r, mix(tone, colour("#fff4dc"), 0.35), 0.95 * breath, 0.15)
        spots.glow(px, y, r * 5, tone, 0.30 * breath)
    spots.paint()
