"""A classroom: a wiped board, a window, shelves of books, a globe, posters, a clock."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from ..light import colour, pick
from ..rooms import books, chalk, decor, dust, houseplants, interior
from ..rooms import furniture as f
from ..rooms.room import Room
from ..scene import Place

if TYPE_CHECKING:
    from numpy.random import Generator

    from ..light import Colour
    from ..scene import Scene

BACK, HALF, TOP = 5.0, 3.7, 2.95


def build(scene: Scene) -> Room:
    """Build it."""
    rng = scene.rng("classroom")
    room = Room(scene, ambient=f.ambient(scene, 0.60), mirrored=bool(rng.random() < 0.5))
    wall = pick(rng, ("#e0d6c0", "#c8d4d0", "#d8cfc0", "#c4ccd8", "#dcd4b8"))
    wood = pick(rng, ("#a87c4c", "#8f6840", "#b88e5c"))
    room.suits = ("japanese_garden", "forest", "mountains", "vineyard", "city")
    room.shell(
        -HALF,
        HALF,
        BACK,
        TOP,
        pick(rng, ("#a8865c", "#94744e", "#8c8a84")),
        wall,
        colour("#eceae4"),
        gloss=0.22,
    )
    room.sunlight("side")
    f.skirting(room, wood, 0.12)
    w = 3.1
    bx = -w / 2
    chalk.board(room, rng, bx, 0.98, BACK, w, 1.28, bool(rng.random() < 0.65), wood)
    _flags(room, rng, scene)
    clock = 2.28 if rng.random() < 0.5 else -2.2
    decor.clock(room, clock, 2.42, BACK, 0.19, decor.hour(room), "#2f3338")
    f.window(room, -3.55, 0.9, BACK, 1.25, 1.35, (2, 2), "#ece8de", power=1.2)
    houseplants.trailing(room, rng, -3.2, 0.9, BACK - 0.13, 0.24)
    houseplants.succulent(room, rng, -2.7, 0.9, BACK - 0.13, 0.26)
    books.shelf(room, rng, 2.0, 0, BACK - 0.36, 1.6, 1.15, wood, 3, 0.86)
    f.things(room, rng, 2.1, 1.17, BACK - 0.26, 1.4, 0.4)
    for k, x in enumerate((2.02, 2.72)):
        decor.picture(room, rng, x, 1.62 + 0.04 * k, BACK, 0.52, 0.62, frame="#e8e2d6")
    f.table(room, 1.35, 0.76, 3.6, 1.6, 0.7, wood, wood * np.float32(0.8))
    _globe(room, 2.55, 0.76, 4.0)
    decor.books_lying(room, rng, 1.85, 0.76, 3.85, 4)
    _apple(room, 1.62, 0.76, 3.85)
    seat = f.accent(scene, rng, ("#c8603a", "#3f7a8a", "#d0a040", "#5f8a5a"))
    for x, z in ((-3.0, 3.9), (-2.1, 3.15)):
        f.table(room, x, 0.68, z, 0.85, 0.5, wood * np.float32(1.1), colour("#6a6e72"))
        room.level(x + 0.2, 0.684, z + 0.15, 0.3, 0.22, colour("#f0ece2"))
        _chair(room, x + 0.42, z - 0.25, seat)
    for x in (-2.2, 0.0, 2.2):
        room.lamp(
            (x, TOP - 0.2, 3.4),
            np.array([1.0, 0.92, 0.80]) * 0.6 * f.lit(room),
            0.5,
            hooded=True,
            group="lamp",
        )
    room.lamp((0.0, 2.4, BACK - 0.9), np.array([1.0, 0.92, 0.80]) * 0.45, 0.4)
    return room


def _flags(room: Room, rng: Generator, scene: Scene) -> None:
    """Hang a garland of little flags above the board."""
    tones = [colour(c) for c in ("#d8694a", "#e8b84a", "#4a90a0", "#7aa860", "#9a6aa0")]
    if scene.colours:
        tones = [scene.colours[k % len(scene.colours)] for k in range(5)]
    n = 22
    first = int(rng.integers(5))
    for k in range(n):
        t = (k + 0.5) / n
        x = -1.75 + 3.5 * t
        y = 2.80 - 0.09 * (1 - (2 * ((3 * t) % 1.0) - 1) ** 2)
        tone = tones[(k + first) % 5]
        room.quad(
            [(x - 0.06, y, BACK - 0.03), (x + 0.06, y, BACK - 0.03), (x, y - 0.15, BACK - 0.03)],
            tone,
            stuff="cloth",
        )
        room.panel(x - 0.08, y, BACK - 0.032, 0.16, 0.01, colour("#efe8d8"))


def _globe(room: Room, x: float, y: float, z: float) -> None:
    """Stand a globe on the desk."""
    room.tube(x, y, z, 0.10, 0.03, 0.05, colour("#4a3020"))
    room.tube(x, y + 0.05, z, 0.012, 0.012, 0.08, colour("#b08a4a"), sides=5)
    room.ball(x, y + 0.30, z, 0.19, colour("#b08a4a"))
    room.ball(x, y + 0.30, z - 0.01, 0.17, colour("#5a90b0"))
    spots = ((-0.06, 0.05, 0.05, 0.06), (0.03, -0.05, 0.04, 0.07), (0.08, 0.07, 0.045, 0.04))
    decor.continents(room, x, y + 0.30, z - 0.02, 0.17, spots, colour("#8aa860"))


def _apple(room: Room, x: float, y: float, z: float) -> None:
    room.ball(x, y + 0.045, z, 0.047, colour("#b8352c"))
    room.panel(x - 0.004, y + 0.085, z - 0.01, 0.008, 0.03, colour("#4a3420"))


def _chair(room: Room, x: float, z: float, tone: Colour) -> None:
    steel = colour("#7a7e82")
    room.block(x - 0.2, 0, z - 0.2, 0.4, 0.1, 0.4, 0.5)
    for dx in (-0.17, 0.15):
        room.panel(x + dx, 0.0, z - 0.16, 0.022, 0.8, steel)
        room.panel(x + dx, 0.0, z + 0.2, 0.022, 0.42, steel)
    room.puff(x - 0.2, 0.41, z - 0.18, 0.4, 0.035, 0.38, tone, 0.03, 0.4, "")
    room.pad(x - 0.2, 0.60, z - 0.17, 0.4, 0.20, tone, 0.06, 0.5, "")


CLASSROOM = Place(
    layers=(*interior.layers(build, "board and desks"), dust.layer(build)),
    outdoors=False,
    time="day",
    soft=0.0,
    holds=frozenset({"plants", "window", "books", "clock", "pictures"}),
)
