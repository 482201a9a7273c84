"""Reading of what comes at its own pace: in a thread of its own, and only the newest is kept."""

from __future__ import annotations

import threading
from collections import deque
from typing import TYPE_CHECKING

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
    or not. FFmpeg can be stopped in a read only by a timeout: `stop` ends the iteration at once all the same,
    and the thread ends with its read.

    Attributes:
        dropped: pictures that were not taken before newer ones came.
    """

    def __init__(self, items: Callable[[threading.Event], Iterator[Frame | Sound]], name: str) -> None:
        self.dropped = 0
        self._items = items
        self._queue: deque[Frame | Sound] = deque()
        self._changed = threading.Condition()
        self._stopping = threading.Event()
        self._ended = False
        self._error: BaseException | None = None
        self._thread = threading.Thread(target=self._read, name=f"source {name}", daemon=True)
        self._thread.start()

    def __iter__(self) -> Iterator[Frame | Sound]:
        """Yield what comes, until it ends or is stopped; raise what went wrong."""
        while True:
            with self._changed:
                self._changed.wait_for(lambda: self._queue or self._ended or self._stopping.is_set())
                if self._stopping.is_set():
                    return
                if not self._queue:
                    if self._error is not None:
                        raise self._error
                    return
                item = self._queue.popleft()
            yield item

    def stop(self) -> None:
        """End the iteration, from any thread, also twice."""
        self._stopping.set()
        with self._changed:
            self._changed.notify_all()

    def join(self) -> None:
        """Wait a little for the device to be let go of."""
        if self._thread is not threading.current_thread():
            self._thread.join(GRACE_S)

    def _read(self) -> None:
        items = self._items(self._stopping)
        try:
            for item in items:
                if self._stopping.is_set():
                    return
                self._put(item)
        except Exception as error:  # raised again in the thread that iterates
            self._error = error
        finally:
            close = getattr(items, "close", None)
            if close is not None:
                close()
            with self._changed:
                self._ended = True
                self._changed.notify_all()

    def _put(self, item: Frame | Sound) -> None:
        with self._changed:
            self._queue.append(item)
            sounds = isinstance(item, Sound)
            same = [index for index, each in enumerate(self._queue) if isinstance(each, Sound) is sounds]
            if len(same) > (SOUNDS if sounds else PICTURES):
                del self._queue[same[0]]
                self.dropped += not sounds
            self._changed.notify_all()


class LiveSource:
    """Base of the sources that come at their own pace. They implement `_read`.

    Attributes:
        name: what people call it.
    """

    live = True

    def __init__(self, name: str) -> None:
        self.name = name
        self._closed = False
        self._lock = threading.Lock()
        self._reader: Reader | None = None
        self._dropped = 0

    @property
    def dropped(self) -> int:
        """How many pictures nobody took before newer ones came."""
        reader = self._reader
        return self._dropped + (reader.dropped if reader is not None else 0)

    def __iter__(self) -> Iterator[Frame | Sound]:
        """Open it, and yield what it gives; see `Source`."""
        with self._lock:
            if self._closed:
                return
            reader = self._reader = Reader(self._read, self.name)
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
