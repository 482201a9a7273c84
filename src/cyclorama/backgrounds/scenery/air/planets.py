"""Planets that turn slowly, with rings, moons and air, lit from one side."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from .. import silhouette
from ..light import Colour, colour
from ..noise import Field, sample, smoothstep, tile
from ..scene import flat

if TYPE_CHECKING:
    from ..scene import Planes, Scene

TONES = (
    ("#8a5a3c", "#d8a878", "#f0dcc0"),
    ("#1c3f6e", "#3f86a8", "#e8f2f4"),
    ("#4a3a6e", "#9a7ac0", "#e8d0e8"),
    ("#7a2e1e", "#c8663a", "#f0b080"),
    ("#1f4a4a", "#4a9a8a", "#d8f0d0"),
    ("#6a4a5a", "#c89a8a", "#f8e4c8"),
)
TURN = 0.010
"""How far a planet turns in a loop, in tiles of its map: some degrees."""


class Planet(NamedTuple):
    """One planet: its middle and radius in pixels, its axis, whether it is banded and ringed, its colours."""

    x: float
    y: float
    r: float
    tilt: float
    banded: bool
    ringed: bool
    tones: tuple[Colour, Colour, Colour]
    name: int


def paint(scene: Scene) -> None:
    """Paint the planets asked for, else one in most pictures, far to near. The layer moves."""
    for planet in scene.keep("planets", lambda: _system(scene)):
        if planet.ringed:
            _ring(scene, planet, behind=True)
        _globe(scene, planet)
        if planet.ringed:
            _ring(scene, planet, behind=False)


def side(scene: Scene) -> int:
    """Return the side that the large planet is on, -1 or 1; the sun shines from the other."""
    return 1 if scene.sun[0] < scene.width / 2 else -1


def _system(scene: Scene) -> list[Planet]:
    rng = scene.rng("planet")
    usual = int(rng.random() < 0.78) + int(rng.random() < 0.45)
    asked = scene.wants("planet", otherwise=usual > 0)
    ringed = scene.wants("rings", otherwise=bool(rng.random() < 0.35))
    if not asked and "rings" not in scene.elements:
        return []
    count = scene.count("planet", max(1, usual))
    u, at = scene.unit, side(scene)
    order = rng.permutation(len(TONES))
    system: list[Planet] = []
    for n in range(count):
        tones = tuple(colour(c) for c in TONES[int(order[n % len(TONES)])])
        if n == 0 and scene.colours:
            own = scene.colours[0]
            tones = (own * np.float32(0.45), own, np.minimum(own * np.float32(1.3) + np.float32(0.2), 1))
        for _ in range(24):
            if n == 0:
                r = u * rng.uniform(0.18, 0.30)
                x = scene.width / 2 + at * min(scene.width * rng.uniform(0.31, 0.40), u * 0.72)
                y = scene.height * rng.uniform(0.26, 0.44)
            else:
                r = u * rng.uniform(0.022, 0.075)
                where = -at if n % 2 else at
                x = scene.width / 2 + where * min(scene.width * 0.46, u * rng.uniform(0.26, 0.82))
                y = scene.height * rng.uniform(0.08, 0.62)
            free = all(np.hypot(x - p.x, y - p.y) > (r + p.r) * 1.25 + u * 0.03 for p in system)
            if free and not silhouette.covers(scene.width, scene.height, x, y, 0.07 + r / u):
                break
        banded = bool(rng.random() < 0.6)
        ring = ringed and (n == 0 or rng.random() < 0.1)
        system.append(
            Planet(x, y, r, rng.uniform(-0.5, 0.5), banded, ring, (tones[0], tones[1], tones[2]), n)
        )
    return sorted(system, key=lambda p: p.r)


class Surface(NamedTuple):
    """What of a planet's face does not change as it turns."""

    top: int
    left: int
    noise: Field
    belts: Field
    u: Field
    v: Field
    lit: Field
    rim: Field
    mask: Field
    halo: Field


def _sun(scene: Scene) -> np.ndarray:
    sun = np.array([-side(scene) * 0.72, -0.42, 0.36], np.float32)
    return np.asarray(sun / np.linalg.norm(sun), np.float32)


def _face(scene: Scene, planet: Planet) -> Surface | None:
    part = scene.around(planet.x, planet.y, planet.r, 1.3)
    if part is None:
        return None
    d, top, left = part
    rng = scene.rng("surface", planet.name)
    h, w = d.shape
    x = (np.arange(left, left + w, dtype=np.float32)[None, :] - np.float32(planet.x)) / np.float32(planet.r)
    y = (np.arange(top, top + h, dtype=np.float32)[:, None] - np.float32(planet.y)) / np.float32(planet.r)
    z = np.sqrt(np.clip(1 - d * d, 0, 1))
    cos, sin = np.float32(np.cos(planet.tilt)), np.float32(np.sin(planet.tilt))
    px, py = x * cos + y * sin, -x * sin + y * cos
    lon, lat = np.arctan2(px, z + 1e-3) / np.pi, np.arcsin(np.clip(py, -1, 1)) / np.pi
    noise, belts = tile(rng, 3.0, 2, 200), tile(rng, 2.6, 1, 30)
    sun = _sun(scene)
    facing = x * sun[0] + y * sun[1] + z * sun[2]
    lit = smoothstep(-0.12, 0.85, facing) * np.float32(1.1) + np.float32(0.014)
    mask = np.clip((1 - d) * np.float32(planet.r) + 0.5, 0, 1)
    rim = np.clip(1 - z, 0, 1) ** 3 * np.clip(facing + 0.45, 0, 1) * np.float32(0.75)
    halo = (
        np.exp(-np.maximum(d - 1, 0) * 20) * (d > 0.97) * np.clip(facing / np.maximum(d, 1e-3) + 0.35, 0, 1)
    )
    halo = halo * np.clip((1.3 - d) / 0.3, 0, 1) * np.float32(0.55)
    start = np.float32(rng.random())
    return Surface(
        top,
        left,
        noise,
        belts,
        *(np.asarray(f, np.float32) for f in (lon + start, lat, lit, rim, mask, halo)),
    )


def _relief(planet: Planet, face: Surface, turned: float) -> Field:
    """Return the lightness of the ground or clouds, about -1 to 1, with the planet turned by `turned`."""
    lon = face.u + np.float32(turned)
    if planet.banded:
        swirl = sample(face.noise, lon * np.float32(0.4), face.v * np.float32(0.5))
        still = np.full(1, 0.3, np.float32)
        belts = sample(face.belts, still, face.v * np.float32(0.75) + swirl * np.float32(0.009))
        return np.asarray(belts * 0.5 + swirl * 0.16, np.float32)
    land = sample(face.noise, lon * np.float32(0.35) + np.float32(0.2), face.v * np.float32(0.4))
    return np.asarray(land * 0.9, np.float32)


def _globe(scene: Scene, planet: Planet) -> None:
    face = scene.keep(("planet", planet.name), lambda: _face(scene, planet))
    if face is None:
        return
    p = scene.phase
    fade = p * p * (3 - 2 * p)
    t = _relief(planet, face, TURN * p)
    if fade:
        t = t * np.float32(1 - fade) + _relief(planet, face, TURN * (p - 1)) * np.float32(fade)
    t = np.clip(t * 0.5 + 0.5, 0, 1)
    dark, middle, light = (flat(c) for c in planet.tones)
    body: Planes = dark + (middle - dark) * smoothstep(0.05, 0.6, t)
    body = body + (light - body) * smoothstep(0.6, 1.0, t)
    air = flat(colour("#8fc4ff"))
    scene.shine(air, face.halo, face.top, face.left)
    scene.paint(np.asarray(body * face.lit + air * face.rim, np.float32), face.mask, face.top, face.left)


def _ring(scene: Scene, planet: Planet, *, behind: bool) -> None:
    """Rings seen from a little above: the far half is painted before the planet, the near half after."""

    def made() -> tuple[Planes, Field, int, int] | None:
        part = scene.around(planet.x, planet.y, planet.r, 2.35)
        if part is None:
            return None
        away, top, left = part
        h, w = away.shape
        x = (np.arange(left, left + w, dtype=np.float32)[None, :] - np.float32(planet.x)) / np.float32(
            planet.r
        )
        y = (np.arange(top, top + h, dtype=np.float32)[:, None] - np.float32(planet.y)) / np.float32(planet.r)
        cos, sin = np.cos(planet.tilt), np.sin(planet.tilt)
        px, py = x * cos + y * sin, (-x * sin + y * cos) / 0.26
        d = np.hypot(px, py).astype(np.float32)
        # no finer than what a pixel shows
        grooves = max(8, min(150, int(planet.r * 0.22)))
        depth = np.clip(scene.rng("grooves", planet.name).normal(0, 0.42, grooves), -0.9, 0.9)
        depth = np.convolve(np.pad(depth, 1, mode="edge"), [0.25, 0.5, 0.25], "valid")
        bright = 0.66 + 0.34 * np.interp(d, np.linspace(1.3, 2.2, grooves), depth).astype(np.float32)
        gap = 1 - 0.85 * np.exp(-(((d - 1.88) / 0.022) ** 2))
        amount = smoothstep(1.30, 1.44, d) * (1 - smoothstep(2.06, 2.2, d)) * bright * gap
        half = (py < 0) if behind else (py >= 0)
        # the planet's shadow falls on the far half, away from the sun
        sun = _sun(scene)
        across = x * -sun[1] + y * sun[0]
        dark = (np.abs(across) < 0.95) & (x * sun[0] + y * sun[1] < 0) & behind
        tone = flat(colour("#dccdb2")) * np.where(dark, 0.14, 1.0)
        return np.asarray(tone, np.float32), np.asarray(amount * half * 0.72, np.float32), top, left

    ring = scene.keep(("ring", planet.name, behind), made)
    if ring is not None:
        scene.paint(*ring)
