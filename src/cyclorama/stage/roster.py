"""Who is there: participants, viewers, and the connections that want to hear of every change.

A connection never queues changes: it wakes up and reads the newest state, so that a slow reader costs nothing
and holds up nobody.
"""

from __future__ import annotations

import asyncio
from dataclasses import asdict, dataclass, field
from enum import Enum, auto
from typing import TYPE_CHECKING, Any

from cyclorama.stage.base import Muted, Participant

if TYPE_CHECKING:
    from cyclorama.stage.tokens import Claims


class Ending(Enum):
    """Why a page may not follow the roster any longer."""

    JOINED_ELSEWHERE = auto()  # the same participant, in a newer page
    SENT_AWAY = auto()
    STAGE_OVER = auto()


@dataclass(eq=False)
class Connection:
    """One page that follows the roster."""

    claims: Claims
    ending: Ending | None = None
    _changed: asyncio.Event = field(default_factory=asyncio.Event)

    def wake(self) -> None:
        """Tell that there is something new to read."""
        self._changed.set()

    async def changed(self) -> None:
        """Wait until something changed since the last time."""
        await self._changed.wait()
        self._changed.clear()


@dataclass
class _Seat:
    """A participant's place: kept while a page follows the roster or media is published."""

    claims: Claims
    connection: Connection | None = None
    sessions: int = 0
    publishing: bool = False
    muted: Muted = field(default_factory=Muted)


class Roster:
    """Everybody on one stage."""

    def __init__(self) -> None:
        self._seats: dict[str, _Seat] = {}
        self._connections: set[Connection] = set()

    def __len__(self) -> int:
        """Return how many pages follow the roster."""
        return len(self._connections)

    @property
    def viewers(self) -> int:
        """How many pages watch whose token does not allow to publish."""
        return sum(not each.claims.capabilities.allow_publish for each in self._connections)

    def participants(self) -> list[Participant]:
        """Return those who are there and may publish, in the order of their arrival."""
        return [
            Participant(
                id=seat.claims.jti,
                user_id=seat.claims.user_id,
                attributes=seat.claims.attributes,
                publishing=seat.publishing,
                muted=seat.muted,
            )
            for seat in self._seats.values()
        ]

    def state(self, you: str, *, recording: bool) -> dict[str, Any]:
        """Return the message that tells `you` (a participant id) who is there, and if they are recorded."""
        return {
            "type": "state",
            "you": you,
            "viewers": self.viewers,
            "recording": recording,
            "participants": [asdict(participant) for participant in self.participants()],
        }

    def connect(self, claims: Claims) -> Connection:
        """Let a page follow the roster. It supersedes an earlier page of the same participant.

        Viewers may share one link, and so one id: they never supersede each other.
        """
        connection = Connection(claims)
        self._connections.add(connection)
        if claims.capabilities.allow_publish:
            seat = self._seat(claims)
            if seat.connection is not None:
                seat.connection.ending = Ending.JOINED_ELSEWHERE
            seat.connection = connection
        self.wake()
        return connection

    def disconnect(self, connection: Connection) -> None:
        """Forget a page."""
        self._connections.discard(connection)
        seat = self._seats.get(connection.claims.jti)
        if seat is not None and seat.connection is connection:
            seat.connection = None
            seat.muted = Muted()
            self._leave_if_gone(seat)
        self.wake()

    def end(self, ending: Ending, participant_id: str | None = None) -> None:
        """Forget all pages, or those of one participant, and tell each why."""
        for connection in list(self._connections):
            if participant_id in {None, connection.claims.jti}:
                connection.ending = ending
                connection.wake()
                self.disconnect(connection)

    def mute(self, connection: Connection, muted: Muted) -> None:
        """Note what a participant has switched off; viewers have nothing to mute."""
        seat = self._seats.get(connection.claims.jti)
        if seat is not None and seat.connection is connection and seat.muted != muted:
            seat.muted = muted
            self.wake()

    def session_began(self, claims: Claims) -> None:
        """Note that a participant has a publishing session."""
        self._seat(claims).sessions += 1
        self.wake()

    def session_ended(self, claims: Claims) -> None:
        """Note that one of a participant's publishing sessions is over."""
        seat = self._seats[claims.jti]
        seat.sessions -= 1
        self._leave_if_gone(seat)
        self.wake()

    def publishing(self, participant_id: str, publishing: bool) -> None:
        """Note whether a participant's media arrives."""
        seat = self._seats.get(participant_id)
        if seat is not None and seat.publishing != publishing:
            seat.publishing = publishing
            self.wake()

    def _seat(self, claims: Claims) -> _Seat:
        return self._seats.setdefault(claims.jti, _Seat(claims))

    def _leave_if_gone(self, seat: _Seat) -> None:
        if seat.connection is None and not seat.sessions:
            del self._seats[seat.claims.jti]

    def wake(self) -> None:
        """Tell all pages that there is something new to read."""
        for connection in self._connections:
            connection.wake()
