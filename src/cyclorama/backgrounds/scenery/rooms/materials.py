"""What a room's surfaces are made of: how much lighter or darker each point of them is."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache

import numpy as np

from ..noise import TILE, Field, generator, smoothstep, tile

Maker = Callable[["Grain", Field, Field, Field], Field]


@cache
def _noise(name: str, beta: float, low: float, high: float) -> Field:
    # the same for every picture: where a surface lies in it differs enough
    return tile(generator("materials", name), beta, low, high).ravel()


class Grain:
    """Noise to make materials of."""

    def fine(self, u: Field, v: Field) -> Field:
        """Return fine noise at (u, v) in tiles, deviation 1."""
        return self._look(_noise("fine", 1.1, 3, 256), u, v)

    def soft(self, u: Field, v: Field) -> Field:
        """Return broad noise at (u, v) in tiles, deviation 1."""
        return self._look(_noise("soft", 2.4, 1, 60), u, v)

    @staticmethod
    def _look(field: Field, u: Field, v: Field) -> Field:
        # the nearest value: the lens blurs more than a bilinear look-up would
        across = (u * np.float32(TILE)).astype(np.int32) & (TILE - 1)
        down = (v * np.float32(TILE)).astype(np.int32) & (TILE - 1)
        return field.take((down << 9) + across)


def chance(a: Field, b: Field) -> Field:
    """Return a value of 0 to 1 for each pair of whole numbers, always the same."""
    x = np.sin(a * np.float32(12.9898) + b * np.float32(78.233)) * np.float32(43758.547)
    return x - np.floor(x)


def line(at: Field, width: Field | float, blur: Field) -> Field:
    """Return how much of a line `width` wide at whole numbers there is at `at`; `blur` is a pixel there."""
    away = np.abs(at - np.round(at))
    half = np.asarray(width, np.float32) / 2
    cover: Field = np.clip((half + blur / 2 - away) / np.maximum(blur, 1e-5), 0, 1)
    return cover * np.minimum(1, 2 * half / np.maximum(blur, 1e-5) + np.float32(0.15))


def planks(grain: Grain, u: Field, v: Field, pixel: Field) -> Field:
    """Floor boards 0.16 m wide along u, each of its own tone."""
    wide, long = np.float32(0.16), np.float32(1.5)
    row = np.floor(v / wide)
    shifted = u / long + chance(row, row * 0 + 3)
    board = np.floor(shifted)
    tone = chance(row, board)
    fibre = grain.fine(u * np.float32(0.11) + tone * 5, v * np.float32(1.4) + tone * 3)
    fade = 1 / (1 + pixel * np.float32(60))
    light = 0.84 + 0.30 * tone + np.float32(0.11) * fibre * fade
    light = light + np.float32(0.05) * grain.soft(u * np.float32(0.3), v * np.float32(0.3))
    gaps = np.maximum(line(v / wide, 0.028, pixel / wide), line(shifted, 0.004, pixel / long * 0.6))
    return np.asarray(light * (1 - 0.55 * gaps), np.float32)


def herringbone(grain: Grain, u: Field, v: Field, pixel: Field) -> Field:
    """Parquet: blocks of boards, every other one turned."""
    block = np.float32(0.48)
    a, b = np.floor(u / block), np.floor(v / block)
    turned = ((a + b).astype(np.int32) & 1).astype(bool)
    along: Field = np.where(turned, u, v)
    across: Field = np.where(turned, v, u)
    row = np.floor(across / block * 5)
    tone = chance(row + a * 7, b * 3 + turned)
    fibre = grain.fine(along * np.float32(0.12) + tone, across * np.float32(1.3) + tone)
    gaps = line(across / block * 5, 0.04, pixel / block * 5)
    return np.asarray((0.82 + 0.26 * tone + 0.08 * fibre + 0.08 * turned) * (1 - 0.45 * gaps), np.float32)


def wood(grain: Grain, u: Field, v: Field, pixel: Field) -> Field:
    """Wood with its fibres along u."""
    fibre = grain.fine(u * np.float32(0.06), v * np.float32(0.8))
    broad = grain.soft(u * np.float32(0.10), v * np.float32(0.7))
    return np.asarray(0.98 + 0.09 * fibre / (1 + pixel * 40) + 0.09 * broad, np.float32)


def cloth(grain: Grain, u: Field, v: Field, pixel: Field) -> Field:
    """Woven cloth, a little uneven."""
    weave = grain.fine(u * np.float32(1.7), v * np.float32(1.7))
    return np.asarray(1 + 0.055 * weave + 0.05 * grain.soft(u * 0.5, v * 0.5), np.float32)


def plaster(grain: Grain, u: Field, v: Field, pixel: Field) -> Field:
    """Return paint on a wall."""
    return np.asarray(
        1 + 0.022 * grain.soft(u * np.float32(0.21), v * np.float32(0.21)) + 0.012 * grain.fine(u, v),
        np.float32,
    )


def brick(grain: Grain, u: Field, v: Field, pixel: Field) -> Field:
    """Bricks in running bond, with joints."""
    high, long = np.float32(0.085), np.float32(0.25)
    row = np.floor(v / high)
    at = u / long + np.float32(0.5) * (row.astype(np.int32) & 1)
    tone = chance(np.floor(at), row)
    joints = np.maximum(line(v / high, 0.15, pixel / high), line(at, 0.05, pixel / long))
    body = 0.76 + 0.32 * tone + 0.09 * grain.fine(u * np.float32(0.9), v * np.float32(0.9))
    body = body + np.float32(0.08) * grain.soft(u * np.float32(0.2), v * np.float32(0.2))
    return np.asarray(body + (np.float32(1.18) - body) * joints * np.float32(0.65), np.float32)


def stone(grain: Grain, u: Field, v: Field, pixel: Field) -> Field:
    """Cut stones of uneven length."""
    high = np.float32(0.19)
    row = np.floor(v / high)
    long = np.float32(0.26) + np.float32(0.16) * chance(row, row * 0 + 1)
    at = u / long + chance(row, row * 0 + 2)
    tone = chance(np.floor(at), row)
    joints = np.maximum(line(v / high, 0.07, pixel / high), line(at, 0.05, pixel / long))
    body = 0.74 + 0.36 * tone + 0.12 * grain.fine(u * np.float32(0.5), v * np.float32(0.5))
    return np.asarray(body * (1 - 0.5 * joints), np.float32)


def tiles(grain: Grain, u: Field, v: Field, pixel: Field) -> Field:
    """Square tiles of 0.15 m with joints."""
    size = np.float32(0.15)
    tone = chance(np.floor(u / size), np.floor(v / size))
    joints = np.maximum(line(u / size, 0.045, pixel / size), line(v / size, 0.045, pixel / size))
    return np.asarray((0.94 + 0.12 * tone) * (1 - 0.28 * joints), np.float32)


def marble(grain: Grain, u: Field, v: Field, pixel: Field) -> Field:
    """Pale stone with veins."""
    warp = grain.soft(u * np.float32(0.2), v * np.float32(0.2)) * np.float32(0.05)
    veins = np.abs(grain.soft(u * np.float32(0.3) + warp, v * np.float32(0.3) - warp))
    return np.asarray(0.97 - 0.28 * (1 - smoothstep(0.0, 0.35, veins)) * 0.6, np.float32)


def rug(grain: Grain, u: Field, v: Field, pixel: Field) -> Field:
    """Pile: soft and uneven."""
    pile = grain.fine(u * np.float32(1.3), v * np.float32(1.3))
    return np.asarray(1 + 0.12 * pile / (1 + pixel * 60) + 0.06 * grain.soft(u, v), np.float32)


def carpet(grain: Grain, u: Field, v: Field, pixel: Field) -> Field:
    """Return a fitted carpet."""
    return np.asarray(1 + 0.05 * grain.fine(u, v) + 0.03 * grain.soft(u * 0.3, v * 0.3), np.float32)


def concrete(grain: Grain, u: Field, v: Field, pixel: Field) -> Field:
    """Poured, with stains and shutter joints."""
    stains = grain.soft(u * np.float32(0.12), v * np.float32(0.12))
    joints = np.maximum(line(u / 1.25, 0.008, pixel / 1.25), line(v / 1.25, 0.008, pixel / 1.25))
    return np.asarray(
        (1 + 0.06 * stains + 0.025 * grain.fine(u * 0.5, v * 0.5)) * (1 - 0.3 * joints), np.float32
    )


def slats(grain: Grain, u: Field, v: Field, pixel: Field) -> Field:
    """Upright wooden slats 0.05 m apart, dark between."""
    step = np.float32(0.055)
    gaps = line(u / step, 0.34, pixel / step)
    tone = chance(np.floor(u / step + np.float32(0.5)), u * 0)
    fibre = grain.fine(v * np.float32(0.08) + tone, u * np.float32(0.9))
    return np.asarray((0.90 + 0.16 * tone + 0.06 * fibre) * (1 - 0.62 * gaps), np.float32)


def reeds(grain: Grain, u: Field, v: Field, pixel: Field) -> Field:
    """Fine upright ribs of wood: calm enough to stand in front of."""
    step = np.float32(0.03)
    gaps = line(u / step, 0.4, pixel / step)
    broad = grain.soft(u * np.float32(0.3), v * np.float32(0.2))
    return np.asarray((0.98 + 0.02 * broad) * (1 - 0.30 * gaps), np.float32)


MATERIALS: dict[str, Maker] = {
    "planks": planks,
    "herringbone": herringbone,
    "wood": wood,
    "cloth": cloth,
    "plaster": plaster,
    "brick": brick,
    "stone": stone,
    "tiles": tiles,
    "marble": marble,
    "rug": rug,
    "carpet": carpet,
    "concrete": concrete,
    "slats": slats,
    "reeds": reeds,
}
