"""Gulls that glide in the distance, with a beat of the wings now and then."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from .. import silhouette
from ..light import colour, mix
from ..shapes import Cutout

if TYPE_CHECKING:
    from ..scene import Scene


class Gull(NamedTuple):
    """A bird: the middle of its round in pixels, its half axes, its size, and when and how it flies."""

    x: float
    y: float
    round_x: float
    round_y: float
    size: float
    at: float
    beat: float
    way: int


def paint(scene: Scene) -> None:
    """Paint a few gulls, far, each on a round of its own. The layer moves."""
    rng = scene.rng("birds")
    usual = bool(rng.random() < 0.5) and not scene.light.moon
    if not scene.wants("birds", otherwise=usual):
        return
    tone = mix(scene.light.ground(colour("#3a3c46"), 0.2), scene.light.haze, 0.25)
    for gull in scene.keep("gulls", lambda: _flock(scene)):
        turn = 2 * np.pi * (scene.phase * gull.way + gull.at)
        x, y = gull.x + gull.round_x * np.cos(turn), gull.y + gull.round_y * np.sin(turn)
        # turned away they look shorter
        across = 0.55 + 0.45 * abs(np.sin(turn))
        # they beat for a part of the round, and glide for the rest
        effort = np.clip(np.sin(turn + gull.beat) * 2.2, 0, 1)
        flap = 0.42 + 0.40 * effort * scene.swing(0.8, gull.at)
        _gull(scene, x, y, gull.size, across, flap, -np.sin(turn) * gull.way * 0.16, tone)


def _flock(scene: Scene) -> list[Gull]:
    rng = scene.rng("flock")
    u = scene.unit
    side = 1 if scene.sun[0] < scene.width / 2 else -1
    if rng.random() < 0.35:
        side = -side
    cx = scene.width * 0.5 + side * min(scene.width * rng.uniform(0.24, 0.34), u * 0.6)
    cy = scene.horizon * rng.uniform(0.34, 0.6)
    flock = []
    for _ in range(scene.count("birds", int(rng.integers(5, 9)))):
        for _ in range(8):
            x, y = cx + rng.normal() * u * 0.12, cy + rng.normal() * u * 0.055
            if not silhouette.covers(scene.width, scene.height, x, y, 0.1):
                break
        size = u * rng.uniform(0.008, 0.017)
        far = size / (u * 0.012)
        flock.append(
            Gull(
                x,
                y,
                u * rng.uniform(0.03, 0.07) * far,
                u * rng.uniform(0.006, 0.016) * far,
                size,
                float(rng.random()),
                rng.uniform(0, 2 * np.pi),
                side,
            )
        )
    return flock


def _gull(
    scene: Scene, x: float, y: float, size: float, across: float, flap: float, bank: float, tone: np.ndarray
) -> None:
    """Paint a gull with raised wings bent at the wrist; `flap` is how high, `bank` how far it leans."""
    cut = Cutout(scene, (x - size * 1.6, y - size * 1.2, x + size * 1.6, y + size * 1.2), tone)
    cos, sin = np.cos(bank), np.sin(bank)

    def at(px: float, py: float) -> tuple[float, float]:
        return x + (px * cos - py * sin) * size, y + (px * sin + py * cos) * size

    for side in (-1, 1):
        wrist, tip = side * across * 0.55, side * across * 1.3
        cut.polygon(
            [
                at(0, -0.07),
                at(wrist * 0.6, -flap * 0.82 - 0.04),
                at(wrist, -flap - 0.03),
                at(tip, -flap * 0.42),
                at(wrist * 1.05, -flap + 0.14),
                at(wrist * 0.5, -flap * 0.5 + 0.12),
                at(0, 0.10),
            ],
            tone,
        )
    cut.polygon([at(-0.10, -0.02), at(0, -0.09), at(0.12, -0.02), at(0.0, 0.13)], tone * np.float32(0.9))
    cut.paint()
