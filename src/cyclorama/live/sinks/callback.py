"""Hands frames to a function of one's own."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cyclorama.picture import Frame

if TYPE_CHECKING:
    from collections.abc import Callable

    from cyclorama.live.base import Sound, Stream


class Callback:
    """A `Sink` that calls `function` with each composited frame, and `sound` with each piece of sound.

    They are called in the sink's own thread. What they raise ends the sink, as any sink's error does; a live
    engine drops pictures while they take too long.
    """

    alpha = True

    def __init__(
        self,
        function: Callable[[Frame], object],
        sound: Callable[[Sound], object] | None = None,
        *,
        name: str = "callback",
    ) -> None:
        self.name = name
        self._function = function
        self._sound = sound

    def open(self, stream: Stream) -> None:
        """Nothing is to be got ready."""

    def write(self, item: Frame | Sound) -> None:
        """Call the function."""
        if isinstance(item, Frame):
            self._function(item)
        elif self._sound is not None:
            self._sound(item)

    def close(self) -> None:
        """Nothing is held."""
