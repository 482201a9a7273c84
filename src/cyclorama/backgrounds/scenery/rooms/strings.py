"""Strings of little lights that twinkle slowly."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from ..light import colour

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ..noise import Field
    from ..scene import Scene
    from .interior import Lit
    from .room import Corner

TONES = ("#ffd08a", "#ffc878", "#ffdca8")


def swag(ends: Sequence[Corner], sag: float, step: float = 0.16) -> list[Corner]:
    """Return where the bulbs of a string hang that is fastened at `ends` and sags between them."""
    bulbs: list[Corner] = []
    for (ax, ay, az), (bx, by, bz) in zip(ends[:-1], ends[1:], strict=True):  # noqa: RUF007
        n = max(3, round(float(np.hypot(bx - ax, by - ay)) / step))
        for k in range(n):
            t = (k + 0.5) / n
            bulbs.append((ax + (bx - ax) * t, ay + (by - ay) * t - sag * 4 * t * (1 - t), az + (bz - az) * t))
    return bulbs


def twinkle(scene: Scene, lit: Lit, name: str, bulbs: Sequence[Corner], size: float = 0.022) -> None:
    """Paint the bulbs, each at its own moment of brightness."""

    def born() -> Field:
        return scene.rng("bulbs", name).random((len(bulbs), 3)).astype(np.float32)

    for (x, y, z), (at, tone, often) in zip(bulbs, scene.keep(("bulbs", name), born), strict=True):
        px, py, metre = lit.at(x, y, z)
        strength = 0.74 + 0.26 * scene.swing(8.0 if often < 0.5 else 4.0, float(at))
        glow = colour(TONES[int(tone * 2.99)]).reshape(3, 1, 1)
        near = scene.around(px, py, metre * size + 0.5, 5.0)
        if near is not None:
            distance, top, left = near
            light = np.exp(-(distance**2)) + np.float32(0.20) * np.exp(-distance * np.float32(0.9))
            light *= np.clip(5 - distance, 0, 1)
            scene.shine(glow, np.asarray(light * np.float32(strength), np.float32), top, left)
