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
    _below: asyncio.Transport | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override] # uvicorn's own
        """Find out what carries the bytes."""
        super().connection_made(transport)
        if self.scheme == "https":
            # What was encrypted waits in the TCP transport below, for which asyncio has no public name.
            self._below = transport._ssl_protocol._transport  # type: ignore[attr-defined]

    def pause_writing(self) -> None:
        """Look again after a while: more is waiting than the transport likes to hold."""
        super().pause_writing()
        self._look_later()

    def resume_writing(self) -> None:
        """Stop looking: the client reads."""
        super().resume_writing()
        self._stop_looking()

    def on_response_complete(self) -> None:
        """Look after an answer of one piece, too: under TLS, nothing is paused for it."""
        super().on_response_complete()
        if self._watch is None and self._waiting():
            self._look_later()

    def timeout_keep_alive_handler(self) -> None:
        """Close an idle connection, but none whose client still reads.

        Closing under TLS waits for the client's own goodbye, and cuts off after 30 s what they did not read
        by then.
        """
        if self._waiting():
            self.timeout_keep_alive_task = self.loop.call_later(
                self.timeout_keep_alive, self.timeout_keep_alive_handler
            )
        else:
            super().timeout_keep_alive_handler()

    def connection_lost(self, exc: Exception | None) -> None:
        """Stop looking: it is over."""
        self._stop_looking()
        self._unset_keepalive_if_required()
        super().connection_lost(exc)

    def _waiting(self) -> int:
        """Return how many bytes the network did not take yet."""
        below = self._below.get_write_buffer_size() if self._below else 0
        return self.transport.get_write_buffer_size() + below

    def _look_later(self) -> None:
        self._stop_looking()
        self._watch = self.loop.call_later(self.unread_s, self._look, self._waiting())

    def _stop_looking(self) -> None:
        if self._watch:
            self._watch.cancel()
            self._watch = None

    def _look(self, before: int) -> None:
        self._watch = None
        waiting = self._waiting()
        if waiting >= before > 0:
            logger.info("an answer was not read for %g s: closed", self.unread_s)
            self.transport.abort()
        elif waiting:
            self._look_later()
