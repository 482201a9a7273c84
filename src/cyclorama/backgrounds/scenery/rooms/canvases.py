"""Abstract paintings, as flat shapes on any wall of a room."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np

from ..light import Colour, colour, mix
from .greens import corner

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from numpy.typing import NDArray

    from .room import Corner, Room

    Points = Sequence[tuple[float, float]]

SETS = (
    ("#efe6d6", "#d9643a", "#f0b24a", "#2f4a6a", "#1f2430"),
    ("#f2ede2", "#2e5e5a", "#d8a04a", "#b8452f", "#20303a"),
    ("#f4f0ea", "#e08a8a", "#c4475a", "#6a4a7a", "#2a2a4a"),
    ("#ece8de", "#3a6ea8", "#8ab8d0", "#e0c060", "#1c2a44"),
    ("#f0eadc", "#7a8a5a", "#c9a24a", "#a85a3a", "#3a3a2e"),
    ("#f4f1ec", "#2a2a2c", "#8a8a88", "#c8c4bc", "#b8402f"),
)


class Canvas:
    """A rectangle on a wall: its lower left corner, and its lower and left edges as vectors, in metres."""

    def __init__(self, room: Room, foot: Corner, right: Corner, up: Corner) -> None:
        self.room = room
        self.foot, self.right, self.up = np.array(foot), np.array(right), np.array(up)
        out = np.cross(self.right, self.up)
        out /= np.linalg.norm(out)
        middle = self.foot + self.right / 2 + self.up / 2 - np.array(room.eye)
        self._out: NDArray[np.float64] = -out if out @ middle > 0 else out
        self._depth = 0.02
        self.aspect = float(np.linalg.norm(self.right) / np.linalg.norm(self.up))

    def polygon(self, points: Points, tone: Colour, glow: float = 0.0) -> None:
        """Lay a shape on it; `points` from (0, 0) at the lower left to (1, 1), cut at its edges."""
        u, v = (np.clip(c, 0, 1) for c in np.array(points).T)
        if abs(u @ np.roll(v, 1) - v @ np.roll(u, 1)) < 1e-5:
            return  # all of it lies outside
        self._depth += 0.0004
        at = self.foot + self._out * self._depth
        corners = [
            corner(at + self.right * a + self.up * b) for a, b in zip(u.tolist(), v.tolist(), strict=True)
        ]
        self.room.quad(corners, tone, glow, 0.05)

    def field(self, u0: float, v0: float, u1: float, v1: float, tone: Colour) -> None:
        """Lay a rectangle on it."""
        self.polygon([(u0, v0), (u1, v0), (u1, v1), (u0, v1)], tone)

    def disc(
        self, u: float, v: float, radius: float, tone: Colour, start: float = 0.0, end: float = 1.0
    ) -> None:
        """Lay a disc, or a sector from `start` to `end` in turns; `radius` in shares of its height."""
        a = np.linspace(start, end, 30) * 2 * np.pi
        points = [(u + radius * float(np.cos(t)) / self.aspect, v + radius * float(np.sin(t))) for t in a]
        if end - start < 1:
            points.append((u, v))
        self.polygon(points, tone)

    def frame(self, tone: Colour, width: float = 0.03) -> None:
        """Put a thin frame around it, and its ground over that."""
        w, h = width / float(np.linalg.norm(self.right)), width / float(np.linalg.norm(self.up))
        at = self.foot + self._out * 0.015
        corners = [(-w, -h), (1 + w, -h), (1 + w, 1 + h), (-w, 1 + h)]
        self.room.quad([corner(at + self.right * u + self.up * v) for u, v in corners], tone)


def colours(rng: np.random.Generator, accent: Sequence[Colour] = ()) -> list[Colour]:
    """Return a ground and four colours; of `accent` the first takes the place of the strongest."""
    tones = [colour(c) for c in SETS[int(rng.integers(len(SETS)))]]
    if accent:
        tones[1] = accent[0]
    return tones


def _soft_fields(c: Canvas, rng: np.random.Generator, tones: list[Colour]) -> None:
    ground = tones[int(rng.integers(1, 5))]
    c.field(0, 0, 1, 1, ground)
    at = 0.06
    others = [t for t in tones if t is not ground]
    for k, share in enumerate((rng.uniform(0.24, 0.36), rng.uniform(0.16, 0.3), 0.9)):
        top = min(0.94, at + share)
        tone = others[(k + int(rng.integers(4))) % 4]
        for step in range(5):
            grow = 0.022 * (4 - step)
            c.field(
                0.09 - grow,
                at - grow + 0.02,
                0.91 + grow,
                top + grow - 0.02,
                mix(ground, tone, (step + 1) / 5),
            )
        at = top + 0.03
        if at > 0.85:
            break


def _circles(c: Canvas, rng: np.random.Generator, tones: list[Colour]) -> None:
    c.field(0, 0, 1, 1, tones[0])
    for k in range(3):
        u, v = 0.2 + 0.3 * k + rng.uniform(-0.06, 0.06), rng.uniform(0.25, 0.75)
        r = rng.uniform(0.16, 0.3)
        order = rng.permutation(4) + 1
        for ring in range(4):
            half = float(rng.integers(4)) / 4
            c.disc(u, v, r * (1 - ring * 0.25), tones[int(order[ring])])
            c.disc(
                u, v, r * (1 - ring * 0.25), mix(tones[int(order[ring])], tones[0], 0.35), half, half + 0.5
            )


def _dunes(c: Canvas, rng: np.random.Generator, tones: list[Colour]) -> None:
    c.field(0, 0, 1, 1, mix(tones[0], tones[2], 0.25))
    c.disc(rng.uniform(0.25, 0.75), rng.uniform(0.66, 0.8), rng.uniform(0.09, 0.14), tones[1])
    u = np.linspace(0, 1, 16)
    for k in range(6):
        high = 0.62 - 0.1 * k
        line = high + 0.07 * np.sin(u * rng.uniform(3, 8) + rng.uniform(0, 6)) + 0.02 * np.sin(u * 15 + k)
        tone = mix(tones[1 + k % 4], tones[4], 0.12 * k)
        # strips, as the room's quads must not bend inwards too far
        for a in range(15):
            c.polygon([(u[a], 0), (u[a + 1], 0), (u[a + 1], line[a + 1]), (u[a], line[a])], tone)


def _strokes(c: Canvas, rng: np.random.Generator, tones: list[Colour]) -> None:
    c.field(0, 0, 1, 1, tones[0])
    for k in range(8):
        u, v, way = rng.uniform(0.15, 0.85), rng.uniform(0.15, 0.85), rng.uniform(0, 6.28)
        wide, turn = rng.uniform(0.03, 0.09) * (1.3 if k < 4 else 0.5), rng.normal(0, 0.16)
        tone = tones[1 + int(rng.integers(4))] * np.float32(rng.uniform(0.94, 1.06))
        edges = []
        for step in range(17):
            half = wide * (1 - 0.045 * step)
            nx, ny = -np.sin(way) * half / c.aspect, np.cos(way) * half
            edges.append(((u - nx, v - ny), (u + nx, v + ny)))
            u, v, way = u + 0.045 * np.cos(way) / c.aspect, v + 0.045 * np.sin(way), way + turn
        for (a, b), (d, e) in pairwise(edges):
            c.polygon([a, b, e, d], tone)


def _blocks(c: Canvas, rng: np.random.Generator, tones: list[Colour]) -> None:
    def split(u0: float, v0: float, u1: float, v1: float, depth: int) -> None:
        if depth == 0 or (depth < 3 and rng.random() < 0.25):
            tone = tones[0] if rng.random() < 0.4 else tones[1 + int(rng.integers(4))]
            c.field(u0 + 0.006, v0 + 0.006, u1 - 0.006, v1 - 0.006, tone)
        elif (u1 - u0) * c.aspect > v1 - v0:
            t = u0 + (u1 - u0) * rng.uniform(0.3, 0.7)
            split(u0, v0, t, v1, depth - 1)
            split(t, v0, u1, v1, depth - 1)
        else:
            t = v0 + (v1 - v0) * rng.uniform(0.3, 0.7)
            split(u0, v0, u1, t, depth - 1)
            split(u0, t, u1, v1, depth - 1)

    c.field(0, 0, 1, 1, mix(tones[0], tones[4], 0.15))
    split(0.02, 0.02, 0.98, 0.98, 4)


def _cutouts(c: Canvas, rng: np.random.Generator, tones: list[Colour]) -> None:
    for k in range(3):
        for j in range(2):
            c.field(k / 3, j / 2, (k + 1) / 3, (j + 1) / 2, tones[(k + 2 * j + int(rng.integers(2))) % 5])
            u, v = (k + 0.5) / 3, (j + 0.5) / 2
            tone = tones[(k + 2 * j + 3) % 5]
            way = rng.uniform(0, 6.28)
            for arm in range(7):
                a = way + arm * 6.28 / 7
                size = rng.uniform(0.12, 0.2)
                side = (-np.sin(a) * 0.03 / c.aspect, np.cos(a) * 0.03)
                tip = (u + np.cos(a) * size / c.aspect, v + np.sin(a) * size)
                half = ((u + tip[0]) / 2, (v + tip[1]) / 2)
                c.polygon(
                    [
                        (u, v),
                        (half[0] + side[0], half[1] + side[1]),
                        tip,
                        (half[0] - side[0], half[1] - side[1]),
                    ],
                    tone,
                )


WAYS: tuple[Callable[[Canvas, np.random.Generator, list[Colour]], None], ...] = (
    _soft_fields,
    _circles,
    _dunes,
    _strokes,
    _blocks,
    _cutouts,
)


def paint(
    room: Room,
    rng: np.random.Generator,
    foot: Corner,
    right: Corner,
    up: Corner,
    tones: list[Colour],
    frame: Colour | None = None,
    way: int = -1,
) -> None:
    """Build a painting on a wall (see `Canvas`) in `tones` (see `colours`)."""
    canvas = Canvas(room, foot, right, up)
    canvas.frame(colour("#2a2624") if frame is None else frame)
    WAYS[int(rng.integers(len(WAYS))) if way < 0 else way](canvas, rng, tones)
