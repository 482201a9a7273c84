"""Lights far out of focus: soft discs that drift and breathe, in any palette."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from .. import finish
from ..light import Colour, colour, mix
from ..noise import fbm, generator, resize
from ..scene import Layer, Place, Scene
from ..town.lights import Lights

# what the lights are, by the time of day: dark to light behind them, and their colours
NIGHTS = (
    (("#0b0d1c", "#1b1a33", "#3d2a3a"), ("#ffb45e", "#ffd9a0", "#ff7a4a", "#fff0d8", "#7fb0ff")),
    (("#061019", "#0c2838", "#14505a"), ("#ffd08a", "#57d4d6", "#fff2dc", "#ff9a5c", "#8fe8e0")),
    (("#120a1e", "#2c1440", "#54246a"), ("#ff7ac0", "#c08aff", "#ffd0e8", "#7fa8ff", "#ffb48a")),
    (("#0d0a08", "#2a1a10", "#5a3418"), ("#ffc46a", "#ffe2a8", "#ff9440", "#fff4dc", "#ffae58")),
    (("#070c1a", "#12224a", "#274a86"), ("#8fc4ff", "#dcecff", "#ffd9a8", "#5f9cff", "#b8f0ff")),
    (("#0a120c", "#1a3022", "#3a5a34"), ("#ffd98a", "#f05a4a", "#fff0c8", "#8fdc8a", "#ffb05a")),
)
DAYS = (
    (("#3f6a4a", "#8fb27c", "#e6efc8"), ("#fff7d8", "#d8f0a8", "#ffffff", "#b8dc8a", "#ffe9a0")),
    (("#6f9fc0", "#b8d6e6", "#f4f6f0"), ("#ffffff", "#fff0d8", "#d8ecf8", "#fff8ec", "#bfe0f4")),
    (("#c08a92", "#ecc4c0", "#fbeee6"), ("#fff6f0", "#ffd8d0", "#ffffff", "#ffe8c8", "#f8c8d4")),
)
GOLDS = (
    (("#5a2a18", "#c0703a", "#ffd89a"), ("#ffe6b0", "#ffc070", "#fff4d8", "#ff9a50", "#ffdc90")),
    (("#3c2440", "#a85a6a", "#ffc49a"), ("#ffd8b0", "#ff9a80", "#fff0dc", "#e88ab0", "#ffc880")),
)


@dataclass(frozen=True)
class Disc:
    """One light: where (in units from the middle of the picture), how large, and how it lives."""

    x: float
    y: float
    radius: float
    tone: Colour
    amount: float
    sway: tuple[float, float]
    at: float
    rim: float


def colours(scene: Scene) -> tuple[list[Colour], list[Colour]]:
    """Return the three colours behind, dark to light, and those of the lights."""
    rng = scene.rng("colours")
    if scene.palette:
        tones = finish.swatch(scene.palette)
        ground, lights = (
            [tones[0] * np.float32(0.8), tones[1] * np.float32(0.8), mix(tones[1], tones[2], 0.4)],
            tones[2:],
        )
        lights = [*lights, mix(tones[4], colour("#ffffff"), 0.4)]
    else:
        sets = {"day": DAYS, "golden": GOLDS, "sunset": GOLDS, "dawn": DAYS[1:]}.get(scene.time, NIGHTS)
        behind, shining = sets[int(rng.integers(len(sets)))]
        ground, lights = [colour(c) for c in behind], [colour(c) for c in shining]
    if scene.colours:
        named = [mix(c, colour("#ffffff"), 0.15) for c in scene.colours]
        lights = [*named * 3, *lights[:2]]
        ground = [mix(g, scene.colours[0] * np.float32(0.5 + 0.4 * n), 0.5) for n, g in enumerate(ground)]
    return ground, lights


def ground(scene: Scene) -> None:
    """Paint what the lights hang before: an even dark, lighter where the person stands."""
    behind, _ = colours(scene)
    rng = scene.rng("ground")
    w, h = max(scene.width // 8, 8), max(scene.height // 8, 8)
    x = (np.linspace(-0.5, 0.5, w, dtype=np.float32)[None, :]) * np.float32(scene.width / scene.unit)
    y = np.linspace(0, 1, h, dtype=np.float32)[:, None]
    pool = np.exp(-((x * 1.5) ** 2) - ((y - 0.52) * 2.3) ** 2)
    slope = (y - 0.5) * rng.uniform(-0.35, 0.35) + x * rng.uniform(-0.22, 0.22)
    cloud = fbm(scene.rng("cloud"), w, h, scene.unit * 0.05, 2)
    t = np.clip(0.16 + 0.62 * pool + slope + 0.14 * cloud, 0, 1)
    for plane, band in zip(scene.px, np.array(behind).T, strict=True):
        small = np.interp(t, (0, 0.5, 1), band).astype(np.float32)
        plane[:] = resize(small, scene.width, scene.height)


def field(scene: Scene) -> list[Disc]:
    """Return the lights: strewn, along a horizon, or hanging in strings."""
    rng = generator(*scene.key, "field")
    _, tones = colours(scene)
    span = scene.width / scene.unit
    tall = scene.height / scene.unit
    kind = str(rng.choice(["strewn", "horizon", "strings", "slope"]))
    if scene.wants("fairy_lights"):
        kind = "strings"
    line, lean = rng.uniform(-0.10, 0.08), rng.uniform(-0.35, 0.35)
    discs = []
    for depth, (count, low, high, amount) in enumerate(
        ((24, 0.080, 0.14, 0.13), (54, 0.040, 0.075, 0.36), (64, 0.018, 0.040, 0.66))
    ):
        for _ in range(int(count * min(span, 5.0) * min(tall, 4.0) / 1.8)):
            x, y = rng.uniform(-0.55, 0.55) * span, rng.uniform(-0.55, 0.55) * tall
            if kind == "horizon":
                y = line + rng.normal() * 0.16 + (0.05 if depth == 0 else 0)
            elif kind == "slope":
                y = line + x * lean + rng.normal() * 0.22
            elif kind == "strings" and depth:
                row = int(rng.integers(3))
                sag = 0.10 * (1 - (2 * ((x / span + 0.5 + row * 0.31) % 1) - 1) ** 2)
                y = -0.42 + row * 0.22 + sag + rng.normal() * 0.012
            # calmer, and fewer, where the person's head is
            aside = np.hypot(x / 0.42, (y - 0.05) / 0.46)
            if aside < 1 and rng.random() < 0.82 - 0.4 * aside:
                continue
            calm = min(1.0, 0.35 + 0.65 * max(0.0, float(aside) - 0.4))
            discs.append(
                Disc(
                    float(x),
                    float(y),
                    rng.uniform(low, high),
                    tones[int(rng.integers(len(tones)))],
                    amount * rng.uniform(0.45, 1.25) * calm,
                    (rng.uniform(-0.016, 0.016), rng.uniform(-0.014, 0.014)),
                    float(rng.random()),
                    rng.uniform(0.12, 0.5),
                )
            )
    return discs


def lights(scene: Scene) -> None:
    """Let them shine, where they are now."""
    discs = scene.keep("discs", lambda: field(scene))
    u = scene.unit
    small, large = Lights(scene, 360), Lights(scene, 150)
    for n, disc in enumerate(discs):
        breath = 0.80 + 0.20 * scene.swing(4 if n % 3 else 8, disc.at * 3.1)
        x = scene.width / 2 + (disc.x + disc.sway[0] * scene.swing(8, disc.at)) * u
        y = scene.height / 2 + (disc.y + disc.sway[1] * scene.swing(8, disc.at + 0.25)) * u
        canvas = large if disc.radius > 0.07 else small
        canvas.disc(x, y, disc.radius * u, disc.tone, disc.amount * breath, disc.rim)
    large.paint()
    small.paint()


BOKEH = Place(
    layers=(Layer("backdrop", ground), Layer("lights", lights, moves=True)),
    horizon=0.6,
    time="night",
    outdoors=False,
    soft=0.6,
    holds=frozenset({"fairy_lights"}),
)
