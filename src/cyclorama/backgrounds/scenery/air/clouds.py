"""Clouds on a plane overhead, lit by the sun."""

from __future__ import annotations

import numpy as np

from ..light import mix
from ..motion.drift import drift
from ..noise import TILE, Field, resize, sample, smoothstep, tile
from ..scene import Scene, flat

REACH = 0.014
"""How far the clouds drift in a loop, in tiles of their noise: about a twentieth of the picture's width."""


def paint(scene: Scene, cover: float | None = None) -> None:
    """Clouds that drift; `cover` 0 to 1 is the share of the sky they take, the light's own by default."""
    light = scene.light
    cover = light.clouds if cover is None else cover
    if scene.wants("clouds"):
        cover = max(cover, 0.6)
    if "clouds" in scene.dropped:
        return
    bottom = min(scene.height, int(scene.horizon) + 1)
    if bottom < 4 or cover <= 0.02:
        return
    texture, margin, reach = scene.keep(("clouds", cover), lambda: _texture(scene, cover, bottom))
    now = drift(texture, margin, reach, scene.phase)
    *body, alpha = (resize(now[:, :, n], scene.width, bottom) for n in range(4))
    # the colours are laid on as light that the cloud adds, so that soft edges do not darken
    over = np.clip(alpha, 0, 1)
    scene.paint(np.asarray(np.stack(body) / np.maximum(over, np.float32(0.02)), np.float32), over)


def _texture(scene: Scene, cover: float, bottom: int) -> tuple[Field, int, Field]:
    """Return the clouds at half size as colours x alpha and alpha (h, w, 4), and the arguments of `drift`."""
    light = scene.light
    rng = scene.rng("clouds")
    density = tile(rng, 3.15, 2, 230)
    start = rng.random(2)
    w, h = max(scene.width // 2, 4), max(bottom // 2, 4)
    up = (bottom - np.arange(h, dtype=np.float32)[:, None] * (bottom / h)) / scene.unit
    distance = 0.34 / (up + 0.16)
    reach = (REACH / (distance[:, 0] * 0.42)) * scene.unit * (w / scene.width)
    margin = int(reach.max()) + 2
    side = 1.0 if scene.rng("wind").random() < 0.5 else -1.0
    across = np.arange(-margin, w + margin, dtype=np.float32)[None, :] * (scene.width / w)
    x = (across - scene.width / 2) / scene.unit
    u = x * distance * 0.42 + np.float32(start[0])
    v = distance * 0.62 + np.float32(start[1])
    warp = sample(np.roll(density, TILE // 3, 0), u * 0.5, v * 0.5) * np.float32(0.018)
    u, v = u + warp, v - warp
    here = sample(density, u, v)
    sx = (scene.sun[0] / scene.width - 0.5) * scene.width / scene.unit
    sy = (bottom - scene.sun[1]) / scene.unit
    dx, dy = sx - x, sy - up
    away = np.sqrt(dx * dx + dy * dy) + 0.05
    toward = sample(density, u + 0.022 * dx / away, v - 0.022 * dy / away)
    edge = 1.25 - 2.3 * cover
    alpha = smoothstep(edge, edge + 1.7, here) ** np.float32(0.85)
    thick = smoothstep(edge + 0.4, edge + 2.6, here)
    lit = np.clip(0.62 + (here - toward) * 0.8 - thick * 0.42, 0, 1)
    alpha = alpha * smoothstep(0.0, 0.16, up) * np.float32(0.93)
    near_sun = np.exp(-away * 1.9)
    # lit white from a high sun, in the sky's own colours from a low one
    white = 0.65 if light.height > 0.5 else 0.18
    bright = mix(mix(light.sky[1], light.sky[2], 0.30), light.disc, white)
    near = mix(light.disc, light.sky[0], 0.35)
    if light.moon:
        bright = near = mix(light.sky[1], light.key, 0.25)
    dark = mix(mix(light.ambient, light.sky[3], 0.45), light.haze, 0.3)
    if scene.weather == "storm":
        dark = dark * np.float32(0.6)
    if cover > 0.8:
        bright, near = mix(bright, light.haze, 0.6), mix(near, light.haze, 0.5)
        dark = mix(dark, light.haze, 0.35)
    glow = np.clip(lit * (0.62 + 0.7 * near_sun * (1 + light.glow)), 0, 1)
    tint = flat(bright) + (flat(near) - flat(bright)) * np.clip(near_sun * 1.2, 0, 1)
    body = flat(dark) + (tint - flat(dark)) * glow
    alpha = np.clip(alpha, 0, 1)
    return np.stack([*(body * alpha), alpha], axis=2).astype(np.float32), margin, reach * side
