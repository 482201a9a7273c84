"""A living room: a window with curtains, a sofa, lamps, pictures, plants; a fire when asked for."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from ..light import colour, pick
from ..rooms import books, cat, decor, dust, hearth, houseplants, interior, sheer, upholstery
from ..rooms import furniture as f
from ..rooms.room import Room
from ..scene import Layer, Place

if TYPE_CHECKING:
    from numpy.random import Generator

    from ..light import Colour
    from ..scene import Scene

WALLS = ("#d6cab4", "#b4bcae", "#c4b4a6", "#9aa8b0", "#cdbfb4", "#8f9d8c", "#c8c2b4")
BACK, HALF, TOP = 5.2, 3.5, 2.75
HEARTH = 1.95
WINDOW = (-2.95, 0.62, 1.75)  # left, sill, width


def _colours(scene: Scene) -> str:
    return WALLS[int(scene.rng("wall").integers(len(WALLS)))]


def build(scene: Scene) -> Room:
    """Build it."""
    rng = scene.rng("living")
    room = Room(scene, ambient=f.ambient(scene, 0.50), mirrored=bool(rng.random() < 0.5))
    wood = pick(rng, ("#8a5f3c", "#6e4a30", "#a9825a", "#5a4232"))
    floor = pick(rng, ("#a47a50", "#8a6444", "#b89068", "#7a5a40"))
    stuff = "herringbone" if rng.random() < 0.35 else "planks"
    room.shell(
        -HALF,
        HALF,
        BACK,
        TOP,
        floor,
        colour(_colours(scene)),
        colour("#e6e1d8"),
        stuff=(stuff, "plaster"),
        gloss=0.16,
    )
    room.sunlight("side")
    f.skirting(room, colour("#e4dfd4"))
    fire = scene.wants("fireplace")
    wx, sill, ww = WINDOW
    if rng.random() < 0.35:
        f.mouldings(
            room, colour(_colours(scene)), ((-0.95, 0.75), (0.9, 3.3)) if not fire else ((-0.95, 0.75),)
        )
    f.window(room, wx, sill, BACK, ww, 1.78, (2, 1) if rng.random() < 0.6 else (2, 3))
    cloth = pick(rng, ("#d8cfc0", "#b8a890", "#8f9a94", "#a8705a", "#6a7680"))
    f.rod(room, wx - 0.42, 2.54, BACK - 0.16, ww + 0.84)
    f.curtain(room, wx - 0.40, 0.04, BACK - 0.14, 0.46, 2.5, cloth)
    f.curtain(room, wx + ww - 0.06, 0.04, BACK - 0.14, 0.46, 2.5, cloth)
    if fire:
        hearth.fireplace(room, HEARTH, BACK, 1.72, pick(rng, ("#a8a094", "#9a8878", "#b8b2a8")), wood)
        decor.candle(room, HEARTH - 0.62, 1.235, BACK - 0.3, 0.16)
        decor.candle(room, HEARTH - 0.52, 1.235, BACK - 0.26, 0.10)
        decor.vase(room, rng, HEARTH + 0.58, 1.235, BACK - 0.25, 0.26, pick(rng, upholstery.CUSHIONS))
        decor.picture(room, rng, HEARTH - 0.36, 1.48, BACK - 0.3, 0.72, 0.62)
    else:
        _wall(room, rng, wood)
    kind = "round" if rng.random() < 0.3 else ""
    decor.rug(room, rng, -2.0, 2.2, 4.0, 2.0, kind=kind)
    main = f.accent(scene, rng, upholstery.CLOTHS)
    pillows = tuple(pick(rng, upholstery.CUSHIONS) for _ in range(3))
    if fire:
        houseplants.plant(room, rng, 3.2, 0, 4.85, 1.5)
        f.floor_lamp(room, -3.05, 4.4, 1.66)
        f.round_table(room, -1.25, 0.5, 4.2, 0.24, wood)
        decor.books_lying(room, rng, -1.38, 0.5, 4.15, 2)
        upholstery.armchair(room, -2.5, 3.75, main, pillows[0])
    else:
        if rng.random() < 0.7:
            houseplants.plant(room, rng, 3.2, 0, 4.85, 1.6)
        f.floor_lamp(room, 3.1 if rng.random() < 0.5 else 0.42, 4.72, 1.7)
        f.round_table(room, -1.15, 0.5, 4.35, 0.25, wood)
        decor.vase(room, rng, -1.15, 0.5, 4.35, 0.22, pillows[1])
        decor.twigs(room, rng, -1.15, 0.7, 4.35, 0.42, colour("#c8b080"))
        upholstery.sofa(room, 0.62, 3.75, 2.3, main, pillows, rng=rng)
        upholstery.throw(room, 2.68, 3.75, pillows[2])
        houseplants.plant(room, rng, -2.75, 0, 3.6, 1.35)
    room.lamp((0.0, 1.8, BACK - 0.9), f.WARM * np.float32(0.26 * f.lit(room)), 0.5, group="lamp")
    return room


def _wall(room: Room, rng: Generator, wood: Colour) -> None:
    """Fill the wall above the sofa: pictures, a shelf, or a bookcase beside it."""
    kind = int(rng.integers(4))
    if kind == 3:
        f.sideboard(room, 0.9, BACK - 0.44, 2.3, wood, 0.8, 4)
        decor.picture(room, rng, 1.3, 1.15, BACK, 1.45, 1.0)
        houseplants.trailing(room, rng, 2.95, 0.8, BACK - 0.25, 0.3)
        f.table_lamp(room, 1.08, 0.8, BACK - 0.22, 0.42)
    elif kind == 0:
        for x, w, h in ((0.95, 0.55, 0.72), (1.66, 0.72, 0.56), (2.56, 0.5, 0.66)):
            decor.picture(room, rng, x, 1.34 + rng.uniform(0, 0.1), BACK, w, h)
    elif kind == 1:
        f.wall_shelf(room, rng, 1.0, 1.42, BACK, 1.9, wood)
        f.wall_shelf(room, rng, 1.3, 1.86, BACK, 1.5, wood)
    else:
        decor.picture(room, rng, 0.95, 1.3, BACK, 0.95, 0.78)
        books.shelf(room, rng, 2.3, 0, BACK - 0.34, 1.0, 2.1, wood, 5, 0.7)


def draught(scene: Scene) -> None:
    """Paint sheer curtains, and a cat on the window sill, where there are any."""
    lit = interior.of(scene, build)
    x, y, w = WINDOW
    if scene.wants("cat", otherwise=bool(scene.rng("cat?").random() < 0.3)):
        cat.sits(scene, lit, x + w * 0.64, y - 0.02, BACK - 0.12)
    elif scene.rng("sheers").random() < 0.6:
        sheer.hang(scene, lit, "left", x - 0.1, 0.05, BACK - 0.12, w * 0.36, 2.45, 0.5)
        sheer.hang(scene, lit, "right", x + w * 0.74, 0.05, BACK - 0.12, w * 0.32, 2.45, 0.5)


def fire(scene: Scene) -> None:
    """Paint the fire, if there is one."""
    if scene.wants("fireplace"):
        lit = interior.of(scene, build)
        hearth.burn(scene, lit, HEARTH, BACK)
        hearth.sparks(scene, lit, HEARTH, BACK)


LIVING_ROOM = Place(
    layers=(
        *interior.layers(build, "sofa and lamps"),
        Layer("curtains", draught, moves=True),
        Layer("fire", fire, moves=True),
        dust.layer(build),
    ),
    outdoors=False,
    time="golden",
    soft=0.0,
    holds=frozenset(
        {"lamp", "plants", "window", "fireplace", "sofa", "cat", "curtains", "pictures", "books", "candles"}
    ),
)
