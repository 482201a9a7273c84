"""HTTP connections that give up a client who no longer reads."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

from uvicorn.protocols.http.h11_impl import H11Protocol

if TYPE_CHECKING:
    import asyncio

logger = logging.getLogger(__name__)

UNREAD_S = 30.0


class Connection(H11Protocol):
    """Uvicorn's HTTP/1.1, which ends when nothing of a waiting answer left for `unread_s` seconds.

    Otherwise a client who keeps the connection open and reads nothing would hold the answer, and the work
    behind it, for ever. What the network's buffers take counts as read: nobody here can know better.
    """

    unread_s = UNREAD_S
    _watch: asyncio.TimerHandle | None = None

    def pause_writing(self) -> None:
        """Look again after a while: more is waiting than the transport likes to hold."""
        super().pause_writing()
        self._look_later()

    def resume_writing(self) -> None:
        """Stop looking: the client reads."""
        super().resume_writing()
        self._stop_looking()

    def connection_lost(self, exc: Exception | None) -> None:
        """Stop looking: it is over."""
        self._stop_looking()
        super().connection_lost(exc)

    def _look_later(self) -> None:
        waiting = self.transport.get_write_buffer_size()
        self._watch = self.loop.call_later(self.unread_s, self._look, waiting)

    def _stop_looking(self) -> None:
        if self._watch:
            self._watch.cancel()

    def _look(self, before: int) -> None:
        if self.transport.get_write_buffer_size() < before:
            self._look_later()
        else:
            logger.info("an answer was not read for %g s: closed", self.unread_s)
            self.transport.abort()
