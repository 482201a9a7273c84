"""A podcast studio: acoustic panels, a warm lamp, shelves, a neon wave, a microphone at the side."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

from ..light import colour, mix, pick
from ..rooms import furniture as f
from ..rooms import greens, guitar, hung, interior, shelves, stirring, strings
from ..rooms.joinery import bar, bent, plate
from ..rooms.room import Room
from ..scene import Layer, Place, Scene, flat

if TYPE_CHECKING:
    from ..light import Colour
    from ..rooms.room import Corner

TOP, BACK, WIDE = 2.8, 4.5, 3.1
WALLS = ("#4a5560", "#5a4a44", "#3f4f4a", "#54485a", "#6a5a4a")
NEONS = ("#ff7a4a", "#ff4a7a", "#4ad8ff", "#ffc04a", "#7affc0", "#b07aff")


@dataclass
class Built:
    """The room, and what moves in it."""

    room: Room
    neon: Colour
    wave: list[tuple[Corner, float]] = field(default_factory=list)
    lamps: list[Corner] = field(default_factory=list)
    bulbs: list[Corner] = field(default_factory=list)
    leaves: list[stirring.Bough] = field(default_factory=list)
    side: float = 1.0


def plan(scene: Scene) -> Built:
    """Build the studio."""
    rng = scene.rng("podcast")
    day = 1 - scene.light.lamps
    ambient = np.array([0.88, 0.94, 1.0], np.float32) * np.float32(0.38 + 0.1 * day)
    room = Room(scene, ambient=ambient, mirrored=bool(rng.random() < 0.5))
    neon = scene.colours[0] if scene.colours else pick(rng, NEONS)
    made = Built(room, neon)
    wall = pick(rng, WALLS)
    wood = pick(rng, ("#8a6038", "#6a4a30", "#a07448"))
    room.shell(-WIDE, WIDE, BACK, TOP, colour("#5a4636"), wall, wall * np.float32(0.55))
    _panels(room, rng, wall, wood)
    _shelves(made, rng, wood)
    _sign(made, rng)
    _guitar(room, rng)
    _lamp(made, rng)
    _microphone(room, rng)
    if scene.wants("fairy_lights", otherwise=bool(rng.random() < 0.15)):
        made.bulbs = strings.swag(((-3.0, 2.66, BACK - 0.1), (-1.5, 2.66, BACK - 0.1)), 0.14)
    return made


def _panels(room: Room, rng: np.random.Generator, wall: Colour, wood: Colour) -> None:
    kind = str(rng.choice(("slats", "foam", "hexagons", "cloth")))
    left, right, low, high = -1.45, 1.45, 0.35, 2.5
    glow = colour("#ffd09a")
    room.panel(
        left - 0.05, low - 0.05, BACK - 0.02, right - left + 0.1, high - low + 0.1, wall * np.float32(0.45)
    )
    if kind == "slats":
        room.panel(
            left, low, BACK - 0.06, right - left, high - low, mix(wood, colour("#e0b880"), 0.5), 0, 0, "slats"
        )
    elif kind == "foam":
        size = (right - left) / 7
        for i in range(7):
            for j in range(5):
                tone = mix(wall, colour("#3c3e46"), 0.45) * np.float32(1.0 if (i + j) % 2 else 0.88)
                x, y = left + i * size, low + j * (high - low) / 5
                step = size / 5
                for k in range(5):
                    a, b = k * step, (k + 0.5) * step
                    if (i + j) % 2:  # wedges stand
                        room.box(x + a, y, BACK - 0.09, b - a, size, 0.07, tone)
                    else:
                        room.box(x, y + a, BACK - 0.09, size, b - a, 0.07, tone)
    elif kind == "hexagons":
        r = 0.23
        tones = [
            wall,
            mix(wall, colour("#c9a878"), 0.35),
            mix(wall, colour("#e8e0d0"), 0.3),
        ]
        for i in range(9):
            for j in range(6):
                x, y = left + 0.15 + i * r * 1.53, low + 0.22 + j * r * 1.77 + (r * 0.885 if i % 2 else 0)
                if y < high and x < right:
                    plate(room, x, y, BACK - 0.06, r * 0.97, tones[0] * np.float32(0.5), sides=6)
                    plate(
                        room,
                        x,
                        y,
                        BACK - 0.08,
                        r * 0.93,
                        tones[int(rng.choice(3, p=(0.6, 0.2, 0.2)))],
                        sides=6,
                    )
    else:
        across, down = int(rng.integers(4, 6)), 3
        w, h = (right - left) / across, (high - low) / down
        cloth = mix(wall, colour("#c8c4bc"), 0.22)
        for i in range(across):
            for j in range(down):
                tone = cloth * np.float32(rng.uniform(0.92, 1.06))
                x, y = left + i * w + 0.012, low + j * h + 0.012
                room.pad(x, y, BACK - 0.09, w - 0.024, h - 0.024, tone, 0.05, 0.5)
    on = np.float32(f.lit(room))
    for x in (left - 0.07, right + 0.04):
        room.panel(x, low, BACK - 0.03, 0.03, high - low, glow, 1.9 * float(on), group="lamp")
        for y in (0.7, 1.4, 2.1):
            room.lamp(
                (x + (-0.14 if x < 0 else 0.17), y, BACK - 0.22), hung.WARM * np.float32(0.10) * on, 0.05
            )
    # a cool light from below and a warm one from above: the calm behind the head, unlike skin or hair
    room.lamp((0.0, 0.9, BACK - 1.1), np.array([0.7, 0.86, 1.0], np.float32) * np.float32(0.7) * on, 0.5)
    room.lamp(
        (0.0, 2.62, BACK - 0.6),
        np.array([1.0, 0.8, 0.6], np.float32) * np.float32(1.7) * on,
        0.35,
        hooded=True,
        group="lamp",
    )


def _shelves(made: Built, rng: np.random.Generator, wood: Colour) -> None:
    room = made.room
    things = [
        (shelves.volumes, 2.4),
        (shelves.records, 1.2),
        (shelves.vase, 0.9),
        (shelves.green, 1.0),
        (shelves.jar, 0.4),
    ]
    for y in (0.95, 1.45, 1.95):
        shelves.shelf(room, rng, -2.95, y, BACK - 0.32, 1.3, 0.38, wood, things, 0.3, 0.16)
        room.panel(-2.9, y - 0.05, BACK - 0.3, 1.2, 0.012, colour("#ffd09a"), 1.5 * f.lit(room))
        room.lamp((-2.3, y - 0.12, BACK - 0.34), hung.WARM * np.float32(0.06 * f.lit(room)), 0.04)
    room.box(-2.98, 0, BACK - 0.5, 1.36, 0.62, 0.48, wood * np.float32(0.8), 0, "wood")
    for k in range(2):
        room.panel(-2.95 + 0.67 * k, 0.06, BACK - 0.505, 0.63, 0.5, wood * np.float32(0.95), 0, 0, "wood")
    greens.potted(room, rng, -2.8, 2.0, BACK - 0.2, 0.6, "trailing")
    made.leaves.append(stirring.Bough(-2.8, 2.2, BACK - 0.3, 0.6, 0.8, hung=True))


def _guitar(room: Room, rng: np.random.Generator) -> None:
    if room.scene.wants("guitar", otherwise=bool(rng.random() < 0.3)):
        guitar.guitar(room, rng, -1.52, 0.02, BACK - 0.75, 0.1)


def _sign(made: Built, rng: np.random.Generator) -> None:
    """Build a wave of neon bars, as a sound looks."""
    if not made.room.scene.wants("neon_sign", otherwise=bool(rng.random() < 0.75)):
        return
    n, pitch = 13, 0.085
    made.room.panel(1.62, 1.62, BACK - 0.015, 1.3, 0.62, colour("#201e20"))
    for k in range(n):
        bell = float(np.exp(-(((k - 6) / 3.4) ** 2)))
        tall = 0.06 + 0.40 * bell * rng.uniform(0.45, 1.0)
        x = 1.75 + k * pitch
        tone = mix(made.neon, np.ones(3, np.float32), 0.45)
        bar(
            made.room,
            (x, 1.93 - tall / 2, BACK - 0.06),
            (x, 1.93 + tall / 2, BACK - 0.06),
            0.014,
            tone,
            2.2,
            "neon",
        )
        made.wave.append(((x, 1.93, BACK - 0.06), tall))
    for x in (1.95, 2.25, 2.6):
        made.room.lamp((x, 1.93, BACK - 0.25), made.neon**2 * np.float32(0.16), 0.06, group="neon")


def _lamp(made: Built, rng: np.random.Generator) -> None:
    room = made.room
    greens.potted(room, rng, 2.72, 0, 3.9, 1.35)
    made.leaves.append(stirring.Bough(2.72, 0.35, 3.9, 1.3, 1.2))
    if "lamp" in room.scene.dropped:
        return
    if rng.random() < 0.5:
        f.floor_lamp(room, 2.1, 4.1, 1.35)
        made.lamps.append((2.1, 1.2, 4.1))
    else:
        room.box(1.85, 0, 3.95, 0.6, 0.55, 0.4, colour("#3a3230"), 0, "wood")
        f.table_lamp(room, 2.12, 0.55, 4.1, 0.55)
        made.lamps.append((2.12, 0.95, 4.1))
    kind = str(rng.choice(("globe", "dome", "cone", "bulb")))
    x = -1.95
    hung.hang(room, x, 2.2, 3.3, TOP, kind, 0.35)
    made.lamps.append((x, 2.2, 3.3))


def _microphone(room: Room, rng: np.random.Generator) -> None:
    """Build a large microphone on an arm that comes in from the side, near the eye."""
    if "microphone" in room.scene.dropped:
        return
    z, x, y = 1.75, rng.uniform(0.50, 0.56), rng.uniform(1.27, 1.33)
    steel, dark = colour("#8a8c90"), colour("#3a3c42")
    low = y - 0.26
    bar(room, (x + 1.1, low - 0.03, z), (x + 0.22, low, z), 0.016, dark)
    bar(room, (x + 1.1, low - 0.012, z - 0.01), (x + 0.3, low + 0.015, z - 0.01), 0.004, steel)
    plate(room, x + 0.22, low, z - 0.01, 0.03, steel)
    bent(room, [(x + 0.22, low, z), (x + 0.1, y - 0.1, z), (x + 0.06, y - 0.03, z)], 0.012, dark)
    # lies on its side and looks at the speaker
    for k in range(9):
        a = k / 9
        tone = mix(dark, colour("#8d9097"), float(np.sin(np.pi * (a + 0.06))) ** 2 * 0.8)
        room.panel(x - 0.06, y - 0.05 + 0.1 * a, z - 0.02, 0.22, 0.1 / 9 + 0.001, tone)
    room.ball(x - 0.07, y, z - 0.02, 0.062, colour("#55585f"))
    room.panel(x - 0.02, y - 0.05, z - 0.03, 0.018, 0.1, colour("#c9a04a"))
    room.panel(x + 0.12, y - 0.012, z - 0.03, 0.014, 0.014, colour("#ff5a3c"), 1.6)


built, build = interior.planned(plan)


def stir(scene: Scene) -> None:
    """Let the neon wave run, the lamps breathe, the leaves sway, dust float in the light."""
    made, lit = built(scene), interior.of(scene, build)
    stirring.sway(scene, lit, "leaves", made.leaves)
    stirring.halos(scene, lit, "lamps", made.lamps, hung.WARM)
    for number, (at, tall) in enumerate(made.wave):
        x, y, scale = lit.at(*at)
        part = scene.around(x, y, scale * (0.05 + tall * 0.5), 1.0)
        if part is not None:
            loud = 0.10 * (1 + scene.swing(2.7, number / 13)) * (0.6 + 0.4 * scene.swing(8.0, -number / 13))
            halo = np.clip(1 - part[0], 0, 1) ** 2 * np.float32(loud)
            scene.shine(flat(made.neon), np.asarray(halo, np.float32), part[1], part[2])
    strings.twinkle(scene, lit, "bulbs", made.bulbs)
    stirring.dust(scene, "dust", (0.05, 0.1, 0.95, 0.8), 26, colour("#ffd8a8"), 0.16)


PODCAST = Place(
    layers=(*interior.layers(build, "panels and shelves"), Layer("lamps and dust", stir, moves=True)),
    outdoors=False,
    time="night",
    soft=0.0,
    holds=frozenset({"lamp", "plants", "microphone", "neon_sign", "books", "guitar", "fairy_lights"}),
)
