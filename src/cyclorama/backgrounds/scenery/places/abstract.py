"""Gradients, sheets and light: for prompts about colour, and for those that say nothing we know."""

from __future__ import annotations

import numpy as np

from .. import finish
from ..light import colour
from ..noise import Field, fbm, resize, smoothstep
from ..scene import Layer, Place, Scene, flat

HARMONIES = ("cool", "teal", "purple", "warm", "blue", "pink", "green", "gold")


def swatch(scene: Scene) -> list[Field]:
    """Paint the picture's five colours, dark to light."""
    name = scene.palette or HARMONIES[int(scene.rng("palette").integers(len(HARMONIES)))]
    return finish.swatch(name)


def ground(scene: Scene) -> None:
    """Paint a gradient across the picture, stirred by slow noise."""
    rng = scene.rng("ground")
    tones = swatch(scene)
    w, h = max(scene.width // 4, 8), max(scene.height // 4, 8)
    angle = rng.uniform(0.3, 1.2) * (1 if rng.random() < 0.5 else -1)
    x, y = np.linspace(-1, 1, w, dtype=np.float32)[None, :], np.linspace(-1, 1, h, dtype=np.float32)[:, None]
    t = 0.5 + 0.32 * (x * np.sin(angle) + y * np.cos(angle)) + 0.30 * fbm(rng, w, h, scene.unit * 0.22, 2)
    for plane, band in zip(scene.px, np.array(tones[:4]).T, strict=True):
        plane[:] = resize(
            np.interp(t, np.linspace(0, 1, 4), band).astype(np.float32), scene.width, scene.height
        )


def sheets(scene: Scene) -> None:
    """Translucent sheets, one before another, each with a lit edge and a soft shadow behind it."""
    rng = scene.rng("sheets")
    tones = swatch(scene)
    u = scene.unit
    lean = np.float32(rng.uniform(0.10, 0.42) * (1 if rng.random() < 0.5 else -1))
    x = np.linspace(-0.5, 0.5, scene.width, dtype=np.float32) * np.float32(scene.width / u)
    count = int(rng.integers(6, 9))
    order = np.linspace(0.0, 1.0, count) if rng.random() < 0.5 else np.linspace(1.0, 0.0, count)
    p, q = rng.uniform(0, 6.3, 2)
    for k in range(count):
        p, q = p + rng.uniform(0.3, 0.9), q + rng.uniform(0.3, 1.1)
        wave = 0.13 * np.sin(x * 2.1 + p) + 0.055 * np.sin(x * 4.3 + q) + lean * x * 0.6
        edge = scene.height * (0.10 + 0.86 * k / count) + (wave * u).astype(np.float32)
        top = max(0, int(edge.min() - u * 0.12))
        if top >= scene.height:
            continue
        d = (scene.rows[top:] - edge[None, :]) / np.float32(u)
        shadow = np.exp(np.minimum(d, 0) * 26) * (d < 0.004)
        scene.paint(flat(tones[0] * np.float32(0.6)), np.asarray(shadow * 0.30, np.float32), top)
        inside = np.clip(d * u + 0.5, 0, 1)
        fade = np.exp(-np.maximum(d, 0) * 3.4)
        at = float(order[k]) * 3.2 + 0.4
        i = min(3, int(at))
        tone = tones[i] + (tones[i + 1] - tones[i]) * np.float32(at - i)
        glow = 0.5 + 0.5 * np.sin(x * 1.3 + p * 1.7)[None, :]
        body = flat(tone) * (0.80 + 0.28 * fade) + flat(tones[4]) * (0.26 * fade**2 * glow)
        scene.paint(np.asarray(body, np.float32), np.asarray(inside * (0.30 + 0.62 * fade), np.float32), top)
        rim = np.exp(-np.abs(d) * 240) * inside * (0.15 + 0.5 * glow)
        scene.shine(flat(tones[4]), np.asarray(rim, np.float32), top)


def orbs(scene: Scene) -> None:
    """Soft discs of light, out of focus, mostly to the sides."""
    rng = scene.rng("orbs")
    tones = swatch(scene)
    u = scene.unit
    for _ in range(int(9 * scene.span)):
        x = scene.width * rng.random()
        aside = abs(x / scene.width - 0.5) * 2
        y, r = scene.height * rng.random(), u * rng.uniform(0.012, 0.06)
        part = scene.around(x, y, r, 1.4)
        if part is None:
            continue
        d, top, left = part
        body = (1 - smoothstep(0.86, 1.06, d.astype(np.float32))) * (0.55 + 0.45 * np.clip(d, 0, 1) ** 3)
        scene.shine(
            flat(tones[4] if rng.random() < 0.6 else tones[3]),
            np.asarray(body, np.float32) * np.float32(rng.uniform(0.05, 0.24) * (0.35 + 0.65 * aside)),
            top,
            left,
        )


def depth(scene: Scene) -> None:
    """Darker towards the edges, so that the person stands in the light."""
    x = (scene.columns / np.float32(scene.width) - 0.5) * 2
    y = (scene.rows / np.float32(scene.height) - 0.45) * 2
    scene.px *= 1.04 - 0.34 * smoothstep(0.25, 1.6, x * x * 0.8 + y * y * 0.6)
    scene.shine(
        flat(colour("#ffffff")), np.exp(-(x * x * 3 + y * y * 3)).astype(np.float32) * np.float32(0.05)
    )


ABSTRACT = Place(
    layers=(Layer("colours", ground), Layer("sheets", sheets), Layer("light", orbs), Layer("depth", depth)),
    horizon=1.0,
    time="day",
    outdoors=False,
    soft=1.0,
    lit=False,
)
