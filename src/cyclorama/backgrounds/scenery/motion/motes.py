"""What floats through the air: falling leaves and petals, fireflies, dust in the light."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from ..light import colour, mix
from ..scene import flat

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ..light import Colour
    from ..noise import Field
    from ..scene import Scene


def falling(
    scene: Scene,
    name: str,
    count: int,
    tones: Sequence[Colour],
    size: float,
    long: float = 1.8,
    top: float = -0.05,
) -> None:
    """Paint leaves or petals that drift down, turning over; each falls once in a loop, and fades in and out.

    Args:
        scene: what to paint on.
        name: of the layer.
        count: per unit of the picture's area.
        tones: their colours, as seen.
        size: half the length of one, in units.
        long: how much longer than wide it is.
        top: how high they begin, as a share of the height.
    """
    u, n = scene.unit, int(count * scene.area)

    def plan() -> Field:
        return np.asarray(scene.rng(name).random((n, 10)), np.float32)

    for row in scene.keep(("falling", name), plan).tolist():
        x0, y0, start, fall, side, spin, turn, pick, near, lag = row
        life = (scene.phase + start) % 1.0
        big = size * (0.55 + 0.9 * near * near)
        y = scene.height * (top + (0.95 - top) * y0) + u * (0.30 + 0.35 * fall) * life
        x = scene.width * (x0 * 1.1 - 0.05) + u * (0.22 * (side - 0.35) * life + 0.03 * _wave(life * 2 + lag))
        alpha = min(1.0, life / 0.12, (1 - life) / 0.14)
        tumble = 0.25 + 0.75 * abs(_wave(life * (1 + round(spin)) * 0.5 + lag))
        angle = 2 * np.pi * (turn + life * (0.5 if spin < 0.5 else -0.5) + 0.06 * _wave(life * 3 + lag))
        _leaf(
            scene,
            x,
            y,
            u * big,
            tumble / long,
            angle,
            tones[int(pick * len(tones))],
            alpha * (0.9 - 0.25 * near),
        )


def _wave(turns: float) -> float:
    return float(np.sin(2 * np.pi * turns))


def _leaf(
    scene: Scene, x: float, y: float, half: float, thin: float, angle: float, tone: Colour, alpha: float
) -> None:
    half = max(half, 0.9)
    reach = half + 2
    left, top = max(0, int(x - reach)), max(0, int(y - reach))
    right, bottom = min(scene.width, int(x + reach) + 2), min(scene.height, int(y + reach) + 2)
    if right <= left or bottom <= top or alpha < 0.02:
        return
    dx, dy = scene.columns[:, left:right] - np.float32(x), scene.rows[top:bottom] - np.float32(y)
    c, s = np.float32(np.cos(angle)), np.float32(np.sin(angle))
    along, across = (dx * c + dy * s) / half, (dy * c - dx * s) / max(half * thin, 0.6)
    body = np.clip((1 - np.hypot(along, across)) * half * 0.8 + 0.3, 0, 1) * np.float32(alpha)
    scene.paint(flat(tone), np.asarray(body, np.float32), top, left)


def leaves(scene: Scene, name: str, count: int) -> None:
    """Paint leaves that fall in autumn (see `falling`)."""
    tones = [scene.light.ground(colour(c), 0.8) for c in ("#d8752c", "#e8a234", "#b4522a")]
    falling(scene, name, count, tones, 0.008, 1.5)


def fireflies(scene: Scene, count: int, top: float, bottom: float, otherwise: bool = False) -> None:
    """Paint fireflies between two rows, if asked for or `otherwise`.

    Each wanders a small round and glows once or twice in a loop.
    """
    if not scene.wants("fireflies", otherwise):
        return
    u, n = scene.unit, int(count * scene.area)
    plan = scene.keep("fireflies", lambda: scene.rng("fireflies").random((n, 8)).tolist())
    tone = flat(colour("#e8ff7a"))
    for x0, y0, start, way, reach, often, near, lag in plan:
        turn = scene.phase * (1 if way < 0.5 else -1) + start
        x = scene.width * x0 + u * (0.02 + 0.03 * reach) * _wave(turn) + u * 0.01 * _wave(2 * turn + lag)
        y = top + (bottom - top) * y0 + u * (0.012 + 0.02 * reach) * _wave(turn * 2 + lag)
        pulse = max(0.0, _wave(scene.phase * (1 + round(often)) + lag)) ** 1.5
        radius = u * (0.0022 + 0.0035 * near * near)
        around = scene.around(x, y, radius, 6)
        if around is None or pulse < 0.02:
            continue
        d, row, column = around
        glow = np.exp(-d * d * 1.4) + 0.28 * np.exp(-d * 0.9) * np.clip(1 - d / 6, 0, 1)
        scene.shine(tone, np.clip(glow * np.float32(pulse), 0, 1).astype(np.float32), row, column)


def dust(scene: Scene, count: int, tone: Colour, strength: float, top: float, bottom: float) -> None:
    """Paint specks that hang in the light between two rows, the near ones out of focus."""
    u, n = scene.unit, int(count * scene.area)
    plan = scene.keep("dust", lambda: scene.rng("dust").random((n, 7)).tolist())
    for x0, y0, start, side, near, lag, bright in plan:
        life = (scene.phase + start) % 1.0
        x = scene.width * x0 + u * (0.08 * (side - 0.5) * life + 0.012 * _wave(life + lag))
        y = top + (bottom - top) * y0 - u * 0.035 * life + u * 0.01 * _wave(2 * life + lag)
        fade = np.sin(np.pi * life) ** 1.5 * (0.35 + 0.65 * bright) * (1 - 0.6 * near)
        around = scene.around(x, y, max(1.0, u * (0.0014 + 0.006 * near**3)), 2.4)
        if around is None:
            continue
        d, row, column = around
        scene.shine(
            flat(tone), (np.exp(-d * d) * np.float32(fade * strength)).astype(np.float32), row, column
        )


def pollen(scene: Scene) -> None:
    """Paint seeds and dust that hang over a field in a low sun."""
    light = scene.light
    if light.low and light.height > 0:
        dust(scene, 30, mix(light.disc, light.key, 0.4), 0.5, scene.height * 0.4, scene.height * 0.95)


def smoke(
    scene: Scene, name: str, x: float, y: float, size: float, tall: float, strength: float = 0.3
) -> None:
    """Paint smoke or steam that rises from a point and thins out.

    Args:
        scene: what to paint on.
        name: of the plume.
        x: where it rises, column.
        y: row.
        size: of a puff at the start, in pixels.
        tall: how high it rises, in pixels.
        strength: 0 to 1.
    """
    tone = mix(scene.light.haze, scene.light.sky[1], 0.3)
    plan = scene.keep(("smoke", name), lambda: scene.rng("smoke", name).random((14, 3)).tolist())
    for n, (a, b, c) in enumerate(plan):
        life = (scene.phase + n / len(plan)) % 1.0
        px = x + tall * (0.30 * life**1.6 + 0.06 * (a - 0.5) * life + 0.02 * _wave(life + b))
        radius = size * (0.6 + 2.6 * life) * (0.8 + 0.4 * c)
        around = scene.around(px, y - tall * life, max(radius, 1.0), 2.2)
        if around is None:
            continue
        d, row, column = around
        fade = strength * min(1.0, life * 6) * (1 - life) ** 1.4
        scene.paint(flat(tone), (np.exp(-d * d * 1.3) * np.float32(fade)).astype(np.float32), row, column)
