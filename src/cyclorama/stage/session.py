"""One peer connection of one participant, and whether anybody is still at its other end."""

from __future__ import annotations

import secrets
import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from cyclorama.stage.meter import Meter

if TYPE_CHECKING:
    from collections.abc import Callable

    from cyclorama.stage.peer import Peer
    from cyclorama.stage.tokens import Claims

CONNECT_TIMEOUT = 10.0  # seconds from the answer until a peer must be connected
DEAF_TIMEOUT = 10.0  # seconds without a sign of life; browsers check a connection every 2.5 s


@dataclass(eq=False)
class Session:
    """A WHIP or WHEP session.

    Attributes:
        claims: whose session it is.
        feed_id: the participant whose media it brings or fetches.
        publishes: whether it brings media.
        answer: the SDP answer.
        detach: ends the flow of media.
        meter: how fast media comes.
        id: unguessable; it is part of the session's URL.
    """

    claims: Claims
    feed_id: str
    publishes: bool
    answer: str = field(repr=False)
    peer: Peer = field(repr=False)
    detach: Callable[[], None] = field(repr=False)
    id: str = field(default_factory=lambda: secrets.token_urlsafe(16))
    meter: Meter = field(default_factory=Meter, repr=False)
    _began: float = field(default_factory=time.monotonic)
    _heard: int = 0
    _heard_at: float = field(default_factory=time.monotonic)

    def alive(self, now: float) -> bool:
        """Whether the peer is there, or may still come. Call it once a second, with `time.monotonic()`."""
        heard = self.peer.heard
        if heard != self._heard:
            self._heard = heard
            self._heard_at = now
        match self.peer.state:
            case "connected":
                return now - self._heard_at < DEAF_TIMEOUT
            case "new" | "connecting":
                return now - self._began < CONNECT_TIMEOUT
            case _:
                return False
