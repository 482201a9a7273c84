"""A cat that sits somewhere in a room, its tail moving."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from ..light import colour, mix
from ..shapes import Cutout

if TYPE_CHECKING:
    from ..light import Colour
    from ..scene import Scene
    from .interior import Lit

COATS = (
    ("#2c2a2b", "#4a4644"),
    ("#a8683a", "#dca874"),
    ("#74706a", "#a8a298"),
    ("#d8ccb8", "#f0e8dc"),
    ("#4a3c30", "#8a7258"),
)
"""Coats: where they lie in the shade, and lit."""
BODY = (
    (-0.42, 0.00), (-0.47, 0.16), (-0.42, 0.38), (-0.31, 0.58), (-0.22, 0.74), (-0.18, 0.86),
    (0.18, 0.86), (0.22, 0.74), (0.29, 0.56), (0.36, 0.36), (0.40, 0.14), (0.36, 0.00),
)  # fmt: skip
"""A sitting cat from behind, half a unit wide and one high to its shoulders."""


def sits(
    scene: Scene, lit: Lit, x: float, y: float, z: float, high: float = 0.36, shade: float = 0.5
) -> None:
    """Paint a cat of `high` metres that sits at (x, y, z), its back to the eye.

    `shade` is how much of the light falls on the side that we see.
    """
    px, foot, metre = lit.at(x, y, z)
    size = high * metre
    if size < 4:
        return
    made = scene.keep("cat", lambda: scene.rng("cat").random(3))
    dark, pale = (colour(c) for c in COATS[int(made[0] * len(COATS))])
    day = float(np.clip(1 - scene.light.lamps, 0, 1))
    air = mix(colour("#c8a070"), colour("#e8ecf0"), day)
    dim = np.float32(0.42 + 0.5 * day)
    base, lighter = dark * air * dim, mix(dark, pale, 0.25 + 0.6 * shade) * air * dim
    side = 1.0 if scene.sun[0] > px else -1.0
    turn = 1.0 if made[1] < 0.5 else -1.0
    body = size * 0.72
    cut = Cutout(
        scene, (px - size, foot - size * 1.15, px + size, foot + size * 0.75), base, scene.unit * 0.0016
    )
    _tail(scene, cut, px + turn * body * 0.30, foot - size * 0.05, size, turn, base, lighter)

    def shape(points: list[tuple[float, float]], tone: Colour) -> None:
        cut.polygon([(px + turn * u * body, foot - v * body) for u, v in points], tone)

    shape(list(BODY), base)
    shape([(u * 0.75 + 0.08 * side * turn, v * 0.94) for u, v in BODY], mix(base, lighter, 0.55))
    nod = 0.012 * scene.swing(8.0, 0.3)
    hx, hy = px - turn * body * 0.03 + size * nod, foot - body * 1.02
    r = size * 0.155
    flick = max(0.0, scene.swing(8.0, 0.1)) ** 12 * 0.35
    for ear in (-1.0, 1.0):
        bend = flick if ear == turn else 0.0
        tip = (hx + ear * r * (0.92 + bend), hy - r * (1.52 - bend))
        cut.polygon([(hx + ear * r * 0.95, hy - r * 0.35), tip, (hx + ear * r * 0.15, hy - r * 0.92)], base)
    cut.disc(hx, hy, r, base, 0.92)
    cut.disc(hx + side * r * 0.14, hy - r * 0.05, r * 0.82, mix(base, lighter, 0.5), 0.9)
    cut.paint()


def _tail(
    scene: Scene, cut: Cutout, x: float, y: float, size: float, turn: float, base: Colour, lighter: Colour
) -> None:
    """Paint the tail: it hangs down and its end curls from side to side."""
    swing = scene.swing(4.0) * 0.6 + scene.swing(2.7, 0.2) * 0.25
    points = []
    for t in np.linspace(0, 1, 14).tolist():
        bend = swing * t**1.6
        a = 0.55 - 1.25 * t + 0.9 * bend
        out = 0.05 + 0.24 * t * float(np.cos(a)) + 0.18 * bend
        down = 0.04 + 0.58 * t - 0.20 * t * t * (1 + bend)
        points.append((x + turn * size * out, y + size * down))
    for k, (px, py) in enumerate(points):
        r = size * 0.042 * (1 - 0.35 * k / 13)
        cut.disc(px, py, r, mix(base, lighter, 0.25 + 0.02 * k))
    for (ax, ay), (bx, by) in zip(points[:-1], points[1:], strict=True):  # noqa: RUF007
        r = size * 0.034
        cut.polygon([(ax - r, ay), (ax + r, ay), (bx + r, by), (bx - r, by)], mix(base, lighter, 0.3))
