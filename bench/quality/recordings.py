"""The recordings of real people that may lie beside a checkout, as shots with a reference in place of a true alpha."""

from __future__ import annotations

from typing import TYPE_CHECKING

import av
import numpy as np

from bench.quality.camera import frame_of
from bench.quality.clips import Shot
from bench.quality.reference import Reference
from tests.media.footage import FOOTAGE

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

STILL_LEVELS = 2.5
"""A recording is still where its luma, blurred against noise, changes by no more than this of 255 ..."""
STILL_ALPHA = 0.02
"""... and the reference by no more than this, within a few pixels."""

UNFIT = {"hungry"}
"""Here a dark sleeve is before a dark screen, and the reference itself loses it."""


def recordings() -> list[str]:
    """Return their names; none where there is no such folder."""
    return sorted(path.stem for path in FOOTAGE.glob("*.mkv") if path.stem not in UNFIT)


def recorded(name: str, count: int) -> Iterator[Shot]:
    """Play a recording's first frames."""
    from scipy import ndimage

    path = FOOTAGE / f"{name}.mkv"
    reference = Reference(path)
    before: tuple[NDArray[np.float32], NDArray[np.float32]] | None = None
    with av.open(path) as file:
        for index, picture in zip(range(count), file.decode(video=0), strict=False):
            rgb = np.asarray(picture.to_ndarray(format="rgb24"), np.uint8)
            alpha = reference.alpha(index, rgb)
            luma = ndimage.gaussian_filter(rgb.mean(-1, dtype=np.float32), 1.5)
            still = None
            if before is not None:
                moves = (np.abs(luma - before[0]) > STILL_LEVELS) | (np.abs(alpha - before[1]) > STILL_ALPHA)
                still = ~ndimage.binary_dilation(moves, iterations=3)
            before = luma, alpha
            yield Shot(frame_of(rgb), alpha, still, begins=index == 0)
