"""Jellyfish, and the bubbles and specks that drift as they do."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from .. import silhouette
from ..light import Colour, colour
from ..scene import flat

if TYPE_CHECKING:
    from ..noise import Field
    from ..scene import Scene


def jellyfish(scene: Scene) -> None:
    """Paint jellyfish that pulse and trail. The layer moves."""
    rng = scene.rng("jellyfish")
    share = 0.6 if scene.time == "night" else 0.25
    if not scene.wants("jellyfish", otherwise=bool(rng.random() < share)):
        return
    u = scene.unit
    tones = [colour(c) for c in ("#ff9ad8", "#a8c8ff", "#ffd0a0", "#c8a0ff")]
    first = int(rng.integers(4))
    for n in range(scene.count("jellyfish", int(rng.integers(3, 6)))):
        side = 1 if n % 2 else -1
        size = u * rng.uniform(0.026, 0.062)
        for _ in range(8):
            x = scene.width / 2 + side * min(
                scene.width * rng.uniform(0.20, 0.46), u * rng.uniform(0.34, 0.8)
            )
            y = scene.height * rng.uniform(0.36, 0.62)
            if not silhouette.covers(scene.width, scene.height, x, y, 0.14):
                break
        at = float(rng.random())
        pulse = scene.swing(2.7, at)
        y += u * 0.022 * scene.swing(8.0, at) - size * 0.10 * scene.swing(2.7, at + 0.2)
        x += u * 0.012 * scene.swing(8.0, at + 0.3)
        _jelly(
            scene,
            x,
            y,
            size,
            pulse,
            at,
            tones[(first + n % 2) % 4],
        )


def _jelly(scene: Scene, x: float, y: float, size: float, pulse: float, at: float, tone: Colour) -> None:
    part = scene.around(x, y + size * 0.8, size, 3.6)
    if part is None:
        return
    _, top, left = part
    h, w = part[0].shape
    px = (np.arange(left, left + w, dtype=np.float32)[None, :] + 0.5 - np.float32(x)) / np.float32(size)
    py = (np.arange(top, top + h, dtype=np.float32)[:, None] + 0.5 - np.float32(y)) / np.float32(size)
    wide, tall = np.float32(1.0 + 0.10 * pulse), np.float32(0.86 - 0.09 * pulse)
    r = np.hypot(px / wide, np.where(py < 0, py / tall, py / np.float32(0.34)))
    edge = np.float32(1.6 / size)
    inside = np.clip((1 - r) / edge, 0, 1)
    rim = np.exp(-(((r - 0.93) / 0.09) ** 2)) * inside
    body = inside * (0.20 + 0.30 * np.clip(r, 0, 1) ** 3)
    ribs = (
        inside
        * (0.5 + 0.5 * np.cos(px / np.maximum(np.sqrt(np.clip(1 - (py / tall) ** 2, 0.05, 1)), 0.2) * 9))
        * 0.10
    )
    inner = np.exp(-((px / 0.42) ** 2 + ((py + 0.22) / 0.3) ** 2) * 1.4) * inside * 0.38
    glow: Field = np.asarray(body + rim * 0.42 + ribs + inner, np.float32)
    below = np.clip(py - 0.12, 0, 3)
    pace = 2 * np.pi * (scene.cycles(2.7) * scene.phase + at)
    for k in range(7):
        foot = (k - 3) * 0.26 * wide
        sway = 0.16 * below * np.sin(below * 2.3 - pace + k * 1.1)
        strand = np.exp(-(((px - foot * (1 - 0.16 * below) - sway) / (0.035 + 0.012 * below)) ** 2))
        length = 1.7 + 0.5 * np.cos(k * 2.1)
        glow = glow + np.asarray(strand * np.clip(1 - below / length, 0, 1) * (py > 0.1) * 0.34, np.float32)
    for k in (-1, 0, 1):
        sway = 0.12 * below * np.sin(below * 1.9 - pace + k)
        arm = np.exp(-(((px - k * 0.16 - sway) / (0.11 + 0.03 * np.sin(below * 9 + k))) ** 2))
        glow = glow + np.asarray(arm * np.clip(1 - below / 1.15, 0, 1) * (py > 0.05) * 0.30, np.float32)
    halo = np.exp(-(px**2 + (py - 0.1) ** 2) * 0.55) * 0.10
    box = np.clip((3.6 - np.maximum(np.abs(px), np.abs(py - 0.8))) / 0.8, 0, 1)
    # its body dims what lies behind, so that it shows in bright water too
    scene.paint(
        flat(tone * np.float32(0.72)), np.asarray(np.clip(glow * 0.55, 0, 0.7) * box, np.float32), top, left
    )
    scene.shine(flat(tone), np.asarray(np.clip(glow * 0.8 + halo, 0, 0.95) * box, np.float32), top, left)


def bubbles(scene: Scene) -> None:
    """Strings of bubbles that rise, wavering and growing; bright on the rim. The layer moves."""
    if not scene.wants("bubbles", otherwise=True):
        return
    rng = scene.rng("bubbles")
    u = scene.unit
    rise = scene.height * 1.04
    for _ in range(5 if "bubbles" not in scene.elements else 9):
        x0 = scene.width * (0.5 + (0.2 + 0.28 * rng.random()) * (-1 if rng.random() < 0.5 else 1))
        foot = scene.height * rng.uniform(0.86, 1.0)
        for _ in range(11):
            start, aside, r = rng.random(), rng.normal() * u * 0.012, u * rng.uniform(0.002, 0.0075)
            laps = 1 if r < u * 0.0045 else 2  # large ones rise faster
            t = (start + laps * scene.phase) % 1.0
            y = foot - t * rise
            fade = min(1.0, t * 12)
            x = x0 + aside + u * 0.006 * (0.3 + t) * scene.swing(1.3, start + t)
            size = r * (0.8 + 0.35 * t)
            part = scene.around(x, y, size, 1.6)
            if part is None or fade <= 0:
                continue
            d, top, left = part
            h, w = d.shape
            px = (np.arange(left, left + w)[None, :] - x) / size
            py = (np.arange(top, top + h)[:, None] - y) / size
            rim = np.exp(-(((d - 0.85) / 0.22) ** 2)) * (0.42 - 0.16 * py)
            spark = np.exp(-((px + 0.36) ** 2 + (py + 0.4) ** 2) * 16) * 0.75
            light = (rim + spark + np.exp(-(d**2) * 2) * 0.08) * fade
            scene.shine(flat(colour("#d8fbff")), np.clip(light, 0, 1).astype(np.float32), top, left)
