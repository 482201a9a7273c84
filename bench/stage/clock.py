"""A clock drawn into a picture: milliseconds as black and white blocks that survive any codec.

Two rows of `BITS` squares at the top left. The upper row is the number, most significant bit first, and the
lower one its complement, so that a torn or half-decoded picture is not taken for a time.
"""

from __future__ import annotations

import time

import numpy as np

BITS = 20  # the clock wraps after 17 minutes
SIDE = 32  # pixels: two macroblocks of VP8
BLACK, WHITE = 32, 220
WRAP = 1 << BITS
_WEIGHTS = 1 << np.arange(BITS - 1, -1, -1)


def now() -> int:
    """Return the wall clock in milliseconds, modulo `WRAP`. Wall, because a browser can read it as well."""
    return time.time_ns() // 1_000_000 % WRAP


def since(then: int) -> int:
    """Return how many milliseconds have passed."""
    return (now() - then) % WRAP


def draw(luma: np.ndarray, milliseconds: int) -> None:
    """Draw into a luma plane, (height, width), at least 64 x 640."""
    bits = milliseconds & _WEIGHTS > 0
    for row, values in enumerate((bits, ~bits)):
        blocks = np.where(values, WHITE, BLACK).astype(np.uint8)
        luma[row * SIDE : (row + 1) * SIDE, : BITS * SIDE] = np.repeat(blocks, SIDE)


def read(luma: np.ndarray) -> int | None:
    """Read what was drawn, or None where it is not whole."""
    half = SIDE // 4  # only the middle of each block, away from ringing edges
    blocks = luma[: 2 * SIDE, : BITS * SIDE].reshape(2, SIDE, BITS, SIDE)
    upper, lower = blocks[:, half:-half, :, half:-half].mean((1, 3)) > (BLACK + WHITE) / 2
    if np.any(upper == lower):
        return None
    return int(_WEIGHTS[upper].sum())


# The same, of a canvas's context, for a page that puts BITS and SIDE in.
READ = """(context) => {
  const [bits, side] = [BITS, SIDE];
  const { data } = context.getImageData(0, 0, bits * side, 2 * side);
  let value = 0;
  for (let bit = 0; bit < bits; bit++) {
    const middle = (bit + 0.5) * side;
    const at = (row) => data[4 * ((row + 0.5) * side * bits * side + middle) + 1] > 126;
    if (at(0) === at(1)) return null;
    value = 2 * value + at(0);
  }
  return value;
}"""
