"""A comet with its two tails, and a meteor now and then."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from ..light import colour
from ..noise import Field, resize, sample, tile
from ..scene import flat

if TYPE_CHECKING:
    from ..scene import Scene


def paint(scene: Scene) -> None:
    """Paint a comet where one was asked for, or in a few pictures; its tails flow. The layer moves."""
    rng = scene.rng("comet")
    if not scene.wants("comet", otherwise=bool(rng.random() < 0.12)):
        return
    u = scene.unit
    side = 1 if scene.sun[0] > scene.width / 2 else -1
    x = scene.width / 2 + side * min(scene.width * rng.uniform(0.18, 0.26), u * 0.42)
    y = scene.height * rng.uniform(0.22, 0.32)
    angle = rng.uniform(0.30, 0.55)
    scale = 3
    w, h = max(scene.width // scale, 8), max(scene.height // scale, 8)
    px = (np.arange(w, dtype=np.float32)[None, :] * (scene.width / w) - np.float32(x)) / np.float32(u)
    py = (np.arange(h, dtype=np.float32)[:, None] * (scene.height / h) - np.float32(y)) / np.float32(u)
    # the tail points up and away from the middle
    cos, sin = np.float32(np.cos(angle) * side), np.float32(-np.sin(angle))
    along, across = px * cos + py * sin, -px * sin + py * cos
    noise = scene.keep("comet's tail", lambda: tile(rng, 2.4, 2, 60))
    turn = np.float32(scene.phase)
    # one tile goes by in a loop, so that the tails flow and yet close
    streaks = sample(noise, across * 2.2 + np.float32(0.3), along * 0.5 - turn)
    back = np.maximum(along, 0)
    gas = np.exp(-((across / (0.006 + 0.035 * back)) ** 2)) * np.exp(-back * 3.6)
    curve = across - 0.30 * back**1.8
    dust = np.exp(-((curve / (0.010 + 0.10 * back)) ** 2)) * np.exp(-back * 4.4)
    front = 1 / (1 + np.exp(-np.clip(along * 260, -40, 40)))
    flow = 0.80 + 0.20 * np.clip(streaks, -2, 2) * np.clip(back * 5, 0, 1)
    for tail, tone, power in ((dust, "#ffe4b8", 0.70), (gas, "#8ac4ff", 0.75)):
        amount: Field = np.asarray(tail * front * flow * power, np.float32)
        scene.shine(flat(colour(tone)), np.clip(resize(amount, scene.width, scene.height), 0, 1))
    part = scene.around(x, y, u * 0.012, 5.0)
    if part is not None:
        d, top, left = part
        coma = np.exp(-d * d * 1.6) + 0.35 * np.exp(-d * 1.1) * np.clip((5 - d) / 2, 0, 1)
        scene.shine(flat(colour("#eaf6ff")), np.asarray(np.clip(coma, 0, 1), np.float32), top, left)


def meteor(scene: Scene) -> None:
    """Paint a shooting star, once in a loop, for less than a second. The layer moves."""
    rng = scene.rng("meteor")
    start, lasts = rng.uniform(0.25, 0.75), 0.75 / scene.seconds
    t = (scene.phase - start) / lasts
    side = 1 if rng.random() < 0.5 else -1
    x0 = scene.width * (0.5 + side * rng.uniform(0.12, 0.30))
    y0, fall = scene.horizon * rng.uniform(0.08, 0.22), rng.uniform(0.25, 0.5)
    if not 0 < t < 1.6:
        return
    u = scene.unit
    reach = 0.34 * u
    n = 26
    fade = np.clip(t * 4, 0, 1) * np.clip((1.6 - t) / 0.9, 0, 1)
    for k in range(n):
        back = k / n
        s = min(t, 1.0) - back * min(0.5, t)
        x, y = x0 + side * s * reach, y0 + s * reach * fall
        part = scene.around(x, y, u * 0.0016 * (1 - 0.6 * back), 4.0)
        if part is None:
            continue
        d, top, left = part
        spot = np.exp(-d * d) * (0.5 * (1 - back) ** 2 * fade)
        scene.shine(flat(colour("#f2f8ff")), np.asarray(spot, np.float32), top, left)
