"""A gallery: white walls, large abstract paintings, light from above, a bench."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

from ..light import colour, mix, pick
from ..rooms import canvases, interior, seats, stirring
from ..rooms import furniture as f
from ..rooms.joinery import bar, plate
from ..rooms.room import Room
from ..scene import Layer, Place, Scene, flat

if TYPE_CHECKING:
    from ..light import Colour
    from ..rooms.room import Corner

TOP, BACK, WIDE = 3.55, 7.0, 4.2


@dataclass
class Built:
    """The room, and what moves in it."""

    room: Room
    spots: list[Corner] = field(default_factory=list)
    sky: tuple[float, float, float, float] = (0.0, 0.0, 0.0, 0.0)


def plan(scene: Scene) -> Built:
    """Build the gallery."""
    rng = scene.rng("gallery")
    day = 1 - scene.light.lamps
    room = Room(
        scene,
        ambient=np.array([1.0, 0.98, 0.95], np.float32) * np.float32(0.46 + 0.3 * day),
        gloss=0.3,
        mirrored=bool(rng.random() < 0.5),
    )
    made = Built(room)
    wall = pick(rng, ("#e8e6e1", "#e6e4e2", "#dedad2", "#d4d6d6"))
    kinds = (
        ("#9a9894", "concrete"),
        ("#a88a66", "herringbone"),
        ("#b8b2a8", "concrete"),
        ("#b89468", "planks"),
    )
    tone, stuff = kinds[int(rng.integers(4))]
    floor = colour(tone)
    room.shell(-WIDE, WIDE, BACK, TOP, floor, wall, wall * np.float32(0.96), stuff=(stuff, ""))
    room.box(-WIDE, 0, BACK - 0.02, 2 * WIDE, 0.08, 0.02, wall * np.float32(0.75))
    _skylight(made)
    _paintings(made, rng)
    _bench(room, rng)
    return made


def _skylight(made: Built) -> None:
    """Build a glazed opening along the ceiling, and the light of the hour that comes through."""
    room, light = made.room, made.room.scene.light
    day = f.daylight(room)
    tone = mix(mix(light.sky[2], light.sky[0], 0.5), np.ones(3, np.float32), 0.45 * day)
    x, w, z0, z1 = -1.5, 3.0, 2.6, 6.6
    room.quad(
        [(x, TOP - 0.005, z0), (x + w, TOP - 0.005, z0), (x + w, TOP - 0.005, z1), (x, TOP - 0.005, z1)],
        tone,
        0.55 + 1.1 * day,
    )
    for k in range(6):
        z = z0 + (z1 - z0) * k / 5
        room.box(x, TOP - 0.09, z - 0.03, w, 0.09, 0.06, colour("#cfcdc8"))
    for at in (x, 0.0, x + w):
        room.box(at - 0.03, TOP - 0.09, z0, 0.06, 0.09, z1 - z0, colour("#cfcdc8"))
    for z in (3.2, 4.6, 6.0):
        room.lamp(
            (0.0, TOP - 0.5, z),
            mix(tone, np.ones(3, np.float32), 0.4) ** 2 * np.float32(2.4 * day),
            1.6,
            hooded=True,
        )


def _spot(made: Built, x: float, z: float, to: Corner) -> None:
    """Build a spotlight on its rail, and the light that it throws."""
    room = made.room
    on = np.float32(0.35 + 0.65 * room.scene.light.lamps)
    black = colour("#3a3a3c")
    bar(room, (x, TOP, z), (x, TOP - 0.16, z), 0.012, black)
    way = np.array(to) - np.array((x, TOP - 0.2, z))
    way /= np.linalg.norm(way)
    end = np.array((x, TOP - 0.2, z)) + way * 0.2
    bar(room, (x, TOP - 0.2, z), (float(end[0]), float(end[1]), float(end[2])), 0.055, black)
    plate(room, float(end[0]), float(end[1]), float(end[2]) - 0.02, 0.045, colour("#fff2dc"), 2.2)
    made.spots.append((float(end[0]), float(end[1]), float(end[2])))
    near = np.array(to) - way * 1.1
    room.lamp(
        (float(near[0]), float(near[1]) + 0.5, float(near[2])),
        np.array([1.0, 0.9, 0.76], np.float32) * on * np.float32(0.95),
        0.5,
    )


def _paintings(made: Built, rng: np.random.Generator) -> None:
    room = made.room
    accent = room.scene.colours
    frames = [colour(c) for c in ("#2a2624", "#b8946a", "#f2f0ec", "#1e1e20")]
    frame = frames[int(rng.integers(4))]
    for side in (-1, 1):
        # on the side walls, in perspective
        z = 3.1
        for _ in range(2):
            long, high = rng.uniform(1.2, 1.7), rng.uniform(1.2, 1.7)
            x = side * WIDE
            start, way = (
                ((x, 1.6 - high / 2 + 0.15, z), (0.0, 0.0, long))
                if side < 0
                else ((x, 1.6 - high / 2 + 0.15, z + long), (0.0, 0.0, -long))
            )
            canvases.paint(room, rng, start, way, (0.0, high, 0.0), canvases.colours(rng, accent), frame)
            _spot(made, side * (WIDE - 1.5), z + long / 2, (x, 1.8, z + long / 2))
            z += long + rng.uniform(0.5, 0.8)
        # on the back wall, beside the head
        wide, high = rng.uniform(1.3, 2.2), rng.uniform(1.4, 2.0)
        left = side * 2.45 - wide / 2
        if side > 0 and rng.random() < 0.3:
            for k in range(2):
                canvases.paint(
                    room,
                    rng,
                    (1.45 + k * 1.15, 1.2, BACK),
                    (0.9, 0.0, 0.0),
                    (0.0, 1.2, 0.0),
                    canvases.colours(rng, accent),
                    frame,
                )
        else:
            canvases.paint(
                room,
                rng,
                (left, 1.65 - high / 2 + 0.1, BACK),
                (wide, 0.0, 0.0),
                (0.0, high, 0.0),
                canvases.colours(rng, accent),
                frame,
            )
        _spot(made, side * 2.3, BACK - 1.8, (side * 2.4, 1.8, BACK))


def _bench(room: Room, rng: np.random.Generator) -> None:
    wood = pick(rng, ("#b08a5e", "#3a3632", "#d8d4cc", "#7a5a40"))
    seats.bench(room, -2.7, 4.2, 1.5, 0.5, wood, colour("#2c2c2e"))
    if room.scene.wants("sculpture", otherwise=bool(rng.random() < 0.75)):
        x, z = 2.55, 4.6
        f.shadow(room, x - 0.3, z - 0.1, 0.6, 0.5)
        room.box(x - 0.22, 0, z, 0.44, 1.0, 0.44, colour("#efede8"))
        tone = pick(rng, ("#c8a060", "#3a3c40", "#d8d4cc", "#a8503a", "#4a6a8a"))
        kind = int(rng.integers(3))
        if kind == 0:
            room.ball(x, 1.27, z + 0.2, 0.25, tone)
        elif kind == 1:
            for k in range(14):
                a = 0.35 * k
                room.box(
                    x - 0.13 + 0.05 * float(np.sin(a)),
                    1.0 + 0.045 * k,
                    z + 0.1,
                    0.26,
                    0.045,
                    0.2,
                    tone * np.float32(0.9 + 0.1 * np.cos(a)),
                )
        else:
            for k, r in enumerate((0.2, 0.15, 0.11)):
                room.ball(x + 0.03 * k, 1.18 + 0.27 * k, z + 0.2, r, tone * np.float32(1 + 0.08 * k))


built, build = interior.planned(plan)


def stir(scene: Scene) -> None:
    """Let clouds pass over the skylight, and dust float in what comes through it."""
    made, lit = built(scene), interior.of(scene, build)
    day = f.daylight(made.room)

    def fall() -> np.ndarray[tuple[int, ...], np.dtype[np.float32]]:
        x, top, scale = lit.at(0.0, TOP, 5.0)
        u = (scene.columns - np.float32(x)) / np.float32(scale * 2.6)
        v = (scene.rows - np.float32(top)) / np.float32(scale * 4.2)
        return np.asarray(np.exp(-u * u * 1.2) * np.exp(-np.clip(v, 0, 9) * 1.1) * (v > -9), np.float32)

    light = scene.keep("fall", fall)
    tone: Colour = mix(scene.light.sky[1], np.ones(3, np.float32), 0.6)
    scene.shine(flat(tone), light * np.float32(day * (0.07 + 0.035 * scene.swing(8.0))))
    stirring.dust(scene, "dust", (0.1, 0.05, 0.9, 0.8), 30, tone, 0.20 * day, light)
    stirring.halos(scene, lit, "spots", made.spots, np.array([1.0, 0.9, 0.76], np.float32), 0.4)


GALLERY = Place(
    layers=(*interior.layers(build, "walls and paintings"), Layer("light from above", stir, moves=True)),
    outdoors=False,
    time="day",
    soft=0.0,
    holds=frozenset({"lamp", "pictures", "sculpture"}),
)
