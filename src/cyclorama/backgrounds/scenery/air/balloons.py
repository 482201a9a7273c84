"""Hot-air balloons."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

import numpy as np

from ..light import colour, mix
from ..motion import breeze
from ..scene import Layer
from ..shapes import Cutout

if TYPE_CHECKING:
    from ..light import Colour
    from ..scene import Scene

COATS = (
    ("#e8503a", "#f6d35b", "#f4efe4"),
    ("#2f7fb8", "#f4efe4", "#f2a03c"),
    ("#8a4fa0", "#f2b84a", "#e8604c"),
    ("#2f9a84", "#f6e08a", "#e8703a"),
    ("#d8405c", "#f4efe4", "#3c6ca8"),
)


def paint(scene: Scene, chance: float = 0.2) -> None:
    """Paint balloons in the sky, rising and sinking a little, if asked for or by `chance`."""
    rng = scene.rng("balloons")
    fair = scene.weather in {"fair", "clear", "clouds"} and not scene.light.moon
    asked = "balloons" in scene.elements
    if not scene.wants("balloons", otherwise=fair and bool(rng.random() < chance)):
        return
    number = scene.count("balloons", int(rng.integers(3, 7)) if asked else int(rng.integers(1, 4)))
    u, w = scene.unit, scene.width
    for n in range(min(number, 24)):
        near = float(rng.random()) if n else 0.9
        size = u * (0.028 + 0.085 * near**1.6)
        slots = (number + 1) // 2
        out = 0.19 + 0.27 * (n // 2 + rng.random()) / slots
        x = w * (0.5 + out * (-1 if n % 2 else 1))
        y = scene.horizon * (rng.uniform(0.16, 0.5) if near > 0.4 else rng.uniform(0.42, 0.72))
        coat = [colour(c) for c in COATS[int(rng.integers(len(COATS)))]]
        if scene.colours:
            coat[0] = scene.colours[n % len(scene.colours)]
        at = float(rng.random())
        haze = 0.62 - 0.5 * near

        def draw(on: Scene, x: float = x, y: float = y, size: float = size) -> None:
            balloon(on, x, y, size, coat, haze)  # noqa: B023

        breeze.adrift(
            scene,
            f"balloon {n}",
            draw,
            size * 0.05 * scene.swing(8, at + 0.3),
            size * 0.09 * scene.swing(8, at),
        )


def layer(chance: float) -> Layer:
    """Return the layer of balloons (see `paint`)."""
    return Layer("balloons", partial(paint, chance=chance), moves=True)


def balloon(scene: Scene, x: float, y: float, radius: float, coat: list[Colour], haze: float) -> None:
    """Paint one, the middle of its envelope at (x, y)."""
    light = scene.light
    cut = Cutout(scene, (x - radius * 1.2, y - radius * 1.2, x + radius * 1.2, y + radius * 2), coat[0])
    t = np.linspace(0, 1, 19)
    angle = t * np.pi * 0.80
    down = -np.cos(angle) * radius + (t > 0.62) * (t - 0.62) * radius * 0.9
    half = np.sin(angle) * radius * np.where(t > 0.6, 1 - (t - 0.6) * 0.55, 1.0)
    gores = 14
    sun = 1.0 if scene.sun[0] > x else -1.0
    edges = np.sin(np.linspace(-np.pi / 2, np.pi / 2, gores + 1))
    for k in range(gores):
        middle = (edges[k] + edges[k + 1]) / 2
        cloth = coat[(k // 2) % 2] if k % 4 else coat[0]
        for band in range(3):
            rows = np.s_[band * 6 : band * 6 + 7]
            tone = coat[2] if band == 1 and len(coat) > 2 and k % 2 else cloth
            shade = float(np.clip(0.55 + 0.42 * sun * middle - 0.16 * (band - 1), 0.06, 1))
            seen = mix(light.ground(tone, shade * (0.75 if light.low else 0.95)), light.haze, haze)
            outline = [
                *zip(x + edges[k] * half[rows], y + down[rows], strict=True),
                *list(zip(x + edges[k + 1] * half[rows], y + down[rows], strict=True))[::-1],
            ]
            cut.polygon(outline, seen)
    basket = mix(light.ground(colour("#6a4a30"), 0.4), light.haze, haze)
    foot, mouth = y + radius * 1.62, y + down[-1]
    for s in (-1, 1):
        line = radius * 0.012
        cut.polygon(
            [
                (x + s * half[-1] * 0.8, mouth),
                (x + s * half[-1] * 0.8 + line, mouth),
                (x + s * radius * 0.09 + line, foot),
                (x + s * radius * 0.09, foot),
            ],
            basket,
        )
    b = radius * 0.11
    cut.polygon(
        [
            (x - b, foot - b * 0.3),
            (x + b, foot - b * 0.3),
            (x + b * 0.85, foot + b * 1.2),
            (x - b * 0.85, foot + b * 1.2),
        ],
        basket,
    )
    cut.paint()
