"""Work that runs ahead of whoever wants its results, in a thread of its own."""

from __future__ import annotations

import queue
import threading
from typing import TYPE_CHECKING, Generic, TypeVar

if TYPE_CHECKING:
    from collections.abc import Generator, Iterator
    from types import TracebackType

T = TypeVar("T")


class Ahead(Generic[T]):
    """Iterates something in a thread and keeps a few results ready; what it raises, is raised here.

    Args:
        work: what to iterate. It is closed in the same thread.
        most: results that may wait.
        name: of the thread.
    """

    def __init__(self, work: Generator[T], most: int, name: str) -> None:
        self._work = work
        self._ready: queue.Queue[tuple[T] | BaseException | None] = queue.Queue(most)
        self._left = threading.Event()
        self._thread = threading.Thread(target=self._run, name=name, daemon=True)

    def __enter__(self) -> Iterator[T]:
        self._thread.start()
        return self._results()

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        """End the work, also in the middle."""
        self._left.set()
        while self._thread.is_alive():
            try:
                self._ready.get(timeout=0.05)
            except queue.Empty:
                continue
        self._thread.join()

    def _results(self) -> Iterator[T]:
        while (ready := self._ready.get()) is not None:
            if isinstance(ready, BaseException):
                raise ready
            yield ready[0]

    def _run(self) -> None:
        try:
            for result in self._work:
                self._ready.put((result,))
                if self._left.is_set():
                    break
        except BaseException as error:
            self._ready.put(error)
        else:
            self._ready.put(None)
        finally:
            self._work.close()
