"""Deep space: nebulae, stars, a planet."""

from __future__ import annotations

import numpy as np

from .. import finish, sky
from ..light import colour
from ..noise import TILE, Field, fbm, resize, sample, smoothstep, tile
from ..scene import Layer, Place, Scene, flat

HUES = (
    ("#2b1a5e", "#c43a8a", "#ff9a6a", "#3aa0ff"),
    ("#0e2a5a", "#1f8fb8", "#7ae8e0", "#c060ff"),
    ("#3a1030", "#d8502e", "#ffc46a", "#5a7aff"),
    ("#10204a", "#5a4ad8", "#e07ad0", "#3ae0c0"),
)


def nebula(scene: Scene) -> None:
    """Glowing gas: noise warped by noise, dark dust before it."""
    rng = scene.rng("nebula")
    hues = [colour(c) for c in HUES[int(rng.integers(len(HUES)))]]
    if scene.palette:
        swatch = finish.swatch(scene.palette)
        hues = [swatch[1], swatch[2], swatch[3], swatch[4]]
    w, h = max(scene.width // 2, 8), max(scene.height // 2, 8)
    x = (np.arange(w, dtype=np.float32)[None, :] - w / 2) / np.float32(scene.unit / 2)
    y = (np.arange(h, dtype=np.float32)[:, None] - h / 2) / np.float32(scene.unit / 2)
    angle = rng.uniform(-0.7, 0.7)
    along, across = x * np.cos(angle) + y * np.sin(angle), -x * np.sin(angle) + y * np.cos(angle)
    a, b = tile(rng, 3.6, 1, 40), tile(rng, 3.1, 2, 240)
    wx, wy = sample(a, along * 0.22, across * 0.22), sample(a, along * 0.22 + 0.4, across * 0.22 + 0.7)
    u, v = along * 0.30 + wx * 0.040, across * 0.34 + wy * 0.040
    gas, fine = sample(b, u, v), sample(np.roll(b, TILE // 2, 1), u * 1.9, v * 1.9)
    band = np.exp(-((across + 0.10 * wx) ** 2) * 3.4)
    body = np.clip(smoothstep(-1.8, 2.6, gas + fine * 0.28) * (0.30 + 0.80 * band), 0, 1)
    dust = smoothstep(0.3, 1.7, sample(np.roll(b, 91, 0), u * 1.2 + 0.2, v * 1.2) + fine * 0.4) * band
    core = np.clip(body - 0.55, 0, 1) * 2.2
    base = flat(colour("#05060f"))
    out = base + flat(hues[0]) * body * 0.75
    shift = smoothstep(-0.9, 1.1, wx)
    body = body * np.float32(0.9)
    out = out + (flat(hues[1]) * (1 - shift) + flat(hues[3]) * shift * 0.75) * (body**1.9) * (
        0.62 + 0.16 * fine
    )
    out = out + flat(hues[2]) * core**1.7 * 0.5
    out = out * (1 - 0.72 * dust)
    out = 1 - np.exp(-1.55 * out)
    for plane, layer in zip(scene.px, np.asarray(out, np.float32), strict=True):
        plane[:] = np.clip(resize(layer, scene.width, scene.height), 0.005, 2)


def stars(scene: Scene) -> None:
    """Dust of faint stars, then bright ones with a lens's cross on the brightest."""
    rng = scene.rng("dust")
    faint = rng.random((scene.height, scene.width), dtype=np.float32)
    scene.shine(
        flat(colour("#cfd8ff")),
        np.clip((faint - 0.9945) * 120, 0, 0.55)
        * (0.5 + 0.5 * fbm(rng, scene.width, scene.height, scene.unit * 0.3, 3)),
    )
    sky.stars(scene, 0.9, scene.height)
    cross(scene)


def cross(scene: Scene) -> None:
    """Paint the few nearest stars, with halo and spikes."""
    rng = scene.rng("bright")
    count = max(3, int(5 * scene.area))
    for _ in range(count):
        x, y = rng.random() * scene.width, rng.random() * scene.height
        r = scene.unit * rng.uniform(0.012, 0.042)
        tone = [colour(c) for c in ("#bcd4ff", "#ffffff", "#ffe0b8", "#a8c8ff")][int(rng.integers(4))]
        n = int(r * 1.5) + 2
        left, top = max(0, int(x) - n), max(0, int(y) - n)
        right, bottom = min(scene.width, int(x) + n), min(scene.height, int(y) + n)
        if right <= left or bottom <= top:
            continue
        dx = (scene.columns[:, left:right] - np.float32(x)) / np.float32(r)
        dy = (scene.rows[top:bottom] - np.float32(y)) / np.float32(r)
        d2 = dx * dx + dy * dy
        spike = np.exp(-np.abs(dx) * 4) * np.exp(-((dy * r / 0.9) ** 2)) + np.exp(-np.abs(dy) * 4) * np.exp(
            -((dx * r / 0.9) ** 2)
        )
        amount = np.exp(-d2 * 55) + 0.28 * np.exp(-d2 * 9) + 0.55 * spike
        edge = np.clip(1.4 - np.sqrt(d2), 0, 1)
        scene.shine(flat(tone), np.asarray(np.clip(amount * edge, 0, 1), np.float32), top, left)


def planet(scene: Scene) -> None:
    """Paint a planet to one side, lit from the picture's key side, with air around its rim."""
    rng = scene.rng("planet")
    if not scene.wants("planet", otherwise=bool(rng.random() < 0.72)):
        return
    u = scene.unit
    side = 1 if rng.random() < 0.5 else -1
    r = u * rng.uniform(0.20, 0.34)
    cx = scene.width * 0.5 + side * min(scene.width * rng.uniform(0.30, 0.40), u * 0.75)
    cy = scene.height * rng.uniform(0.26, 0.42)
    tilt = rng.uniform(-0.5, 0.5)
    ringed = scene.wants("rings", otherwise=bool(rng.random() < 0.35))
    if ringed:
        _ring(scene, cx, cy, r, tilt, behind=True)
    reach = int(r * 1.25)
    left, top = max(0, int(cx) - reach), max(0, int(cy) - reach)
    right, bottom = min(scene.width, int(cx) + reach), min(scene.height, int(cy) + reach)
    if right > left and bottom > top:
        _globe(scene, rng, (cx, cy, r), tilt, side, (left, top, right, bottom))
    if ringed:
        _ring(scene, cx, cy, r, tilt, behind=False)


def _globe(
    scene: Scene,
    rng: np.random.Generator,
    ball: tuple[float, float, float],
    tilt: float,
    side: int,
    box: tuple[int, int, int, int],
) -> None:
    cx, cy, r = ball
    left, top, right, bottom = box
    x = (scene.columns[:, left:right] - np.float32(cx)) / np.float32(r)
    y = (scene.rows[top:bottom] - np.float32(cy)) / np.float32(r)
    d2 = x * x + y * y
    d = np.sqrt(d2)
    z = np.sqrt(np.clip(1 - d2, 0, 1))
    px, py = x * np.cos(tilt) + y * np.sin(tilt), -x * np.sin(tilt) + y * np.cos(tilt)
    lon, lat = np.arctan2(px, z + 1e-3) / np.pi, np.arcsin(np.clip(py, -1, 1)) / np.pi
    texture = tile(rng, 3.0, 2, 200)
    kind = rng.random()
    tones = [
        [colour(c) for c in row]
        for row in (
            ("#8a5a3c", "#d8a878", "#f0dcc0"),
            ("#1c3f6e", "#3f86a8", "#e8f2f4"),
            ("#4a3a6e", "#9a7ac0", "#e8d0e8"),
            ("#7a2e1e", "#c8663a", "#f0b080"),
        )
    ][int(rng.integers(4))]
    warp = sample(texture, lon * 0.4, lat * 0.5)
    if kind < 0.55:
        t = (
            sample(tile(rng, 2.6, 1, 30), np.zeros_like(lon) + 0.3, lat * 0.75 + warp * 0.008) * 0.5
            + warp * 0.16
        )
    else:
        t = sample(texture, lon * 0.35 + 0.2, lat * 0.4) * 0.8 + warp * 0.2
    t = np.clip(t * 0.5 + 0.5, 0, 1)
    body = flat(tones[0]) + (flat(tones[1]) - flat(tones[0])) * smoothstep(0.05, 0.6, t)
    body = body + (flat(tones[2]) - body) * smoothstep(0.6, 1.0, t)
    sun = np.array([-side * 0.72, -0.42, 0.36], np.float32)
    sun /= np.linalg.norm(sun)
    facing = x * sun[0] + y * sun[1] + z * sun[2]
    lit = smoothstep(-0.12, 0.85, facing)
    mask = np.clip((1 - d) * np.float32(r) + 0.5, 0, 1).astype(np.float32)
    air = colour("#8fc4ff")
    body = body * (lit * 1.1 + 0.012)
    rim = np.clip(1 - z, 0, 1) ** 3 * np.clip(facing + 0.45, 0, 1)
    body = body + flat(air) * rim * 0.75
    halo = (
        np.exp(-np.maximum(d - 1, 0) * 22) * (d > 0.97) * np.clip(facing / np.maximum(d, 1e-3) + 0.35, 0, 1)
    )
    halo = halo * np.clip((1.25 - d) / 0.25, 0, 1)
    scene.shine(flat(air), np.asarray(halo * 0.55, np.float32), top, left)
    scene.paint(np.asarray(body, np.float32), mask, top, left)


def _ring(scene: Scene, cx: float, cy: float, r: float, tilt: float, *, behind: bool) -> None:
    """Rings seen from a little above: the far half is painted before the planet, the near half after."""
    reach = int(r * 2.3)
    left, top = max(0, int(cx) - reach), max(0, int(cy) - reach)
    right, bottom = min(scene.width, int(cx) + reach), min(scene.height, int(cy) + reach)
    if right <= left or bottom <= top:
        return
    x = (scene.columns[:, left:right] - np.float32(cx)) / np.float32(r)
    y = (scene.rows[top:bottom] - np.float32(cy)) / np.float32(r)
    px, py = x * np.cos(tilt) + y * np.sin(tilt), (-x * np.sin(tilt) + y * np.cos(tilt)) / 0.26
    d: Field = np.sqrt(px * px + py * py).astype(np.float32)
    grooves: Field = 0.6 + 0.4 * np.interp(
        d,
        np.linspace(1.3, 2.2, 200),
        np.clip(np.random.Generator(np.random.PCG64(7)).normal(0, 0.6, 200), -1, 1),
    ).astype(np.float32)
    amount = smoothstep(1.32, 1.42, d) * (1 - smoothstep(2.05, 2.2, d)) * grooves
    half = (py < 0) if behind else (py >= 0)
    shadow = np.where((np.hypot(x, y) < 1.05) & behind, 0.2, 1.0)
    scene.paint(flat(colour("#d8c8ac")) * shadow, np.asarray(amount * half * 0.62, np.float32), top, left)


SPACE = Place(
    layers=(Layer("nebula", nebula), Layer("stars", stars), Layer("planet", planet)),
    horizon=1.0,
    time="night",
    outdoors=False,
    soft=0.45,
    holds=frozenset({"planet", "rings", "stars"}),
    lit=False,
)
