"""A ship's cabin: an eight-sided tube of plates and ribs, and the window at its end."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np

from ..light import Colour, colour, mix
from .joinery import bar, bent, plate

if TYPE_CHECKING:
    from .room import Corner, Room

BACK, TOP = 5.2, 2.75
SECTION = (
    (-2.3, 0.0),
    (-3.15, 0.75),
    (-3.15, 1.9),
    (-2.1, TOP),
    (2.1, TOP),
    (3.15, 1.9),
    (3.15, 0.75),
    (2.3, 0.0),
)
WHITE = np.ones(3, np.float32)


def hull(room: Room, tone: Colour, dark: Colour) -> None:
    """Build the hull in `tone`, its floor of dark plates."""
    parts = [
        tone * np.float32(0.8),
        tone,
        tone * np.float32(0.92),
        dark,
        tone * np.float32(0.92),
        tone,
        tone * np.float32(0.8),
        room.floor,
    ]
    for (a, b), face in zip(zip(SECTION, (*SECTION[1:], SECTION[0]), strict=True), parts, strict=True):
        room.quad(
            [(a[0], a[1], 0.06), (b[0], b[1], 0.06), (b[0], b[1], BACK), (a[0], a[1], BACK)], face, grain=0.06
        )
    # plates of the floor
    for k in range(1, 9):
        z = 0.6 * k
        room.quad(
            [(-2.2, 0.003, z), (2.2, 0.003, z), (2.2, 0.003, z + 0.02), (-2.2, 0.003, z + 0.02)],
            dark * np.float32(0.35),
        )
    for x in (-1.2, 0.0, 1.2):
        room.quad(
            [
                (x - 0.01, 0.003, 0.1),
                (x + 0.01, 0.003, 0.1),
                (x + 0.01, 0.003, BACK),
                (x - 0.01, 0.003, BACK),
            ],
            dark * np.float32(0.35),
        )


def _outline(kind: str) -> list[tuple[float, float]]:
    if kind == "round":
        return [
            (1.28 * float(np.cos(a)), 1.52 + 1.1 * float(np.sin(a)))
            for a in np.linspace(0, 2 * np.pi, 40, endpoint=False)
        ]
    if kind == "hexagon":
        return [(-1.9, 1.5), (-1.25, 0.55), (1.25, 0.55), (1.9, 1.5), (1.25, 2.48), (-1.25, 2.48)]
    return [(-2.65, 0.8), (2.65, 0.8), (2.75, 1.7), (2.05, 2.45), (-2.05, 2.45), (-2.75, 1.7)]


def window(room: Room, kind: str, hull: Colour, dark: Colour, glow: Colour) -> list[Corner]:
    """Build the window of a `kind`: "bridge", "round" or "hexagon"; return its corners."""
    room.quad([(x, y, BACK) for x, y in SECTION], hull * np.float32(0.7), grain=0.06)
    edge = _outline(kind)
    middle = 1.5

    def grown(by: float, z: float) -> list[Corner]:
        return [(x * (1 + by / 1.9), middle + (y - middle) * (1 + by / 1.0), z) for x, y in edge]

    room.quad(grown(0.16, BACK - 0.01), dark * np.float32(0.8))
    room.quad(grown(0.10, BACK - 0.03), hull * np.float32(0.85))
    room.quad(grown(0.03, BACK - 0.05), dark * np.float32(0.5))
    pane = [(x, y, BACK - 0.06) for x, y in edge]
    room.quad(pane, WHITE, stuff="view")
    rim = grown(0.13, BACK - 0.07)
    bent(room, [*rim, rim[0]], 0.012, mix(glow, WHITE, 0.35), 1.5, "glow")
    strut = dark * np.float32(0.9)
    z = BACK - 0.08
    if kind == "bridge":
        for s in (-1, 1):
            bar(room, (s * 1.25, 0.8, z), (s * 1.0, 2.45, z), 0.045, strut)
            bar(room, (s * 2.05, 2.45, z), (s * 2.35, 0.8, z), 0.03, strut)
    elif kind == "hexagon":
        for s in (-1, 1):
            bar(room, (s * 1.9, 1.5, z), (s * 1.1, 1.5, z), 0.028, strut)
            bar(room, (s * 1.1, 0.55, z), (s * 1.1, 2.48, z), 0.028, strut)
    else:
        for a in np.linspace(0, 2 * np.pi, 16, endpoint=False):
            plate(
                room,
                1.41 * float(np.cos(a)),
                1.52 + 1.22 * float(np.sin(a)),
                z,
                0.025,
                hull * np.float32(0.5),
                sides=8,
            )
    return pane


def ribs(room: Room, hull: Colour, dark: Colour, glow: Colour) -> None:
    """Build the ribs, with light along them, and the lights of ceiling and floor."""
    for z in (4.55, 3.45, 2.35):
        inner = [(x * 0.965, y if y == 0 else 1.4 + (y - 1.4) * 0.965) for x, y in SECTION]
        for (a, b), (c, d) in zip(pairwise(SECTION), pairwise(inner), strict=True):
            # the inner face, then the one that looks at the eye
            room.quad(
                [(c[0], c[1], z), (d[0], d[1], z), (d[0], d[1], z + 0.22), (c[0], c[1], z + 0.22)], dark
            )
            room.quad(
                [(a[0], a[1], z), (b[0], b[1], z), (d[0], d[1], z), (c[0], c[1], z)], hull * np.float32(0.75)
            )
        for s in (-1, 1):
            bar(
                room,
                (s * 2.9, 0.85, z - 0.01),
                (s * 2.9, 1.8, z - 0.01),
                0.016,
                mix(glow, WHITE, 0.4),
                1.7,
                "glow",
            )
            room.lamp((s * 2.65, 1.35, z - 0.25), glow**2 * np.float32(0.22), 0.10, group="glow")
    # light in the ceiling and along the floor
    for s in (-1, 1):
        for z in (1.5, 2.65, 3.75):
            room.quad(
                [
                    (s * 0.75, TOP - 0.04, z),
                    (s * 1.25, TOP - 0.04, z),
                    (s * 1.25, TOP - 0.04, z + 0.6),
                    (s * 0.75, TOP - 0.04, z + 0.6),
                ],
                colour("#f4f6f8"),
                0.95,
            )
        bar(
            room,
            (s * 2.28, 0.03, 0.8),
            (s * 2.28, 0.03, BACK - 0.1),
            0.014,
            mix(glow, WHITE, 0.25),
            1.4,
            "glow",
        )
    for z in (2.9, 4.0):
        room.lamp(
            (0, TOP - 0.3, z), np.array([0.95, 0.97, 1.0], np.float32) * np.float32(0.34), 0.4, hooded=True
        )
