"""Which packets of a stream are missing, and when to ask for them again (RFC 4585, generic NACK)."""

from __future__ import annotations

from dataclasses import dataclass

MOST = 500  # missing packets that are kept in mind; a longer gap is another stream's beginning
GIVE_UP = 1.2  # seconds after which a packet is of no use any more: players hold media back for a second
TRIES = 10
FIRST_WAIT = 0.06  # seconds until the next try, before the way's time is known
SHORTEST, LONGEST = 0.02, 0.5


@dataclass
class _Lost:
    since: float
    asked: float
    tries: int = 1


class Missing:
    """Follows the sequence numbers of one stream. All times are seconds of one clock."""

    def __init__(self) -> None:
        self._newest: int | None = None
        self._lost: dict[int, _Lost] = {}
        self._wait = FIRST_WAIT

    def __len__(self) -> int:
        return len(self._lost)

    def arrived(self, seq: int, now: float) -> list[int]:
        """Take note of a packet; return those before it that are newly missing, to be asked for at once."""
        if self._newest is None:
            self._newest = seq
            return []
        ahead = (seq - self._newest) & 0xFFFF
        if ahead == 0 or ahead >= 0x8000:
            self._found(seq, now)
            return []
        before, self._newest = self._newest, seq
        if ahead == 1:
            return []
        if ahead > MOST:
            self._lost.clear()
            return []
        missing = [(before + step) & 0xFFFF for step in range(1, ahead)]
        self._lost.update((each, _Lost(now, now)) for each in missing)
        while len(self._lost) > MOST:
            del self._lost[next(iter(self._lost))]
        return missing

    def due(self, now: float) -> list[int]:
        """Return what is to be asked for again now."""
        due = []
        for seq, lost in list(self._lost.items()):
            if lost.tries >= TRIES or now - lost.since > GIVE_UP:
                del self._lost[seq]
            elif now - lost.asked >= self._wait:
                lost.asked = now
                lost.tries += 1
                due.append(seq)
        return due

    def _found(self, seq: int, now: float) -> None:
        lost = self._lost.pop(seq, None)
        if lost is not None:
            # Since the first try: on a way that is longer than the wait, only that one is answered yet.
            took = now - lost.since
            self._wait += (min(max(took * 1.25, SHORTEST), LONGEST) - self._wait) / 4
