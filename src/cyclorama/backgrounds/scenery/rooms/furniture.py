"""What stands in most rooms: windows and curtains, lamps, tables, sideboards, shelves with things."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from ..air import sky
from ..light import Colour, colour, mix, pick
from . import decor, houseplants, lamps, upholstery
from .room import Opening, Room

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ..scene import Scene

WARM, lit = lamps.WARM, lamps.lit
floor_lamp, table_lamp, pendant = lamps.floor_lamp, lamps.table_lamp, lamps.pendant
picture = decor.picture


def ambient(scene: Scene, strength: float) -> Colour:
    """Return a room's light from everywhere: warm where lamps make it, less of it then."""
    day = float(np.clip(1 - scene.light.lamps, 0, 1))
    tone = mix(np.array([1.0, 0.86, 0.72], np.float32), np.ones(3, np.float32), day)
    return tone * np.float32(strength * (0.70 + 0.68 * day))


def daylight(room: Room) -> float:
    """How much light comes in from outside, 0 at night to 1 at noon."""
    light = room.scene.light
    return float(np.clip(1 - light.lamps, 0.06, 1))


def accent(scene: Scene, rng: np.random.Generator, names: tuple[str, ...]) -> Colour:
    """Return the colour that the prompt names, or one of these by chance."""
    own = pick(rng, names)
    return scene.colours[0] if scene.colours else own


def window(
    room: Room,
    x: float,
    y: float,
    z: float,
    w: float,
    h: float,
    panes: tuple[int, int] = (2, 2),
    frame: str = "#e8e4dc",
    city: bool = False,
    power: float = 1.0,
) -> None:
    """Build a window in the back wall: its view, the daylight that comes in, the sun if it shines."""
    del city
    room.views += 1
    wood = colour(frame)
    reveal = 0.09
    room.panel(x - 0.07, y - 0.07, z - 0.012, w + 0.14, h + 0.14, wood)
    room.panel(x, y, z - 0.014, w, h, wood, stuff="view")
    shade = wood * np.float32(0.72)
    for side in (x, x + w):
        room.flank(side, y, z - 0.02, y + h, z - reveal, shade)
    bar = 0.035
    for i in range(1, panes[0]):
        room.panel(x + w * i / panes[0] - bar / 2, y, z - 0.03, bar, h, wood)
    for i in range(1, panes[1]):
        room.panel(x, y + h * i / panes[1] - bar / 2, z - 0.03, w, bar, wood)
    for px, pw in ((x - 0.07, 0.075), (x + w - 0.005, 0.075)):
        room.panel(px, y - 0.07, z - reveal, pw, h + 0.14, wood)
    room.panel(x - 0.07, y + h - 0.005, z - reveal, w + 0.14, 0.075, wood)
    room.box(x - 0.1, y - 0.07, z - 0.2, w + 0.2, 0.05, 0.2, wood)
    table = sky.ramp(room.scene, 24)
    tone = mix(table[:, 6], np.ones(3, np.float32), 0.35) ** 2
    strength = tone * np.float32(w * h * (0.08 + 0.92 * daylight(room)) * 1.7 * power)
    for k in (0.25, 0.75):
        at = (x + w * k, y + h * 0.6, z - 0.05)
        room.lamp(at, strength, 0.9, aim=(at[0], at[1] - 0.35, at[2] - 1))
    if room.sun is not None:
        room.sun.openings.append(Opening(2, z, (x, x + w), (y, y + h), panes))


def skirting(room: Room, tone: Colour, high: float = 0.11) -> None:
    """Run a board along the foot of the walls."""
    left, right, back, _ = room.size
    room.panel(left, 0.0, back - 0.012, right - left, high, tone)
    for x in (left + 0.012, right - 0.012):
        room.flank(x, 0, 0.4, high, back, tone)


def mouldings(room: Room, tone: Colour, spans: Sequence[tuple[float, float]], low: float = 0.3) -> None:
    """Frame parts of the back wall (from x to x) with narrow mouldings; `tone` is the wall's."""
    _, _, back, top = room.size
    lit_edge, dark_edge = np.clip(tone * np.float32(1.16), 0, 1), tone * np.float32(0.80)
    w, z = 0.028, back - 0.008
    for x0, x1 in spans:
        for y0, y1 in ((low, 0.92), (1.06, top - 0.3)):
            room.panel(x0, y1 - w, z, x1 - x0, w, lit_edge)
            room.panel(x0, y0, z, x1 - x0, w, dark_edge)
            room.panel(x0, y0, z, w, y1 - y0, lit_edge)
            room.panel(x1 - w, y0, z, w, y1 - y0, dark_edge)
    left, right = room.size[:2]
    room.panel(left, 0.96, z, right - left, 0.05, lit_edge)


def curtain(room: Room, x: float, y: float, z: float, w: float, h: float, cloth: Colour) -> None:
    """Hang a curtain in round folds; it glows a little where daylight comes through."""
    rng = room.scene.rng("folds", round(x * 100))
    folds = max(3, round(w / 0.095))
    widths = rng.uniform(0.7, 1.3, folds)
    edges = x + w * np.concatenate([[0.0], np.cumsum(widths / widths.sum())])
    glow = 0.10 * daylight(room)
    for i in range(folds):
        a, b = float(edges[i]), float(edges[i + 1])
        spread = float(rng.uniform(-0.012, 0.012))
        shade = cloth * np.float32(rng.uniform(0.93, 1.05))
        corners = [
            (a - 0.006 + spread, y, z),
            (b + 0.006 + spread, y, z),
            (b + 0.004, y + h, z),
            (a - 0.004, y + h, z),
        ]
        frame = ((a, y, z), (b, y, z), (a, y + h, z))
        room.quad(corners, shade, glow, stuff="cloth", frame=frame, swell=(0.9, 0.0, 1.4), turn=True)
    room.block(x, y, z, w, h, 0.1, 0.6)


def rod(room: Room, x: float, y: float, z: float, w: float, tone: str = "#3a3029") -> None:
    """Add the rod that curtains hang from."""
    room.panel(x, y, z, w, 0.03, colour(tone))
    for end in (x, x + w):
        room.ball(end, y + 0.015, z - 0.01, 0.03, colour(tone))


def plant(
    room: Room,
    rng: np.random.Generator,
    x: float,
    y: float,
    z: float,
    tall: float,
    pot: str = "",
    kind: str = "",
) -> None:
    """Build a plant in a pot (see `houseplants`); one shorter than half a metre is a succulent."""
    if tall < 0.5 and not kind:
        houseplants.succulent(room, rng, x, y, z, tall)
    else:
        houseplants.plant(room, rng, x, y, z, tall, pot, kind)


def sofa(room: Room, x: float, z: float, w: float, cloth: Colour, pillow: Colour) -> None:
    """Build a sofa that faces the eye, its front at z, with two cushions."""
    upholstery.sofa(room, x, z, w, cloth, (pillow, pillow))


def shadow(room: Room, x: float, z: float, w: float, d: float) -> None:
    """Build the dark under furniture."""
    room.block(x, 0.0, z, w, 0.4, d)


def table(
    room: Room, x: float, y: float, z: float, w: float, d: float, wood: Colour, leg: Colour | None = None
) -> None:
    """Build a table with its top at height y."""
    room.block(x + 0.05, max(0.0, y - 0.3), z + 0.05, w - 0.1, 0.3, d - 0.1, 0.45)
    tone = wood * np.float32(0.7) if leg is None else leg
    for lz in (z + d - 0.1, z + 0.05):
        for lx in (x + 0.05, x + w - 0.11):
            room.box(lx, 0, lz, 0.06, y, 0.06, tone, stuff="wood")
    room.box(x, y - 0.04, z, w, 0.04, d, wood, stuff="wood")


def round_table(room: Room, x: float, y: float, z: float, radius: float, wood: Colour) -> None:
    """Build a round table on one leg, its middle at (x, z), its top at height y."""
    room.block(x - radius * 0.7, 0.0, z - radius * 0.7, radius * 1.4, 0.1, radius * 1.4, 0.6)
    dark = colour("#2e2a28")
    room.tube(x, 0.0, z, radius * 0.55, radius * 0.5, 0.03, dark, sides=14)
    room.tube(x, 0.03, z, 0.025, 0.025, y - 0.06, dark, sides=6)
    room.tube(x, y - 0.035, z, radius, radius, 0.035, wood, sides=18, lid=wood)


def sideboard(
    room: Room, x: float, z: float, w: float, wood: Colour, high: float = 0.72, doors: int = 3
) -> None:
    """Build a sideboard against the wall behind it, on tapering legs, its front at z."""
    d = 0.42
    room.block(x, 0, z, w, high, d)
    for lx in (x + 0.1, x + w - 0.1):
        room.tube(lx, 0, z + 0.06, 0.013, 0.022, 0.17, wood * np.float32(0.6), sides=6)
    room.box(x, 0.17, z, w, high - 0.17, d, wood, stuff="wood")
    each = (w - 0.06) / doors
    for i in range(doors):
        px = x + 0.03 + each * i
        room.panel(
            px + 0.006, 0.2, z - 0.006, each - 0.012, high - 0.25, wood * np.float32(1.06), stuff="wood"
        )
        room.ball(px + each * (0.88 if i % 2 == 0 else 0.12), high * 0.62, z - 0.02, 0.014, colour("#c8a868"))


def wall_shelf(
    room: Room, rng: np.random.Generator, x: float, y: float, z: float, w: float, wood: Colour
) -> None:
    """Put a board with things on it on the back wall, z being the wall's."""
    room.hang(x, y, w, 0.04, 0.24)
    room.box(x, y, z - 0.22, w, 0.035, 0.22, wood, stuff="wood")
    things(room, rng, x + 0.04, y + 0.035, z - 0.16, w - 0.08, 0.34)


def things(
    room: Room,
    rng: np.random.Generator,
    x: float,
    y: float,
    z: float,
    w: float,
    h: float,
    sparse: float = 0.25,
) -> None:
    """Stand books, vases, plants and boxes side by side on a board at height y, none taller than h."""
    from . import books

    at, end = x, x + w
    while at < end - 0.1:
        kind = rng.random()
        if kind < 0.42:
            run = min(rng.uniform(0.16, 0.42), end - at)
            books.row(room, rng, at, y, z, run, h * rng.uniform(0.75, 0.95))
            at += run + 0.03
        elif kind < 0.56 and end - at > 0.3:
            top = decor.books_lying(room, rng, at, y, z, int(rng.integers(2, 4)))
            if rng.random() < 0.5:
                room.ball(at + 0.13, top + 0.05, z + 0.05, 0.05, pick(rng, upholstery.CUSHIONS))
            at += 0.32
        elif kind < 0.72:
            high = min(h * 0.8, rng.uniform(0.14, 0.26))
            decor.vase(room, rng, at + high * 0.36, y, z + 0.06, high, pick(rng, upholstery.CUSHIONS))
            at += high * 0.78
        elif kind < 0.86:
            size = min(h * 0.75, rng.uniform(0.2, 0.28))
            if rng.random() < 0.4:
                houseplants.trailing(room, rng, at + size * 0.5, y, z + 0.04, size)
            else:
                houseplants.succulent(room, rng, at + size * 0.5, y, z + 0.06, size)
            at += size * 1.1
        elif kind < 0.93:
            size = min(h * 0.7, 0.22)
            room.panel(at, y, z + 0.02, size * 0.8, size, colour("#3a302a"))
            room.panel(
                at + 0.02, y + 0.02, z + 0.016, size * 0.8 - 0.04, size - 0.04, pick(rng, upholstery.CLOTHS)
            )
            at += size * 0.95
        else:
            room.box(at, y, z, 0.24, min(h * 0.55, 0.18), 0.16, colour("#b59a78"), stuff="cloth")
            at += 0.28
        at += rng.uniform(0.0, sparse * 0.4)
