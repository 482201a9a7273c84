"""The tops of a park's trees, seen from above: rows of crowns, with lamps between them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from ..light import colour, mix, pick
from ..noise import fbm, smoothstep
from ..scene import flat
from .lights import Lights

if TYPE_CHECKING:
    from ..scene import Scene

ROWS = 6
GREENS = ("#5d7a3c", "#4d6c38", "#6f8744", "#3f5f36", "#7f8f4c")
AUTUMN = ("#c98a2c", "#b8611c", "#8e4a1c", "#a8742c", "#dca040")


def paint(scene: Scene, top: float) -> None:
    """Paint trees from row `top` down to the picture's lower edge."""
    light, u = scene.light, scene.unit
    rng = scene.rng("canopy")
    tones = AUTUMN if scene.palette == "autumn" else GREENS
    lamps = Lights(scene, 540, light.lamps)
    clumps = fbm(scene.rng("clumps"), scene.width, scene.height, u * 0.05, 4)
    side = 1 if scene.sun[0] > scene.width / 2 else -1
    for row in range(ROWS):
        near = row / (ROWS - 1)
        base = top + (scene.height - top) * near**1.25 * 0.86
        radius = u * (0.016 + 0.075 * near)
        edge = np.full(scene.width, base + radius, np.float32)
        lit = np.zeros(scene.width, np.float32)
        x = -radius
        while x < scene.width + radius:
            r, cy = radius * rng.uniform(0.7, 1.25), base + radius * rng.uniform(-0.25, 0.3)
            a, b = max(0, int(x - r)), min(scene.width, int(x + r) + 1)
            if b > a:
                d = (np.arange(a, b) - x) / r
                crown = cy - r * np.sqrt(np.maximum(1 - d * d, 0)) * 0.85
                higher = crown < edge[a:b]
                lit[a:b] = np.where(higher, 0.5 + 0.45 * side * d, lit[a:b])
                edge[a:b] = np.minimum(edge[a:b], crown)
            x += r * rng.uniform(0.7, 1.3)
        ragged = (
            edge + clumps[min(scene.height - 1, int(base) if base < scene.height else -1)] * radius * 0.22
        )
        first = max(0, int(ragged.min()) - 1)
        if first >= scene.height:
            break
        down = (scene.rows[first:] - ragged[None, :]) / np.float32(radius)
        clump = clumps[first:]
        rise = np.exp(-np.maximum(down, 0) * 0.9)
        shade = np.clip(rise * (0.30 + 0.55 * lit[None, :]) + 0.34 * clump, 0, 1)
        leaf = pick(rng, tones)
        bright, dark = light.ground(leaf, 0.85), light.ground(leaf * np.float32(0.55), 0.15)
        body = flat(dark) + (flat(bright) - flat(dark)) * shade
        veil = 0.62 * (1 - near) ** 1.6 * min(1.3, light.air)
        haze = mix(light.haze, light.sky[0], 0.25)
        body = body + (flat(haze) - body) * np.float32(min(0.9, veil))
        scene.paint(np.asarray(body, np.float32), smoothstep(-0.9, 0.9, down * np.float32(radius)), first)
        if light.lamps > 0.3 and row < ROWS - 1:
            for _ in range(int(7 * min(scene.span, 4))):
                lx, ly = float(rng.random() * scene.width), base + radius * float(rng.uniform(0.2, 1.0))
                size = u * (0.005 + 0.009 * near)
                lamps.disc(lx, ly, size, colour("#ffcf90"), 0.75, 0.2)
                lamps.glow(lx, ly, size * 6, colour("#ffa850"), 0.45)
    lamps.paint()
