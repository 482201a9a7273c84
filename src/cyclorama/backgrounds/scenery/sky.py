"""Sky, sun, moon and stars."""

from __future__ import annotations

import numpy as np

from .light import colour, mix
from .noise import Field, resize, smoothstep
from .scene import Planes, Scene, flat

STOPS = np.array([0.0, 0.12, 0.34, 0.66, 1.0], np.float32)


def ramp(scene: Scene, steps: int = 256) -> Planes:
    """Return the sky's colours from the horizon (0) to the top (steps - 1), (3, steps), without kinks."""
    at = np.linspace(0, 1, steps, dtype=np.float32)
    kernel = np.hanning(steps // 8 + 3)
    kernel /= kernel.sum()
    pad = len(kernel) // 2
    out = []
    for band in scene.light.sky.T:
        raw = np.interp(at, STOPS, band)
        out.append(np.convolve(np.pad(raw, pad, mode="edge"), kernel, mode="valid")[:steps])
    return np.asarray(out, np.float32)


def place_sun(scene: Scene) -> None:
    """Choose where the sun or moon stands; off the middle, where the person's head would hide it."""
    rng = scene.rng("sun")
    side = -1 if rng.random() < 0.5 else 1
    x = scene.width * (0.5 + side * rng.uniform(0.12, 0.24))
    scene.sun = (x, scene.horizon * (1 - scene.light.height))


def gradient(scene: Scene) -> None:
    """Paint the bare sky, from the top of the picture to the horizon, and the glow around the sun."""
    table = ramp(scene)
    rows = np.clip((scene.horizon - scene.rows[:, 0]) / max(scene.horizon, 1.0), 0, 1)
    scene.px[:] = np.stack([np.interp(rows, np.linspace(0, 1, 256), band) for band in table])[:, :, None]
    glow(scene)


def glow(scene: Scene) -> None:
    """Paint the air's glow around the sun: wide and flat near the horizon, as Mie scattering makes it."""
    light = scene.light
    w, h = max(scene.width // 4, 8), max(scene.height // 4, 8)
    x = (np.arange(w, dtype=np.float32)[None, :] * (scene.width / w) - scene.sun[0]) / scene.unit
    y = (np.arange(h, dtype=np.float32)[:, None] * (scene.height / h) - scene.sun[1]) / scene.unit
    wide = np.exp(-np.sqrt((x * 0.75) ** 2 + (y * 1.5) ** 2) * 2.6) * 0.55
    near = np.exp(-np.sqrt(x * x + y * y) * 7.0) * 0.6
    amount = resize(np.asarray((wide + near) * light.glow, np.float32), scene.width, scene.height)
    scene.shine(flat(light.disc * np.array([1.0, 0.86, 0.7], np.float32)), np.clip(amount, 0, 1))


def disc(scene: Scene) -> None:
    """Paint the sun or moon itself, where it stands in the picture."""
    light = scene.light
    if light.height < 0 or light.height > 1 or scene.weather in {"rain", "snow", "storm"}:
        return
    if scene.light.moon and not scene.wants("moon", otherwise=True):
        return
    radius = scene.unit * (0.034 if light.moon else 0.040)
    reach = int(radius * 7)
    cx, cy = scene.sun
    left, top = max(0, int(cx) - reach), max(0, int(cy) - reach)
    right, bottom = min(scene.width, int(cx) + reach), min(scene.height, int(cy) + reach)
    if right <= left or bottom <= top:
        return
    x, y = scene.columns[:, left:right] - cx, scene.rows[top:bottom] - cy
    d = np.sqrt(x * x + y * y).astype(np.float32)
    body = 1 - smoothstep(radius - 1.2, radius + 1.2, d)
    halo = np.exp(-np.maximum(d - radius, 0) / (radius * 1.3)).astype(np.float32)
    halo *= 1 - smoothstep(reach * 0.6, float(reach), d)
    scene.shine(flat(light.disc), halo * np.float32(0.5 if light.moon else 0.7), top, left)
    face = flat(light.disc * np.float32(1.0 if light.moon else 1.3))
    if light.moon:
        face = face * (1 - 0.16 * _seas(scene, d.shape, radius))
    scene.paint(face, body * np.float32(1.0 if not light.moon else 0.96), top, left)


def _seas(scene: Scene, shape: tuple[int, ...], radius: float) -> Field:
    from .noise import fbm

    return smoothstep(-0.1, 0.5, fbm(scene.rng("moon"), shape[1], shape[0], radius * 0.8, 3))


def stars(scene: Scene, amount: float | None = None, bottom: float | None = None) -> None:
    """Stars: many faint ones, few bright ones, white to blue to amber."""
    strength = scene.light.stars if amount is None else amount
    if scene.wants("stars"):
        strength = max(strength, 0.8)
    if strength <= 0.02 or "stars" in scene.dropped:
        return
    rng = scene.rng("stars")
    bottom = scene.horizon if bottom is None else bottom
    count = int(900 * strength * scene.area * bottom / scene.height)
    x, y = rng.random(count) * scene.width, rng.random(count) * bottom
    magnitude = rng.random(count) ** 5
    tint = rng.random(count)
    dimmed = strength * (1 - (y / max(scene.horizon, 1.0)) ** 3 * 0.85)
    size = scene.unit / 720
    warm, white, blue = colour("#ffd9a8"), colour("#ffffff"), colour("#b8d0ff")
    for i in range(count):
        tone = mix(white, warm, 0.9) if tint[i] < 0.2 else mix(white, blue, float(tint[i]))
        _star(
            scene,
            float(x[i]),
            float(y[i]),
            size * (0.55 + 1.3 * magnitude[i]),
            tone,
            float((0.25 + 0.75 * magnitude[i] ** 0.5) * dimmed[i]),
        )


def _star(scene: Scene, x: float, y: float, radius: float, tone: Field, strength: float) -> None:
    r = max(1, int(radius * 2.2 + 1))
    cx, cy = int(x), int(y)
    left, top = max(0, cx - r), max(0, cy - r)
    right, bottom = min(scene.width, cx + r + 1), min(scene.height, cy + r + 1)
    if right <= left or bottom <= top:
        return
    dx = np.arange(left, right, dtype=np.float32)[None, :] - x
    dy = np.arange(top, bottom, dtype=np.float32)[:, None] - y
    spot = np.exp(-(dx * dx + dy * dy) / (2 * (radius * 0.75) ** 2)) * strength
    scene.shine(flat(tone), spot.astype(np.float32), top, left)
