"""A greenhouse: iron and glass before a garden, benches of plants, baskets overhead, sun in damp air."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np

from ..light import colour, mix, pick
from ..rooms import furniture as f
from ..rooms import greens, hung, interior, shafts, stirring, strings
from ..rooms.joinery import bar
from ..rooms.room import Opening, Room
from ..scene import Layer, Place, Scene, flat

if TYPE_CHECKING:
    from ..light import Colour
    from ..rooms.room import Corner

BACK, WIDE, EAVES, RIDGE, PLINTH = 7.4, 2.9, 2.35, 3.75, 0.55
IRONS = ("#e6e8e4", "#2c3a34", "#2a2c2e", "#7a8f86", "#5a4a3c")


@dataclass
class Built:
    """The room, and what moves in it."""

    room: Room
    boughs: list[stirring.Bough] = field(default_factory=list)
    bulbs: list[Corner] = field(default_factory=list)


def plan(scene: Scene) -> Built:
    """Build the greenhouse."""
    rng = scene.rng("greenhouse")
    day = 1 - scene.light.lamps
    cold = scene.weather == "snow" or scene.season == "winter"
    names = ("snow", "forest", "snow") if cold else ("meadow", "forest", "japanese_garden", "vineyard")
    garden = scene if scene.view else replace(scene, view=str(rng.choice(names)))
    tone = mix(scene.light.haze, np.ones(3, np.float32), 0.55)
    room = Room(garden, ambient=tone * np.float32(0.40 + 0.32 * day), mirrored=bool(rng.random() < 0.5))
    room.size = (-WIDE, WIDE, BACK, RIDGE)
    room.views = 1
    made = Built(room)
    _glass(room)
    _iron(room, pick(rng, IRONS), int(rng.integers(2)))
    _floor(room, rng)
    _light(room)
    _baskets(made, rng)
    _benches(made, rng)
    _lights(made)
    _near(made, rng)
    room.sunlight(
        "side", [Opening(0, room.side * WIDE, (z, z + 1.4), (PLINTH, EAVES), (2, 3)) for z in (2.6, 4.2, 5.8)]
    )
    return made


def _glass(room: Room) -> None:
    white = colour("#ffffff")
    gable = [
        (-WIDE, 0.0, BACK),
        (WIDE, 0.0, BACK),
        (WIDE, EAVES, BACK),
        (0.0, RIDGE, BACK),
        (-WIDE, EAVES, BACK),
    ]
    room.quad(gable, white, stuff="view")
    for s in (-WIDE, WIDE):
        room.flank(s, 0.0, 0.06, EAVES, BACK, white, stuff="view")
        room.quad(
            [(s, EAVES, 0.06), (s, EAVES, BACK), (0.0, RIDGE, BACK), (0.0, RIDGE, 0.06)], white, stuff="view"
        )


def _iron(room: Room, tone: Colour, style: int) -> None:
    # the gable at the end
    for k in range(-4, 5):
        x = WIDE * k / 4
        top = RIDGE - (RIDGE - EAVES) * abs(k) / 4
        if style == 0 or abs(k) != 1:  # nothing upright right behind the head
            bar(room, (x, PLINTH, BACK), (x, top, BACK), 0.022, tone)
    for y in (PLINTH, 1.5, EAVES) if style == 0 else (PLINTH, EAVES):
        bar(room, (-WIDE, y, BACK), (WIDE, y, BACK), 0.026 if y != 1.5 else 0.014, tone)
    for s in (-1, 1):
        bar(room, (s * WIDE, EAVES, BACK), (0, RIDGE, BACK), 0.035, tone)
        for z in np.arange(1.2, BACK + 0.1, 0.62).tolist():
            main = abs((z - 1.2) / 0.62 % 2) < 0.01
            thick = 0.028 if main else 0.014
            bar(room, (s * WIDE, 0, z), (s * WIDE, EAVES, z), thick, tone)
            bar(room, (s * WIDE, EAVES, z), (0, RIDGE, z), thick, tone)
            if main:  # a truss
                bar(
                    room,
                    (s * WIDE * 0.55, EAVES + (RIDGE - EAVES) * 0.45, z),
                    (0, RIDGE - 0.75, z),
                    0.014,
                    tone,
                )
        for y, x in ((EAVES, WIDE), (EAVES + 0.7, WIDE / 2)):
            bar(room, (s * x, y, 0.6), (s * x, y, BACK), 0.03, tone)
        bar(room, (s * WIDE, 1.4, 0.6), (s * WIDE, 1.4, BACK), 0.014, tone)
    bar(room, (0, RIDGE, 0.6), (0, RIDGE, BACK), 0.04, tone)


def _floor(room: Room, rng: np.random.Generator) -> None:
    wall = pick(rng, ("#9a6a54", "#b0a898", "#8a8278"))
    stuff = str(rng.choice(("brick", "stone")))
    room.floor = pick(rng, ("#8a7f72", "#9a8a78", "#7c7a72"))
    room.quad(
        [(-WIDE, 0, 0.06), (WIDE, 0, 0.06), (WIDE, 0, BACK), (-WIDE, 0, BACK)], room.floor, stuff="stone"
    )
    room.panel(-WIDE, 0, BACK - 0.01, 2 * WIDE, PLINTH, wall, stuff=stuff)
    for s in (-WIDE, WIDE):
        room.flank(s, 0, 0.06, PLINTH, BACK, wall, stuff=stuff)
    for x in (-WIDE, WIDE - 1.35):
        room.quad(
            [(x, 0.004, 0.06), (x + 1.35, 0.004, 0.06), (x + 1.35, 0.004, BACK), (x, 0.004, BACK)],
            colour("#5a4a38"),
            grain=0.5,
        )


def _light(room: Room) -> None:
    """Let light from the sky in through the roof."""
    sky = mix(room.scene.light.sky[1], np.ones(3, np.float32), 0.5)
    day = np.float32(f.daylight(room))
    for z in (2.0, 4.2, 6.4):
        room.lamp((0.0, RIDGE - 0.4, z), sky**2 * np.float32(1.7) * day, 1.5)


def _baskets(made: Built, rng: np.random.Generator) -> None:
    room = made.room
    for side in (-1, 1):
        for z in (6.4, 5.0, 3.7):
            if rng.random() < 0.2:
                continue
            x = side * rng.uniform(1.25, 1.75)
            y = rng.uniform(2.2, 2.5)
            long = rng.uniform(0.5, 0.9)
            greens.hanging(room, rng, x, y, z, EAVES + (RIDGE - EAVES) * (1 - abs(x) / WIDE), long)
            made.boughs.append(stirring.Bough(x, y + 0.1, z, 0.9, long, True))


def _benches(made: Built, rng: np.random.Generator) -> None:
    room = made.room
    wood = pick(rng, ("#8a6a4a", "#a08060", "#6a5a4a"))
    for side in (-1, 1):
        greens.potted(
            room,
            rng,
            side * 2.3,
            0,
            7.0,
            rng.uniform(1.9, 2.4),
            str(rng.choice(("palm", "rubber", "monstera"))),
        )
        made.boughs.append(stirring.Bough(side * 2.3, 0.6, 7.0, 2.0, 1.7))
        x0 = -2.75 if side < 0 else 1.65
        for z in (5.4, 4.1, 2.8):
            room.box(x0, 0.72, z, 1.1, 0.05, 1.2, wood, 0, "wood")
            for lx in (x0 + 0.05, x0 + 0.98):
                room.box(lx, 0, z + 0.02, 0.06, 0.72, 0.06, wood * np.float32(0.7))
            for row in range(3 if z < 3 else 2):
                for k in range(3):
                    if rng.random() < 0.12:
                        continue
                    x = x0 + 0.2 + 0.35 * k + rng.uniform(-0.06, 0.06)
                    tall = rng.uniform(0.3, 0.75) * (1.15 if (k == 0) == (side < 0) else 0.8)
                    kind = str(rng.choice(("snake", "fern", "bush", "rubber", "monstera", "fern", "bush")))
                    at = z + 1.0 - (0.4 if z < 3 else 0.55) * row
                    greens.potted(
                        room, rng, x, 0.77, at, tall, kind, str(rng.choice(("#b0664a", "#a8583e", "#c07a5a")))
                    )
                    if kind == "bush" and room.scene.wants("flowers", otherwise=bool(rng.random() < 0.6)):
                        _blooms(room, rng, x, 0.77 + tall * 0.45, at, tall)
            made.boughs.append(stirring.Bough(x0 + 0.55, 0.85, z + 0.3, 1.3, 0.8))


def _blooms(room: Room, rng: np.random.Generator, x: float, y: float, z: float, tall: float) -> None:
    tone = pick(rng, ("#f0709a", "#f4c84a", "#f4f0ea", "#e0503c", "#b884d8"))
    for _ in range(7):
        room.ball(
            x + rng.normal(0, 0.2) * tall * 0.8,
            y + rng.uniform(0, 0.5) * tall,
            z - 0.1,
            rng.uniform(0.02, 0.035),
            tone,
        )


def _lights(made: Built) -> None:
    """Hang a string of bulbs under the roof, lit when it gets dark or when it is asked for."""
    scene = made.room.scene
    if not (
        scene.wants("fairy_lights") or (scene.light.lamps > 0.45 and scene.wants("lamp", otherwise=True))
    ):
        return
    for s in (-1, 1):
        points = [(s * 2.4, EAVES + 0.15, 2.2), (s * 0.9, EAVES + 0.75, 4.2), (s * 2.4, EAVES + 0.1, 6.2)]
        for a, b in pairwise(points):
            made.bulbs += strings.swag((a, b), 0.22, 0.3)
        for z in (3.0, 4.4, 6.0):
            made.room.lamp(
                (s * 1.7, EAVES, z), hung.WARM * np.float32(0.5 * scene.light.lamps), 0.25, group="lamp"
            )


def _near(made: Built, rng: np.random.Generator) -> None:
    """Grow large leaves close to the eye, at the sides."""
    if "plants" in made.room.scene.dropped:
        return
    for side in (-1, 1):
        kind = greens.KINDS[str(rng.choice(("monstera", "palm", "monstera")))]
        foot = np.array([side * 1.28, 0.35, 1.45])
        kind(made.room, rng, foot, rng.uniform(0.75, 1.1), pick(rng, greens.TONES))
        made.boughs.append(stirring.Bough(side * 1.25, 0.4, 1.45, 1.3, 1.1))


built, build = interior.planned(plan)


def stir(scene: Scene) -> None:
    """Let leaves sway, the glass be misty, the sun slant through damp air with dust in it, the bulbs glow."""
    made, lit = built(scene), interior.of(scene, build)
    light = scene.light
    scene.shine(
        flat(mix(light.haze, np.ones(3, np.float32), 0.4)),
        stirring.glass(scene, lit) * np.float32(0.05 + 0.09 * (1 - light.lamps)),
    )
    stirring.sway(scene, lit, "leaves", made.boughs, 2.0)
    sun = light.glow * (1 - light.lamps) if light.air == 1 and not light.moon and light.height > 0 else 0.0
    if scene.wants("sunbeams", otherwise=sun > 0.05):
        side = made.room.side
        x, y, _ = lit.at(side * WIDE * 0.8, EAVES + 0.7, 4.0)
        rng = scene.rng("shafts")
        widths = [
            (-side * (0.05 + 0.19 * k) + rng.uniform(-0.03, 0.03), rng.uniform(0.05, 0.12)) for k in range(5)
        ]
        tone = mix(light.disc, np.ones(3, np.float32), 0.2)
        air = shafts.shafts(scene, "sun", (x, y), -side * 0.75, widths, tone, 0.16 + 0.16 * sun, 1.15)
        stirring.dust(scene, "dust", (0.05, 0.1, 0.95, 0.85), 60, tone, 0.7, air)
    strings.twinkle(scene, lit, "bulbs", made.bulbs, 0.03)


GREENHOUSE = Place(
    layers=(*interior.layers(build, "iron and glass"), Layer("leaves and light", stir, moves=True)),
    outdoors=False,
    time="",
    soft=0.0,
    holds=frozenset({"plants", "flowers", "sunbeams", "fairy_lights", "lamp", "window"}),
)
