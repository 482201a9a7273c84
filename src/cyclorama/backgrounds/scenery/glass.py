"""A layer as glass: what it adds to the light from behind, and how much of that it lets through."""

from __future__ import annotations

from dataclasses import fields
from typing import TYPE_CHECKING

import numpy as np

from .scene import Scene

if TYPE_CHECKING:
    from collections.abc import Callable

    from .noise import Field
    from .scene import Planes


class Glass(Scene):
    """A scene on which a layer is painted once, to be laid over other paint many times.

    `paint` and `shine` are both of the form paint x let through + own light, so any number of them is one.
    What lies behind is not known here: `px` is the layer's own light.
    """

    def __init__(self, scene: Scene) -> None:
        super().__init__(**{f.name: getattr(scene, f.name) for f in fields(scene) if f.init})
        self.through = np.ones_like(self.px)

    def paint(self, colour: Planes, mask: Field | float = 1.0, top: int = 0, left: int = 0) -> None:  # noqa: D102
        super().paint(colour, mask, top, left)
        self._let(lambda _: mask, mask, top, left)

    def shine(self, colour: Planes, amount: Field | float = 1.0, top: int = 0, left: int = 0) -> None:  # noqa: D102
        super().shine(colour, amount, top, left)
        self._let(lambda plane: colour[plane] * amount, amount, top, left)

    def _let(self, stops: Callable[[int], Field | float], mask: Field | float, top: int, left: int) -> None:
        region = self.region(self.through, mask, top, left)
        for plane in range(3):
            region[plane] *= 1 - stops(plane)

    def pane(self) -> Pane:
        """Return it, cut to where it is more than air."""
        there = (self.through != 1).any(0) | (self.px != 0).any(0)
        rows, columns = np.flatnonzero(there.any(1)), np.flatnonzero(there.any(0))
        if not len(rows):
            return Pane(self.px[:, :0, :0], self.through[:, :0, :0], 0, 0)
        top, left = int(rows[0]), int(columns[0])
        part = np.s_[:, top : int(rows[-1]) + 1, left : int(columns[-1]) + 1]
        return Pane(self.px[part].copy(), self.through[part].copy(), top, left)


class Pane:
    """A finished glass: light and what it lets through, (3, h, w), and where it lies."""

    def __init__(self, light: Planes, through: Planes, top: int, left: int) -> None:
        self._light, self._through = light, through
        self._where = np.s_[:, top : top + light.shape[1], left : left + light.shape[2]]

    def lay(self, px: Planes) -> None:
        """Lay it over paint."""
        region = px[self._where]
        region *= self._through
        region += self._light
