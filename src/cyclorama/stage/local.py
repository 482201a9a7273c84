"""The local stage: in the server's own process, for as many viewers as one machine can serve."""

from __future__ import annotations

import asyncio
import time
from contextlib import suppress
from typing import TYPE_CHECKING, TypeVar

from cyclorama.errors import Conflict, Forbidden, NotFound, Unavailable
from cyclorama.stage import offers
from cyclorama.stage.forward import Feed
from cyclorama.stage.peer import Peer
from cyclorama.stage.ports import Ports
from cyclorama.stage.roster import Roster
from cyclorama.stage.session import Session
from cyclorama.stage.tasks import Tasks
from cyclorama.stage.tokens import Signer

if TYPE_CHECKING:
    from collections.abc import Awaitable, Mapping
    from pathlib import Path

    from cyclorama.stage.base import Participant
    from cyclorama.stage.tokens import Claims, Token

MAX_PUBLISHERS = 12
MAX_KBPS = 8000
MAX_VIEWERS = 200  # sessions, counting those that are still connecting
TICK = 1.0  # seconds between two looks at all sessions

T = TypeVar("T")


class LocalStage:
    """One stage. Publish, watch and close it inside one event loop."""

    def __init__(self, signer: Signer) -> None:
        self.roster = Roster()
        self._signer = signer
        self._sessions: dict[str, Session] = {}
        self._feeds: dict[str, Feed] = {}
        self._ports = Ports()
        self._arriving = 0  # sessions whose answer is being made
        self._tasks = Tasks()
        self._look = asyncio.Event()
        self._watching = False
        self._closed = False

    @classmethod
    def at(cls, folder: Path) -> LocalStage:
        """Return a stage whose tokens are signed with the key in `folder`.

        Raises:
            Unavailable: the key file cannot be used.
        """
        return cls(Signer.at(folder))

    @property
    def viewers(self) -> int:
        """How many pages watch."""
        return self.roster.viewers

    def participants(self) -> list[Participant]:
        """Return those who are there and may publish."""
        return self.roster.participants()

    def mint_token(
        self, *, user_id: str, attributes: Mapping[str, str], publish: bool, minutes: int
    ) -> Token:
        """Return a token for a new participant, who may watch, and publish if `publish`."""
        return self._signer.mint(
            user_id=user_id, attributes=attributes, publish=publish, subscribe=True, minutes=minutes
        )

    def verify(self, token: str) -> Claims:
        """Return what `token` says.

        Raises:
            Unauthorized: it is not a token of this server, or has expired.
            Forbidden: it is for another stage.
        """
        return self._signer.verify(token)

    async def publish(self, claims: Claims, offer: bytes) -> Session:
        """Answer the SDP offer of somebody who brings media. Their session of before, if any, is over then.

        Raises:
            Forbidden: the token does not allow it.
            InvalidRequest, TooLarge: the offer cannot be used.
            Unavailable: the stage is full, or closing.
        """
        if not claims.capabilities.allow_publish:
            raise Forbidden("This token allows to watch, not to publish. Ask the host for one that does.")
        others = {each.claims.jti for each in self._of(publishes=True)} - {claims.jti}
        if len(others) >= MAX_PUBLISHERS:
            raise Unavailable(f"{MAX_PUBLISHERS} people publish already; no more fit. Wait until one leaves.")
        read = offers.read(offer)
        peer = Peer(self._ports, self._look.set)
        answer, inlets = await self._answer(peer, peer.answer_publisher(read, MAX_KBPS))
        earlier = [each for each in self._of(publishes=True) if each.claims.jti == claims.jti]
        feed = self._feeds.setdefault(claims.jti, Feed(lambda: self.roster.publishing(claims.jti, True)))
        before = feed.codecs.keys()
        session = Session(claims, claims.jti, True, answer, peer, detach=feed.begin(inlets))
        self._add(session)
        if before and before != inlets.keys():
            # What viewers agreed to receive does not fit any more: let them come again.
            earlier += [each for each in self._of(publishes=False) if each.feed_id == claims.jti]
        for each in earlier:
            self._drop(each)
        return session

    async def subscribe(self, claims: Claims, participant_id: str, offer: bytes) -> Session:
        """Answer the SDP offer of somebody who watches a participant.

        Raises:
            Forbidden: the token does not allow it.
            NotFound: that participant does not publish now.
            InvalidRequest, TooLarge, UnsupportedMedia: the offer cannot be used.
            Unavailable: the stage is full, or closing.
        """
        if not claims.capabilities.allow_subscribe:
            raise Forbidden("This token does not allow to watch. Ask the host for one that does.")
        feed = self._feeds.get(participant_id)
        if feed is None or not feed.live:
            raise _nobody_live()
        if self._arriving + len(self._of(publishes=False)) >= MAX_VIEWERS:
            raise Unavailable(f"{MAX_VIEWERS} viewers watch already; no more fit. Try again later.")
        read = offers.read(offer)
        codecs = feed.codecs
        peer = Peer(self._ports, self._look.set)
        answer, outlets = await self._answer(peer, peer.answer_viewer(read, codecs, participant_id))
        if feed.codecs.keys() != codecs.keys():
            await peer.close()
            if not feed.live:
                raise _nobody_live()
            raise Conflict("What is published changed just now. Try again.")
        session = Session(claims, participant_id, False, answer, peer, detach=feed.attach(outlets))
        self._add(session)
        return session

    def end(self, claims: Claims, session_id: str, *, publishes: bool) -> None:
        """End a session that `claims` began. One that is over already is just as well.

        Raises:
            Forbidden: somebody else began it.
        """
        session = self._sessions.get(session_id)
        if session is None or session.publishes != publishes:
            return
        if session.claims.jti != claims.jti:
            raise Forbidden("Only the token that began a session may end it.")
        self._drop(session)

    async def aclose(self) -> None:
        """End all sessions and wait until they are gone."""
        self._closed = True
        for session in list(self._sessions.values()):
            self._drop(session)
        self._look.set()
        await self._tasks.finish()
        self._ports.close()

    def _of(self, *, publishes: bool) -> list[Session]:
        return [each for each in self._sessions.values() if each.publishes == publishes]

    async def _answer(self, peer: Peer, answering: Awaitable[T]) -> T:
        self._arriving += 1
        try:
            answer = await answering
            if self._closed:
                raise Unavailable("The server is shutting down. Try again in a moment.")
            return answer
        except BaseException:
            await peer.close()
            raise
        finally:
            self._arriving -= 1

    def _add(self, session: Session) -> None:
        self._sessions[session.id] = session
        if session.publishes:
            self.roster.session_began(session.claims)
        if not self._watching:
            self._watching = True
            self._tasks.start(self._watch())

    def _drop(self, session: Session) -> None:
        if self._sessions.pop(session.id, None) is None:
            return
        session.detach()
        feed_id = session.feed_id
        if session.publishes:
            self.roster.publishing(feed_id, self._feeds[feed_id].live)
            self.roster.session_ended(session.claims)
        if not any(each.feed_id == feed_id for each in self._sessions.values()):
            del self._feeds[feed_id]
        self._tasks.start(session.peer.close())

    async def _watch(self) -> None:
        """Drop sessions whose peer is gone and notice when media stops, for as long as there are sessions."""
        while self._sessions:
            with suppress(TimeoutError):
                async with asyncio.timeout(TICK):
                    await self._look.wait()
            self._look.clear()
            now = time.monotonic()
            for session in list(self._sessions.values()):
                if not session.alive(now):
                    self._drop(session)
            for participant_id, feed in self._feeds.items():
                self.roster.publishing(participant_id, feed.live)
        self._watching = False


def _nobody_live() -> NotFound:
    return NotFound("Nobody is live here right now. Watching begins when they are.")
