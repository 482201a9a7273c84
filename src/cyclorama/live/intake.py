"""Reads a source in a thread of its own: the newest frame of a live one, a short queue of a recording."""

from __future__ import annotations

import logging
import threading
import time
from collections import deque
from typing import TYPE_CHECKING

from cyclorama.errors import CycloramaError, SourceLost
from cyclorama.live import threads
from cyclorama.live.base import Sound
from cyclorama.live.pacing import Backoff
from cyclorama.live.stats import Event

if TYPE_CHECKING:
    from collections.abc import Callable

    from cyclorama.live.base import Source
    from cyclorama.live.stats import Meter
    from cyclorama.picture import Frame

logger = logging.getLogger(__name__)

AHEAD = 4
"""Items read ahead of a recording: decoding and compositing overlap, and memory stays small."""
MOST_SOUNDS = 100
"""Pieces of a live source's sound that wait while a frame is painted; some 2 s."""


class Intake:
    """Reads a source. Where a live one is lost, it is opened again, later each time.

    Args:
        source: read until it ends, is closed, or fails.
        meter: told how many frames were overtaken by a newer one.
        on_event: told when it is lost and back.

    Attributes:
        state: "opening", "running", "lost" or "ended".
        error: what ended it, None where it just ended.
    """

    def __init__(self, source: Source, meter: Meter, on_event: Callable[[Event], object]) -> None:
        self.source = source
        self.state = "opening"
        self.error: BaseException | None = None
        self._meter, self._on_event = meter, on_event
        self._changed = threading.Condition()
        self._sounds: deque[tuple[Sound, float]] = deque()
        self._newest: tuple[Frame, float] | None = None
        self._queue: deque[tuple[Frame | Sound, float]] = deque()
        self._woken = self._closing = self._worked = False
        self._thread = threading.Thread(target=self._run, name=f"source {source.name}", daemon=True)

    def start(self) -> None:
        """Begin."""
        self._thread.start()

    def get(self, timeout: float | None) -> tuple[Frame | Sound, float] | None:
        """Return the next item and when it came (`time.monotonic`); None: time is over, or it was woken.

        A live source's sound comes first, then the newest frame.
        """
        with self._changed:
            self._changed.wait_for(self._has_something, timeout)
            self._woken = False
            if self._sounds:
                return self._sounds.popleft()
            if self._newest is not None:
                newest, self._newest = self._newest, None
                return newest
            if self._queue:
                item = self._queue.popleft()
                self._changed.notify_all()
                return item
            return None

    @property
    def over(self) -> bool:
        """Whether it ended and everything was taken."""
        with self._changed:
            return self.state == "ended" and not (self._sounds or self._newest or self._queue)

    def wake(self) -> None:
        """Have `get` return."""
        with self._changed:
            self._woken = True
            self._changed.notify_all()

    def close(self) -> None:
        """End it soon; does not wait."""
        with self._changed:
            self._closing = True
            self._changed.notify_all()
        self.source.close()

    def owns(self, thread: threading.Thread) -> bool:
        """Whether a thread is this one's."""
        return thread is self._thread

    def join(self, timeout: float) -> bool:
        """Wait for the thread's end; say whether it came."""
        return threads.join(self._thread, timeout)

    def _has_something(self) -> bool:
        return bool(
            self._sounds
            or self._newest
            or self._queue
            or self._woken
            or self._closing
            or self.state == "ended"
        )

    def _run(self) -> None:
        backoff = Backoff()
        while not self._closing:
            try:
                self._read(backoff)
            except Exception as error:
                if not self._may_come_back(error):
                    self.error = error
                    break
                self._lose(error)
                with self._changed:
                    self._changed.wait_for(lambda: self._closing, backoff.next())
            else:
                break
        self._set("ended")

    def _read(self, backoff: Backoff) -> None:
        iterator = iter(self.source)
        try:
            while not self._closing:
                start = time.perf_counter()
                item = next(iterator, None)
                if item is None:
                    return
                if not self.source.live:
                    self._meter.spent("decode", time.perf_counter() - start)
                if self.state != "running":
                    self._came_back()
                    backoff.reset()
                self._put(item)
        finally:
            if (close := getattr(iterator, "close", None)) is not None:
                close()

    def _put(self, item: Frame | Sound) -> None:
        now = time.monotonic()
        with self._changed:
            if not self.source.live:
                self._changed.wait_for(lambda: len(self._queue) < AHEAD or self._closing)
                self._queue.append((item, now))
            elif isinstance(item, Sound):
                self._sounds.append((item, now))
                if len(self._sounds) > MOST_SOUNDS:
                    self._sounds.popleft()
            else:
                if self._newest is not None:
                    self._meter.missed()
                self._newest = (item, now)
            self._changed.notify_all()

    def _may_come_back(self, error: Exception) -> bool:
        """Say whether to try again: what worked once is lost, what never did says itself if it ever will."""
        return self.source.live and (self._worked or isinstance(error, SourceLost))

    def _lose(self, error: Exception) -> None:
        if not isinstance(error, CycloramaError):
            logger.error("a source failed", exc_info=error)
        first = self.state != "lost"
        self._set("lost")
        self.wake()  # the background alone begins at once
        if first:
            detail = error.detail if isinstance(error, CycloramaError) else f"{type(error).__name__}: {error}"
            self._on_event(Event("source lost", detail, self.source.name))

    def _came_back(self) -> None:
        was_lost = self.state == "lost"
        self._worked = True
        self._set("running")
        if was_lost:
            self._on_event(Event("source back", f"{self.source.name} is back.", self.source.name))

    def _set(self, state: str) -> None:
        with self._changed:
            self.state = state
            self._changed.notify_all()
