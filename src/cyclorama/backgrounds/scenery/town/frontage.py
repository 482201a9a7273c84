"""Houses along a street: walls, windows, shops with their signs, two rows of them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from ..light import colour, mix
from ..noise import Field, Reals, smoothstep, tile
from ..scene import flat

if TYPE_CHECKING:
    from ..scene import Planes, Scene
    from .canyon import Seen

Numbers = Reals | NDArray[np.integer[Any]]

BLOCKS = 24
WALLS = ("#a08468", "#b59c80", "#8a6a58", "#9a948c", "#a3705a", "#7f8894", "#c0ac92", "#8c5a4c")
SHOPS = ("#ffcf90", "#ffe0b4", "#ffb870", "#fff0dc", "#ffd0a0", "#d8f0ff", "#ffa880")
SIGNS = ("#ff5a4a", "#ffb040", "#4ac0ff", "#ff6ab0", "#5ae0a0", "#ffe070", "#a080ff", "#ff8a3c")


@dataclass(frozen=True)
class Houses:
    """Two rows of houses, left then right, (2 x BLOCKS) each."""

    ends: Field
    wall: Field
    height: Field
    storey: Field
    bay: Field
    lit: Field
    shop: Field
    sign: Field
    bright: Field


def houses(scene: Scene) -> Houses:
    """Build them."""
    rng = scene.rng("houses")
    n = 2 * BLOCKS
    depth = rng.uniform(7, 15, (2, BLOCKS))
    ends = np.cumsum(depth, axis=1) + 2

    def pick(names: tuple[str, ...], share: float = 0.0) -> Field:
        tones = np.stack([colour(names[int(i)]) for i in rng.integers(len(names), size=n)])
        return np.asarray(tones + rng.uniform(-share, share, (n, 1)), np.float32)

    sign = pick(SIGNS)
    if scene.colours:
        sign[::2] = scene.colours[0]
    if scene.palette == "neon":
        sign = pick(("#ff3ac0", "#3ae0ff", "#a04aff", "#ff5a8a"))
    return Houses(
        ends.astype(np.float32),
        pick(WALLS, 0.05),
        rng.uniform(13, 34, n).astype(np.float32),
        rng.uniform(3.2, 3.9, n).astype(np.float32),
        rng.uniform(1.9, 3.2, n).astype(np.float32),
        rng.uniform(0.10, 0.5, n).astype(np.float32),
        pick(SHOPS),
        sign,
        rng.uniform(0.35, 1.0, n).astype(np.float32),
    )


def front(scene: Scene, seen: Seen) -> tuple[Planes, Field]:
    """Return the houses' light, (3, h, w), and how much of the sky they leave open, (h, w)."""
    rows, light = houses(scene), scene.light
    left = np.searchsorted(rows.ends[0], seen.z)
    right = np.searchsorted(rows.ends[1], seen.z)
    block = np.minimum(np.where(seen.side > 0, right, left), BLOCKS - 1) + BLOCKS * seen.side.astype(np.int32)
    y, z = seen.y, seen.z

    def of(values: Field) -> Field:
        return values.take(block) if values.ndim == 1 else np.ascontiguousarray(values.T)[:, block]

    height = of(rows.height)
    salt = block + np.float32(scene.rng("salt").uniform(0, 40))
    # the wall that faces the sun
    key = (seen.side > 0) == (scene.sun[0] < scene.width / 2)
    shade = np.where(key, np.float32(0.95), np.float32(0.10)) * smoothstep(-6, 12, y)
    wall = of(rows.wall) * (
        flat(light.ambient) * (1 - shade * 0.5) * np.float32(1.16 - 0.24 * light.lamps)
        + flat(light.key) * shade
    )
    wall *= np.float32(0.86) + np.float32(0.10) * smoothstep(0.94, 1.0, y / height)
    bay, storey = z / of(rows.bay), (y - 4.4) / of(rows.storey)
    column, floor = np.floor(bay), np.floor(storey)
    pane = smoothstep(0.30, 0.24, np.abs(bay - column - 0.5)) * smoothstep(
        0.34, 0.28, np.abs(storey - floor - 0.5)
    )
    pane *= (y > 4.4) & (y < height - 1.0)
    mirror = mix(light.sky[1], light.sky[3], 0.5) * np.float32(0.62)
    wall += (flat(mirror) - wall) * pane * np.float32(0.62)
    dice = hashed(column, floor, salt)
    lamp = of(rows.shop) * (
        pane * (dice < of(rows.lit) * light.lamps) * (0.5 + 0.9 * hashed(floor, column, salt + 7))
    )
    wall += lamp * np.float32(1.1)
    # shops: glass from the ground to a band of signs
    bright = of(rows.bright) * np.float32(0.46 + 0.54 * light.lamps)
    part = bay * 0.6
    glass = smoothstep(0.47, 0.42, np.abs(part - np.floor(part) - 0.5))
    glass *= smoothstep(0.35, 0.5, y) * smoothstep(3.25, 3.05, y)
    item = np.floor(z * 1.7)
    goods = smoothstep(0.08, 0.0, y - 0.75 - 1.0 * hashed(item, block, salt + 2) ** 2)
    bulb = np.exp(-(((z * 0.9) % 1 - 0.5) ** 2 / 0.006 + (y - 2.62) ** 2 / 0.010)) * np.float32(
        0.25 + 0.75 * light.lamps
    )
    dim = (1 - 0.62 * goods) * (0.55 + 0.6 * hashed(np.floor(part), block, salt))
    inside = of(rows.shop) * (bright * dim * (0.20 + 0.11 * y * y) + 2.4 * bulb)
    wall += (inside + flat(mirror) * np.float32(0.5) - wall) * glass
    board = smoothstep(3.3, 3.4, y) * smoothstep(4.2, 4.1, y)
    wall *= 1 - board * np.float32(0.35)
    wide = np.float32(0.12) + np.float32(0.3) * hashed(block, block, salt)
    name = board * smoothstep(0.03, 0.0, np.abs(bay * 0.3 - np.floor(bay * 0.3) - 0.5) - wide)
    wall += (of(rows.sign) * (np.float32(0.25) + bright * np.float32(1.0)) - wall) * name * np.float32(0.85)
    # lamps light the lower floors
    wall += of(rows.wall) * flat(colour("#ffb468")) * (np.exp(-y / 7.0) * np.float32(0.62 * light.lamps))
    open_sky = smoothstep(0.0, 0.4, y - height)
    return np.asarray(wall, np.float32), open_sky


def grit(scene: Scene) -> Field:
    """Return the noise of asphalt, puddles and goods."""
    return scene.keep("grit", lambda: tile(scene.rng("grit"), 2.0, 4, 100))


def hashed(a: Numbers | float, b: Numbers | float, c: Numbers | float) -> Field:
    """Return a number, 0 to 1, that is as good as random for every (a, b, c), the same on every machine."""
    mixed = whole(a) * np.uint32(73856093) ^ whole(b) * np.uint32(19349663) ^ whole(c) * np.uint32(83492791)
    mixed ^= mixed >> np.uint32(13)
    mixed *= np.uint32(0x5BD1E995)
    mixed ^= mixed >> np.uint32(15)
    mixed *= np.uint32(0x9E3779B1)
    mixed ^= mixed >> np.uint32(16)
    return np.asarray(mixed.astype(np.float32) * np.float32(2**-32))


def whole(x: Numbers | float) -> NDArray[np.uint32]:
    """Return sixteenths of `x` as whole numbers."""
    return (np.asarray(x) * 16).astype(np.int64).astype(np.uint32)
