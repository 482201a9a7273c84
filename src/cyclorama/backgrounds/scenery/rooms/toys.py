"""What players collect: figures, an arcade machine."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from ..light import colour, mix, pick
from . import screens
from .joinery import bar, bent, plate

if TYPE_CHECKING:
    from ..light import Colour
    from .room import Room

WHITE = np.ones(3, np.float32)


def figure(room: Room, rng: np.random.Generator, x: float, y: float, z: float, h: float) -> float:
    """Build a collector's figure: a body, a head, perhaps a cape or ears."""
    size = min(h, rng.uniform(0.2, 0.3))
    tone = pick(rng, ("#d84a4a", "#4a7ad8", "#e0b040", "#5ab06a", "#e8e4dc", "#8a5ad0"))
    r = size * 0.2
    room.tube(x + r, y, z, r * 1.3, r * 1.2, size * 0.06, colour("#2a2a30"))
    room.tube(x + r, y + size * 0.06, z, r * 0.8, r * 0.6, size * 0.5, tone)
    room.ball(x + r, y + size * 0.72, z, r, mix(tone, colour("#f0d8c0"), 0.7 if rng.random() < 0.5 else 0.1))
    if rng.random() < 0.5:
        for s in (-1, 1):
            bar(
                room,
                (x + r + s * r * 0.6, y + size * 0.85, z),
                (x + r + s * r * 0.8, y + size * 1.05, z),
                r * 0.2,
                tone,
            )
    return r * 2 + 0.06


def arcade(room: Room, a: Colour, b: Colour) -> screens.Screen:
    """Build an arcade machine at the side, in the light of two colours; return its screen."""
    x, z, w = 2.42, 3.5, 0.72
    body = colour("#34323c")
    room.box(x, 0, z, w, 0.85, 0.6, body)
    room.box(x, 0.85, z + 0.22, w, 0.95, 0.38, body)
    room.box(x, 1.55, z + 0.02, w, 0.25, 0.55, body)
    for side in (x, x + w):
        room.quad(
            [
                (side, 0.8, z),
                (side, 0.8, z + 0.6),
                (side, 1.8, z + 0.6),
                (side, 1.8, z + 0.02),
                (side, 1.15, z + 0.2),
            ],
            body,
        )
        bent(
            room,
            [(side, 0.85, z - 0.01), (side, 1.15, z + 0.2), (side, 1.8, z)],
            0.012,
            mix(b, WHITE, 0.3),
            1.6,
            "right",
        )
    room.quad(
        [(x, 0.85, z), (x + w, 0.85, z), (x + w, 0.95, z + 0.22), (x, 0.95, z + 0.22)], body * np.float32(1.4)
    )
    for k, tone in enumerate((a, b, a, b)):
        plate(room, x + 0.34 + 0.09 * k, 0.91, z + 0.1, 0.025, mix(tone, WHITE, 0.3), 1.5, lying=True)
    bar(room, (x + 0.16, 0.9, z + 0.1), (x + 0.16, 1.0, z + 0.1), 0.012, colour("#888890"))
    room.ball(x + 0.16, 1.01, z + 0.1, 0.028, colour("#d83a3a"))
    room.panel(
        x + 0.04, 1.58, z + 0.015, w - 0.08, 0.19, mix(mix(a, b, 0.5), WHITE, 0.35), 1.5, group="right"
    )
    screen = screens.Screen(
        (x + 0.08, 0.99, z + 0.215), (w - 0.16, 0.0, 0.0), (0.0, 0.5, 0.0), screens.tones(b, a)
    )
    screens.build(room, screen)
    room.lamp((x + w / 2, 1.2, z - 0.15), mix(a, b, 0.6) ** 2 * np.float32(0.16), 0.15, group="screen")
    return screen
