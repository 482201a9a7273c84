"""A layer as glass: what it adds to the light from behind, and how much of that it lets through."""

from __future__ import annotations

from dataclasses import fields
from typing import TYPE_CHECKING

import numpy as np

from .scene import Scene

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    from .noise import Field
    from .scene import Planes

PIECE = 32  # rows in a piece, and columns of air that part two


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
        pieces: list[Piece] = []
        for top in range(0, self.height, PIECE):
            for left, right in _runs(there[top : top + PIECE].any(0)):
                where = np.s_[:, top : top + PIECE, left:right]
                through = self.through[where]
                if (through == through[:1]).all():
                    through = through[:1]
                pieces.append((where, self.px[where].copy(), through.copy()))
        return Pane(pieces)


def _runs(there: NDArray[np.bool_]) -> list[tuple[int, int]]:
    """Return from where to where `there` is true; runs with little between them are one."""
    found = np.flatnonzero(there)
    if not len(found):
        return []
    apart = np.flatnonzero(np.diff(found) > PIECE)
    firsts, lasts = found[np.r_[0, apart + 1]], found[np.r_[apart, -1]]
    return [(int(a), int(b) + 1) for a, b in zip(firsts, lasts, strict=True)]


Piece = tuple[tuple[slice, ...], "Planes", "Planes"]


class Pane:
    """A finished glass, in pieces: where each lies, its light and what it lets through, (3 or 1, h, w)."""

    def __init__(self, pieces: list[Piece]) -> None:
        self._pieces = pieces

    def lay(self, px: Planes) -> None:
        """Lay it over paint."""
        for where, light, through in self._pieces:
            part = px[where]
            part *= through
            part += light
