"""Northern lights."""

from __future__ import annotations

import numpy as np

from .light import colour
from .noise import line, resize
from .scene import Scene, flat


def paint(scene: Scene) -> None:
    """Curtains of green light, with violet hems."""
    quiet = scene.light.stars < 0.9
    if not scene.wants("aurora", otherwise=not quiet and scene.weather in {"fair", "clear"}):
        return
    w, h = max(scene.width // 2, 8), max(int(scene.horizon) // 2, 8)
    x = np.linspace(0, scene.width / scene.unit, w, dtype=np.float32)
    rng = scene.rng("aurora")
    up = np.linspace(1, 0, h, dtype=np.float32)[:, None]
    total = np.zeros((h, w), np.float32)
    hem = np.zeros((h, w), np.float32)
    for n in range(3):
        foot = 0.22 + 0.16 * n + 0.13 * line(scene.rng("aurora", n), w, scene.unit * 0.28, 3)[None, :]
        rays = 0.55 + 0.45 * line(scene.rng("rays", n), w, scene.unit * 0.02, 3)[None, :]
        power = np.clip(0.6 + 0.7 * line(scene.rng("power", n), w, scene.unit * 0.3, 2)[None, :], 0, 1.2)
        d = up - foot
        curtain = np.where(d > 0, np.exp(-d * (4.2 + 2 * rng.random())), np.exp(d * 38)) * rays * power
        total += curtain.astype(np.float32) * np.float32(0.62 - 0.1 * n)
        hem += (
            np.exp(-(((d + 0.012) / 0.02) ** 2)) * rays * power * 0.25 + np.clip(d, 0, 1) * curtain * 0.9
        ).astype(np.float32)
    del x
    size = (scene.width, int(scene.horizon))
    scene.shine(flat(colour("#3dffa0")), np.clip(resize(total, *size), 0, 1))
    scene.shine(flat(colour("#b45cff")), np.clip(resize(hem, *size), 0, 1))
