"""What tests of the engine look with, and a matter that does as it is told."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

import numpy as np

from cyclorama.matting.fake import FakeMatter
from cyclorama.picture import Format

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from cyclorama.picture import Frame


def planes(frame: Frame) -> NDArray[np.float64]:
    """Y, U and V at half the size: (height, width, 3)."""
    height, width = frame.planes[1].shape[:2]
    luma = frame.planes[0][: 2 * height : 2, : 2 * width : 2].astype(np.float64)
    if frame.format is Format.NV12:
        return np.dstack([luma, frame.planes[1]])
    return np.dstack([luma, *frame.planes[1:]])


def share(frame: Frame, colour: tuple[int, int, int]) -> float:
    """Return the share of the picture that has a colour, nearly."""
    return float((np.abs(planes(frame) - colour).max(-1) < 12).mean())


def room_seen(frame: Frame) -> float:
    """Return the share of the picture that is vivid green, be it ever so dark: 0 where no room is seen."""
    _, u, v = np.moveaxis(planes(frame), -1, 0)
    return float(((u < 100) & (v < 90)).mean())


class Wilful(FakeMatter):
    """Fails, or waits for leave, when it is told to."""

    inline = False

    def __init__(self) -> None:
        super().__init__()
        self.fails = False
        self.closed = 0
        self.free = threading.Event()
        self.free.set()
        self.hangs = threading.Event()

    def matte(self, picture: NDArray[np.float32]) -> NDArray[np.float32]:
        if not self.free.is_set():
            self.hangs.set()
            self.free.wait(20)
        if self.fails:
            raise RuntimeError("out of order")
        return super().matte(picture)

    def close(self) -> None:
        self.closed += 1
