"""Colours that go together, worked out where equal steps look equal: in OKLab.

OKLab is Björn Ottosson's (https://bottosson.github.io/posts/oklab, 2020).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from . import finish
from .light import colour

if TYPE_CHECKING:
    from .light import Colour
    from .noise import Field
    from .scene import Planes, Scene

TO_CONES = np.array(
    [
        [0.4122214708, 0.5363325363, 0.0514459929],
        [0.2119034982, 0.6806995451, 0.1073969566],
        [0.0883024619, 0.2817188376, 0.6299787005],
    ]
)
TO_LAB = np.array(
    [
        [0.2104542553, 0.7936177850, -0.0040720468],
        [1.9779984951, -2.4285922050, 0.4505937099],
        [0.0259040371, 0.7827717662, -0.8086757660],
    ]
)
# Dark, middle and light of the moods that a picture is in when its prompt names no colour.
MOODS = (
    ("#071a33", "#1f6f9c", "#b5e6e6"),
    ("#0b1f1b", "#2b7a5e", "#dcebb9"),
    ("#1b0f30", "#7a419e", "#f4bdd8"),
    ("#210d12", "#b4452f", "#ffd391"),
    ("#13143a", "#83509a", "#ffb885"),
    ("#11161f", "#4a5d76", "#e2e8ef"),
    ("#2a1020", "#c2557c", "#ffdfd3"),
    ("#06232c", "#1f9793", "#ffbd94"),
    ("#0d0c2c", "#4a52cc", "#bfd4ff"),
    ("#0f142c", "#3f6fb5", "#ffd3c4"),
    ("#071428", "#1f8a78", "#bda4f0"),
    ("#1a1030", "#c0408a", "#ffc27a"),
    ("#0a1d2b", "#3aa28f", "#eef7dd"),
    ("#0d1b14", "#4f8a46", "#eaf4b8"),
    ("#150c24", "#5b3fb0", "#ff9fc4"),
)
# Of skin and hair, light to dark: what is behind a head shall be none of them.
PEOPLE = ("#f0cdb4", "#d9a582", "#b27a55", "#7a4b32", "#4a2d20", "#c9a56a", "#3a2a20", "#14110f")
LIGHTNESS = np.array([0.17, 0.36, 0.55, 0.77, 0.94])  # of a palette's five colours
STEPS = 512


def to_lab(rgb: np.ndarray) -> np.ndarray:
    """Return colours (..., 3) as on the screen, in OKLab: lightness 0 to 1, green to red, blue to yellow."""
    rgb = np.clip(np.asarray(rgb, np.float64), 0, 1)
    linear = np.where(rgb <= 0.04045, rgb / 12.92, ((rgb + 0.055) / 1.055) ** 2.4)
    return np.asarray(np.cbrt(linear @ TO_CONES.T) @ TO_LAB.T)


def from_lab(lab: np.ndarray) -> np.ndarray:
    """Return colours (..., 3) in OKLab as on the screen; may leave 0 to 1."""
    linear = (np.asarray(lab, np.float64) @ np.linalg.inv(TO_LAB).T) ** 3 @ np.linalg.inv(TO_CONES).T
    bent = 1.055 * np.maximum(linear, 0.0031308) ** (1 / 2.4) - 0.055
    return np.asarray(np.where(linear <= 0.0031308, linear * 12.92, bent))


def shown(lab: np.ndarray) -> Colour:
    """Return an OKLab colour (3,) as on the screen, greyer where a screen cannot show it."""
    low, high = 0.0, 1.0
    for _ in range(14):
        share = (low + high) / 2
        rgb = from_lab(lab * (1, share, share))
        inside = bool((rgb > -0.002).all() and (rgb < 1.002).all())
        low, high = (share, high) if inside else (low, share)
    return np.asarray(np.clip(from_lab(lab * (1, low, low)), 0, 1), np.float32)


def palette(named: tuple[Colour, ...], turn: float = 0.0) -> list[Colour]:
    """Return five colours, dark to light, around one to three that were named; each of those is among them.

    `turn` is how many degrees the hue of the light ones turns away from one colour, and that of the dark ones
    the other way.
    """
    labs = sorted((to_lab(c) for c in named[:3]), key=lambda lab: float(lab[0]))
    spots = [int(np.abs(LIGHTNESS - lab[0]).argmin()) for lab in labs]
    for i in range(1, len(spots)):
        spots[i] = max(spots[i], spots[i - 1] + 1)
    over = max(0, spots[-1] - 4)
    spots = [max(i, spot - over) for i, spot in enumerate(spots)]
    five = []
    for step, lightness in enumerate(LIGHTNESS):
        if step in spots:
            five.append(shown(labs[spots.index(step)]))
            continue
        a = np.interp(step, spots, [lab[1] for lab in labs])
        b = np.interp(step, spots, [lab[2] for lab in labs])
        level = float(np.interp(step, [-1, *spots, 5], [0.06, *(lab[0] for lab in labs), 1.0]))
        level = 0.5 * level + 0.5 * float(lightness)
        away = min((step - spot for spot in spots), key=abs)
        angle = np.deg2rad(turn) * away / 2
        # shadows and lights hold less colour than what lies between
        fade = np.clip(1.0 - 0.13 * abs(away), 0, 1) * (0.55 if level > 0.9 else 1.0)
        a, b = a * np.cos(angle) - b * np.sin(angle), a * np.sin(angle) + b * np.cos(angle)
        five.append(shown(np.array([level, a * fade, b * fade])))
    return five


def tones(scene: Scene) -> list[Colour]:
    """Return the picture's five colours, dark to light: the prompt's own, its palette's, or a mood's."""
    rng = scene.rng("tones")
    turn = float(rng.uniform(14, 38)) * (1 if rng.random() < 0.5 else -1)
    mood = MOODS[int(rng.integers(len(MOODS)))]
    if scene.colours:
        return palette(scene.colours, turn)
    if scene.palette:
        return finish.swatch(scene.palette)
    return palette(tuple(colour(c) for c in mood))


def behind(five: list[Colour], choose: tuple[int, ...] = (1, 2, 3)) -> int:
    """Return which of five colours stands out best from everybody's skin and hair."""
    people = np.stack([to_lab(colour(c)) for c in PEOPLE])
    apart = [float(np.hypot.reduce(people - to_lab(five[i]), axis=1).min()) for i in choose]
    return choose[int(np.argmax(apart))]


def ramp(stops: list[Colour]) -> Planes:
    """Return what lies between colours, evenly in OKLab and without kinks, (3, STEPS)."""
    labs = np.stack([to_lab(c) for c in stops])
    at = np.linspace(0, 1, STEPS)
    kernel = np.hanning(STEPS // len(stops) // 2 + 3)
    kernel /= kernel.sum()
    smooth = [
        np.convolve(
            np.pad(np.interp(at, np.linspace(0, 1, len(stops)), band), len(kernel) // 2, mode="edge"),
            kernel,
            mode="valid",
        )[:STEPS]
        for band in labs.T
    ]
    return np.asarray(np.clip(from_lab(np.stack(smooth, -1)), 0, 1).T, np.float32)


def look(table: Planes, t: Field) -> Planes:
    """Return the colours of a ramp at `t` (h, w), 0 to 1, (3, h, w); between its steps they are mixed."""
    at = t * np.float32(STEPS - 1)
    np.clip(at, 0, STEPS - 1.001, out=at)
    step = at.astype(np.intp)
    at -= step
    out = np.empty((3, *t.shape), np.float32)
    for plane, band in zip(out, table, strict=True):
        low = band.take(step)
        rise = band.take(step + 1)
        rise -= low
        rise *= at
        np.add(low, rise, out=plane)
    return out
