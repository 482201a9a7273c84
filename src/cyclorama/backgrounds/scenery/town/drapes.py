"""Heavy curtains: folds of velvet that sway."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from ..light import mix
from ..noise import line
from ..scene import flat
from .lights import enlarged

if TYPE_CHECKING:
    from ..light import Colour
    from ..noise import Field
    from ..scene import Planes, Scene

STEPS = 128
"""Samples a fold."""


def folds(rng: np.random.Generator, count: int) -> Field:
    """Return how light the cloth is along `count` folds and a few more, 0 to 1, (n,)."""
    n = (count + 4) * STEPS
    s = np.arange(n, dtype=np.float32) / STEPS
    wander = line(rng, n, STEPS * 1.7, 3) * 0.9
    second = line(rng, n, STEPS * 0.9, 2)
    height = np.sin(2 * np.pi * s + wander) + 0.30 * np.sin(4 * np.pi * s + second * 2) + 0.14 * second
    slope = np.gradient(height) * (STEPS / 6.0)
    # velvet: light on the edges of the folds, dark between them
    rise = np.clip((height + 1.2) / 2.4, 0, 1)
    shade = 0.10 + 0.62 * rise**1.5 + 0.24 * np.clip(slope, -0.6, 1) * rise
    return np.asarray(np.clip(shade, 0.02, 1), np.float32)


def tinted(shade: Field, tone: Colour, lamp: Colour) -> Planes:
    """Return velvet of colour `tone`, (3, h, w), as light as `shade`; `lamp` colours its highlights."""
    deep = flat(tone * np.float32(0.10))
    body = deep + (flat(tone) - deep) * shade
    return np.asarray(
        body + flat(mix(tone, lamp, 0.5)) * (np.float32(0.55) * np.clip(shade - 0.55, 0, 1)), np.float32
    )


def leg(
    scene: Scene,
    name: str,
    side: int,
    wide: float,
    tone: Colour,
    lamp: Colour,
    foot: float,
    count: int,
    step: int = 2,
) -> None:
    """Hang a curtain at one side of the picture.

    Args:
        scene: what to paint on.
        name: what its randomness depends on.
        side: -1 for left, 1 for right.
        wide: how far it reaches into the picture, in pixels.
        tone: its colour.
        lamp: that of the light on it.
        foot: the row where it ends.
        count: how many folds it has.
        step: how many pixels of the picture it is worked out in at once.
    """
    table = scene.keep((name, "folds"), lambda: folds(scene.rng(name), count))
    across, down = int(wide * 1.15) + 2, min(scene.height, int(foot) + 2)
    w, h = max(4, across // step), max(4, down // step)
    y = np.linspace(0, 1, h, dtype=np.float32)[:, None]
    x = np.arange(w, dtype=np.float32)[None, :] * np.float32(across / w / wide)
    # fuller below, pulled in a little on the way
    edge = 1.0 - 0.10 * np.sin(y * np.float32(2.6)) + 0.10 * y**3
    sway = (
        np.float32(0.10)
        * y
        * (np.float32(scene.swing(8)) * np.sin(x * 3 + 1) + np.float32(scene.swing(4, 0.3)) * 0.35)
    )
    t = x / edge
    at = (t * np.float32(count) + sway + 1.0) * STEPS
    shade = np.take(table, np.clip(at.astype(np.int32), 0, len(table) - 1))
    # lit from the stage, dark towards the side and at the very top
    light = (0.50 + 0.72 * np.clip(t, 0, 1)) * (0.42 + 0.58 * np.minimum(1, y * 2.2)) * (1 - 0.30 * y**4)
    body = tinted(shade * light, tone, lamp)
    mask = np.clip((edge - x) * np.float32(wide / step) + 0.5, 0, 1)
    mask *= np.clip((1 - y) * h + 0.5, 0, 1)
    if side > 0:
        body, mask = body[:, :, ::-1], mask[:, ::-1]
    left = 0 if side < 0 else scene.width - across
    crop = np.s_[:, max(0, -left) : across - max(0, left + across - scene.width)]
    colour = np.stack([enlarged(np.ascontiguousarray(p), across, down)[crop] for p in body])
    scene.paint(colour, enlarged(np.ascontiguousarray(mask), across, down)[crop], 0, max(0, left))


def valance(
    scene: Scene, name: str, tall: float, tone: Colour, lamp: Colour, trim: Colour, swags: int
) -> None:
    """Hang a curtain in swags along the top, `tall` pixels high, with a fringe of colour `trim`."""
    rng = scene.rng(name)
    table = scene.keep((name, "folds"), lambda: folds(scene.rng(name, "folds"), 8))
    x = scene.columns / np.float32(scene.width) * swags + np.float32(0 if swags % 2 else 0.5)
    t = (x - np.floor(x)) * 2 - 1
    depth = 0.62 + 0.36 * (1 - t * t)
    edge = np.float32(tall) * depth
    rows = scene.rows[: int(tall) + 2]
    v = rows / edge
    at = (np.clip(v, 0, 1) ** 0.8 * 4.5 + 1 + 0.5 * np.abs(t) + np.float32(rng.random())) * STEPS
    shade = np.take(table, np.clip(at.astype(np.int32), 0, len(table) - 1))
    gathered = 1 - 0.55 * np.abs(t) ** 6
    light = gathered * (0.32 + 0.60 * np.clip(v, 0, 1))
    body = tinted(np.asarray(shade * light, np.float32), tone, lamp)
    fringe = np.clip((v - 0.90) * 14, 0, 1)
    strands = 0.72 + 0.28 * np.sin(scene.columns * np.float32(2 * np.pi / max(3.0, scene.unit * 0.006)))
    body += (flat(trim) * (strands * (0.45 + 0.4 * gathered)) - body) * fringe
    mask = np.clip(edge - rows + 0.5, 0, 1)
    shadow = np.clip(1 - (rows - edge) / np.float32(tall * 0.35), 0, 1) * (rows > edge)
    scene.paint(flat(tone * 0), np.asarray(shadow * 0.35, np.float32), 0)
    scene.paint(np.asarray(body, np.float32), np.asarray(mask, np.float32), 0)
