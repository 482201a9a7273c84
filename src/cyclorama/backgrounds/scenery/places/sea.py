"""The open sea."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from ..air import birds
from ..air.heavens import HEAVENS
from ..light import Colour, colour, mix
from ..scene import Layer, Place
from ..sea import boats, headlands, lighthouse, water

if TYPE_CHECKING:
    from ..scene import Scene


def sea_colour(scene: Scene) -> Colour:
    """Return the water's own colour: turquoise by day, what is left of it at other hours."""
    light = scene.light
    body = mix(colour("#0f6f86"), colour("#0a3a5c"), 0.25)
    return np.asarray(body * (light.ambient * 0.75 + light.key * 0.35), np.float32)


def open_sea(scene: Scene) -> None:
    """Paint the sea, down to the picture's edge."""
    rough = 1.8 if scene.weather == "storm" else 1.0
    water.paint(scene, scene.horizon, scene.height, sea_colour(scene), rough, 1.1)


def sailing(scene: Scene) -> None:
    """Paint the boats: one in half of the pictures."""
    boats.paint(scene, 0.5)


SEA = Place(
    layers=(
        HEAVENS,
        Layer("far capes", headlands.paint),
        Layer("lighthouse", lighthouse.tower),
        Layer("sea", open_sea, moves=True),
        Layer("its light", lighthouse.lamp, moves=True),
        Layer("sailboat", sailing, moves=True),
        Layer("birds", birds.paint, moves=True),
    ),
    horizon=0.54,
    holds=frozenset({"sailboat", "birds", "moon", "stars", "clouds", "lighthouse"}),
)
