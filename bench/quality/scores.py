"""What one method gets on one clip, gathered frame by frame."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

from bench.quality import metrics

if TYPE_CHECKING:
    from collections.abc import Callable

    from bench.quality.clips import Shot
    from numpy.typing import NDArray

    Plane = NDArray[np.float32]

SPARSE = 5
"""Every so many frames the two slow measures are taken."""
COARSE = 4
"""The lag is found on every so many pixels."""

FIGURES = ("MAD", "MSE", "grad", "conn", "dtSSD", "flicker", "lag", "spill", "dE", "stranger")


class Scores:
    """Add each shot's alpha in turn, then read `figures`."""

    def __init__(self) -> None:
        self._values: dict[str, list[float]] = {}
        self._before: tuple[Plane, Plane] | None = None
        self._alphas: list[Plane] = []
        self._trues: list[Plane] = []

    def add(self, shot: Shot, alpha: Plane, composite: Callable[[tuple[int, int, int]], Plane]) -> None:
        """Take the alpha of a shot; `composite` gives the picture over a colour."""
        true = shot.alpha
        index = len(self._alphas)
        self._note("MAD", metrics.mad(alpha, true))
        self._note("MSE", metrics.mse(alpha, true))
        if index % SPARSE == 0:
            self._note("grad", metrics.gradient_error(alpha, true))
            self._note("conn", metrics.connectivity_error(alpha, true))
        if self._before and not shot.begins:
            self._note("dtSSD", metrics.dtssd(alpha, self._before[0], true, self._before[1]))
            if shot.still is not None and shot.still.any():
                self._note("flicker", metrics.flicker(alpha, self._before[0], shot.still))
        if shot.stranger is not None and shot.stranger.sum() > 0.002 * true.size:
            self._note("stranger", metrics.shown(alpha, shot.stranger))
        if shot.person is not None and shot.room is not None and index % 2 == 0:
            self._edge(shot, shot.person, shot.room, composite)
        self._before = alpha, true
        self._alphas.append(alpha[::COARSE, ::COARSE])
        self._trues.append(true[::COARSE, ::COARSE])

    def _edge(
        self, shot: Shot, person: Plane, room: Plane, composite: Callable[[tuple[int, int, int]], Plane]
    ) -> None:
        band = metrics.near_edge(shot.alpha)
        colour = opposite(room, band)
        background = np.broadcast_to(np.array(colour, np.float32) / 255, room.shape)
        exact = person + background * (1 - shot.alpha[..., None])
        given = composite(colour)
        self._note("spill", metrics.spill(given, exact, room, background, band))
        self._note("dE", metrics.colour_error(given, exact, band))

    def _note(self, name: str, value: float) -> None:
        self._values.setdefault(name, []).append(value)

    def figures(self, *, lag: bool = False) -> dict[str, float]:
        """Return the mean of each measure over the clip; those that do not apply are left out."""
        means = {name: float(np.mean(values)) for name, values in self._values.items()}
        if lag and not math.isnan(late := metrics.lag(self._alphas, self._trues)):
            means["lag"] = late
        return means


def opposite(room: Plane, band: NDArray[np.bool_]) -> tuple[int, int, int]:
    """Return a background unlike the room at the edge: of the other brightness and the other tint."""
    red, green, blue = room[band].mean(0) if band.any() else (0.5, 0.5, 0.5)
    base = 60 if 0.3 * red + 0.59 * green + 0.11 * blue > 0.42 else 200
    tint = 35 if red > blue else -35
    return base - tint, base, base + tint
