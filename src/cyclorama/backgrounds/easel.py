"""Runs generators off the event loop, a few at a time, and tells how they get on.

The state of a generation lives in the iteration over it: whoever stops iterating cancels the work.
"""

from __future__ import annotations

import asyncio
import os
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import TYPE_CHECKING

from cyclorama.backgrounds.base import Painting, Progress, Report
from cyclorama.errors import Unavailable

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator

    from cyclorama.backgrounds.base import Generator, Prompt

MAX_WAITING = 32


@dataclass(frozen=True)
class Queued:
    """Waiting for its turn; `position` others go first."""

    position: int


class Easel:
    """Paints a few prompts at once, first come, first served."""

    def __init__(self, slots: int | None = None) -> None:
        self._slots = slots or max(1, (os.cpu_count() or 1) // 2)
        self._threads = ThreadPoolExecutor(self._slots, thread_name_prefix="easel")
        self._unfinished = 0

    async def paint(
        self, generator: Generator, prompt: Prompt
    ) -> AsyncGenerator[Queued | Progress | Painting]:
        """Yield where the work stands, and the painting at last. Close the iteration to cancel the work.

        Raises:
            CycloramaError: what the generator raised, or `Unavailable` when too many wait already.
        """
        position = max(0, self._unfinished - self._slots + 1)
        if position > MAX_WAITING:
            raise Unavailable("Too many backgrounds are being made. Try again in a few seconds.")
        loop = asyncio.get_running_loop()
        events: asyncio.Queue[Progress | asyncio.Future[Painting]] = asyncio.Queue()

        def tell(progress: Progress) -> None:
            loop.call_soon_threadsafe(events.put_nowait, progress)

        report = Report(tell)

        def finished(work: asyncio.Future[Painting]) -> None:
            self._unfinished -= 1
            events.put_nowait(work)

        self._unfinished += 1
        work = loop.run_in_executor(self._threads, generator.generate, prompt, report)
        work.add_done_callback(finished)
        try:
            yield Queued(position)
            while isinstance(event := await events.get(), Progress):
                yield event
            yield event.result()
        finally:
            report.cancel()
            work.cancel()

    def close(self) -> None:
        """Drop what waits; what runs stops at its next report."""
        self._threads.shutdown(wait=False, cancel_futures=True)
