"""Reading of what comes at its own pace: in a thread of its own, and only the newest is kept."""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Generator
from typing import TYPE_CHECKING

from cyclorama.errors import SourceLost
from cyclorama.live.base import Sound

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from cyclorama.picture import Frame

PICTURES = 2  # more of them would only be older
SOUNDS = 100  # two seconds in pieces of 20 ms
GRACE_S = 1.0  # a device lets go in that time; a read from a dead network takes until its timeout


class Reader:
    """Iterates `items` in a thread, and gives out what came last.

    A device or network that nobody reads from keeps old pictures, so it is read whether anybody takes them
    or not. FFmpeg can be stopped in a read only by a timeout, and some drivers not even so: `stop` ends the
    iteration at once all the same, and the thread ends with its read.

    Args:
        items: called in the thread; the event is set when nothing more is wanted.
        name: of the source, for errors.
        patience: seconds without anything, after which the source is lost; None waits for ever.

    Attributes:
        dropped: pictures that were not taken before newer ones came.
    """

    def __init__(
        self,
        items: Callable[[threading.Event], Iterator[Frame | Sound]],
        name: str,
        patience: float | None = None,
    ) -> None:
        self.dropped = 0
        self._items = items
        self._name = name
        self._patience = patience
        self._queue: deque[Frame | Sound] = deque()
        self._changed = threading.Condition()
        self._stopping = threading.Event()
        self._ended = False
        self._error: Exception | None = None
        self._thread = threading.Thread(target=self._read, name=f"source {name}", daemon=True)

    def __iter__(self) -> Iterator[Frame | Sound]:
        """Yield what comes, until it ends or is stopped; raise what went wrong."""
        self._thread.start()
        while True:
            with self._changed:
                some = self._changed.wait_for(
                    lambda: self._queue or self._ended or self._stopping.is_set(), self._patience
                )
                if self._stopping.is_set():
                    return
                if not some:
                    raise SourceLost(
                        f"{self._name} has given nothing for {self._patience:.0f} seconds. "
                        "If it is a device, unplug it and plug it in again."
                    )
                if not self._queue:
                    if self._error is not None:
                        raise self._error
                    return
                item = self._queue.popleft()
            yield item

    def put(self, item: Frame | Sound) -> None:
        """Give out one more, from any thread."""
        with self._changed:
            self._queue.append(item)
            sound = isinstance(item, Sound)
            same = [index for index, each in enumerate(self._queue) if isinstance(each, Sound) is sound]
            if len(same) > (SOUNDS if sound else PICTURES):
                del self._queue[same[0]]
                self.dropped += not sound
            self._changed.notify_all()

    def end(self, error: Exception | None = None) -> None:
        """Let the iteration end when all was taken, or raise; from any thread. The first error counts."""
        with self._changed:
            self._error = self._error or error
            self._ended = True
            self._changed.notify_all()

    def stop(self) -> None:
        """End the iteration, from any thread, also twice."""
        self._stopping.set()
        with self._changed:
            self._changed.notify_all()

    def join(self) -> None:
        """Wait a little for the device to be let go of."""
        if self._thread.ident is not None and self._thread is not threading.current_thread():
            self._thread.join(GRACE_S)

    def _read(self) -> None:
        items = self._items(self._stopping)
        try:
            for item in items:
                if self._stopping.is_set():
                    break
                self.put(item)
        except Exception as error:  # raised again in the thread that iterates
            self.end(error)
        finally:
            let_go(items)  # in the thread that it ran in
            self.end()


def let_go(items: Iterator[Frame | Sound]) -> None:
    """Close an iterator, and with it what it holds open."""
    if isinstance(items, Generator):
        items.close()


class LiveSource:
    """Base of the sources that come at their own pace. They implement `_read`.

    Attributes:
        name: what people call it.
    """

    live = True
    patience: float | None = 20.0  # to open some cameras takes ten seconds

    def __init__(self, name: str) -> None:
        self.name = name
        self._closed = False
        self._lock = threading.Lock()
        self._reader: Reader | None = None
        self._dropped = 0

    @property
    def dropped(self) -> int:
        """How many pictures nobody took before newer ones came."""
        with self._lock:
            return self._dropped + (self._reader.dropped if self._reader is not None else 0)

    def __iter__(self) -> Iterator[Frame | Sound]:
        """Open it, and yield what it gives; see `Source`."""
        with self._lock:
            if self._closed:
                return
            reader = self._reader = Reader(self._read, self.name, self.patience)
        try:
            yield from reader
        finally:
            reader.stop()
            reader.join()
            with self._lock:
                self._dropped += reader.dropped
                self._reader = None

    def close(self) -> None:
        """End the iteration, from any thread."""
        with self._lock:
            self._closed = True
            if self._reader is not None:
                self._reader.stop()

    def _read(self, stopping: threading.Event) -> Iterator[Frame | Sound]:
        """Yield what comes, blocking; called in a thread of its own, and closed there."""
        raise NotImplementedError
