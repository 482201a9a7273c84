"""What a room consists of: its surfaces, its lamps, its windows, the sun, and what casts shadows."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ..light import Colour

Corner = tuple[float, float, float]


@dataclass
class Lamp:
    """A small light: where, colour times strength, how near it stops growing, whether it shines only down.

    `aim` is where it shines to, if not everywhere; `group` names the lights that change together.
    """

    at: Corner
    power: Colour
    size: float = 0.35
    hooded: bool = False
    group: str = ""
    aim: Corner | None = None


@dataclass
class Block:
    """Something that stands there and casts a shadow: lower left near corner, size, how dark."""

    low: Corner
    high: Corner
    dark: float = 1.0


@dataclass
class Opening:
    """A window that the sun shines through: in the wall across `axis` (0: x, 2: z) at `at`, and its panes."""

    axis: int
    at: float
    across: tuple[float, float]
    up: tuple[float, float]
    panes: tuple[int, int] = (2, 2)


@dataclass
class Sun:
    """Direct light: where it goes, colour times strength, through what."""

    way: Corner
    power: Colour
    openings: list[Opening] = field(default_factory=list)


@dataclass(slots=True)
class Surface:
    """A polygon and what it is made of; see `Room.quad`."""

    corners: Sequence[Corner]
    colour: Colour
    glow: float
    grain: float
    stuff: str
    group: str
    turn: bool
    frame: tuple[Corner, Corner, Corner] | None
    swell: tuple[float, float, float]
    lean: float
