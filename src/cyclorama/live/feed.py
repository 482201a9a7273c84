"""One sink's queue and thread: whatever happens to it, the engine and the other sinks go on."""

from __future__ import annotations

import logging
import threading
import time
from collections import deque
from typing import TYPE_CHECKING

from cyclorama.errors import CycloramaError, SinkLost
from cyclorama.live import threads
from cyclorama.live.base import SinkClosed, Sound
from cyclorama.live.pacing import Backoff
from cyclorama.live.stats import Event, SinkStats

if TYPE_CHECKING:
    from collections.abc import Callable

    from cyclorama.live.base import Sink, Stream
    from cyclorama.picture import Frame

logger = logging.getLogger(__name__)

MOST = 8
"""Items of a recording that wait for a sink."""
PICTURES, SOUNDS = 4, 100
"""Of a live stream. More pictures are only more delay; sound is small, and gaps are heard: some 2 s."""


class Feed:
    """Hands a sink what it is to get, in a thread of its own.

    Of a live stream it never waits: where the sink is slow, the oldest pictures go, and sound much later. For
    a recording, `put` waits until there is room.

    Args:
        sink: it belongs to this feed until the feed has ended.
        stream: what it is opened with.
        on_event: told when it is lost, comes back or fails.
        on_over: called when it failed for good, with `error` set, or was closed by who watches it.
    """

    def __init__(
        self,
        sink: Sink,
        stream: Stream,
        on_event: Callable[[Event], object],
        on_over: Callable[[], object],
    ) -> None:
        self.sink, self.stream = sink, stream
        self.error: BaseException | None = None
        self.ever_open = False
        self._on_event, self._on_over = on_event, on_over
        self._queue: deque[Frame | Sound] = deque()
        self._changed = threading.Condition()
        self._closing = self._is_lost = False
        self._state, self._problem = "opening", ""
        self._frames = self._dropped = 0
        self._thread = threading.Thread(target=self._run, name=f"output {sink.name}", daemon=True)
        self._thread.start()

    def put(self, item: Frame | Sound) -> None:
        """Hand it the next item."""
        with self._changed:
            if not self.stream.live:
                self._changed.wait_for(lambda: len(self._queue) < MOST or self._over)
            if self._over:
                return
            if self._state == "lost":
                self._dropped += 1
                return
            self._queue.append(item)
            if self.stream.live:
                self._drop_oldest(isinstance(item, Sound))
            self._changed.notify_all()

    def finish(self) -> None:
        """Take what waits, then close the sink. Does not wait for that: see `join`."""
        with self._changed:
            self._closing = True
            self._changed.notify_all()

    def abandon(self) -> None:
        """Close the sink without what waits."""
        with self._changed:
            self._closing = True
            self._dropped += len(self._queue)
            self._queue.clear()
            self._changed.notify_all()

    def owns(self, thread: threading.Thread) -> bool:
        """Whether a thread is this one's."""
        return thread is self._thread

    def join(self, timeout: float) -> bool:
        """Wait for the thread's end; say whether it came."""
        return threads.join(self._thread, timeout)

    @property
    def stats(self) -> SinkStats:
        """How it is doing."""
        rate = int(getattr(self.sink, "bits_per_second", 0) or 0)
        with self._changed:
            return SinkStats(self.sink.name, self._state, self._frames, self._dropped, rate, self._problem)

    @property
    def waiting(self) -> int:
        """How many items wait for the sink."""
        with self._changed:
            return len(self._queue)

    @property
    def is_gone(self) -> bool:
        """Whether it takes nothing any more, whatever comes."""
        return self._state in {"failed", "closed"}

    @property
    def _over(self) -> bool:
        return self._closing or self.is_gone

    def _drop_oldest(self, sound: bool) -> None:
        """Keep to the limit of sound or of pictures."""
        alike = [index for index, item in enumerate(self._queue) if isinstance(item, Sound) == sound]
        if len(alike) > (SOUNDS if sound else PICTURES):
            del self._queue[alike[0]]
            self._dropped += 1

    def _forget_early_sound(self) -> None:
        """Begin with a picture: while a sink is opened, only the newest ones are kept, but all the sound."""
        while self._queue and isinstance(self._queue[0], Sound):
            self._queue.popleft()

    def _run(self) -> None:
        try:
            self._open_and_write()
        except SinkClosed as closed:
            self._set("closed")
            self._on_event(Event("sink closed", str(closed), self.sink.name))
            self._on_over()
        except BaseException as error:
            self._fail(error)
        else:
            self._set("closed")

    def _open_and_write(self) -> None:
        backoff = Backoff()
        while not self._closing:
            try:
                try:
                    self._open()
                    self._write_all(backoff)
                finally:
                    self.sink.close()
            except SinkLost as error:
                if not self.stream.live:
                    raise
                self._lose(error)
                with self._changed:
                    self._changed.wait_for(lambda: self._closing, backoff.next())

    def _open(self) -> None:
        self.sink.open(self.stream)
        self.ever_open = True
        with self._changed:
            self._state = "opening" if self._is_lost else "running"  # it is back when it has taken something
            if self.stream.live:
                self._forget_early_sound()

    def _write_all(self, backoff: Backoff) -> None:
        while True:
            with self._changed:
                self._changed.wait_for(lambda: self._queue or self._closing)
                if not self._queue:
                    return
                item = self._queue.popleft()
                self._changed.notify_all()
            self.sink.write(item)
            backoff.reset()
            with self._changed:
                self._frames += not isinstance(item, Sound)
            if self._is_lost:
                self._is_lost = False
                self._set("running")
                self._on_event(Event("sink back", f"{self.sink.name} is back.", self.sink.name))

    def _lose(self, error: SinkLost) -> None:
        with self._changed:
            first, self._is_lost = not self._is_lost, True
            self._state, self._problem = "lost", error.detail
            self._dropped += len(self._queue)
            self._queue.clear()
        if first:
            self._on_event(Event("sink lost", error.detail, self.sink.name))

    def _fail(self, error: BaseException) -> None:
        detail = error.detail if isinstance(error, CycloramaError) else f"{type(error).__name__}: {error}"
        if not isinstance(error, CycloramaError):
            logger.error("an output failed", exc_info=error)
        self.error = error
        with self._changed:
            self._state, self._problem = "failed", detail
            self._queue.clear()
            self._changed.notify_all()
        self._on_event(Event("error", detail, self.sink.name))
        self._on_over()

    def _set(self, state: str) -> None:
        with self._changed:
            self._state, self._problem = state, ""
            self._changed.notify_all()


def join_all(feeds: list[Feed], timeout: float) -> list[Feed]:
    """Wait for their ends, all together; return those that did not come to theirs."""
    until = time.monotonic() + timeout
    return [feed for feed in feeds if not feed.join(max(0.0, until - time.monotonic()))]
