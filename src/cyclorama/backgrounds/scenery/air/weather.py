"""What the weather puts between us and the scene: fog, rain and snow. All of it moves."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING

import numpy as np
from PIL import Image, ImageDraw

from ..light import colour, mix
from ..motion.drift import drift
from ..motion.particles import splat
from ..noise import Field, fbm, resize, smoothstep
from ..scene import flat

if TYPE_CHECKING:
    from ..noise import Reals
    from ..scene import Scene


Bank = Callable[["Scene", Field], Field]


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
    tone = mix(scene.light.haze, scene.light.sky[0], 0.4)
    scene.paint(flat(tone), _bank(scene, "fog", 4, 0.16, 0.22, _low))


def _low(scene: Scene, banks: Field) -> Field:
    y = np.linspace(0, scene.height, len(banks), dtype=np.float32)[:, None]
    low = np.exp(-(((y - scene.horizon * 1.05) / (scene.height * 0.36)) ** 2))
    return np.asarray(np.clip(low * (0.50 + 0.40 * banks), 0, 0.85), np.float32)


def _veil(_: Scene, banks: Field) -> Field:
    return smoothstep(-0.3, 0.9, banks) * np.float32(0.16)


def _bank(scene: Scene, name: str, octaves: int, cell: float, reach: float, shape: Bank) -> Field:
    """Return how much of the air is seen (height, width): noise that drifts by `reach` units in a loop."""
    w, h = max(scene.width // 4, 8), max(scene.height // 4, 8)
    step = scene.unit * reach * w / scene.width
    margin = int(step) + 3

    def made() -> Field:
        scale = w / scene.width
        banks = fbm(scene.rng(name), w + 2 * margin, h, scene.unit * cell * scale, octaves)
        return shape(scene, banks)[:, :, None]

    now = drift(scene.keep((name, "bank"), made), margin, step, scene.phase)
    return np.clip(resize(now[:, :, 0], scene.width, scene.height), 0, 1)


STREAKS = (  # length and thickness in units, opacity, how many a unit's square, heights fallen in a second
    (0.035, 0.00055, 0.14, 420, 1.0),
    (0.075, 0.00085, 0.13, 150, 1.5),
    (0.15, 0.0022, 0.09, 30, 2.25),
)
SLANT = 0.14


def rain(scene: Scene) -> None:
    """Streaks in three depths, and the grey veil that far rain is."""
    tone = mix(scene.light.haze, scene.light.sky[2], 0.3)
    scene.paint(flat(tone), _bank(scene, "rain", 3, 0.4, 0.3, _veil))
    total = np.zeros((scene.height, scene.width), np.float32)
    for depth, (length, thick, opacity, count, speed) in enumerate(STREAKS):
        laps = max(1, round(speed * scene.seconds))
        sheet = scene.keep(("rain", depth), partial(_sheet, scene, depth, length, thick, count, laps))
        # a sheet falls `laps` times its height in a loop, and one width to the side meanwhile
        down = round(laps * len(sheet) * scene.phase)
        aside = round(sheet.shape[1] * scene.phase)
        total += _rolled(sheet, down, -aside, scene.height, scene.width) * np.float32(opacity)
    pale = mix(scene.light.haze, colour("#ffffff"), 0.22 if scene.light.moon else 0.45)
    scene.paint(flat(pale), np.minimum(total, 0.6))


def _sheet(scene: Scene, depth: int, length: float, thick: float, count: int, laps: int) -> Field:
    """Return streaks on a sheet that repeats to all sides, at least as large as the picture."""
    unit = scene.unit
    tall = max(scene.height, round(scene.width / (SLANT * laps)))
    wide = max(scene.width, round(SLANT * laps * tall))
    slant = wide / (laps * tall)
    rng = scene.rng("rain", depth)
    n = int(count * min(wide * tall / unit**2, 9.0))
    image = Image.new("L", (wide * 2, tall * 2))
    draw = ImageDraw.Draw(image)
    width = max(2, round(unit * thick * 4))
    for x, y, s in zip(rng.random(n) * wide * 2, rng.random(n) * tall * 2, rng.random(n), strict=True):
        long = 2 * unit * length * (0.6 + 0.7 * s)
        for dx in (0, wide * 2):
            for dy in (0, -tall * 2):
                draw.line(
                    (x + dx, y + dy, x + dx - long * slant, y + dy + long),
                    fill=int(130 + 125 * s),
                    width=width,
                )
    image = image.reduce(2)
    if depth == 2:  # the nearest are out of focus
        soft = max(1.0, unit / 400)
        image = image.resize((max(1, round(wide / soft)), max(1, round(tall / soft))), Image.Resampling.BOX)
        image = image.resize((wide, tall), Image.Resampling.BICUBIC)
    return np.asarray(image, np.float32) / np.float32(255)


def _rolled(sheet: Field, down: int, right: int, height: int, width: int) -> Field:
    """Return (height, width) of a sheet that repeats, moved by whole pixels."""
    rows = np.arange(height) - down
    columns = np.arange(width) - right
    return sheet[np.ix_(rows % sheet.shape[0], columns % sheet.shape[1])]


FLAKES = (  # radius in units, opacity, how many a unit's square, seconds from top to bottom, edge
    (0.0011, 0.70, 340, 8.0, 0.0),
    (0.0017, 0.72, 240, 8.0, 0.0),
    (0.0028, 0.62, 110, 4.0, 0.0),
    (0.0095, 0.26, 18, 2.7, 0.5),
)


def snow(scene: Scene) -> None:
    """Flakes from fine and sharp to near and out of focus, that waver as they fall."""
    white = mix(colour("#ffffff"), scene.light.haze, 0.15)
    if scene.light.moon:
        white = mix(white, scene.light.haze, 0.5)
    total = np.zeros((scene.height, scene.width), np.float32)
    for depth, (radius, opacity, count, seconds, edge) in enumerate(FLAKES):
        x, y, size, pace, at = scene.keep(("snow", depth), partial(_flakes, scene, depth, count))
        laps = scene.cycles(seconds)
        room = scene.unit * 0.04  # above and below the picture, where flakes turn up and go
        fallen = (y + laps * scene.phase) % 1.0 * (scene.height + 2 * room) - room
        waver = np.sin(2 * np.pi * (pace * scene.phase + at)) * scene.unit * (0.006 + radius * 2.5)
        aside = (x * scene.width + waver) % scene.width
        spots = splat(
            scene.height,
            scene.width,
            aside,
            fallen,
            radius * scene.unit * size,
            0.35 + 0.65 * size / 1.4,
            edge,
        )
        total += np.minimum(spots, 1) * np.float32(opacity)
    scene.paint(flat(white), np.minimum(total, 0.85))


def _flakes(scene: Scene, depth: int, count: int) -> list[Reals]:
    rng = scene.rng("snowfall", depth)
    n = int(count * scene.area)
    return [
        rng.random(n),
        rng.random(n),
        0.6 + 0.8 * rng.random(n),
        rng.integers(1, 4, n) * 1.0,
        rng.random(n),
    ]
