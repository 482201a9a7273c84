"""What `kernel/carry.c` means: where each patch of a frame was in an earlier one, and a matte carried along.

Motions are (down, across, 4) arrays: x, y, light, error.
"""

from __future__ import annotations

from math import floor
from typing import TYPE_CHECKING

import numpy as np

from tests.picture.reference import halves

if TYPE_CHECKING:
    from tests.picture.reference import Array

LEVELS, PAD, SIDE, CELL, SEARCH, DESCENTS = 3, 12, 8, 4, 3, 3
STILL, DAMPING = 2.0, 40.0
EXPLAINED, UNLIKE, STAYED = 4.0, 8.0, 0.1
CUT = 0.5
"""More of the picture than this is nothing that was there before: it is another picture."""


def bilinear(picture: Array, y: Array, x: Array) -> Array:
    """Samples between pixels; beyond the picture its border goes on."""
    y, x = (np.clip(place, 0, size - 1) for place, size in zip((y, x), picture.shape, strict=True))
    top, left = np.floor(y).astype(int), np.floor(x).astype(int)
    bottom, right = np.minimum(top + 1, picture.shape[0] - 1), np.minimum(left + 1, picture.shape[1] - 1)
    above = picture[top, left] * (1 - x + left) + picture[top, right] * (x - left)
    below = picture[bottom, left] * (1 - x + left) + picture[bottom, right] * (x - left)
    between: Array = above * (1 - y + top) + below * (y - top)
    return between


class Level:
    """Two pictures of one size, and the patch of the first around a cell's middle, tried in the second."""

    def __init__(self, now: Array, then: Array) -> None:
        self.now, self.then = now, then
        self.height, self.width = now.shape
        self.motions = np.zeros((-(-self.height // CELL), -(-self.width // CELL), 4))

    def compare(self, top: int, left: int, x: float, y: float) -> tuple[Array, Array]:
        """(x, y, light, error) of the patch moved so, and the differences without their mean."""
        x = min(max(x, -PAD + 2 - left), self.width + PAD - SIDE - 2 - left)
        y = min(max(y, -PAD + 2 - top), self.height + PAD - SIDE - 2 - top)
        rows, columns = np.mgrid[top : top + SIDE, left : left + SIDE].astype(float)
        difference = bilinear(self.then, rows + y, columns + x) - bilinear(self.now, rows, columns)
        light = difference.mean()
        return np.array([x, y, light, difference.std()]), difference - light

    def descend(self, top: int, left: int, best: Array) -> Array:
        rows, columns = np.mgrid[top : top + SIDE, left : left + SIDE].astype(float)
        across = (bilinear(self.now, rows, columns + 1) - bilinear(self.now, rows, columns - 1)) / 2
        down = (bilinear(self.now, rows + 1, columns) - bilinear(self.now, rows - 1, columns)) / 2
        gradient = np.stack([across - across.mean(), down - down.mean()]).reshape(2, -1)
        inverse = np.linalg.inv(gradient @ gradient.T + DAMPING * np.eye(2))
        motion, difference = self.compare(top, left, best[0], best[1])
        for _ in range(DESCENTS):
            x, y = motion[:2] - inverse @ gradient @ difference.ravel()
            motion, difference = self.compare(top, left, x, y)
            if motion[3] >= best[3]:
                break
            best = motion
        return best

    def find(self, coarser: Level | None) -> None:
        for row, column in np.ndindex(self.motions.shape[:2]):
            top, left = (place * CELL + CELL // 2 - SIDE // 2 for place in (row, column))
            best, _ = self.compare(top, left, 0, 0)
            if best[3] > STILL:
                for x, y in coarser.parents(row, column) if coarser else whole_pixels():
                    other, _ = self.compare(top, left, x, y)
                    best = other if other[3] < best[3] else best
                best = self.descend(top, left, best)
            self.motions[row, column] = best

    def parents(self, row: int, column: int) -> list[tuple[float, float]]:
        """Motions of the four cells here that are nearest to a cell of the next finer level."""
        down, across = self.motions.shape[:2]
        found = []
        for i in range(4):
            y = row // 2 + (0 if i < 2 else 1 if row % 2 else -1)
            x = column // 2 + (0 if i % 2 == 0 else 1 if column % 2 else -1)
            motion = self.motions[min(max(y, 0), down - 1), min(max(x, 0), across - 1)]
            found.append((2 * motion[0], 2 * motion[1]))
        return found


def whole_pixels() -> list[tuple[float, float]]:
    reach = range(-SEARCH, SEARCH + 1)
    return [(x, y) for y in reach for x in reach]


def flow(now: Array, then: Array) -> tuple[Array, float]:
    """Motions in pixels of the matte, and the share of patches that are nowhere in `then`."""
    levels: list[Level] = []
    for _ in range(LEVELS):
        now, then = halves(now), halves(then)
        levels.append(Level(now, then))
    coarser = None
    for level in reversed(levels):
        level.find(coarser)
        coarser = level
    motions = levels[0].motions
    motions[..., :2] *= 2
    return motions, float((motions[..., 3] > UNLIKE).mean())


def explained(error: float) -> float:
    return 1 / (1 + (error / EXPLAINED) ** 4)


def carry(matte: Array, then: Array, now: Array, motions: Array) -> Array:
    """Each pixel takes what the patches around it say, those that explain its luma better for more."""
    height, width = matte.shape
    down, across = motions.shape[:2]
    side, carried = 2 * CELL, matte.copy()
    for y, x in np.ndindex(height, width):
        row, column = floor((y - CELL) / side), floor((x - CELL) / side)
        below, right = ((place - CELL) % side / side + 0.5 / side for place in (y, x))
        total = STAYED * explained(float(then[y, x] - now[y, x]))
        value, moved = total * matte[y, x], False
        for i in range(4):
            down_to, across_to = min(max(row + i // 2, 0), down - 1), min(max(column + i % 2, 0), across - 1)
            move_x, move_y, light, error = motions[down_to, across_to]
            moved |= bool(move_x or move_y)
            place = np.array(y + move_y), np.array(x + move_x)
            weight = (right if i % 2 else 1 - right) * (below if i > 1 else 1 - below)
            weight *= explained(float(bilinear(then, *place) - now[y, x] - light))
            weight /= 1 + (error / UNLIKE) ** 2
            total += weight
            value += weight * float(bilinear(matte, *place))
        carried[y, x] = value / total if moved else matte[y, x]
    return carried
