"""The colours of a synthwave picture, by the time of day."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from .. import finish
from ..light import Colour, colour

if TYPE_CHECKING:
    from ..scene import Scene

# sky from the horizon up; sun from below up; grid; mountains; haze
SCHEMES = (
    (
        ("#ff7ab8", "#b8329c", "#5a1c8c", "#22104e", "#0c0626"),
        ("#ff2e8a", "#ffd94a"),
        "#ff4fd8",
        "#3fd8ff",
        "#ff7ad0",
    ),
    (
        ("#7af0ff", "#3a8ae0", "#3c3aa8", "#1c1460", "#0a0828"),
        ("#ff3a9a", "#ffb45a"),
        "#3ff0ff",
        "#ff5ac8",
        "#6ad8ff",
    ),
    (
        ("#ffb07a", "#f0568a", "#8a2a8c", "#341458", "#10082c"),
        ("#ff4a4a", "#ffe27a"),
        "#b84aff",
        "#ff8a5a",
        "#ff9a8a",
    ),
    (
        ("#c08aff", "#7a4ae0", "#3a249c", "#180e50", "#080522"),
        ("#ff4ad0", "#ff9ae8"),
        "#7a6aff",
        "#4af0d8",
        "#b09aff",
    ),
)


DAYS = (
    (
        ("#ffe0ee", "#ffb8dc", "#c9a4ee", "#86b0f4", "#5cc4ee"),
        ("#ff6aae", "#fff2a0"),
        "#ffffff",
        "#ff5ab4",
        "#fff0f8",
    ),
    (
        ("#fff0d8", "#ffc9c0", "#e8a4d0", "#a890e8", "#6a86e0"),
        ("#ff5a8a", "#ffe08a"),
        "#fff4ff",
        "#5a6af0",
        "#fff4ec",
    ),
)
TIMES = {"day": DAYS, "dawn": DAYS, "golden": SCHEMES[2:3], "sunset": SCHEMES[2:3]}


@dataclass(frozen=True)
class Scheme:
    """The picture's colours."""

    sky: list[Colour]
    sun: list[Colour]
    grid: Colour
    wire: Colour
    haze: Colour


def scheme(scene: Scene) -> Scheme:
    """Choose them; a colour that the prompt names is the grid's."""
    kinds = TIMES.get(scene.time, SCHEMES)
    heaven, sun, grid, wire, haze = kinds[int(scene.rng("scheme").integers(len(kinds)))]
    named = scene.colours[0] if scene.colours else colour(grid)
    if scene.palette and scene.palette != "neon":
        tones = finish.swatch(scene.palette)
        return Scheme(
            [*tones[3::-1], tones[0] * np.float32(0.6)], [tones[3], tones[4]], named, tones[3], tones[3]
        )
    return Scheme([colour(c) for c in heaven], [colour(c) for c in sun], named, colour(wire), colour(haze))
