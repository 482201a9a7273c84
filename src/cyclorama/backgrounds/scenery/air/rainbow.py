"""A rainbow: light bent by drops, red outside and violet inside."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from ..light import colour
from ..noise import smoothstep

if TYPE_CHECKING:
    from ..scene import Scene

BANDS = ("#6a3cff", "#3c6cff", "#2cc6e6", "#4ce05a", "#f4e648", "#ff9a34", "#ff4a3c")


def across(scene: Scene, aside: float, radius: float, strength: float) -> None:
    """Paint a rainbow away from the sun, where it was asked for.

    Args:
        scene: what to paint on.
        aside: how far from the picture's middle, in widths.
        radius: in units.
        strength: 0 to 1.
    """
    if scene.wants("rainbow"):
        away = -1 if scene.sun[0] > scene.width / 2 else 1
        arch(scene, scene.width * (0.5 + away * aside), scene.horizon, scene.unit * radius, strength)


def arch(scene: Scene, x: float, foot: float, radius: float, strength: float) -> None:
    """Paint the arch of a circle around (x, foot), above row `foot`, `radius` pixels wide to its middle."""
    wide = radius * 0.16
    left, right = max(0, int(x - radius - wide)), min(scene.width, int(x + radius + wide) + 1)
    top, bottom = max(0, int(foot - radius - wide)), min(scene.height, int(foot) + 1)
    if right <= left or bottom <= top:
        return
    dx, dy = scene.columns[:, left:right] - np.float32(x), scene.rows[top:bottom] - np.float32(foot)
    t = (np.hypot(dx, dy) - np.float32(radius)) / np.float32(wide) + 0.5
    bands = np.stack([colour(c) for c in BANDS])
    spread = np.linspace(0.12, 0.88, len(BANDS))
    fade = smoothstep(0.0, 0.22, t) * smoothstep(1.0, 0.78, t)
    fade *= smoothstep(0.0, radius * 0.45, -dy) * np.float32(strength)
    tint = np.stack([np.interp(t, spread, bands[:, i]) for i in range(3)]).astype(np.float32)
    scene.shine(tint, np.asarray(fade, np.float32), top, left)
