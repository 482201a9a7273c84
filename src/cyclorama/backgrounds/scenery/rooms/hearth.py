"""An open fire: the stones around it, logs, flames that move, sparks, and the light it throws."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from ..light import Colour, colour
from ..noise import Field, resize, sample, smoothstep, tile

if TYPE_CHECKING:
    from ..scene import Planes, Scene
    from .interior import Lit
    from .room import Room

OPEN_W, OPEN_H, DEEP = 0.92, 0.68, 0.34
"""The fire's opening: width, height and depth of its chamber, in metres."""


def fireplace(
    room: Room,
    x: float,
    back: float,
    w: float,
    face: Colour,
    mantel: Colour,
    stuff: str = "stone",
    chimney: bool = True,
) -> None:
    """Build a fireplace at the back wall, its middle at x and `w` wide, with or without a chimney."""
    d, high = 0.40, 1.16
    z = back - d
    top = room.size[3]
    left, low = x - OPEN_W / 2, 0.10
    room.block(x - w / 2, 0, z, w, high, d)
    if chimney:
        room.hang(x - w / 2 + 0.12, high, w - 0.24, top - high, d - 0.1)
        room.box(x - w / 2 + 0.12, high, z + 0.1, w - 0.24, top - high, d - 0.1, face, stuff=stuff)
    # the chamber: its back, sides and floor, then the face around it
    soot = colour("#1c1512")
    zb = z + DEEP
    room.panel(left, low, zb, OPEN_W, OPEN_H, soot * np.float32(1.2), stuff="brick")
    room.level(left, low, z, OPEN_W, DEEP, soot)
    for side in (left, left + OPEN_W):
        corners = [(side, low, z), (side, low, zb), (side, low + OPEN_H, zb), (side, low + OPEN_H, z)]
        room.quad(corners, soot * np.float32(1.1), stuff="brick")
    _logs(room, x, low, z + 0.12)
    for px, py, pw, ph in (
        (x - w / 2, 0.0, (w - OPEN_W) / 2, high),
        (left + OPEN_W, 0.0, (w - OPEN_W) / 2, high),
        (left, low + OPEN_H, OPEN_W, high - low - OPEN_H),
        (left, 0.0, OPEN_W, low),
    ):
        room.panel(px, py, z, pw, ph, face, stuff=stuff)
    for side in (x - w / 2, x + w / 2):
        if (side > 0) == (side < x):
            room.flank(side, 0, z, high, back, face, stuff=stuff)
    room.box(x - w / 2 - 0.25, 0.0, z - 0.42, w + 0.5, 0.05, 0.42, face * np.float32(0.8), stuff="tiles")
    room.box(x - w / 2 - 0.12, high, z - 0.10, w + 0.24, 0.075, d + 0.10, mantel, stuff="wood")
    glow = np.array([1.0, 0.43, 0.12], np.float32)
    room.lamp((x, low + 0.22, z - 0.35), glow * np.float32(1.4), 0.18, group="fire")
    room.lamp((x, low + 0.10, z + 0.12), glow * np.float32(0.28), 0.05, group="fire")


def _logs(room: Room, x: float, y: float, z: float) -> None:
    bark = colour("#3a261a")
    for dx, dy, r, long in ((-0.05, 0.055, 0.055, 0.62), (0.05, 0.05, 0.05, 0.56), (0.0, 0.14, 0.05, 0.5)):
        a, b = x + dx - long / 2, x + dx + long / 2
        frame = ((a, y + dy - r, z), (b, y + dy - r, z), (a, y + dy + r, z))
        corners = [
            (a, y + dy - r, z),
            (b, y + dy - r + 0.02, z),
            (b, y + dy + r + 0.02, z),
            (a, y + dy + r, z),
        ]
        room.quad(corners, bark, stuff="wood", frame=frame, swell=(0.0, 0.9, 1.0))


def burn(scene: Scene, lit: Lit, x: float, back: float) -> None:
    """Paint the flames of the fireplace at x, as they are at the scene's phase, and sparks above them."""
    z = back - 0.40 + 0.10
    mx, my, metre = lit.at(x, 0.14, z)
    w, h = OPEN_W * 0.86 * metre, OPEN_H * 0.98 * metre
    left, top = int(mx - w / 2), int(my - h)
    right, bottom = int(mx + w / 2) + 1, int(my) + 1
    cut = (max(0, left), max(0, top), min(scene.width, right), min(scene.height, bottom))
    if cut[2] - cut[0] < 2 or cut[3] - cut[1] < 2:
        return
    colours, heat = flames(scene, 88, 72)
    size = (right - left, bottom - top)
    part = np.s_[cut[1] - top : cut[3] - top, cut[0] - left : cut[2] - left]
    free = scene.keep(("before the fire", x), lambda: lit.free(z))[cut[1] : cut[3], cut[0] : cut[2]]
    body = np.stack([resize(plane, *size)[part] for plane in colours])
    amount = np.clip(resize(heat, *size)[part], 0, 1) * free
    scene.shine(np.clip(body, 0, 1), np.asarray(amount, np.float32), cut[1], cut[0])


def flames(scene: Scene, w: int, h: int) -> tuple[Planes, Field]:
    """Return flames (3, h, w) and how much of them there is (h, w), at the scene's phase."""
    rough = scene.keep("flames", lambda: tile(scene.rng("flames"), 2.3, 3, 26))
    u = np.linspace(-1, 1, w, dtype=np.float32)[None, :]
    v = np.linspace(1, 0, h, dtype=np.float32)[:, None]
    # two layers of noise climb whole tiles a loop; the broad one bends the flames, the other is their tongues
    bend = sample(
        rough, u * np.float32(0.10) + np.float32(0.3), v * np.float32(0.09) + np.float32(scene.phase)
    )
    shape = u + (bend * np.float32(0.13) + np.float32(0.06 * scene.swing(4))) * v
    rise = np.float32(2 * scene.phase)
    tongues = sample(rough, shape * np.float32(0.24), v * np.float32(0.10) + rise)
    tongues = tongues + np.float32(0.5) * sample(
        rough, shape * np.float32(0.5), v * np.float32(0.22) + rise * 2
    )
    crown = np.float32(0.66) * (1 - (shape * np.float32(1.05)) ** 2) + np.float32(0.17) * tongues
    heat = smoothstep(0.0, 0.34, crown - v * np.float32(0.86) + np.float32(0.04))
    heat *= smoothstep(1.0, 0.75, np.abs(u)) * smoothstep(0.0, 0.07, v) * smoothstep(1.0, 0.8, v)
    inner = np.clip(crown * np.float32(1.35) - v * np.float32(1.15) - np.float32(0.04), 0, 1)
    stops = np.array([0.0, 0.3, 0.6, 1.0], np.float32)
    table = np.stack([colour(c) for c in ("#c8340c", "#f4701c", "#ffb04a", "#fff0bc")])
    planes = np.stack([np.interp(inner, stops, band) for band in table.T]).astype(np.float32)
    return planes, np.asarray(heat, np.float32)


def sparks(scene: Scene, lit: Lit, x: float, back: float, count: int = 9) -> None:
    """Paint sparks that rise from the fire at x and go out."""
    z = back - 0.34
    mx, my, metre = lit.at(x, 0.25, z)

    def born() -> Field:
        return scene.rng("sparks", x).random((count, 5)).astype(np.float32)

    glow = colour("#ffb060").reshape(3, 1, 1)
    for at, start, drift, wave, life in scene.keep(("sparks", x), born):
        age = float((scene.phase * (2 + int(life * 2)) + start) % 1.0)
        px = mx + metre * (
            0.5 * (at - 0.5) + 0.10 * (drift - 0.5) * age + 0.025 * np.sin(6.283 * (age * 2 + wave))
        )
        py = my - metre * (0.05 + 0.50 * age)
        near = scene.around(float(px), float(py), metre * 0.007 + 0.4, 2.5)
        if near is not None:
            distance, top, left = near
            fade = np.float32(min(1.0, age * 6) * (1 - age) ** 1.5 * 0.9)
            scene.shine(glow, np.exp(-distance * distance) * fade, top, left)
