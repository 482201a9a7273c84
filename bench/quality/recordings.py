"""Recordings of real people that may lie beside a checkout, with a reference in place of a true alpha."""

from __future__ import annotations

import warnings
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

LEARNED, LEARNED_FRAMES = "want", 24
"""Whose room is learned, from so many frames."""
UNFIT = {"hungry"}
"""Here a dark sleeve is before a dark screen, and the reference itself loses it."""


def recordings() -> list[str]:
    """Return their names; none where there is no such folder."""
    return sorted(path.stem for path in FOOTAGE.glob("*.mkv") if path.stem not in UNFIT)


def learned_room() -> NDArray[np.uint8]:
    """Return what is behind the person of one recording, (height, width, 3) RGB.

    Of each pixel it is the median over the frames that show it; what none shows is spread in from around, and
    lies behind whoever is put before it.
    """
    from scipy import ndimage

    path = FOOTAGE / f"{LEARNED}.mkv"
    reference = Reference(path)
    seen = []
    with av.open(path) as file:
        for index, picture in zip(range(LEARNED_FRAMES), file.decode(video=0), strict=False):
            rgb = np.asarray(picture.to_ndarray(format="rgb24"), np.uint8)
            person = ndimage.binary_dilation(reference.alpha(index, rgb) > 0.02, iterations=4)
            seen.append(np.where(person[..., None], np.nan, rgb.astype(np.float32)))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", RuntimeWarning)  # of pixels that no frame shows
        room = np.nanmedian(np.stack(seen), 0)
    known = np.isfinite(room[..., 0])
    nearest = ndimage.distance_transform_edt(~known, return_distances=False, return_indices=True)
    filled = room[tuple(nearest)]
    smooth = ndimage.gaussian_filter(filled, (12, 12, 0))
    return np.asarray(np.clip(np.where(known[..., None], room, smooth) + 0.5, 0, 255), np.uint8)


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
