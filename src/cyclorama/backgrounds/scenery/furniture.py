"""What stands in rooms, built of a room's boxes, panels and tubes."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from . import sky
from .light import Colour, colour, mix
from .room import Opening, Room

if TYPE_CHECKING:
    from .scene import Scene


def daylight(room: Room) -> float:
    """How much light comes in from outside, 0 at night to 1 at noon."""
    light = room.scene.light
    return float(np.clip(1 - light.lamps, 0.06, 1))


def lit(room: Room) -> float:
    """How strongly the room's own lamps matter, 0.5 to 1."""
    return 0.5 + 0.5 * room.scene.light.lamps


def ambient(scene: Scene, strength: float) -> Colour:
    """Return a room's light from everywhere: warm where lamps make it, less of it then."""
    day = float(np.clip(1 - scene.light.lamps, 0, 1))
    tone = mix(np.array([1.0, 0.86, 0.72], np.float32), np.ones(3, np.float32), day)
    return tone * np.float32(strength * (0.62 + 0.38 * day))


def window(
    room: Room,
    x: float,
    y: float,
    z: float,
    w: float,
    h: float,
    panes: tuple[int, int] = (2, 2),
    frame: str = "#e8e4dc",
    city: bool = False,
) -> None:
    """Build a window in the back wall: its view, the daylight that comes in, the sun if it shines."""
    del city
    room.views += 1
    wood = colour(frame)
    reveal = 0.09
    room.panel(x - 0.07, y - 0.07, z - 0.012, w + 0.14, h + 0.14, wood)
    room.panel(x, y, z - 0.014, w, h, wood, stuff="view")
    shade = wood * np.float32(0.72)
    room.quad([(x, y, z - 0.02), (x, y, z - reveal), (x, y + h, z - reveal), (x, y + h, z - 0.02)], shade)
    room.quad(
        [(x + w, y, z - 0.02), (x + w, y, z - reveal), (x + w, y + h, z - reveal), (x + w, y + h, z - 0.02)],
        shade,
    )
    bar = 0.035
    for i in range(1, panes[0]):
        room.panel(x + w * i / panes[0] - bar / 2, y, z - 0.03, bar, h, wood)
    for i in range(1, panes[1]):
        room.panel(x, y + h * i / panes[1] - bar / 2, z - 0.03, w, bar, wood)
    for px, pw in ((x - 0.07, 0.075), (x + w - 0.005, 0.075)):
        room.panel(px, y - 0.07, z - reveal, pw, h + 0.14, wood)
    room.panel(x - 0.07, y + h - 0.005, z - reveal, w + 0.14, 0.075, wood)
    room.box(x - 0.1, y - 0.07, z - 0.2, w + 0.2, 0.05, 0.2, wood)
    table = sky.ramp(room.scene, 24)
    tone = mix(table[:, 6], np.ones(3, np.float32), 0.35) ** 2
    power = tone * np.float32(w * h * (0.08 + 0.92 * daylight(room)) * 1.5)
    for k in (0.25, 0.75):
        at = (x + w * k, y + h * 0.6, z - 0.05)
        room.lamp(at, power, 0.9, aim=(at[0], at[1] - 0.35, at[2] - 1))
    if room.sun is not None:
        room.sun.openings.append(Opening(2, z, (x, x + w), (y, y + h), panes))


def curtain(room: Room, x: float, y: float, z: float, w: float, h: float, cloth: Colour) -> None:
    """Build a curtain hanging in folds."""
    folds = max(4, int(w / 0.07))
    for i in range(folds):
        shade = 0.86 + 0.14 * np.cos(i * 2.4)
        room.quad(
            [
                (x + w * i / folds, y, z - 0.05 * (i % 2)),
                (x + w * (i + 1) / folds, y, z - 0.05 * ((i + 1) % 2)),
                (x + w * (i + 1) / folds, y + h, z - 0.05 * ((i + 1) % 2)),
                (x + w * i / folds, y + h, z - 0.05 * (i % 2)),
            ],
            cloth * np.float32(shade),
            0,
            0.1,
        )


def floor_lamp(room: Room, x: float, z: float, tall: float, shade: str = "#ffdca0") -> None:
    """Build a standing lamp with a cloth shade."""
    if "lamp" in room.scene.dropped:
        return
    strength = lit(room)
    room.tube(x, 0.0, z, 0.14, 0.13, 0.03, colour("#3a322c"))
    room.tube(x, 0.03, z, 0.013, 0.013, tall - 0.3, colour("#4a3f36"), sides=3)
    room.tube(x, tall - 0.32, z, 0.22, 0.15, 0.32, colour(shade), 0.55 + 1.1 * strength, group="lamp")
    warm = np.array([1.0, 0.68, 0.36], np.float32)
    room.lamp((x, tall + 0.12, z - 0.05), warm * np.float32(0.55 * strength), 0.10, group="lamp")
    room.lamp((x, tall - 0.45, z - 0.1), warm * np.float32(0.75 * strength), 0.10, group="lamp")


def table_lamp(room: Room, x: float, y: float, z: float, size: float = 0.34, shade: str = "#ffdca0") -> None:
    """Build a small lamp on something at height y."""
    if "lamp" in room.scene.dropped:
        return
    strength = lit(room)
    room.tube(x, y, z, size * 0.22, size * 0.08, size * 0.55, colour("#7a6248"))
    room.tube(
        x,
        y + size * 0.5,
        z,
        size * 0.52,
        size * 0.34,
        size * 0.55,
        colour(shade),
        0.6 + 1.2 * strength,
        group="lamp",
    )
    room.lamp(
        (x, y + size * 0.7, z - 0.12),
        np.array([1.0, 0.66, 0.34], np.float32) * np.float32(0.42 * strength),
        0.12,
        group="lamp",
    )


def pendant(
    room: Room, x: float, y: float, z: float, top: float, bulb: bool = True, power: float = 0.5
) -> None:
    """Build a lamp that hangs from the ceiling: a bare bulb, or a dark shade with light under it."""
    strength = lit(room)
    room.panel(x - 0.006, y, z, 0.012, top - y, colour("#1c1a18"))
    warm = np.array([1.0, 0.66, 0.34], np.float32)
    if bulb:
        room.tube(x, y - 0.13, z, 0.045, 0.055, 0.13, colour("#ffd9a0"), 3.0 * strength)
    else:
        room.tube(x, y - 0.03, z, 0.19, 0.05, 0.2, colour("#2a2a2c"))
        room.panel(x - 0.15, y - 0.05, z - 0.01, 0.3, 0.03, colour("#ffe2b0"), 3.2 * strength)
    room.lamp((x, y - 0.2, z - 0.05), warm * np.float32(power * strength), 0.10, hooded=not bulb)


def plant(
    room: Room, rng: np.random.Generator, x: float, y: float, z: float, tall: float, pot: str = "#d8d0c4"
) -> None:
    """Build a plant in a pot: arching leaves around a middle."""
    if "plants" in room.scene.dropped:
        return
    room.tube(x, y, z, tall * 0.12, tall * 0.16, tall * 0.28, colour(pot))
    leaf = colour("#3f6b3a")
    foot = y + tall * 0.26
    for i in range(22):
        a, rise = rng.uniform(0, 2 * np.pi), rng.uniform(0.35, 1.0)
        reach = tall * rng.uniform(0.22, 0.44)
        tip = (x + np.cos(a) * reach, foot + tall * 0.74 * rise, z + np.sin(a) * reach * 0.5)
        mid = (x + np.cos(a) * reach * 0.45, foot + tall * 0.62 * rise, z + np.sin(a) * reach * 0.2)
        wide = tall * rng.uniform(0.035, 0.075)
        c = leaf * np.array([1.0, 1.0, 0.95], np.float32) * np.float32(rng.uniform(0.6, 1.35))
        room.quad(
            [
                (x, foot, z),
                (mid[0] - wide, mid[1] - wide * 0.4, mid[2]),
                tip,
                (mid[0] + wide, mid[1] + wide * 0.4, mid[2]),
            ],
            c,
        )
        del i


def picture(room: Room, rng: np.random.Generator, x: float, y: float, z: float, w: float, h: float) -> None:
    """Build a framed picture on the back wall."""
    room.panel(x - 0.03, y - 0.03, z - 0.02, w + 0.06, h + 0.06, colour("#2e2a26"))
    room.panel(x, y, z - 0.025, w, h, colour("#efeae0"))
    tones = [colour(c) for c in ("#c98a5a", "#5a7a8a", "#d8c8a8", "#7a8a6a", "#b86a52", "#2e4a5e")]
    for i in range(4):
        px, pw = x + w * (0.14 + 0.18 * rng.random()), w * rng.uniform(0.25, 0.5)
        room.panel(
            px,
            y + h * (0.14 + 0.17 * i),
            z - 0.028,
            min(pw, x + w * 0.88 - px),
            h * 0.16,
            tones[int(rng.integers(6))],
        )


def sofa(room: Room, x: float, z: float, w: float, cloth: Colour, pillow: Colour) -> None:
    """Build a sofa that faces the eye, its front at z."""
    d = 0.9
    dark = cloth * np.float32(0.86)
    shadow(room, x - 0.05, z - 0.12, w + 0.1, d + 0.1)
    room.box(x + 0.04, 0.40, z + d - 0.28, w - 0.08, 0.48, 0.26, dark, 0.05)
    for i in range(3):
        seat = (w - 0.44) / 3
        room.box(x + 0.22 + seat * i + 0.01, 0.46, z + d - 0.46, seat - 0.02, 0.40, 0.20, cloth, 0.05)
    for side in (x, x + w - 0.22):
        room.box(side, 0.08, z, 0.22, 0.56, d, cloth, 0.05)
    room.box(x + 0.22, 0.08, z + 0.03, w - 0.44, 0.22, d - 0.3, dark, 0.05)
    for i in range(3):
        seat = (w - 0.44) / 3
        room.box(x + 0.22 + seat * i + 0.01, 0.30, z, seat - 0.02, 0.17, d - 0.42, cloth, 0.05)
    for px in (x + 0.30, x + w - 0.72):
        room.quad(
            [
                (px, 0.48, z + 0.30),
                (px + 0.42, 0.47, z + 0.30),
                (px + 0.40, 0.86, z + 0.42),
                (px + 0.03, 0.88, z + 0.42),
            ],
            pillow,
            0,
            0.1,
        )


def shadow(room: Room, x: float, z: float, w: float, d: float) -> None:
    """Build the dark under furniture."""
    room.block(x, 0.0, z, w, 0.4, d)


def table(room: Room, x: float, y: float, z: float, w: float, d: float, wood: Colour) -> None:
    """Build a table with its top at height y."""
    shadow(room, x + 0.05, z + 0.05, w - 0.1, d - 0.1)
    for lx in (x + 0.05, x + w - 0.11):
        for lz in (z + d - 0.1, z + 0.05):
            room.box(lx, 0, lz, 0.06, y, 0.06, wood * np.float32(0.7))
    room.box(x, y - 0.05, z, w, 0.05, d, wood, 0.3)
