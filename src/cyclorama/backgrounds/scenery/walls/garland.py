"""Strings of small lamps along the top of a wall, above the person's head."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np

from ..light import colour, mix
from ..scene import Layer
from ..shapes import Cutout
from ..town.lights import Lights

if TYPE_CHECKING:
    from ..scene import Scene

Point = tuple[float, float]


def hung(scene: Scene) -> bool:
    """Whether there are any: when they are asked for, and on some walls at night."""
    dark = scene.time in {"dusk", "night"}
    return scene.wants("fairy_lights", otherwise=dark and scene.rng("garland").random() < 0.4)


def _strings(scene: Scene) -> list[list[Point]]:
    """Return the strings from hook to hook, each as points in pixels."""
    rng = scene.rng("strings")
    u, t = scene.unit, np.linspace(0, 1, 36)
    strings = []
    for level in range(2):
        gap = float(rng.uniform(0.42, 0.62)) * u
        first = float(rng.uniform(-0.5, 0)) * gap
        hooks = [
            (first + k * gap, (0.01 + 0.035 * level + float(rng.uniform(0, 0.02))) * u)
            for k in range(int(scene.width / gap) + 3)
        ][:60]
        for (ax, ay), (bx, by) in pairwise(hooks):
            sag = float(rng.uniform(0.05, 0.085)) * u
            y = ay + (by - ay) * t + sag * 4 * t * (1 - t)
            strings.append(list(zip((ax + (bx - ax) * t).tolist(), y.tolist(), strict=True)))
    return strings


def wires(scene: Scene) -> None:
    """Paint the strings themselves."""
    if not hung(scene):
        return
    dark = colour("#1a1614")
    half = scene.unit * 0.0010
    cut = Cutout(scene, (0, 0, scene.width, scene.unit * 0.2), dark, scene.unit * 0.0008)
    for points in _strings(scene):
        cut.polygon([(x, y - half) for x, y in points] + [(x, y + half) for x, y in points[::-1]], dark)
    cut.paint(0.7)


def bulbs(scene: Scene) -> None:
    """Let them shine: each breathes on its own, and they sway a little together."""
    if not hung(scene):
        return
    u = scene.unit
    warm = colour("#ffc47a") if len(scene.colours) < 2 else mix(scene.colours[1], colour("#ffe6c0"), 0.3)
    lights = Lights(scene, 420, 0.55 + 0.45 * scene.light.lamps)
    sway = scene.swing(8) * u * 0.002
    for number, points in enumerate(scene.keep("strings", lambda: _strings(scene))):
        for k in range(3 + number % 2, len(points) - 2, 4):
            x, y = points[k]
            breath = 0.82 + 0.18 * scene.swing(4, (number * 0.37 + k * 0.61) % 1.0)
            lights.disc(x + sway, y + u * 0.006, u * 0.0048, mix(warm, colour("#fff6e4"), 0.55), breath, 0.0)
            lights.glow(x + sway, y + u * 0.006, u * 0.05, warm, 0.42 * breath)
    lights.paint()


GARLAND = (Layer("strings", wires), Layer("lights", bulbs, moves=True))
