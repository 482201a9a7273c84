"""What hangs on walls, lies on floors and stands about: pictures, rugs, vases, candles, clocks."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from ..light import Colour, colour, mix, pick
from .joinery import ribbon

if TYPE_CHECKING:
    from collections.abc import Sequence

    from .room import Corner, Room

INKS = (
    ("#c98a5a", "#5a7a8a", "#d8c8a8", "#2e4a5e", "#efe6d6"),
    ("#b86a52", "#7a8a6a", "#e0c9a0", "#4a3a34", "#f2ece0"),
    ("#3f6070", "#9ab0b4", "#d9b48a", "#24343e", "#eceae4"),
    ("#8a6a8a", "#d99a7a", "#e8d0b0", "#40384e", "#f4ece4"),
    ("#5f7f5a", "#b8a45a", "#d8d8b8", "#33443a", "#f0eee2"),
)
FRAMES = ("#2e2a26", "#8a6440", "#e8e2d6", "#b08a4a", "#4a3426")


def picture(
    room: Room,
    rng: np.random.Generator,
    x: float,
    y: float,
    z: float,
    w: float,
    h: float,
    inks: Sequence[str] = (),
    frame: str = "",
) -> None:
    """Hang a framed print on the back wall at z: hills, arches, leaves or a sun, in a few inks."""
    tone = colour(frame or FRAMES[int(rng.integers(len(FRAMES)))])
    inks = inks or INKS[int(rng.integers(len(INKS)))]
    colours = [colour(c) for c in inks]
    room.hang(x - 0.03, y - 0.03, w + 0.06, h + 0.06, 0.05)
    b, zf = 0.028, z - 0.03
    for corners, shade in (
        ([(x - b, y - b), (x + w + b, y - b), (x + w, y), (x, y)], 0.75),
        ([(x + w + b, y - b), (x + w + b, y + h + b), (x + w, y + h), (x + w, y)], 0.9),
        ([(x - b, y + h + b), (x + w + b, y + h + b), (x + w, y + h), (x, y + h)], 1.2),
        ([(x - b, y - b), (x, y), (x, y + h), (x - b, y + h + b)], 1.05),
    ):
        room.quad([(px, py, zf) for px, py in corners], tone * np.float32(shade), stuff="wood")
    room.panel(x, y, zf + 0.012, w, h, colour("#f4f0e8"))
    m = 0.14 * min(w, h)
    _print(room, rng, x + m, y + m, zf + 0.01, w - 2 * m, h - 2 * m, colours)


def _print(
    room: Room, rng: np.random.Generator, x: float, y: float, z: float, w: float, h: float, inks: list[Colour]
) -> None:
    def shape(points: Sequence[tuple[float, float]], tone: Colour) -> None:
        room.quad(
            [(x + w * min(max(u, 0.0), 1.0), y + h * min(max(v, 0.0), 1.0), z) for u, v in points], tone
        )

    def round_(
        u: float, v: float, r: float, tone: Colour, start: float = 0.0, end: float = 2 * np.pi
    ) -> None:
        a = np.linspace(start, end, 20).tolist()
        shape([(u + r / w * float(np.cos(t)), v + r / h * float(np.sin(t))) for t in a], tone)

    shape([(0, 0), (1, 0), (1, 1), (0, 1)], inks[4])
    kind = int(rng.integers(4))
    least = min(w, h)
    if kind == 0:  # a sun over hills
        shape([(0, 0), (1, 0), (1, 1), (0, 1)], mix(inks[2], inks[4], 0.4))
        round_(rng.uniform(0.3, 0.7), 0.68, least * 0.15, inks[0])
        for k, tone in enumerate((mix(inks[1], inks[4], 0.45), inks[1], inks[3])):
            top = 0.55 - 0.16 * k
            phase, n = rng.uniform(0, 6), 14
            edge = [(i / n, top + 0.09 * float(np.sin(phase + 5 * i / n))) for i in range(n + 1)]
            shape([(0, 0), *edge, (1, 0)], tone)
    elif kind == 1:  # arches in each other
        for k, tone in enumerate((inks[0], inks[2], inks[1], inks[4])):
            r = least * (0.42 - 0.11 * k)
            round_(0.5, 0.42, r, tone, 0, np.pi)
            shape([(0.5 - r / w, 0.08), (0.5 + r / w, 0.08), (0.5 + r / w, 0.43), (0.5 - r / w, 0.43)], tone)
    elif kind == 2:  # a twig
        for k in range(7):
            v = 0.16 + 0.10 * k
            for side in (-1, 1):
                end = (0.5 + side * (0.30 - 0.025 * k), v + 0.16)
                mid = (0.5 + side * 0.20, v + 0.02)
                shape([(0.5, v), mid, end, (0.5 + side * 0.10, v + 0.14)], inks[1 if k % 2 else 3])
        shape([(0.49, 0.04), (0.51, 0.04), (0.505, 0.92), (0.495, 0.92)], inks[3])
    else:  # loose forms
        for _ in range(3):
            u, v, r = rng.uniform(0.25, 0.75), rng.uniform(0.25, 0.75), least * rng.uniform(0.14, 0.3)
            round_(u, v, r, inks[int(rng.integers(4))])
        for _ in range(2):
            v = rng.uniform(0.15, 0.8)
            shape([(0.08, v), (0.92, v + 0.02), (0.92, v + 0.05), (0.08, v + 0.03)], inks[3])


def rug(
    room: Room,
    rng: np.random.Generator,
    x: float,
    z: float,
    w: float,
    d: float,
    tones: Sequence[str] = (),
    kind: str = "",
) -> None:
    """Lay a rug, its left near corner at (x, z): bordered, striped, of diamonds, or round."""
    palettes = (
        ("#8a4a3a", "#d8c0a0", "#3a3a4a"),
        ("#5a6a72", "#d8d4c8", "#a8846a"),
        ("#a88a64", "#efe6d4", "#6a5a4a"),
        ("#3f5560", "#c9b48a", "#8a4a3a"),
        ("#d8d0c0", "#a89a86", "#6a6258"),
    )
    base, pale, dark = (colour(c) for c in tones or palettes[int(rng.integers(len(palettes)))])
    kind = kind or ("border", "stripes", "diamonds", "round")[int(rng.integers(4))]
    y = 0.012
    if kind == "round":
        for r, tone in ((1.0, base), (0.88, pale), (0.82, base), (0.5, mix(base, pale, 0.35)), (0.44, base)):
            a = np.linspace(0, 2 * np.pi, 40, endpoint=False).tolist()
            rim: list[Corner] = [
                (x + w / 2 * (1 + r * float(np.cos(t))), y, z + d / 2 * (1 + r * float(np.sin(t)))) for t in a
            ]
            room.quad(rim, tone, stuff="rug")
        return

    def part(u0: float, v0: float, u1: float, v1: float, tone: Colour) -> None:
        room.level(x + w * u0, y, z + d * v0, w * (u1 - u0), d * (v1 - v0), tone, "rug")

    part(0, 0, 1, 1, base)
    if kind == "stripes":
        n = 13
        for i in range(1, n, 2):
            part(i / n, 0, (i + (0.4 if i % 4 == 1 else 0.8)) / n, 1, pale if i % 4 == 1 else dark)
    else:
        e, f = 0.06 * d / w, 0.06
        part(e, f, 1 - e, 1 - f, pale)
        part(e * 1.5, f * 1.5, 1 - e * 1.5, 1 - f * 1.5, dark if kind == "border" else base)
        part(e * 2.2, f * 2.2, 1 - e * 2.2, 1 - f * 2.2, base)
        if kind == "diamonds":
            n = 5
            for i in range(n):
                for k, tone in ((0.9, pale), (0.62, dark), (0.36, base)):
                    u, half = (i + 0.5) / n * 0.8 + 0.1, 0.8 / n / 2 * k
                    points = ((u - half, 0.5), (u, 0.5 - 0.34 * k), (u + half, 0.5), (u, 0.5 + 0.34 * k))
                    room.quad([(x + w * a, y, z + d * b) for a, b in points], tone, stuff="rug")
    for v in (0, 1):
        for i in range(int(w / 0.05)):
            px = x + 0.05 * i
            zz = z + d * v
            out = -0.05 if v == 0 else 0.05
            room.quad([(px, y, zz), (px + 0.02, y, zz), (px + 0.02, y, zz + out), (px, y, zz + out)], pale)


def vase(
    room: Room, rng: np.random.Generator, x: float, y: float, z: float, high: float, tone: Colour
) -> None:
    """Stand a vase at (x, y, z), of a shape by chance."""
    shapes = (
        ((0.20, 0.32, 0.5), (0.32, 0.12, 0.3), (0.12, 0.16, 0.2)),
        ((0.26, 0.34, 0.35), (0.34, 0.20, 0.45), (0.20, 0.22, 0.2)),
        ((0.16, 0.22, 0.8), (0.22, 0.20, 0.2)),
    )
    at = y
    for low, top, part in shapes[int(rng.integers(len(shapes)))]:
        room.tube(x, at, z, low * high, top * high, part * high, tone, sides=12, lid=tone * np.float32(0.3))
        at += part * high


def twigs(
    room: Room, rng: np.random.Generator, x: float, y: float, z: float, high: float, tone: Colour
) -> None:
    """Put dry grasses in a vase whose mouth is at (x, y, z)."""
    for _ in range(11):
        dx, h = rng.uniform(-0.32, 0.32) * high, high * rng.uniform(0.6, 1.0)
        ribbon(room, (x, y, z), (x + dx, y + h, z), 0.004, tone * np.float32(0.7))
        for k in range(5):
            t = 0.62 + 0.09 * k
            px, py, r = x + dx * t, y + h * t, high * 0.05 * (1.2 - t * 0.6)
            points = ((px - r * 0.5, py), (px, py - r), (px + r * 0.6, py + r), (px, py + r * 2))
            room.quad([(a, b, z - 0.005) for a, b in points], tone * np.float32(rng.uniform(0.8, 1.15)))


def candle(room: Room, x: float, y: float, z: float, high: float, tone: str = "#efe4cc") -> None:
    """Stand a burning candle at (x, y, z)."""
    if "candles" in room.scene.dropped:
        return
    room.tube(x, y, z, 0.026, 0.026, high, colour(tone), 0.25, group="candle")
    f = 0.052
    points = ((-0.012, 0.012), (0.0, 0.0), (0.012, 0.012), (0.009, 0.028), (0.0, f), (-0.008, 0.026))
    room.quad(
        [(x + a, y + high + 0.004 + b, z - 0.03) for a, b in points], colour("#ffe2a0"), 2.4, group="candle"
    )
    room.lamp((x, y + high + 0.05, z - 0.06), (0.10, 0.055, 0.02), 0.02, group="candle")


def books_lying(room: Room, rng: np.random.Generator, x: float, y: float, z: float, n: int = 3) -> float:
    """Stack books at (x, y, z) and return the height of the stack's top."""
    tones = ("#7a2e2a", "#2e4a5e", "#c9b48a", "#3f5a3c", "#d8d0c0", "#8a6a3a", "#26303c")
    for _ in range(n):
        w, h, d = rng.uniform(0.2, 0.28), rng.uniform(0.022, 0.045), rng.uniform(0.15, 0.2)
        dx = rng.uniform(-0.02, 0.02)
        room.box(x + dx, y, z, w, h, d, pick(rng, tones))
        room.panel(x + dx + w * 0.04, y + h * 0.16, z - 0.001, w * 0.96, h * 0.68, colour("#e8e0d0"))
        room.panel(x + dx, y, z - 0.002, w * 0.03, h, colour("#6a5a4a"))
        y += h
    return y


def clock(room: Room, x: float, y: float, z: float, radius: float, hour: float, rim: str = "#2a2826") -> None:
    """Hang a round clock on the back wall, its middle at (x, y); `hour` is the time it shows."""
    room.hang(x - radius, y - radius, 2 * radius, 2 * radius, 0.05)
    a = np.linspace(0, 2 * np.pi, 36, endpoint=False).tolist()

    def disc(r: float, tone: Colour, dz: float) -> None:
        room.quad([(x + r * float(np.cos(t)), y + r * float(np.sin(t)), z - dz) for t in a], tone)

    disc(radius, colour(rim), 0.03)
    disc(radius * 0.88, colour("#f2eee6"), 0.034)
    for k in range(12):
        t = 2 * np.pi * k / 12
        _hand(room, x, y, z - 0.036, t, radius * 0.70, radius * 0.80, radius * 0.02)
    _hand(room, x, y, z - 0.038, 2 * np.pi * hour / 12, 0.0, radius * 0.46, radius * 0.034)
    _hand(room, x, y, z - 0.040, 2 * np.pi * hour, 0.0, radius * 0.68, radius * 0.024)


def _hand(
    room: Room, x: float, y: float, z: float, turn: float, start: float, end: float, half: float
) -> None:
    s, c = float(np.sin(turn)), float(np.cos(turn))
    points = ((start, -half), (start, half), (end, half * 0.6), (end, -half * 0.6))
    room.quad([(x + s * r + c * o, y + c * r - s * o, z) for r, o in points], colour("#24221f"))


def hour(room: Room) -> float:
    """Return what a clock shows at the scene's time of day."""
    rough = {"day": 11.0, "golden": 5.5, "dawn": 6.4, "sunset": 7.2, "dusk": 8.6, "night": 10.2}
    return rough.get(room.scene.time, 10.0) + float(room.scene.rng("hour").uniform(-0.6, 0.6))


def continents(
    room: Room,
    x: float,
    y: float,
    z: float,
    radius: float,
    spots: Sequence[tuple[float, float, float, float]],
    tone: Colour,
) -> None:
    """Lay land on a globe around (x, y, z): of each spot its middle, from the globe's, and its half axes."""
    frame = ((x - radius, y - radius, z), (x + radius, y - radius, z), (x - radius, y + radius, z))
    for dx, dy, rx, ry in spots:
        points = []
        for k in range(12):
            a = 6.2832 * k / 12
            wave = 1 + 0.25 * float(np.sin(3 * a + dx * 40))
            points.append((x + dx + rx * wave * float(np.cos(a)), y + dy + ry * wave * float(np.sin(a)), z))
        room.quad(points, tone, frame=frame, swell=(0.95, 0.95, 1.0))
