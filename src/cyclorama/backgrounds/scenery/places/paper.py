"""Layers of cut paper over each other, each with the shadow of the one before it.

What cuts a layer is a smooth distance, so it is worked out small and enlarged: its edge stays sharp.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from ..light import Colour, mix
from ..noise import Field, bands, fbm, resize, sample, smoothstep, tile
from ..scene import Layer, Place, Scene
from ..tones import behind, look, ramp, tones
from ..walls.wall import Canvas, canvas
from .gradient import drift

if TYPE_CHECKING:
    from collections.abc import Callable

    from ..scene import Planes

SMALL = 0.25  # of the picture, at which distances are worked out
MARGIN = 0.05  # units around the picture in which they are known, for sheets move
SHEETS = 6


@dataclass(frozen=True)
class Sheet:
    """One layer.

    Attributes:
        inside: (h, w), how far inside the paper each point is, in units; negative where it is cut away.
        colour: the paper's.
        sway: how far it moves, in units, and when in the loop.
        high: above what lies behind it, for its shadow.
    """

    inside: Field
    colour: Colour
    sway: tuple[float, float] = (0.005, 0.0)
    high: float = 1.0


def _hollow(scene: Scene, at: Canvas, five: list[Colour]) -> list[Sheet]:
    """Frames within frames with wandering edges, lighter inwards, as a lamp is behind the last."""
    rng = scene.rng("hollow")
    table = ramp(five)
    lighter = bool(rng.random() < 0.7)
    half = float(at.x[0, -1])
    lobes = int(rng.integers(3, 6))
    turn = rng.uniform(0, 6.3, (SHEETS + 1, 3))
    sheets = []
    for k in range(SHEETS):
        near = k / (SHEETS - 1)  # 0 is the innermost
        x, y = at.x / np.float32(max(1.0, half / 0.9)), at.y + np.float32(0.02)
        angle = np.arctan2(y, x)
        wave = 0.060 * np.sin(lobes * angle + turn[k, 0]) + 0.030 * np.sin(
            (lobes * 2 + 1) * angle + turn[k, 1]
        )
        wave = wave + 0.02 * np.sin(3 * angle + turn[0, 2])
        hole = 0.36 + 0.105 * k + wave * (0.8 + 0.5 * near)
        inside = np.hypot(x * np.float32(0.86), y * np.float32(1.06)) - hole
        t = (0.74 - 0.62 * near) if lighter else (0.16 + 0.68 * near)
        sheets.append(Sheet(inside.astype(np.float32), _of(table, t), (0.003 + 0.006 * near, k * 0.31)))
    return sheets


def _hills(scene: Scene, at: Canvas, five: list[Colour]) -> list[Sheet]:
    """Hills behind hills under a disc, paler with distance."""
    rng = scene.rng("hills")
    table = ramp(five)
    side = 1 if rng.random() < 0.5 else -1
    half = float(at.x[0, -1])
    sun_x, sun_y = side * min(half * 0.62, 0.62), -0.20
    sheets = []
    for k, radius in enumerate((0.30, 0.215, 0.13)):
        away = radius - np.hypot(at.x - np.float32(sun_x), at.y - np.float32(sun_y))
        sheets.append(Sheet(away.astype(np.float32), _of(table, (0.84, 0.9, 0.97)[k]), (0.004, k / 3), 0.5))
    for k in range(SHEETS):
        near = k / (SHEETS - 1)
        x = at.x
        turn = rng.uniform(0, 6.3, 3)
        edge = -0.06 + 0.50 * near**0.9 + 0.085 * np.sin(x * rng.uniform(1.8, 3.0) + turn[0])
        edge = (
            edge
            + 0.040 * np.sin(x * rng.uniform(4, 6.5) + turn[1])
            - 0.10 * (1 - near) * np.cos(x * 1.3 + turn[2])
        )
        inside = (at.y - edge) * np.float32(0.92)
        sway = (0.003 + 0.008 * near, k * 0.27)
        sheets.append(Sheet(inside.astype(np.float32), _of(table, 0.66 - 0.56 * near), sway))
    return sheets


def _contours(scene: Scene, at: Canvas, five: list[Colour]) -> list[Sheet]:
    """Heights as maps show them: deep behind the person, high at the sides."""
    rng = scene.rng("contours")
    table = ramp(five)
    slow = tile(rng, 3.6, 1, 7)
    p, q = rng.random(2)
    rising = bool(rng.random() < 0.5)
    x, y = at.x * np.float32(0.20), at.y * np.float32(0.20)
    bowl = np.hypot(at.x * np.float32(0.75), at.y + np.float32(0.02))
    sheets = []
    for k in range(SHEETS + 1):
        height = sample(slow, x + np.float32(p), y + np.float32(q))
        level = 0.40 + 0.085 * k
        inside = (bowl + height * np.float32(0.125) - np.float32(level)) * np.float32(0.75)
        near = k / SHEETS
        tone = _of(table, 0.22 + 0.62 * near if rising else 0.78 - 0.62 * near)
        sheets.append(Sheet(np.asarray(inside, np.float32), tone, (0.003 + 0.006 * near, k * 0.12)))
    return sheets


def _leaves(scene: Scene, at: Canvas, five: list[Colour]) -> list[Sheet]:
    """Leaves and fronds that come in from both sides, in layers."""
    rng = scene.rng("leaves")
    table = ramp(five)
    half = float(at.x[0, -1]) - MARGIN
    dark = bool(rng.random() < 0.6)
    sheets = []
    for k in range(SHEETS):
        near = k / (SHEETS - 1)
        inside = np.full((at.height, at.width), -0.5, np.float32)
        for side in (-1, 1):
            for _ in range(2):
                x, y = side * (half + rng.uniform(0.0, 0.10)), rng.uniform(-0.5, 0.62)
                length = float(rng.uniform(0.36, 0.66))
                aim = float(np.arctan2(rng.uniform(-0.8, 0.25), -side))
                if rng.random() < 0.55:
                    _frond(inside, at, x, y, aim, length, side * float(rng.uniform(-0.5, 0.9)))
                else:
                    _leaf(inside, at, x, y, aim, length, 0.24)
        t = 0.60 - 0.52 * near if dark else 0.20 + 0.55 * near
        sheets.append(Sheet(inside, _of(table, t), (0.005 + 0.006 * near, k * 0.37)))
    return sheets


def _frond(inside: Field, at: Canvas, x: float, y: float, aim: float, length: float, bend: float) -> None:
    """Add a frond with leaflets on both sides of a stem that bends."""
    for k in range(1, 9):
        t = k / 8
        way = aim + bend * t
        x, y = x + np.cos(way) * length / 8, y + np.sin(way) * length / 8
        leaf = length * 0.42 * float(np.sin(np.pi * min(1.0, 0.16 + 0.80 * t))) ** 0.8
        for side in (-1, 1):
            _leaf(inside, at, x, y, way + side * (0.95 - 0.5 * t), leaf, 0.11)
        _leaf(inside, at, x, y, way + np.pi, length / 7, 0.06)
    _leaf(inside, at, x, y, aim + bend, length * 0.26, 0.12)


def _leaf(inside: Field, at: Canvas, x: float, y: float, aim: float, length: float, wide: float) -> None:
    """Add a leaf with a pointed tip and its foot at (x, y), `wide` times as wide as long, its rib cut out."""
    reach = length * 1.15 + 0.05
    columns = slice(*np.searchsorted(at.x[0], (x - reach, x + reach)))
    rows = slice(*np.searchsorted(at.y[:, 0], (y - reach, y + reach)))
    dx, dy = at.x[:, columns] - np.float32(x), at.y[rows] - np.float32(y)
    along = (dx * np.float32(np.cos(aim)) + dy * np.float32(np.sin(aim))) / np.float32(length)
    across = dy * np.float32(np.cos(aim)) - dx * np.float32(np.sin(aim))
    across = across + np.float32(length * 0.14) * (along - along * along)
    half = np.float32(length * wide) * np.sin(np.float32(np.pi) * np.clip(along, 0, 1) ** np.float32(0.8))
    beyond = np.maximum(np.maximum(-along, along - 1), 0) * np.float32(length)
    leaf = half - np.abs(across) - beyond
    if wide > 0.2:
        rib = smoothstep(0.12, 0.2, along) * (1 - smoothstep(0.72, 0.8, along))
        leaf = np.minimum(leaf, np.abs(across) + np.float32(0.02) - np.float32(0.026) * rib)
    part = inside[rows, columns]
    np.maximum(part, leaf.astype(np.float32), out=part)


def _of(table: Field, t: float) -> Colour:
    return look(table, np.full((1, 1), min(1.0, max(0.0, t)), np.float32))[:, 0, 0]


KINDS: tuple[Callable[[Scene, Canvas, list[Colour]], list[Sheet]], ...] = (
    _hollow,
    _hills,
    _contours,
    _leaves,
)


def cut(scene: Scene) -> None:
    """Paint the sheets, the farthest first."""
    rng = scene.rng("paper")
    number = int(rng.choice(4, p=[0.28, 0.28, 0.20, 0.24]))
    side = 1 if rng.random() < 0.5 else -1
    five = tones(scene)
    at = scene.keep("paper canvas", lambda: _wide(canvas(scene).at(SMALL)))
    tooth = scene.keep("tooth", lambda: _tooth(scene, side))
    sheets = scene.keep("sheets", lambda: KINDS[number](scene, at, five))
    shadows = scene.keep("shadows", lambda: [_shadow(sheet, at, side) for sheet in sheets])
    parts = scene.keep("parts", lambda: _parts(scene, sheets, at))
    _behind(scene, number, five)
    room = 2 * MARGIN * scene.unit
    scale_x, scale_y = at.width / (scene.width + room), at.height / (scene.height + room)
    for sheet, shadow, (left, top, right, bottom) in zip(sheets, shadows, parts, strict=True):
        if right <= left or bottom <= top:
            continue
        dx, dy = drift(scene, sheet.sway[1], sheet.sway[0])
        x, y = (MARGIN - dx) * scene.unit, (MARGIN - dy) * scene.unit
        box = (
            max(0.0, (x + left) * scale_x),
            max(0.0, (y + top) * scale_y),
            min(float(at.width), (x + right) * scale_x),
            min(float(at.height), (y + bottom) * scale_y),
        )
        inside = resize(sheet.inside, right - left, bottom - top, box)
        inside *= np.float32(scene.unit)
        cast = resize(shadow, right - left, bottom - top, box)
        ink = mix(five[0], sheet.colour, 0.12) * np.float32(0.4)
        px = scene.px[:, top:bottom, left:right]
        for band in bands(bottom - top, right - left):
            light = tooth[top:bottom, left:right][band]
            _lay(px[:, band], sheet.colour, inside[band], ink, cast[band], light)


def _parts(scene: Scene, sheets: list[Sheet], at: Canvas) -> list[tuple[int, int, int, int]]:
    """Return the part of the picture that each sheet and its shadow are seen in: left, top, right, bottom."""
    parts = []
    hidden = np.zeros((at.height, at.width), bool)
    for sheet in reversed(sheets):
        seen = (sheet.inside > -0.05) & ~hidden
        hidden |= sheet.inside > 0.05
        rows, columns = np.flatnonzero(seen.any(1)), np.flatnonzero(seen.any(0))
        if not len(rows):
            parts.append((0, 0, 0, 0))
            continue
        xs = (at.x[0, columns[[0, -1]]] * scene.unit + scene.width / 2).tolist()
        ys = (at.y[rows[[0, -1]], 0] * scene.unit + scene.height / 2).tolist()
        room = 0.03 * scene.unit
        left, top = max(0, int(xs[0] - room)), max(0, int(ys[0] - room))
        right, bottom = min(scene.width, int(xs[1] + room) + 1), min(scene.height, int(ys[1] + room) + 1)
        parts.append((left, top, right, bottom))
    return parts[::-1]


def _lay(px: Planes, paper: Colour, inside: Field, ink: Colour, cast: Field, tooth: Field) -> None:
    """Lay a band of paper over its shadow; `inside` in pixels."""
    least, most = float(inside.min()), float(inside.max())
    if most < -0.5 and float(cast.max()) < 0.002:
        return
    # the cut edge catches the light
    rim = np.abs(inside - np.float32(1.3))
    np.clip(np.float32(0.07) - rim * np.float32(0.035), 0, 1, out=rim)
    rim += tooth
    mask = np.clip(inside + np.float32(0.5), 0, 1)
    for plane, c, i in zip(px, paper, ink, strict=True):
        if least < 0.5:
            shade = i - plane
            shade *= cast
            np.add(plane, shade, out=plane)
        own = rim * c
        own -= plane
        own *= mask
        np.add(plane, own, out=plane)


def _shadow(sheet: Sheet, at: Canvas, side: int) -> Field:
    """Return how dark a sheet's shadow is, (h, w): the light comes from above and one side."""
    step = at.width / float(at.x[0, -1] - at.x[0, 0])
    right, down = (round(share * 0.020 * sheet.high * step) for share in (-0.55 * side, 1.0))
    rows = np.clip(np.arange(at.height) - down, 0, at.height - 1)
    columns = np.clip(np.arange(at.width) - right, 0, at.width - 1)
    moved = sheet.inside[rows][:, columns]
    return smoothstep(-0.034 * sheet.high, 0.010, moved) * np.float32(0.46)


def _wide(at: Canvas) -> Canvas:
    """Return a canvas with a margin around it."""
    half_w, half_h = float(at.x[0, -1]), float(at.y[-1, 0])
    step = at.width / (2 * half_w)
    w, h = at.width + 2 * round(MARGIN * step), at.height + 2 * round(MARGIN * step)
    x = np.linspace(-half_w - MARGIN, half_w + MARGIN, w, dtype=np.float32)[None, :]
    y = np.linspace(-half_h - MARGIN, half_h + MARGIN, h, dtype=np.float32)[:, None]
    return Canvas(w, h, x, y)


def _tooth(scene: Scene, side: int) -> Field:
    """Return how the fibres of the paper and the light across it brighten it, about 1."""
    full = fbm(scene.rng("tooth"), scene.width, scene.height, scene.unit * 0.010, 3, 0.8)
    x = (scene.columns / np.float32(scene.width) - np.float32(0.5)) * np.float32(2)
    y = (scene.rows / np.float32(scene.height) - np.float32(0.5)) * np.float32(2)
    light = np.float32(1.0) + np.float32(0.06 * side) * x - np.float32(0.07) * y
    return np.asarray(light + full * np.float32(0.012), np.float32)


def _behind(scene: Scene, number: int, five: list[Colour]) -> None:
    """Paint what is behind all sheets: paper that a lamp shines through."""
    at = scene.keep("behind canvas", lambda: canvas(scene).at(0.12))
    table = scene.keep("behind", lambda: ramp(five))
    glow = np.exp(-((at.x / 0.55) ** 2) - ((at.y / 0.5) ** 2)) * np.float32(1 + 0.05 * scene.swing(8, 0.25))
    if number == 1:
        t = np.float32(0.66) + at.y * np.float32(0.2) + glow * np.float32(0.10)
    else:
        aim = max(behind(five, (2, 3)) / 4, 0.6)
        t = np.float32(aim) + (glow - np.float32(0.4)) * np.float32(0.22)
    for plane, small in zip(scene.px, look(table, np.asarray(t, np.float32)), strict=True):
        plane[:] = resize(small, scene.width, scene.height)


PAPER = Place(
    layers=(Layer("paper", cut, moves=True),), horizon=1.0, time="day", outdoors=False, soft=0.5, lit=False
)
