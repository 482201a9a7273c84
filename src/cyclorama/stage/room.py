"""One local stage: its sessions, their limits, and their end."""

from __future__ import annotations

import asyncio
import math
import time
from contextlib import suppress
from typing import TYPE_CHECKING, Any, TypeVar

from cyclorama.errors import Conflict, Forbidden, NotFound, SentAway, StageOver, TooMany, Unavailable
from cyclorama.stage import offers
from cyclorama.stage.forward import Feed
from cyclorama.stage.meter import SPARE
from cyclorama.stage.peer import Peer
from cyclorama.stage.roster import Ending, Roster
from cyclorama.stage.session import Session
from cyclorama.stage.tasks import Tasks

if TYPE_CHECKING:
    from collections.abc import Awaitable

    from cyclorama.settings import Settings
    from cyclorama.stage.base import Participant
    from cyclorama.stage.ledger import Ledger
    from cyclorama.stage.ports import Ports
    from cyclorama.stage.recording.recorder import Recorder
    from cyclorama.stage.roster import Connection
    from cyclorama.stage.tokens import Claims

TICK = 1.0  # seconds between two looks at all sessions
TOO_FAST_FOR = 10.0  # seconds for which who sent too much cannot publish
RETRY_AFTER = 5  # seconds; somebody may have left by then

T = TypeVar("T")


class Room:
    """One stage. Publish, watch and close it inside one event loop.

    Args:
        settings: say how many people it may hold.
        ledger: knows who was sent away.
        ports: the sockets that media goes through.
        recorder: records what is published here, when it is told to.
    """

    def __init__(self, settings: Settings, ledger: Ledger, ports: Ports, recorder: Recorder) -> None:
        self.roster = Roster()
        self.recorder = recorder
        recorder.on_change = self.roster.wake
        self._settings = settings
        self._ledger = ledger
        self._ports = ports
        self._known: dict[str, int] = {}  # whoever has shown a token here, and its expiry
        # who sent too much: how fast, in kbit/s, and until when it counts
        self._too_fast: dict[str, tuple[float, float]] = {}
        self._sessions: dict[str, Session] = {}
        self._feeds: dict[str, Feed] = {}
        self._arriving = {True: 0, False: 0}  # sessions whose answer is being made, by whether they publish
        self._tasks = Tasks()
        self._look = asyncio.Event()
        self._watching = False
        self._over = False
        self._closed = False

    @property
    def viewers(self) -> int:
        """How many pages watch."""
        return self.roster.viewers

    def participants(self) -> list[Participant]:
        """Return those who are there and may publish."""
        return self.roster.participants()

    def admit(self, claims: Claims) -> None:
        """Let somebody in whose token is for this stage.

        Raises:
            SentAway: the host does not want them here.
            StageOver: the stage has been deleted.
        """
        if self._over:
            raise over()
        if self._ledger.is_away(claims.jti):
            raise SentAway(
                "The host has removed you from this stage. Ask them for a new link if that was a mistake."
            )
        if claims.jti not in self._known:
            now = time.time()
            self._known = {each: expires for each, expires in self._known.items() if expires > now}
            self._known[claims.jti] = claims.exp

    async def send_away(self, participant_id: str) -> None:
        """End all that a participant has here and never admit them again.

        Whoever has shown a token since the server started can be sent away, also if they are gone for a
        moment. Viewers who share one link share one id: they all go.

        Raises:
            NotFound: nobody of that id has been here.
            Unavailable: they are out, but it could not be written down for the time after a restart.
        """
        expires = self._known.get(participant_id)
        if expires is None:
            raise NotFound(f"Nobody on this stage has the id {participant_id!r}. List its participants.")
        self.roster.end(Ending.SENT_AWAY, participant_id)
        for session in list(self._sessions.values()):
            if participant_id in {session.claims.jti, session.feed_id}:
                self._drop(session)
        await self._ledger.send_away(participant_id, expires)
        self._known.pop(participant_id, None)

    def follow(self, claims: Claims) -> Connection:
        """Let a page follow the roster, until `roster.disconnect`.

        Raises:
            Unavailable: too many follow it already.
        """
        if len(self.roster) >= self._settings.max_viewers + self._settings.max_publishers:
            raise Unavailable("The stage is full. Try again when somebody has left.", RETRY_AFTER)
        return self.roster.connect(claims)

    def state(self, connection: Connection) -> dict[str, Any]:
        """Return the message that tells a page how the stage is."""
        return self.roster.state(connection.claims.jti, recording=self.recorder.recording)

    async def publish(self, claims: Claims, offer: bytes) -> Session:
        """Answer the SDP offer of somebody who brings media. Their session of before, if any, is over then.

        Raises:
            Forbidden: the token does not allow it.
            InvalidRequest, TooLarge, UnsupportedMedia: the offer cannot be used.
            TooMany: they sent more than a publisher may, just now.
            Unavailable: the stage is full, or closing.
        """
        if not claims.capabilities.allow_publish:
            raise Forbidden("This token allows to watch, not to publish. Ask the host for one that does.")
        self._check_rate(claims)
        others = {each.claims.jti for each in self._of(publishes=True)} - {claims.jti}
        if len(others) + self._arriving[True] >= self._settings.max_publishers:
            raise Unavailable(
                f"This stage has all the publishers that it may have ({self._settings.max_publishers}). "
                "Try again when one has left, or ask the host to raise CYCLORAMA_MAX_PUBLISHERS.",
                RETRY_AFTER,
            )
        read = offers.read(offer)
        peer = Peer(self._ports, self._look.set)
        answering = peer.answer_publisher(read, self._settings.max_bit_rate)
        answer, inlets = await self._answer(claims, peer, answering, publishes=True)
        earlier = [each for each in self._of(publishes=True) if each.claims.jti == claims.jti]
        feed = self._feeds.get(claims.jti)
        if feed is None:
            self._feeds[claims.jti] = feed = Feed(lambda: self.roster.publishing(claims.jti, True))
            self.recorder.follow(claims.jti, claims.user_id, feed)
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
        if len(self._of(publishes=False)) + self._arriving[False] >= self._settings.max_viewers:
            raise Unavailable(
                f"This stage is watched as often as it may be ({self._settings.max_viewers} times). "
                "Try again when a viewer has left, or ask the host to raise CYCLORAMA_MAX_VIEWERS.",
                RETRY_AFTER,
            )
        read = offers.read(offer)
        codecs = feed.codecs
        peer = Peer(self._ports, self._look.set)
        answering = peer.answer_viewer(read, codecs, participant_id)
        answer, outlets = await self._answer(claims, peer, answering, publishes=False)
        if feed.codecs.keys() != codecs.keys():
            await peer.close()
            if not feed.live:
                raise _nobody_live()
            raise Conflict("What is published changed just now. Try again.")
        session = Session(claims, participant_id, False, answer, peer, detach=feed.attach(outlets))
        self._add(session)
        return session

    def has(self, session_id: str) -> bool:
        """Whether that session is here."""
        return session_id in self._sessions

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

    def finish(self) -> None:
        """Send everybody away for good, because the stage is deleted."""
        self._over = True
        self.roster.end(Ending.STAGE_OVER)
        for session in list(self._sessions.values()):
            self._drop(session)

    async def aclose(self) -> None:
        """End all sessions and wait until they are gone."""
        self._closed = True
        for session in list(self._sessions.values()):
            self._drop(session)
        self._look.set()
        await self._tasks.finish()
        await self.recorder.stop()

    def _of(self, *, publishes: bool) -> list[Session]:
        return [each for each in self._sessions.values() if each.publishes == publishes]

    async def _answer(self, claims: Claims, peer: Peer, answering: Awaitable[T], *, publishes: bool) -> T:
        self._arriving[publishes] += 1
        try:
            answer = await answering
            self.admit(claims)  # again: the host may have sent them away meanwhile
            if self._closed:
                raise Unavailable("The server is shutting down. Try again in a moment.")
            return answer
        except BaseException:
            await peer.close()
            raise
        finally:
            self._arriving[publishes] -= 1

    def _add(self, session: Session) -> None:
        self._sessions[session.id] = session
        if session.publishes:
            self.roster.session_began(session.claims)
        if not self._watching:
            self._watching = True
            self._tasks.start(self._watch())

    def _check_rate(self, claims: Claims) -> None:
        now = time.monotonic()
        self._too_fast = {each: what for each, what in self._too_fast.items() if what[1] > now}
        if claims.jti in self._too_fast:
            rate, until = self._too_fast[claims.jti]
            raise TooMany(
                f"You sent {rate / 1000:.1f} Mbit/s, and this stage takes at most "
                f"{self._settings.max_bit_rate / 1000:.1f}. Lower your encoder's bit rate, or ask the host "
                "to raise CYCLORAMA_MAX_BIT_RATE.",
                math.ceil(until - now),
            )

    def _measure(self, session: Session, now: float) -> None:
        """End the session of a publisher who sends more than it may, whatever it was told."""
        rate = session.meter.rate(session.peer.octets, now)
        if rate > self._settings.max_bit_rate * SPARE:
            self._too_fast[session.claims.jti] = rate, now + TOO_FAST_FOR
            self._drop(session)

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
            self.recorder.forget(feed_id)
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
                elif session.publishes:
                    self._measure(session, now)
            for participant_id, feed in self._feeds.items():
                self.roster.publishing(participant_id, feed.live)
        self._watching = False


def over() -> StageOver:
    """Return the error for whoever has a token of a stage that is not there any more."""
    return StageOver("The stage that this token is for is over. Ask the host for a link to another.")


def _nobody_live() -> NotFound:
    return NotFound("Nobody is live here right now. Watching begins when they are.")
