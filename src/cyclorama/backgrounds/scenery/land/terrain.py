"""Ridges, and ground seen in perspective with the light falling across it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from ..light import Colour, mix
from ..noise import TILE, Field, line, sample, smoothstep, tile
from ..scene import Planes, Scene, flat

if TYPE_CHECKING:
    from collections.abc import Callable


def ridge(
    scene: Scene,
    name: str,
    base: float,
    height: float,
    cell: float,
    tone: Colour,
    foot: Colour,
    octaves: int = 6,
    gain: float = 0.5,
    valley: float = 0.0,
) -> None:
    """Paint a far ridge as one tone that fades to `foot` downwards, as mist does.

    Args:
        scene: what to paint on.
        name: of its random numbers.
        base: the row it stands around.
        height: of its tops above that, in pixels.
        cell: the width of a hill in pixels.
        tone: its colour at the top.
        foot: its colour where the mist lies.
        octaves: how fine its teeth are.
        gain: how tall the fine ones are.
        valley: how far it sinks in the middle, 0 to 1.
    """
    x = np.linspace(-1, 1, scene.width, dtype=np.float32)
    shape = line(scene.rng("ridge", name), scene.width, cell, octaves, gain) * 0.5 + 0.5
    shape = shape * (1 - valley * np.exp(-((x / 0.5) ** 2)))
    tops = np.float32(base) - np.float32(height) * shape
    first = max(0, int(tops.min()) - 1)
    if first >= scene.height:
        return
    rows = scene.rows[first:]
    mask = np.clip(rows - tops[None, :] + 0.5, 0, 1)
    fade = smoothstep(0.0, 1.0, (rows - (base - height)) / np.float32(max(height * 1.25, 1)))
    scene.paint(flat(tone) + (flat(foot) - flat(tone)) * fade, mask, first)


@dataclass
class Ground:
    """A periodic heightfield and what is known of it once: its light and its steepness.

    Attributes:
        height: (TILE, TILE), deviation about 1.
        lit: how much key light falls on it, 0 to 1.
        steep: its steepness, 0 flat.
    """

    height: Field
    lit: Field
    steep: Field


def ground(height: Field, scene: Scene, relief: float) -> Ground:
    """Light `height` from where the scene's sun stands; `relief` exaggerates its slopes."""
    dx = (np.roll(height, -1, 1) - np.roll(height, 1, 1)) * np.float32(relief)
    dz = (np.roll(height, -1, 0) - np.roll(height, 1, 0)) * np.float32(relief)
    norm = np.sqrt(dx * dx + dz * dz + 1)
    side = np.sign(scene.sun[0] - scene.width / 2) or 1.0
    elevation = np.clip(abs(scene.light.height), 0.28, 0.75)
    flatwise = np.sqrt(1 - elevation**2)
    sx, sy, sz = side * flatwise * 0.9, elevation, -flatwise * 0.25
    lit = np.clip((-dx * sx + sy - dz * sz) / norm, 0, 1)
    return Ground(height, lit.astype(np.float32), np.asarray(1 - 1 / norm, np.float32))


def ridged(rng: np.random.Generator, beta: float = 2.6) -> Field:
    """Mountains: sharp crests where noise crosses zero, finer crests on them."""
    a, b, c = tile(rng, beta + 0.9, 1, 24), tile(rng, beta + 0.5, 4, 80), tile(rng, beta - 0.2, 14, 220)
    crest = np.clip(1 - np.abs(a) / 1.6, 0, 1)
    out = crest**1.3 + crest * (1 - np.abs(b)) * 0.22 + np.clip(crest, 0.08, 1) * c * 0.03
    return np.asarray(out, np.float32)


def dunes(rng: np.random.Generator) -> Field:
    """Dunes: long crests across the wind, gentle on one side and steep on the other."""
    y, x = np.mgrid[0:TILE, 0:TILE].astype(np.float32) / TILE
    warp = tile(rng, 4.0, 1, 6)
    phase = (x * 3 + y * 2 + warp * 0.13 + float(rng.random())) % 1.0
    profile = np.where(phase < 0.72, phase / 0.72, (1 - phase) / 0.28)
    profile = profile * profile * (3 - 2 * profile)
    tall = np.clip(0.75 + 0.35 * tile(rng, 4.0, 1, 5), 0.15, 1.6)
    return np.asarray(profile * tall + 0.25 * tile(rng, 4.2, 1, 6), np.float32)


@dataclass(frozen=True)
class View:
    """How a heightfield is seen.

    Attributes:
        near, far: distances of the first and last slice.
        eye: height of the eye above mean ground, in units of `tall`.
        tall: height of one deviation of the ground on the picture, at distance 1, in units.
        wide: tiles across one unit of the picture, at distance 1.
        top: the row of the eye's own horizon.
        deep: tiles from distance 0 to 1.
    """

    near: float
    far: float
    eye: float
    tall: float
    wide: float
    top: float
    deep: float = 1.0


def show(
    scene: Scene,
    land: Ground,
    view: View,
    skin: Skin,
    slices: int = 300,
    bottom: float | None = None,
    offset: tuple[float, float] = (0.0, 0.0),
    shape: Callable[[Field, Field], Field] | None = None,
) -> Field:
    """Paint `land`, near hiding far; returns the row of its skyline, (w,).

    Every column is a stack of slices from near to far; a slice shows where it rises above all nearer ones.

    Args:
        scene: what to paint on.
        land: the ground.
        view: from where.
        skin: what the ground looks like.
        slices: how many distances are looked at.
        bottom: the row below which nothing is painted, the picture's edge by default.
        offset: where in the tile the eye stands.
        shape: factor on the height by distance (slices, 1) and x in units (1, w).
    """
    last = scene.height if bottom is None else min(scene.height, int(bottom))
    w = scene.width
    start = view.near
    if view.eye > 2:  # level ground: begin near enough to fill a tall picture down to its edge
        start = min(start, (view.eye - 2) * view.tall * scene.unit / max(last - view.top, 1.0))
    slices = max(slices, min(900, int((last - view.top) * 0.9)))
    z = (1 / np.linspace(1 / start, 1 / view.far, slices // 2)).astype(np.float32)
    z = np.sort(np.concatenate([z, np.geomspace(start, view.far, slices - slices // 2)]))[:, None].astype(
        np.float32
    )
    x = (scene.columns - w / 2) / np.float32(scene.unit)
    u, v = (
        x * z * np.float32(view.wide) + np.float32(offset[0]),
        z * np.float32(view.deep) + np.float32(offset[1]),
    )
    height = sample(land.height, u, v)
    if shape is not None:
        height = height * shape(z, x)
    rows = view.top + (view.eye - height) * np.float32(view.tall * scene.unit) / z
    tops = np.minimum.accumulate(rows, axis=0)
    edge = np.clip(np.ceil(tops), 0, last).astype(np.int64)
    counts = np.bincount((edge * w + np.arange(w)).ravel(), minlength=(last + 1) * w).reshape(last + 1, w)
    first = int(edge[-1].min())
    if first >= last:
        return np.asarray(tops[-1], np.float32)
    index = slices - np.cumsum(counts, axis=0)[first:last]
    mask = np.clip(scene.rows[first:last] - tops[-1][None, :] + 0.5, 0, 1).astype(np.float32)
    np.clip(index, 0, slices - 1, out=index)
    before = np.maximum(index - 1, 0) * w + np.arange(w)
    index = index * w + np.arange(w)
    # between two slices the ground goes on evenly
    low, high = tops.ravel().take(before), tops.ravel().take(index)
    share = np.clip((low - scene.rows[first:last]) / np.maximum(low - high, 1e-3), 0, 1)
    lit, steep = sample(land.lit, u, v), sample(land.steep, u, v)
    if skin.grain:
        # fades with distance, where it would shimmer
        fine = tile(scene.rng("grain of the ground"), 1.6, 6, 250)
        rough = sample(fine, u * np.float32(skin.fine), v * np.float32(skin.fine))
        lit = np.clip(lit + rough * np.float32(skin.grain) * np.minimum(1, 2 * view.near / z), 0, 1)
    far = np.broadcast_to(np.maximum(z - view.near, 0) / np.float32(view.far - view.near), height.shape)
    painted = skin(scene, height, lit, steep, far)
    colours = np.empty((3, *index.shape), np.float32)
    for plane, p in zip(colours, painted, strict=True):
        nearer = p.ravel().take(before)
        plane[:] = nearer + (p.ravel().take(index) - nearer) * share
    scene.paint(colours, mask, first)
    return np.asarray(tops[-1], np.float32)


class Skin:
    """What ground looks like: two colours by steepness, snow or grass above, haze with distance."""

    def __init__(
        self,
        level: Colour,
        slope: Colour,
        haze: float = 0.8,
        cap: Colour | None = None,
        line: float = 0.6,
        change: tuple[float, float] = (0.12, 0.4),
        contrast: float = 1.0,
        foot: float = 0.0,
        grain: float = 0.0,
        fine: float = 6.0,
    ) -> None:
        """Colours are albedos; `line` is the height where `cap` begins, `foot` how much mist lies low.

        `grain` is how much a texture `fine` times smaller than the ground roughens the light on it.
        """
        self.level, self.slope, self.haze, self.cap, self.line = level, slope, haze, cap, line
        self.change, self.contrast, self.foot = change, contrast, foot
        self.grain, self.fine = grain, fine

    def __call__(self, scene: Scene, height: Field, lit: Field, steep: Field, far: Field) -> Planes:
        """Return the colours of ground of this height, light, steepness and distance (0 to 1)."""
        light = scene.light
        albedo = flat(self.level) + (flat(self.slope) - flat(self.level)) * smoothstep(*self.change, steep)
        if self.cap is not None:
            snow = smoothstep(self.line - 0.12, self.line + 0.22, height - steep * np.float32(0.9))
            albedo = albedo + (flat(self.cap) - albedo) * snow
        shade = np.clip(0.5 + (lit - 0.55) * np.float32(self.contrast), 0, 1)
        shade = smoothstep(0.02, 0.9, shade)
        out = albedo * (flat(light.ambient) * (1.0 - shade * 0.5) + flat(light.key) * shade)
        air = 1 - np.exp(-far * np.float32(self.haze * 2.6 * light.air))
        if self.foot:
            air = np.maximum(air, np.float32(self.foot) * smoothstep(0.55, -0.35, height))
        return np.asarray(out + (flat(light.haze) - out) * air, np.float32)


def plain(
    scene: Scene,
    top: float,
    near: Colour,
    far: Colour,
    name: str,
    grain: float = 0.12,
    scale: float = 1.0,
    mask: Field | None = None,
) -> None:
    """Level ground from row `top` down, its texture in perspective; colours are as seen, not albedos."""
    first = max(0, int(top))
    if first >= scene.height - 1:
        return
    rng = scene.rng("plain", name)
    texture = tile(rng, 1.7, 3, 250)
    down = (scene.rows[first:] - np.float32(top) + 1) / np.float32(scene.unit)
    x = (scene.columns - scene.width / 2) / np.float32(scene.unit)
    z = np.float32(0.12 / scale) / (down + 0.03)
    t = sample(texture, x * z * 1.4 + 0.5, z * 3.0)
    t = t * smoothstep(0.0, 0.2, down) * np.float32(grain)
    deep = np.clip(down / np.float32(max((scene.height - top) / scene.unit, 0.05)), 0, 1)
    colours = (flat(far) + (flat(near) - flat(far)) * smoothstep(0.0, 1.0, deep)) * (1 + t)
    scene.paint(colours, 1.0 if mask is None else mask, first)


def mist(scene: Scene, row: float, thick: float, strength: float, tone: Colour | None = None) -> None:
    """Paint a bank of mist lying around `row`, `thick` pixels high, uneven along the picture."""
    first, last = max(0, int(row - thick * 2)), min(scene.height, int(row + thick * 2) + 1)
    if last <= first:
        return
    tone = mix(scene.light.haze, scene.light.sky[0], 0.3) if tone is None else tone
    wave = line(scene.rng("mist", round(row)), scene.width, scene.unit * 0.5, 3)
    y = (scene.rows[first:last] - np.float32(row)) / np.float32(thick) + wave[None, :] * 0.35
    scene.paint(
        flat(tone), np.exp(-y * y * 1.6).astype(np.float32) * np.float32(strength) * (0.8 + 0.2 * wave), first
    )
