"""What stands in rooms, built of a room's boxes, panels and tubes."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from . import sky
from .light import Colour, colour, mix

if TYPE_CHECKING:
    from .room import Room


def daylight(room: Room) -> float:
    """How much light comes in from outside, 0 at night to 1 at noon."""
    light = room.scene.light
    return float(np.clip(1 - light.lamps, 0.06, 1))


def lit(room: Room) -> float:
    """How strongly the room's own lamps matter, 0.5 to 1."""
    return 0.5 + 0.5 * room.scene.light.lamps


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
    """Build a window in the back wall with the sky of the hour in it, and the light that comes through."""
    light = room.scene.light
    table = sky.ramp(room.scene, 24)
    bright = 0.75 + 1.1 * daylight(room)
    horizon = 0.30
    rng = room.scene.rng("window", round(x * 10))
    steps = 24
    for i in range(steps):
        t = i / steps
        if t < horizon:
            tone = mix(light.haze, light.ground(colour("#4a5f48"), 0.35), 0.35 + 0.5 * (1 - t / horizon))
        else:
            tone = table[:, min(23, int((t - horizon) / (1 - horizon) * 15))]
        room.panel(x, y + h * t, z, w, h / steps * 1.05, tone, bright)
    if city:
        _view(room, rng, x, y, z, w, h, horizon, bright)
    if light.glow > 0.3 and not light.moon and light.air == 1.0 and daylight(room) > 0.3:
        _sunlight(room, x, z, w, panes[0])
    bar = 0.035
    wood = colour(frame)
    for i in range(panes[0] + 1):
        room.panel(x + w * i / panes[0] - bar / 2, y, z - 0.02, bar, h, wood)
    for i in range(panes[1] + 1):
        room.panel(x - bar / 2, y + h * i / panes[1] - bar / 2, z - 0.02, w + bar, bar, wood)
    room.box(x - 0.08, y - 0.06, z - 0.16, w + 0.16, 0.05, 0.16, wood)
    power = mix(table[:, 4], np.ones(3, np.float32), 0.35) ** 2 * np.float32(
        w * h * (0.15 + 0.85 * daylight(room)) * 0.85
    )
    for k in (0.25, 0.75):
        room.lamp((x + w * k, y + h * 0.6, z - 0.7), power / 2, 0.9)


def _sunlight(room: Room, x: float, z: float, w: float, panes: int) -> None:
    """Build the patches of sun that fall through a window onto the floor."""
    light = room.scene.light
    side = 1.0 if x + w / 2 < 0 else -1.0
    tone = np.clip(room.floor * (1 + 1.3 * light.glow * light.disc), 0, 1)
    for i in range(panes):
        a, b = x + w * (i + 0.06) / panes, x + w * (i + 0.94) / panes
        far, near, skew = z - 0.35, z - 2.3, side * 1.3
        room.quad(
            [
                (a + skew * 0.2, 0.002, far),
                (b + skew * 0.2, 0.002, far),
                (b + skew, 0.002, near),
                (a + skew, 0.002, near),
            ],
            tone,
            0,
            0.2,
        )


def _view(
    room: Room,
    rng: np.random.Generator,
    x: float,
    y: float,
    z: float,
    w: float,
    h: float,
    horizon: float,
    bright: float,
) -> None:
    """Far towers, and their lights."""
    light = room.scene.light
    at = x
    while at < x + w:
        wide, tall = min(rng.uniform(0.10, 0.3), x + w - at), h * rng.uniform(horizon, 0.68)
        tone = mix(light.ground(colour("#7a8694"), 0.35), light.haze, rng.uniform(0.3, 0.6))
        room.panel(at, y, z - 0.005, wide, tall, tone, bright * 0.9)
        for _ in range(int(18 * light.lamps)):
            lx, ly = at + rng.random() * wide * 0.9, y + rng.random() * tall * 0.95
            room.panel(lx, ly, z - 0.008, 0.022, 0.026, colour("#ffd08a"), 2.6)
        at += wide * rng.uniform(0.9, 1.3)


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
    room.tube(x, tall - 0.32, z, 0.22, 0.15, 0.32, colour(shade), 0.55 + 1.1 * strength)
    warm = np.array([1.0, 0.68, 0.36], np.float32)
    room.lamp((x, tall + 0.12, z - 0.05), warm * np.float32(0.55 * strength), 0.10)
    room.lamp((x, tall - 0.45, z - 0.1), warm * np.float32(0.75 * strength), 0.10)


def table_lamp(room: Room, x: float, y: float, z: float, size: float = 0.34, shade: str = "#ffdca0") -> None:
    """Build a small lamp on something at height y."""
    if "lamp" in room.scene.dropped:
        return
    strength = lit(room)
    room.tube(x, y, z, size * 0.22, size * 0.08, size * 0.55, colour("#7a6248"))
    room.tube(
        x, y + size * 0.5, z, size * 0.52, size * 0.34, size * 0.55, colour(shade), 0.6 + 1.2 * strength
    )
    room.lamp(
        (x, y + size * 0.7, z - 0.12),
        np.array([1.0, 0.66, 0.34], np.float32) * np.float32(0.42 * strength),
        0.12,
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
    room.quad(
        [(x, 0.004, z), (x + w, 0.004, z), (x + w, 0.004, z + d), (x, 0.004, z + d)],
        room.floor * np.float32(0.42),
    )


def table(room: Room, x: float, y: float, z: float, w: float, d: float, wood: Colour) -> None:
    """Build a table with its top at height y."""
    shadow(room, x + 0.05, z + 0.05, w - 0.1, d - 0.1)
    for lx in (x + 0.05, x + w - 0.11):
        for lz in (z + d - 0.1, z + 0.05):
            room.box(lx, 0, lz, 0.06, y, 0.06, wood * np.float32(0.7))
    room.box(x, y - 0.05, z, w, 0.05, d, wood, 0.3)
