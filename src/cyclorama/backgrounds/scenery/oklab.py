"""Colours where equal steps look equal, and palettes worked out there.

OKLab is Björn Ottosson's (https://bottosson.github.io/posts/oklab, 2020).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from .light import Colour

TO_CONES = np.array(
    [
        [0.4122214708, 0.5363325363, 0.0514459929],
        [0.2119034982, 0.6806995451, 0.1073969566],
        [0.0883024619, 0.2817188376, 0.6299787005],
    ]
)
TO_LAB = np.array(
    [
        [0.2104542553, 0.7936177850, -0.0040720468],
        [1.9779984951, -2.4285922050, 0.4505937099],
        [0.0259040371, 0.7827717662, -0.8086757660],
    ]
)
LIGHTNESS = np.array([0.17, 0.36, 0.55, 0.77, 0.94])  # of a palette's five colours


def to_lab(rgb: np.ndarray) -> np.ndarray:
    """Return colours (..., 3) as on the screen, in OKLab: lightness 0 to 1, green to red, blue to yellow."""
    rgb = np.clip(np.asarray(rgb, np.float64), 0, 1)
    linear = np.where(rgb <= 0.04045, rgb / 12.92, ((rgb + 0.055) / 1.055) ** 2.4)
    return np.asarray(np.cbrt(linear @ TO_CONES.T) @ TO_LAB.T)


def from_lab(lab: np.ndarray) -> np.ndarray:
    """Return colours (..., 3) in OKLab as on the screen; may leave 0 to 1."""
    linear = (np.asarray(lab, np.float64) @ np.linalg.inv(TO_LAB).T) ** 3 @ np.linalg.inv(TO_CONES).T
    bent = 1.055 * np.maximum(linear, 0.0031308) ** (1 / 2.4) - 0.055
    return np.asarray(np.where(linear <= 0.0031308, linear * 12.92, bent))


def shown(lab: np.ndarray) -> Colour:
    """Return an OKLab colour (3,) as on the screen, greyer where a screen cannot show it."""
    low, high = 0.0, 1.0
    for _ in range(14):
        share = (low + high) / 2
        rgb = from_lab(lab * (1, share, share))
        inside = bool((rgb > -0.002).all() and (rgb < 1.002).all())
        low, high = (share, high) if inside else (low, share)
    return np.asarray(np.clip(from_lab(lab * (1, low, low)), 0, 1), np.float32)


def palette(named: tuple[Colour, ...], turn: float = 0.0) -> list[Colour]:
    """Return five colours, dark to light, around one to three that were named; each of those is among them.

    `turn` is how many degrees the hue of the light ones turns away from one colour, and that of the dark ones
    the other way.
    """
    labs = sorted((to_lab(c) for c in named[:3]), key=lambda lab: float(lab[0]))
    spots = [int(np.abs(LIGHTNESS - lab[0]).argmin()) for lab in labs]
    for i in range(1, len(spots)):
        spots[i] = max(spots[i], spots[i - 1] + 1)
    over = max(0, spots[-1] - 4)
    spots = [max(i, spot - over) for i, spot in enumerate(spots)]
    five = []
    for step, lightness in enumerate(LIGHTNESS):
        if step in spots:
            five.append(shown(labs[spots.index(step)]))
            continue
        a = np.interp(step, spots, [lab[1] for lab in labs])
        b = np.interp(step, spots, [lab[2] for lab in labs])
        level = float(np.interp(step, [-1, *spots, 5], [0.06, *(lab[0] for lab in labs), 1.0]))
        level = 0.5 * level + 0.5 * float(lightness)
        away = min((step - spot for spot in spots), key=abs)
        angle = np.deg2rad(turn) * away / 2
        # shadows and lights hold less colour than what lies between
        fade = np.clip(1.0 - 0.13 * abs(away), 0, 1) * (0.55 if level > 0.9 else 1.0)
        a, b = a * np.cos(angle) - b * np.sin(angle), a * np.sin(angle) + b * np.cos(angle)
        five.append(shown(np.array([level, a * fade, b * fade])))
    return five
