"""Sheer curtains that move in the draught of a window."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from ..air import sky
from ..light import colour, mix
from ..noise import smoothstep

if TYPE_CHECKING:
    from ..light import Colour
    from ..scene import Scene
    from .interior import Lit


def hang(
    scene: Scene, lit: Lit, name: str, x: float, y: float, z: float, w: float, h: float, dense: float = 0.62
) -> None:
    """Paint a sheer curtain (x to x + w, y to y + h, at z) as it hangs at the scene's phase."""
    if "curtains" in scene.dropped:
        return
    x0, top, _ = lit.at(x, y + h, z)
    x1, foot, _ = lit.at(x + w, y, z)
    left, right = min(x0, x1), max(x0, x1)
    wide, tall = right - left, foot - top
    pad = wide * 0.12
    a, b = max(0, int(left - pad)), min(scene.width, int(right + pad) + 1)
    c, d = max(0, int(top)), min(scene.height, int(foot) + 1)
    if b - a < 3 or d - c < 3:
        return
    free = scene.keep(("before the sheer", name), lambda: lit.free(z - 0.05))[c:d, a:b]
    u = (scene.columns[:, a:b] - np.float32(left)) / np.float32(wide)
    v = (scene.rows[c:d] - np.float32(top)) / np.float32(tall)
    reach = v**2
    at = scene.keep(("sheer", name), lambda: float(scene.rng("sheer", name).random()))
    sway = np.float32(0.020) * reach * np.float32(scene.swing(8, at))
    sway = sway + np.float32(0.014) * reach * np.sin(
        np.float32(2 * np.pi * scene.cycles(4) * scene.phase)
        - v * np.float32(3.2)
        + u * np.float32(2)
        + np.float32(6 * at)
    )
    u = u + sway
    folds = np.float32(2 * np.pi * max(4, round(w / 0.13)))
    body = np.sin(u * folds + np.float32(5 * at) + np.float32(0.5) * np.sin(u * folds * np.float32(0.37)))
    light = np.float32(0.90) + np.float32(0.10) * body
    soft = np.float32(max(0.004, 0.8 / wide))
    cover = smoothstep(-1, 1, u / soft) * smoothstep(-1, 1, (1 - u) / soft) * smoothstep(0, 1.5 / tall, 1 - v)
    cover = cover * free * (np.float32(dense) - np.float32(0.11) * body)
    tone = _tone(scene).reshape(3, 1, 1)
    scene.paint(np.asarray(tone * light, np.float32), np.asarray(cover, np.float32), c, a)


def _tone(scene: Scene) -> Colour:
    light = scene.light
    day = float(np.clip(1 - light.lamps, 0, 1))
    outside = mix(sky.ramp(scene, 24)[:, 4], colour("#ffffff"), 0.5)
    return mix(colour("#8a7a68") * np.float32(0.8), outside * np.float32(0.97), day)
