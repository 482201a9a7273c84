"""Flowers: sheets of them over a meadow, and single ones close by."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from ..light import colour, mix, pick
from ..noise import fbm
from ..shapes import Cutout

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ..scene import Scene

BEDS = (
    ("#e23c2e", "#f4f0e8", "#4f6fd0"),
    ("#8a5cd0", "#b48ae8", "#f4e8f4"),
    ("#f6cc38", "#f8f2dc", "#f0a030"),
    ("#f08ab4", "#f8f0f4", "#c85a9c"),
    ("#e23c2e", "#f2653c", "#f6cc38"),
    ("#f8f4ec", "#f6d860", "#a8c4f0"),
)


def field(scene: Scene, top: float, bottom: float, hues: Sequence[str]) -> None:
    """Scatter blooms from row `top` to row `bottom`, smaller and denser far off, in drifts of one colour."""
    rng = scene.rng("field of flowers")
    u, w = scene.unit, scene.width
    light = scene.light
    tones = [light.ground(colour(c), 0.55 if light.low else 0.9) for c in hues]
    drifts = fbm(rng, 64, 36, 14, 3)
    cut = Cutout(scene, (0, top - 4, w, bottom + 4), tones[0], 0.0)
    count = int(1000 * scene.span)
    for t, x, by, size in zip(
        np.sort(rng.random(count)) ** 1.8,
        rng.random(count),
        rng.random(count),
        rng.uniform(0.6, 1.3, count),
        strict=True,
    ):
        drift = float(drifts[int(t * 35), int(x * 63)])
        if drift < 0.02 - 0.22 * by:
            continue
        hue = int((drift * 2.2 + by * 0.8) * len(tones)) % len(tones)
        y = top + (bottom - top) * t
        near = 0.10 + 0.90 * t
        tone = mix(tones[hue], light.haze, 0.36 * (1 - t))
        cut.disc(x * w, y, max(0.45, u * 0.0062 * near * size), tone, 0.62)
    cut.paint(0.95)


def bunches(
    scene: Scene,
    rng: np.random.Generator,
    foot: float,
    tall: float,
    hues: Sequence[str],
    count: int,
    soft: float,
) -> None:
    """Paint single flowers on stems that stand around row `foot`, fewer in the middle."""
    u, w = scene.unit, scene.width
    light = scene.light
    most = 0.55 if light.low else 0.9
    stem = light.ground(colour("#4c6a30"), 0.4)
    cut = Cutout(
        scene, (0, foot - tall * 1.6, w, scene.height), light.ground(colour(hues[0]), most), soft * u / 720
    )
    for _ in range(int(count * scene.span)):
        x = rng.random()
        aside = abs(x - 0.5) * 2
        if rng.random() > 0.25 + 0.8 * aside:
            continue
        size = tall * rng.uniform(0.5, 1.1) * (0.5 + 0.5 * aside)
        px, base = x * w, foot + rng.uniform(0.0, 0.5) * tall
        lean = size * rng.uniform(-0.16, 0.16)
        half = max(0.5, size * 0.012)
        hx, hy = px + lean, base - size
        cut.polygon(
            [(px - half, base), (px + half, base), (hx + half * 0.6, hy), (hx - half * 0.6, hy)], stem
        )
        tone = light.ground(pick(rng, hues), most)
        _bloom(cut, rng, hx, hy, size * rng.uniform(0.11, 0.15), tone, colour("#f0c24a") * tone.max())
    cut.paint()


def _bloom(
    cut: Cutout,
    rng: np.random.Generator,
    x: float,
    y: float,
    radius: float,
    tone: np.ndarray,
    eye: np.ndarray,
) -> None:
    petals = int(rng.integers(5, 8))
    turn = rng.random() * np.pi
    for k in range(petals):
        a = turn + k / petals * 2 * np.pi
        shade = np.float32(0.80 + 0.24 * np.sin(a - 0.6) * -1)
        c, s = np.cos(a), np.sin(a) * 0.62
        cx, cy = x + c * radius * 0.6, y + s * radius * 0.6
        cut.disc(cx, cy, radius * 0.56, tone * shade, 0.74)
    cut.disc(x, y, radius * 0.3, eye, 0.7)
