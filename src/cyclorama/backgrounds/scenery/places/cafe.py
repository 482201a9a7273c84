"""A café: a counter with its machine and cakes, shelves of bottles and cups, a window on the street."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

import numpy as np

from ..light import colour, mix, pick
from ..rooms import cat, decor, dust, greens, hung, interior, seats, shelves, stirring, strings
from ..rooms import furniture as f
from ..rooms.joinery import bar, plate
from ..rooms.room import Room
from ..scene import Layer, Place, Scene

if TYPE_CHECKING:
    from ..light import Colour
    from ..rooms.room import Corner

TOP, BACK, WIDE = 3.25, 5.7, 3.5
WALLS = (
    ("brick", "#9a5f48", "#6a4a3c"),
    ("tiles", "#d8d4c8", "#3f5650"),
    ("plaster", "#5a6b5c", "#4a594c"),
    ("plaster", "#3d5266", "#33475a"),
    ("plaster", "#b08a68", "#8a6a50"),
    ("brick", "#b8a898", "#5a5450"),
)


@dataclass
class Built:
    """The room, and what moves in it."""

    room: Room
    lamps: list[Corner] = field(default_factory=list)
    bulbs: list[Corner] = field(default_factory=list)
    cat: bool = False
    cups: list[Corner] = field(default_factory=list)
    leaves: list[stirring.Bough] = field(default_factory=list)


def plan(scene: Scene) -> Built:
    """Build the café."""
    rng = scene.rng("cafe")
    flip = bool(rng.random() < 0.5)
    day = 1 - scene.light.lamps
    street = scene if scene.view else replace(scene, view=str(rng.choice(("street", "city", "street"))))
    room = Room(street, ambient=f.ambient(scene, 0.4 + 0.2 * day), gloss=0.15, mirrored=flip)
    room.sunlight("back")
    made = Built(room)
    kind, face, side = WALLS[int(rng.integers(len(WALLS)))]
    accent = scene.colours[0] if scene.colours else None
    wall = accent if accent is not None and kind == "plaster" else colour(face)
    room.shell(
        -WIDE,
        WIDE,
        BACK,
        TOP,
        colour("#6a4c38"),
        colour(side),
        colour("#4a423c"),
        stuff=(str(rng.choice(("planks", "herringbone", "tiles"))), "plaster"),
    )
    _wall(room, kind, wall)
    wood = pick(rng, ("#7a5030", "#8a6038", "#5a3a26"))
    _window(made, rng)
    _bar(made, rng, wood, accent)
    _tables(made, rng, wood)
    _lamps(made, rng)
    made.cat = bool(rng.random() < 0.2)
    return made


def _wall(room: Room, kind: str, wall: Colour) -> None:
    room.panel(-WIDE, 0, BACK - 0.004, 2 * WIDE, TOP, wall, 0, 0, kind)
    if kind == "plaster":
        room.panel(-WIDE, 0, BACK - 0.02, 2 * WIDE, 0.95, wall * np.float32(0.72), 0, 0, "wood")
        room.box(-WIDE, 0.95, BACK - 0.05, 2 * WIDE, 0.05, 0.05, wall * np.float32(0.6))


def _window(made: Built, rng: np.random.Generator) -> None:
    room = made.room
    f.window(room, -3.05, 0.9, BACK - 0.02, 1.95, 1.75, (3, 2), "#1e1c1a", city=True)
    if rng.random() < 0.7:
        greens.hanging(room, rng, -2.75, 2.2, BACK - 0.5, TOP, 0.8)
        made.leaves.append(stirring.Bough(-2.75, 2.25, BACK - 0.5, 0.8, 0.9, hung=True))
    for k in range(int(rng.integers(1, 4))):
        greens.potted(room, rng, -2.8 + 0.45 * k, 0.9, BACK - 0.12, rng.uniform(0.24, 0.36))


def _bar(made: Built, rng: np.random.Generator, wood: Colour, accent: Colour | None) -> None:
    room = made.room
    things = [
        (shelves.bottle, 3.0),
        (shelves.cups, 1.6),
        (shelves.jar, 1.4),
        (shelves.plates, 0.6),
        (shelves.green, 0.4),
    ]
    for y in (1.5, 1.95, 2.4):
        shelves.shelf(room, rng, 1.1, y, BACK - 0.3, 2.4, 0.34, wood, things)
        room.panel(1.15, y - 0.055, BACK - 0.28, 2.3, 0.012, colour("#ffd9a0"), 1.6 * f.lit(room))
        room.lamp((2.3, y - 0.1, BACK - 0.25), hung.WARM * np.float32(0.06 * f.lit(room)), 0.05)
    front = accent if accent is not None else pick(rng, ("#5f7a6c", "#7d5a3e", "#3f5666", "#a8754a"))
    room.box(1.0, 0, 4.0, 3.0, 1.05, 0.65, front * np.float32(0.8))
    for k in range(11):
        room.panel(
            1.02 + k * 0.27, 0.1, 3.99, 0.25, 0.84, front * np.float32(rng.uniform(0.92, 1.06)), 0, 0.2
        )
    room.box(0.94, 1.05, 3.94, 3.1, 0.06, 0.75, mix(wood, colour("#d8b080"), 0.45), 0, "wood")
    _machine(made, 2.05, 1.11, 4.2)
    _cakes(room, rng, 1.1, 1.11, 4.08)
    room.tube(3.15, 1.11, 4.15, 0.09, 0.1, 0.2, colour("#d8cfc0"))
    greens.potted(room, rng, 3.3, 1.11, 4.3, 0.4)
    x, y, w, h = 1.45, 2.78, 1.5, 0.36
    room.panel(x - 0.03, y - 0.03, BACK - 0.02, w + 0.06, h + 0.06, wood * np.float32(0.8))
    room.panel(x, y, BACK - 0.025, w, h, colour("#23282a"))
    for k in range(4):  # chalk
        long = rng.uniform(0.16, 0.3)
        room.panel(x + 0.08 + 0.36 * k, y + 0.22, BACK - 0.03, long, 0.016, colour("#cfd2cc"))
        room.panel(x + 0.08 + 0.36 * k, y + 0.13, BACK - 0.03, long * 0.7, 0.012, colour("#9a9e98"))


def _machine(made: Built, x: float, y: float, z: float) -> None:
    """Build an espresso machine, with cups to warm on top."""
    room = made.room
    steel, dark = colour("#c4c8ca"), colour("#2a2c30")
    room.box(x, y, z, 0.8, 0.1, 0.4, steel)
    room.box(x, y + 0.1, z + 0.16, 0.8, 0.24, 0.24, dark)
    room.box(x - 0.02, y + 0.34, z - 0.02, 0.84, 0.13, 0.44, steel)
    room.panel(x + 0.04, y + 0.375, z - 0.025, 0.2, 0.05, colour("#ffb45a"), 1.4)
    for k in (0.24, 0.56):
        room.tube(x + k, y + 0.25, z + 0.08, 0.045, 0.045, 0.09, steel, sides=6)
        bar(room, (x + k, y + 0.26, z + 0.06), (x + k, y + 0.24, z - 0.12), 0.016, dark)
    for k in range(6):
        room.tube(x + 0.09 + 0.12 * k, y + 0.47, z + 0.12, 0.035, 0.05, 0.07, colour("#efe9de"), sides=8)
    room.tube(x + 0.24, y + 0.1, z + 0.02, 0.03, 0.042, 0.06, colour("#efe9de"), sides=8)
    made.cups.append((x + 0.24, y + 0.17, z))


def _cakes(room: Room, rng: np.random.Generator, x: float, y: float, z: float) -> None:
    """Build a glass case with cakes, lit from within."""
    room.panel(x, y, z + 0.34, 0.82, 0.5, colour("#ffe6bc"), 0.3 + 0.35 * f.lit(room))
    for level in (0.02, 0.26):
        room.box(x, y + level - 0.02, z + 0.04, 0.82, 0.015, 0.3, colour("#d9d3c6"))
        at = x + 0.06
        while at < x + 0.72:
            tone = pick(rng, ("#c98a4a", "#8a4a2a", "#f0dcb4", "#c4505a", "#6a3a2a", "#e8b870"))
            r, tall = rng.uniform(0.04, 0.08), rng.uniform(0.05, 0.12)
            room.tube(at + r, y + level, z + 0.16, r, r * 0.9, tall, tone * np.float32(1.1), sides=8)
            plate(
                room,
                at + r,
                y + level + tall,
                z + 0.16,
                r * 0.9,
                mix(tone, colour("#fff0d8"), 0.4),
                lying=True,
            )
            at += r * 2 + 0.03
    frame = colour("#b08a4a")
    for at in (x, x + 0.82):
        bar(room, (at, y, z), (at, y + 0.5, z), 0.012, frame)
    for h in (0.0, 0.5):
        bar(room, (x, y + h, z), (x + 0.82, y + h, z), 0.012, frame)
    room.lamp((x + 0.4, y + 0.45, z - 0.1), hung.WARM * np.float32(0.12 * f.lit(room)), 0.05)


def _tables(made: Built, rng: np.random.Generator, wood: Colour) -> None:
    room = made.room
    metal = colour("#26282a")
    for x, z in ((-2.45, 4.5), (-1.75, 3.3)):
        seat = pick(rng, ("#a8703c", "#6a7a68", "#8a3f36"))
        seats.chair(room, x - 0.55, z + 0.35, wood * np.float32(0.7), seat, away=False)
        seats.chair(room, x + 0.6, z + 0.3, wood * np.float32(0.7), seat, away=False)
        seats.round_table(room, x, z, 0.36, mix(wood, colour("#e0d8cc"), 0.5), metal)
        room.tube(x - 0.08, 0.785, z, 0.03, 0.042, 0.06, colour("#efe9de"), sides=8)
        made.cups.append((x - 0.08, 0.86, z))
        if room.scene.wants("candles", otherwise=room.scene.light.lamps > 0.5 and bool(rng.random() < 0.5)):
            decor.candle(room, x + 0.04, 0.785, z - 0.12, 0.07)
        if rng.random() < 0.7:
            room.tube(x + 0.12, 0.785, z + 0.05, 0.025, 0.03, 0.12, colour("#8fa39a"), sides=6)
            greens.bush(room, rng, np.array([x + 0.12, 0.9, z + 0.05]), 0.22, colour("#5f8a48"))
    greens.potted(room, rng, -3.2, 0, 5.2, 1.5, str(rng.choice(greens.FLOOR)))
    made.leaves.append(stirring.Bough(-3.2, 0.4, 5.2, 1.5, 1.3))


def _lamps(made: Built, rng: np.random.Generator) -> None:
    room = made.room
    kind, metal = str(rng.choice(hung.KINDS)), str(rng.choice(hung.METALS))
    n = int(rng.integers(3, 5))
    low = rng.uniform(2.2, 2.35)
    for k in range(n):
        made.lamps.append((1.3 + 2.0 * k / (n - 1), low, 4.1))
    for at, z in ((-2.45, 4.5), (-1.75, 3.3)):
        made.lamps.append((at, low, z))
    if room.scene.wants("fairy_lights", otherwise=bool(rng.random() < 0.25)):
        made.bulbs = strings.swag(
            ((-WIDE, 2.95, BACK - 0.1), (-1.2, 3.0, BACK - 0.1), (0.9, 2.95, BACK - 0.1)), 0.2
        )
    if room.scene.wants("clock", otherwise=bool(rng.random() < 0.25)):
        decor.clock(room, -1.02 + 0.35, 2.5, BACK - 0.01, 0.19, decor.hour(room))
    for x, y, z in made.lamps:
        hung.hang(room, x, y, z, TOP, kind, 0.5, metal)
    # a calm pool of light behind the head
    room.lamp((0.1, 2.3, BACK - 1.1), np.array([1.0, 0.76, 0.5]) * (1.15 * f.lit(room)), 0.7)
    fill = np.ones(3, np.float32) * np.float32(0.9 * (1 - room.scene.light.lamps))
    room.lamp((-0.6, 2.3, 2.6), fill, 1.5)
    if "lamp" in room.scene.dropped:
        made.lamps = []


built, build = interior.planned(plan)


def stir(scene: Scene) -> None:
    """Leaves, lamps and steam."""
    made, lit = built(scene), interior.of(scene, build)
    stirring.sway(scene, lit, "leaves", made.leaves)
    stirring.halos(scene, lit, "lamps", made.lamps, hung.WARM)
    strings.twinkle(scene, lit, "bulbs", made.bulbs)
    if scene.wants("cat", otherwise=made.cat):
        cat.sits(scene, lit, -1.42, 0.88, BACK - 0.14, 0.34)
    dust.drift(scene, lit, 30)
    for number, cup in enumerate(made.cups):
        x, y, scale = lit.at(*cup)
        stirring.steam(scene, number, x, y, 0.5 * scale)


CAFE = Place(
    layers=(*interior.layers(build, "counter and tables"), Layer("steam and lamps", stir, moves=True)),
    outdoors=False,
    time="dusk",
    soft=0.0,
    holds=frozenset({"lamp", "plants", "window", "candles", "fairy_lights", "clock", "cat"}),
)
