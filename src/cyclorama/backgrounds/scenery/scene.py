"""The canvas that every layer of a picture paints on."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, TypeVar

import numpy as np
from numpy.typing import NDArray

from .noise import Field, generator

if TYPE_CHECKING:
    from .light import Colour, Light

Kept = TypeVar("Kept")
Planes = NDArray[np.float32]  # (3, h, w), red, green, blue as on the screen, 0 to 1 and above


@dataclass
class Scene:
    """A picture being painted, far things first.

    Positions are in pixels, x to the right and y down. Sizes of things are in `unit`, so that they keep their
    shape in a portrait and in a ribbon.

    Attributes:
        px: the paint so far, (3, height, width).
        light: what everything is lit by.
        weather, palette: names from the vocabulary; palette may be "".
        elements: what shall be in the picture beside what the place brings.
        dropped: what shall not.
        key: what the picture's randomness depends on.
        counts: how many of an element the prompt asks for, where it says so.
        colours: colours that the prompt names as such ("#0a7d4f"), in its order.
        view: the place that is seen through a room's windows; "" leaves it to the room.
        season: "spring", "summer", "autumn" or "winter"; "" leaves it to the place. Autumn also brings its
            palette and the element "leaves", spring "blossoms" and "flowers", winter snowfall.
        horizon: the row where the sky ends.
        sun: column and row of the sun or moon; it may lie outside the picture.
        phase: the moment, in loops: 0 is the still, and 1 would be 0 again.
        seconds: how long a loop lasts.
        kept: what `keep` has kept; the frames of one loop share it.
    """

    width: int
    height: int
    light: Light
    time: str
    weather: str
    palette: str
    elements: frozenset[str]
    dropped: frozenset[str]
    key: tuple[object, ...]
    counts: Mapping[str, int] = field(default_factory=dict)
    colours: tuple[Colour, ...] = ()
    view: str = ""
    season: str = ""
    horizon: float = 0.0
    sun: tuple[float, float] = (0.0, 0.0)
    phase: float = 0.0
    seconds: float = 8.0
    kept: dict[object, Any] = field(default_factory=dict)
    px: Planes = field(init=False)

    def __post_init__(self) -> None:
        self.px = np.zeros((3, self.height, self.width), np.float32)

    @property
    def unit(self) -> float:
        """The length that sizes are measured in: the height of a landscape picture."""
        return float(min(self.height, self.width * 0.9))

    @property
    def area(self) -> float:
        """The picture's area in square units, for counting what is strewn over it; less in ribbons."""
        return min(self.width * self.height / self.unit**2, 6.0)

    @property
    def span(self) -> float:
        """The picture's width in units, for counting what stands along it."""
        return min(self.width / self.unit, 6.0)

    @property
    def rows(self) -> Field:
        """(h, 1): the y of every row."""
        return np.arange(self.height, dtype=np.float32)[:, None]

    @property
    def columns(self) -> Field:
        """(1, w): the x of every column."""
        return np.arange(self.width, dtype=np.float32)[None, :]

    def around(self, x: float, y: float, radius: float, reach: float) -> tuple[Field, int, int] | None:
        """Return the part of the picture within `reach` radii of a point, or None where it is outside.

        The part comes as (h, w) distances from the point in radii, its top row and its left column.
        """
        n = int(radius * reach) + 2
        left, top = max(0, int(x) - n), max(0, int(y) - n)
        right, bottom = min(self.width, int(x) + n), min(self.height, int(y) + n)
        if right <= left or bottom <= top:
            return None
        across, down = self.columns[:, left:right] - np.float32(x), self.rows[top:bottom] - np.float32(y)
        return np.hypot(across, down) / np.float32(radius), top, left

    def rng(self, *names: object) -> np.random.Generator:
        """Return a generator of its own for a layer, so that no layer's choices move another's."""
        return generator(*self.key, *names)

    def wants(self, element: str, otherwise: bool = False) -> bool:
        """Whether `element` shall be painted; `otherwise` says what the place does when nobody asked."""
        return element not in self.dropped and (otherwise or element in self.elements)

    def count(self, element: str, otherwise: int) -> int:
        """Return how many of an element to paint: as many as were asked for, else `otherwise`; 0 to 60."""
        if element in self.dropped:
            return 0
        return min(60, self.counts.get(element, otherwise))

    def cycles(self, every: float) -> int:
        """Return how often something that takes about `every` seconds happens in a loop: once at least."""
        return max(1, round(self.seconds / every))

    def swing(self, every: float, at: float = 0.0) -> float:
        """Return where something is, -1 to 1, that swings once in about `every` seconds.

        It is in the middle at the beginning, and `at` (0 to 1) of its swing later where things shall not move
        as one. The loop closes: the time is rounded to a whole number of swings.
        """
        return float(np.sin(2 * np.pi * (self.cycles(every) * self.phase + at)))

    def turn(self, every: float, at: float = 0.0) -> float:
        """Return how far something is, 0 to 1, that begins anew about every `every` seconds (see `swing`)."""
        return float((self.cycles(every) * self.phase + at) % 1.0)

    def keep(self, name: object, make: Callable[[], Kept]) -> Kept:
        """Return what `make` makes, made once for all frames of a loop. It must not depend on `phase`.

        `name` must be used for nothing else in the picture, and the result must not be written to.
        """
        if name not in self.kept:
            self.kept[name] = make()
        kept: Kept = self.kept[name]
        return kept

    def region(self, planes: Planes, mask: Field | float, top: int, left: int) -> Planes:
        """Return the part of `planes` (3, height, width) that a mask at (top, left) covers."""
        h, w = self.height - top, self.width - left
        if isinstance(mask, np.ndarray):
            h, w = mask.shape[0], mask.shape[1] if mask.shape[1] > 1 else w
        return planes[:, top : top + h, left : left + w]

    def paint(self, colour: Planes, mask: Field | float = 1.0, top: int = 0, left: int = 0) -> None:
        """Lay `colour` (broadcasts to (3, h, w)) over the paint where `mask` (h, w), 0 to 1, says."""
        region = self.region(self.px, mask, top, left)
        where = _touched(mask)
        if where is None:
            return
        mask = _rows(mask, where)
        for i, c in enumerate(colour):
            under = _rows(region[i], where)
            change = _rows(c, where) - under
            change *= mask
            under += change

    def shine(self, colour: Planes, amount: Field | float = 1.0, top: int = 0, left: int = 0) -> None:
        """Add light; it never whitens past 1, as on film (screen)."""
        region = self.region(self.px, amount, top, left)
        where = _touched(amount)
        if where is None:
            return
        amount = _rows(amount, where)
        for i, c in enumerate(colour):
            under = _rows(region[i], where)
            room = 1 - under
            np.clip(room, 0, np.inf, out=room)
            room *= amount
            room *= _rows(c, where)
            under += room


def _touched(mask: Field | float) -> slice | None:
    """Return the rows where a mask is more than 0; None where it is nowhere."""
    if not isinstance(mask, np.ndarray) or mask.shape[0] < 2:
        return slice(None)
    rows = np.asarray(mask.any(1))
    first = int(rows.argmax())
    return slice(first, len(rows) - int(rows[::-1].argmax())) if rows[first] else None


def _rows(field: Any, where: slice) -> Any:
    """Return the rows `where` of a field that broadcasts to (h, w)."""
    many = isinstance(field, np.ndarray) and field.ndim == 2 and field.shape[0] > 1
    return field[where] if many else field


Tick = Callable[[], None]  # raises when nobody wants the picture any more


@dataclass(frozen=True)
class Layer:
    """One thing that is painted over what lies behind it.

    Attributes:
        message: the word that the creator reads meanwhile.
        paint: paints it, as it is at the scene's phase.
        moves: whether it looks different at another phase. One that does not is painted once for a loop;
            above one that moves it must paint by `Scene.paint` and `Scene.shine` alone, and read no paint.
    """

    message: str
    paint: Callable[[Scene], None]
    moves: bool = False


@dataclass(frozen=True)
class Place:
    """Somewhere to stand.

    Attributes:
        layers: what is painted, far to near.
        horizon: where the sky ends, as a share of the height.
        time: the time of day when the prompt names none; "" takes one by seed.
        outdoors: whether weather falls in it.
        soft: how far out of focus it lies, in thousandths of the unit.
        holds: the elements that it can show.
        lit: whether the time of day and the weather change it.
    """

    layers: tuple[Layer, ...]
    horizon: float = 0.56
    time: str = ""
    outdoors: bool = True
    soft: float = 1.0
    holds: frozenset[str] = frozenset()
    lit: bool = True

    def shows(self, sense: tuple[tuple[str, str], ...]) -> bool:
        """Whether a phrase of the prompt, as (category, name) pairs, can change the picture of this place."""
        return not sense or any(
            category in {"place", "palette", "colour", "mood", "style", "closest"}
            or name in self.holds
            or (category == "view" and "window" in self.holds)
            or (category in {"time", "weather", "season"} and self.lit)
            for category, name in sense
        )


def flat(colour: NDArray[np.float32]) -> Planes:
    """Return a colour (3,) in a shape that paints: (3, 1, 1)."""
    return colour.reshape(3, 1, 1)
