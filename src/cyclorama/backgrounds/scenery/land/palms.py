"""Coconut palms."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from ..light import Colour, colour, mix
from ..motion.sprite import Sprite
from ..shapes import Cutout

if TYPE_CHECKING:
    from ..noise import Reals
    from ..scene import Scene


def paint(
    scene: Scene,
    rng: np.random.Generator,
    x: float,
    foot: float,
    height: float,
    lean: float,
    soft: float = 0.0,
) -> None:
    """Paint a coconut palm at (x, foot), `height` pixels high, its crown `lean` pixels to the side."""
    grown = _grown(scene, rng, x, foot, height, lean, soft)
    if grown is not None:
        grown[0].paint()


class Palm:
    """A palm that sways; it is drawn once. The arguments are those of `paint`."""

    def __init__(
        self, scene: Scene, rng: np.random.Generator, x: float, foot: float, height: float, lean: float
    ) -> None:
        grown = _grown(scene, rng, x, foot, height, lean, 0.0, bleed=int(height * 0.05) + 2)
        self.sprite = Sprite(grown[0]) if grown else None
        self.crown = grown[1] if grown else (x, foot)
        self.foot, self.height, self.at = foot, height, float(rng.random())

    def paint(self, scene: Scene, wind: float = 1.0) -> None:
        """Paint it as the `wind` (1 is a breeze) holds it: the trunk bends a little, the fronds wave."""
        if self.sprite is None:
            return
        gust = scene.swing(8.0, self.at)
        ripple = 2 * np.pi * (scene.cycles(2.7) * scene.phase + self.at)
        bend, wave = self.height * 0.010 * wind * gust, 0.022 * wind

        def moved(x: Reals, y: Reals) -> tuple[Reals, Reals]:
            up = np.clip((self.foot - y) / self.height, 0, 1.3)
            rx, ry = x - self.crown[0], y - self.crown[1]
            out = np.clip(np.hypot(rx, ry) / (self.height * 0.5), 0, 1.4)
            turn = wave * out**1.5 * np.sin(ripple + rx / self.height * 3.0)
            turn = turn * (ry < self.height * 0.45)
            return bend * up**2 - ry * turn * 0.6, rx * turn

        self.sprite.paint(scene, moved)


def _grown(
    scene: Scene,
    rng: np.random.Generator,
    x: float,
    foot: float,
    height: float,
    lean: float,
    soft: float,
    bleed: int = 0,
) -> tuple[Cutout, tuple[float, float]] | None:
    """Return a palm's shapes and where its crown is, or None outside of the picture."""
    low = scene.light.low or scene.light.moon
    leaf = colour("#4c6e36")
    reach = height * 0.62
    box = (
        min(x, x + lean) - reach,
        foot - height - reach * 0.8,
        max(x, x + lean) + reach,
        foot + height * 0.02,
    )
    cut = Cutout(scene, box, scene.light.ground(leaf, 0.15 if low else 0.5) * np.float32(0.7), soft, bleed)
    if cut.empty:
        return None
    top_x, top_y = _trunk(cut, scene, rng, (x, foot), height, lean, low)
    # fronds stand around the crown like the ribs of an umbrella: the far ones first, the near ones last
    count = int(rng.integers(15, 19))
    around = np.linspace(0, 2 * np.pi, count, endpoint=False) + rng.uniform(-0.2, 0.2, count)
    rise = np.where(np.arange(count) % 3 == 0, rng.uniform(0.75, 1.2, count), rng.uniform(-0.15, 0.7, count))
    for k in np.argsort(-np.sin(around) - rise * 0.3):
        length = height * rng.uniform(0.44, 0.54)
        _frond(cut, scene, rng, (top_x, top_y), float(around[k]), float(rise[k]), length, leaf, low)
    dark = scene.light.ground(colour("#6a5236"), 0.12 if low else 0.4)
    for _ in range(int(rng.integers(4, 8))):
        cut.disc(
            top_x + rng.uniform(-1, 1) * height * 0.026,
            top_y + rng.uniform(0.0, 0.04) * height,
            height * 0.014,
            dark,
        )
    return cut, (top_x, top_y)


def _trunk(
    cut: Cutout,
    scene: Scene,
    rng: np.random.Generator,
    root: tuple[float, float],
    height: float,
    lean: float,
    low: bool,
) -> tuple[float, float]:
    """Paint a ringed trunk that leans and rights itself, bright on the sun's side; returns its top."""
    bark = colour("#8d7154")
    dark, rim = (
        scene.light.ground(bark, 0.10 if low else 0.45),
        scene.light.ground(bark, 0.8 if low else 0.95),
    )
    n = 34
    t = np.linspace(0, 1, n + 1)
    cx = root[0] + lean * t**1.6 + height * 0.012 * np.sin(t * 5 + rng.random() * 6) * t
    cy = root[1] - height * t
    half = height * (0.0185 - 0.0085 * t + 0.016 * np.exp(-t * 20))
    sun = 1.0 if scene.sun[0] > root[0] else -1.0
    for i in range(n):
        ring = np.float32(1 + 0.09 * rng.uniform(-1, 1) - 0.10 * (i % 2))
        for k in range(4):
            a, b = -1 + k * 0.5, -0.5 + k * 0.5
            facing = max(0.0, (a + b) / 2 * sun + 0.25)
            cut.polygon(
                [
                    (cx[i] + a * half[i] * 1.04, cy[i]),
                    (cx[i] + b * half[i] * 1.04, cy[i]),
                    (cx[i + 1] + b * half[i + 1], cy[i + 1] - 1),
                    (cx[i + 1] + a * half[i + 1], cy[i + 1] - 1),
                ],
                mix(dark, rim, facing) * ring,
            )
    return float(cx[-1]), float(cy[-1])


def _frond(
    cut: Cutout,
    scene: Scene,
    rng: np.random.Generator,
    crown: tuple[float, float],
    around: float,
    rise: float,
    length: float,
    leaf: Colour,
    low: bool,
) -> None:
    """One feathered leaf: a stem that arches under its weight, leaflets hanging from both sides.

    `around` is its bearing as seen from above (0 is right, pi/2 away from us), `rise` its angle above level.
    """
    light = scene.light
    n = 44
    t = np.linspace(0, 1, n)
    out = np.cos(rise) * np.cos(around)
    fall = (0.50 + 0.16 * rng.random()) * np.cos(rise * 0.7)
    sx = crown[0] + length * out * (t - 0.10 * t**3)
    sy = crown[1] - length * (np.sin(rise) + 0.10) * (t - 0.15 * t**2) + length * fall * t**2.2
    dx, dy = np.gradient(sx), np.gradient(sy)
    norm = np.hypot(dx, dy) + 1e-6
    dx, dy = dx / norm, dy / norm
    toward = float(np.clip((scene.sun[0] - crown[0]) / scene.unit, -1, 1)) * float(np.cos(around))
    near = 0.5 - 0.5 * float(np.sin(around))
    lit = (
        (0.03 + 0.08 * near + 0.30 * max(0.0, toward))
        if low
        else (0.24 + 0.34 * near + 0.16 * max(0.0, rise))
    )
    if low:
        leaf = mix(leaf * np.float32(0.62), leaf * light.key, 0.4)
    tone = light.ground(leaf, lit)
    bright = light.ground(leaf * np.array([1.35, 1.15, 0.8], np.float32), min(1.0, lit + 0.34))
    blade = length * (0.185 * np.sin(np.pi * np.clip(t * 0.88 + 0.10, 0, 1)) ** 0.8 + 0.012)
    blade = blade * rng.uniform(0.85, 1.12, n)
    half = length * 0.0052
    # seen along their length, leaflets fold together and hang
    open_ = 0.35 + 0.65 * abs(out)
    for side in (-1, 1):
        px = dx * 0.62 - side * dy * 0.62 * open_
        py = dy * 0.62 + side * dx * 0.62 * open_ + 0.45
        scale = blade / np.hypot(px, py)
        mx, my = sx + px * scale * 0.5, sy + py * scale * 0.5 - blade * 0.04
        ex, ey = sx + px * scale, sy + py * scale + blade * 0.10
        points = np.stack(
            [
                sx - dx * half,
                sy - dy * half,
                sx + dx * half,
                sy + dy * half,
                mx + dx * half,
                my + dy * half,
                ex,
                ey,
                mx - dx * half,
                my - dy * half,
            ],
            axis=1,
        ).tolist()
        for i in range(2, n):
            p = points[i]
            shade = mix(tone, bright, (0.15 + 0.5 * float(t[i])) * (1.0 if side < 0 else 0.35))
            cut.polygon([(p[0], p[1]), (p[2], p[3]), (p[4], p[5]), (p[6], p[7]), (p[8], p[9])], shade)
    stem = mix(tone, bright, 0.7)
    edge = length * 0.010 * (1.05 - t)
    upper, lower = list(zip(sx, sy - edge, strict=True)), list(zip(sx, sy + edge, strict=True))
    cut.polygon([*upper, *lower[::-1]], stem)
