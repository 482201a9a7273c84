"""Trunks of trees, seen close, as stamps: round, rough, lit from the right."""

from __future__ import annotations

from functools import lru_cache

import numpy as np
from PIL import Image

from ..noise import fbm, generator, line, resize, smoothstep
from .stamps import Stamp

SHAPES = 6
TALL, WIDE = 640, 150  # pixels of the stamp; the trunk takes a third of its width


@lru_cache(maxsize=24)
def trunk(bark: str, shape: int) -> Stamp:
    """Return trunk number `shape` with a bark: "rough", "smooth" or "birch".

    It runs out of the picture at the top. Its deck is what scars it.
    """
    rng = generator("trunk", bark, shape % SHAPES)
    y = np.linspace(1, 0, TALL, dtype=np.float32)[:, None]  # 0 at the foot
    x = np.arange(WIDE, dtype=np.float32)[None, :]
    lean = WIDE * rng.uniform(-0.16, 0.16)
    half = WIDE / 3 * (0.5 - 0.16 * y + 0.34 * np.exp(-y * 17))
    middle = WIDE / 2 + lean * (y - 0.4) + WIDE * 0.045 * line(rng, TALL, TALL / 2, 3)[:, None]
    ragged = line(rng, TALL, 26, 4)[:, None] * (1.6 if bark == "rough" else 0.5)
    across = (x - middle + ragged) / half
    cover = np.clip((1 - np.abs(across)) * half * 0.8, 0, 1)
    around = np.clip(across, -1, 1)
    light = 0.34 + 0.46 * around + 0.16 * around**2 - 0.10 * np.abs(around) ** 6
    if bark == "rough":
        fine = resize(fbm(rng, WIDE, TALL // 9, 9, 4), WIDE, TALL)
        light = light + 0.20 * fine - 0.16 * smoothstep(0.25, 0.6, np.abs(fine))
    else:
        light = light + 0.05 * fbm(rng, WIDE, TALL, 40, 4)
    deck = np.zeros((TALL, WIDE), np.float32)
    if bark == "birch":
        for _ in range(46):
            row, reach = rng.random() * TALL, rng.uniform(0.15, 0.6)
            at, thick = rng.uniform(-0.9, 0.9), rng.uniform(0.8, 3.2)
            near = np.clip(1 - np.abs(around - at) / reach, 0, 1)
            deck = np.maximum(deck, near**0.5 * np.clip(thick - np.abs(np.arange(TALL)[:, None] - row), 0, 1))
        deck = np.maximum(deck, smoothstep(0.14, 0.0, y + 0.04 * ragged) * 0.7).astype(np.float32)
    planes = np.stack([light, np.zeros_like(light), deck * np.ones_like(light), cover])
    image = Image.fromarray((planes.transpose(1, 2, 0).clip(0, 1) * 255).astype(np.uint8), "RGBA")
    return Stamp(image)
