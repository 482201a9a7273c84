"""A library: walls of books, a tall window at the end, reading lamps, a ladder, a globe."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from ..light import colour, pick
from ..rooms import books, decor, dust, houseplants, interior, upholstery
from ..rooms import furniture as f
from ..rooms.joinery import ribbon
from ..rooms.room import Room
from ..scene import Place

if TYPE_CHECKING:
    from ..light import Colour
    from ..scene import Scene

BACK, HALF, TOP = 6.2, 3.0, 3.7
ASIDE = 1.05  # where the window stands: in the middle it would blind around the head
RUGS = (
    ("#6a2f2a", "#c0a070", "#2e2a34"),
    ("#34485a", "#c8b48a", "#5a2f2a"),
    ("#4a5240", "#c8b88a", "#33302a"),
    ("#7a6650", "#d8c8a8", "#3f342c"),
)


def build(scene: Scene) -> Room:
    """Build it."""
    rng = scene.rng("library")
    room = Room(scene, ambient=f.ambient(scene, 0.47), mirrored=bool(rng.random() < 0.5), tilt=0.05, blur=3.4)
    wood = pick(rng, ("#6b4426", "#5a3620", "#7a5230", "#4a3022", "#8a623c"))
    wall = pick(rng, ("#8a7458", "#6a7260", "#7a4a40", "#54606a"))
    stuff = "herringbone" if rng.random() < 0.5 else "planks"
    room.suits = ("mountains", "sea", "city", "japanese_garden", "vineyard")
    room.shell(
        -HALF,
        HALF,
        BACK,
        TOP,
        pick(rng, ("#6f4e32", "#805a3a", "#5f4430")),
        wall,
        colour("#b8ac98"),
        stuff=(stuff, "plaster"),
        gloss=0.26,
    )
    room.sunlight("back")
    w = float(rng.uniform(1.55, 1.9))
    left, right = ASIDE - w / 2 - 0.14, ASIDE + w / 2 + 0.14
    f.window(room, ASIDE - w / 2, 0.95, BACK, w, 2.35, (3, 4), "#5a4430", power=1.3)
    for start, end in ((-HALF + 0.3, left), (right, HALF - 0.3)):
        books.shelf(room, rng, start, 0, BACK - 0.35, end - start, 3.1, wood, 8)
    for x in (-HALF, HALF):
        books.side_shelf(room, rng, x, 1.2, BACK - 0.3, 3.1, wood, 8)
    room.box(-HALF, 3.12, BACK - 0.45, 2 * HALF, 0.10, 0.1, wood * np.float32(1.1), stuff="wood")
    if rng.random() < 0.7:
        _ladder(room, 2.05, wood)
    decor.rug(room, rng, -1.6, 2.2, 3.2, 2.9, RUGS[int(rng.integers(len(RUGS)))], kind="border")
    green = rng.random() < 0.5
    if rng.random() < 0.6:
        _globe(room, -1.95, 5.15)
    else:
        houseplants.plant(room, rng, -2.1, 0, 5.2, 1.5)
    f.table(room, -1.35, 0.76, 4.5, 2.7, 0.8, wood * np.float32(1.15))
    for x in (-1.15, 1.15):
        f.table_lamp(room, x, 0.76, 4.85, 0.40, "#7fc89a" if green else "#ffdca0", "#b08a4a")
    decor.books_lying(room, rng, -0.75, 0.76, 4.6, 3)
    decor.books_lying(room, rng, 0.45, 0.76, 4.6, 2)
    for x in (-1.6, 1.6):
        f.pendant(room, x, 2.72, 4.3, TOP, bulb=False, power=0.85)
    for x in (-2.2, 2.2):
        room.lamp((x, 2.7, 3.0), f.WARM * np.float32(0.75 * f.lit(room)), 0.3, hooded=True, group="lamp")
    # a pool of light on the shelves behind the head
    for x in (-1.1, 1.1):
        room.lamp((x, 2.3, BACK - 1.2), f.WARM * np.float32(0.34 * f.lit(room)), 0.4, group="lamp")
    upholstery.armchair(
        room, -2.5, 3.9, f.accent(scene, rng, ("#6a3326", "#3f5240", "#4a2e22", "#7a5a3a")), None, ""
    )
    if scene.wants("plants"):
        houseplants.plant(room, rng, 2.3, 0, 3.6, 1.2)
    return room


def _ladder(room: Room, x: float, wood: Colour) -> None:
    """Lean a ladder on the shelves at the back."""
    foot, head = BACK - 0.95, BACK - 0.40
    for dx in (-0.2, 0.2):
        ribbon(room, (x + dx, 0.0, foot), (x + dx, 2.9, head), 0.02, wood * np.float32(1.5), "wood")
    for k in range(1, 10):
        t = k / 10
        z = foot + (head - foot) * t
        room.panel(x - 0.2, 2.9 * t, z - 0.01, 0.4, 0.03, wood * np.float32(1.4))


def _globe(room: Room, x: float, z: float) -> None:
    """Stand a globe on the floor."""
    brass = colour("#b08a4a")
    room.tube(x, 0.0, z, 0.2, 0.04, 0.08, colour("#4a3020"))
    room.tube(x, 0.08, z, 0.025, 0.025, 0.55, colour("#5a3a26"), sides=6)
    room.ball(x, 0.92, z, 0.285, brass)
    room.ball(x, 0.92, z - 0.01, 0.26, colour("#7a8f94"))
    spots = ((-0.09, 0.08, 0.09, 0.10), (0.05, -0.07, 0.06, 0.11), (0.12, 0.11, 0.07, 0.06))
    decor.continents(room, x, 0.92, z - 0.02, 0.26, spots, colour("#c0a878"))


LIBRARY = Place(
    layers=(*interior.layers(build, "books and lamps"), dust.layer(build)),
    outdoors=False,
    time="golden",
    soft=0.0,
    holds=frozenset({"lamp", "plants", "window", "books"}),
)
