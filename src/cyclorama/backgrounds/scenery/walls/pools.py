"""Pools of light on a wall, as the time of day has them: a sun patch, a wash, spots from above and below."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from PIL import Image, ImageDraw

from ..light import colour, mix
from ..noise import Field, smoothstep
from ..shapes import blur
from .wall import Beam, canvas, head

if TYPE_CHECKING:
    from collections.abc import Callable

    from ..light import Colour
    from ..scene import Scene
    from .wall import Canvas

SMALL = 0.25  # of the wall, at which pools are worked out
LAMP = colour("#ffc286")


def lights(scene: Scene, rake: float) -> tuple[Colour, list[Beam]]:
    """Return the ambient light of a wall and its beams, as they are at the picture's time of day.

    The second colour that the prompt names is that of the lamps at night.
    """
    rng = scene.rng("pools")
    side = -1 if rng.random() < 0.5 else 1
    light = scene.light
    if scene.time in {"dusk", "night"}:
        lamp = mix(scene.colours[1], colour("#ffffff"), 0.45) if len(scene.colours) > 1 else LAMP
        cold = np.array([0.055, 0.07, 0.12], np.float32) * (1.0 if scene.time == "night" else 1.6)
        kind = str(rng.choice(["down", "up", "wash"], p=[0.45, 0.25, 0.3]))
        beams = [Beam(lamp**2 * np.float32(0.2), around(scene), (side * rake * 0.35, -rake * 0.5))]
        if kind == "wash":
            beams.append(Beam(lamp**2 * np.float32(0.8), wash(scene, side, 2.1), (side * rake, -rake * 0.5)))
        else:
            up = kind == "up"
            beams.append(
                Beam(lamp**2 * np.float32(0.95), spots(scene, up), (0.0, rake if up else -rake * 1.1))
            )
        # the moon through a window, or what is left of the day
        beams.append(Beam(cold * np.float32(1.5), wash(scene, -side), (-side * rake, -rake * 0.3)))
        return cold, beams
    sun = np.asarray(mix(light.key, colour("#ffffff"), 0.3), np.float32) ** 2
    sky = np.asarray(mix(light.ambient, colour("#c9c6c4"), 0.45), np.float32) ** 2
    low = scene.time in {"sunset", "golden", "dawn"}
    ambient = sky * np.float32(0.34 if low else 0.5)
    beams = [Beam(mix(sun, sky, 0.45) * np.float32(0.5), around(scene), (side * rake * 0.5, -rake * 0.4))]
    drawn = rng.random()
    if drawn < 0.26 and not low:
        lamp = np.asarray(mix(LAMP, colour("#ffffff"), 0.55), np.float32) ** 2
        beams.append(Beam(lamp * np.float32(1.0), spots(scene, False), (0.0, -rake * 1.1)))
        ambient *= np.float32(0.8)
    elif drawn < 0.75:
        beams.append(Beam(sun * np.float32(1.02), window(scene, side, low), (side * rake, -rake * 0.55)))
        beams.append(Beam(sun * np.float32(0.17), wash(scene, side), (side * rake, -rake * 0.4)))
    else:
        beams.append(Beam(sun * np.float32(0.9), wash(scene, side), (side * rake, -rake * 0.5)))
    return np.asarray(ambient, np.float32), beams


def around(scene: Scene) -> Callable[[Scene], Field]:
    """Return a wide pool behind the person's head and shoulders."""
    at = canvas(scene).at(SMALL)
    still = np.exp(-((at.x / 0.62) ** 2) - (((at.y - 0.02) / 0.56) ** 2)).astype(np.float32)
    return lambda moved: still * np.float32(1 + 0.05 * moved.swing(8, 0.2))


def wash(scene: Scene, side: int, fall: float = 1.55) -> Callable[[Scene], Field]:
    """Return light from one upper corner that falls off across the wall, `fall` times a unit."""
    at = canvas(scene).at(SMALL)
    wide = min(float(at.x[0, -1]), 1.4)

    def pool(moved: Scene) -> Field:
        sway = 0.05 * moved.swing(8)
        x = (wide * side - at.x) * side + np.float32(sway)
        y = at.y + np.float32(0.62 + sway * 0.5)
        d = np.sqrt(x * x * np.float32(0.62) + y * y * np.float32(0.9))
        return np.asarray(1.25 / (1 + (d * np.float32(fall)) ** 2.2), np.float32)

    return pool


def spots(scene: Scene, up: bool) -> Callable[[Scene], Field]:
    """Return the scallops of lamps close to the wall, above or below it."""
    rng = scene.rng("spots")
    at = canvas(scene).at(SMALL)
    half = min(float(at.x[0, -1]), 2.2)
    gap = float(rng.uniform(0.72, 0.98))
    first = float(rng.choice([0.0, gap / 2])) if not up else gap / 2
    if up:
        first = max(first, 0.46)
    middles = sorted({s * (first + k * gap) for s in (-1, 1) for k in range(int(half / gap) + 2)})
    top = float(-at.y[0, 0]) + 0.10
    away = float(rng.uniform(0.10, 0.15))

    def pool(moved: Scene) -> Field:
        out = np.zeros((at.height, at.width), np.float32)
        y = (at.y * (-1 if up else 1)) + np.float32(top)
        for number, middle in enumerate(middles):
            x = at.x - np.float32(middle)
            d2 = x * x + y * y + np.float32(away * away)
            d = np.sqrt(d2)
            beam = smoothstep(0.68, 0.96, y / d) + np.float32(0.04)
            glow = np.float32(0.27 * (1 + 0.03 * moved.swing(4, number * 0.37)))
            out += beam * (glow / (d2 + np.float32(0.05)))
        return np.minimum(out, 1.9)

    return pool


def window(scene: Scene, side: int, low: bool) -> Callable[[Scene], Field]:
    """Return the sun through a window with panes, and a plant's shadow that sways in it."""
    rng = scene.rng("window")
    at = canvas(scene).at(SMALL)
    unit = at.height / float(at.y[-1, 0] * 2)
    tilt = float(rng.uniform(0.20, 0.42)) * side
    across = float(rng.uniform(0.26, 0.44)) * min(1.0, float(at.x[0, -1]) / 0.8)
    half_w, half_h = float(rng.uniform(0.42, 0.60)), float(rng.uniform(0.40, 0.56))
    columns, rows = int(rng.integers(2, 4)), int(rng.integers(2, 4))
    bar, edge = 0.018, 0.022 if not low else 0.030
    leaves = _leaves(scene, at, unit, (across + 0.16) * side) if rng.random() < 0.75 else None
    calm = head(at, 0.06)

    def pool(moved: Scene) -> Field:
        creep = 0.012 * moved.swing(8)
        x = at.x + np.float32(across * side * -1 + creep) + at.y * np.float32(tilt)
        y = at.y + np.float32(0.10) - at.x * np.float32(tilt * 0.35)
        inside = _box(x, half_w, edge) * _box(y, half_h, edge)
        for k in range(1, columns):
            inside = inside * (1 - _box(x - np.float32(half_w * (2 * k / columns - 1)), bar, edge * 0.6))
        for k in range(1, rows):
            inside = inside * (1 - _box(y - np.float32(half_h * (2 * k / rows - 1)), bar, edge * 0.6))
        lit = np.asarray(inside, np.float32)
        if leaves is not None:
            lit = lit * (1 - _swayed(leaves, moved, unit))
        # its edges would cut through the head
        even = blur(lit, unit * 0.11)
        return np.asarray(lit + (even * np.float32(0.75) - lit) * calm, np.float32)

    return pool


def _box(x: Field, half: float, soft: float) -> Field:
    return smoothstep(-half - soft, -half + soft, x) * (1 - smoothstep(half - soft, half + soft, x))


def _leaves(scene: Scene, at: Canvas, unit: float, foot: float) -> Image.Image:
    """Return the shadow of a palm before the window, 0 to 1, as an image of floats; it stands at x `foot`."""
    rng = scene.rng("leaves")
    image = Image.new("L", (at.width * 2, at.height * 2))
    draw = ImageDraw.Draw(image)
    cx, cy = at.width + 2 * unit * foot, at.height * 2.05
    for _ in range(int(rng.integers(3, 6))):
        lean = float(rng.uniform(-0.9, 0.9))
        length = unit * 2 * float(rng.uniform(0.7, 1.25))
        t = np.linspace(0, 1, 26)
        sx = cx + lean * length * (t * 0.55 + 0.45 * t**2)
        sy = cy - length * (t - 0.38 * abs(lean) * t**2.4)
        draw.line(list(zip(sx, sy, strict=True)), fill=255, width=max(1, round(unit * 0.012)))
        for k in range(3, 26, 3):
            leaf = unit * 0.42 * float(np.sin(np.pi * min(1.0, t[k] * 0.82 + 0.12))) ** 0.7
            along = np.arctan2(sy[k] - sy[k - 1], sx[k] - sx[k - 1])
            for way in (-1, 1):
                a = along + way * (0.95 - 0.45 * t[k]) + float(rng.normal(0, 0.06))
                ex, ey = sx[k] + np.cos(a) * leaf, sy[k] + np.sin(a) * leaf + leaf * 0.22
                px, py = -np.sin(a) * leaf * 0.12, np.cos(a) * leaf * 0.12
                mx, my = sx[k] * 0.55 + ex * 0.45, sy[k] * 0.55 + ey * 0.45
                draw.polygon([(sx[k], sy[k]), (mx + px, my + py), (ex, ey), (mx - px, my - py)], fill=255)
    soft = blur(np.asarray(image.reduce(2), np.float32) / np.float32(255), unit * 0.006)
    return Image.fromarray(soft * np.float32(0.95))


def _swayed(leaves: Image.Image, moved: Scene, unit: float) -> Field:
    """Return the shadow as wind and phase have it: it leans from its foot."""
    lean = 0.018 * moved.swing(8) + 0.008 * moved.swing(4, 0.3)
    up = 0.006 * moved.swing(8, 0.25)
    w, h = leaves.size
    warp = (1.0, lean, -lean * h, 0.0, 1.0 + up, -up * h)
    return np.asarray(leaves.transform((w, h), Image.Transform.AFFINE, warp, Image.Resampling.BICUBIC))
