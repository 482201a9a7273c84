"""Sky, sun, moon and stars."""

from __future__ import annotations

import numpy as np

from ..light import colour, mix
from ..noise import Field, resize, sample, smoothstep, tile
from ..scene import Planes, Scene, flat

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


def bare(scene: Scene) -> Planes:
    """Return the sky without anything in it (3, height, width): its colours, and the glow around the sun."""

    def painted() -> Planes:
        rows = np.clip((scene.horizon - scene.rows[:, 0]) / max(scene.horizon, 1.0), 0, 1)
        tones = np.stack([np.interp(rows, np.linspace(0, 1, 256), band) for band in ramp(scene)])
        air, amount = _glow(scene)
        planes = np.repeat(tones[:, :, None], scene.width, 2).astype(np.float32)
        planes += np.maximum(1 - planes, 0) * (air * amount)
        return planes

    return scene.keep("bare sky", painted)


def gradient(scene: Scene) -> None:
    """Paint the bare sky, from the top of the picture to the horizon, and the glow around the sun."""
    scene.px[:] = bare(scene)


def glow(scene: Scene) -> None:
    """Paint the air's glow around the sun: wide and flat near the horizon, as Mie scattering makes it."""
    scene.shine(*scene.keep("glow", lambda: _glow(scene)))


def _glow(scene: Scene) -> tuple[Planes, Field]:
    light = scene.light
    w, h = max(scene.width // 4, 8), max(scene.height // 4, 8)
    x = (np.arange(w, dtype=np.float32)[None, :] * (scene.width / w) - scene.sun[0]) / scene.unit
    y = (np.arange(h, dtype=np.float32)[:, None] * (scene.height / h) - scene.sun[1]) / scene.unit
    wide = np.exp(-np.sqrt((x * 0.75) ** 2 + (y * 1.5) ** 2) * 2.6) * 0.55
    near = np.exp(-np.sqrt(x * x + y * y) * 7.0) * 0.6
    amount = resize(np.asarray((wide + near) * light.glow, np.float32), scene.width, scene.height)
    return flat(light.disc * np.array([1.0, 0.86, 0.7], np.float32)), np.clip(amount, 0, 1)


def disc(scene: Scene) -> None:
    """Paint the sun or moon itself, where it stands in the picture."""
    light = scene.light
    if light.height < 0 or light.height > 1 or scene.weather in {"rain", "snow", "storm"}:
        return
    if scene.light.moon and not scene.wants("moon", otherwise=True):
        return
    radius = scene.unit * (0.034 if light.moon else 0.040)
    part = scene.around(*scene.sun, radius, 7.0)
    if part is None:
        return
    d, top, left = part

    def shapes() -> tuple[Field, Field, Planes]:
        body = 1 - smoothstep(1 - 1.2 / radius, 1 + 1.2 / radius, d)
        halo = np.exp(-np.maximum(d - 1, 0) / 1.3).astype(np.float32) * (1 - smoothstep(4.2, 7.0, d))
        face = flat(light.disc * np.float32(1.0 if light.moon else 1.3))
        if light.moon:
            face = face * _moon(scene, d, top, left, radius)
        return body, halo, face

    body, halo, face = scene.keep("disc", shapes)
    scene.shine(flat(light.disc), halo * np.float32(0.5 if light.moon else 0.7), top, left)
    scene.paint(face, body * np.float32(0.96 if light.moon else 1.0), top, left)


def _moon(scene: Scene, d: Field, top: int, left: int, radius: float) -> Field:
    """Return how bright the moon's face is (h, w): its seas, and a limb a little darker."""
    rng = scene.rng("moon")
    rough = tile(rng, 2.6, 2, 60)
    h, w = d.shape
    x = (np.arange(left, left + w, dtype=np.float32)[None, :] - scene.sun[0]) / radius
    y = (np.arange(top, top + h, dtype=np.float32)[:, None] - scene.sun[1]) / radius
    detail = sample(rough, x * 0.18 + 0.3, y * 0.18 + 0.6)
    # the seas lie where ours do: most of them to the upper left, one by one to the right
    seas = np.zeros_like(d)
    for sx, sy, r in ((-0.36, -0.18, 0.52), (-0.62, 0.10, 0.34), (0.10, -0.42, 0.30), (0.52, -0.26, 0.22)):
        seas = np.maximum(seas, 1 - np.hypot(x - sx, y - sy) / r)
    dark = smoothstep(0.0, 0.75, seas + detail * 0.24)
    limb = 1 - 0.16 * np.clip(d, 0, 1) ** 3
    return np.asarray(limb * (1 - 0.17 * dark + 0.025 * detail), np.float32)


def stars(scene: Scene, amount: float | None = None, bottom: float | None = None) -> None:
    """Stars that twinkle: many faint ones, few bright ones, white to blue to amber."""
    strength = scene.light.stars if amount is None else amount
    if scene.wants("stars"):
        strength = max(strength, 0.8)
    if strength <= 0.02 or "stars" in scene.dropped:
        return
    bottom = scene.horizon if bottom is None else bottom
    night = scene.keep(("stars", strength, bottom), lambda: Stars(scene, strength, bottom))
    light = night.at(scene)
    scene.shine(light, np.ones((light.shape[1], 1), np.float32))


class Stars:
    """A field of stars, spread over the picture's pixels once, so that twinkling costs little.

    Args:
        scene: the picture.
        strength: how bright they are, 0 to 1.
        bottom: the row that they reach down to.
    """

    def __init__(self, scene: Scene, strength: float, bottom: float) -> None:
        rng = scene.rng("stars")
        count = int(1000 * strength * scene.area * bottom / scene.height)
        x, y = rng.random(count) * scene.width, rng.random(count) * bottom
        magnitude = rng.random(count) ** 5
        tint = rng.random(count)[:, None]
        dimmed = strength * (1 - np.minimum(y / max(scene.horizon, 1.0), 1) ** 3 * 0.85)
        warm, white, blue = colour("#ffd9a8"), colour("#ffffff"), colour("#b8d0ff")
        tone = np.where(tint < 0.2, mix(white, warm, 0.9), white + (blue - white) * tint)
        self._tone = tone * ((0.25 + 0.75 * magnitude**0.5) * dimmed)[:, None]
        # low ones twinkle more, through more air
        self._depth = (0.12 + 0.30 * rng.random(count)) * (0.55 + 0.45 * y / max(bottom, 1.0))
        self._pace, self._at = rng.integers(1, 6, count), rng.random(count)
        radius = scene.unit / 720 * (0.55 + 1.3 * magnitude) * 0.75
        reach = max(1, int(radius.max() * 2.9 + 1)) if count else 1
        near = np.arange(-reach, reach + 1)
        columns = np.floor(x).astype(np.intp)[:, None] + near
        rows = np.floor(y).astype(np.intp)[:, None] + near
        dx, dy = columns - x[:, None], rows - y[:, None]
        spot = np.exp(-(dx[:, None, :] ** 2 + dy[:, :, None] ** 2) / (2 * radius[:, None, None] ** 2))
        # a faint halo around the brightest
        spot += 0.10 * np.exp(-np.hypot(dx[:, None, :], dy[:, :, None]) / (1.2 * radius[:, None, None]))
        self._height = min(scene.height, int(bottom) + reach + 1)
        inside = ((columns >= 0) & (columns < scene.width))[:, None, :]
        inside = inside & ((rows >= 0) & (rows < self._height))[:, :, None] & (spot > 0.004)
        self._who = np.nonzero(inside)[0]
        self._index = (rows[:, :, None] * scene.width + columns[:, None, :])[inside]
        self._spot = spot[inside]

    def at(self, scene: Scene) -> Planes:
        """Return their light at the scene's moment, (3, rows from the top, width)."""
        turns = self._pace * scene.phase + self._at
        light = self._tone * (1 + self._depth * np.sin(2 * np.pi * turns))[:, None]
        size = self._height * scene.width
        planes = [np.bincount(self._index, self._spot * band[self._who], size) for band in light.T]
        return np.asarray(planes, np.float32).reshape(3, self._height, scene.width)
