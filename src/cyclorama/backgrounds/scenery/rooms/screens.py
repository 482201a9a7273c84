"""Screens that glow: what they show is soft waves of colour that move."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

import numpy as np

from ..light import mix
from ..noise import Field, sample, smoothstep, tile
from .stirring import glass

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ..light import Colour
    from ..scene import Planes, Scene
    from .interior import Lit
    from .room import Corner, Room


@dataclass(frozen=True)
class Screen:
    """A screen: its lower left corner, its edges as vectors, in metres; its colours, dark to light."""

    foot: Corner
    right: Corner
    up: Corner
    tones: tuple[Colour, Colour, Colour]

    def corners(self) -> list[Corner]:
        """Return its four corners."""
        (fx, fy, fz), (rx, ry, rz), (ux, uy, uz) = self.foot, self.right, self.up
        return [
            (fx + rx * a + ux * b, fy + ry * a + uy * b, fz + rz * a + uz * b)
            for a, b in ((0, 0), (1, 0), (1, 1), (0, 1))
        ]


def build(room: Room, screen: Screen) -> None:
    """Build the screen's glass."""
    room.quad(screen.corners(), screen.tones[1], stuff="view")


def show(scene: Scene, lit: Lit, screens: Sequence[Screen], bright: float = 1.0) -> None:
    """Paint what the screens show, as it is at the scene's phase."""
    for number, screen in enumerate(screens):
        kept = scene.keep(("screen", number), partial(_surface, scene, lit, number, screen))
        if kept is None:
            continue
        waves, u, v, mask, top, left = kept
        light = _waves(scene, waves, u, v, screen.tones, number)
        region = scene.px[:, top : top + mask.shape[0], left : left + mask.shape[1]]
        np.sqrt(region * region + (light * light) * (mask * np.float32(bright)), out=region)


def _surface(
    scene: Scene, lit: Lit, number: int, screen: Screen
) -> tuple[Field, Field, Field, Field, int, int] | None:
    points = [lit.at(*c)[:2] for c in screen.corners()]
    pad = scene.unit * 0.012
    left, right = (
        max(0, int(min(x for x, _ in points) - pad)),
        min(scene.width, int(max(x for x, _ in points) + pad)),
    )
    top, bottom = (
        max(0, int(min(y for _, y in points) - pad)),
        min(scene.height, int(max(y for _, y in points) + pad)),
    )
    if right - left < 2 or bottom - top < 2:
        return None
    (x0, y0), (x1, y1), _, (x3, y3) = points
    # screens face the eye well enough for an affine map
    a, b, c, d = x1 - x0, x3 - x0, y1 - y0, y3 - y0
    det = a * d - b * c
    if abs(det) < 1e-6:
        return None
    x, y = scene.columns[:, left:right] - np.float32(x0), scene.rows[top:bottom] - np.float32(y0)
    u = np.asarray((x * np.float32(d) - y * np.float32(b)) / np.float32(det), np.float32)
    v = np.asarray((y * np.float32(a) - x * np.float32(c)) / np.float32(det), np.float32)
    within = (np.abs(u - 0.5) < 0.56) & (np.abs(v - 0.5) < 0.6)
    mask = np.asarray(glass(scene, lit)[top:bottom, left:right] * within, np.float32)
    return tile(scene.rng("screen", number), 3.4, 1, 12), u, v, mask, top, left


def _waves(
    scene: Scene, noise: Field, u: Field, v: Field, tones: tuple[Colour, Colour, Colour], number: int
) -> Planes:
    shift = np.float32(scene.phase + number * 0.37)
    warp = sample(noise, u * 0.12 + shift, v * 0.10) * np.float32(0.10)
    a = np.sin((u * 1.1 + v * 0.7 + warp) * np.float32(2 * np.pi) + np.float32(2 * np.pi * scene.phase))
    b = sample(noise, u * 0.16 - shift, v * 0.16 + warp + 0.5)
    low = smoothstep(-1.1, 1.1, a + b * 0.5)
    high = smoothstep(0.5, 1.9, b + a * 0.6)
    dark, body, light = (t.reshape(3, 1, 1) for t in tones)
    out = dark + (body - dark) * low
    return np.asarray(out + (light - out) * high, np.float32)


def tones(a: Colour, b: Colour) -> tuple[Colour, Colour, Colour]:
    """Return a screen's colours between `a` and `b`."""
    return a * np.float32(0.25), mix(a, b, 0.35), mix(b, np.ones(3, np.float32), 0.35)
