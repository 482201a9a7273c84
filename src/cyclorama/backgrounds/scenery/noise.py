"""Random fields: the raw material of clouds, ground, water and stone."""

from __future__ import annotations

from hashlib import blake2b
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image

if TYPE_CHECKING:
    from collections.abc import Iterator

Field = NDArray[np.float32]
Reals = NDArray[np.floating[Any]]

TILE = 512  # a power of two, so that wrapping is a bit mask
BAND = 40_000  # values: what is worked out of so many at a time stays in a processor's cache


def generator(*names: object) -> np.random.Generator:
    """Return a random generator that depends on `names` alone, the same in every process."""
    digest = blake2b("/".join(map(str, names)).encode(), digest_size=16).digest()
    return np.random.Generator(np.random.PCG64(int.from_bytes(digest, "big")))


def resize(
    field: Field, width: int, height: int, box: tuple[float, float, float, float] | None = None
) -> Field:
    """`field` (h, w) at another size, bicubic; `box` is the part to take: left, top, right, bottom."""
    picture = Image.fromarray(np.ascontiguousarray(field, np.float32))
    return np.asarray(picture.resize((width, height), Image.Resampling.BICUBIC, box), np.float32).copy()


def smoothstep(low: float, high: float, x: Reals) -> Field:
    """0 below `low`, 1 above `high`, smooth between (Hermite)."""
    t = np.array(x, np.float32)
    t -= np.float32(low)
    t *= np.float32(1 / (high - low))
    np.clip(t, 0, 1, out=t)
    slope = t * np.float32(-2)
    slope += np.float32(3)
    t *= t
    t *= slope
    return t


def fbm(
    rng: np.random.Generator, width: int, height: int, cell: float, octaves: int = 5, gain: float = 0.5
) -> Field:
    """Fractal noise (height, width), about -1 to 1; `cell` is the size of the largest blobs in pixels."""
    cell = max(cell, 2.0)
    columns, rows = int(width / cell) + 4, int(height / cell) + 4
    field = np.zeros((rows, columns), np.float32)
    amplitude, total = 1.0, 0.0
    for octave in range(octaves):
        if octave:
            if cell / 2**octave < 1.5:
                break
            field = resize(field, field.shape[1] * 2, field.shape[0] * 2)
        field += amplitude * (rng.random(field.shape, dtype=np.float32) * 2 - 1)
        total += amplitude
        amplitude *= gain
    scale = field.shape[1] / columns
    box = (scale, scale, scale * (1 + width / cell), scale * (1 + height / cell))
    return resize(field, width, height, box) * np.float32(1.6 / total)


def line(rng: np.random.Generator, length: int, cell: float, octaves: int = 5, gain: float = 0.5) -> Field:
    """Fractal noise along a line (length,), about -1 to 1."""
    x = np.arange(length, dtype=np.float32) / max(cell, 1.0)
    out = np.zeros(length, np.float32)
    amplitude, total = 1.0, 0.0
    for _ in range(octaves):
        knots = rng.random(int(x[-1]) + 3, dtype=np.float32) * 2 - 1
        i = x.astype(np.int32)
        t = x - i
        t = t * t * (3 - 2 * t)
        out += amplitude * (knots[i] * (1 - t) + knots[i + 1] * t)
        total += amplitude
        amplitude *= gain
        x = x * 2 + 0.37
        x = x.astype(np.float32)
    return out * np.float32(1.5 / total)


def tile(rng: np.random.Generator, beta: float, low: float = 1.0, high: float = 256.0) -> Field:
    """Periodic noise (TILE, TILE) with power falling as 1/f**beta, mean 0, deviation 1.

    Spectral synthesis: random phases under the wanted spectrum, between `low` and `high` waves a tile.
    """
    fy = np.fft.fftfreq(TILE, 1 / TILE)[:, None]
    fx = np.fft.rfftfreq(TILE, 1 / TILE)[None, :]
    f = np.sqrt(fx * fx + fy * fy)
    weight = np.where((f >= low) & (f <= high), np.maximum(f, 1.0) ** (-beta / 2), 0.0)
    phase = (rng.random(weight.shape) * (2 * np.pi)).astype(np.float32)
    waves = np.empty(weight.shape, np.complex64)
    waves.real, waves.imag = np.cos(phase), np.sin(phase)
    waves *= weight.astype(np.float32)
    field = np.fft.irfft2(waves, (TILE, TILE))
    return np.asarray(field / field.std(), np.float32)


def bands(height: int, width: int, whole: int = 1) -> Iterator[slice]:
    """Cut a picture into bands of rows, multiples of `whole`, small enough for a processor's cache."""
    rows = max(whole, BAND // max(width, 1) // whole * whole)
    for first in range(0, height, rows):
        yield slice(first, min(first + rows, height))


def sample(field: Field, u: Reals, v: Reals) -> Field:
    """Return a periodic `field` at u (across) and v (down), in tiles, bilinear; u and v broadcast."""
    wide = np.empty((TILE + 1, TILE + 1), np.float32)
    wide[:TILE, :TILE], wide[TILE, :TILE] = field, field[0]
    wide[:, TILE] = wide[:, 0]
    shape = np.broadcast_shapes(u.shape, v.shape)
    out = np.empty(shape, np.float32)
    if len(shape) != 2:
        out[...] = _sampled(wide.ravel(), u, v)
        return out
    for band in bands(*shape):
        across, down = (c[band] if c.ndim == 2 and c.shape[0] > 1 else c for c in (u, v))
        out[band] = _sampled(wide.ravel(), across, down)
    return out


def _sampled(wide: Field, u: Reals, v: Reals) -> Field:
    """Return what `sample` does; `wide` has its first column and row again at its end, and lies flat."""
    x, y = u * np.float32(TILE), v * np.float32(TILE)
    column, row = np.floor(x), np.floor(y)
    x, y = np.asarray(x - column, np.float32), np.asarray(y - row, np.float32)
    at = (column.astype(np.intp) & (TILE - 1)) + (row.astype(np.intp) & (TILE - 1)) * (TILE + 1)
    top: Field = wide.take(at)
    right = wide[1:].take(at)
    right -= top
    right *= x
    top += right
    bottom, right = wide[TILE + 1 :].take(at), wide[TILE + 2 :].take(at)
    right -= bottom
    right *= x
    bottom += right
    bottom -= top
    bottom *= y
    top += bottom
    return top
