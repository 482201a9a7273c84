"""Silk, gradients and light: for prompts about colour, and for those that say nothing we know."""

from __future__ import annotations

import numpy as np

from .. import finish
from ..light import colour
from ..noise import Field, fbm, resize, smoothstep
from ..scene import Place, Scene, flat

HARMONIES = ("cool", "teal", "purple", "warm", "blue", "pink", "green", "gold")


def swatch(scene: Scene) -> list[Field]:
    """The picture's five colours, dark to light."""
    name = scene.palette or HARMONIES[int(scene.rng("palette").integers(len(HARMONIES)))]
    return finish.swatch(name)


def silk(scene: Scene) -> None:
    """Folds of cloth: a smooth field bent by itself, lit along its slope."""
    rng = scene.rng("silk")
    tones = swatch(scene)
    w, h = max(scene.width // 2, 8), max(scene.height // 2, 8)
    x = (np.arange(w, dtype=np.float32)[None, :] - w / 2) / np.float32(scene.unit / 2)
    y = (np.arange(h, dtype=np.float32)[:, None] - h / 2) / np.float32(scene.unit / 2)
    slow = fbm(rng, w, h, scene.unit * 0.36, 2)
    turn = rng.uniform(-0.9, 0.9)
    a, b = x * np.cos(turn) + y * np.sin(turn), -x * np.sin(turn) + y * np.cos(turn)
    for k, (f, s) in enumerate(((1.5, 0.42), (2.6, 0.24), (4.4, 0.13))):
        p, q = rng.uniform(0, 6.3, 2)
        a, b = a + s * np.sin(b * f + p + slow * 1.3), b + s * np.cos(a * f * 0.8 + q + slow * (0.9 + 0.2 * k))
    field = np.sin(b * 2.1 + a * 0.35) * 0.62 + np.sin(b * 5.1 + slow * 1.6) * 0.16 + slow * 0.35
    gy, gx = np.gradient(field)
    scale = np.float32(scene.unit / 2)
    lit = np.clip(0.5 + (-gx * 0.75 - gy) * scale * 0.115, 0, 1)
    t = np.clip(0.42 + field * 0.30 + (lit - 0.5) * 0.42, 0, 1) * 0.94
    stops = np.linspace(0, 1, 5)
    shine = np.clip(lit - 0.72, 0, 1) ** 1.5
    for i, plane in enumerate(scene.px):
        band = np.interp(t, stops, [float(c[i]) for c in tones]) * (0.72 + 0.4 * lit) + shine * 0.55 * tones[4][i]
        plane[:] = resize(band.astype(np.float32), scene.width, scene.height)


def orbs(scene: Scene) -> None:
    """Soft discs of light, out of focus, mostly to the sides."""
    rng = scene.rng("orbs")
    tones = swatch(scene)
    u = scene.unit
    for _ in range(int(9 * scene.width / u)):
        x = scene.width * rng.random()
        aside = abs(x / scene.width - 0.5) * 2
        y, r = scene.height * rng.random(), u * rng.uniform(0.012, 0.06)
        n = int(r * 1.4) + 2
        left, top, right, bottom = max(0, int(x) - n), max(0, int(y) - n), min(scene.width, int(x) + n), min(scene.height, int(y) + n)
        if right <= left or bottom <= top:
            continue
        d = np.hypot(scene.columns[:, left:right] - np.float32(x), scene.rows[top:bottom] - np.float32(y)) / np.float32(r)
        body = (1 - smoothstep(0.86, 1.06, d.astype(np.float32))) * (0.55 + 0.45 * np.clip(d, 0, 1) ** 3)
        scene.shine(flat(tones[4] if rng.random() < 0.6 else tones[3]), np.asarray(body, np.float32) * np.float32(rng.uniform(0.05, 0.24) * (0.35 + 0.65 * aside)), top, left)


def depth(scene: Scene) -> None:
    """Darker towards the edges, so that the person stands in the light."""
    x = (scene.columns / np.float32(scene.width) - 0.5) * 2
    y = (scene.rows / np.float32(scene.height) - 0.45) * 2
    scene.px *= 1.04 - 0.34 * smoothstep(0.25, 1.6, x * x * 0.8 + y * y * 0.6)
    scene.shine(flat(colour("#ffffff")), np.exp(-(x * x * 3 + y * y * 3)).astype(np.float32) * np.float32(0.05))


ABSTRACT = Place(layers=(("colours", silk), ("light", orbs), ("depth", depth)), horizon=1.0, time="day", outdoors=False, soft=1.0)
