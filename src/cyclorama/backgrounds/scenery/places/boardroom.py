"""A boardroom: a long table, chairs along it, a wall of wood, a skyline, a screen."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from ..light import colour, mix, pick
from ..rooms import decor, desks, houseplants, interior
from ..rooms import furniture as f
from ..rooms.room import Room
from ..scene import Place

if TYPE_CHECKING:
    from ..scene import Scene

BACK, HALF, TOP = 6.4, 3.8, 2.9


def build(scene: Scene) -> Room:
    """Build it."""
    rng = scene.rng("boardroom")
    room = Room(scene, ambient=f.ambient(scene, 0.52), mirrored=bool(rng.random() < 0.5))
    wood = pick(rng, ("#8f6a44", "#7a5436", "#a8845c", "#6a5444"))
    stone = rng.random() < 0.35
    wall = colour("#b4b0aa") if stone else pick(rng, ("#c4beb4", "#9aa2a6", "#b0a898"))
    room.shell(
        -HALF,
        HALF,
        BACK,
        TOP,
        pick(rng, ("#6f6a66", "#7a7068", "#5f646a")),
        wall,
        colour("#dcd9d3"),
        stuff=("carpet", "concrete" if stone else "plaster"),
    )
    room.sunlight("back")
    f.window(room, -3.65, 0.3, BACK, 3.0, 2.35, (3, 1), "#2c3034", power=0.7)
    room.panel(-0.48, 0, BACK - 0.03, 4.3, TOP, wood, stuff="reeds")
    for x in (-0.3, 0.9, 2.1, 3.3):
        room.lamp(
            (x, TOP - 0.12, BACK - 0.45),
            np.array([1.0, 0.80, 0.56]) * 0.46 * f.lit(room),
            0.12,
            group="lamp",
        )
    if scene.wants("monitors", otherwise=bool(rng.random() < 0.65)):
        room.hang(1.35, 1.05, 1.9, 1.08, 0.06)
        room.box(1.35, 1.05, BACK - 0.10, 1.9, 1.08, 0.05, colour("#15171a"))
        desks.screen(room, rng, 1.38, 1.08, BACK - 0.105, 1.84, 1.02, 0.8)
    else:
        decor.picture(room, rng, 1.45, 1.1, BACK - 0.03, 1.6, 1.0)
    f.sideboard(room, 1.2, BACK - 0.5, 2.2, wood * np.float32(0.8), 0.66, 4)
    decor.vase(
        room, rng, 1.5, 0.66, BACK - 0.3, 0.28, f.accent(scene, rng, ("#c98a4a", "#3f5f68", "#e4dccb"))
    )
    houseplants.succulent(room, rng, 3.1, 0.66, BACK - 0.3, 0.3)
    houseplants.plant(room, rng, -3.35, 0, 6.0, 1.8)
    houseplants.plant(room, rng, 3.45, 0, 5.4, 1.6)
    seat = pick(rng, ("#3a3e44", "#5a4a3e", "#4a5a66", "#8a7a68"))
    if scene.colours:
        seat = scene.colours[0]
    top = mix(wood, colour("#3a2c22"), 0.35)
    for z in (5.35, 4.55, 3.75, 2.95):
        desks.side_chair(room, -1.62, z, seat, 1)
        desks.side_chair(room, 1.62, z, seat, -1)
    room.block(-1.0, 0, 2.4, 2.0, 0.2, 3.2, 0.6)
    for z in (5.0, 3.0):
        room.box(-0.55, 0.0, z, 1.1, 0.7, 0.12, colour("#2a2c2e"))
    room.box(-1.22, 0.70, 2.3, 2.44, 0.05, 3.4, top, stuff="wood")
    for x, z in ((-0.85, 5.1), (0.85, 4.4), (-0.85, 3.5), (0.9, 3.1)):
        room.level(x - 0.14, 0.752, z, 0.28, 0.2, colour("#e8e6e0"))
        room.tube(x + 0.24, 0.752, z + 0.1, 0.035, 0.04, 0.09, colour("#d8d4cc"))
    for x in (-0.9, 0.9):
        room.box(x - 0.03, 2.28, 2.8, 0.06, 0.06, 2.6, colour("#26282a"))
        room.panel(x - 0.004, 2.34, 5.2, 0.008, TOP - 2.34, colour("#26282a"))
        room.quad(
            [
                (x - 0.025, 2.278, 2.8),
                (x + 0.025, 2.278, 2.8),
                (x + 0.025, 2.278, 5.4),
                (x - 0.025, 2.278, 5.4),
            ],
            colour("#fff0d8"),
            1.9,
            group="lamp",
        )
        for z in (3.2, 4.4):
            room.lamp(
                (x, 2.15, z),
                np.array([1.0, 0.88, 0.70]) * 0.62 * f.lit(room),
                0.3,
                hooded=True,
                group="lamp",
            )
    return room


BOARDROOM = Place(
    layers=interior.layers(build, "table and chairs"),
    outdoors=False,
    time="day",
    soft=0.0,
    holds=frozenset({"plants", "window", "monitors", "pictures"}),
)
