"""Library, office, living room, café and studio."""

from __future__ import annotations

import numpy as np

from .. import books
from .. import furniture as f
from ..light import colour, mix
from ..room import Room
from ..scene import Layer, Place, Scene


def _room(scene: Scene, ambient: float) -> Room:
    day = float(np.clip(1 - scene.light.lamps, 0, 1))
    tone = mix(np.array([1.0, 0.86, 0.72], np.float32), np.ones(3, np.float32), day)
    return Room(scene, ambient=tone * np.float32(ambient * (0.62 + 0.38 * day)))


def library(scene: Scene) -> None:
    """Paint an aisle between walls of books, a tall window at its end, lamps."""
    rng = scene.rng("library")
    room = _room(scene, 0.34)
    wood = colour(("#6b4426", "#5a3620", "#7a5230")[int(rng.integers(3))])
    top, back, wide = 3.6, 6.2, 2.9
    room.shell(-wide, wide, back, top, colour("#6a4a30"), colour("#8a7458"), colour("#b8a88c"))
    w = rng.uniform(1.3, 1.7)
    books.shelf(room, rng, -wide + 0.3, 0, back - 0.35, wide - 0.3 - w / 2 - 0.12, 3.0, wood, 7)
    books.shelf(room, rng, w / 2 + 0.12, 0, back - 0.35, wide - 0.3 - w / 2 - 0.12, 3.0, wood, 7)
    room.sunlight("back")
    room.sunlight("back")
    room.sunlight("back")
    room.sunlight("back")
    room.sunlight("back")
    f.window(room, -w / 2, 0.95, back, w, 2.25, (3, 4), "#5a4430")
    books.side_shelf(room, rng, -wide, 1.0, back - 0.3, 3.0, wood, 7)
    books.side_shelf(room, rng, wide, 1.0, back - 0.3, 3.0, wood, 7)
    f.table(room, -0.9, 0.76, 4.4, 1.8, 0.8, wood * np.float32(1.15))
    f.table_lamp(room, -0.55, 0.76, 4.8, 0.36, "#8fd0a0" if rng.random() < 0.4 else "#ffdca0")
    f.table_lamp(room, 0.55, 0.76, 4.8, 0.36)
    for x in (-1.5, 1.5):
        f.pendant(room, x, 2.75, 4.6, top, bulb=False, power=0.9)
    for x in (-2.2, 2.2):
        room.lamp((x, 2.6, 2.9), np.array([1.0, 0.68, 0.36]) * 0.7 * f.lit(room), 0.3, hooded=True)
    if scene.wants("plants"):
        f.plant(room, rng, -1.35, 0, 5.3, 1.1)
    room.paint(7.5)


def office(scene: Scene) -> None:
    """Paint a bright open office: a wall of windows over the city, desks, screens, plants."""
    rng = scene.rng("office")
    room = _room(scene, 0.42)
    top, back, wide = 2.9, 6.0, 3.4
    room.shell(
        -wide, wide, back, top, colour("#9a8a78"), colour("#d4d0c8"), colour("#e4e2de"), grain=0.15, gloss=0.6
    )
    room.sunlight("back")
    f.window(room, -wide + 0.25, 0.55, back, wide * 1.25, 2.2, (4, 1), "#3a3c40", city=True)
    wood = colour("#b08a5e")
    x0 = wide * 0.25 + 0.62 - 0.25
    books.shelf(room, rng, x0, 0, back - 0.36, wide - x0 - 0.1, 2.2, colour("#c8b090"), 5, 0.55)
    f.plant(room, rng, x0 + 0.4, 2.22, back - 0.25, 0.42, "#4a4c50")
    for x, z in ((-2.7, 4.3), (0.6, 4.5)):
        f.table(room, x, 0.74, z, 1.7, 0.75, wood)
        for k in (0.3, 1.0):
            _monitor(room, x + k, 0.76, z + 0.45)
        _chair(room, x + 0.75, z - 0.35)
    f.plant(room, rng, -3.0, 0, 5.4, 1.5)
    f.plant(room, rng, 2.85, 0, 3.9, 1.35, "#3f4144")
    for x in (-1.9, 0.1, 2.1):
        for z in (3.2, 5.0):
            room.quad(
                [
                    (x - 0.5, top - 0.01, z - 0.12),
                    (x + 0.5, top - 0.01, z - 0.12),
                    (x + 0.5, top - 0.01, z + 0.12),
                    (x - 0.5, top - 0.01, z + 0.12),
                ],
                colour("#fff6e8"),
                1.6,
            )
            room.lamp(
                (x, top - 0.25, z),
                np.array([1.0, 0.94, 0.84], np.float32) * np.float32(0.55 * f.lit(room)),
                0.5,
            )
    room.paint(7.5)


def _monitor(room: Room, x: float, y: float, z: float) -> None:
    room.box(x + 0.22, y, z, 0.08, 0.14, 0.04, colour("#2a2c30"))
    room.box(x, y + 0.12, z - 0.02, 0.54, 0.33, 0.03, colour("#1c1e22"))


def _chair(room: Room, x: float, z: float) -> None:
    f.shadow(room, x - 0.05, z, 0.5, 0.4)
    room.tube(x + 0.2, 0.06, z + 0.2, 0.03, 0.03, 0.4, colour("#26282c"), sides=3)
    room.box(x, 0.45, z, 0.42, 0.07, 0.42, colour("#3c4048"))
    room.box(x + 0.02, 0.58, z - 0.02, 0.38, 0.45, 0.05, colour("#454a54"), 0.1)


def living_room(scene: Scene) -> None:
    """Paint a sofa, a window with curtains, lamps, pictures, a plant; a fire when asked for."""
    rng = scene.rng("living")
    room = _room(scene, 0.47)
    top, back, wide = 2.75, 5.2, 3.3
    wall = colour(("#c9bba6", "#a9b0a2", "#b8a89c", "#8f9aa2")[int(rng.integers(4))])
    room.shell(-wide, wide, back, top, colour("#9a6f48"), wall, colour("#e0dad0"), grain=0.35)
    flip = 1 if rng.random() < 0.5 else -1
    wx = -2.55 if flip > 0 else 0.75
    room.sunlight("side")
    room.sunlight("side")
    room.sunlight("side")
    room.sunlight("side")
    room.sunlight("side")
    f.window(room, wx, 0.75, back, 1.8, 1.65, (2, 1))
    cloth = colour(("#d8cfc0", "#b8a890", "#c0b8b0")[int(rng.integers(3))])
    f.curtain(room, wx - 0.42, 0.05, back - 0.12, 0.48, 2.5, cloth)
    f.curtain(room, wx + 1.74, 0.05, back - 0.12, 0.48, 2.5, cloth)
    px = 0.55 if flip > 0 else -2.6
    if scene.wants("fireplace"):
        _fire(room, px + 0.15, back)
    else:
        for i, (w, h) in enumerate(((0.55, 0.75), (0.75, 0.55), (0.5, 0.7))):
            f.picture(room, rng, px + 0.72 * i + (0.1 if i else 0), 1.35 + 0.08 * (i % 2), back, w * 0.85, h)
    rug = colour(("#8a4a3a", "#5a6a72", "#a88a64")[int(rng.integers(3))])
    room.quad([(-1.9, 0.006, 2.4), (1.9, 0.006, 2.4), (1.9, 0.006, 4.3), (-1.9, 0.006, 4.3)], rug, 0, 0.12)
    books.shelf(
        room,
        rng,
        -3.15 if flip > 0 else 2.2,
        0,
        back - 0.4,
        0.52 if flip > 0 else 0.95,
        1.9,
        colour("#7a5636"),
        5,
        0.7,
    )
    tones = ("#6a7a80", "#8a6a52", "#5f6f5a", "#a89880")
    fire = scene.wants("fireplace")
    # nothing stands before a fire
    seat = -1.35 if not fire else -2.45 if flip > 0 else -0.25
    f.sofa(room, seat, 3.9, 2.7, colour(tones[int(rng.integers(4))]), colour("#c98a4a"))
    f.floor_lamp(room, -1.85 * flip, 4.5, 1.62)
    if not fire:
        f.table(room, 1.55 * flip - 0.25, 0.55, 4.3, 0.5, 0.5, colour("#6a4a30"))
        f.table_lamp(room, 1.55 * flip, 0.55, 4.55, 0.36)
    f.plant(room, rng, 2.6 * flip, 0, 4.4, 1.5)
    room.paint(7.0)


def _fire(room: Room, x: float, back: float) -> None:
    stone = colour("#8a8078")
    room.box(x, 0, back - 0.35, 1.8, 1.15, 0.35, stone, 0.4)
    room.panel(x + 0.4, 0.08, back - 0.352, 1.0, 0.72, colour("#0c0806"))
    rng = room.scene.rng("fire")
    for i, (tongues, w, h) in enumerate(((7, 0.26, 0.34), (6, 0.20, 0.30), (5, 0.15, 0.24), (3, 0.10, 0.16))):
        tone = colour(("#b83a16", "#ee7422", "#ffae48", "#ffe2a6")[i])
        for k in range(tongues):
            mid = x + 0.9 + (k / (tongues - 1) - 0.5) * (0.62 - 0.10 * i)
            tall = h * rng.uniform(0.7, 1.35) * (1.25 - 0.8 * abs(k / (tongues - 1) - 0.5))
            z = back - 0.36 - i * 0.004
            tip = (mid + w * rng.uniform(-0.3, 0.3), 0.12 + tall, z)
            room.quad(
                [
                    (mid - w / 2, 0.12, z),
                    (mid + w / 2, 0.12, z),
                    (mid + w * 0.3, 0.12 + tall * 0.5, z),
                    tip,
                    (mid - w * 0.3, 0.12 + tall * 0.45, z),
                ],
                tone,
                1.7,
            )
    room.box(x - 0.1, 1.15, back - 0.42, 2.0, 0.08, 0.42, colour("#5a3f2a"), 0.3)
    room.lamp((x + 0.9, 0.45, back - 0.8), np.array([1.0, 0.46, 0.14], np.float32) * np.float32(1.1), 0.15)


def cafe(scene: Scene) -> None:
    """Paint a counter with bottles behind it, brick, bulbs on long cords."""
    rng = scene.rng("cafe")
    room = _room(scene, 0.33)
    top, back, wide = 3.2, 5.6, 3.5
    room.shell(-wide, wide, back, top, colour("#5a4030"), colour("#8a5a44"), colour("#3a3430"), grain=0.3)
    brick = colour("#9a5f48")
    for row in range(30):
        for col in range(28):
            y, x = row * 0.107, -wide + (col + 0.5 * (row % 2)) * 0.25
            room.panel(x, y, back - 0.004, 0.235, 0.095, brick * np.float32(rng.uniform(0.72, 1.15)), 0, 0.3)
    f.window(room, -3.15, 0.85, back - 0.01, 1.9, 1.7, (3, 2), "#1e1c1a", city=True)
    wood = colour("#6a4226")
    for y in (1.45, 1.9, 2.35):
        room.box(-0.85, y, back - 0.3, 3.9, 0.045, 0.28, wood, 0.3)
        x = -0.75
        while x < 2.9:
            tone = colour(
                ("#3a5a3a", "#7a4a1e", "#c9a86a", "#4a2a1c", "#d8d4c8", "#2a4a5a")[int(rng.integers(6))]
            )
            room.tube(x, y + 0.045, back - 0.15, 0.035, 0.03, rng.uniform(0.14, 0.3), tone, sides=4)
            x += rng.uniform(0.08, 0.2)
    room.panel(0.2, 2.66, back - 0.02, 1.5, 0.42, colour("#22262a"))
    room.box(-1.0, 0, 4.1, 4.4, 1.05, 0.6, colour("#6a4a34"), 0.25)
    for k in range(15):
        room.panel(
            -0.98 + k * 0.295,
            0.08,
            4.09,
            0.28,
            0.92,
            colour("#7d5a3e") * np.float32(rng.uniform(0.88, 1.1)),
            0,
            0.3,
        )
    room.box(-1.05, 1.05, 4.05, 4.5, 0.06, 0.7, colour("#a87848"), 0.3)
    room.box(1.2, 1.11, 4.3, 0.75, 0.42, 0.35, colour("#b8bcc0"))
    f.table(room, -2.9, 0.75, 3.4, 0.9, 0.8, wood)
    f.plant(room, rng, -3.1, 0, 4.8, 1.3)
    for x in (-0.7, 0.15, 1.0, 1.85, 2.7):
        f.pendant(room, x, 2.25 + 0.12 * rng.random(), 4.3, top, power=0.62)
    for x in (-2.5, -1.7):
        f.pendant(room, x, 2.2, 3.7, top, power=0.5)
    room.paint(8.5)


def studio(scene: Scene) -> None:
    """Paint a streamer's room: dark panels, strips of coloured light, shelves."""
    rng = scene.rng("studio")
    room = _room(scene, 0.13)
    pairs = (("#8a3cff", "#20c8ff"), ("#ff3c8a", "#3c6aff"), ("#20e0b0", "#7a4cff"), ("#ff8a3c", "#8a3cff"))
    left, right = (colour(c) for c in pairs[int(rng.integers(4))])
    if scene.palette == "warm":
        left, right = colour("#ffb060"), colour("#ff7a4a")
    top, back, wide = 2.7, 4.6, 3.0
    room.shell(-wide, wide, back, top, colour("#3a3430"), colour("#565660"), colour("#2c2c32"), grain=0.2)
    size = 0.42
    for i in range(-3, 3):
        for j in range(4):
            x, y = i * size, 0.72 + j * size
            tone = colour("#4a4a56") * np.float32(0.9 + 0.2 * ((i + j) % 2))
            for k in range(5):
                room.box(
                    x + 0.01 + k * 0.08, y + 0.01, back - 0.05 - 0.02 * (k % 2), 0.07, size - 0.02, 0.03, tone
                )
    for side, tone in ((-1, left), (1, right)):
        x = side * 1.36
        room.panel(x - 0.02, 0.2, back - 0.07, 0.04, 2.3, mix(tone, np.ones(3, np.float32), 0.4), 3.0)
        for y in (0.6, 1.4, 2.2):
            room.lamp((x + side * 0.25, y, back - 0.35), tone**2 * np.float32(0.42), 0.06)
            room.lamp((x - side * 0.25, y, back - 0.35), tone**2 * np.float32(0.30), 0.06)
        room.lamp((side * 2.4, 2.2, 2.6), tone**2 * np.float32(0.7), 0.3)
    wood = colour("#5a4636")
    for side in (-1, 1):
        x = 1.65 if side > 0 else -2.8
        for y in (0.95, 1.5, 2.05):
            room.box(x, y, back - 0.3, 1.15, 0.04, 0.3, wood)
            at = x + 0.06
            while at < x + 1.05:
                tall = rng.uniform(0.1, 0.3)
                tone = colour(books.SPINES[int(rng.integers(12))]) * np.float32(1.3)
                kind = rng.random()
                if kind < 0.6:
                    room.panel(at, y + 0.04, back - 0.2, 0.04, tall, tone)
                    at += 0.045
                elif kind < 0.8:
                    f.plant(room, rng, at + 0.08, y + 0.04, back - 0.2, 0.26)
                    at += 0.24
                else:
                    room.tube(at + 0.06, y + 0.04, back - 0.2, 0.05, 0.06, tall * 0.6, tone)
                    at += 0.16
    f.table_lamp(room, -2.2, 0.99, back - 0.18, 0.3)
    f.plant(room, rng, 2.55, 0, 3.6, 1.35, "#2a2c30")
    room.paint(6.5)


LIBRARY = Place(
    layers=(Layer("books and lamps", library),),
    outdoors=False,
    time="golden",
    soft=0.0,
    holds=frozenset({"lamp", "plants", "window"}),
)
OFFICE = Place(
    layers=(Layer("windows and desks", office),),
    outdoors=False,
    time="day",
    soft=0.0,
    holds=frozenset({"plants", "window", "monitors", "lamp"}),
)
LIVING_ROOM = Place(
    layers=(Layer("sofa and lamps", living_room),),
    outdoors=False,
    time="golden",
    soft=0.0,
    holds=frozenset({"lamp", "plants", "window", "fireplace"}),
)
CAFE = Place(
    layers=(Layer("counter and bulbs", cafe),),
    outdoors=False,
    time="dusk",
    soft=0.0,
    holds=frozenset({"lamp", "plants", "window"}),
)
STUDIO = Place(
    layers=(Layer("panels and lights", studio),),
    outdoors=False,
    time="night",
    soft=0.0,
    holds=frozenset({"lamp", "plants"}),
)
