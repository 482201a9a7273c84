"""Which backdrop is shown, and how far the fade to it is."""

from __future__ import annotations

import logging
import threading
from typing import TYPE_CHECKING, Literal

from cyclorama.errors import CycloramaError
from cyclorama.picture import Compositor

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from cyclorama.live.base import Backdrop
    from cyclorama.picture import Frame

logger = logging.getLogger(__name__)

FADE_S = 0.4
"""Of a crossfade from one backdrop to the next, in the frames' own time."""


class Backing(Compositor):
    """A compositor that knows what its newest backdrop is made of.

    Attributes:
        made_of: "still" where it is made without the camera; "blur" or "none" where the room is in it.
        has_frame: whether any frame was taken.
    """

    made_of: Literal["still", "blur", "none"] = "still"
    has_frame = False

    def set_video(self, first: Frame) -> None:  # noqa: D102 (the compositor's)
        self.made_of = "still"
        super().set_video(first)

    def set_colour(self, red: int, green: int, blue: int) -> None:  # noqa: D102
        self.made_of = "still"
        super().set_colour(red, green, blue)

    def set_blur(self) -> None:  # noqa: D102
        self.made_of = "blur"
        super().set_blur()

    def set_none(self) -> None:  # noqa: D102
        self.made_of = "none"
        super().set_none()

    def set_transparent(self) -> None:  # noqa: D102
        self.made_of = "still"
        super().set_transparent()

    def release(self) -> None:
        """Let go of memory at once, and not when Python next looks for cycles; it is not used afterwards."""
        self._backdrop = None


class Behind:
    """Hands compositors the backdrop that was chosen, from any thread, and fades to it.

    Args:
        background: the first one; it is there at once.
        complain: told, in a sentence, why a backdrop cannot be shown. The one before stays then.

    Attributes:
        chosen: the newest one.
        shown: the one that the compositors have; None before the first.
        was_still: whether the one before it was made without the camera.
    """

    def __init__(self, background: Backdrop, complain: Callable[[str], object]) -> None:
        self.chosen = background
        self.shown: Backdrop | None = None
        self.was_still = True
        self._complain = complain
        self._lock = threading.Lock()
        self._next: Backdrop | None = background
        self._seconds = self._set_at = 0.0
        self._fades = False

    def choose(self, background: Backdrop) -> None:
        """Show another one, from the next `turn` on."""
        with self._lock:
            self.chosen = self._next = background

    def turn(self, seconds: float, compositors: Iterable[Backing]) -> None:
        """Begin the frame of a time: set what was chosen, and move what moves."""
        compositors = list(compositors)
        self._seconds = seconds
        with self._lock:
            background, self._next = self._next, None
        if background is not None:
            self._set(background, compositors)
        if self.shown is None:
            return
        for compositor in compositors:
            try:
                self.shown.advance(compositor, max(0.0, seconds - self._set_at))
            except Exception:
                logger.exception("a backdrop failed")

    def join(self, compositor: Backing) -> None:
        """Hand another compositor what is shown."""
        if self.shown is not None:
            self.shown.set(compositor)

    @property
    def mix(self) -> float:
        """Return how much of the newest backdrop is seen, 0 to 1."""
        done = (self._seconds - self._set_at) / FADE_S
        return done if self._fades and 0 <= done < 1 else 1.0

    def _set(self, background: Backdrop, compositors: list[Backing]) -> None:
        before, made_of = self.shown, compositors[0].made_of
        try:
            for compositor in compositors:
                background.set(compositor)
        except Exception as error:
            said = error.detail if isinstance(error, CycloramaError) else f"{type(error).__name__}: {error}"
            self._complain(f"{background.name} cannot be shown. {said}")
            return
        # Who wants the room gone wants it gone at once. Nothing transparent is half of a fade.
        self._fades = not (
            before is None or made_of == "none" or before.transparent or background.transparent
        )
        self.was_still = made_of == "still"
        self.shown, self._set_at = background, self._seconds
        for compositor in compositors:
            if not self._fades and compositor.has_frame:
                # the kernel fades from what it has shown: that shall never be the room again
                compositor.background_alone()
