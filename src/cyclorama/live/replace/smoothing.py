"""Mattes made steady with what comes before and after them."""

from __future__ import annotations

from collections import deque
from typing import TYPE_CHECKING, Generic, TypeVar

import numpy as np

from cyclorama.picture.kernel import Kernel

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    Plane = NDArray[np.float32]

T = TypeVar("T")

REACH = 3
"""Frames before and after. Two change dtSSD by 20 % where three do by 23; six, by 27, for twice the work."""
UNLIKE = 6.0
"""Codes of luma by which a pixel may differ from what motion says and still count for half."""
CUT = 0.5
"""With a larger share of the picture nowhere in the other one, that is of another scene."""


class Smoother(Generic[T]):
    """A window of mattes that slides over a recording.

    Every matte becomes the mean of its own and of those up to `REACH` frames before and after, each carried
    to it by motion, and counted by how well that explains the pixel and those around it. So what moves is
    averaged along its way and not smeared, and what came in between in front counts for nothing.

    Args:
        width: of the mattes.
        height: of the mattes.
        reach: frames before, and as many after.
    """

    def __init__(self, width: int, height: int, reach: int = REACH) -> None:
        self._reach = reach
        self._kernel = Kernel()
        self._size = width, height
        self._slots = 2 * reach + 1
        # any stream, to learn where memory begins that nothing uses
        base = self._kernel.call("lay_out", 0, 4, 4, 0, 0, 0, 0, 4, 4, 1, 0.0, 1.0)
        plane = 4 * width * height
        grid = self._kernel.call("flow_down", height) * self._kernel.call("flow_across", width)
        self._luma = [base + 2 * i * plane for i in range(self._slots)]
        self._matte = [base + (2 * i + 1) * plane for i in range(self._slots)]
        self._carried = base + 2 * self._slots * plane
        self._motions = self._carried + plane
        self._scratch = self._motions + 16 * grid + 16
        self._kernel.reserve(self._scratch + self._kernel.call("flow_scratch", width, height))
        self._items: deque[T] = deque()
        self._first = 0  # the number of the oldest item that waits
        self._count = 0

    def add(self, luma: Plane, matte: Plane, item: T) -> Iterator[tuple[T, Plane]]:
        """Take the next frame's; give those that all is known for, each with its new matte.

        Args:
            luma: (height, width), codes of 0 to 255.
            matte: (height, width), 0 to 1.
            item: comes back with the matte.
        """
        slot = self._count % self._slots
        np.copyto(self._plane(self._luma[slot]), luma)
        np.copyto(self._plane(self._matte[slot]), matte)
        self._items.append(item)
        self._count += 1
        if self._count > self._first + self._reach:
            yield self._next()

    def finish(self) -> Iterator[tuple[T, Plane]]:
        """Give those that still wait: nothing comes after."""
        while self._items:
            yield self._next()

    def _next(self) -> tuple[T, Plane]:
        now = self._first
        self._first += 1
        total: Plane = np.ones(self._size[::-1], np.float32)
        matte = self._plane(self._matte[now % self._slots]).copy()
        for step in (-1, 1):
            for away in range(1, self._reach + 1):
                then = now + step * away
                if not max(0, self._count - self._slots) <= then < self._count or not self._add_carried(
                    now % self._slots, then % self._slots, matte, total
                ):
                    break
        matte /= total
        return self._items.popleft(), matte

    def _add_carried(self, now: int, then: int, matte: Plane, total: Plane) -> bool:
        """Add another frame's matte, weighted; False where it shows another scene."""
        call = self._kernel.call
        luma, other = self._luma[now], self._luma[then]
        torn = call("flow", luma, other, *self._size, self._motions, self._scratch)
        if torn > CUT:
            return False
        call("carry", other, other, luma, self._motions, *self._size, self._carried)
        error = smooth(np.abs(self._plane(self._carried) - self._plane(luma)))
        error *= 1 / UNLIKE
        error *= error
        weight = 1 / (1 + error * error)
        call("carry", self._matte[then], other, luma, self._motions, *self._size, self._carried)
        matte += weight * self._plane(self._carried)
        total += weight
        return True

    def _plane(self, address: int) -> Plane:
        return self._kernel.view(address, self._size[::-1], np.float32)


def smooth(plane: Plane) -> Plane:
    """Blur 1 2 1, both ways."""
    padded = np.pad(plane, 1, "edge")
    rows = padded[:-2] + 2 * padded[1:-1] + padded[2:]
    blurred: Plane = (rows[:, :-2] + 2 * rows[:, 1:-1] + rows[:, 2:]) * np.float32(1 / 16)
    return blurred
