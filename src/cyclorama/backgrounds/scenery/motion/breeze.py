"""What bends in the wind: still paint, drawn once and displaced a little from moment to moment."""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import TYPE_CHECKING

import numpy as np

from ..noise import Field, line, resize, sample, smoothstep, tile
from ..scene import Scene

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    from ..scene import Planes

GAP = 24  # columns of air that part two pieces


class _Slip(Scene):
    """A glass that lets the same share of all colours through, (height, width)."""

    def __init__(self, scene: Scene) -> None:
        super().__init__(**{f.name: getattr(scene, f.name) for f in fields(scene) if f.init})
        self.through = np.ones(self.px.shape[1:], np.float32)

    def paint(self, colour: Planes, mask: Field | float = 1.0, top: int = 0, left: int = 0) -> None:
        super().paint(colour, mask, top, left)
        self.region(self.through[None], mask, top, left)[0] *= 1 - mask


@dataclass
class _Piece:
    """A part of the layer, with air around it: its paint, where it lies, and how it bends."""

    light: Planes
    through: Field
    top: int
    left: int
    bend: Field
    lag: Field
    quiver: Field
    turn: Field
    start: NDArray[np.int32]


def sway(
    scene: Scene,
    name: str,
    draw: Callable[[Scene], None],
    bend: Callable[[Field, Field], Field],
    every: float = 4.0,
    quiver: float = 0.0,
) -> None:
    """Paint what `draw` draws as it stands in the wind at this moment.

    Args:
        scene: what to paint on; not a glass.
        name: of the layer, used once in the picture.
        draw: paints the layer by `Scene.paint` alone, with the same mask for all planes.
        bend: how far a point swings to each side, in pixels, from rows (h, 1) and columns (1, w).
        every: seconds from gust to gust.
        quiver: how far single leaves move beside that, in pixels.
    """
    angle = 2 * np.pi * scene.cycles(every) * scene.phase
    fast = 2 * np.pi * scene.cycles(every * 0.45) * scene.phase
    for piece in scene.keep(("sway", name), lambda: _pieces(scene, name, draw, bend, quiver)):
        gust = np.sin(np.float32(angle) + piece.lag) * np.float32(0.8)
        gust += np.float32(0.35) * np.sin(2 * np.float32(angle) + piece.lag * np.float32(1.7))
        shift = piece.bend * gust
        if quiver:
            shift += piece.quiver * np.float32(np.cos(fast)) + piece.turn * np.float32(np.sin(fast))
        _lay(scene, piece, shift)


def _lay(scene: Scene, piece: _Piece, shift: Field) -> None:
    width = piece.through.shape[1]
    whole = np.floor(shift)
    part = shift - whole
    index = whole.astype(np.int32)
    index += np.arange(width, dtype=np.int32)
    np.clip(index, 0, width - 2, out=index)
    index += piece.start
    here = scene.px[:, piece.top : piece.top + len(piece.through), piece.left : piece.left + width]

    def bent(field: Field) -> Field:
        out = field.take(index)
        out += (field.ravel()[1:].take(index) - out) * part
        return out

    through = bent(piece.through)
    here *= through
    for number, own in enumerate(piece.light):
        here[number] += bent(own)


def _pieces(
    scene: Scene,
    name: str,
    draw: Callable[[Scene], None],
    bend: Callable[[Field, Field], Field],
    quiver: float,
) -> list[_Piece]:
    glass = _Slip(scene)
    draw(glass)
    through = glass.through
    there = through < 1
    rows = np.flatnonzero(there.any(1))
    if not len(rows):
        return []
    columns = np.flatnonzero(there.any(0))
    parts = np.split(columns, np.flatnonzero(np.diff(columns) > GAP) + 1)
    lag = line(scene.rng("gusts", name), scene.width, scene.unit * 0.5, 2) * np.float32(1.6)
    flutter = tile(scene.rng("leaves", name), 1.6, 8, 120)
    found = []
    for part in parts:
        left, right = max(0, int(part[0]) - GAP // 2), min(scene.width, int(part[-1]) + 1 + GAP // 2)
        mine = np.flatnonzero(there[:, left:right].any(1))
        top, bottom = max(0, int(mine[0]) - 1), min(scene.height, int(mine[-1]) + 2)
        if right - left < 2:
            continue
        y, x = scene.rows[top:bottom], scene.columns[:, left:right]
        shape = (bottom - top, right - left)
        a = np.zeros((1, 1), np.float32)
        b = a
        if quiver:
            fine = np.float32(1.0 / scene.unit)
            turn = sample(flutter, x * fine, y * fine) * np.float32(3.0)
            # nothing quivers at the edge of the picture, where there is no paint to move in
            most = np.float32(quiver * 0.5)
            a, b = np.cos(turn) * most, np.sin(turn) * most
        found.append(
            _Piece(
                np.ascontiguousarray(glass.px[:, top:bottom, left:right]),
                np.ascontiguousarray(through[top:bottom, left:right]),
                top,
                left,
                np.broadcast_to(bend(y, x), shape).astype(np.float32),
                lag[left:right][None, :],
                a,
                b,
                (np.arange(shape[0], dtype=np.int32) * shape[1])[:, None],
            )
        )
    return found


def adrift(scene: Scene, name: str, draw: Callable[[Scene], None], right: float, down: float) -> None:
    """Paint what `draw` draws, moved by a few pixels and their fractions; `draw` as in `sway`."""

    def plan() -> tuple[Planes, Field, int, int] | None:
        glass = _Slip(scene)
        draw(glass)
        there = glass.through < 1
        rows, columns = np.flatnonzero(there.any(1)), np.flatnonzero(there.any(0))
        if not len(rows):
            return None
        top, bottom, left, right = rows[0], rows[-1] + 1, columns[0], columns[-1] + 1
        light = np.pad(glass.px[:, top:bottom, left:right], ((0, 0), (1, 1), (1, 1)))
        through = np.pad(glass.through[top:bottom, left:right], 1, constant_values=1)
        return light, through, int(top) - 1, int(left) - 1

    kept = scene.keep(("adrift", name), plan)
    if kept is None:
        return
    light, through, top, left = kept
    x, y = left + np.floor(right), top + np.floor(down)
    fx, fy = np.float32(right - np.floor(right)), np.float32(down - np.floor(down))

    def moved(field: Field) -> Field:
        across = field[:, 1:] + (field[:, :-1] - field[:, 1:]) * fx
        return np.asarray(across[1:] + (across[:-1] - across[1:]) * fy, np.float32)

    x, y = int(x) + 1, int(y) + 1
    clear = moved(through)
    h, w = clear.shape
    a, b = max(0, -y), max(0, -x)
    c, d = min(h, scene.height - y), min(w, scene.width - x)
    if a >= c or b >= d:
        return
    for plane, own in zip(scene.px, light, strict=True):
        here = plane[y + a : y + c, x + b : x + d]
        here *= clear[a:c, b:d]
        here += moved(own)[a:c, b:d]


def from_foot(foot: float, tall: float, most: float) -> Callable[[Field, Field], Field]:
    """Return how plants bend that stand at row `foot`, `tall` pixels high: `most` pixels at their tops."""

    def bend(rows: Field, columns: Field) -> Field:
        up = np.clip((np.float32(foot) - rows) / np.float32(tall), 0, 1.3)
        return np.asarray(up**1.5 * np.float32(most) + 0 * columns, np.float32)

    return bend


def waves(scene: Scene, top: float, bottom: float, strength: float, name: str = "wind") -> None:
    """Paint gusts that run over grass between two rows, as light and shade."""
    first, last = max(0, int(top)), min(scene.height, int(bottom))
    if last - first < 4:
        return
    h, w = max((last - first) // 3, 4), max(scene.width // 4, 4)

    def plan() -> tuple[Field, Field, Field, Field]:
        y = (np.arange(h, dtype=np.float32)[:, None] * ((last - first) / h) + 1) / np.float32(scene.unit)
        x = (np.arange(w, dtype=np.float32)[None, :] * (scene.width / w) - scene.width / 2) / np.float32(
            scene.unit
        )
        z = np.float32(0.16) / (y + 0.10)
        return (
            tile(scene.rng(name), 2.6, 3, 30),
            np.asarray(x * z * np.float32(0.9), np.float32),
            np.asarray(z * np.float32(1.1) + 0 * x, np.float32),
            smoothstep(0.0, 0.10, y),
        )

    texture, u, v, fade = scene.keep(("waves", name), plan)
    gust = sample(texture, u + np.float32(scene.phase), v) * fade * np.float32(strength)
    amount = resize(np.clip(gust, -0.4, 0.4), scene.width, last - first)
    scene.px[:, first:last] *= 1 + amount
