"""What stands on and at desks: screens, chairs, lamps; and boards on walls."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from ..light import Colour, colour, mix, pick
from .joinery import ribbon

if TYPE_CHECKING:
    from .room import Room


def monitor(
    room: Room, rng: np.random.Generator, x: float, y: float, z: float, w: float = 0.6, on: bool = True
) -> None:
    """Stand a screen that faces the eye on a desk, its left edge at x, with something on it."""
    h = w * 0.58
    dark = colour("#1a1c20")
    room.box(x + w * 0.42, y, z + 0.03, w * 0.16, 0.14, 0.03, colour("#8a8e94"))
    room.level(x + w * 0.3, y + 0.004, z - 0.04, w * 0.4, 0.16, colour("#8a8e94"))
    room.box(x, y + 0.11, z, w, h, 0.03, dark)
    if on:
        screen(room, rng, x + 0.012, y + 0.122, z - 0.004, w - 0.024, h - 0.024)


def screen(
    room: Room, rng: np.random.Generator, x: float, y: float, z: float, w: float, h: float, glow: float = 0.9
) -> None:
    """Add what a screen shows, glowing: lines of text, or a chart."""
    night = room.scene.light.lamps
    glow = glow * (0.62 + 0.5 * night)
    ground = pick(rng, ("#22303c", "#1c2430", "#2a3440", "#b8c4cc"))
    pale = ground[0] > 0.5
    room.panel(x, y, z, w, h, ground, glow * (0.6 if pale else 1.0), group="screen")
    inks = [colour(c) for c in ("#4aa3c8", "#e0a050", "#7ac08a", "#c86a7a", "#9aa8b8")]
    if rng.random() < 0.5:
        rows = 9
        for k in range(rows):
            at = x + w * (0.06 + 0.05 * int(rng.integers(3)))
            ink = mix(inks[int(rng.integers(5))], ground, 0.25)
            part = w * rng.uniform(0.2, 0.6)
            room.panel(at, y + h * (0.9 - 0.09 * k), z - 0.002, part, h * 0.030, ink, glow, group="screen")
    else:
        for k in range(8):
            tall = h * (0.12 + 0.5 * rng.random() * (0.4 + k / 12))
            ink = inks[0] if k % 3 else inks[1]
            room.panel(
                x + w * (0.10 + 0.075 * k),
                y + h * 0.14,
                z - 0.002,
                w * 0.045,
                tall,
                ink,
                glow,
                group="screen",
            )
        room.panel(x + w * 0.1, y + h * 0.82, z - 0.002, w * 0.4, h * 0.05, inks[4], glow, group="screen")
        room.panel(
            x + w * 0.76,
            y + h * 0.3,
            z - 0.002,
            w * 0.16,
            h * 0.4,
            mix(inks[2], ground, 0.4),
            glow,
            group="screen",
        )
    tone = mix(ground, colour("#7ab0e0"), 0.5) ** 2
    room.lamp((x + w / 2, y + h / 2, z - 0.15), tone * np.float32(w * h * 0.9 * glow), 0.08, group="screen")


def chair(room: Room, x: float, z: float, tone: Colour) -> None:
    """Stand an office chair at (x, z), its back to the eye."""
    metal = colour("#2a2c30")
    room.block(x - 0.28, 0, z - 0.28, 0.56, 0.12, 0.56, 0.7)
    for dx, dz in ((-0.26, 0.05), (0.26, 0.05), (-0.15, -0.2), (0.15, -0.2), (0.0, 0.25)):
        ribbon(room, (x, 0.09, z), (x + dx, 0.05, z + dz), 0.02, metal)
        room.ball(x + dx, 0.035, z + dz, 0.032, metal)
    room.tube(x, 0.08, z, 0.03, 0.025, 0.36, metal, sides=6)
    room.puff(x - 0.25, 0.44, z - 0.22, 0.5, 0.08, 0.46, tone, 0.05)
    room.pad(x - 0.23, 0.58, z - 0.24, 0.46, 0.54, tone, 0.12, 0.55)
    room.panel(x - 0.03, 0.46, z - 0.235, 0.06, 0.2, metal)
    for side in (-0.29, 0.25):
        room.box(x + side, 0.62, z - 0.15, 0.04, 0.035, 0.28, metal)


def side_chair(room: Room, x: float, z: float, tone: Colour, faces: int = 1) -> None:
    """Stand a meeting chair at (x, z) that looks to the right (1) or left (-1)."""
    metal = colour("#55585c")
    room.block(x - 0.24, 0, z - 0.24, 0.48, 0.1, 0.48, 0.5)
    for dx in (-0.19, 0.19):
        for dz in (0.2, -0.2):
            room.panel(x + dx - 0.012, 0, z + dz, 0.024, 0.44, metal)
    room.puff(x - 0.23, 0.43, z - 0.23, 0.46, 0.08, 0.46, tone, 0.05)
    back = x - 0.25 if faces > 0 else x + 0.19
    room.puff(back, 0.5, z - 0.22, 0.07, 0.46, 0.44, tone, 0.05, 0.6)


def desk_lamp(room: Room, x: float, y: float, z: float, lean: float = 1.0, tone: str = "#2e3236") -> None:
    """Stand a jointed lamp on a desk; it leans to the right (1) or left (-1)."""
    if "lamp" in room.scene.dropped:
        return
    metal = colour(tone)
    room.tube(x, y, z, 0.08, 0.07, 0.02, metal)
    joints = ((x, y + 0.02), (x - 0.10 * lean, y + 0.26), (x + 0.14 * lean, y + 0.46))
    for (ax, ay), (bx, by) in (joints[:2], joints[1:]):
        ribbon(room, (ax, ay, z), (bx, by, z), 0.008, metal)
    hx, hy = joints[2]
    strength = 0.5 + 0.5 * room.scene.light.lamps
    room.tube(hx + 0.02 * lean, hy - 0.10, z, 0.085, 0.03, 0.11, metal, sides=12)
    room.panel(
        hx - 0.05 + 0.02 * lean,
        hy - 0.105,
        z - 0.03,
        0.10,
        0.014,
        colour("#ffe6ba"),
        2.2 * strength,
        group="lamp",
    )
    room.lamp(
        (hx + 0.03 * lean, hy - 0.2, z - 0.05),
        np.array([1.0, 0.76, 0.46]) * (0.34 * strength),
        0.08,
        group="lamp",
    )


def strip(
    room: Room, x: float, y: float, z: float, w: float, d: float, power: float, tone: str = "#fff2de"
) -> None:
    """Set a lit panel into the ceiling at height y."""
    room.quad([(x, y, z), (x + w, y, z), (x + w, y, z + d), (x, y, z + d)], colour(tone), 1.5, group="lamp")
    strength = power * (0.45 + 0.55 * room.scene.light.lamps)
    hue = colour(tone) ** 2
    room.lamp((x + w / 2, y - 0.25, z + d / 2), hue * np.float32(strength), 0.5, hooded=True, group="lamp")
