"""What `kernel/key.c` means: a real screen's colour cut out of a frame."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from cyclorama.picture import Look
from tests.picture import reference

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from tests.picture.reference import Array, Planes

HUE, SPILL, SCREEN, PERSON, CAST = 1.0, 0.5, 0.35, 0.1, 0.5
REACH, FADE, CORE, PLATE = 0.2, 0.1, 0.03, 0.06
ENOUGH, STILL_ENOUGH = 0.6, 0.45
DARKER, SATURATED = 2.0, 20.0


def likeness(
    u: Array, v: Array, screen_u: Array | float, screen_v: Array | float, size: Array | float, hue: float
) -> Array:
    """How much of a chroma is the screen's: along its direction, less `hue` times what is across it."""
    along: Array = u * screen_u + v * screen_v - hue * np.abs(v * screen_u - u * screen_v)
    return along * size


def distances(inside: NDArray[np.bool_]) -> Array:
    """Pixels along rows and columns to the nearest that is inside."""
    rows, columns = np.mgrid[: inside.shape[0], : inside.shape[1]]
    away = np.full(inside.shape, 1e6)
    for y, x in zip(*np.nonzero(inside), strict=True):
        away = np.minimum(away, np.abs(rows - y) + np.abs(columns - x))
    return away


def look_for_screen(small: Planes, matte: Array, colour: Array, used: bool) -> tuple[bool, Planes, Array]:
    """Whether the screen is there, its clean plate, and where the person may be: -1 nowhere, 1 surely."""
    _, u, v = small
    width = matte.shape[1]
    screen_u, screen_v = colour[1:] - 128
    strength = screen_u**2 + screen_v**2
    like = likeness(u - 128, v - 128, screen_u, screen_v, 1 / strength if strength else 0, HUE) >= SCREEN
    where = np.clip(distances(matte < 0.9) / (CORE * width) - 1, 0, 1)
    away = distances(matte > 0.5)
    gone = np.clip((away - REACH * width) / (FADE * width), 0, 1)
    where = np.where(gone > 0, -gone, where)
    beside = (away > CORE * width) & (away <= REACH * width)
    share = like[beside].mean() if beside.any() else 0
    there = bool(like.any()) and share >= (STILL_ENOUGH if used else ENOUGH)
    mean = [plane[like].mean() if like.any() else 0 for plane in small]
    fill_y, fill_u, fill_v = (np.where(like, plane, level) for plane, level in zip(small, mean, strict=True))
    sigma, weight = (PLATE * width, PLATE * width), like + 1 / 256
    total = reference.gaussian(weight, sigma)
    y, u, v = (reference.gaussian(plane * weight, sigma) / total for plane in (fill_y, fill_u, fill_v))
    return there, (y, u, v), where


def double(small: Array, width: int, height: int) -> Array:
    """Alpha of chroma at the size of luma: bilinear."""
    for length in (height, width):
        at = np.arange(length) // 2
        beside = np.clip(at + np.where(np.arange(length) % 2, 1, -1), 0, len(small) - 1)
        small = (0.75 * small[at] + 0.25 * small[beside]).T
    return small


def key(frame: Planes, plate: Planes, where: Array, look: Look) -> tuple[Array, Planes]:
    """Alpha at the size of luma, and the frame, placed, without the screen's colour."""
    frame = reference.place(frame, look)
    height, width = frame[0].shape
    at = reference.placement(look, width, height)
    large_y, large_u, large_v, here = (reference.enlarge(p, width, height, 0.5, at) for p in (*plate, where))
    screen_u, screen_v = large_u - 128, large_v - 128
    u, v = frame[1] - 128, frame[2] - 128
    size = 1 / (screen_u**2 + screen_v**2 + 1)
    most = 1 - look.key_range / 2
    missing = (most - likeness(u, v, screen_u, screen_v, size, HUE)) / (most - PERSON)
    small = np.clip(missing + CAST * np.maximum(here, 0), 0, 1) * (1 + np.minimum(here, 0))
    alpha = double(small, width, height)
    excess = np.maximum(likeness(u, v, screen_u, screen_v, size, SPILL), 0) * look.despill
    screen = large_y.repeat(2, 0).repeat(2, 1)[:height, :width]
    edge = (alpha > 0) & (alpha < 1)
    more = np.where(edge, np.minimum((1 - alpha) / np.maximum(alpha, 1e-6), DARKER), 0) * look.despill
    y = frame[0] + more * (frame[0] - screen)
    clean = (
        np.clip(plane, 0, 255) for plane in (y, frame[1] - excess * screen_u, frame[2] - excess * screen_v)
    )
    return alpha, tuple(clean)  # type: ignore[return-value]


def blend(frame: Planes, alpha: Array, background: Planes, look: Look) -> Planes:
    height, width = frame[0].shape
    luma = alpha * reference.inside(look, width, height)
    weights = luma, reference.halves(luma), reference.halves(luma)
    y, u, v = (reference.mix(f, b, a) for f, b, a in zip(frame, background, weights, strict=True))
    return y, u, v
