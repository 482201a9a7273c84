"""Faces of tall buildings: their outline, their windows, and which of those are lit."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from ..light import Colour, colour, mix, pick
from ..noise import Field, smoothstep
from ..scene import Planes, Scene, flat

if TYPE_CHECKING:
    from numpy.typing import NDArray

GLASS = ("#6f8aa3", "#7f9aa8", "#5f7690", "#86a0a6", "#7a86a0")
STONE = ("#a8927c", "#b3a596", "#9a8474", "#8f8a86", "#b59a86", "#a07868")


@dataclass(frozen=True)
class Style:
    """How a tower is built; lengths in units before distance makes them smaller.

    Attributes:
        wall: its colour in white light.
        bay, storey: width and height of a window with the wall around it.
        open: shares of those that are glass, across and up.
        mirror: how much its glass shows of the sky, 0 to 1.
        lit: share of windows that are lit at night.
        floors: share of floors that are lit from end to end.
        cold: share of lamps that are cold.
        top: how it ends: "flat", "steps", "slant", "round", "spire", "crown".
    """

    wall: Colour
    bay: float
    storey: float
    open: tuple[float, float]
    mirror: float
    lit: float
    floors: float
    cold: float
    top: str


def style(rng: np.random.Generator) -> Style:
    """Choose one."""
    kind = rng.random()
    mood = float(rng.random() ** 1.4)
    top = str(
        rng.choice(["flat", "flat", "flat", "steps", "steps", "steps", "slant", "spire", "crown", "round"])
    )
    if kind < 0.42:  # glass
        wall = pick(rng, GLASS)
        return Style(wall, 0.0052, 0.0098, (0.86, 0.78), 0.62, 0.14 + 0.42 * mood, 0.10, 0.45, top)
    if kind < 0.62:  # bands of windows
        wall = pick(rng, STONE)
        return Style(wall, 0.0125, 0.0105, (0.95, 0.52), 0.35, 0.16 + 0.40 * mood, 0.08, 0.3, top)
    wall = pick(rng, STONE)  # stone
    return Style(wall, 0.0078, 0.0118, (0.50, 0.60), 0.18, 0.18 + 0.36 * mood, 0.0, 0.12, top)


def outline(
    kind: str, wide: float, tall: float, rng: np.random.Generator
) -> list[tuple[float, float, float]]:
    """Return a tower as blocks, (left, width, height) in shares of `wide` and pixels, nearest last."""
    if kind == "steps":
        first, second = rng.uniform(0.10, 0.2), rng.uniform(0.26, 0.34)
        return [
            (wide * second, wide * (1 - 2 * second), tall),
            (wide * first, wide * (1 - 2 * first), tall * rng.uniform(0.84, 0.93)),
            (0.0, wide, tall * rng.uniform(0.62, 0.78)),
        ]
    if kind == "spire":
        mast = max(1.2, wide * 0.035)
        return [
            (wide * 0.5 - mast / 2, mast, tall * 1.2),
            (wide * 0.36, wide * 0.28, tall * 1.05),
            (wide * 0.14, wide * 0.72, tall * 0.98),
            (0.0, wide, tall * 0.86),
        ]
    if kind == "flat":
        inset = rng.uniform(0.12, 0.3)
        return [(wide * inset, wide * rng.uniform(0.3, 0.5), tall * 1.025), (0.0, wide, tall)]
    return [(0.0, wide, tall)]


def cover(kind: str, x: Field, y: Field, wide: float, tall: float) -> Field:
    """Return how much of every pixel a block covers.

    Args:
        kind: how it ends on top.
        x: (1, w), pixels from its left edge.
        y: (h, 1), pixels below its top.
        wide: its width.
        tall: its height.
    """
    edge = np.clip(x + 0.5, 0, 1) * np.clip(wide - x + 0.5, 0, 1)
    above = np.zeros_like(x)
    if kind == "slant":
        above = x / np.float32(wide) * np.float32(min(wide * 0.6, tall * 0.2))
    elif kind == "round":
        t = np.clip(x / np.float32(wide) * 2 - 1, -1, 1)
        above = (1 - np.sqrt(1 - t * t * np.float32(0.98))) * np.float32(min(wide * 0.55, tall * 0.2))
    return np.asarray(edge * np.clip(y - above + 0.5, 0, 1), np.float32)


@dataclass(frozen=True)
class Face:
    """A block's paint.

    Attributes:
        body: without its lamps, (3, h, w).
        where: indices of the pixels with a lit window, (n,).
        light: the light of those, (3, n).
        window: the numbers of their windows, (n,).
        windows: how many windows there are.
    """

    body: Planes
    where: NDArray[np.int64]
    light: Planes
    window: NDArray[np.int32]
    windows: int


def face(
    scene: Scene,
    rng: np.random.Generator,
    look: Style,
    x: Field,
    up: Field,
    wide: float,
    size: float,
    air: Colour,
    veil: Field,
) -> Face:
    """Return a block's face.

    Args:
        scene: whose light falls on it.
        rng: for the lamps.
        look: how it is built.
        x: (1, w), pixels from its left edge.
        up: (h, 1), pixels above its foot.
        wide: its width.
        size: of its windows, in pixels for one unit of the style.
        air: the colour of the air before it.
        veil: how much of that there is, (h, 1).
    """
    light = scene.light
    side = 1 if scene.sun[0] > scene.width / 2 else -1
    t = x / np.float32(wide)
    corner = np.float32(0.5 + 0.2 * side)
    lit = smoothstep(-0.7, 0.7, (t - corner) * np.float32(wide * side))
    shade = np.float32(0.14) + lit * np.float32(0.46 if light.low else 0.52)
    wall = flat(look.wall) * (flat(light.ambient) * (1 - shade * 0.5) * 0.9 + flat(light.key) * shade)
    rise = np.clip(up / np.float32(scene.unit * 0.42), 0, 1)
    bay, storey = max(2.2, look.bay * size), max(2.6, look.storey * size)
    columns, rows = max(1, round(wide / bay)), max(1, int(float(up.max()) / storey) + 1)
    gx, gy = t * np.float32(columns), up / np.float32(storey)
    ix, iy = np.clip(gx.astype(np.int32), 0, columns - 1), np.clip(gy.astype(np.int32), 0, rows - 1)
    across, down = np.float32(look.open[0]), np.float32(look.open[1])
    pane = np.clip((across - np.abs(gx - ix - 0.5) * 2) * np.float32(bay / 2) + 0.5, 0, 1) * np.clip(
        (down - np.abs(gy - iy - 0.5) * 2) * np.float32(storey / 2) + 0.5, 0, 1
    )
    # glass shows the sky, brighter the higher it stands, and the more on the face turned to the light
    clear = 1 - veil
    sky = mix(light.sky[1], light.sky[2], 0.35) * np.float32(look.mirror)
    glass = pane * ((0.30 + 0.5 * rise) * clear) * (0.8 + 0.4 * lit)
    solid = (1 - pane * np.float32(1 - 0.52 * (1 - look.mirror))) * ((0.86 + 0.2 * rise) * clear)
    body = np.empty((3, *pane.shape), np.float32)
    np.multiply(solid, wall, out=body)
    body += flat(sky) * glass
    body += flat(air) * veil
    none = np.zeros(0, np.int64)
    if light.lamps < 0.05:
        return Face(body, none, np.zeros((3, 0), np.float32), none.astype(np.int32), 0)
    tones, strength = lamps(scene, rng, look, rows, columns)
    number = iy * columns + ix
    bright = strength.ravel()[number] * pane * (1 - np.float32(0.45) * veil)
    where = np.flatnonzero(bright > 0.004)
    shining, window = bright.ravel()[where], number.ravel()[where].astype(np.int32)
    dim = 1 - np.minimum(shining, 1) * np.float32(0.6)
    for plane in body.reshape(3, -1):
        plane[where] *= dim
    return Face(body, where, tones.reshape(3, -1)[:, window] * shining, window, rows * columns)


def lamps(
    scene: Scene, rng: np.random.Generator, look: Style, rows: int, columns: int
) -> tuple[Planes, Field]:
    """Return the colour of the light in every window, (3, rows, columns), and how strong it is."""
    light = scene.light
    on = rng.random((rows, columns), dtype=np.float32)
    # neighbours keep the same hours
    on[:, 1::2] = on[:, 1::2] * 0.45 + on[:, : on[:, 1::2].shape[1] * 2 : 2] * 0.55
    floors = rng.random((rows, 1), dtype=np.float32)
    share = look.lit * light.lamps * (0.5 + 1.1 * floors)
    whole = floors > 1 - look.floors * light.lamps
    strength = np.where(
        (on < share) | (whole & (on < 0.8)),
        0.38 + 0.62 * rng.random((rows, columns), dtype=np.float32) ** 1.3,
        0,
    )
    strength = np.where(whole, strength * 0.72, strength)
    if look.top == "crown":
        strength[max(0, rows - 3) :] = 0.85 * light.lamps
    warm, cold = colour("#ffb35e"), colour("#dbe6ff")
    if scene.palette == "neon":
        warm, cold = colour("#ff6ac6"), colour("#5ae2ff")
    chill = np.where(rng.random((rows, columns), dtype=np.float32) < look.cold, 0.75, 0.12)
    chill = chill + (rng.random((rows, columns), dtype=np.float32) - 0.5) * 0.2
    tone = flat(warm) + (flat(cold) - flat(warm)) * chill
    return np.asarray(tone, np.float32), np.asarray(strength, np.float32)
