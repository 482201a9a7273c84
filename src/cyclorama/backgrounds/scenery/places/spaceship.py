"""A spaceship: a bridge or a cabin with a large window on stars and a planet, consoles, lights."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

from ..air.starview import Starview
from ..light import Colour, colour, mix, pick
from ..rooms import greens, interior, screens, ship, stirring
from ..rooms.joinery import bar, bent, plate
from ..rooms.room import Room
from ..rooms.ship import BACK, TOP, WHITE
from ..scene import Layer, Place, Scene, flat

if TYPE_CHECKING:
    from ..rooms.room import Corner

HULLS = (
    ("#b8bcc2", "#62666e"),
    ("#5a6068", "#34383e"),
    ("#a89e90", "#5c564e"),
    ("#76828e", "#3f4852"),
    ("#d4d2ce", "#84868a"),
)
GLOWS = ("#5ad0ff", "#ff9a4a", "#7affc8", "#4a9aff", "#b08aff", "#ffd27a", "#ff6a6a", "#e8f4ff")


@dataclass
class Built:
    """The ship, and what moves in it."""

    room: Room
    glow: Colour
    limb: bool
    ringed: bool
    side: int
    window: list[Corner] = field(default_factory=list)
    glass: list[screens.Screen] = field(default_factory=list)
    lights: list[tuple[Corner, Colour]] = field(default_factory=list)


def plan(scene: Scene) -> Built:
    """Build the ship."""
    rng = scene.rng("spaceship")
    hull, dark = (colour(c) for c in HULLS[int(rng.integers(len(HULLS)))])
    glow = scene.colours[0] if scene.colours else pick(rng, GLOWS)
    room = Room(
        scene,
        ambient=mix(np.array([0.8, 0.88, 1.0], np.float32), glow, 0.15) * np.float32(0.5),
        gloss=0.4,
        mirrored=bool(rng.random() < 0.5),
    )
    room.size = (-3.15, 3.15, BACK, TOP)
    room.floor = dark * np.float32(0.8)
    made = Built(
        room, glow, bool(rng.random() < 0.5), bool(rng.random() < 0.4), 1 if rng.random() < 0.5 else -1
    )
    if scene.wants("rings"):
        made.limb, made.ringed = False, True
    kind = str(rng.choice(("bridge", "bridge", "round", "hexagon")))
    if kind == "round" and not scene.wants("rings"):
        made.limb = True  # a globe would hide behind the head
    ship.hull(room, hull, dark)
    made.window = ship.window(room, kind, hull, dark, glow)
    ship.ribs(room, hull, dark, glow)
    _details(made, rng, hull, dark)
    _consoles(made, rng, hull, dark)
    if kind == "bridge" and rng.random() < 0.7:
        for s in (-1, 1):
            _seat(room, s * 1.62, dark, glow)
    elif rng.random() < 0.6:
        greens.potted(room, rng, -1.75, 0, 4.7, 0.95, str(rng.choice(("fern", "snake", "rubber"))), "#d8dade")
    # light from the window, and from the ceiling
    room.lamp(
        (0, 1.7, BACK - 0.4), mix(colour("#8ab0ff"), glow, 0.2) ** 2 * np.float32(0.8), 0.9, aim=(0, 1.0, 2.0)
    )
    room.lamp((0.0, 2.5, 2.7), np.array([1.0, 0.95, 0.88], np.float32) * np.float32(0.5), 0.4, hooded=True)
    return made


def _details(made: Built, rng: np.random.Generator, hull: Colour, dark: Colour) -> None:
    """Build panels, vents and pipes on the walls between the ribs."""
    room = made.room
    for s in (-1, 1):
        x = s * 3.13
        for z0 in (3.7, 2.6):
            room.flank(x, 0.95, z0, 1.75, z0 + 0.75, hull * np.float32(0.72))
            for k in range(5):
                y = 1.02 + 0.07 * k
                room.flank(x, y, z0 + 0.08, y + 0.03, z0 + 0.4, dark * np.float32(0.5))
            for k in range(4):
                tone = (made.glow, colour("#ffd27a"), colour("#ff6a5a"), colour("#9affb0"))[
                    int(rng.integers(4))
                ]
                at = (x - s * 0.01, 1.62, z0 + 0.12 + 0.14 * k)
                room.flank(at[0], at[1], at[2], at[1] + 0.04, at[2] + 0.07, tone, 1.4)
                made.lights.append((at, tone))
        for k in range(2):
            y = 2.02 + 0.09 * k
            bar(
                room,
                (s * (2.92 - 0.11 * k), y, 0.8),
                (s * (2.92 - 0.11 * k), y, BACK),
                0.025,
                dark * np.float32(1.2),
            )


def _consoles(made: Built, rng: np.random.Generator, hull: Colour, dark: Colour) -> None:
    room, glow = made.room, made.glow
    for s in (-1, 1):
        x0, x1 = (-2.95, -1.25) if s < 0 else (1.25, 2.95)
        z = 3.75
        room.box(x0, 0, z + 0.2, x1 - x0, 0.74, 0.6, dark)
        room.quad(
            [(x0, 0.70, z), (x1, 0.70, z), (x1, 0.98, z + 0.6), (x0, 0.98, z + 0.6)], hull * np.float32(0.55)
        )
        room.panel(x0, 0.62, z, x1 - x0, 0.08, dark * np.float32(0.8))
        for k in range(2):
            foot = (x0 + 0.14 + 0.78 * k, 0.795, z + 0.195)
            tones = screens.tones(glow, mix(glow, colour("#8ad0ff"), 0.5))
            screen = screens.Screen(foot, (0.6, 0.0, 0.0), (0.0, 0.158, 0.34), tones)
            room.quad([(cx, cy + 0.004, cz) for cx, cy, cz in screen.corners()], colour("#0c1016"))
            screens.build(
                room, screens.Screen((foot[0], foot[1] + 0.01, foot[2]), screen.right, screen.up, tones)
            )
            made.glass.append(screen)
        for k in range(15):
            tone = (glow, colour("#ffd27a"), colour("#ff6a5a"), colour("#9affb0"), WHITE)[
                int(rng.integers(5))
            ]
            at = (x0 + 0.12 + 0.102 * k, 0.74, z + 0.06)
            plate(room, *at, 0.022, tone, 1.3, sides=6)
            if rng.random() < 0.5:
                made.lights.append((at, tone))
        room.lamp(((x0 + x1) / 2, 1.15, z + 0.2), glow**2 * np.float32(0.12), 0.15, group="screen")


def _seat(room: Room, x: float, dark: Colour, glow: Colour) -> None:
    """Build a pilot's seat, seen from behind."""
    z = 3.1
    cloth = mix(dark, colour("#2a2c32"), 0.5)
    room.tube(x, 0, z + 0.2, 0.28, 0.1, 0.3, dark)
    room.puff(x - 0.3, 0.34, z, 0.6, 0.16, 0.5, cloth)
    for s in (-1, 1):
        room.puff(x + s * 0.32 - 0.05, 0.52, z + 0.02, 0.1, 0.12, 0.42, dark)
    room.pad(x - 0.29, 0.45, z - 0.02, 0.58, 0.78, cloth, 0.16, 0.5)
    room.pad(x - 0.19, 1.2, z - 0.03, 0.38, 0.24, cloth, 0.09, 0.5)
    for s in (-1, 1):
        bent(
            room,
            [(x + s * 0.25, 0.55, z - 0.03), (x + s * 0.25, 1.08, z - 0.03), (x + s * 0.16, 1.2, z - 0.03)],
            0.01,
            mix(glow, WHITE, 0.3),
            1.2,
            "glow",
        )


built, build = interior.planned(plan)


def outside(scene: Scene) -> None:
    """Paint the stars and the planet outside."""
    made, lit = built(scene), interior.of(scene, build)

    def view() -> Starview:
        return Starview(
            scene,
            lit,
            made.window,
            limb=made.limb,
            planet="planet" not in scene.dropped,
            ringed=made.ringed,
            side=made.side,
        )

    scene.keep("starview", view).add(scene)


def hum(scene: Scene) -> None:
    """Let the screens play, the lights breathe, some blink, dust float."""
    made, lit = built(scene), interior.of(scene, build)
    screens.show(scene, lit, made.glass, 0.9)
    stirring.tint(
        scene, lit, {"glow": np.full(3, 0.10 * scene.swing(4.0) + 0.05 * scene.swing(8.0), np.float32)}
    )
    rng = scene.rng("blink")
    for (at, tone), way in zip(made.lights, rng.random(len(made.lights)), strict=True):
        x, y, scale = lit.at(*at)
        part = scene.around(x, y, 0.13 * scale, 1.0)
        if part is not None and not stirring.hidden(scene, lit, x, y, at[2]):
            on = 0.5 + 0.5 * scene.swing((2.7, 4.0, 8.0)[int(way * 3)], float(way))
            halo = np.clip(1 - part[0], 0, 1) ** 2 * np.float32(0.30 * on * on)
            scene.shine(flat(tone), np.asarray(halo, np.float32), part[1], part[2])


SPACESHIP = Place(
    layers=(
        *interior.layers(build, "hull and consoles"),
        Layer("stars", outside, moves=True),
        Layer("lights", hum, moves=True),
    ),
    outdoors=False,
    time="night",
    soft=0.0,
    holds=frozenset({"planet", "rings", "stars", "plants", "monitors", "window"}),
    lit=False,
)
