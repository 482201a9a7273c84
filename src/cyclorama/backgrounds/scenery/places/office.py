"""An office: glass and a skyline, wooden slats, shelves, a desk with screens, plants."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from ..light import colour, pick
from ..rooms import books, decor, desks, dust, houseplants, interior, upholstery
from ..rooms import furniture as f
from ..rooms.room import Room
from ..scene import Place

if TYPE_CHECKING:
    from numpy.random import Generator

    from ..scene import Scene

BACK, HALF, TOP = 5.6, 3.7, 2.9


def build(scene: Scene) -> Room:
    """Build it: a room of one's own, or an open floor."""
    rng = scene.rng("office")
    mirrored = bool(rng.random() < 0.5)
    return _own(scene, rng, mirrored) if rng.random() < 0.6 else _floor(scene, rng, mirrored)


def _own(scene: Scene, rng: Generator, mirrored: bool) -> Room:
    room = Room(scene, ambient=f.ambient(scene, 0.56), mirrored=mirrored)
    wall = pick(rng, ("#c8c2b6", "#a8b0b0", "#8f9a94", "#b8aca0", "#5f6a70", "#d2cdc2"))
    floor, stuff = (("#9a7a58", "planks"), ("#a88a64", "herringbone"), ("#8a8884", "carpet"))[
        int(rng.integers(3))
    ]
    room.shell(
        -HALF,
        HALF,
        BACK,
        TOP,
        colour(floor),
        wall,
        colour("#e4e2dd"),
        stuff=(stuff, "plaster"),
        gloss=0.0 if stuff == "carpet" else 0.2,
    )
    room.sunlight("back" if rng.random() < 0.5 else "side")
    wood = pick(rng, ("#a87c50", "#8a623e", "#6a4a34", "#b8946a"))
    f.skirting(room, colour("#dcd8d0") if wall.mean() > 0.5 else wall * np.float32(0.8))
    f.window(room, -3.35, 0.35, BACK, 2.55, 2.25, (2, 1), "#303438", power=0.8)
    room.panel(-0.62, 0.0, BACK - 0.03, 1.85, TOP, wood * np.float32(1.1), stuff="reeds")
    for x in (-0.62, 1.23):
        for y in (2.5, 1.5, 0.5):
            room.lamp((x, y, BACK - 0.2), f.WARM * np.float32(0.15 * f.lit(room)), 0.05, group="lamp")
    room.lamp(
        (0.3, TOP - 0.1, BACK - 0.7), np.array([1.0, 0.84, 0.64]) * 0.75 * f.lit(room), 0.4, group="lamp"
    )
    books.shelf(room, rng, 1.42, 0, BACK - 0.36, 2.1, 2.35, wood, 5, 0.62)
    houseplants.plant(room, rng, -3.3, 0, 5.2, 1.7)
    if rng.random() < 0.5:
        f.floor_lamp(room, -0.95, 5.05, 1.65, kind="stem")
    f.sideboard(room, -2.7, 4.85, 1.55, wood, 0.6, 3)
    decor.books_lying(room, rng, -2.5, 0.6, 4.95, 3)
    decor.vase(room, rng, -1.5, 0.6, 5.0, 0.24, pick(rng, upholstery.CUSHIONS))
    decor.twigs(room, rng, -1.5, 0.82, 5.0, 0.4, colour("#b8a880"))
    f.table(room, 1.1, 0.74, 3.75, 2.1, 0.8, wood * np.float32(1.1), colour("#33363a"))
    desks.desk_lamp(room, 2.95, 0.74, 4.3, -1.0)
    if scene.wants("monitors", otherwise=bool(rng.random() < 0.6)):
        desks.monitor(room, rng, 1.75, 0.74, 4.2, 0.66)
    houseplants.succulent(room, rng, 1.35, 0.74, 4.1, 0.26)
    decor.books_lying(room, rng, 2.5, 0.74, 3.95, 2)
    chair = f.accent(scene, rng, ("#3c4048", "#8a6a50", "#5f6a70", "#a08870"))
    upholstery.armchair(room, -2.6, 3.5, chair, pick(rng, upholstery.CUSHIONS))
    for x in (-2.0, 0.1, 2.2):
        room.lamp(
            (x, TOP - 0.2, 3.9),
            np.array([1.0, 0.86, 0.68]) * 0.5 * f.lit(room),
            0.4,
            hooded=True,
            group="lamp",
        )
    return room


def _floor(scene: Scene, rng: Generator, mirrored: bool) -> Room:
    room = Room(scene, ambient=f.ambient(scene, 0.54), mirrored=mirrored)
    wall = pick(rng, ("#d4d0c8", "#c8ccc8", "#bcc4c8"))
    floor, stuff = (("#8e8a84", "carpet"), ("#a0917c", "planks"), ("#96948f", "concrete"))[
        int(rng.integers(3))
    ]
    room.shell(
        -HALF,
        HALF,
        BACK + 0.5,
        TOP,
        colour(floor),
        wall,
        colour("#e4e2de"),
        stuff=(stuff, "plaster"),
        gloss=0.0 if stuff == "carpet" else 0.35,
    )
    room.sunlight("back")
    f.window(room, -HALF + 0.3, 0.4, BACK + 0.5, 5.2, 2.3, (3, 1), "#303438", power=0.5)
    wood = pick(rng, ("#b08a5e", "#c0a078", "#9a7448"))
    books.shelf(room, rng, 1.95, 0, BACK + 0.1, 1.65, 2.2, wood, 5, 0.6)
    houseplants.plant(room, rng, -3.35, 0, 5.3, 1.8)
    chair = f.accent(scene, rng, ("#3c4048", "#4a5a68", "#6a6e70"))
    for x, z in ((-3.0, 4.5), (0.85, 4.5)):
        f.table(room, x, 0.74, z, 1.95, 0.75, wood, colour("#d8d8d6"))
        for k in (0.22, 1.08):
            desks.monitor(room, rng, x + k, 0.74, z + 0.45, 0.58, scene.wants("monitors", otherwise=True))
        houseplants.succulent(room, rng, x + 0.95, 0.74, z + 0.2, 0.24)
        for k in (0.5, 1.4):
            desks.chair(room, x + k, z - 0.3, chair)
    houseplants.plant(room, rng, 3.2, 0, 3.4, 1.4)
    for x in (-2.3, -0.5, 1.3):
        for z in (3.0, 4.9):
            desks.strip(room, x, TOP - 0.01, z, 1.1, 0.2, 0.55)
    return room


OFFICE = Place(
    layers=(*interior.layers(build, "windows and desks"), dust.layer(build, 30)),
    outdoors=False,
    time="day",
    soft=0.0,
    holds=frozenset({"plants", "window", "monitors", "lamp", "books"}),
)
