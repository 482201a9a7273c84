"""How what floats rocks, and how its image in the water breaks up."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Callable

    from ..light import Colour
    from ..scene import Scene
    from ..shapes import Cutout, Point


@dataclass(frozen=True)
class Afloat:
    """What floats: where its water line is, its size in pixels, its heading (-1 or 1) and when it rocks."""

    x: float
    y: float
    size: float
    way: int
    at: float

    def rocking(
        self, scene: Scene, roll: tuple[float, float], lag: float, heave: float
    ) -> Callable[[float, float], Point]:
        """Return what gives the pixels of a point on it, in its sizes, at this moment.

        Args:
            scene: whose moment.
            roll: how far it rolls on the long and on the short waves, in degrees.
            lag: how many times as late the short ones come.
            heave: how far it rises, in its sizes.
        """
        turn = np.radians(roll[0]) * scene.swing(4.0, self.at)
        turn += np.radians(roll[1]) * scene.swing(2.7, self.at * lag)
        rise = self.size * heave * scene.swing(2.7, self.at + 0.3)
        cos, sin = np.cos(turn), np.sin(turn)

        def at(px: float, py: float) -> Point:
            px *= self.way
            x, y = px * cos - py * sin, px * sin + py * cos
            return self.x + x * self.size, self.y + rise + y * self.size

        return at

    def sliding(self, scene: Scene, strip: int) -> float:
        """Return how far a strip of its image has slid to the side, -1 to 1; they are counted from above."""
        return scene.swing(1.6 + 0.5 * (strip % 3), self.at + strip * 0.37)


def mirrored(
    cut: Cutout, middle: float, top: float, half: float, thick: float, narrow: float, tone: Colour
) -> None:
    """Draw a strip of an image in the water, `narrow` times as wide below as above."""
    low = half * narrow
    cut.polygon(
        [
            (middle - half, top),
            (middle + half, top),
            (middle + low, top + thick),
            (middle - low, top + thick),
        ],
        tone,
    )
