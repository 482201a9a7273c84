"""Water as a level mirror with waves on it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from .noise import sample, smoothstep, tile

if TYPE_CHECKING:
    from .light import Colour
    from .scene import Scene


def paint(
    scene: Scene, top: float, bottom: float, deep: Colour, rough: float = 1.0, scale: float = 1.0
) -> None:
    """Water from row `top` to row `bottom`: it mirrors what is painted above `top`.

    Args:
        scene: what to paint on.
        top: the far shore, in pixels.
        bottom: the near shore.
        deep: the colour of the water itself.
        rough: 0 is a mirror, 1 the open sea.
        scale: size of the waves; smaller is a calmer, larger body seen from higher.
    """
    first, last = max(0, int(top)), min(scene.height, int(bottom) + 1)
    if last - first < 2 or first < 2:
        return
    rng = scene.rng("water")
    height = tile(rng, 2.4, 8, 120)
    slope_x = np.roll(height, -1, 1) - np.roll(height, 1, 1)
    slope_z = np.roll(height, -1, 0) - np.roll(height, 1, 0)
    slope_x, slope_z = slope_x / slope_x.std(), slope_z / slope_z.std()
    down = (scene.rows[first:last] - np.float32(top) + 1.0) / np.float32(scene.unit)
    x = (scene.columns - scene.width / 2) / np.float32(scene.unit)
    far = np.float32(0.10) / (down + 0.012)
    u, v = x * far * np.float32(0.55 / scale), far * np.float32(1.25 / scale)
    calm = np.float32(rough) * (0.25 + 0.75 * smoothstep(0.0, 0.25, down))
    sz = sample(slope_z, u, v) * np.float32(0.65) + sample(slope_z, u * 2.7 + 0.31, v * 2.3) * np.float32(0.5)
    sx = sample(slope_x, u, v)
    away = down * np.float32(scene.unit)
    shift = calm * sx * (np.float32(scene.unit * 0.012) + away * 0.05)
    columns = np.clip(scene.columns + shift, 0, scene.width - 1).astype(np.int32)
    # a wave's face mirrors a span of sky, so two looks are averaged
    looks = []
    for tilt in (0.55, 1.15):
        rise = away * (1 + calm * np.float32(0.25 * tilt) * sz) + calm * sz * np.float32(
            scene.unit * 0.055 * tilt
        )
        rows = np.clip(first - 1 - np.abs(rise), 0, first - 1).astype(np.int32)
        looks.append(rows * scene.width + columns)
    grazing = np.exp(-down * np.float32(2.4)) * np.float32(0.62) + np.float32(0.30)
    mirror = np.clip(grazing - calm * sz * np.float32(0.20), 0.05, 0.96)
    source = scene.px[:, :first].reshape(3, -1).copy()
    body = deep.reshape(3, 1, 1) * (1 + 0.10 * calm * sz)
    for plane, c, b in zip(scene.px, source, body, strict=True):
        plane[first:last] = b + ((c.take(looks[0]) + c.take(looks[1])) * np.float32(0.5) - b) * mirror
    _glitter(scene, first, last, sx * calm, sz * calm, down)


def _glitter(scene: Scene, first: int, last: int, sx: np.ndarray, sz: np.ndarray, down: np.ndarray) -> None:
    """Paint the road of light under the sun, where waves happen to tilt its way."""
    light = scene.light
    if light.height > 1.0 or light.glow < 0.15 or light.height < 0:
        return
    x = (scene.columns - np.float32(scene.sun[0])) / np.float32(scene.unit)
    width = 0.030 + down * 0.20
    road = np.exp(-((x + sx * 0.05) ** 2) / (width * width))
    spark = np.clip(sz * 0.9 + 0.30, 0, 2.2) ** 2 * 0.40
    amount = np.clip(road * spark * light.glow * (1.25 - np.clip(down * 1.2, 0, 0.9)), 0, 0.97)
    scene.shine(light.disc.reshape(3, 1, 1), amount.astype(np.float32), first)
