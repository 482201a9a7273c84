"""Falling water: strands that run down, and the spray they raise."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from ..light import colour, mix
from ..noise import Field, line, resize, sample, smoothstep, tile
from ..scene import flat

if TYPE_CHECKING:
    from ..scene import Scene


def paint(scene: Scene, x: float, half: float, brink: float, foot: float) -> None:
    """Paint water that falls from row `brink` to row `foot`, `half` pixels to both sides of column `x`.

    Its strands are noise, drawn long; they run down a whole number of tiles in a loop.
    """
    light, u = scene.light, scene.unit
    first, last = max(0, int(brink) - 2), min(scene.height, int(foot) + 1)
    reach = half * 1.6
    left, right = max(0, int(x - reach)), min(scene.width, int(x + reach) + 1)
    if last - first < 4 or right - left < 4:
        return
    down = (scene.rows[first:last] - np.float32(brink)) / np.float32(max(foot - brink, 1))
    fallen = np.sqrt(np.clip(down, 0, 1))  # it speeds up as it falls

    def plan() -> tuple[Field, Field, Field]:
        rng = scene.rng("strands")
        ragged = line(rng, last - first, u * 0.08, 4)[:, None]
        other = line(rng, last - first, u * 0.08, 4)[:, None]
        across = (scene.columns[:, left:right] - np.float32(x)) / np.float32(half)
        spread = 0.78 + 0.26 * down
        mask = smoothstep(-0.14, 0.10, spread + 0.10 * ragged - across) * smoothstep(
            -0.14, 0.10, spread + 0.10 * other + across
        )
        return tile(rng, 2.0, 4, 200), np.asarray(across, np.float32), mask

    strands, across, mask = scene.keep("strands", plan)
    scale = np.float32(half / u)
    run = np.float32(scene.phase)
    slow = sample(strands, across * scale * np.float32(2.6), fallen * np.float32(0.20) - run)
    fine = sample(strands, across * scale * np.float32(7.0) + 0.37, fallen * np.float32(0.30) - run)
    body = slow * np.float32(0.22) + fine * np.float32(0.20)
    white = mix(light.ground(colour("#ffffff"), 0.85), light.haze, 0.12)
    deep = mix(light.ground(colour("#8fb8c4"), 0.35), light.haze, 0.25)
    amount = np.clip(0.58 + body + 0.28 * smoothstep(0.6, 1.0, down), 0, 1)
    thin = np.clip(0.86 + body * 0.8 - 0.2 * np.abs(across), 0, 0.97) * mask * smoothstep(-0.02, 0.03, down)
    scene.paint(flat(deep) + (flat(white) - flat(deep)) * amount, np.asarray(thin, np.float32), first, left)


def spray(scene: Scene, x: float, half: float, foot: float) -> None:
    """Paint clouds of spray that rise where the water strikes, and drift over the pool."""
    light, u = scene.light, scene.unit
    tone = mix(light.haze, light.ground(colour("#ffffff"), 0.7), 0.45)
    white = light.ground(colour("#ffffff"), 0.8)
    foam = scene.around(x, foot + u * 0.012, half * 1.5, 1.6)
    if foam is not None:
        _, top, left = foam
        h, w = foam[0].shape
        dx = (scene.columns[:, left : left + w] - np.float32(x)) / np.float32(half * 1.7)
        dy = (scene.rows[top : top + h] - np.float32(foot + u * 0.012)) / np.float32(u * 0.022)
        scene.paint(flat(white), np.exp(-(dx**4 + dy * dy)).astype(np.float32) * np.float32(0.85), top, left)
    plan = scene.keep("spray", lambda: scene.rng("spray").random((26, 5)).tolist())
    for a, b, c, d, e in plan:
        life = (scene.phase * (1 + round(e)) + a) % 1.0
        px = x + half * 2.0 * (b - 0.5) + u * 0.16 * (c - 0.5) * life
        py = foot - u * (0.01 + 0.10 * d * life)
        radius = u * (0.022 + 0.075 * life) * (0.7 + 0.6 * d)
        around = scene.around(px, py, max(radius, 1.0), 2.0)
        if around is None:
            continue
        r, top, left = around
        fade = 0.26 * np.sin(np.pi * life) * (1 - 0.4 * life)
        scene.paint(flat(tone), np.asarray(np.exp(-r * r * 1.6) * np.float32(fade), np.float32), top, left)
    h, w = max(scene.height // 6, 4), max(scene.width // 6, 4)
    px = (np.arange(w, dtype=np.float32)[None, :] * (scene.width / w) - np.float32(x)) / np.float32(u)
    py = (np.arange(h, dtype=np.float32)[:, None] * (scene.height / h) - np.float32(foot)) / np.float32(u)
    veil = np.exp(-(px * px * 5.5 + py * py * 26)) * np.float32(0.45)
    scene.paint(flat(tone), np.clip(resize(veil, scene.width, scene.height), 0, 1))
