"""Sea turtles."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from ..light import Colour, colour, mix
from ..shapes import Cutout

if TYPE_CHECKING:
    from ..scene import Scene


def turtles(scene: Scene, water: Colour, lit: float) -> None:
    """Paint a sea turtle that glides, beating its flippers slowly. The layer moves."""
    rng = scene.rng("turtle")
    if not scene.wants("turtle", otherwise=bool(rng.random() < 0.28)):
        return
    u = scene.unit
    side = 1 if scene.sun[0] > scene.width / 2 else -1
    for n in range(max(1, scene.count("turtle", 1))):
        at = side if n % 2 == 0 else -side
        x0 = scene.width / 2 + at * min(scene.width * 0.31, u * 0.52)
        y0 = scene.height * (rng.uniform(0.24, 0.34) + 0.17 * (n // 2 % 3))
        x = x0 + u * 0.035 * scene.swing(8.0, n * 0.3)
        y = y0 + u * 0.014 * scene.swing(4.0, 0.25 + n * 0.2)
        _turtle(scene, x, y, u * rng.uniform(0.075, 0.095), -at, scene.swing(4.0, n * 0.2), water, lit)


def _turtle(
    scene: Scene, x: float, y: float, size: float, way: int, beat: float, water: Colour, lit: float
) -> None:
    own = [colour(c) * np.float32(lit) for c in ("#6f8a5a", "#7a6a3e", "#d8d0a0")]
    skin, shell, belly = (mix(tone, water, veil) for tone, veil in zip(own, (0.34, 0.30, 0.40), strict=True))
    cut = Cutout(scene, (x - size * 2, y - size * 1.6, x + size * 2, y + size * 1.6), shell, 0.6)
    pitch = -0.16

    def at(px: float, py: float) -> tuple[float, float]:
        rx, ry = px * np.cos(pitch) - py * np.sin(pitch), px * np.sin(pitch) + py * np.cos(pitch)
        return x + rx * way * size, y + ry * size

    lift = 0.55 * beat
    # the far flippers first
    dark = skin * np.float32(0.7)
    cut.polygon(
        [
            at(0.5, 0.05),
            at(0.62, 0.0),
            at(0.35, -0.35 - lift * 0.8),
            at(0.05, -0.62 - lift),
            at(0.12, -0.3 - lift * 0.5),
        ],
        dark,
    )
    cut.polygon(
        [at(-0.75, 0.1), at(-1.05, 0.0 - 0.1 * beat), at(-1.22, -0.12 - 0.2 * beat), at(-0.95, 0.14)], dark
    )
    # head and neck
    cut.polygon([at(0.7, -0.06), at(1.0, -0.16), at(1.02, 0.06), at(0.7, 0.16)], skin)
    head = [at(1.12 + 0.20 * np.cos(a), -0.06 + 0.135 * np.sin(a)) for a in np.linspace(0, 2 * np.pi, 14)]
    cut.polygon(head, skin)
    cut.disc(*at(1.19, -0.09), size * 0.028, colour("#141a14"))
    # belly, then the shell's dome
    t = np.linspace(0, np.pi, 17)
    bottom = [at(0.92 * np.cos(a), 0.10 + 0.20 * np.sin(a)) for a in t]
    cut.polygon([*bottom, at(-0.9, 0.04), at(0.9, 0.04)], belly)
    top = [(0.95 * np.cos(a), 0.12 - 0.50 * np.sin(a) ** 0.9) for a in t]
    cut.polygon([at(*p) for p in top] + [at(-0.95, 0.16), at(0.95, 0.16)], shell)
    for px, py, r in ((0.52, -0.06, 0.19), (0.14, -0.14, 0.23), (-0.28, -0.13, 0.22), (-0.62, -0.02, 0.16)):
        plate = [
            at(px + r * 0.92 * np.cos(a), py + r * 0.72 * np.sin(a)) for a in np.linspace(0, 2 * np.pi, 7)
        ]
        cut.polygon(plate, shell * np.float32(1.28 - 0.25 * (py + 0.14)))
    for px in (0.72, 0.36, -0.04, -0.46, -0.78):
        r = 0.075
        plate = [at(px + r * np.cos(a), 0.09 + r * 0.6 * np.sin(a)) for a in np.linspace(0, 2 * np.pi, 7)]
        cut.polygon(plate, shell * np.float32(0.8))
    # the near flippers
    cut.polygon(
        [
            at(0.66, 0.10),
            at(0.40, 0.18),
            at(0.10, 0.50 - lift * 0.4),
            at(-0.12, 0.92 - lift * 1.1),
            at(0.10, 0.90 - lift * 1.1),
            at(0.42, 0.58 - lift * 0.6),
        ],
        skin * np.float32(1.1),
    )
    cut.polygon(
        [at(-0.7, 0.12), at(-1.0, 0.30 - 0.1 * beat), at(-1.18, 0.40 - 0.2 * beat), at(-0.88, 0.12)], skin
    )
    cut.paint(0.94)
