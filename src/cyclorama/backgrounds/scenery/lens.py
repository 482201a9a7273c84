"""A lens: what is farther or nearer than where it focuses becomes discs of light."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from .noise import resize, smoothstep
from .shapes import blur

if TYPE_CHECKING:
    from collections.abc import Callable

    from .noise import Field
    from .scene import Planes


def focused(planes: Planes, depth: Field, far: float, near: float, back: float) -> Planes:
    """`planes` (n, h, w), linear light, out of focus by how far they are.

    Args:
        planes: what is seen.
        depth: (h, w), metres from the eye.
        far: radius at the back, in pixels.
        near: radius of what is within a metre of the eye.
        back: where the back is, in metres.
    """
    sharp = bokeh(planes, far * 0.45)
    if far >= 0.7:
        mix = smoothstep(2.2, back, depth)
        for number, plane in enumerate(planes):
            soft = bokeh(plane[None], far)[0] if number < 3 or plane.any() else plane
            soft -= sharp[number]
            soft *= mix
            sharp[number] += soft
    close = 1 - smoothstep(1.5, 2.6, depth)
    if near > 1.5 and float(close.max()) > 0:
        _in_front(sharp, close, near)
    return sharp


def _in_front(planes: Planes, close: Field, radius: float) -> None:
    """Blur what is close, over what lies behind it, where there is any."""
    _, h, w = planes.shape
    pad = int(radius * 3) + 4
    rows, columns = np.flatnonzero(close.max(1) > 0), np.flatnonzero(close.max(0) > 0)
    top, bottom = max(0, int(rows[0]) - pad), min(h, int(rows[-1]) + pad)
    left, right = max(0, int(columns[0]) - pad), min(w, int(columns[-1]) + pad)
    part = planes[:, top:bottom, left:right]
    mask = close[top:bottom, left:right]
    step = max(1, round(radius / 3))
    size = (max(4, mask.shape[1] // step), max(4, mask.shape[0] // step))
    spread = radius * size[0] / mask.shape[1]
    cover = resize(mask, *size)
    light = np.stack([resize(plane * mask, *size) for plane in part])
    layers = bokeh(np.concatenate([light, cover[None]]), spread)
    layers = np.stack([resize(blur(plane, 0.6), mask.shape[1], mask.shape[0]) for plane in layers])
    over = np.clip(layers[-1], 0, 1)
    part *= 1 - over
    part += np.maximum(layers[:-1], 0)


def bokeh(planes: Planes, radius: float) -> Planes:
    """`planes` (n, h, w) through a lens whose out-of-focus points are discs of `radius` pixels."""
    if radius < 0.3:
        return planes.copy()
    r = int(np.ceil(radius))
    _, h, w = planes.shape
    reach = [float(np.sqrt(max((radius + 0.3) ** 2 - dy * dy, 0.0))) for dy in range(r + 1)]
    spans = [(int(a), a - int(a)) for a in reach]
    widest = max(n + 1 for n, _ in spans)
    area = sum((2 * a + 1) * (1 if dy == 0 else 2) for dy, a in enumerate(reach) if a > 0 or dy == 0)
    out = np.empty_like(planes)
    for number, plane in enumerate(planes):
        padded = np.pad(plane, ((r, r), (widest, widest)), mode="edge")
        runs = _runs(padded, widest, w) if widest < 6 else _long_runs(padded, widest, w)
        total = np.zeros((h, w), np.float32)
        for dy in range(-r, r + 1):
            n, part = spans[abs(dy)]
            if reach[abs(dy)] <= 0 and dy:
                continue
            rows = slice(r + dy, r + dy + h)
            if part < 0.02:
                total += runs(n)[rows]
            else:
                total += runs(n)[rows] * np.float32(1 - part)
                total += runs(n + 1)[rows] * np.float32(part)
        np.multiply(total, np.float32(1 / area), out=out[number])
    return out


def _runs(padded: Field, widest: int, w: int) -> Callable[[int], Field]:
    """Return what gives the sums over n pixels to either side, (rows, w), adding pair after pair."""
    sums = [padded[:, widest : widest + w].copy()]
    for n in range(1, widest + 1):
        left, right = widest - n, widest + n
        sums.append(sums[-1] + padded[:, left : left + w] + padded[:, right : right + w])
    return sums.__getitem__


def _long_runs(padded: Field, widest: int, w: int) -> Callable[[int], Field]:
    """Return the same as `_runs`, from running sums."""
    sums = np.zeros((padded.shape[0], padded.shape[1] + 1), np.float32)
    sums[:, 1:] = np.cumsum(padded, axis=1, dtype=np.float64)

    def over(n: int) -> Field:
        run: Field = sums[:, widest + n + 1 : widest + n + 1 + w] - sums[:, widest - n : widest - n + w]
        return run

    return over
