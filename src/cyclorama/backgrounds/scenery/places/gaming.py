"""A gaming room: strips of coloured light, hexagons, a desk with screens, shelves, perhaps an arcade."""

from __future__ import annotations

import colorsys
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

from .. import finish
from ..light import Colour, colour, mix, pick
from ..rooms import canvases, greens, guitar, interior, screens, shelves, stirring, toys
from ..rooms.joinery import bar, bent, plate
from ..rooms.room import Room
from ..scene import Layer, Place, Scene, flat

if TYPE_CHECKING:
    from ..rooms.room import Corner

TOP, BACK, WIDE = 2.7, 4.5, 3.1
PAIRS = (
    ("#8a3cff", "#20c8ff"),
    ("#ff3c8a", "#3c6aff"),
    ("#20e0b0", "#7a4cff"),
    ("#ff8a3c", "#a03cff"),
    ("#ff4a5a", "#ff9a3c"),
    ("#3c8aff", "#40f0d0"),
    ("#ff5ac8", "#7a5aff"),
    ("#4affa0", "#20a4ff"),
)
WHITE = np.ones(3, np.float32)


@dataclass
class Built:
    """The room, and what moves in it."""

    room: Room
    tones: tuple[Colour, Colour]
    hexes: list[tuple[Corner, float, Colour]] = field(default_factory=list)
    fans: list[Corner] = field(default_factory=list)
    glass: list[screens.Screen] = field(default_factory=list)
    boughs: list[stirring.Bough] = field(default_factory=list)


def strips(scene: Scene) -> tuple[Colour, Colour]:
    """Return the two colours of the light strips: the prompt's, the palette's, or a pair by seed."""
    rng = scene.rng("strips")
    if len(scene.colours) > 1:
        return scene.colours[0], scene.colours[1]
    if scene.colours:
        return scene.colours[0], _turned(scene.colours[0], float(rng.choice((-0.1, 0.1, 0.16))))
    if scene.palette not in {"", "neon", "dark", "mono", "bright", "pastel"}:
        swatch = finish.swatch(scene.palette)
        return _vivid(swatch[2]), _vivid(swatch[3])
    a, b = PAIRS[int(rng.integers(len(PAIRS)))]
    return colour(a), colour(b)


def _turned(tone: Colour, by: float) -> Colour:
    h, s, v = colorsys.rgb_to_hsv(*tone.tolist())
    return np.array(colorsys.hsv_to_rgb((h + by) % 1, max(s, 0.6), max(v, 0.7)), np.float32)


def _vivid(tone: Colour) -> Colour:
    h, s, v = colorsys.rgb_to_hsv(*tone.tolist())
    return np.array(colorsys.hsv_to_rgb(h, min(1.0, s * 1.35 + 0.1), max(v, 0.85)), np.float32)


def plan(scene: Scene) -> Built:
    """Build the gaming room."""
    rng = scene.rng("gaming")
    a, b = strips(scene)
    room = Room(
        scene,
        ambient=mix(mix(a, b, 0.5), WHITE, 0.4) * np.float32(0.17),
        gloss=0.35,
        mirrored=bool(rng.random() < 0.5),
    )
    made = Built(room, (a, b))
    wall = pick(rng, ("#5a5a68", "#54525e", "#62626c", "#4e5464"))
    room.shell(
        -WIDE, WIDE, BACK, TOP, colour("#4a4440"), wall, wall * np.float32(0.7), stuff=("planks", "plaster")
    )
    _strips(made, int(rng.integers(3)))
    if scene.wants("hexagons", otherwise=bool(rng.random() < 0.85)):
        _hexes(made, rng)
    _desk(made, rng)
    _shelf(made, rng)
    if scene.wants("guitar", otherwise=bool(rng.random() < 0.2)):
        guitar.guitar(room, rng, 1.42, 0.02, BACK - 0.3, -0.1)
    if scene.wants("arcade", otherwise=bool(rng.random() < 0.55)):
        made.glass.append(toys.arcade(room, a, b))
    else:
        greens.potted(room, rng, 2.7, 0, 3.95, 1.3, "", "#2a2c30")
        made.boughs.append(stirring.Bough(2.7, 0.35, 3.95, 1.2, 1.1))
    return made


def _strip(made: Built, a: Corner, b: Corner, side: int, lamps: int, power: float) -> None:
    """Build a strip from a to b in the colour of its side, and lamps along it."""
    tone, group = made.tones[side], ("left", "right")[side]
    bar(made.room, a, b, 0.017, mix(tone, WHITE, 0.45), 2.4, group)
    for k in range(lamps):
        t = (k + 0.5) / lamps
        x, y, z = (p + (q - p) * t for p, q in zip(a, b, strict=True))
        made.room.lamp(
            (x * 0.93, min(y, TOP - 0.2), z - 0.32), tone**2 * np.float32(power * 1.25), 0.2, group=group
        )


def _strips(made: Built, style: int) -> None:
    z = BACK - 0.05
    for side, s in ((0, -1), (1, 1)):
        # the cove all round
        _strip(made, (s * 0.02, TOP - 0.06, z), (s * (WIDE - 0.04), TOP - 0.06, z), side, 1, 1.0)
        _strip(made, (s * (WIDE - 0.04), TOP - 0.06, 1.6), (s * (WIDE - 0.04), TOP - 0.06, z), side, 1, 0.5)
        if style == 0:  # upright beside the head
            _strip(made, (s * 1.3, 0.25, z), (s * 1.3, 2.35, z), side, 1, 0.6)
        elif style == 1:  # a gate that leans inwards
            _strip(made, (s * 1.42, 0.25, z), (s * 1.16, 2.38, z), side, 1, 0.6)
            _strip(made, (0, 2.38, z), (s * 1.16, 2.38, z), side, 0, 0)
        else:  # round a panel
            _strip(made, (s * 1.25, 0.4, z), (s * 1.25, 2.3, z), side, 1, 0.55)
            _strip(made, (0, 2.3, z), (s * 1.25, 2.3, z), side, 0, 0)
        made.room.lamp(
            (s * 0.55, 1.6, BACK - 0.9),
            made.tones[side] ** 2 * np.float32(0.34),
            0.5,
            group=("left", "right")[side],
        )


def _hexes(made: Built, rng: np.random.Generator) -> None:
    """Build hexagons of light in a cluster over the desk."""
    r, x0, y0 = 0.145, -2.5, 1.62
    cells = [(0, 0), (1, 0), (2, 0), (1, 1), (2, 1), (3, 0), (0, 1), (3, 1), (4, 0), (2, 2), (3, 2)]
    a, b = made.tones
    for i, j in cells[: int(rng.integers(6, len(cells) + 1))]:
        x, y = x0 + i * r * 1.6, y0 + j * r * 1.85 + (r * 0.92 if i % 2 else 0)
        tone = mix(mix(a, b, i / 4), WHITE, 0.15)
        plate(made.room, x, y, BACK - 0.03, r * 0.98, colour("#26262c"), sides=6)
        plate(made.room, x, y, BACK - 0.05, r * 0.88, tone, 0.75 + 0.4 * rng.random(), sides=6, group="left")
        made.hexes.append(((x, y, BACK - 0.05), r, tone))
    made.room.lamp((-2.2, 1.9, BACK - 0.5), mix(a, b, 0.3) ** 2 * np.float32(0.3), 0.12, group="left")


def _desk(made: Built, rng: np.random.Generator) -> None:
    room, (a, b) = made.room, made.tones
    dark = colour("#3c3a40")
    x, w, y, z = -3.0, 2.05, 0.74, 3.65
    room.box(x, y - 0.05, z, w, 0.05, 0.75, dark, 0, "wood")
    for leg in (x + 0.06, x + w - 0.14):
        room.box(leg, 0, z + 0.05, 0.07, y - 0.05, 0.6, dark * np.float32(0.7))
    bar(room, (x, y - 0.03, z - 0.01), (x + w, y - 0.03, z - 0.01), 0.012, mix(a, WHITE, 0.3), 1.8, "left")
    room.lamp((x + w / 2, y - 0.2, z - 0.15), a**2 * np.float32(0.2), 0.08, group="left")
    wide = rng.random() < 0.5
    sizes = [(x + 0.12, 1.15)] if wide else [(x + 0.05, 0.72), (x + 0.82, 0.72)]
    for k, (left, across) in enumerate(sizes):
        back = z + 0.45
        room.box(left + across / 2 - 0.12, y, back, 0.24, 0.015, 0.18, dark)
        room.box(left + across / 2 - 0.03, y, back + 0.05, 0.06, 0.2, 0.04, dark)
        room.box(left - 0.015, y + 0.12, back, across + 0.03, 0.46, 0.03, colour("#1c1d22"))
        tones = screens.tones(a, b) if k == 0 else screens.tones(b, a)
        screen = screens.Screen((left, y + 0.135, back - 0.004), (across, 0.0, 0.0), (0.0, 0.43, 0.0), tones)
        screens.build(room, screen)
        made.glass.append(screen)
        room.lamp(
            (left + across / 2, y + 0.3, back - 0.25), tones[1] ** 2 * np.float32(0.22), 0.15, group="screen"
        )
    # keyboard, headphones on their stand, the computer with its fans
    room.box(x + 0.4, y, z + 0.1, 0.5, 0.02, 0.16, colour("#222228"))
    for k in range(10):
        room.panel(
            x + 0.42 + 0.046 * k, y + 0.005, z + 0.095, 0.036, 0.014, mix(a, b, k / 9), 1.3, group="left"
        )
    hx = x + 1.38 if not wide else x + 1.5
    room.tube(hx, y, z + 0.3, 0.07, 0.06, 0.02, dark)
    bar(room, (hx, y, z + 0.3), (hx, y + 0.27, z + 0.3), 0.012, dark)
    arch = [
        (hx + 0.1 * float(np.cos(t)), y + 0.19 + 0.1 * float(np.sin(t)), z + 0.28)
        for t in np.linspace(-0.3, np.pi + 0.3, 9)
    ]
    bent(room, arch, 0.014, colour("#2c2c32"))
    for s in (-1, 1):
        room.ball(hx + s * 0.1, y + 0.15, z + 0.27, 0.04, colour("#34343a"))
    tx = x + w - 0.4
    room.box(tx, y, z + 0.12, 0.27, 0.5, 0.5, colour("#202126"))
    room.panel(tx + 0.02, y + 0.02, z + 0.115, 0.23, 0.46, mix(a, colour("#101014"), 0.8), 0.5, group="left")
    for k in range(3):
        cy = y + 0.09 + 0.155 * k
        plate(room, tx + 0.135, cy, z + 0.11, 0.068, mix(mix(a, b, k / 2), WHITE, 0.25), 1.4, group="left")
        plate(room, tx + 0.135, cy, z + 0.105, 0.05, colour("#1a1a20"))
        plate(room, tx + 0.135, cy, z + 0.10, 0.018, mix(a, WHITE, 0.3), 1.0, group="left")
        made.fans.append((tx + 0.135, cy, z + 0.1))


def _shelf(made: Built, rng: np.random.Generator) -> None:
    room, (_, b) = made.room, made.tones
    wood = colour("#4a4448")
    things = [(toys.figure, 3.0), (shelves.volumes, 2.0), (shelves.records, 0.7), (shelves.green, 0.6)]
    left = 1.5
    for y in (1.15, 1.62, 2.08):
        shelves.shelf(room, rng, left, y, BACK - 0.3, 1.45, 0.36, wood, things, 0.28, 0.1)
        room.panel(left + 0.03, y - 0.052, BACK - 0.28, 1.39, 0.014, mix(b, WHITE, 0.4), 1.9, group="right")
        room.lamp((left + 0.7, y - 0.12, BACK - 0.3), b**2 * np.float32(0.10), 0.06, group="right")
    if rng.random() < 0.7:
        x, y = 1.62, 0.28
        tones = [colour("#201e28"), *made.tones, mix(made.tones[0], WHITE, 0.5), colour("#e8e4f0")]
        canvases.paint(room, rng, (x, y, BACK), (0.5, 0.0, 0.0), (0.0, 0.66, 0.0), tones, colour("#1c1c20"))


built, build = interior.planned(plan)


def drift(scene: Scene) -> None:
    """Let the strips' colours wander towards each other and back, the screens play, the leaves sway."""
    made, lit = built(scene), interior.of(scene, build)
    screens.show(scene, lit, made.glass)
    stirring.sway(scene, lit, "leaves", made.boughs)
    a, b = (np.maximum(t, 0.15) ** 2 for t in made.tones)
    t = 0.32 * scene.swing(8.0)
    breath = 0.04 * scene.swing(4.0)
    shifts = {
        "left": ((b - a) / a).clip(-0.9, 1.2) * np.float32(t) + np.float32(breath),
        "right": ((a - b) / b).clip(-0.9, 1.2) * np.float32(t) - np.float32(breath),
        "screen": np.full(3, 0.12 * scene.swing(4.0) + 0.06 * scene.swing(2.0), np.float32),
    }
    stirring.tint(scene, lit, shifts)
    for number, (at, radius, tone) in enumerate(made.hexes):
        x, y, scale = lit.at(*at)
        part = scene.around(x, y, radius * scale * 1.7, 1.0)
        if part is not None:
            # a wave that runs over them
            wave = max(0.0, scene.swing(8.0, -number / len(made.hexes))) * abs(scene.swing(8.0) or 0.0)
            halo = np.clip(1 - part[0], 0, 1) ** 1.5 * np.float32(0.10 + 0.22 * wave)
            scene.shine(flat(tone), np.asarray(halo, np.float32), part[1], part[2])
    stirring.dust(scene, "dust", (0.05, 0.05, 0.95, 0.85), 24, mix(made.tones[1], WHITE, 0.5), 0.14)


GAMING = Place(
    layers=(*interior.layers(build, "strips and screens"), Layer("light and colour", drift, moves=True)),
    outdoors=False,
    time="night",
    soft=0.0,
    holds=frozenset({"lamp", "plants", "monitors", "pictures", "hexagons", "arcade", "guitar"}),
)
