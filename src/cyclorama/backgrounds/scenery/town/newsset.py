"""The set of a news studio: a curved wall of screens, columns of light, a floor that shines."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from ..light import Colour, colour, mix
from ..noise import Field, smoothstep
from ..rooms import outlook
from ..scene import Planes, Scene, flat
from ..shapes import Cutout, Point
from . import worldmap
from .lights import Lights

ROWS = 450
CURVE = 0.11
"""How much higher the wall seems one unit aside, as it comes towards us."""
SCHEMES = (
    ("#0a1a3c", "#123a7c", "#2f8cff", "#ff4a3c"),
    ("#120c2c", "#35206c", "#8a5aff", "#3fd8ff"),
    ("#06202c", "#0c4a5c", "#20c0d0", "#ffb03c"),
    ("#1c0a14", "#5a1226", "#ff3a4c", "#ffd9b0"),
    ("#10161e", "#2c3c50", "#7ab4e8", "#ff8a3c"),
)


@dataclass(frozen=True)
class Scheme:
    """The set's colours: dark and middle of its walls, its light, its accent."""

    dark: Colour
    middle: Colour
    light: Colour
    accent: Colour


def scheme(scene: Scene) -> Scheme:
    """Choose them; by day the walls are lighter, and a colour that the prompt names is their light."""
    chosen = SCHEMES[int(scene.rng("scheme").integers(len(SCHEMES)))]
    dark, middle, light, accent = (colour(c) for c in chosen)
    if scene.colours:
        light = scene.colours[0]
        dark, middle = light * np.float32(0.14), light * np.float32(0.42)
        accent = scene.colours[-1] if len(scene.colours) > 1 else accent
    day = 0.36 * (1 - scene.light.lamps)
    pale = mix(colour("#dfe6ee"), light, 0.12)
    return Scheme(mix(dark, pale, day), mix(middle, pale, day * 1.3), light, accent)


@dataclass(frozen=True)
class Layout:
    """Where things are on the flat wall: in units right of the middle, and down from the top."""

    half: float
    top: float
    bottom: float
    floor: float
    shows: str
    at: float
    wide: float
    count: int

    @property
    def edge(self) -> float:
        """Where the columns of light end and the panels beside them begin."""
        return self.at + self.count * (self.wide + 0.025) + 0.025


def layout(scene: Scene) -> Layout:
    """Choose it."""
    rng = scene.rng("layout")
    half = min(rng.uniform(0.56, 0.64), scene.width / scene.unit * 0.42)
    shows = str(rng.choice(["map", "city", "map", "arcs", "city"]))
    if scene.view and outlook.chosen(scene) == scene.view:
        shows = "view"
    elif scene.wants("window"):
        shows = "city"
    floor = scene.height / scene.unit - 0.20
    at, wide = half + rng.uniform(0.035, 0.06), rng.uniform(0.02, 0.04)
    top = floor - 0.70 - 0.62 * max(0.0, floor - 0.80)
    return Layout(half, top, floor - 0.16, floor, shows, at, wide, int(rng.integers(1, 4)))


def small(scene: Scene) -> Scene:
    """Return an empty scene of the size that the wall is painted in."""
    scale = min(1.0, ROWS / scene.unit)
    width, height = max(16, round(scene.width * scale)), max(16, round(scene.height * scale))
    made = replace(scene, width=width, height=height)
    made.horizon = scene.horizon * scale
    return made


def box(
    scene: Scene, left: float, top: float, right: float, bottom: float, round_: float = 0.0
) -> list[Point]:
    """Return a rectangle with round corners, from units on the wall to pixels."""
    u, mid = scene.unit, scene.width / 2
    r = min(round_, (right - left) / 2, (bottom - top) / 2)
    points: list[Point] = []
    for cx, cy, a in (
        (right - r, top + r, -90),
        (right - r, bottom - r, 0),
        (left + r, bottom - r, 90),
        (left + r, top + r, 180),
    ):
        turns = np.radians(np.linspace(a, a + 90, 6))
        points += [(mid + float(cx + r * np.cos(t)) * u, float(cy + r * np.sin(t)) * u) for t in turns]
    return points


def mask_of(scene: Scene, points: list[Point]) -> Field:
    """Return how much a polygon covers of every pixel, (h, w)."""
    canvas = replace(scene)
    cut = Cutout(canvas, (0, 0, scene.width, scene.height), colour("#ffffff"))
    cut.polygon(points, colour("#ffffff"))
    cut.paint()
    covered: Field = canvas.px[0]
    return covered


@dataclass(frozen=True)
class Wall:
    """What is made once.

    Attributes:
        px: the set without its moving parts, (3, h, w).
        screen: where the large screen is, (h, w).
        dots: of the map, (h, w).
        rows: which row of the flat wall every pixel shows, (h, w).
        reflect: 1 where the floor mirrors it, (h, w).
    """

    px: Planes
    screen: Field
    dots: Field
    rows: Field
    reflect: Field


def build(scene: Scene) -> Wall:
    """Paint the set."""
    tones, plan, s = scheme(scene), layout(scene), small(scene)
    u = s.unit
    x = (s.columns - np.float32(s.width / 2)) / np.float32(u)
    y = s.rows / np.float32(u)
    t = np.exp(-((x / 0.75) ** 2) - ((y - plan.top - 0.3) / 0.5) ** 2)
    s.px[:] = flat(tones.dark) + (flat(tones.middle) - flat(tones.dark)) * (0.15 + 0.65 * t)
    seam = np.abs(((x / 0.30) % 1) - 0.5)
    s.px *= 1 - np.float32(0.25) * smoothstep(0.475, 0.495, seam)
    reach = s.width / u / 2 * 1.02
    screen = box(s, -plan.half, plan.top, plan.half, plan.bottom, 0.02)
    lamps = Lights(s, 2 * ROWS)
    # a glow behind the screen, columns of light, a strip along the wall's foot
    lamps.glow(s.width / 2, (plan.top + plan.bottom) / 2 * u, u * plan.half * 1.6, tones.light, 0.35, 0.75)
    cut = Cutout(s, (0, 0, s.width, s.height), tones.light)
    at, wide = plan.at, plan.wide
    for n in range(plan.count):
        for side in (-1, 1):
            a = side * (at + n * (wide + 0.025))
            left, right = min(a, a + side * wide), max(a, a + side * wide)
            tone = mix(tones.light, colour("#ffffff"), 0.55 - 0.18 * n)
            cut.polygon(box(s, left, plan.top - 0.02, right, plan.bottom + 0.02, 0.008), tone)
            lamps.glow(
                s.width / 2 + (left + right) / 2 * u,
                (plan.top + plan.bottom) / 2 * u,
                u * 0.22,
                tones.light,
                0.30,
                2.2,
            )
    edge = plan.edge
    for side in (-1, 1):
        tall = (plan.bottom - plan.top - 0.02) / 2
        for n in range(2):
            top = plan.top + n * (tall + 0.02)
            left, right = (edge, reach + 0.2) if side > 0 else (-reach - 0.2, -edge)
            if reach - edge > 0.05:
                frame = mix(tones.middle, tones.light, 0.35)
                cut.polygon(
                    box(s, left - 0.006, top - 0.006, right + 0.006, top + tall + 0.006, 0.012), frame
                )
                cut.polygon(box(s, left, top, right, top + tall, 0.010), mix(tones.dark, tones.middle, 0.5))
    strip = plan.floor - 0.055
    cut.polygon(
        box(s, -reach, plan.bottom + 0.035, reach, strip - 0.012), mix(tones.dark, colour("#05070c"), 0.35)
    )
    cut.polygon(box(s, -reach, strip, reach, strip + 0.010), mix(tones.light, colour("#ffffff"), 0.5))
    cut.polygon(
        box(s, -plan.half - 0.010, plan.top - 0.010, plan.half + 0.010, plan.bottom + 0.010, 0.026),
        mix(tones.light, colour("#ffffff"), 0.3),
    )
    cut.polygon(screen, tones.dark)
    cut.paint()
    # rows of lamps overhead
    for n in range(3):
        lamps.glow(
            s.width / 2,
            (plan.top - 0.06 - 0.05 * n) * u,
            u * (0.7 + 0.25 * n),
            mix(tones.light, colour("#ffffff"), 0.4),
            0.30,
            0.03,
        )
    lamps.glow(s.width / 2, strip * u, u * reach * 1.3, tones.light, 0.30, 0.10)
    lamps.paint()
    # how the wall curves: which row of it every pixel shows, and the floor that mirrors it
    middle, foot = np.float32((plan.top + plan.bottom) / 2), np.float32(plan.floor)
    rise = 1 + np.float32(CURVE) * x * x
    row = middle + (y - middle) / rise
    ground = middle + (foot - middle) * rise
    below = np.maximum(y - ground, 0)
    row = np.where(y > ground, foot - below * np.float32(1.15) / rise, row)
    reflect = np.clip((y - ground) * np.float32(u) + 0.5, 0, 1)
    dots = map_of(s, plan) if plan.shows == "map" else np.zeros((1, 1), np.float32)
    rows = np.clip(row * np.float32(u), 0, s.height - 1.01)
    return Wall(s.px, mask_of(s, screen), dots, np.asarray(rows, np.float32), np.asarray(reflect, np.float32))


def map_of(s: Scene, plan: Layout) -> Field:
    """Return the map's dots, (h, w), calm where the person's head is."""
    columns = 96
    cell = 2 * plan.half / columns
    rows = int(columns * 0.40)
    land = worldmap.land(columns, rows)
    cut = Cutout(replace(s), (0, 0, s.width, s.height), colour("#ffffff"))
    top = (plan.top + plan.bottom) / 2 - rows * cell / 2
    for j, i in np.argwhere(land > 0.42):
        cut.disc(
            s.width / 2 + (-plan.half + (i + 0.5) * cell) * s.unit,
            (top + (j + 0.5) * cell) * s.unit,
            cell * 0.34 * s.unit,
            colour("#ffffff"),
        )
    cut.paint()
    dots = cut.scene.px[0]
    x = (s.columns - np.float32(s.width / 2)) / np.float32(s.unit)
    y = s.rows / np.float32(s.unit) - np.float32(s.height / s.unit - 0.5)
    calm = 1 - 0.75 * np.exp(-((x / 0.24) ** 4) - (y / 0.30) ** 4)
    return np.asarray(dots * calm, np.float32)
