"""Under the sea: light from above, a reef to the sides, and what swims."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from ..land import terrain
from ..light import Colour, colour, mix
from ..motion.particles import splat
from ..noise import Field, line, resize, sample, smoothstep, tile
from ..scene import Layer, Place, flat
from ..sea import fish, jellyfish, reef, turtle
from ..sea.water import Look, Waves

if TYPE_CHECKING:
    from ..scene import Scene

DEEP = ("#a2eae6", "#58cfd8", "#1c93b8", "#0c5f92", "#083a68")
DARK = ("#6fa8c8", "#2f6f9c", "#123f6e", "#0a254c", "#071634")
AT = np.array([0.0, 0.16, 0.42, 0.72, 1.0])


def tones(scene: Scene) -> list[Colour]:
    """Return the water's colours from the surface down."""
    shades = [colour(c) for c in (DARK if scene.time == "night" else DEEP)]
    if scene.time == "dusk":
        shades = [mix(a * np.float32(0.62), colour(b), 0.35) for a, b in zip(shades, DARK, strict=True)]
    if scene.weather in {"storm", "rain"}:
        shades = [a * np.float32(0.78) for a in shades]
    if scene.time in {"sunset", "dawn", "golden"}:
        warm = mix(scene.light.sky[0], scene.light.sky[1], 0.5)
        shades[0], shades[1] = mix(shades[0], warm, 0.45), mix(shades[1], warm, 0.2)
    return shades


def lit(scene: Scene) -> float:
    """Return how bright things are, 0 to 1."""
    return {"night": 0.5, "dusk": 0.68}.get(scene.time, 1.0)


def water_at(scene: Scene, share: float) -> Colour:
    """Return the water's colour at a share of the height."""
    t = share * share * (1.6 - 0.6 * share)
    shades = tones(scene)
    return np.asarray([np.interp(t, AT, [c[i] for c in shades]) for i in range(3)], np.float32)


def depths(scene: Scene) -> None:
    """Paint the water: bright under the surface, deep blue below, and the sun's pool of light."""
    shades = tones(scene)
    t = np.linspace(0, 1, scene.height)
    t = t * t * (1.6 - 0.6 * t)
    scene.px[:] = np.stack([np.interp(t, AT, [c[i] for c in shades]) for i in range(3)])[:, :, None]
    x = (scene.columns - np.float32(scene.sun[0])) / np.float32(scene.unit)
    y = scene.rows / np.float32(scene.unit)
    wide = np.exp(-(x * x * 1.4 + (y + 0.1) ** 2 * 3.2)) * np.float32(0.45)
    near = np.exp(-(x * x * 9 + (y + 0.02) ** 2 * 14)) * np.float32(0.55)
    scene.shine(flat(mix(shades[0], colour("#ffffff"), 0.3)), np.asarray(wide + near, np.float32))
    # to the sides it is darker, as through a lens
    aside = np.clip(np.abs(scene.columns / np.float32(scene.width) - 0.5) * 2 - 0.35, 0, 1) ** 2
    below = smoothstep(0.0, 0.6, scene.rows / np.float32(scene.height)) * np.float32(0.30)
    scene.paint(flat(shades[4]), aside * below)


def surface(scene: Scene) -> None:
    """Paint the surface from below: a net of light, in perspective, and shafts that fan out. It moves."""
    tone = tones(scene)[0]
    h = int(scene.height * 0.26)
    if h >= 4:

        def seen() -> tuple[Look, Field]:
            rows = scene.rows[:h]
            z = np.float32(0.10) / (np.float32(h / scene.unit) - rows / np.float32(scene.unit) + 0.015)
            x = (scene.columns[:, ::2] - scene.width / 2) / np.float32(scene.unit)
            return Look(x * z * np.float32(0.55), z * 1.2), 1 - smoothstep(0.2, 1.0, rows / np.float32(h))

        waves = scene.keep("waves", lambda: Waves(scene, low=5, high=70, fall=1.5, fastest=0.75))
        look, fade = scene.keep("surface", seen)
        slope, _ = waves.slopes(scene.phase, scene.seconds)
        net = (1 - np.minimum(np.abs(look.of(slope)), 1)) ** 2
        glint = np.asarray(net * fade * np.float32(0.30), np.float32)
        scene.shine(flat(tone), resize(glint, scene.width, h))
    shafts(scene, tone)


def shafts(scene: Scene, tone: Colour) -> None:
    """Shafts of light that fan out from the sun above the water, and wander."""
    w, h = max(scene.width // 4, 8), max(scene.height // 4, 8)

    def fanned() -> tuple[Field, Field, Field]:
        x = np.arange(w, dtype=np.float32)[None, :] - np.float32(scene.sun[0] / scene.width * w)
        y = np.arange(h, dtype=np.float32)[:, None] + np.float32(h * 0.5)
        fade = np.linspace(1, 0, h, dtype=np.float32)[:, None] ** 1.15
        return tile(scene.rng("shafts"), 2.6, 4, 120), np.arctan2(x, y).astype(np.float32), fade

    noise, angle, fade = scene.keep("shafts", fanned)
    turn = 2 * np.pi * scene.phase
    total = np.zeros((h, w), np.float32)
    steps = np.linspace(-1.6, 1.6, 512, dtype=np.float32)
    for k, pace in enumerate((0.5, 1.3)):
        row = np.full(1, 0.3 + 0.5 * k + 0.022 * np.sin(turn + k), np.float32)
        knots = sample(noise, steps * np.float32(pace * 0.42) + np.float32(0.010 * np.cos(turn)), row)
        total += np.interp(angle.ravel(), steps, knots).reshape(h, w).astype(np.float32)
    strength = 1.5 if "sunbeams" in scene.elements else 1.0
    amount = np.clip(total * 0.34 + 0.02, 0, 1) * fade * np.float32(0.55 * strength)
    scene.shine(flat(tone), np.clip(resize(amount.astype(np.float32), scene.width, scene.height), 0, 1))


def floor(scene: Scene) -> None:
    """Paint rocks far off, then the sand."""
    u = scene.unit
    water = water_at(scene, 0.62)
    for n, (base, tall, share) in enumerate(((0.80, 0.22, 0.84), (0.86, 0.30, 0.66))):
        tone = mix(colour("#123a4a"), water, share)
        row = scene.height * base
        terrain.ridge(scene, f"rock{n}", row, u * tall, u * 0.22, tone, mix(tone, water, 0.5), 6, 0.5, 0.75)
    top = int(scene.height * 0.80)
    if scene.height - top < 4:
        return
    rows = scene.rows[top:]
    wander = line(scene.rng("sand"), scene.width, u * 0.4, 4) * np.float32(u * 0.02)
    edge = np.float32(scene.height * 0.83) + wander
    down = (rows - top + 2) / np.float32(u)
    z = np.float32(0.09) / (down + 0.02)
    x = (scene.columns - scene.width / 2) / np.float32(u)
    bumps = sample(tile(scene.rng("bumps"), 2.4, 5, 60), x * z * 0.3 + 0.4, z * 0.8)
    sand = mix(colour("#7fb0a2"), water, 0.40)
    deep = smoothstep(0.0, 0.2, down)
    body = flat(sand) * (0.82 + bumps * 0.06)
    body = body + (flat(water) - body) * (0.75 - 0.55 * deep)
    scene.paint(np.asarray(body, np.float32), smoothstep(-3, 6, rows - edge[None, :]), top)


def caustics(scene: Scene) -> None:
    """Paint the net of light on the sand. It moves."""
    top = int(scene.height * 0.83)
    h = scene.height - top
    if h < 4 or scene.time == "night":
        return

    def seen() -> tuple[Look, Field]:
        down = (scene.rows[top:] - top + 2) / np.float32(scene.unit)
        z = np.float32(0.09) / (down + 0.035)
        x = (scene.columns[:, ::2] - scene.width / 2) / np.float32(scene.unit)
        return Look(x * z * np.float32(0.62), z * np.float32(1.3)), smoothstep(0.01, 0.16, down)

    waves = scene.keep("waves", lambda: Waves(scene, low=5, high=70, fall=1.5, fastest=0.75))
    look, fade = scene.keep("caustics", seen)
    across, away = waves.slopes(scene.phase, scene.seconds)
    # two nets, one over the other, meet in bright knots
    net = (
        np.clip(1 - np.abs(look.of(away)) * 1.2, 0, 1) ** 3
        + np.clip(1 - np.abs(look.of(across)) * 1.2, 0, 1) ** 3
    )
    light = resize(np.asarray(net * fade * np.float32(0.17), np.float32), scene.width, h)
    scene.shine(flat(mix(water_at(scene, 0.1), colour("#ffffff"), 0.3)), np.clip(light, 0, 1), top)


def grown(depth: int) -> tuple[Layer, Layer]:
    """Return a depth of the reef: what stands and what sways."""
    share = (0.60, 0.56, 0.55)[depth]

    def stony(scene: Scene) -> None:
        reef.stony(scene, depth, water_at(scene, share), lit(scene))

    def swaying(scene: Scene) -> None:
        reef.swaying(scene, depth, water_at(scene, share), lit(scene))

    return Layer("reef", stony), Layer("weed", swaying, moves=True)


def specks(scene: Scene) -> None:
    """Specks that drift in the water, most of them out of focus."""

    def strewn() -> tuple[np.ndarray, np.ndarray]:
        rng = scene.rng("specks")
        n = int(130 * scene.area)
        return rng.random((4, n)), rng.integers(1, 3, n)

    (x, y, size, at), laps = scene.keep("specks", strewn)
    turn = 2 * np.pi * (scene.phase + at)
    sink = (y + scene.phase) % 1.0
    fade = np.sin(np.pi * sink) ** 0.5
    px = x * scene.width + scene.unit * 0.012 * np.sin(turn * laps)
    py = (y * 1.2 - 0.1) * scene.height + (sink - 0.5) * scene.unit * 0.07
    radius = scene.unit * (0.0009 + 0.0032 * size**5)
    spots = splat(scene.height, scene.width, px, py, radius, fade * (0.34 - 0.22 * size), 0.0)
    scene.shine(flat(colour("#c0f2f6")), np.minimum(spots, 0.6))


def shoals(scene: Scene) -> None:
    """Paint the fish."""
    fish.shoals(scene, water_at(scene, 0.4), lit(scene))


def turtles(scene: Scene) -> None:
    """Paint the turtle."""
    turtle.turtles(scene, water_at(scene, 0.3), lit(scene))


UNDERWATER = Place(
    layers=(
        Layer("water", depths),
        Layer("surface", surface, moves=True),
        Layer("seabed", floor),
        Layer("light on the sand", caustics, moves=True),
        *grown(0),
        Layer("turtle", turtles, moves=True),
        Layer("fish", shoals, moves=True),
        *grown(1),
        Layer("jellyfish", jellyfish.jellyfish, moves=True),
        Layer("bubbles", jellyfish.bubbles, moves=True),
        Layer("specks", specks, moves=True),
        *grown(2),
    ),
    horizon=1.0,
    time="day",
    outdoors=False,
    soft=0.8,
    holds=frozenset({"fish", "bubbles", "sunbeams", "turtle", "jellyfish"}),
)
