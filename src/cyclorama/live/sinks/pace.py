"""Real time for outputs that show a recording: it comes as fast as it is taken, and is not to be shown so."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

JUMP = 1.0  # seconds: a time that is further off than this is a jump, and pacing begins anew


class Pace:
    """Waits until an item's time has come, counted from the first one.

    Args:
        clock: seconds that only grow.
        sleep: waits for so many seconds.
    """

    def __init__(
        self, clock: Callable[[], float] = time.monotonic, sleep: Callable[[float], object] = time.sleep
    ) -> None:
        self._clock = clock
        self._sleep = sleep
        self._beginning: float | None = None

    def wait(self, seconds: float) -> None:
        """Return when it is time for what belongs at `seconds`, at once where that is past."""
        now = self._clock()
        if self._beginning is None or abs(self._beginning + seconds - now) > JUMP:
            self._beginning = now - seconds
        early = self._beginning + seconds - now
        if early > 0:
            self._sleep(early)
