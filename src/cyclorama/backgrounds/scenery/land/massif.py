"""A massif: peaks to both sides that stand lower in the middle, where the head is."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from ..noise import Field, sample, smoothstep
from . import terrain

if TYPE_CHECKING:
    from collections.abc import Callable

    from ..scene import Scene


def rise_apart(z: Field, x: Field) -> Field:
    """Return how mountains grow with distance, and stand lower in the middle, where the head is."""
    grown = smoothstep(0.9, 1.3, z) * (1 - 0.25 * smoothstep(1.5, 1.9, z))
    return np.asarray(grown * (1 - 0.42 * np.exp(-((x / 0.36) ** 2))), np.float32)


def _grand(height: Field, rng: np.random.Generator) -> tuple[float, float]:
    """Return where in a tile to stand: of some places, the one with the tallest peaks to the sides."""
    across, deep = (
        np.linspace(0.05, 0.24, 20, dtype=np.float32)[:, None],
        np.linspace(0.25, 0.38, 12, dtype=np.float32),
    )
    best, spot = -9.0, (0.0, 0.0)
    for u, v in rng.random((10, 2)).tolist():
        left, right = (sample(height, u + s * across, v + deep).max() for s in (-1, 1))
        score = float(min(left, right) + 0.6 * max(left, right))
        if score > best:
            best, spot = score, (u, v)
    return spot


def paint(
    scene: Scene,
    rng: np.random.Generator,
    land: terrain.Ground,
    skin: terrain.Skin,
    tall: float,
    foot: float,
    wide: float = 0.17,
    slices: int = 220,
    rise: Callable[[Field, Field], Field] = rise_apart,
) -> None:
    """Paint a massif.

    Args:
        scene: what to paint on.
        rng: that chooses where in the land to stand.
        land: its heights and their light.
        skin: its colours.
        tall: of a peak, in units.
        foot: how far below the horizon it ends, in units.
        wide: tiles of the land across a unit.
        slices: how many it is painted in.
        rise: how it grows with distance and to the sides.
    """
    u = scene.unit
    top = scene.horizon + u * 0.012
    view = terrain.View(near=0.9, far=1.9, eye=0.0, tall=tall, wide=wide, top=top, deep=0.22)
    spot = _grand(land.height, rng)
    terrain.show(scene, land, view, skin, slices, scene.horizon + u * foot, spot, rise)
