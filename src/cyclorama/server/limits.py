"""How many pictures may be made or wait at once, in all and for one client."""

from __future__ import annotations

import math
import statistics
import time
from collections import deque
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

from cyclorama.errors import InvalidRequest, TooMany

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from cyclorama.settings import Settings

REMEMBERED = 32  # durations, of which the median counts as typical
FIRST_GUESS_S = 5.0  # before there is any
LONGEST_S = 120  # advised; past that an estimate says nothing


@dataclass(eq=False)
class _Held:
    client: str
    count: int
    since: float


class Limits:
    """Counts places, and says when there may be some again.

    Args:
        settings: say how many places there are.
        clock: seconds that only grow.
    """

    def __init__(self, settings: Settings, clock: Callable[[], float] = time.monotonic) -> None:
        self._all = settings.max_generations
        self._each = min(settings.max_generations_per_client, settings.max_generations)
        self._clock = clock
        self._held: list[_Held] = []
        self._durations: deque[float] = deque(maxlen=REMEMBERED)

    @property
    def taken(self) -> int:
        """How many places are taken now."""
        return sum(each.count for each in self._held)

    @contextmanager
    def reserve(self, client: str, count: int) -> Iterator[None]:
        """Hold `count` places for `client` while inside.

        Raises:
            InvalidRequest: one client never gets so many.
            TooMany: there are not so many now; says when to try again.
        """
        if count > self._each:
            raise InvalidRequest(f"This server makes {self._each} at once for one creator. Ask for fewer.")
        own = [each for each in self._held if each.client == client]
        self._check(own, self._each, count, "You have as many backgrounds in the making as you may.")
        self._check(self._held, self._all, count, "All places of this server are taken.")
        held = _Held(client, count, self._clock())
        self._held.append(held)
        try:
            yield
        finally:
            self._held.remove(held)
            self._durations.append(self._clock() - held.since)

    def _check(self, held: list[_Held], limit: int, count: int, says: str) -> None:
        excess = sum(each.count for each in held) + count - limit
        if excess > 0:
            seconds = self._until_free(held, excess)
            raise TooMany(f"{says} Try again in about {seconds} s, or cancel one.", seconds)

    def _until_free(self, held: list[_Held], places: int) -> int:
        """Estimate when so many places are free: each is held about as long as others were."""
        typical = statistics.median(self._durations) if self._durations else FIRST_GUESS_S
        last = self._clock()
        for each in held:  # the oldest first
            places -= each.count
            last = each.since
            if places <= 0:
                break
        return min(max(math.ceil(last + typical - self._clock()), 1), LONGEST_S)
