"""Fish: far shoals, and larger ones that circle nearer."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from ..light import Colour, colour, mix
from ..shapes import Cutout

if TYPE_CHECKING:
    from ..scene import Scene


COATS = (  # body, stripe
    ("#f0a83a", "#fff2dc"),
    ("#f2d24a", "#2a3a6a"),
    ("#3a6ad8", "#f2d24a"),
    ("#e8603a", "#fff4ea"),
    ("#8a5ad0", "#f0c84a"),
)


class Shoal(NamedTuple):
    """Fish that circle together: the middle and half axes of their round, each one's place and size."""

    x: float
    y: float
    wide: float
    high: float
    way: int
    at: float
    coat: tuple[Colour, Colour | None]
    fish: list[tuple[float, float, float, float]]


def shoals(scene: Scene, water: Colour, lit: float) -> None:
    """Paint a far shoal of small fish, and a few larger ones nearer. The layer moves."""
    if not scene.wants("fish", otherwise=True):
        return
    for shoal in scene.keep("shoals", lambda: _shoals(scene, water, lit)):
        for along, aside, size, own in shoal.fish:
            turn = 2 * np.pi * (shoal.way * scene.phase + shoal.at + along)
            x = shoal.x + shoal.wide * np.cos(turn) + aside * 0.8
            y = shoal.y + shoal.high * np.sin(turn) + aside * 0.5
            heading = -np.sin(turn) * shoal.way
            slope = shoal.high / shoal.wide * np.cos(turn) * shoal.way
            wag = scene.swing(0.9, own)
            _fish(scene, x, y, size, float(heading), float(slope), wag, shoal.coat)


def _shoals(scene: Scene, water: Colour, lit: float) -> list[Shoal]:
    rng = scene.rng("shoals")
    u, middle = scene.unit, scene.width / 2
    side = -1 if scene.sun[0] > scene.width / 2 else 1  # the turtle has the other side
    out = min(scene.width * 0.34, u * 0.6)
    far = mix(colour("#0f4a68") * np.float32(lit), water, 0.42)
    count = scene.count("fish", 0)
    small, large = (30, 7) if not count else (0, count)
    if rng.random() < 0.5 and not count:
        small, large = 22, 5
    shoals = []
    if small:
        fish = [
            (rng.normal() * 0.09, rng.normal() * u * 0.045, u * rng.uniform(0.007, 0.012), rng.random())
            for _ in range(small)
        ]
        y = scene.height * rng.uniform(0.26, 0.44)
        shoals.append(
            Shoal(middle + side * out, y, u * 0.13, u * 0.035, side, rng.random(), (far, None), fish)
        )
    body, stripe = (colour(c) for c in COATS[int(rng.integers(len(COATS)))])
    dim = np.float32(lit)
    coat = mix(body * dim, water, 0.14), mix(stripe * dim, water, 0.14)
    # larger fish keep a distance from each other on their round
    for half in (0, 1):
        part = large // 2 + (large % 2 if half else 0)
        if not part:
            continue
        fish = [
            (
                n / part * 0.5 + rng.normal() * 0.02,
                rng.normal() * u * 0.02,
                u * rng.uniform(0.022, 0.034),
                rng.random(),
            )
            for n in range(part)
        ]
        at = -side if half else side
        y = scene.height * rng.uniform(0.47, 0.59)
        shoals.append(Shoal(middle + at * out * 1.02, y, u * 0.20, u * 0.045, -at, rng.random(), coat, fish))
    return shoals


def _fish(
    scene: Scene,
    x: float,
    y: float,
    size: float,
    heading: float,
    slope: float,
    wag: float,
    coat: tuple[Colour, Colour | None],
) -> None:
    """Paint a fish; `heading` -1 to 1 is to the left or right, near 0 it turns and is seen from ahead."""
    body, stripe = coat
    face = 1.0 if heading >= 0 else -1.0
    long = face * (0.28 + 0.72 * min(1.0, abs(heading) * 1.6))
    cut = Cutout(scene, (x - size * 1.5, y - size, x + size * 1.5, y + size), body, 0.4 if size > 8 else 0.0)
    tilt = slope * 0.6

    def at(px: float, py: float) -> tuple[float, float]:
        # the tail swings away from us and back: seen from the side it is shortened
        if px < -0.2:
            px = -0.2 + (px + 0.2) * (1 - 0.22 * abs(wag))
            py += (px + 0.2) * 0.10 * wag
        return x + px * long * size, y + (py + px * tilt * face * 0.5) * size

    shade, light = body * np.float32(0.72), np.minimum(body * np.float32(1.18), 1)
    cut.polygon([at(-0.5, 0.0), at(-1.12, -0.42), at(-0.92, 0.0), at(-1.12, 0.42)], shade)
    cut.polygon([at(0.25, -0.36), at(-0.12, -0.62), at(-0.5, -0.34), at(-0.3, -0.2)], shade)
    cut.polygon([at(0.0, 0.34), at(-0.25, 0.55), at(-0.45, 0.25)], shade)
    t = np.linspace(0, np.pi, 9)
    upper = [at(0.95 * np.cos(a), -0.42 * np.sin(a) ** 0.85) for a in t]
    lower = [at(0.95 * np.cos(a), 0.40 * np.sin(a) ** 0.85) for a in t]
    cut.polygon([*upper, *lower[::-1]], body)
    cut.polygon([*upper, *[at(0.95 * np.cos(a), -0.10 * np.sin(a)) for a in t][::-1]], light)
    if stripe is not None and size > 5:
        for px, half in ((0.42, 0.09), (-0.08, 0.11), (-0.48, 0.06)):
            tall = 0.40 * (1 - px * px) ** 0.5
            cut.polygon(
                [
                    at(px - half, -tall),
                    at(px + half, -tall),
                    at(px + half * 0.8, tall),
                    at(px - half * 0.8, tall),
                ],
                stripe,
            )
    if size > 5:
        cut.disc(*at(0.66, -0.09), size * 0.085, colour("#f8fbff"))
        cut.disc(*at(0.68, -0.09), size * 0.05, colour("#101820"))
    cut.paint(0.92)
