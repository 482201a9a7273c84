"""In orbit over a planet like ours."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from ..air import gas
from ..light import colour, mix
from ..motion.drift import drift
from ..noise import Field, resize, sample, smoothstep, tile
from ..scene import Layer, Place, flat
from .space import dust, stars

if TYPE_CHECKING:
    from ..scene import Planes, Scene

PASS = 0.11
"""How far the ground passes by in a loop, in units where it is nearest."""


class Limb(NamedTuple):
    """The planet's disc: its middle and radius, in pixels."""

    x: float
    y: float
    r: float


def limb(scene: Scene) -> Limb:
    """Return where the planet is: below, higher on one side, its edge under the head."""
    rng = scene.rng("limb")
    u = scene.unit
    side = 1 if scene.sun[0] < scene.width / 2 else -1
    r = u * rng.uniform(1.5, 1.9)
    x = scene.width / 2 + side * u * rng.uniform(0.35, 0.6)
    return Limb(x, scene.height - u * rng.uniform(0.35, 0.41) + r, r)


def night(scene: Scene) -> None:
    """Paint the dark, with a breath of the Milky Way in it."""
    gas.paint(scene, 0.62)


def glow(scene: Scene) -> None:
    """Paint the air over the edge: a thin bright line, and blue that fades upwards."""
    disc = limb(scene)
    up, _, lit = _edge(scene, disc, 2)
    strength = 0.25 + 0.75 * lit
    low = scene.light.low and not scene.light.moon
    blue = mix(colour("#5aa0ff"), scene.light.sky[0], 0.45 if low else 0.0)
    line = np.exp(-np.maximum(up, 0) / 0.010) * 0.85 + np.exp(-np.maximum(up, 0) / 0.045) * 0.40
    above = smoothstep(-0.012, 0.0, up)
    scene.shine(flat(blue), _full(scene, line * above * strength))
    if scene.light.lamps > 0.5:
        # airglow, as seen over the night side
        green = np.exp(-(((up - 0.020) / 0.011) ** 2)) * 0.20
        scene.shine(flat(colour("#a8e070")), _full(scene, green * above))
    if scene.light.height < 1 and not scene.light.moon:
        _sun(scene, disc)


def _sun(scene: Scene, disc: Limb) -> None:
    """Paint the sun as it comes over the edge, with a lens's streak along it."""
    x, y = _sun_at(scene, disc)
    u = scene.unit
    px = (scene.columns - np.float32(x)) / np.float32(u)
    py = (scene.rows - np.float32(y)) / np.float32(u)
    d = np.hypot(px, py)
    core = np.exp(-((d / 0.020) ** 2)) + 0.55 * np.exp(-d / 0.055) + 0.22 * np.exp(-d / 0.25)
    streak = np.exp(-np.abs(px) / 0.28) * np.exp(-((py / 0.005) ** 2)) * 0.5
    tone = mix(scene.light.disc, colour("#fff6e0"), 0.5)
    scene.shine(flat(tone), np.asarray(np.clip(core + streak, 0, 1), np.float32))


def _sun_at(scene: Scene, disc: Limb) -> tuple[float, float]:
    x = scene.sun[0]
    across = min(0.98, abs(x - disc.x) / disc.r)
    edge = disc.y - disc.r * float(np.sqrt(1 - across * across))
    return x, edge - scene.unit * 0.012


def _edge(scene: Scene, disc: Limb, step: int) -> tuple[Field, Field, Field]:
    """Return at a `step`-th of the size the height over the edge in units, the bearing, the light there."""
    w, h = max(scene.width // step, 8), max(scene.height // step, 8)
    x = np.arange(w, dtype=np.float32)[None, :] * (scene.width / w) - np.float32(disc.x)
    y = np.arange(h, dtype=np.float32)[:, None] * (scene.height / h) - np.float32(disc.y)
    up = (np.hypot(x, y) - np.float32(disc.r)) / np.float32(scene.unit)
    bearing = np.arctan2(x, -y)
    toward = (scene.sun[0] - disc.x) / disc.r
    wide = 0.9 if scene.light.height > 1 else 0.32
    lit = np.exp(-(((bearing - toward) / wide) ** 2))
    if scene.light.moon:
        lit = lit * 0.0 + 0.30
    return np.asarray(up, np.float32), np.asarray(bearing, np.float32), np.asarray(lit, np.float32)


def _full(scene: Scene, field: Field) -> Field:
    return np.clip(resize(np.asarray(field, np.float32), scene.width, scene.height), 0, 1)


def ground(scene: Scene) -> None:
    """Paint the planet as it passes below. The layer moves."""
    texture, margin, reach, mask, first = scene.keep("ground of the planet", lambda: _ground(scene))
    now = drift(texture, margin, reach, scene.phase)
    rows = scene.height - first
    planes = np.stack([resize(now[:, :, n], scene.width, rows) for n in range(3)])
    scene.paint(np.maximum(planes, 0), mask, first)


def _ground(scene: Scene) -> tuple[Field, int, Field, Field, int]:
    """Return the planet from its highest row down at half size, the arguments of `drift`, its mask."""
    disc, light = limb(scene), scene.light
    u = scene.unit
    first = max(0, min(scene.height - 8, int(disc.y - disc.r) - 2))
    w, h = max(scene.width // 2, 8), max((scene.height - first) // 2, 4)
    rows = np.arange(h, dtype=np.float32)[:, None] * ((scene.height - first) / h) + first
    reach = np.full(h, PASS * u * w / scene.width, np.float32)
    margin = int(reach.max()) + 2
    columns = np.arange(-margin, w + margin, dtype=np.float32)[None, :] * (scene.width / w)
    x = (columns - np.float32(disc.x)) / np.float32(disc.r)
    y = (rows - np.float32(disc.y)) / np.float32(disc.r)
    z = np.sqrt(np.clip(1 - x * x - y * y, 0.0, 1))
    # from orbit the ground is near: it is stretched towards us and pressed together at the edge
    lon, lat = np.arctan2(x, z + 0.05), np.arctan2(z, -y)
    land, weather, towns = _maps(scene, lon * np.float32(0.34), lat * np.float32(0.34))
    toward = (scene.sun[0] - disc.x) / disc.r
    if light.moon:
        day = np.full_like(lon, 0.24)
    elif light.height > 1:
        day = 0.55 + 0.45 * np.exp(-(((lon - toward) / 1.1) ** 2))
    else:
        # a low sun lights a strip along the edge, under itself
        day = np.exp(-(((lon - toward) / 0.55) ** 2)) * np.exp(-np.maximum(lat - 0.30, 0) / 0.30)
        day = 0.14 + 0.86 * day
    ocean, shore = colour("#0a2f63"), colour("#1d6a94")
    green, dry = colour("#3f6a3a"), colour("#a8895a")
    wet: Planes = flat(ocean) + (flat(shore) - flat(ocean)) * smoothstep(-0.35, 0.15, land)
    arid = smoothstep(-0.3, 0.9, towns)
    soil = flat(green) + (flat(dry) - flat(green)) * arid
    body = wet + (soil * (0.85 + 0.2 * land) - wet) * smoothstep(0.12, 0.22, land)
    body = body + (flat(colour("#f6f9ff")) - body) * weather
    warm = mix(light.key, colour("#ffffff"), 0.5 if light.height > 1 else 0.40)
    out = body * day * flat(warm) * np.float32(1.1)
    if light.lamps > 0.3:
        dark = np.clip(1.25 - day * 2.6, 0, 1) * (1 - weather * 0.75)
        out = out + _cities(scene, lon, lat, land, towns) * dark
    # air over the ground, thicker towards the edge
    depth = np.clip(1 - z, 0, 1) ** 2.2
    air = colour("#4d8ee8") if light.height > 1 or light.moon else mix(colour("#4d8ee8"), light.sky[1], 0.4)
    out = out + (flat(air) * np.clip(day * 1.1 + 0.03, 0, 1) - out) * np.clip(depth * 0.95, 0, 0.92)
    edge = np.hypot(scene.columns - np.float32(disc.x), scene.rows[first:] - np.float32(disc.y))
    mask = np.asarray(np.clip(np.float32(disc.r) - edge + 0.5, 0, 1), np.float32)
    side = 1.0 if scene.rng("pass").random() < 0.5 else -1.0
    texture = np.ascontiguousarray(np.asarray(out, np.float32).transpose(1, 2, 0))
    return texture, margin, reach * side, mask, first


def _maps(scene: Scene, u: Field, v: Field) -> tuple[Field, Field, Field]:
    """Return the land's height, how much cloud lies over it, and a field of where people live."""
    rng = scene.rng("planet's map")
    a, b, c = tile(rng, 3.0, 2, 200), tile(rng, 2.9, 2, 250), tile(rng, 2.2, 3, 120)
    bend = sample(c, u * np.float32(0.6), v * np.float32(0.6)) * np.float32(0.012)
    land = sample(a, u + bend * 0.4, v) * np.float32(0.8) - np.float32(0.05)
    # weather in swirls: noise warped by noise
    swirl = sample(a, u * np.float32(0.9) + np.float32(0.5), v * np.float32(0.9)) * np.float32(0.035)
    sky_ = sample(b, u * np.float32(1.1) + swirl, v * np.float32(1.5) - swirl)
    fine = sample(b, u * np.float32(4.1) + swirl * 2, v * np.float32(4.6))
    cover = smoothstep(0.1, 2.1, sky_ + fine * np.float32(0.40)) * np.float32(0.92)
    return land, cover, sample(a, u * np.float32(0.7) + np.float32(0.3), v * np.float32(0.7))


def _cities(scene: Scene, lon: Field, lat: Field, land: Field, towns: Field) -> Planes:
    """Return the lights of towns and the roads between them."""
    rng = scene.rng("cities")
    fine, roads = tile(rng, 1.2, 10, 250), tile(rng, 2.0, 4, 60)
    u, v = lon * np.float32(0.9), lat * np.float32(0.9)
    settled = smoothstep(0.05, 0.25, land) * smoothstep(-0.4, 1.2, towns)
    spots = np.clip(sample(fine, u, v) - 0.85, 0, 2) ** 1.3
    lines = (
        np.clip(1 - np.abs(sample(roads, u, v)) * 9, 0, 1) * 0.35 * np.clip(sample(fine, u * 2, v * 2), 0, 1)
    )
    return np.asarray(flat(colour("#ffc878")) * (spots * 1.25 + lines * 0.35) * settled, np.float32)


ORBIT = Place(
    layers=(
        Layer("the dark", night, moves=True),
        Layer("dust", dust),
        Layer("stars", stars, moves=True),
        Layer("planet", ground, moves=True),
        Layer("air", glow),
    ),
    horizon=0.75,
    time="day",
    outdoors=False,
    soft=0.5,
    holds=frozenset({"planet", "stars"}),
)
