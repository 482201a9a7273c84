"""What moves in a room: halos of lamps, steam, dust in the light, swaying leaves.

Everything closes with the loop and lies still at its beginning (see `Scene.phase`), where it can.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from ..noise import Field, resize, sample, smoothstep, tile
from ..scene import flat
from ..shapes import blur

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from ..light import Colour
    from ..scene import Planes, Scene
    from .interior import Lit
    from .room import Corner


@dataclass(frozen=True)
class Bough:
    """Leaves that sway: where they are held, in metres, how wide and how high they reach from there.

    They stand up from where they are held, or hang down from it.
    """

    x: float
    y: float
    z: float
    wide: float
    tall: float
    hung: bool = False


def glass(scene: Scene, lit: Lit) -> Field:
    """Return (h, w), as large as the picture: where there is glass to see through, 0 to 1."""
    there: Field = lit.glass
    if there.shape != (scene.height, scene.width):
        there = scene.keep("glass", lambda: resize(lit.glass, scene.width, scene.height).clip(0, 1))
    return there


def hidden(scene: Scene, lit: Lit, x: float, y: float, z: float) -> bool:
    """Whether something hides a point at `z` metres that shows at (x, y), in pixels."""
    h, w = lit.depth.shape
    row, column = int(np.clip(y / scene.height * h, 0, h - 1)), int(np.clip(x / scene.width * w, 0, w - 1))
    return bool(lit.depth[row, column] < z - lit.room.eye[2] - 0.15)


def halos(
    scene: Scene,
    lit: Lit,
    name: str,
    lamps: Sequence[Corner],
    tone: Colour,
    reach: float = 0.9,
    strength: float = 0.15,
) -> None:
    """Add the glow of the air around lamps, `reach` metres wide, that swells and sinks."""
    rng = scene.rng("halos", name)
    for number, (lamp, every) in enumerate(zip(lamps, rng.choice((2.7, 4.0, 8.0), len(lamps)), strict=True)):
        x, y, scale = lit.at(*lamp)

        def halo(x: float = x, y: float = y, radius: float = reach * scale) -> tuple[Field, int, int] | None:
            part = scene.around(x, y, radius, 1.0)
            if part is None:
                return None
            d, top, left = part
            return np.asarray(np.clip(1 - d, 0, 1) ** 3, np.float32), top, left

        part = scene.keep(("halo", name, number), halo)
        if part is not None:
            amount = strength * (1 + 0.28 * scene.swing(float(every)))
            scene.shine(flat(tone), part[0] * np.float32(amount), part[1], part[2])


def steam(scene: Scene, name: object, x: float, y: float, tall: float, strength: float = 0.4) -> None:
    """Add wisps that rise from (x, y), in pixels, `tall` pixels high."""
    wide = tall * 0.5
    left, right = max(0, int(x - wide)), min(scene.width, int(x + wide) + 1)
    top, bottom = max(0, int(y - tall)), min(scene.height, int(y) + 1)
    if right - left < 3 or bottom - top < 3:
        return

    def make() -> tuple[Field, Field, Field, Field]:
        noise = tile(scene.rng("steam", name), 3.0, 2, 24)
        v = (np.float32(y) - scene.rows[top:bottom]) / np.float32(tall)
        u = (scene.columns[:, left:right] - np.float32(x)) / np.float32(wide)
        return noise, u, v, np.asarray(smoothstep(0.0, 0.1, v) * (1 - smoothstep(0.3, 1.0, v)), np.float32)

    noise, u, v, fade = scene.keep(("steam", name), make)
    # a tile of noise in a loop: wisps pass in about three seconds
    climb = np.float32(scene.phase * scene.cycles(8.0))
    bend = sample(noise, np.full_like(v, 0.3), v * 0.22 + climb) * (0.28 * v + 0.03)
    bend = bend + np.float32(0.1 * scene.swing(8.0)) * v * v
    away = (u - bend) / (0.14 + 0.6 * v)
    wisps = sample(noise, away * 0.10 + 0.6, v * 0.30 + climb)
    body = np.exp(-away * away * 1.8) * smoothstep(-0.9, 1.9, wisps) * fade
    tone = np.array([1.0, 0.97, 0.93], np.float32)
    scene.shine(flat(tone), np.asarray(body * strength, np.float32), top, left)


def sway(scene: Scene, lit: Lit, name: str, boughs: Sequence[Bough], pixels: float = 1.4) -> None:
    """Let what is painted where `boughs` are sway by up to `pixels` (at 720 lines), the most at its free end.

    A little shift of a soft picture is the picture plus its slope times the shift; the slope is that of the
    loop's beginning, where they hang straight.
    """
    gusts = [scene.swing(every) for every in (2.7, 4.0, 8.0)]
    if not boughs or not any(abs(g) > 1e-6 for g in gusts):
        return

    def painted() -> Planes:
        begin = replace(scene, phase=0.0)
        lit.paint(begin)
        lit.outside(begin)
        return begin.px

    def all_slopes() -> list[tuple[Planes, Planes, int, int] | None]:
        px, leafy, patches = painted(), _leafy(scene, lit), tile(scene.rng("sway", name), 2.4, 3, 30)
        return [_slopes(scene, lit, bough, px, leafy, patches, pixels) for bough in boughs]

    for number, kept in enumerate(scene.keep(("sway", name), all_slopes)):
        if kept is None:
            continue
        one, other, top, left = kept
        region = scene.px[:, top : top + one.shape[1], left : left + one.shape[2]]
        a, b = scene.rng("gust", name, number).uniform(-1, 1, 2)
        region += one * np.float32(0.55 * gusts[1] + 0.35 * a * gusts[2] + 0.25 * b * gusts[0])
        region += other * np.float32(0.55 * a * gusts[1] + 0.45 * gusts[2] - 0.25 * b * gusts[0])


def _leafy(scene: Scene, lit: Lit) -> Field:
    """Return (h, w): where leaves are, soft-edged, 0 to 1, whatever light they are in."""
    red, green, blue = lit.colours()
    there = smoothstep(1.4, 1.9, green / np.maximum(np.maximum(red, blue), 1e-3))
    soft = blur(there, lit.depth.shape[0] / 180)
    return smoothstep(0.04, 0.5, resize(soft, scene.width, scene.height))


def _slopes(
    scene: Scene, lit: Lit, bough: Bough, px: Planes, leafy: Field, patches: Field, pixels: float
) -> tuple[Planes, Planes, int, int] | None:
    x, y, scale = lit.at(bough.x, bough.y, bough.z)
    half, tall = bough.wide * scale / 2, bough.tall * scale
    start = y if bough.hung else y - tall
    left, right = max(1, int(x - half)), min(scene.width - 2, int(x + half))
    top, bottom = max(0, int(start)), min(scene.height, int(start + tall))
    if right - left < 4 or bottom - top < 4:
        return None
    slope = (px[:, top:bottom, left - 1 : right - 1] - px[:, top:bottom, left + 1 : right + 1]) / 2
    u = (np.arange(left, right, dtype=np.float32)[None, :] - np.float32(x)) / np.float32(half)
    v = (np.arange(top, bottom, dtype=np.float32)[:, None] - np.float32(start)) / np.float32(tall)
    free = v if bough.hung else 1 - v
    edge = (
        smoothstep(0, 0.12, free) * (1 - smoothstep(0.92, 1.0, free)) * (1 - smoothstep(0.8, 1.0, np.abs(u)))
    )
    slope = np.asarray(
        slope * (edge * free * leafy[top:bottom, left:right] * np.float32(pixels * scene.unit / 720)),
        np.float32,
    )
    split = smoothstep(
        -0.5, 0.5, sample(patches, u * 0.2 + bough.x + bough.z, v * np.float32(0.2 * tall / max(half, 1.0)))
    )
    return np.asarray(slope * split, np.float32), np.asarray(slope * (1 - split), np.float32), top, left


def dust(
    scene: Scene,
    name: str,
    where: tuple[float, float, float, float],
    count: int,
    tone: Colour,
    strength: float = 0.5,
    light: Field | None = None,
) -> None:
    """Add motes that float within `where` (left, top, right, bottom, in shares of the picture).

    `light` (h, w), 0 to 1, is where there is light to see them by.
    """
    rng = scene.rng("dust", name)
    n = max(4, int(count * min(2.0, scene.area / 1.78)))
    x, y = rng.uniform(where[0], where[2], n), rng.uniform(where[1], where[3], n)
    born, lives = rng.random(n), rng.integers(1, 3, n) * scene.cycles(8.0)
    size, way, wave = rng.uniform(0.6, 1.0, n) ** 2, rng.normal(0, 1, (n, 2)), rng.random(n)
    for i in range(n):
        age = float((scene.phase * lives[i] + born[i]) % 1.0)
        drift = way[i, 0] * 0.02 * (age - 0.5) + 0.004 * np.sin(2 * np.pi * (age + wave[i]))
        px = float(x[i] * scene.width + scene.unit * drift)
        py = float(y[i] * scene.height + scene.unit * (way[i, 1] * 0.012 - 0.012) * (age - 0.5))
        bright = strength * float(np.sin(np.pi * age)) ** 2 * float(size[i])
        if light is not None:
            row, column = int(np.clip(py, 0, scene.height - 1)), int(np.clip(px, 0, scene.width - 1))
            bright *= float(light[row, column])
        radius = scene.unit * 0.0022 * (0.6 + float(size[i]))
        part = scene.around(px, py, radius, 2.4) if bright > 0.01 else None
        if part is not None:
            spot = np.exp(-part[0] * part[0] * 1.6) * np.float32(bright)
            scene.shine(flat(tone), np.asarray(spot, np.float32), part[1], part[2])


def tint(scene: Scene, lit: Lit, shifts: Mapping[str, Colour]) -> None:
    """Change the lights of each group by a share of themselves, (3,) a colour: 0 leaves them."""
    if not lit.breath:
        return
    gain = np.ones_like(next(iter(lit.breath.values())))
    for name, shift in shifts.items():
        if name in lit.breath:
            gain += lit.breath[name] * shift.reshape(3, 1, 1)
    for plane, more in zip(scene.px, np.sqrt(np.maximum(gain, 0.05)), strict=True):
        np.multiply(plane, resize(more, scene.width, scene.height), out=plane)
