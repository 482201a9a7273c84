"""A striped sun over a grid that rolls towards us, between mountains of wire."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from PIL import Image, ImageDraw

from ..air import sky
from ..land.palms import Palm
from ..light import mix
from ..noise import Field, Reals, line, smoothstep
from ..scene import Layer, Place, Scene, flat
from ..shapes import blur
from ..town.lights import Lights, calm
from ..town.retro import scheme

CELL, DEEP = 0.62, 0.80
"""How many lines of the grid there are to a unit, across and along, one unit below the horizon."""


def centre(scene: Scene) -> tuple[float, float, float]:
    """Return the sun's column, row and radius: beside where the person's head will be."""
    rng = scene.rng("round")
    side = -1 if rng.random() < 0.5 else 1
    radius = scene.unit * rng.uniform(0.19, 0.23)
    away = min(scene.unit * rng.uniform(0.44, 0.52), scene.width * 0.5)
    if scene.horizon < scene.height - scene.unit * 0.78:  # above the head, not beside it
        away = scene.width * rng.uniform(0.0, 0.15)
    return scene.width / 2 + side * away, scene.horizon - radius * rng.uniform(0.35, 0.75), radius


def heavens(scene: Scene) -> None:
    """Paint the sky, and its glow."""
    tones = scheme(scene)
    t = np.clip((scene.horizon - scene.rows[:, 0]) / max(scene.horizon, 1), 0, 1)
    at = np.linspace(0, 1, 257, dtype=np.float32)
    for plane, band in zip(scene.px, np.array(tones.sky).T, strict=True):
        smooth = blur(np.interp(at, sky.STOPS, band).astype(np.float32)[None, :], 14)[0]
        plane[:] = np.interp(t, at, smooth)[:, None]
    x, y, r = centre(scene)
    glow = Lights(scene, 120)
    glow.glow(x, y, r * 3.4, mix(tones.sun[0], tones.haze, 0.4), 0.5)
    glow.glow(scene.width / 2, scene.horizon, scene.width * 0.7, tones.haze, 0.22, 0.3)
    glow.paint()
    if scene.time not in {"day", "dawn"}:
        sky.stars(scene, 0.55)


def sun(scene: Scene) -> None:
    """Paint the sun, cut by stripes that sink."""
    tones = scheme(scene)
    x, y, r = centre(scene)
    part = scene.around(x, y, r, 1.06)
    if part is None:
        return
    d, top, left = part
    body = np.clip((1 - d) * np.float32(r) + 0.5, 0, 1)
    rows = (scene.rows[top : top + d.shape[0]] - np.float32(y)) / np.float32(r)
    height = np.clip((1 - rows) / 2, 0, 1)
    # stripes as wide as they are low
    pitch = 0.165
    low = np.clip((rows + 0.35) / 1.2, 0, 1)
    at = (rows / pitch - np.float32(scene.turn(8))) % 1
    width = low * np.float32(0.62)
    edge = max(0.08, 1.2 / (pitch * r))
    cut = smoothstep(edge, 0, np.abs(at - 0.5) - width / 2)
    cut = cut * smoothstep(0.0, 0.12, low)
    tone = flat(tones.sun[0]) + (flat(tones.sun[1]) - flat(tones.sun[0])) * smoothstep(0.15, 0.95, height)
    shown = rows * np.float32(r) + np.float32(y) < scene.horizon
    scene.paint(np.asarray(tone, np.float32), np.asarray(body * (1 - cut) * shown, np.float32), top, left)


def mountains(scene: Scene) -> None:
    """Two ranges: dark faces with wires of light, lowest in the middle."""
    tones = scheme(scene)
    u = scene.unit
    for depth, (tall, cell) in enumerate(((0.20, 0.16), (0.13, 0.26))):
        rng = scene.rng("range", depth)
        n = max(4, int(scene.width / (u * cell * 0.32)))
        xs = np.linspace(-0.02, 1.02, n) * scene.width
        peaks = np.abs(line(rng, n, 3.2, 3)) + 0.12
        aside = np.clip(np.abs(xs / scene.width - 0.5) * 2 * min(1.6, scene.width / u / 1.2), 0, 1)
        sx, _, r = centre(scene)
        aside = aside * (1 - 0.8 * np.exp(-(((xs - sx) / (r * 1.25)) ** 4)))
        ridge = scene.horizon - peaks * u * tall * (0.12 + 0.88 * aside**1.3) * 1.6
        edge = np.interp(scene.columns[0], xs, ridge).astype(np.float32)
        top = max(0, int(edge.min()) - 2)
        bottom = min(scene.height, int(scene.horizon) + 1)
        if bottom - top < 2:
            continue
        y = scene.rows[top:bottom]
        mask = np.clip(y - edge[None, :] + 0.5, 0, 1)
        drop = np.clip((y - edge) / np.maximum(scene.horizon - edge, 1.0), 0, 1)
        dark = mix(tones.sky[4], tones.sky[2], 0.35 - 0.25 * depth)
        face = flat(dark) + (flat(mix(tones.haze, dark, 0.45)) - flat(dark)) * drop**2.5
        scene.paint(np.asarray(face, np.float32), mask, top)
        wires = wire(scene, xs, ridge, top, bottom, rng)
        scene.shine(flat(tones.wire), np.asarray(wires * mask * (0.45 + 0.3 * depth), np.float32), top)


def wire(scene: Scene, xs: Reals, ridge: Reals, top: int, bottom: int, rng: np.random.Generator) -> Field:
    """Return the light of a range's edges, (rows, width): from each peak down to feet beside it."""
    s = 2
    image = Image.new("L", (scene.width * s, (bottom - top) * s))
    draw = ImageDraw.Draw(image)
    thick = max(1, round(scene.unit / 720 * 1.5 * s))
    foot = scene.horizon
    rows = [ridge]
    for k in (0.34, 0.68, 1.0):
        lower = ridge + (foot - ridge) * k
        rows.append(lower + rng.uniform(-0.10, 0.10, len(xs)) * (foot - ridge) * (1 if k < 1 else 0))
    points = [[(x * s, (y - top) * s) for x, y in zip(xs, row, strict=True)] for row in rows]
    for level, row in enumerate(points):
        draw.line(row, fill=255 if level == 0 else 120, width=thick)
        if level:
            above = points[level - 1]
            for n in range(len(row)):
                draw.line([above[n], row[n]], fill=110, width=thick)
                if n + 1 < len(row):
                    draw.line([above[n], row[n + 1]], fill=70, width=thick)
    sharp = np.asarray(image.reduce(s), np.float32) * np.float32(1 / 255)
    return np.asarray(np.minimum(sharp + blur(sharp, scene.unit * 0.006) * 1.2, 1), np.float32)


def grid(scene: Scene) -> None:
    """Paint the floor: lines of light that come towards us, and the sun mirrored in it."""
    tones = scheme(scene)
    u = scene.unit
    first = max(0, int(scene.horizon))
    if scene.height - first < 2:
        return
    down = (scene.rows[first:] - np.float32(scene.horizon) + 0.5) / np.float32(u)
    near = smoothstep(0.0, 0.30, down)

    def still() -> tuple[Field, Field]:
        dark = mix(tones.sky[4], tones.sky[3], 0.4)
        ground = flat(dark) + (flat(mix(tones.haze, tones.sky[1], 0.4)) - flat(dark)) * np.exp(-down * 16)
        across = (scene.columns - np.float32(scene.width / 2)) / np.float32(u) * np.float32(CELL) / down
        pixel = np.float32(CELL / u) / down
        off = np.abs((across + 0.5) % 1 - 0.5)
        lines = stroke(off, pixel) + np.float32(0.30) * np.exp(-((off / 0.10) ** 2)) * near
        fade = np.exp(-((across / 26) ** 2))
        return np.asarray(ground, np.float32), np.asarray(lines * fade, np.float32)

    ground, lines = scene.keep("floor", still)
    scene.px[:, first:] = ground
    mirror(scene, first, down)
    z = np.float32(DEEP) / down + np.float32(scene.turn(1.6))
    off = np.abs((z + 0.5) % 1 - 0.5)
    pixel = np.float32(DEEP / u) / (down * down)
    rungs = stroke(off, pixel) + np.float32(0.30) * np.exp(-((off / 0.10) ** 2)) * near
    rungs *= smoothstep(1.6, 0.5, pixel)
    amount = np.minimum(lines + rungs, 1.2) * (0.30 + 0.55 * near) * smoothstep(0.0, 0.04, down)
    scene.shine(flat(tones.grid), np.asarray(np.minimum(amount, 1), np.float32), first)


def stroke(off: Reals, pixel: Reals) -> Field:
    """Return how much of a line is at `off` cells from its middle where a pixel is `pixel` cells wide."""
    half = np.maximum(np.float32(0.012), pixel * np.float32(0.75))
    bright = np.minimum(np.float32(0.012) / half * np.float32(2.2), 1)
    return np.asarray(smoothstep(1.7, 0.4, off / half) * bright, np.float32)


def mirror(scene: Scene, first: int, down: Field) -> None:
    """Lay the sun's light on the floor."""
    tones = scheme(scene)
    x, _, r = centre(scene)
    side = np.exp(-(((scene.columns - np.float32(x)) / np.float32(r * 1.05)) ** 2))
    below = np.exp(-down * np.float32(4.2))
    scene.shine(flat(tones.sun[0]), np.asarray(side * below * 0.34, np.float32), first)


def haze(scene: Scene) -> None:
    """Light that lies on the horizon, and breathes."""
    tones = scheme(scene)
    breath = 0.85 + 0.15 * scene.swing(8)
    d = (scene.rows - np.float32(scene.horizon)) / np.float32(scene.unit)
    band = np.exp(-np.abs(d) * 40) * 0.40 + np.exp(-np.abs(d) * 10) * 0.16
    x = (scene.columns / np.float32(scene.width) - 0.5) * 2
    scene.shine(flat(tones.haze), np.asarray(band * (1 - 0.35 * x * x) * breath, np.float32))


def air(scene: Scene) -> None:
    """Calm what lies behind the person."""
    tones = scheme(scene)
    calm(scene, mix(tones.haze, tones.sky[2], 0.5), 0.22)


def palms(scene: Scene) -> None:
    """Paint dark palms at the edges that sway."""

    def grown() -> list[Palm]:
        rng, u = scene.rng("palms"), scene.unit
        count = scene.count("palms", int(rng.integers(2, 4)))
        if not scene.wants("palms", otherwise=rng.random() < 0.45):
            return []
        tones = scheme(scene)
        dark = replace(
            scene.light,
            key=mix(tones.sky[4], tones.wire, 0.25),
            ambient=tones.sky[4] * np.float32(0.8),
            haze=tones.sky[3],
        )
        shade = replace(scene, light=dark)
        made = []
        for n in range(count):
            side = -1 if n % 2 else 1
            x = scene.width / 2 + side * (scene.width / 2 - u * rng.uniform(0.0, 0.12))
            foot = scene.horizon + u * rng.uniform(0.28, 0.40)
            made.append(
                Palm(
                    shade,
                    rng,
                    float(x),
                    foot,
                    u * rng.uniform(0.62, 0.92),
                    -side * u * rng.uniform(0.02, 0.12),
                )
            )
        return made

    for palm in scene.keep("palms", grown):
        palm.paint(scene, 0.8)


SYNTHWAVE = Place(
    layers=(
        Layer("sky", heavens),
        Layer("sun", sun, moves=True),
        Layer("mountains", mountains),
        Layer("grid", grid, moves=True),
        Layer("light", haze, moves=True),
        Layer("calm", air),
        Layer("palms", palms, moves=True),
    ),
    horizon=0.60,
    time="night",
    soft=0.7,
    holds=frozenset({"stars", "palms"}),
)
