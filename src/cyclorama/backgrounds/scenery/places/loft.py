"""A loft: brick, a tall window with many panes, beams, a leather sofa, bulbs on cords."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from ..light import colour, pick
from ..rooms import books, cat, decor, dust, houseplants, interior, upholstery
from ..rooms import furniture as f
from ..rooms.room import Room
from ..scene import Layer, Place

if TYPE_CHECKING:
    from numpy.random import Generator

    from ..light import Colour
    from ..scene import Scene

BACK, HALF, TOP = 5.8, 3.9, 3.5


def build(scene: Scene) -> Room:
    """Build it."""
    rng = scene.rng("loft")
    room = Room(scene, ambient=f.ambient(scene, 0.46), mirrored=bool(rng.random() < 0.5), tilt=0.05)
    brick = pick(rng, ("#9a5f48", "#a87058", "#8a5444", "#c8b8a8", "#b8a898"))
    floor, stuff, gloss = (
        ("#8c8a86", "concrete", 0.30),
        ("#8a6848", "planks", 0.18),
        ("#a08058", "planks", 0.18),
    )[int(rng.integers(3))]
    room.shell(
        -HALF, HALF, BACK, TOP, colour(floor), brick, colour("#b8b0a4"), stuff=(stuff, "brick"), gloss=gloss
    )
    room.sunlight("back")
    beam = pick(rng, ("#4a3626", "#5f4630", "#3a3430"))
    f.window(room, -3.45, 0.75, BACK, 3.0, 2.35, (5, 3), "#26282a", power=0.8)
    for z in (4.9, 3.6, 2.4):
        room.box(-HALF, TOP - 0.26, z, 2 * HALF, 0.2, 0.16, beam, stuff="wood")
    steel = colour("#3a3c3e")
    room.tube(3.55, 0.0, BACK - 0.14, 0.05, 0.05, TOP, steel)
    room.box(-HALF, 3.16, BACK - 0.3, 2 * HALF, 0.1, 0.1, steel * np.float32(1.3))
    wood = pick(rng, ("#7a5434", "#946a42", "#5a4030"))
    kind = int(rng.integers(3))
    if kind == 0:
        decor.picture(room, rng, 1.2, 1.42, BACK, 1.5, 1.0, frame="#26282a")
    elif kind == 1:
        f.wall_shelf(room, rng, 0.95, 1.45, BACK, 2.2, wood)
        f.wall_shelf(room, rng, 1.3, 1.95, BACK, 1.8, wood)
    else:
        _rack(room, rng, wood)
    houseplants.plant(room, rng, 3.3, 0, 5.2, 1.9, kind="fig")
    f.floor_lamp(room, -0.05 if kind == 2 else 0.55, 5.2, 1.7, kind="tripod")
    decor.rug(room, rng, 0.1, 2.7, 3.6, 2.1)
    leather = f.accent(scene, rng, upholstery.LEATHERS)
    pillows = tuple(pick(rng, upholstery.CUSHIONS) for _ in range(2))
    upholstery.sofa(room, 0.75, 4.1, 2.3, leather, pillows, stuff="", seats=2, rng=rng)
    upholstery.throw(room, 2.82, 4.1, pick(rng, upholstery.CUSHIONS))
    f.table(room, -2.75, 0.44, 4.3, 1.25, 0.6, wood, steel)
    decor.books_lying(room, rng, -2.6, 0.44, 4.45, 3)
    decor.vase(room, rng, -1.85, 0.44, 4.55, 0.24, pillows[0])
    decor.twigs(room, rng, -1.85, 0.66, 4.55, 0.4, colour("#b8a878"))
    houseplants.plant(room, rng, -3.2, 0, 3.9, 1.5)
    for x, y in ((1.1, 2.55), (1.75, 2.72), (2.4, 2.5)):
        f.pendant(room, x, y, 4.3, TOP, power=0.42)
    room.lamp((0.2, 1.9, BACK - 0.9), f.WARM * np.float32(0.30 * f.lit(room)), 0.5, group="lamp")
    return room


def _rack(room: Room, rng: Generator, wood: Colour) -> None:
    books.shelf(room, rng, 0.95, 0, BACK - 0.36, 2.3, 2.3, wood, 5, 0.66)


def motes(scene: Scene) -> None:
    """Paint a cat on the window sill, if there is one, and dust in the sun."""
    lit = interior.of(scene, build)
    if scene.wants("cat", otherwise=bool(scene.rng("cat?").random() < 0.25)):
        cat.sits(scene, lit, -1.15, 0.73, BACK - 0.12)
    dust.drift(scene, lit)


LOFT = Place(
    layers=(*interior.layers(build, "bricks and beams"), Layer("dust", motes, moves=True)),
    outdoors=False,
    time="golden",
    soft=0.0,
    holds=frozenset({"cat", "lamp", "plants", "window", "sofa", "pictures", "books"}),
)
