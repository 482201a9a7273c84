"""The colours of pictures that are about colour: which five they have, and what lies between them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from . import finish
from .light import colour
from .oklab import from_lab, palette, to_lab

if TYPE_CHECKING:
    from .light import Colour
    from .noise import Field
    from .scene import Planes, Scene

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
STEPS = 512


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
