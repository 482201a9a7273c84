"""A kitchen: cupboards and a worktop, tiles, a stove with its hood and a kettle, a window over the sink."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

from ..light import colour, mix, pick
from ..rooms import decor, dust, greens, hung, interior, seats, shelves, stirring
from ..rooms import furniture as f
from ..rooms.joinery import bar, bent, plate
from ..rooms.room import Room
from ..scene import Layer, Place, Scene

if TYPE_CHECKING:
    from ..light import Colour
    from ..rooms.room import Corner

TOP, BACK, WIDE, HIGH = 2.75, 5.1, 3.75, 0.92
FRONT = BACK - 0.62
STYLES = (  # cupboards, worktop, tiles, wall, metal
    ("#8fa08c", "#e6e0d4", "#eae6dc", "#e4ddd0", "#b08a4a"),
    ("#3f5470", "#e8e4dc", "#dfe4e4", "#d8d8d2", "#b08a4a"),
    ("#e2ddd2", "#b98a58", "#c8d4cc", "#e6dfd2", "#2c2c2e"),
    ("#b88a5c", "#e9e5dd", "#e8e2d6", "#dcd4c6", "#2c2c2e"),
    ("#5c6e62", "#c49a68", "#e6dccb", "#d9cfbd", "#c8c4bc"),
    ("#a8654a", "#ece6da", "#efe6d8", "#e6d6c2", "#2c2c2e"),
    ("#d6d0cb", "#4a4a4c", "#f0ede8", "#cfc8c2", "#b08a4a"),
)


@dataclass
class Built:
    """The room, and what moves in it."""

    room: Room
    lamps: list[Corner] = field(default_factory=list)
    kettle: Corner | None = None
    leaves: list[stirring.Bough] = field(default_factory=list)
    sun: tuple[Corner, float] | None = None


def plan(scene: Scene) -> Built:
    """Build the kitchen."""
    rng = scene.rng("kitchen")
    day = 1 - scene.light.lamps
    room = Room(scene, ambient=f.ambient(scene, 0.46 + 0.2 * day), mirrored=bool(rng.random() < 0.5))
    made = Built(room)
    fronts, top, tiles, wall, metal = (colour(c) for c in STYLES[int(rng.integers(len(STYLES)))])
    if scene.colours:
        fronts = scene.colours[0]
    room.shell(
        -WIDE,
        WIDE,
        BACK,
        TOP,
        colour("#a8825a"),
        wall,
        wall * np.float32(1.04),
        stuff=(str(rng.choice(("planks", "herringbone", "tiles"))), "plaster"),
    )
    room.sunlight("back")
    _tiles(room, rng, tiles)
    _window(made, rng)
    _upper(made, rng, top, metal, wall)
    _lower(room, fronts, top, metal)
    _stove(made, metal)
    _counter(made, rng, metal)
    _island(made, rng, fronts, top)
    return made


def _tiles(room: Room, rng: np.random.Generator, tone: Colour) -> None:
    high = 1.5 if rng.random() < 0.4 else 2.1
    stuff = "marble" if rng.random() < 0.15 else "tiles"
    room.panel(-WIDE, HIGH, BACK - 0.004, 2 * WIDE, high - HIGH, tone, 0, 0, stuff)
    if high < 2:
        room.box(-WIDE, high, BACK - 0.04, 2 * WIDE, 0.04, 0.04, tone * np.float32(0.9))


def _window(made: Built, rng: np.random.Generator) -> None:
    room = made.room
    f.window(room, 1.1, 1.12, BACK - 0.01, 1.7, 1.25, (2, 1) if rng.random() < 0.5 else (3, 2), "#efece4")
    for k in range(int(rng.integers(2, 5))):
        greens.potted(
            room,
            rng,
            1.3 + 0.38 * k,
            1.12,
            BACK - 0.14,
            rng.uniform(0.22, 0.34),
            str(rng.choice(("bush", "fern"))),
        )
    if room.scene.wants("curtains", otherwise=bool(rng.random() < 0.5)):
        cloth = pick(rng, ("#e8e0d0", "#d8c8a8", "#c8d0c8"))
        f.curtain(room, 1.05, 2.05, BACK - 0.1, 1.8, 0.36, cloth)


def _doors(
    room: Room, x: float, y: float, z: float, w: float, h: float, n: int, tone: Colour, metal: Colour
) -> None:
    wide = w / n
    for k in range(n):
        a = x + k * wide
        room.panel(a + 0.008, y, z - 0.012, wide - 0.016, h, tone)
        room.panel(a + 0.07, y + 0.06, z - 0.014, wide - 0.14, h - 0.12, tone * np.float32(0.90))
        room.panel(a + 0.076, y + 0.066, z - 0.015, wide - 0.152, h - 0.126, tone * np.float32(0.97))
        at = a + (wide - 0.05 if k % 2 == 0 else 0.05)
        bar(room, (at, y + h * 0.72, z - 0.05), (at, y + h * 0.88, z - 0.05), 0.009, metal)


def _lower(room: Room, fronts: Colour, top: Colour, metal: Colour) -> None:
    stuff = _stuff(top)
    room.box(-WIDE, 0.1, FRONT, 2 * WIDE, HIGH - 0.14, 0.62, fronts * np.float32(0.9))
    room.panel(-WIDE, 0, FRONT + 0.05, 2 * WIDE, 0.1, colour("#2c2a28"))
    _doors(room, -WIDE, 0.12, FRONT, 1.3, 0.7, 3, fronts, metal)
    _doors(room, -1.2, 0.12, FRONT, 4.5, 0.7, 9, fronts, metal)
    room.box(-WIDE, HIGH - 0.04, FRONT - 0.03, 2 * WIDE, 0.04, 0.65, top, 0, stuff)


def _stuff(top: Colour) -> str:
    """Return what a worktop of this colour is made of."""
    return "wood" if top[0] - top[2] > 0.2 else "marble"


def _upper(made: Built, rng: np.random.Generator, wood: Colour, metal: Colour, wall: Colour) -> None:
    room = made.room
    things = [
        (shelves.bowls, 2.0),
        (shelves.cups, 1.6),
        (shelves.jar, 1.4),
        (shelves.plates, 1.2),
        (shelves.green, 0.6),
        (shelves.vase, 0.4),
    ]
    board = mix(wood, colour("#b98a58"), 0.7)
    for y in (1.55, 2.0):
        shelves.shelf(room, rng, -3.25, y, BACK - 0.3, 1.15, 0.34, board, things, 0.28, 0.06)
    if room.scene.wants("clock", otherwise=bool(rng.random() < 0.4)):
        decor.clock(room, 0.62, 2.42, BACK, 0.17, decor.hour(room))
    # the hood over the stove
    x, w = -1.98, 0.86
    body = mix(wall, np.ones(3, np.float32), 0.3)
    room.box(x, 1.72, BACK - 0.5, w, 0.14, 0.5, body)
    z, y0, y1 = BACK - 0.48, 1.86, TOP
    room.quad([(x, y0, z), (x + w, y0, z), (x + w * 0.72, y1, z + 0.2), (x + w * 0.28, y1, z + 0.2)], body)
    room.quad(
        [(x + w, y0, z), (x + w, y0, BACK), (x + w * 0.72, y1, BACK), (x + w * 0.72, y1, z + 0.2)],
        body * np.float32(0.9),
    )
    room.panel(x, 1.72, BACK - 0.505, w, 0.03, metal)
    room.lamp((x + w / 2, 1.62, BACK - 0.35), hung.WARM * np.float32(0.22 * f.lit(room)), 0.10, hooded=True)
    fill = np.ones(3, np.float32) * np.float32(1.1 * (1 - room.scene.light.lamps))
    room.lamp((0.0, 2.3, 2.6), fill, 1.5)
    # the calm light behind the head
    room.lamp((0.1, 2.4, BACK - 0.9), np.array([1.0, 0.84, 0.66]) * 0.75 * f.lit(room), 0.5, hooded=True)


def _stove(made: Built, metal: Colour) -> None:
    room = made.room
    x = -1.98
    black, steel = colour("#26282b"), colour("#b8bcbe")
    room.box(x, 0.08, FRONT - 0.04, 0.86, HIGH - 0.1, 0.6, steel)
    room.panel(x + 0.06, 0.2, FRONT - 0.045, 0.74, 0.42, black)
    room.panel(x + 0.06, 0.72, FRONT - 0.045, 0.74, 0.1, black)
    bar(room, (x + 0.1, 0.66, FRONT - 0.09), (x + 0.76, 0.66, FRONT - 0.09), 0.013, metal)
    room.panel(x + 0.38, 0.745, FRONT - 0.05, 0.12, 0.05, colour("#7ad8ff"), 1.0)
    for k in range(4):
        plate(room, x + 0.15 + 0.07 * k, 0.77, FRONT - 0.06, 0.02, steel, sides=8)
    room.box(x, HIGH - 0.01, FRONT - 0.04, 0.86, 0.03, 0.6, black)
    # a pot, and a kettle that steams
    room.tube(x + 0.62, HIGH + 0.02, BACK - 0.3, 0.13, 0.13, 0.16, colour("#a8402e"))
    plate(room, x + 0.62, HIGH + 0.18, BACK - 0.3, 0.13, colour("#b84a36"), lying=True)
    kx, kz = x + 0.24, BACK - 0.38
    for low, high, at, h in ((0.10, 0.12, 0.02, 0.05), (0.12, 0.09, 0.07, 0.09), (0.09, 0.03, 0.16, 0.03)):
        room.tube(kx, HIGH + at, kz, low, high, h, colour("#d8dadb"))
    room.ball(kx, HIGH + 0.205, kz, 0.018, black)
    bent(
        room,
        [
            (kx - 0.08, HIGH + 0.17, kz),
            (kx - 0.06, HIGH + 0.28, kz),
            (kx + 0.06, HIGH + 0.28, kz),
            (kx + 0.08, HIGH + 0.17, kz),
        ],
        0.012,
        black,
    )
    bent(room, [(kx + 0.09, HIGH + 0.08, kz), (kx + 0.17, HIGH + 0.16, kz)], 0.016, colour("#d8dadb"))
    made.kettle = (kx + 0.18, HIGH + 0.17, kz)


def _counter(made: Built, rng: np.random.Generator, metal: Colour) -> None:
    room = made.room
    # the tap
    x, z = 1.95, BACK - 0.2
    bent(
        room,
        [
            (x, HIGH, z),
            (x, HIGH + 0.3, z),
            (x - 0.04, HIGH + 0.36, z - 0.05),
            (x - 0.12, HIGH + 0.34, z - 0.12),
            (x - 0.13, HIGH + 0.26, z - 0.13),
        ],
        0.016,
        metal,
    )
    # boards that lean, oil, a mixer
    for k in range(int(rng.integers(1, 3))):
        a = -1.0 + 0.12 * k
        tone = pick(rng, ("#b98a58", "#8a5a36", "#c8a070"))
        room.quad(
            [
                (a, HIGH, BACK - 0.14),
                (a + 0.26, HIGH, BACK - 0.14),
                (a + 0.26, HIGH + 0.38 - 0.1 * k, BACK - 0.04),
                (a, HIGH + 0.38 - 0.1 * k, BACK - 0.04),
            ],
            tone,
            0,
            0.3,
        )
    at = 2.95
    for _ in range(2):
        shelves.bottle(room, rng, at, HIGH, BACK - 0.25, 0.34)
        at += 0.1
    room.tube(1.02, HIGH, BACK - 0.25, 0.06, 0.065, 0.16, colour("#e8e0d2"))
    for _ in range(5):
        a = rng.normal(0, 0.05)
        bar(
            room,
            (1.02 + a * 0.5, HIGH + 0.14, BACK - 0.25),
            (1.02 + a, HIGH + 0.32, BACK - 0.25),
            0.010,
            colour("#a87848"),
        )
    greens.potted(room, rng, -2.95, HIGH, BACK - 0.3, 0.46, "fern")


def _island(made: Built, rng: np.random.Generator, fronts: Colour, top: Colour) -> None:
    """Build the end of an island at the side, with fruit on it, and lamps over it."""
    room = made.room
    stuff = _stuff(top)
    x0, x1, z = -3.4, -1.75, 3.35
    kind, metal = str(rng.choice(hung.KINDS)), str(rng.choice(hung.METALS))
    for x in (-2.15, -2.95):
        if hung.hang(room, x, 2.05, z + 0.3, TOP, kind, 0.4 + 0.45 * made.room.scene.light.lamps, metal):
            made.lamps.append((x, 2.05, z + 0.3))
    room.box(x0, 0.0, z, x1 - x0 - 0.1, HIGH - 0.05, 0.62, fronts * np.float32(0.94))
    room.box(x0, HIGH - 0.05, z - 0.06, x1 - x0, 0.05, 0.76, top, 0, stuff)
    for k in range(2):
        seats.stool(room, -2.9 + 0.62 * k, z - 0.3, 0.66, colour("#a87848"), colour("#2c2c2e"))
    if room.scene.wants("candles"):
        for k in range(3):
            decor.candle(room, -2.45 + 0.09 * k, HIGH, z + 0.12, 0.09 + 0.05 * (k % 2))
    bx, bz = -2.2, z + 0.3
    for k in range(9):
        a = k * 2.4
        tone = pick(rng, ("#e0703a", "#d8a83a", "#8aa83a", "#c8402e"))
        room.ball(bx + 0.1 * np.cos(a), HIGH + 0.10 + 0.03 * (k % 3), bz + 0.06 * np.sin(a), 0.05, tone)
    room.tube(bx, HIGH, bz - 0.02, 0.08, 0.2, 0.1, pick(rng, shelves.CHINA))
    room.tube(-2.75, HIGH, bz, 0.06, 0.08, 0.22, colour("#e8e2d6"))
    greens.bush(room, rng, np.array([-2.75, HIGH + 0.2, bz]), 0.42, colour("#6a8f58"))
    if room.scene.wants("flowers", otherwise=bool(rng.random() < 0.5)):
        tone = pick(rng, ("#f0a8b0", "#f4d878", "#f0e8e8", "#d88ab8"))
        for _ in range(9):
            dx, dy = rng.normal(0, 0.1), rng.uniform(0.34, 0.62)
            room.ball(-2.75 + dx, HIGH + dy, bz - 0.05, 0.035, tone)
    made.leaves.append(stirring.Bough(-2.75, HIGH + 0.2, bz, 0.6, 0.55))


built, build = interior.planned(plan)


def stir(scene: Scene) -> None:
    """Steam from the kettle, the lamps' breath, flowers that sway, dust in the daylight."""
    made, lit = built(scene), interior.of(scene, build)
    stirring.sway(scene, lit, "leaves", made.leaves)
    stirring.halos(scene, lit, "lamps", made.lamps, hung.WARM * np.float32(0.4 + 0.6 * scene.light.lamps))
    dust.drift(scene, lit)
    if made.kettle:
        x, y, scale = lit.at(*made.kettle)
        stirring.steam(scene, "kettle", x, y, 0.95 * scale, 0.6)


KITCHEN = Place(
    layers=(*interior.layers(build, "cupboards and tiles"), Layer("steam and light", stir, moves=True)),
    outdoors=False,
    time="day",
    soft=0.0,
    holds=frozenset({"lamp", "plants", "window", "flowers", "clock", "candles", "curtains"}),
)
