"""The light of lamps on what is around them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from ..noise import smoothstep

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ..noise import Field, Reals
    from ..scene import Planes
    from .room import Corner, Lamp

ACCENT = 0.27  # lamps weaker than this light only what is near them


def lamplit(point: Sequence[Field], normal: Sequence[Field], lamps: Sequence[Lamp]) -> Planes:
    """Return the light (3, n) of lamps on points with normals (n,)."""
    total = np.zeros((3, normal[0].size), np.float32)
    hues: dict[tuple[float, ...], Field] = {}
    for lamp in lamps:
        strength = float(lamp.power.max()) or 1.0
        hue = tuple(np.round(lamp.power / strength, 3).tolist())
        if hue not in hues:
            hues[hue] = np.zeros(normal[0].size, np.float32)
        if strength < ACCENT:
            _accent(hues[hue], lamp, strength, point, normal)
        else:
            hues[hue] += _falling(lamp, point, normal) * np.float32(strength)
    for hue, amount in hues.items():
        for i in range(3):
            total[i] += amount * np.float32(hue[i])
    return total


def _falling(lamp: Lamp, point: Sequence[Field], normal: Sequence[Field]) -> Field:
    """Return how much of a lamp's light falls on points."""
    nx, ny, nz = normal
    lx, ly, lz = (np.float32(a) - c for a, c in zip(lamp.at, point, strict=True))
    d2 = lx * lx + ly * ly + lz * lz
    away = 1 / np.sqrt(d2 + np.float32(1e-6))
    cosine = (nx * lx + ny * ly + nz * lz) * away
    fall = np.maximum(cosine * np.float32(0.85) + np.float32(0.15), np.float32(0.02))
    fall /= d2 + np.float32(lamp.size)
    if lamp.hooded:
        fall *= smoothstep(-0.05, 0.5, ly)
    if lamp.aim is not None:
        ax, ay, az = (np.float32(c) for c in _toward(lamp.at, lamp.aim))
        fall *= np.maximum(-(lx * ax + ly * ay + lz * az) * away, 0)
    return np.asarray(fall, np.float32)


def _accent(
    light: Field, lamp: Lamp, strength: float, point: Sequence[Field], normal: Sequence[Field]
) -> None:
    """Add a weak lamp to `light`, only around it: there are many, and they do not reach far."""
    reach = np.float32(strength / 0.014)
    d2 = np.zeros_like(light)
    for a, c in zip(lamp.at, point, strict=True):
        off = c - np.float32(a)
        d2 += off * off
    at = np.flatnonzero(d2 < reach)
    if at.size:
        fall = _falling(lamp, [c[at] for c in point], [c[at] for c in normal])
        light[at] += fall * (1 - (d2[at] / reach) ** 2) ** 2 * np.float32(strength)


def _toward(at: Corner, aim: Corner) -> Reals:
    way = np.subtract(aim, at)
    return np.asarray(way / (float(np.linalg.norm(way)) or 1.0))
