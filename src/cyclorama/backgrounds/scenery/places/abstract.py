"""Silk in folds, spheres in soft light, and waves of fine lines: for prompts that name no place."""

from __future__ import annotations

import numpy as np

from ..light import Colour, mix
from ..noise import Field, bands, resize, smoothstep
from ..scene import Layer, Place, Scene, flat
from ..silhouette import covers
from ..tones import behind, look, ramp, tones
from ..walls.wall import canvas, head
from .gradient import drift

KINDS = ("silk", "spheres", "lines")


def kind(scene: Scene) -> str:
    """Return what this picture is of."""
    return str(scene.rng("kind").choice(KINDS, p=[0.42, 0.32, 0.26]))


def ground(scene: Scene) -> None:
    """Paint silk, or the backdrop of what is before it."""
    if kind(scene) == "silk":
        _silk(scene)
    else:
        _backdrop(scene)


def _silk(scene: Scene) -> None:
    """Paint a cloth in slow folds: a surface of warped waves, lit from the side as satin is."""
    rng = scene.rng("silk")
    at = scene.keep("silk canvas", lambda: canvas(scene).at(0.4))
    five = tones(scene)
    table = scene.keep("silk", lambda: ramp(five))
    go = np.float32(2 * np.pi * scene.phase)
    lean = float(rng.uniform(0.3, 0.95)) * (1 if rng.random() < 0.5 else -1)
    turn = rng.uniform(0, 6.3, 8).astype(np.float32)
    often = float(rng.uniform(3.4, 5.0))
    u = at.x * np.float32(np.cos(lean)) + at.y * np.float32(np.sin(lean))
    v = at.y * np.float32(np.cos(lean)) - at.x * np.float32(np.sin(lean))
    u = u + np.float32(0.20) * np.sin(v * np.float32(2.1) + turn[0] + np.float32(0.22) * np.sin(go))
    v = v + np.float32(0.17) * np.sin(u * np.float32(2.7) + turn[1] + np.float32(0.26) * np.cos(go))
    u += np.float32(0.07) * np.sin(v * np.float32(5.3) + turn[2] + np.float32(0.3) * np.sin(go + turn[3]))
    fold = np.sin(v * np.float32(often) + turn[4] + np.float32(0.9) * np.sin(u * np.float32(1.7) + turn[5]))
    crease = np.sin(v * np.float32(often * 2.3) + u * np.float32(1.3) + turn[6])
    high = fold + np.float32(0.28) * crease
    step = np.float32(at.height / float(at.y[-1, 0] * 2))
    down, across = np.gradient(high)
    slope = (across * np.float32(np.sin(lean)) - down * np.float32(np.cos(lean))) * step / np.float32(often)
    facing = slope / np.sqrt(1 + slope * slope)
    sheen = np.clip(1 - np.abs(facing - np.float32(0.55)) * np.float32(2.4), 0, 1) ** 2
    deep = smoothstep(-1.2, 1.0, high)
    t = (
        np.float32(0.20)
        + np.float32(0.30) * deep
        + np.float32(0.24) * facing
        + np.float32(0.22) * sheen * deep
    )
    t += at.y * np.float32(-0.10) + at.x * np.float32(0.06)
    calm = scene.keep("silk calm", lambda: head(at, 0.06)) * np.float32(0.55)
    t += (np.float32(behind(five) / 4) - t) * calm
    for plane, small in zip(scene.px, look(table, np.asarray(t, np.float32)), strict=True):
        plane[:] = resize(small, scene.width, scene.height)


def _backdrop(scene: Scene) -> None:
    """Paint a plain wall that a light comes to from above, and a pool behind the person."""
    five = tones(scene)
    rng = scene.rng("backdrop")
    at = scene.keep("backdrop canvas", lambda: canvas(scene).at(0.15))
    table = scene.keep("backdrop", lambda: ramp(five))
    dark = kind(scene) == "lines"
    side = 1 if rng.random() < 0.5 else -1
    sway = 0.03 * scene.swing(8)
    x, y = at.x - np.float32(side * 0.45 + sway), at.y + np.float32(0.35)
    glow = np.exp(-(x * x + y * y * np.float32(1.4)) * np.float32(1.5))
    low, range_ = (0.02, 0.28) if dark else (0.32, 0.42)
    t = np.float32(low) + np.float32(range_) * glow - at.y * np.float32(0.10)
    pool = np.exp(-((at.x / 0.46) ** 2) - ((at.y / 0.46) ** 2))
    aim = 0.34 if dark else behind(five) / 4
    t = t + (np.float32(aim) - t) * pool * np.float32(0.6 if dark else 0.45)
    for plane, small in zip(scene.px, look(table, np.asarray(t, np.float32)), strict=True):
        plane[:] = resize(small, scene.width, scene.height)


def things(scene: Scene) -> None:
    """Paint what moves before the backdrop."""
    drawn = kind(scene)
    if drawn == "spheres":
        _spheres(scene)
    elif drawn == "lines":
        _lines(scene)


def _spheres(scene: Scene) -> None:
    """Paint matt spheres beside the person, lit by one large lamp and rimmed by another."""
    rng = scene.rng("spheres")
    five = tones(scene)
    side = 1 if scene.rng("backdrop").random() < 0.5 else -1
    half, u = scene.width / scene.unit / 2, scene.unit
    around = np.linspace(0, 2 * np.pi, 8)
    placed: list[tuple[float, float, float]] = []
    for number in range(60):
        r = float(rng.choice([0.05, 0.08, 0.12, 0.17, 0.24], p=[0.28, 0.26, 0.22, 0.16, 0.08]))
        x, y, far = rng.uniform(-half, half), rng.uniform(-0.55, 0.5), float(rng.random())
        body = mix(five[t := int(rng.integers(1, 5))], five[max(1, t - 1)], float(rng.random()) * 0.7)
        across, down = (x + r * np.cos(around)) * u, (y + r * np.sin(around)) * u
        hides = covers(
            scene.width, scene.height, across + scene.width / 2, down + scene.height / 2, 0.09
        ).any()
        over = abs(x) < r + 0.1 and y > -0.4
        touches = any(np.hypot(x - a, y - b) < (r + c) * 0.92 for a, b, c in placed)
        if hides or over or touches or len(placed) > 12 * min(half, 2):
            continue
        placed.append((x, y, r))
        dx, dy = drift(scene, number * 0.29, 0.012 + 0.01 * far)
        at = ((x + dx) * u + scene.width / 2, (y + dy) * u + scene.height / 2)
        _sphere(scene, *at, r * u, body, five, side, far)


def _sphere(
    scene: Scene, x: float, y: float, radius: float, body: Colour, five: list[Colour], side: int, far: float
) -> None:
    """Paint one and its shadow; the lamp is on `side`, and `far` ones (0 to 1) have softer edges."""
    part = scene.around(x - side * radius * 0.22, y + radius * 0.3, radius, 1.75)
    if part is not None:
        d, top, left = part
        shadow = (1 - smoothstep(0.45, 1.7, d)) * np.float32(0.34)
        scene.paint(flat(five[0]), np.asarray(shadow * shadow * 2.2, np.float32), top, left)
    part = scene.around(x, y, radius, 1.12)
    if part is None:
        return
    d, top, left = part
    h, w = d.shape
    nx = (np.arange(left, left + w, dtype=np.float32)[None, :] - np.float32(x)) / np.float32(radius)
    ny = (np.arange(top, top + h, dtype=np.float32)[:, None] - np.float32(y)) / np.float32(radius)
    nz = np.sqrt(np.clip(1 - nx * nx - ny * ny, 0, 1))
    key = np.clip(nx * np.float32(0.5 * side) - ny * np.float32(0.62) + nz * np.float32(0.6), 0, 1)
    fill = np.clip(np.float32(0.3) - ny * np.float32(0.3) + nz * np.float32(0.3), 0, 1)
    rim = np.clip(nx * np.float32(-0.8 * side) + ny * np.float32(0.25), 0, 1) * (1 - nz) ** np.float32(1.6)
    shine = np.clip(key, 0, 1) ** np.float32(9) * np.float32(0.22)
    lit = np.float32(0.20) + np.float32(0.28) * fill + np.float32(0.80) * key
    px = [
        c * lit + shine * e + rim * r * np.float32(0.9)
        for c, e, r in zip(body, five[4], five[3], strict=True)
    ]
    soft = np.float32(1.2 / radius + far * far * 0.10)
    mask = 1 - smoothstep(1 - float(soft), 1 + float(soft) * 0.35, d)
    scene.paint(np.stack(px), mask, top, left)


def _lines(scene: Scene) -> None:
    """Paint two sheaves of fine lines that wave through the dark, brighter where they crowd."""
    rng = scene.rng("lines")
    five = tones(scene)
    calm = scene.keep("calm", lambda: 1 - 0.62 * head(canvas(scene), 0.05))
    if calm.shape != scene.px.shape[1:]:
        calm = resize(calm, scene.width, scene.height)
    for sheaf, tone in enumerate((3, 2)):
        turn = rng.uniform(0, 6.3, 5)
        rise = float(rng.uniform(-0.30, 0.30))
        for band in bands(scene.height, scene.width):
            glow = _sheaf(scene, band, turn, rise, 0.10 - 0.28 * sheaf, 17 + 8 * sheaf)
            scene.shine(
                flat(mix(five[tone], five[4], 0.25)), glow * calm[band] * np.float32(0.75), band.start
            )


def _sheaf(scene: Scene, band: slice, turn: np.ndarray, rise: float, middle: float, count: int) -> Field:
    """Return the light of a sheaf of lines in a band of rows (h, w): they are where a phase is whole."""
    go = 2 * np.pi * scene.phase
    x = (scene.columns / np.float32(scene.width) - np.float32(0.5)) * np.float32(2)
    y = scene.rows[band] / np.float32(scene.unit) - np.float32(scene.height / scene.unit / 2)
    base = middle + rise * x + 0.16 * np.sin(2.1 * x + turn[0] + 0.25 * np.sin(go + turn[3]))
    base = base + 0.05 * np.sin(4.6 * x + turn[1] + 0.35 * np.cos(go))
    wide = 0.11 + 0.085 * np.sin(1.7 * x + turn[2] + 0.3 * np.sin(go)) + 0.05 * np.sin(3.9 * x + turn[4])
    wide = np.maximum(np.abs(wide), 0.012).astype(np.float32)
    q = (y - base.astype(np.float32)) / wide
    phase = (q + 1) * np.float32(count / 2)
    apart = np.abs(phase - np.rint(phase)) * (wide * np.float32(2 * scene.unit / count))
    # where lines are closer than pixels they are one light
    width = np.float32(0.62 * max(1.0, scene.unit / 720))
    crowd = np.clip(np.float32(1.7) * width * np.float32(count / 2 / scene.unit) / wide, 0, 0.9)
    line = np.exp(-((apart / width) ** 2)) * (1 - crowd) + crowd
    inside = smoothstep(-1.04, -0.6, q) * (1 - smoothstep(0.6, 1.04, q))
    body = np.exp(-q * q * np.float32(1.6)) * np.float32(0.10)
    return np.asarray((line * np.float32(0.55) + np.float32(0.04)) * inside + body, np.float32)


ABSTRACT = Place(
    layers=(Layer("colours", ground, moves=True), Layer("shapes", things, moves=True)),
    horizon=1.0,
    time="day",
    outdoors=False,
    soft=0.6,
    lit=False,
)
