"""Patterns in relief, lit from the side: hexagons, facets, tiles after the Bauhaus, terrazzo."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from PIL import Image, ImageDraw

from ..light import colour, mix
from ..noise import Field, sample, smoothstep, tile
from ..scene import Place, Scene
from ..shapes import blur, ink
from ..tones import behind, look, ramp, tones
from ..walls.pools import lights
from ..walls.wall import Canvas, Wall, canvas, head, layer

if TYPE_CHECKING:
    from ..scene import Planes

MANY = 2048
PAPER = colour("#ece5d8")
BAUHAUS = (
    ("#1f2a44", "#c8452f", "#e3a63a", "#2f6f73", "#e9dfcb"),
    ("#22303a", "#d96f4a", "#efc46b", "#6f9a8d", "#f0e6d4"),
    ("#2a2438", "#b5495b", "#e8b04a", "#4f6fa0", "#ece2d6"),
    ("#1d3a36", "#e07a4a", "#f2d9a0", "#7fae9a", "#f3ecdd"),
)


def _hexagons(scene: Scene, at: Canvas) -> tuple[Planes, Field, float]:
    """Return the albedo, the relief and the rake of hexagons that stand out more or less."""
    rng = scene.rng("hexagons")
    five = tones(scene)
    size = float(rng.uniform(0.075, 0.12))
    x, y = at.x / np.float32(size), at.y / np.float32(size)
    if rng.random() < 0.5:
        x, y = y, x
    best: Field | None = None
    for half in (0.0, 0.5):
        # the centres are those of two rectangular grids; a point belongs to the nearest
        column = np.rint(x / np.float32(1.7320508) - np.float32(half))
        row = np.rint(y - np.float32(half))
        dx = x - (column + np.float32(half)) * np.float32(1.7320508)
        dy = y - (row + np.float32(half))
        d2 = dx * dx + dy * dy
        own = (column * 2 + half * 2).astype(np.intp) * 53 + (row * 2 + half * 2).astype(np.intp) * 71 + 40000
        edge = np.float32(0.5) - np.maximum(np.abs(dy), np.abs(dx) * np.float32(0.8660254) + np.abs(dy) * 0.5)
        if best is None:
            best, number, inner = d2, own, edge
        else:
            nearer = d2 < best
            number, inner = np.where(nearer, own, number), np.where(nearer, edge, inner)
    number = number % MANY
    height = np.asarray(rng.random(MANY), np.float32)
    tone = behind(five) / 4
    shade = np.asarray(rng.normal(tone, 0.045, MANY), np.float32)
    accents = rng.random(MANY) < 0.07
    shade = np.where(accents, np.float32(min(0.95, tone + 0.25)), shade)
    inner = inner * np.float32(size)
    body = smoothstep(0.0005, 0.0035, inner)
    albedo = look(
        scene.keep("ramp", lambda: ramp(five)), np.clip(shade, 0, 1).astype(np.float32).take(number)
    )
    albedo *= np.float32(0.35) + np.float32(0.65) * body
    relief = smoothstep(0.0, 0.010, inner) * (np.float32(3) + height.take(number) * np.float32(9))
    return albedo, np.asarray(relief, np.float32), 0.55


def _facets(scene: Scene, at: Canvas) -> tuple[Planes, Field, float]:
    """Return a crumpled surface of triangles, its relief in the corners and flat between them."""
    rng = scene.rng("facets")
    five = tones(scene)
    size = float(rng.uniform(0.15, 0.24))
    b = at.y / np.float32(size * 0.87) + np.float32(40)
    a = at.x / np.float32(size) - b * np.float32(0.5) + np.float32(40)
    i, j = np.floor(a).astype(np.intp), np.floor(b).astype(np.intp)
    fa, fb = np.asarray(a - i, np.float32), np.asarray(b - j, np.float32)
    upper = fa + fb > 1
    corner = np.asarray(rng.normal(0, 1, (128, 128)), np.float32)
    h00, h11 = corner[i % 128, j % 128], corner[(i + 1) % 128, (j + 1) % 128]
    h10, h01 = corner[(i + 1) % 128, j % 128], corner[i % 128, (j + 1) % 128]
    low = h00 + (h10 - h00) * fa + (h01 - h00) * fb
    high = h11 + (h01 - h11) * (1 - fa) + (h10 - h11) * (1 - fb)
    step = at.height / float(at.y[-1, 0] * 2)
    relief = np.where(upper, high, low) * np.float32(size * step * 0.27)
    own = (i * 41 + j * 67 + upper * 13) % MANY
    shade = np.asarray(rng.normal(0, 0.05, MANY), np.float32).take(own)
    slow = sample(tile(rng, 3.2, 1, 8), at.x * np.float32(0.16), at.y * np.float32(0.16))
    t = np.float32(behind(five) / 4) + shade + slow * np.float32(0.10)
    return look(scene.keep("ramp", lambda: ramp(five)), np.asarray(t, np.float32)), relief, 0.62


def _tiles(scene: Scene, at: Canvas) -> tuple[Planes, Field, float]:
    """Return tiles with quarter circles, arcs, discs, stripes and halves, in few colours."""
    rng = scene.rng("tiles")
    named = bool(scene.colours or scene.palette)
    drawn = [colour(c) for c in BAUHAUS[int(rng.integers(len(BAUHAUS)))]]
    inks = np.stack([*tones(scene)[:4], mix(tones(scene)[4], PAPER, 0.5)] if named else drawn)
    size = float(rng.choice([0.16, 0.2, 0.25]))
    x, y = at.x / np.float32(size) + np.float32(60.5), at.y / np.float32(size) + np.float32(60.5)
    column, row = np.floor(x).astype(np.intp), np.floor(y).astype(np.intp)
    number = (column * 37 + row * 59) % MANY
    fx, fy = np.asarray(x - column, np.float32) + y * 0, np.asarray(y - row, np.float32) + x * 0
    for axis, flip in ((0, rng.random(MANY) < 0.5), (1, rng.random(MANY) < 0.5)):
        turned = flip.take(number)
        fx, fy = (np.where(turned, 1 - fx, fx), fy) if axis == 0 else (fx, np.where(turned, 1 - fy, fy))
    r = np.hypot(fx, fy)
    motifs = (
        0.94 - r,
        np.float32(0.16) - np.abs(np.abs(r - np.float32(0.6)) - np.float32(0.18)),
        np.float32(0.36) - np.hypot(fx - np.float32(0.5), fy - np.float32(0.5)),
        (1 - fx - fy) * np.float32(0.7),
        np.float32(0.125) - np.abs((fx * 2) % 1 - np.float32(0.5)) * np.float32(0.5),
        np.minimum(np.float32(0.5) - fy, np.float32(0.46) - np.hypot(fx - np.float32(0.5), fy)),
        np.full_like(fx, -0.1),
    )
    # no motif behind the head, where tiles are of one quiet colour
    middle = head(at, 0.05) > 0.25
    busy = np.ones(MANY, bool)
    busy[np.unique(number[middle])] = False
    which = np.where(busy, rng.choice(7, MANY, p=[0.26, 0.14, 0.13, 0.16, 0.09, 0.15, 0.07]), 6)
    away = np.select([which.take(number) == k for k in range(7)], list(motifs)) * np.float32(size)
    first = rng.integers(0, 5, MANY)
    second = (first + rng.integers(1, 5, MANY)) % 5
    quiet = behind(list(inks), (0, 1, 3, 4))
    first = np.where(busy, first, quiet)
    shape = smoothstep(-0.0012, 0.0012, away)
    joint = np.minimum(np.minimum(fx, 1 - fx), np.minimum(fy, 1 - fy)) * np.float32(size)
    albedo = np.empty((3, at.height, at.width), np.float32)
    speck = sample(tile(rng, 0.8, 20, 256), at.x * np.float32(1.3), at.y * np.float32(1.3))
    for i in range(3):
        under = inks[:, i].take(first).take(number)
        albedo[i] = under + (inks[:, i].take(second).take(number) - under) * shape
        albedo[i] *= 1 + speck * np.float32(0.018)
    relief = smoothstep(0, 0.006, joint) * 3 + smoothstep(-0.001, 0.004, away) * np.float32(3.2)
    return albedo.clip(0.02, 0.95), np.asarray(relief, np.float32), 0.45


def _terrazzo(scene: Scene, at: Canvas) -> tuple[Planes, Field, float]:
    """Return chips of stone in a pale or a dark ground."""
    rng = scene.rng("terrazzo")
    five = tones(scene)
    dark = bool(rng.random() < 0.3)
    ground = mix(five[0], colour("#2b2b30"), 0.5) if dark else mix(mix(five[4], PAPER, 0.55), five[3], 0.08)
    chips = [*five[1:], mix(five[2], PAPER, 0.5), PAPER if dark else mix(five[1], colour("#444444"), 0.4)]
    image = Image.new("RGB", (at.width * 2, at.height * 2), ink(ground))
    draw = ImageDraw.Draw(image)
    unit = 2 * at.height / float(at.y[-1, 0] * 2)
    many = int(520 * min(6.0, at.width * at.height * 4 / unit**2))
    sizes = 0.004 + 0.026 * rng.random(many) ** 2.6
    for size in np.sort(sizes)[::-1]:
        x, y, turn = rng.random() * image.width, rng.random() * image.height, rng.random() * 6.3
        corners = int(rng.integers(5, 8))
        angles = turn + np.sort(rng.random(corners) * 0.7 + np.arange(corners)) * (2 * np.pi / corners)
        reach = size * unit * rng.uniform(0.65, 1.2, corners)
        squash = rng.uniform(0.6, 1.0)
        points = np.stack([x + np.cos(angles) * reach, y + np.sin(angles) * reach * squash], 1)
        draw.polygon(points.ravel().tolist(), fill=ink(chips[int(rng.integers(len(chips)))]))
    albedo = np.asarray(image.reduce(2), np.float32).transpose(2, 0, 1) / np.float32(255)
    speck = sample(tile(rng, 0.6, 20, 256), at.x * np.float32(1.4), at.y * np.float32(1.4))
    calm = head(at) * np.float32(0.6)
    even = np.stack([blur(plane, unit * 0.02) for plane in albedo])
    albedo = (albedo + (even - albedo) * calm) * (1 + speck * np.float32(0.02))
    return np.asarray(albedo.clip(0.02, 0.95), np.float32), speck * np.float32(0.12), 0.35


KINDS = (_hexagons, _facets, _tiles, _terrazzo)


def _build(scene: Scene) -> Wall:
    at = canvas(scene)
    kind = KINDS[int(scene.rng("kind").choice(4, p=[0.28, 0.27, 0.27, 0.18]))]
    albedo, relief, rake = kind(scene, at)
    ambient, beams = lights(scene, rake)
    unit = at.height / float(at.y[-1, 0] * 2)
    if kind is not _facets:
        relief = relief * np.float32(unit / 720)
    return Wall(albedo, relief, ambient, beams=beams).finish(4.0 * unit / 720)


GEOMETRIC = Place(layers=(layer("shapes", _build),), horizon=1.0, time="day", outdoors=False, soft=0.7)
