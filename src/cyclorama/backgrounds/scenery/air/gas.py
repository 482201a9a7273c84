"""Glowing gas between the stars, and dark dust before it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from .. import finish
from ..light import Colour, colour
from ..motion.drift import drift
from ..noise import TILE, Field, resize, sample, smoothstep, tile
from ..scene import flat

if TYPE_CHECKING:
    from ..scene import Scene

HUES = (  # what is thin, what is thick, what glows, and the other side's
    ("#2b1a5e", "#c43a8a", "#ff9a6a", "#3aa0ff"),
    ("#0e2a5a", "#1f8fb8", "#7ae8e0", "#c060ff"),
    ("#3a1030", "#d8502e", "#ffc46a", "#5a7aff"),
    ("#10204a", "#5a4ad8", "#e07ad0", "#3ae0c0"),
    ("#1a1648", "#3a6ad8", "#a0e0ff", "#ff7ab0"),
    ("#2a1440", "#e0487a", "#ffb070", "#7a5af0"),
)


def hues(scene: Scene) -> list[Colour]:
    """Return the gas's four colours: by seed, by the palette, or those that the prompt names."""
    rng = scene.rng("hues")
    chosen = [colour(c) for c in HUES[int(rng.integers(len(HUES)))]]
    if scene.palette:
        swatch = finish.swatch(scene.palette)
        chosen = [swatch[1], swatch[2], swatch[3], swatch[4]]
    for n, own in enumerate(scene.colours[:2]):
        chosen[1 + 2 * n] = own
    return chosen


def paint(scene: Scene, rich: float) -> None:
    """Paint the gas over the whole picture; `rich` 0 to 1 is how much there is. The layer moves, slowly."""
    texture, margin, reach = scene.keep("gas", lambda: _texture(scene, rich))
    now = drift(texture, margin, reach, scene.phase)
    for n, plane in enumerate(scene.px):
        plane[:] = resize(now[:, :, n], scene.width, scene.height)
    np.clip(scene.px, 0.005, 2, out=scene.px)


def _texture(scene: Scene, rich: float) -> tuple[Field, int, float]:
    """Return the gas at half size (h, margin + w + margin, 3), and the arguments of `drift`."""
    rng = scene.rng("nebula")
    thin, thick, glow, other = (flat(c) for c in hues(scene))
    w, h = max(scene.width // 2, 8), max(scene.height // 2, 8)
    half = scene.unit / 2
    reach = 0.022 * half
    margin = int(reach) + 3
    x = (np.arange(-margin, w + margin, dtype=np.float32)[None, :] - w / 2) / np.float32(half)
    y = (np.arange(h, dtype=np.float32)[:, None] - h / 2) / np.float32(half)
    angle = rng.uniform(-0.7, 0.7)
    along, across = x * np.cos(angle) + y * np.sin(angle), -x * np.sin(angle) + y * np.cos(angle)
    a, b = tile(rng, 3.6, 1, 40), tile(rng, 3.0, 2, 240)
    wx, wy = sample(a, along * 0.22, across * 0.22), sample(a, along * 0.22 + 0.4, across * 0.22 + 0.7)
    u, v = along * 0.30 + wx * 0.030, across * 0.34 + wy * 0.030
    gas, fine = sample(b, u, v), sample(np.roll(b, TILE // 2, 1), u * 2.1, v * 2.1)
    # the band lies off the middle, so that what is brightest is not behind the head
    aside = rng.uniform(0.10, 0.34) * (1 if rng.random() < 0.5 else -1)
    band = np.exp(-((across + 0.12 * wx - aside) ** 2) * 3.0)
    # threads where the finer noise crosses zero
    threads = np.clip(1 - np.abs(fine), 0, 1) ** 1.5
    body = smoothstep(-1.5, 3.0, gas + fine * 0.34) * (0.25 + 1.0 * band) * (0.62 + 0.55 * threads) * rich
    dust = smoothstep(0.2, 1.8, sample(np.roll(b, 91, 0), u * 1.2 + 0.2, v * 1.2) + fine * 0.45) * band
    core = np.clip(body - 0.50, 0, 2)
    shift = smoothstep(-0.9, 1.1, wx)
    base = flat(colour("#05060f")) + thin * (0.22 * np.exp(-(x * x * 1.1 + (y + 0.06) ** 2 * 1.6)))
    out = base + thin * body * 0.85
    out = out + (thick * (1 - shift) + other * shift * 0.9) * body**1.7 * (0.95 + 0.22 * fine)
    out = out + glow * core**1.6 * (0.55 + 0.2 * fine)
    out = out * (1 - 0.70 * dust)
    out = 1 - np.exp(-1.7 * np.maximum(out, 0))
    return np.ascontiguousarray(np.asarray(out, np.float32).transpose(1, 2, 0)), margin, reach
