"""How fast a publisher sends, and when that is more than it may."""

from __future__ import annotations

from collections import deque

WINDOW = 5.0  # seconds; a key frame alone makes nobody too fast
SPARE = 1.25  # of the limit: sound and what is sent again come on top of the picture's rate


class Meter:
    """Follows one publisher. All times are seconds of one clock."""

    def __init__(self) -> None:
        self._seen: deque[tuple[float, int]] = deque()

    def rate(self, octets: int, now: float) -> float:
        """Return the rate of the last seconds in kbit/s; 0 before there are so many.

        Args:
            octets: all that has come until now.
            now: the time.
        """
        self._seen.append((now, octets))
        while len(self._seen) > 2 and now - self._seen[1][0] >= WINDOW:
            self._seen.popleft()
        since, before = self._seen[0]
        return (octets - before) * 8 / 1000 / (now - since) if now - since >= WINDOW else 0.0
