"""What the weather puts between us and the scene: fog, rain and snow."""

from __future__ import annotations

import numpy as np

from .light import colour, mix
from .noise import fbm, resize, smoothstep
from .scene import Scene, flat
from .shapes import Cutout


def fall(scene: Scene) -> None:
    """Let the scene's weather fall in front of it."""
    if scene.weather == "fog":
        fog(scene)
    elif scene.weather in {"rain", "storm"}:
        rain(scene)
    elif scene.weather == "snow":
        snow(scene)


def fog(scene: Scene) -> None:
    """Drifting banks, thickest around the horizon."""
    w, h = max(scene.width // 4, 8), max(scene.height // 4, 8)
    drift = fbm(scene.rng("fog"), w, h, scene.unit * 0.16, 4)
    y = np.linspace(0, scene.height, h, dtype=np.float32)[:, None]
    low = np.exp(-(((y - scene.horizon * 1.05) / (scene.height * 0.36)) ** 2))
    amount = np.clip(low * (0.50 + 0.40 * drift), 0, 0.85).astype(np.float32)
    tone = mix(scene.light.haze, scene.light.sky[0], 0.4)
    scene.paint(flat(tone), np.clip(resize(amount, scene.width, scene.height), 0, 1))


def rain(scene: Scene) -> None:
    """Streaks in three depths, and the grey veil that far rain is."""
    rng = scene.rng("rain")
    veil = smoothstep(
        -0.3, 0.9, fbm(rng, max(scene.width // 4, 8), max(scene.height // 8, 8), scene.unit * 0.1, 3)
    )
    tone = mix(scene.light.haze, scene.light.sky[2], 0.3)
    scene.paint(flat(tone), resize(veil, scene.width, scene.height) * np.float32(0.16))
    pale = mix(scene.light.haze, colour("#ffffff"), 0.45)
    for length, opacity, count, soft in (
        (0.035, 0.16, 420, 0.0),
        (0.075, 0.15, 160, 0.0),
        (0.15, 0.10, 34, 1.6),
    ):
        cut = Cutout(scene, (0, 0, scene.width, scene.height), pale, soft * scene.unit / 720)
        n = int(count * scene.area)
        for x, y, s in zip(
            rng.random(n) * scene.width, rng.random(n) * scene.height, rng.random(n), strict=True
        ):
            tall = scene.unit * length * (0.6 + 0.7 * s)
            half = max(0.5, scene.unit * length * 0.010)
            cut.polygon([(x, y), (x + half * 2, y), (x - tall * 0.14, y + tall)], pale)
        cut.paint(opacity)


def snow(scene: Scene) -> None:
    """Flakes from fine and sharp to near and out of focus, fewer in the middle."""
    rng = scene.rng("snowfall")
    white = mix(colour("#ffffff"), scene.light.haze, 0.15)
    if scene.light.moon:
        white = mix(white, scene.light.haze, 0.5)
    for size, opacity, count, soft in (
        (0.0014, 0.75, 520, 0.0),
        (0.0026, 0.7, 170, 0.8),
        (0.0085, 0.34, 22, 4.0),
    ):
        cut = Cutout(scene, (0, 0, scene.width, scene.height), white, soft * scene.unit / 720)
        n = int(count * scene.area)
        for x, y, s in zip(
            rng.random(n) * scene.width, rng.random(n) * scene.height, rng.random(n), strict=True
        ):
            cut.disc(x, y, scene.unit * size * (0.6 + 0.8 * s), white)
        cut.paint(opacity)
