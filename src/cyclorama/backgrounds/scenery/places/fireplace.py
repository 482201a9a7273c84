"""By the fire: a stone hearth, an armchair, shelves, candles, snow or stars outside."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from ..light import colour, pick
from ..rooms import books, cat, decor, hearth, houseplants, interior, pendulum, upholstery
from ..rooms import furniture as f
from ..rooms.room import Room
from ..scene import Layer, Place

if TYPE_CHECKING:
    from numpy.random import Generator

    from ..scene import Scene

BACK, HALF, TOP = 5.0, 3.4, 2.75
HEARTH = 1.78
CLOCK = (-1.02, 1.35)
RUGS = (
    ("#7a3a30", "#c9b08a", "#3a3438"),
    ("#8a7a64", "#e0d4bc", "#4a3c34"),
    ("#3f5560", "#c9b48a", "#7a3a30"),
    ("#5a6048", "#d8c8a0", "#3a3028"),
)


def build(scene: Scene) -> Room:
    """Build it."""
    rng = scene.rng("fireside")
    room = Room(scene, ambient=f.ambient(scene, 0.50), mirrored=bool(rng.random() < 0.5))
    wood = pick(rng, ("#6a4429", "#55361f", "#7d5433"))
    cosy = rng.random() < 0.5
    wall = (
        pick(rng, ("#8a6a4a", "#7a5a40"))
        if cosy
        else pick(rng, ("#b0a08a", "#8f8878", "#6f7a70", "#7a4a3c", "#4f5f60"))
    )
    room.suits = ("snow", "mountains", "forest", "snow")
    room.shell(
        -HALF,
        HALF,
        BACK,
        TOP,
        pick(rng, ("#7d5838", "#6a4a30", "#8a6444")),
        wall,
        colour("#a89a88"),
        stuff=("planks", "reeds" if cosy and rng.random() < 0.4 else "plaster"),
        gloss=0.22,
    )
    room.sunlight("back")
    f.skirting(room, wood * np.float32(0.9), 0.14)
    for z in (4.4, 3.2, 2.0):
        room.box(-HALF, TOP - 0.22, z, 2 * HALF, 0.2, 0.2, wood * np.float32(0.8), stuff="wood")
    wx = -2.75
    f.window(room, wx, 0.85, BACK, 1.35, 1.45, (2, 3), "#5a4430")
    cloth = f.accent(scene, rng, ("#7a3a30", "#8a7a60", "#4f5f50", "#a08868"))
    f.rod(room, wx - 0.42, 2.38, BACK - 0.16, 2.2)
    f.curtain(room, wx - 0.40, 0.04, BACK - 0.14, 0.42, 2.34, cloth)
    f.curtain(room, wx + 1.32, 0.04, BACK - 0.14, 0.42, 2.34, cloth)
    if _ticks(scene):
        pendulum.clock(room, *CLOCK, wood)
    stuff = "brick" if rng.random() < 0.35 else "stone"
    face = (
        pick(rng, ("#a05f48", "#b8a898", "#8a5a48"))
        if stuff == "brick"
        else pick(rng, ("#a8a094", "#94887a", "#b4ada2"))
    )
    hearth.fireplace(room, HEARTH, BACK, 1.7, face, wood, stuff)
    _mantel(room, rng)
    houseplants.plant(room, rng, 3.15, 0, 4.8, 1.2)
    _logs(room, rng, 0.55)
    decor.rug(
        room,
        rng,
        -2.2,
        2.3,
        4.2,
        1.7,
        RUGS[int(rng.integers(len(RUGS)))],
        kind=("border", "diamonds")[int(rng.integers(2))],
    )
    if rng.random() < 0.6:
        f.floor_lamp(room, -3.05, 4.45, 1.62, kind="stem")
    else:
        books.shelf(room, rng, -3.38, 0, 4.66, 0.5, 1.75, wood, 5, 0.95)
    f.round_table(room, -1.30, 0.52, 4.05, 0.23, wood)
    decor.candle(room, -1.36, 0.52, 4.05, 0.13)
    decor.books_lying(room, rng, -1.30, 0.52, 4.02, 2)
    chair = pick(rng, ("#7a4a30", "#5f6f5a", "#8a3f34", "#46586a", "#a08868"))
    upholstery.armchair(
        room, -2.55, 3.6, chair, pick(rng, upholstery.CUSHIONS), "cloth" if rng.random() < 0.6 else ""
    )
    room.lamp((0.0, 1.6, BACK - 1.0), np.array([1.0, 0.52, 0.22]) * 0.40, 0.5, group="fire")
    return room


def _mantel(room: Room, rng: Generator) -> None:
    """Put candles, a vase and a picture on the mantelpiece."""
    z, y = BACK - 0.34, 1.237
    for dx, high in ((-0.70, 0.20), (-0.60, 0.13), (-0.52, 0.16)):
        decor.candle(room, HEARTH + dx, y, z + 0.04, high)
    if rng.random() < 0.5 or _ticks(room.scene):
        decor.picture(room, rng, HEARTH - 0.34, 1.50, BACK - 0.3, 0.68, 0.62)
    else:
        decor.clock(room, HEARTH, 1.86, BACK - 0.3, 0.24, decor.hour(room), "#6a4a2c")
    decor.vase(room, rng, HEARTH + 0.62, y, z + 0.05, 0.24, pick(rng, upholstery.CUSHIONS))
    decor.twigs(room, rng, HEARTH + 0.62, y + 0.22, z + 0.05, 0.34, colour("#a88a58"))
    decor.books_lying(room, rng, HEARTH + 0.2, y, z, 2)


def _logs(room: Room, rng: Generator, x: float) -> None:
    """Stack firewood beside the hearth."""
    for row, n in ((0, 5), (1, 4), (2, 3)):
        for k in range(n):
            r = float(rng.uniform(0.045, 0.056))
            px = x - 0.24 + 0.108 * k + 0.054 * row
            room.tube(px, 0.02 + 0.095 * row, 4.72, r, r, 0.001, colour("#5a4230"))
            room.ball(px, 0.06 + 0.095 * row, 4.70, r, colour("#c8a070") * np.float32(rng.uniform(0.8, 1.1)))
            room.ball(px, 0.06 + 0.095 * row, 4.695, r * 0.5, colour("#a8804f"))


def company(scene: Scene) -> None:
    """Paint the clock's pendulum, and a cat before the fire, where there are any."""
    lit = interior.of(scene, build)
    if _ticks(scene):
        pendulum.swing(scene, lit, *CLOCK)
    if scene.wants("cat", otherwise=bool(scene.rng("cat?").random() < 0.4)):
        cat.sits(scene, lit, HEARTH + 0.62, 0.0, BACK - 1.15, 0.38, 0.7)


def _ticks(scene: Scene) -> bool:
    return scene.wants("clock", otherwise=bool(scene.rng("clock?").random() < 0.6))


def fire(scene: Scene) -> None:
    """Paint the fire and its sparks."""
    if scene.wants("fireplace", otherwise=True):
        lit = interior.of(scene, build)
        hearth.burn(scene, lit, HEARTH, BACK)
        hearth.sparks(scene, lit, HEARTH, BACK)


FIREPLACE = Place(
    layers=(
        *interior.layers(build, "hearth and lamps"),
        Layer("fire", fire, moves=True),
        Layer("clock", company, moves=True),
    ),
    outdoors=False,
    time="night",
    soft=0.0,
    holds=frozenset(
        {"cat", "lamp", "plants", "window", "fireplace", "candles", "books", "curtains", "clock", "pictures"}
    ),
)
