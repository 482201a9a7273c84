"""A bedroom: a made bed, lamps beside it, a window behind sheer curtains that move, little lights."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from ..light import colour, mix, pick
from ..rooms import decor, dust, houseplants, interior, sheer, strings, upholstery
from ..rooms import furniture as f
from ..rooms.room import Room
from ..scene import Layer, Place

if TYPE_CHECKING:
    from numpy.random import Generator

    from ..rooms.room import Corner
    from ..scene import Scene

BACK, HALF, TOP = 5.0, 3.4, 2.7
WALLS = ("#d8c4b8", "#c2ccc4", "#b8c2cc", "#d6d0c2", "#c8b8c0", "#a8b4a4", "#8a98a4")
WINDOW = (-2.7, 0.55, 1.6, 1.85)  # left, sill, width, height
STRING: list[Corner] = [
    (0.75, 2.40, BACK - 0.06),
    (1.75, 2.36, BACK - 0.06),
    (2.75, 2.44, BACK - 0.06),
    (3.35, 2.3, BACK - 0.06),
]


def build(scene: Scene) -> Room:
    """Build it."""
    rng = scene.rng("bedroom")
    room = Room(scene, ambient=f.ambient(scene, 0.52), mirrored=bool(rng.random() < 0.5))
    wall = pick(rng, WALLS)
    floor = pick(rng, ("#b89a78", "#a4825e", "#c4aa88", "#8a6a4c"))
    room.suits = ("mountains", "sea", "japanese_garden", "city", "forest")
    room.shell(-HALF, HALF, BACK, TOP, floor, wall, mix(colour("#e8e4dc"), wall, 0.15), gloss=0.10)
    room.sunlight("side")
    f.skirting(room, colour("#ece8e0"))
    x, y, w, h = WINDOW
    f.window(room, x, y, BACK, w, h, (2, 1))
    cloth = pick(rng, ("#d8c8b8", "#a8b0a4", "#b8a0a0", "#c8c0b0", "#8090a0"))
    f.rod(room, x - 0.45, 2.5, BACK - 0.18, w + 0.9, "#b08a4a")
    f.curtain(room, x - 0.44, 0.03, BACK - 0.15, 0.36, 2.46, cloth)
    f.curtain(room, x + w + 0.08, 0.03, BACK - 0.15, 0.36, 2.46, cloth)
    wood = pick(rng, ("#b08a60", "#8a6444", "#d8cfc0", "#5f4636"))
    style = rng.random()
    if style < 0.3:
        f.mouldings(room, wall, ((-0.75, 0.5), (0.65, 3.25)))
    elif style < 0.5:
        room.panel(0.5, 0, BACK - 0.02, 2.9, TOP, wood, stuff="reeds")
    _above(room, rng)
    houseplants.plant(room, rng, -3.1, 0, 4.65, 1.45)
    for side in (0.62, 2.92):
        room.box(side, 0.12, BACK - 0.46, 0.44, 0.42, 0.4, wood, stuff="wood")
        room.panel(side + 0.02, 0.32, BACK - 0.465, 0.40, 0.18, wood * np.float32(1.08), stuff="wood")
        f.table_lamp(
            room,
            side + 0.2,
            0.54,
            BACK - 0.28,
            0.36,
            base=("#c8bcae", "#5a6a70", "#b5654a")[int(rng.integers(3))],
        )
    decor.rug(room, rng, 0.2, 2.3, 3.0, 1.9, kind=("border", "round")[int(rng.integers(2))])
    linen = pick(rng, ("#efe9df", "#e4e6e6", "#f0e4dc"))
    cover = f.accent(
        scene, rng, ("#8fa0a8", "#b08878", "#8a9a7c", "#c4a88a", "#9088a0", "#d0b4a8", "#6a7c90")
    )
    upholstery.bed(
        room,
        1.02,
        2.95,
        1.85,
        linen,
        cover,
        mix(cover, colour("#f0e8dc"), 0.45),
        pick(rng, upholstery.CLOTHS),
    )
    pillow = pick(rng, upholstery.CUSHIONS)
    upholstery.cushion(room, 1.7, 0.50, BACK - 0.62, 0.42, pillow, 0.1)
    upholstery.cushion(room, 2.25, 0.50, BACK - 0.66, 0.36, mix(pillow, linen, 0.5), -0.14, stripe=True)
    if rng.random() < 0.6:
        upholstery.armchair(room, -2.35, 3.75, pick(rng, upholstery.CLOTHS), pillow)
    else:
        f.sideboard(room, -2.9, 4.2, 1.3, wood, 0.62, 2)
        decor.books_lying(room, rng, -2.7, 0.62, 4.3, 3)
        houseplants.trailing(room, rng, -1.9, 0.62, 4.35, 0.26)
    if _lights(scene):
        for bx, by, bz in STRING:
            room.lamp((bx, by - 0.1, bz - 0.25), (0.16, 0.10, 0.045), 0.08, group="candle")
    room.lamp((0.0, 1.9, BACK - 1.0), f.WARM * np.float32(0.22 * f.lit(room)), 0.5, group="lamp")
    return room


def _above(room: Room, rng: Generator) -> None:
    """Hang something above the bed."""
    if rng.random() < 0.5:
        decor.picture(room, rng, 1.32, 1.42, BACK, 1.2, 0.66)
    else:
        for k in range(3):
            decor.picture(room, rng, 1.12 + 0.6 * k, 1.40, BACK, 0.46, 0.62)


def _lights(scene: Scene) -> bool:
    return scene.wants("fairy_lights", otherwise=bool(scene.rng("strings").random() < 0.6))


def draught(scene: Scene) -> None:
    """Paint the sheer curtains, and the little lights."""
    lit = interior.of(scene, build)
    x, _, w, _ = WINDOW
    sheer.hang(scene, lit, "left", x - 0.12, 0.05, BACK - 0.13, w * 0.5, 2.44)
    sheer.hang(scene, lit, "right", x + w * 0.58, 0.05, BACK - 0.13, w * 0.5, 2.44)
    if _lights(scene):
        strings.twinkle(scene, lit, "bed", strings.swag(STRING, 0.16))
    dust.drift(scene, lit)


BEDROOM = Place(
    layers=(*interior.layers(build, "bed and lamps"), Layer("curtains", draught, moves=True)),
    outdoors=False,
    time="golden",
    soft=0.0,
    holds=frozenset({"lamp", "plants", "window", "curtains", "pictures", "fairy_lights", "books"}),
)
