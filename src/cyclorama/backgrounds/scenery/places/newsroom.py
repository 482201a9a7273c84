"""A news studio without its desk: a map, a city or arcs of light on its wall, graphics, a ticker."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from ..air import clouds, sky
from ..lens import bokeh
from ..light import Colour, colour, mix
from ..rooms import outlook
from ..scene import Layer, Place, Planes, Scene, flat
from ..shapes import blur
from ..town import buildings, worldmap
from ..town.lights import Lights, enlarged
from ..town.newsset import ROWS, Layout, Wall, build, layout, scheme, small

if TYPE_CHECKING:
    from ..noise import Field


def view(scene: Scene, s: Scene, plan: Layout) -> Planes:
    """Return the city outside at this moment, where the screen is, (3, h, w)."""

    def outside() -> Scene:
        height = max(16, int((plan.bottom - plan.top) * s.unit))
        inner = replace(scene, width=s.width, height=height, kept={}, phase=0.0)
        inner.horizon = height * 0.98
        sky.place_sun(inner)
        sky.gradient(inner)
        clouds.paint(inner)
        buildings.stand(inner, buildings.skyline(inner, inner.horizon, height * 0.72, 1.8, 0.5))
        inner.px[:] = bokeh(inner.px, s.unit * 0.0022)
        return inner

    inner = scene.keep("outside", outside)
    now = replace(inner, phase=scene.phase)
    now.px[:] = inner.px
    buildings.shine(now, buildings.skyline(now, inner.horizon, inner.height * 0.72, 1.8, 0.5))
    px = np.zeros((3, s.height, s.width), np.float32)
    top = int(plan.top * s.unit)
    last = min(s.height, top + inner.height)
    if last > max(0, top):
        px[:, max(0, top) : last] = now.px[:, max(0, -top) : last - top]
    return px


def elsewhere(scene: Scene, s: Scene, wall: Wall, plan: Layout) -> Planes:
    """Return the place that the prompt wants to be seen, where the screen is, (3, h, w)."""
    row = (plan.top + (plan.bottom - plan.top) * 0.62) * s.unit
    seen = scene.keep("elsewhere", lambda: outlook.through(s, wall.screen, row))
    dark = replace(s)
    if seen is not None:
        seen.add(dark)
    return dark.px


def shown(scene: Scene, s: Scene, wall: Wall) -> Planes:
    """Return what the screen shows now, (3, h, w)."""
    tones, plan = scheme(scene), layout(scene)
    if plan.shows == "city":
        return view(scene, s, plan)
    if plan.shows == "view":
        return elsewhere(scene, s, wall, plan)
    u = s.unit
    x = (s.columns - np.float32(s.width / 2)) / np.float32(u)
    y = s.rows / np.float32(u) - np.float32((plan.top + plan.bottom) / 2)
    pool = np.exp(-((x / 0.42) ** 2) - (y / 0.26) ** 2)
    ground = flat(tones.dark * np.float32(0.9)) + flat(mix(tones.middle, tones.light, 0.30)) * (
        0.25 + 0.75 * pool
    )
    if plan.shows == "map":
        wave = 0.62 + 0.20 * np.sin(2 * np.pi * (x * np.float32(0.9) - np.float32(scene.phase)))
        return np.asarray(
            ground + flat(mix(tones.light, colour("#ffffff"), 0.35)) * (wall.dots * wave), np.float32
        )
    rng = scene.rng("arcs")
    side = 1 if rng.random() < 0.5 else -1
    cx, cy = side * rng.uniform(0.40, 0.6), rng.uniform(0.05, 0.30)
    d = np.hypot(x - np.float32(cx), y - np.float32(cy))
    angle = np.arctan2(y - np.float32(cy), x - np.float32(cx))
    light = np.zeros_like(d)
    for n in range(7):
        radius, thick = 0.10 + 0.085 * n, rng.uniform(0.004, 0.016)
        turn = 2 * np.pi * (scene.phase * (1 if n % 2 else -1) + rng.random())
        fade = 0.25 + 0.75 * (0.5 + 0.5 * np.cos(angle - np.float32(turn))) ** 2
        light = light + np.exp(-(((d - np.float32(radius)) / np.float32(thick)) ** 2)) * fade * rng.uniform(
            0.25, 0.7
        )
    calm = 1 - 0.7 * np.exp(-((x / 0.24) ** 4))
    return np.asarray(ground + flat(mix(tones.light, colour("#ffffff"), 0.25)) * (light * calm), np.float32)


def signals(scene: Scene, s: Scene, lamps: Lights) -> None:
    """Add what moves on the wall: points on the map, graphics beside it, a ticker of shapes."""
    tones, plan, rng = scheme(scene), layout(scene), scene.rng("signals")
    u, mid = s.unit, s.width / 2
    pale = mix(tones.light, colour("#ffffff"), 0.6)
    if plan.shows == "map":
        tall = 2 * plan.half * 0.40
        for n, (east, north) in enumerate(worldmap.CITIES):
            across, down = worldmap.place(east, north)
            x = mid + (-plan.half + 2 * plan.half * across) * u
            y = ((plan.top + plan.bottom) / 2 - tall / 2 + tall * down) * u
            if abs(x - mid) < 0.2 * u:
                continue
            age = scene.turn(4, n * 0.37)
            lamps.disc(
                x, y, u * (0.006 + 0.030 * age), tones.accent, 0.55 * (1 - age) * min(1.0, age * 6), 0.9
            )
            lamps.disc(x, y, u * 0.005, tones.accent, 0.9, 0.0)
    edge = plan.edge + 0.035
    reach = s.width / u / 2
    for side in (-1, 1):
        for n in range(7):
            x = edge + 0.04 * n
            if x > reach:
                break
            for half in (0, 1):
                foot = (plan.top + plan.bottom) / 2 - 0.03 if half == 0 else plan.bottom - 0.03
                level = rng.uniform(0.35, 0.9) + 0.10 * scene.swing(8, float(rng.random()))
                tall = 0.18 * level
                tone = tones.light if (n + half) % 3 else tones.accent
                bar(lamps, mid + side * x * u, (foot - tall / 2) * u, 0.012 * u, tall / 2 * u, tone, 0.5)
    ticker(scene, s, lamps, rng, pale)


def ticker(scene: Scene, s: Scene, lamps: Lights, rng: np.random.Generator, pale: Colour) -> None:
    """Add a band of soft shapes that slides by."""
    tones, plan, u = scheme(scene), layout(scene), s.unit
    y = (plan.bottom + 0.035 + plan.floor - 0.067) / 2 * u
    period = 0.62
    shapes = []
    x = 0.0
    while x < period - 0.05:
        wide = min(rng.uniform(0.03, 0.13), period - x - 0.02)
        shapes.append((x + wide / 2, wide / 2, rng.random() < 0.25))
        x += wide + 0.022
    count = int(s.width / u / period) + 3
    for k in range(-1, count):
        for at, half, marked in shapes:
            px = (k * period + at - period * scene.phase) * u
            tone, amount = (tones.accent, 0.75) if marked else (pale, 0.42)
            bar(lamps, px, y, half * u, 0.011 * u, tone, amount)


def bar(lamps: Lights, x: float, y: float, half: float, tall: float, tone: Colour, amount: float) -> None:
    """Add a rectangle of light, `half` wide and `tall` high to each side of its middle."""
    k = lamps.scale
    part = lamps.part(x * k, y * k, half * k + 1, tall * k + 1)
    if part is None:
        return
    left, top, right, bottom = part
    across = np.clip(half * k - np.abs(np.arange(left, right) + 0.5 - x * k) + 0.5, 0, 1)
    down = np.clip(tall * k - np.abs(np.arange(top, bottom) + 0.5 - y * k) + 0.5, 0, 1)
    body = (down[:, None] * across[None, :] * amount).astype(np.float32)
    for plane, c in zip(lamps.light, tone.tolist(), strict=True):
        plane[top:bottom, left:right] += body * np.float32(c)


def studio(scene: Scene) -> None:
    """Paint the wall as it is now, and the floor that mirrors it."""
    wall = scene.keep("wall", lambda: build(scene))
    tones, s = scheme(scene), small(scene)
    s.px[:] = wall.px
    s.paint(shown(scene, s, wall), wall.screen)
    lamps = Lights(s, 2 * ROWS)
    signals(scene, s, lamps)
    lamps.paint()
    first = np.floor(wall.rows).astype(np.int32)
    share = wall.rows - first
    index = first * s.width + np.arange(s.width, dtype=np.int32)[None, :]
    y = s.rows / np.float32(s.unit)
    plan = layout(scene)
    fade = np.float32(0.42) * np.exp(-np.maximum(y - np.float32(plan.floor), 0) * np.float32(5))
    gloss = 1 - wall.reflect * (1 - fade)
    floor = wall.reflect * np.float32(0.5)
    for plane, out, dark in zip(s.px, scene.px, tones.dark.tolist(), strict=True):
        flat_ = plane.ravel()
        seen = flat_.take(index) * (1 - share) + flat_.take(index + s.width) * share
        seen = seen * gloss + floor * np.float32(dark)
        mirrored = blur_below(seen, wall.reflect, s.unit * 0.006)
        out[:] = enlarged(mirrored, scene.width, scene.height)


def blur_below(seen: Field, reflect: Field, radius: float) -> Field:
    """Return `seen` with the floor, where `reflect` is 1, out of focus."""
    rows = np.flatnonzero(reflect.max(1) > 0)
    if not len(rows):
        return seen
    first = max(0, int(rows[0]) - 2)
    part = seen[first:]
    soft = blur(part, radius)
    seen[first:] = part + (soft - part) * reflect[first:]
    return seen


NEWSROOM = Place(
    layers=(Layer("studio", studio, moves=True),),
    horizon=0.6,
    time="night",
    outdoors=False,
    soft=1.0,
    holds=frozenset({"monitors", "window"}),
)
