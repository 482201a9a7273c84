"""Backdrops that need no picture."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from cyclorama.errors import InvalidRequest

if TYPE_CHECKING:
    from cyclorama.picture import Compositor


class Still:
    """A `Backdrop` that never moves."""

    transparent = False

    def advance(self, compositor: Compositor, seconds: float) -> None:
        """Do nothing: every moment looks the same."""


class Blur(Still):
    """The room, blurred as strongly as the look says."""

    name = "blur"

    def set(self, compositor: Compositor) -> None:
        """Make it the compositor's newest backdrop."""
        compositor.set_blur()


class NoBackground(Still):
    """None: the room is shown as it is. Nothing chooses this but the person in front of the camera."""

    name = "none"

    def set(self, compositor: Compositor) -> None:
        """Make it the compositor's newest backdrop."""
        compositor.set_none()


class Transparent(Still):
    """Nothing: frames have alpha, for outputs that keep it."""

    name = "transparent"
    transparent = True

    def set(self, compositor: Compositor) -> None:
        """Make it the compositor's newest backdrop."""
        compositor.set_transparent()


class Colour(Still):
    """One colour.

    Args:
        red, green, blue: 0 to 255.

    Raises:
        InvalidRequest: a part is not.
    """

    def __init__(self, red: int, green: int, blue: int) -> None:
        if not all(0 <= part <= 255 for part in (red, green, blue)):
            raise InvalidRequest(f"The parts of a colour are 0 to 255, not {red}, {green}, {blue}.")
        self.rgb = (red, green, blue)
        self.name = f"#{red:02x}{green:02x}{blue:02x}"

    @classmethod
    def parse(cls, text: str) -> Colour:
        """Read #rrggbb or #rgb.

        Raises:
            InvalidRequest: it is neither.
        """
        if not re.fullmatch(r"#([0-9a-fA-F]{3}){1,2}", text):
            raise InvalidRequest(f"{text!r} is not a colour. Write it as #rrggbb, for example #00ff00.")
        digits = text[1:] if len(text) == 7 else "".join(2 * digit for digit in text[1:])
        return cls(*bytes.fromhex(digits))

    def set(self, compositor: Compositor) -> None:
        """Make it the compositor's newest backdrop."""
        compositor.set_colour(*self.rgb)
