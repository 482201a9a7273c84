"""Palms, conifers, broad trees and grass."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from .light import Colour, colour, mix
from .noise import Field, fbm, smoothstep
from .shapes import Cutout

if TYPE_CHECKING:
    from .scene import Scene


def palm(
    scene: Scene,
    rng: np.random.Generator,
    x: float,
    foot: float,
    height: float,
    lean: float,
    soft: float = 0.0,
) -> None:
    """Paint a coconut palm at (x, foot), `height` pixels high, its crown `lean` pixels to the side."""
    low = scene.light.low or scene.light.moon
    leaf = colour("#4c6e36")
    reach = height * 0.62
    box = (
        min(x, x + lean) - reach,
        foot - height - reach * 0.8,
        max(x, x + lean) + reach,
        foot + height * 0.02,
    )
    cut = Cutout(scene, box, scene.light.ground(leaf, 0.15 if low else 0.5) * np.float32(0.7), soft)
    if cut.empty:
        return
    top_x, top_y = _trunk(cut, scene, rng, (x, foot), height, lean, low)
    # fronds stand around the crown like the ribs of an umbrella: the far ones first, the near ones last
    count = int(rng.integers(15, 19))
    around = np.linspace(0, 2 * np.pi, count, endpoint=False) + rng.uniform(-0.2, 0.2, count)
    rise = np.where(np.arange(count) % 3 == 0, rng.uniform(0.75, 1.2, count), rng.uniform(-0.15, 0.7, count))
    for k in np.argsort(-np.sin(around) - rise * 0.3):
        length = height * rng.uniform(0.44, 0.54)
        _frond(cut, scene, rng, (top_x, top_y), float(around[k]), float(rise[k]), length, leaf, low)
    dark = scene.light.ground(colour("#6a5236"), 0.12 if low else 0.4)
    for _ in range(int(rng.integers(4, 8))):
        cut.disc(
            top_x + rng.uniform(-1, 1) * height * 0.026,
            top_y + rng.uniform(0.0, 0.04) * height,
            height * 0.014,
            dark,
        )
    cut.paint()


def _trunk(
    cut: Cutout,
    scene: Scene,
    rng: np.random.Generator,
    root: tuple[float, float],
    height: float,
    lean: float,
    low: bool,
) -> tuple[float, float]:
    """Paint a ringed trunk that leans and rights itself, bright on the sun's side; returns its top."""
    bark = colour("#8d7154")
    dark, rim = (
        scene.light.ground(bark, 0.10 if low else 0.45),
        scene.light.ground(bark, 0.8 if low else 0.95),
    )
    n = 34
    t = np.linspace(0, 1, n + 1)
    cx = root[0] + lean * t**1.6 + height * 0.012 * np.sin(t * 5 + rng.random() * 6) * t
    cy = root[1] - height * t
    half = height * (0.0185 - 0.0085 * t + 0.016 * np.exp(-t * 20))
    sun = 1.0 if scene.sun[0] > root[0] else -1.0
    for i in range(n):
        ring = np.float32(1 + 0.09 * rng.uniform(-1, 1) - 0.10 * (i % 2))
        for k in range(4):
            a, b = -1 + k * 0.5, -0.5 + k * 0.5
            facing = max(0.0, (a + b) / 2 * sun + 0.25)
            cut.polygon(
                [
                    (cx[i] + a * half[i] * 1.04, cy[i]),
                    (cx[i] + b * half[i] * 1.04, cy[i]),
                    (cx[i + 1] + b * half[i + 1], cy[i + 1] - 1),
                    (cx[i + 1] + a * half[i + 1], cy[i + 1] - 1),
                ],
                mix(dark, rim, facing) * ring,
            )
    return float(cx[-1]), float(cy[-1])


def _frond(
    cut: Cutout,
    scene: Scene,
    rng: np.random.Generator,
    crown: tuple[float, float],
    around: float,
    rise: float,
    length: float,
    leaf: Colour,
    low: bool,
) -> None:
    """One feathered leaf: a stem that arches under its weight, leaflets hanging from both sides.

    `around` is its bearing as seen from above (0 is right, pi/2 away from us), `rise` its angle above level.
    """
    light = scene.light
    n = 44
    t = np.linspace(0, 1, n)
    out = np.cos(rise) * np.cos(around)
    fall = (0.50 + 0.16 * rng.random()) * np.cos(rise * 0.7)
    sx = crown[0] + length * out * (t - 0.10 * t**3)
    sy = crown[1] - length * (np.sin(rise) + 0.10) * (t - 0.15 * t**2) + length * fall * t**2.2
    dx, dy = np.gradient(sx), np.gradient(sy)
    norm = np.hypot(dx, dy) + 1e-6
    dx, dy = dx / norm, dy / norm
    toward = float(np.clip((scene.sun[0] - crown[0]) / scene.unit, -1, 1)) * float(np.cos(around))
    near = 0.5 - 0.5 * float(np.sin(around))
    lit = (
        (0.03 + 0.08 * near + 0.30 * max(0.0, toward))
        if low
        else (0.24 + 0.34 * near + 0.16 * max(0.0, rise))
    )
    if low:
        leaf = mix(leaf * np.float32(0.62), leaf * light.key, 0.4)
    tone = light.ground(leaf, lit)
    bright = light.ground(leaf * np.array([1.35, 1.15, 0.8], np.float32), min(1.0, lit + 0.34))
    blade = length * (0.185 * np.sin(np.pi * np.clip(t * 0.88 + 0.10, 0, 1)) ** 0.8 + 0.012)
    blade = blade * rng.uniform(0.85, 1.12, n)
    half = length * 0.0052
    # seen along their length, leaflets fold together and hang
    open_ = 0.35 + 0.65 * abs(out)
    for side in (-1, 1):
        px = dx * 0.62 - side * dy * 0.62 * open_
        py = dy * 0.62 + side * dx * 0.62 * open_ + 0.45
        scale = blade / np.hypot(px, py)
        mx, my = sx + px * scale * 0.5, sy + py * scale * 0.5 - blade * 0.04
        ex, ey = sx + px * scale, sy + py * scale + blade * 0.10
        points = np.stack(
            [
                sx - dx * half,
                sy - dy * half,
                sx + dx * half,
                sy + dy * half,
                mx + dx * half,
                my + dy * half,
                ex,
                ey,
                mx - dx * half,
                my - dy * half,
            ],
            axis=1,
        ).tolist()
        for i in range(2, n):
            p = points[i]
            shade = mix(tone, bright, (0.15 + 0.5 * float(t[i])) * (1.0 if side < 0 else 0.35))
            cut.polygon([(p[0], p[1]), (p[2], p[3]), (p[4], p[5]), (p[6], p[7]), (p[8], p[9])], shade)
    stem = mix(tone, bright, 0.7)
    edge = length * 0.010 * (1.05 - t)
    upper, lower = list(zip(sx, sy - edge, strict=True)), list(zip(sx, sy + edge, strict=True))
    cut.polygon([*upper, *lower[::-1]], stem)


def conifer(
    cut: Cutout,
    rng: np.random.Generator,
    x: float,
    foot: float,
    height: float,
    dark: Colour,
    lit: Colour,
    side: float,
    snow: Colour | None = None,
) -> None:
    """Paint a spruce: tiers of hanging branches, lighter on the `side` (-1 or 1) where the sun is."""
    tiers = max(5, int(height / 7)) if height < 90 else 15
    spread = height * rng.uniform(0.17, 0.22)
    cut.polygon(
        [(x - height * 0.012, foot), (x + height * 0.012, foot), (x, foot - height * 0.5)],
        dark * np.float32(0.7),
    )
    for i in range(tiers):
        t = i / tiers
        y0 = foot - height * (0.06 + 0.94 * t)
        half = spread * (1 - t) ** 0.9 * rng.uniform(0.82, 1.12) + height * 0.006
        tall = height / tiers * 1.9
        drop = half * 0.30
        for s in (-1.0, 1.0):
            tone = mix(dark, lit, 0.75 if s == side else 0.10) * np.float32(rng.uniform(0.9, 1.1))
            points = [(x, y0 - tall)]
            for k in range(1, 5):
                r = k / 4
                points.append((x + s * half * r, y0 - tall * (1 - r) ** 1.4 + drop * r))
                points.append(
                    (x + s * half * (r - 0.10), y0 - tall * (1 - r) * 0.55 + drop * r * rng.uniform(0.5, 1.3))
                )
            points.append((x, y0))
            cut.polygon(points, tone)
            if snow is not None and half > 1.5:
                cut.polygon(
                    [(x, y0 - tall), (x + s * half, y0 + drop), (x + s * half * 0.55, y0 - tall * 0.12)],
                    mix(tone, snow, 0.85 if s == side else 0.6),
                )


def broadleaf(
    scene: Scene, rng: np.random.Generator, x: float, foot: float, height: float, dark: Colour, lit: Colour
) -> None:
    """Paint a round tree: a trunk, and a crown of leaves as noise, lighter where it faces the sun."""
    half = height * rng.uniform(0.36, 0.46)
    crown = height * 0.40
    cy = foot - height * 0.60
    trunk = Cutout(scene, (x - half, cy - crown * 0.2, x + half, foot + 2), dark)
    bark = dark * np.array([0.72, 0.6, 0.56], np.float32)
    trunk.polygon(
        [
            (x - height * 0.032, foot),
            (x + height * 0.032, foot),
            (x + height * 0.014, cy),
            (x - height * 0.014, cy),
        ],
        bark,
    )
    for s in (-1, 1):
        trunk.polygon(
            [
                (x - height * 0.012, foot - height * 0.28),
                (x + s * half * 0.6, cy + crown * 0.1),
                (x + height * 0.012, foot - height * 0.22),
            ],
            bark,
        )
    trunk.paint()
    left, top = max(0, int(x - half * 1.3)), max(0, int(cy - crown * 1.3))
    right, bottom = min(scene.width, int(x + half * 1.3) + 1), min(scene.height, int(cy + crown * 1.2) + 1)
    big = fbm(rng, int(half * 2.6) + 2, int(crown * 2.5) + 2, height * 0.16, 2)
    fine = fbm(rng, int(half * 2.6) + 2, int(crown * 2.5) + 2, max(3.0, height * 0.045), 3)
    if right <= left or bottom <= top:
        return
    big, fine = big[: bottom - top, : right - left], fine[: bottom - top, : right - left]
    dx = (scene.columns[:, left:right] - np.float32(x)) / np.float32(half)
    dy = (scene.rows[top:bottom] - np.float32(cy)) / np.float32(crown)
    # flatter below than above, as crowns are
    d = dx * dx + dy * dy * np.where(dy > 0, np.float32(1.7), np.float32(1.0))
    body = 1 - d + big * 0.62 + fine * 0.42
    mask = smoothstep(0.22, 0.42, body)
    sx, sy = scene.sun[0] - x, scene.sun[1] - cy
    away = float(np.hypot(sx, sy)) or 1.0
    facing = (dx * np.float32(sx / away) + dy * np.float32(sy / away)) * np.float32(0.42)
    lump = np.roll(big, (2, -int(np.sign(sx)) * 2), (0, 1)) - big
    shade = np.clip(0.40 + facing + fine * 0.30 + lump * 1.2 - dy * np.float32(0.18), 0, 1)
    colours = dark.reshape(3, 1, 1) + (lit - dark).reshape(3, 1, 1) * shade
    scene.paint(np.asarray(colours, np.float32), mask, top, left)


def grass(
    scene: Scene,
    rng: np.random.Generator,
    top: float,
    foot: float,
    tall: float,
    dark: Colour,
    lit: Colour,
    count: int,
    soft: float = 0.0,
    gap: float = 0.0,
) -> None:
    """Blades from `foot` up, the taller the nearer to the sides; `gap` keeps the middle low, 0 to 1."""
    box = (0.0, top - tall * 1.4, float(scene.width), foot)
    cut = Cutout(scene, box, mix(dark, lit, 0.4), soft)
    xs: Field = np.sort(rng.random(count).astype(np.float32)) * scene.width
    for x in rng.permutation(xs):
        aside = min(1.0, abs(float(x) / scene.width - 0.5) * 2)
        y = rng.uniform(top, foot)
        size = tall * rng.uniform(0.45, 1.0) * (1 - gap + gap * aside**1.5)
        bend = size * rng.uniform(-0.45, 0.45)
        half = max(0.7, size * 0.016)
        tone = mix(dark, lit, float(rng.random()) ** 1.4)
        cut.polygon(
            [
                (x - half, y),
                (x + half, y),
                (x + bend * 0.4 + half * 0.7, y - size * 0.6),
                (x + bend, y - size),
                (x + bend * 0.4 - half * 0.7, y - size * 0.6),
            ],
            tone,
        )
    cut.paint()
