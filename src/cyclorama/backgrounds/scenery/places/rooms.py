"""A streamer's studio."""

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


STUDIO = Place(
    layers=(Layer("panels and lights", studio),),
    outdoors=False,
    time="night",
    soft=0.0,
    holds=frozenset({"lamp", "plants"}),
)
