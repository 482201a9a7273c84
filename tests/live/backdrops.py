"""Backdrops for tests of the engine itself."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from cyclorama.picture import Compositor


@dataclass
class Plain:
    """One colour."""

    rgb: tuple[int, int, int] = (20, 40, 220)
    name: str = "plain"
    transparent: bool = False
    moments: list[float] = field(default_factory=list)

    def set(self, compositor: Compositor) -> None:
        compositor.set_colour(*self.rgb)

    def advance(self, compositor: Compositor, seconds: float) -> None:
        self.moments.append(seconds)


class Blurred(Plain):
    def set(self, compositor: Compositor) -> None:
        compositor.set_blur()


class Room(Plain):
    def set(self, compositor: Compositor) -> None:
        compositor.set_none()
