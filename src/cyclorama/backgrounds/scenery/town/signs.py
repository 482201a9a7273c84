"""Neon signs for a narrow street: frames, bars and rings of light, in groups that breathe together."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np

from ..lens import bokeh
from ..light import colour, mix
from ..noise import resize
from ..shapes import blur
from .canyon import Things, drawn_out

if TYPE_CHECKING:
    from collections.abc import Callable

    from ..light import Colour
    from ..noise import Field
    from ..scene import Planes
    from .canyon import Canyon

GROUPS = 3


@dataclass(frozen=True)
class Sign:
    """A board that sticks out of a wall and faces us; metres.

    Attributes:
        x: its left edge.
        y: its lower edge.
        z: how far away it is.
        wide: its width.
        tall: its height.
        tone: the colour of its light.
        second: another one.
        kind: which shapes it shows.
        group: which group it breathes with.
    """

    x: float
    y: float
    z: float
    wide: float
    tall: float
    tone: Colour
    second: Colour
    kind: int
    group: int


def boards(things: Things, signs: list[Sign], haze: Colour, reach: float) -> None:
    """Draw the dark boards that the lights are mounted on."""
    for sign in sorted(signs, key=lambda s: -s.z):
        veil = 1 - float(np.exp(-sign.z / reach))
        dark = mix(colour("#0d0e16") + sign.tone * np.float32(0.10), haze, veil)
        things.panel(sign.x, sign.y, sign.z, sign.wide, sign.tall, dark)


def draw(things: Things, sign: Sign, strength: float) -> None:
    """Draw one sign's light."""
    x, y, z, w, h = sign.x, sign.y, sign.z, sign.wide, sign.tall
    t = min(w, h) * 0.07
    tone, second = sign.tone * np.float32(strength), sign.second * np.float32(strength)
    if sign.kind % 4 != 3:  # a frame
        for fx, fy, fw, fh in ((0, 0, w, t), (0, h - t, w, t), (0, 0, t, h), (w - t, 0, t, h)):
            things.panel(x + fx, y + fy, z, fw, fh, tone)
    rng = np.random.Generator(np.random.PCG64(sign.kind * 7919 + 11))
    cells = max(1, round(h / w)) if h > w else 1
    for cell in range(cells):
        cy = y + h * (cell + 0.5) / cells
        half = min(w, h / cells) * 0.30
        mark = (sign.kind + cell) % 5
        ink = second if mark % 2 else tone
        if mark == 0:
            ring(things, x + w / 2, cy, z, half, t, ink)
        elif mark == 1:
            for k in (-1, 0, 1):
                long = half * float(rng.uniform(0.6, 1.0))
                things.panel(x + w / 2 - long, cy + k * half * 0.6 - t / 2, z, 2 * long, t * 1.2, ink)
        elif mark == 2:
            up = [
                (x + w / 2 - half, cy - half * 0.7, z),
                (x + w / 2 + half, cy - half * 0.7, z),
                (x + w / 2, cy + half, z),
            ]
            things.polygon(up, ink)
        elif mark == 3:
            things.panel(x + w / 2 - t / 2, cy - half, z, t * 1.2, 2 * half, ink)
            things.panel(x + w / 2 - half, cy + half * 0.35, z, 2 * half, t * 1.2, ink)
            things.panel(x + w / 2 - half * 0.7, cy - half * 0.5, z, 1.4 * half, t * 1.2, ink)
        else:
            things.panel(
                x + w * 0.16,
                y + h * (cell + 0.16) / cells,
                z,
                w * 0.68,
                h / cells * 0.68,
                ink * np.float32(0.7),
            )


def ring(things: Things, x: float, y: float, z: float, radius: float, thick: float, tone: Colour) -> None:
    """Draw a ring of light."""
    a = np.linspace(0, 2 * np.pi, 17)
    for p, q in pairwise(a):
        inner = radius - thick
        things.polygon(
            [
                (x + radius * np.cos(p), y + radius * np.sin(p), z),
                (x + radius * np.cos(q), y + radius * np.sin(q), z),
                (x + inner * np.cos(q), y + inner * np.sin(q), z),
                (x + inner * np.cos(p), y + inner * np.sin(p), z),
            ],
            tone,
        )


def halo(light: Field, rows: float) -> Field:
    """Return what the air and the walls around a light catch of it."""
    h, w = light.shape
    small = resize(light, max(4, w // 8), max(4, h // 8))
    near, wide = blur(small, rows * 0.0063) * np.float32(0.9), blur(small, rows * 0.0175) * np.float32(1.25)
    return np.maximum(resize(near + wide, w, h), 0)


def lights(
    street: Canyon,
    signs: list[Sign],
    gloss: Field,
    out_of_focus: float,
    more: Callable[[Things, int], None] = lambda things, group: None,
) -> list[Planes]:
    """Return each group's light with its halo and what the ground mirrors of it, (3, h, w).

    Args:
        street: where they hang; the planes have its size.
        signs: what shines.
        gloss: how much the ground mirrors, (h, w).
        out_of_focus: in thousandths of a unit.
        more: draws what else shines in a group.
    """
    groups = []
    for group in range(GROUPS):
        things = Things(street, 1.0)
        for sign in sorted((s for s in signs if s.group == group), key=lambda s: -s.z):
            draw(things, sign, float(0.35 + 0.65 * np.exp(-sign.z / 22)))
        more(things, group)
        paint, cover = things.planes(False)
        upright = paint * cover
        paint, cover = things.planes(True)
        first = street.first
        mirrored = drawn_out((paint * cover)[:, first:], street.rows * 0.035) * gloss[first:]
        light = upright * np.float32(1.5)
        light[:, first:] += mirrored * np.float32(1.7)
        sharp = np.sqrt(bokeh(light**2, out_of_focus / 1000 * street.scene.unit * street.scale))
        groups.append(np.asarray(sharp + np.stack([halo(p, street.rows) for p in light]), np.float32))
    return groups
