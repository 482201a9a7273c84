"""Gives what is on disk at the pace of its own times."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import threading
    from collections.abc import Callable

LATE_S = 1.0  # who is so late does not catch up, but goes on from here


class Pace:
    """Waits until something is due: the first thing at once, others as long after it as their times say.

    Args:
        stopping: ends the waiting.
        clock: seconds; tests have their own.
    """

    def __init__(self, stopping: threading.Event, clock: Callable[[], float] = time.monotonic) -> None:
        self._stopping = stopping
        self._clock = clock
        self._zero: float | None = None

    def wait(self, seconds: float) -> bool:
        """Wait for what has this time; return False if waiting was ended."""
        now = self._clock()
        if self._zero is None or now - (self._zero + seconds) > LATE_S:
            self._zero = now - seconds
        return not self._stopping.wait(max(self._zero + seconds - now, 0.0))
