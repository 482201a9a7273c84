"""A picture as triangles, small where there is much to see.

The mesh is made by longest-edge bisection (Evans, Kirkpatrick, Townsend: Right-Triangulated Irregular
Networks, 2001): a right triangle is halved as long as its colours vary much, and so is whichever lies at its
long side, so that triangles always meet in corners. Then the corners move to edges in the picture nearby.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw

from .planes import luma, reduced, vivid
from .shapes import blur

if TYPE_CHECKING:
    from .noise import Field
    from .scene import Planes, Scene, Tick

ROWS = 360
FINEST = 64  # triangles along a unit, a power of two
COARSEST = 8
DETAIL = 0.045  # how much colours may vary in a triangle, for its size
TILE = 1.125  # units along a side of the squares that the mesh starts from: more than the picture is high
ROOM = 0.33  # of its shortest side, a corner moves at most: no triangle turns over

Triangles = NDArray[np.int64]  # (n, 3, 2): x and y of corners in steps of the finest mesh, long side first
# Points all over a triangle, as weights of its corners.
SPREAD = np.array([(i, j, 4 - i - j) for i in range(5) for j in range(5 - i)]) / 4 * 0.9 + 0.1 / 3


def low_poly(scene: Scene, tick: Tick) -> None:
    """Paint each triangle in its mean colour, a little lighter or darker, as facets are."""
    px, unit = reduced(scene, ROWS)
    px = vivid(px, 1.2, 0.2)
    _, h, w = px.shape
    mesh = scene.keep("mesh", lambda: Mesh(scene, px, unit, tick))
    covered = np.bincount(mesh.index, minlength=mesh.count)
    sums = [np.bincount(mesh.index, plane.ravel(), mesh.count) for plane in px]
    mean = np.stack(sums) / np.maximum(covered, 1)
    x, y = mesh.middles
    mean = np.where(covered, mean, px[:, _within(y, h), _within(x, w)])
    mean = (mean * mesh.facing).clip(0, 1).astype(np.float32)
    tick()
    for plane, tones in zip(scene.px, mean, strict=True):
        tones.take(mesh.large, out=plane, mode="clip")
        edges = tones.take(mesh.four).mean(0)
        plane.reshape(-1)[mesh.edges] = edges


class Mesh:
    """Triangles, chosen at the beginning of a loop and the same in all of it.

    Attributes:
        count: how many.
        middles: their x and y in the reduced picture.
        facing: how much lighter or darker each is (count,).
        index: which of them each point of the reduced picture lies in (h * w,).
        large: which of them each point of the picture lies in (height, width).
        edges: the points of the picture that more than one lies in (n,).
        four: those that lie in the quarters of these points (4, n).
    """

    def __init__(self, scene: Scene, px: Planes, unit: float, tick: Tick) -> None:
        rng = scene.rng("mesh")
        _, h, w = px.shape
        corners = _mesh(px, unit, rng)
        tick()
        self.count = len(corners)
        self.middles = corners.mean(1).T
        self.index = _numbered(corners, w, h).ravel()
        self.facing = 1 + 0.04 * rng.uniform(-1, 1, self.count)
        twice = _numbered(
            corners * (scene.width * 2 / w, scene.height * 2 / h), scene.width * 2, scene.height * 2
        )
        tick()
        quarters = np.stack([twice[::2, ::2], twice[1::2, ::2], twice[::2, 1::2], twice[1::2, 1::2]])
        self.large = np.ascontiguousarray(quarters[0]).astype(np.intp)
        self.edges = np.flatnonzero((quarters != quarters[0]).any(0))
        self.four = quarters.reshape(4, -1)[:, self.edges].astype(np.intp)


def _numbered(corners: NDArray[np.float64], width: int, height: int) -> NDArray[np.int32]:
    """Return in which triangle each point of a picture lies (height, width)."""
    numbers = Image.new("I", (width, height))
    draw = ImageDraw.Draw(numbers)
    for number, triangle in enumerate(corners.reshape(-1, 6).tolist()):
        draw.polygon(triangle, fill=number)
    return np.asarray(numbers, np.int32)


def _mesh(px: Planes, unit: float, rng: np.random.Generator) -> NDArray[np.float64]:
    """Return triangles (n, 3, 2) that cover `px`, x and y in pixels."""
    _, h, w = px.shape
    unit = max(unit, (w * h / 6) ** 0.5)  # fewer and larger ones in ribbons
    step = unit * TILE / FINEST
    across, down = int(np.ceil(w / unit)), int(np.ceil(h / unit))
    left, top = (w - across * FINEST * step) / 2, (h - down * FINEST * step) / 2
    squares = np.array([(x, y) for x in range(across) for y in range(down)]) * FINEST
    two = np.array([[(0, 0), (1, 1), (1, 0)], [(1, 1), (0, 0), (0, 1)]]) * FINEST
    levels = [(squares[:, None, None] + two).reshape(-1, 3, 2)]
    for _ in range(2 * int(np.log2(FINEST))):
        levels.append(_halved(levels[-1]))

    # What speaks for halving a triangle is kept at the middle of its long side, which its neighbour shares.
    wish = np.zeros((down * FINEST + 1, across * FINEST + 1))
    for number in range(len(levels) - 2, -1, -1):
        points = SPREAD @ levels[number]
        x, y = _within(left + points[..., 0] * step, w), _within(top + points[..., 1] * step, h)
        side = FINEST / 2 ** (number / 2)
        own = px[:, y, x].std(2).sum(0) * np.sqrt(side * step / unit)
        if side > FINEST / COARSEST:
            own[:] = np.inf
        middles = _middles(levels[number])
        np.maximum.at(wish, (middles[:, 1], middles[:, 0]), own)
        if number:
            whole = _middles(levels[number - 1])
            halves = wish[middles[:, 1], middles[:, 0]].reshape(2, -1)
            np.maximum.at(wish, (whole[:, 1], whole[:, 0]), halves.max(0))

    done, rest = [], levels[0]
    for _ in levels[1:]:
        middles = _middles(rest)
        halve = wish[middles[:, 1], middles[:, 0]] > DETAIL
        done.append(rest[~halve])
        rest = _halved(rest[halve])
    triangles = np.concatenate([*done, rest])
    columns, rows = _moved(triangles, wish.shape, luma(px), (left, top, step), rng)
    at = triangles[..., 1], triangles[..., 0]
    return np.stack([columns[at], rows[at]], -1)


def _moved(
    triangles: Triangles,
    shape: tuple[int, int],
    bright: Field,
    place: tuple[float, float, float],
    rng: np.random.Generator,
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return x and y of every point of the mesh, in pixels: the strongest edge of some places around it."""
    (h, w), (left, top, step) = bright.shape, place
    room = np.full(shape, np.inf)
    short = np.hypot(*(triangles[:, 1] - triangles[:, 2]).T)
    for corner in range(3):
        np.minimum.at(room, (triangles[:, corner, 1], triangles[:, corner, 0]), short)
    room = np.where(np.isfinite(room), room * ROOM, 0)
    down, across = np.gradient(blur(bright, h * 0.003))
    edges = blur(np.hypot(across, down), h * 0.003)
    rows, columns = np.mgrid[: shape[0], : shape[1]]
    x = left + (columns + rng.uniform(-1, 1, (16, *shape)) * room) * step
    y = top + (rows + rng.uniform(-1, 1, (16, *shape)) * room) * step
    best = edges[_within(y, h), _within(x, w)].argmax(0)[None]
    return np.take_along_axis(x, best, 0)[0], np.take_along_axis(y, best, 0)[0]


def _middles(triangles: Triangles) -> NDArray[np.int64]:
    return (triangles[:, 0] + triangles[:, 1]) // 2


def _halved(triangles: Triangles) -> Triangles:
    """Return all first halves, and then all second ones."""
    a, b, c = triangles.transpose(1, 0, 2)
    middles = _middles(triangles)
    return np.concatenate([np.stack([c, a, middles], 1), np.stack([b, c, middles], 1)])


def _within(places: NDArray[np.float64], length: int) -> NDArray[np.intp]:
    """Return rows or columns that lie in a picture of that length."""
    return np.clip(places, 0, length - 1).astype(np.intp)
