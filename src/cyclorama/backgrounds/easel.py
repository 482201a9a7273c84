"""Runs generators off the event loop, in one line a generator, and tells how they get on.

The state of a generation lives in the iteration over it: whoever closes that cancels the work.
"""

from __future__ import annotations

import asyncio
import threading
from collections import deque
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING

from cyclorama.backgrounds.base import Cancelled, Painting, Progress, Report, check_motion
from cyclorama.errors import GenerationFailed

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Callable

    from cyclorama.backgrounds.base import Generator, Prompt


@dataclass(frozen=True)
class Queued:
    """Waiting for its turn; `position` pictures must be done before the first of these begins."""

    position: int


@dataclass(frozen=True)
class Working:
    """How far the picture number `sample`, from 0, is."""

    sample: int
    progress: Progress


@dataclass(frozen=True)
class Painted:
    """The picture number `sample`, from 0, is done."""

    sample: int
    painting: Painting


@dataclass(frozen=True)
class Failed:
    """The picture number `sample`, from 0, will not come."""

    sample: int
    error: Exception


Event = Queued | Working | Painted | Failed


class Easel:
    """Paints prompts: of each generator as many pictures at once as it has slots, first come, first served.

    A slot is free again when its thread has ended, not when its work is cancelled: no device is used twice.
    All of it is used from one event loop.
    """

    def __init__(self) -> None:
        self._lines: dict[int, _Line] = {}  # by identity: generators need not be hashable

    async def paint(self, generator: Generator, prompt: Prompt) -> AsyncGenerator[Event]:
        """Yield where the work stands until every sample is painted or failed; close it to cancel the rest.

        Whoever reads slowly gets the newest position, the newest progress of each sample, and every picture.
        """
        news = _News(asyncio.get_running_loop())
        pieces = [_Piece(sample, each, news) for sample, each in enumerate(prompt.samples())]
        line = self._lines.setdefault(id(generator), _Line(generator))
        line.join(pieces)
        try:
            left = len(pieces)
            while left:
                event = await news.next()
                left -= isinstance(event, (Painted, Failed))
                yield event
        finally:
            line.leave(pieces)

    def close(self) -> None:
        """Drop what waits, and tell what runs to stop; the iterations over them end with failures."""
        gone = GenerationFailed("The server is stopping, so this background will not be made.")
        for line in self._lines.values():
            line.fail(gone)


class _News:
    """What happened to one prompt since its reader last looked: at most one event of a kind and sample."""

    def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
        self._loop = loop
        self._lock = threading.Lock()
        self._events: dict[object, Event] = {}
        self._there = asyncio.Event()
        self._position = -1

    def put(self, event: Event) -> None:
        """Tell the reader; any thread may."""
        with self._lock:
            first = not self._events
            # a whole preview comes once: the progress that follows does not take its place
            whole = isinstance(event, Working) and event.progress.whole
            self._events[type(event), getattr(event, "sample", None), whole] = event
        if first:
            self.soon(self._there.set)

    def soon(self, callback: Callable[..., None], *args: object) -> None:
        """Call back in the reader's event loop; any thread may."""
        with suppress(RuntimeError):  # the loop is closed: nobody reads any more
            self._loop.call_soon_threadsafe(callback, *args)

    def place(self, position: int) -> None:
        """Tell the reader the place in the line, where it is another one."""
        if position != self._position:
            self._position = position
            self.put(Queued(position))

    async def next(self) -> Event:
        """Wait for the next event."""
        while True:
            with self._lock:
                if self._events:
                    return self._events.pop(next(iter(self._events)))
            self._there.clear()
            await self._there.wait()


class _Piece:
    """One picture to be painted."""

    def __init__(self, sample: int, prompt: Prompt, news: _News) -> None:
        self.sample, self.prompt, self.news = sample, prompt, news
        self.report = Report(lambda progress: news.put(Working(sample, progress)))


class _Line:
    """Who waits for one generator, and whom it paints for."""

    def __init__(self, generator: Generator) -> None:
        self._generator = generator
        self._waiting: deque[_Piece] = deque()
        self._running: set[_Piece] = set()

    def join(self, pieces: list[_Piece]) -> None:
        self._waiting.extend(pieces)
        self._move()

    def leave(self, pieces: list[_Piece]) -> None:
        for piece in pieces:
            piece.report.cancel()
            with suppress(ValueError):
                self._waiting.remove(piece)
        self._move()

    def fail(self, error: Exception) -> None:
        pieces = [*self._running, *self._waiting]
        self._waiting.clear()
        for piece in pieces:
            piece.report.cancel()
            piece.news.put(Failed(piece.sample, error))

    def _move(self) -> None:
        while self._waiting and len(self._running) < self._generator.slots:
            piece = self._waiting.popleft()
            self._running.add(piece)
            piece.news.place(0)
            # Not a pool: its threads would keep the process from ending while one of them does not stop.
            threading.Thread(target=self._run, args=(piece,), name="easel", daemon=True).start()
        for position, piece in enumerate(self._waiting, 1):
            if piece.sample == 0:
                piece.news.place(position)

    def _run(self, piece: _Piece) -> None:
        outcome: Painted | Failed
        try:
            check_motion(self._generator, piece.prompt)
            outcome = Painted(piece.sample, self._generator.generate(piece.prompt, piece.report))
        except BaseException as error:  # whatever it is, the slot must become free
            if not isinstance(error, Exception) or isinstance(error, Cancelled):
                error = GenerationFailed("The generator broke off by itself. Try again.")
            outcome = Failed(piece.sample, error)
        piece.news.soon(self._ended, piece, outcome)

    def _ended(self, piece: _Piece, outcome: Painted | Failed) -> None:
        self._running.discard(piece)
        if not piece.report.cancelled:
            piece.news.put(outcome)
        self._move()
