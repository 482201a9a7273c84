"""Source to sinks: the threads between them, and what holds them together."""

from __future__ import annotations

import logging
import threading
import time
from fractions import Fraction
from typing import TYPE_CHECKING, Self

from cyclorama.errors import InvalidRequest
from cyclorama.live.painter import Painter
from cyclorama.live.running import Running
from cyclorama.live.stats import Event, Meter, Stats

if TYPE_CHECKING:
    from collections.abc import Callable
    from types import TracebackType

    from cyclorama.live.base import Backdrop, Sink, Source
    from cyclorama.matting.base import Matter
    from cyclorama.picture import Frame, Look

logger = logging.getLogger(__name__)

LONGEST_S = 20.0
"""More than all that the end waits for: longer than this only a model hangs, in the engine's own thread."""


class Engine:
    """Puts the person of a source before a background, for one or more sinks.

    Args:
        source: where frames come from. The engine closes it.
        sinks: where they go to.
        background: what stands behind the person; None: the blurred room.
        matter: what tells person from room; None: `LiteRT("landscape")`. The engine closes it.
        look: what the creator can change.
        size: (width, height) that the sinks get; None: that of the source's first frame.
        fps: a live source's frames are thinned to so many a second; None: all.

    Raises:
        InvalidRequest: there is no sink, or the background is transparent and a sink knows no alpha.
        MissingExtra: LiteRT is not installed.
    """

    def __init__(
        self,
        source: Source,
        *sinks: Sink,
        background: Backdrop | None = None,
        matter: Matter | None = None,
        look: Look | None = None,
        size: tuple[int, int] | None = None,
        fps: Fraction | float | None = None,
    ) -> None:
        if not sinks:
            raise InvalidRequest("There is no output. Name at least one, for example a file.")
        if background is None:
            from cyclorama.live.backdrops import Blur

            background = Blur()
        self._sinks = sinks
        self._running: Running | None = None
        self._check(background)
        self._source = source
        self._fps = None if fps is None else Fraction(fps).limit_denominator(1001)
        if self._fps is not None and not 0 < self._fps <= 1000:
            raise InvalidRequest(f"{fps} frames a second cannot be made. Ask for 1 to 120.")
        self._size = size
        self._meter = Meter()
        self._painter = Painter(background, matter, look, size=size, on_event=self._tell, meter=self._meter)
        self._listeners: list[Callable[[Event], object]] = []
        self._over = threading.Event()

    def run(self) -> None:
        """Run until the source has ended or `stop` was called.

        Raises:
            CycloramaError: what ended it otherwise.
        """
        self.start()
        try:
            self.wait()
        finally:
            self.stop()
        if self.error is not None:
            raise self.error

    def start(self) -> None:
        """Begin, and return at once. An engine runs once.

        Raises:
            InvalidRequest: it was started or stopped before.
        """
        if self._running is not None or self._over.is_set():
            raise InvalidRequest("An engine runs once. Make another one.")
        self._running = Running(
            self._source, self._sinks, self._painter, self._meter, self._tell, self._fps, self._size
        )
        self._running.start()

    def wait(self, timeout: float | None = None) -> bool:
        """Wait until it has ended, by itself or by `stop`; say whether it has."""
        return (self._running.ended if self._running else self._over).wait(timeout)

    def stop(self) -> None:
        """End it, from any thread, also twice. Returns when everything is closed.

        What hangs, be it a sink, the source or the matter, is left behind after some seconds, and an event
        says so. Called by a listener, it returns at once.
        """
        if self._running is None:
            self._over.set()
            self._painter.close()
            self._source.close()
            return
        self._running.stop()
        if not (self._running.is_own_thread or self._running.ended.wait(LONGEST_S)):
            self._tell(Event("error", "The model hangs and was left behind.", self.matter.name))

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    @property
    def error(self) -> BaseException | None:
        """What ended it, None where the source just ended or it was stopped."""
        return self._running.error if self._running else None

    @property
    def background(self) -> Backdrop:
        """What stands behind the person; another one is faded to."""
        return self._painter.background

    @background.setter
    def background(self, background: Backdrop) -> None:
        self._check(background)
        self._painter.background = background

    @property
    def look(self) -> Look:
        """What the creator can change."""
        return self._painter.look

    @look.setter
    def look(self, look: Look) -> None:
        self._painter.look = look

    @property
    def matter(self) -> Matter:
        """What tells person from room. The one before goes on until the new one's first matte."""
        return self._painter.matter

    @matter.setter
    def matter(self, matter: Matter) -> None:
        self._painter.matter = matter

    @property
    def person(self) -> bool:
        """Whether the person is shown; False: the background alone, at once."""
        return self._painter.person

    @person.setter
    def person(self, person: bool) -> None:
        self._painter.person = person

    @property
    def stats(self) -> Stats:
        """How it is doing now."""
        now, age, running = time.monotonic(), self._painter.matte_age, self._running
        return Stats(
            seconds=now - running.started if running else 0.0,
            fps=self._meter.fps(now),
            frames=self._meter.frames,
            dropped=self._meter.dropped,
            late=self._meter.late,
            matte_age_ms=None if age is None else age * 1000,
            stages=self._meter.stages,
            sinks=running.sinks if running else (),
            source_state=running.source_state if running else "opening",
            sound_offset_ms=running.sound_offset_ms if running else 0.0,
        )

    def preview(self) -> Frame | None:
        """Return the newest composited frame, None before the first."""
        return self._running.newest if self._running else None

    def listen(self, function: Callable[[Event], object]) -> None:
        """Have a function called with each `Event`, in the thread where it happens."""
        self._listeners.append(function)

    def _check(self, background: Backdrop) -> None:
        if not background.transparent:
            return
        if blind := [sink.name for sink in self._sinks if not sink.alpha]:
            raise InvalidRequest(
                f"{', '.join(blind)} cannot keep transparency. Choose a background, or write a .webm, a .mov "
                "or a folder of pictures."
            )
        if self._running and self._running.stream and not self._running.stream.alpha:
            raise InvalidRequest(
                "The outputs were opened without transparency. Start with a transparent background instead."
            )

    def _tell(self, event: Event) -> None:
        for listener in tuple(self._listeners):
            try:
                listener(event)
            except Exception:
                logger.exception("a listener failed")
