"""The local stages: in the server's own process, for as many viewers as one machine can serve."""

from __future__ import annotations

import logging
import secrets
import string
import time
from typing import TYPE_CHECKING

from cyclorama.errors import Conflict, Forbidden, InvalidRequest, NotFound, TooMany, Unavailable
from cyclorama.stage.base import Stage
from cyclorama.stage.ledger import Entry, Ledger
from cyclorama.stage.ports import Ports
from cyclorama.stage.recording.recorder import Recorder
from cyclorama.stage.room import Room, over
from cyclorama.stage.tasks import Tasks
from cyclorama.stage.tokens import ASK_AGAIN, Address, Signer

if TYPE_CHECKING:
    from collections.abc import Mapping

    from cyclorama.settings import Settings
    from cyclorama.stage.base import Participant
    from cyclorama.stage.tokens import Claims, Token

DEFAULT = "default"  # the id and the name of the stage that is always there
RESOURCE = "cyclorama:stage/"  # and then its id
MAX_NAME = 128  # characters, as IVS has it


logger = logging.getLogger(__name__)


def address(stage_id: str) -> Address:
    """Return what tokens for a local stage say of it."""
    return Address(f"{RESOURCE}{stage_id}", stage_id, events_url="/roster", whip_url="/whip")


class LocalBackend:
    """A `StageBackend` whose stages are rooms of this process. Use it inside one event loop."""

    name = "local"
    viewers_share = True

    def __init__(self, settings: Settings, signer: Signer, ledger: Ledger) -> None:
        self._settings = settings
        self._signer = signer
        self._ledger = ledger
        self._ports = Ports(settings.media_port, settings.advertised_addresses)
        self._names = {DEFAULT: DEFAULT} | {each.id: each.name for each in ledger.stages}
        self._rooms = {each: self._room(each) for each in self._names}
        self._making: set[str] = set()  # names of stages that are being written down
        self._closing = Tasks()

    @classmethod
    def of(cls, settings: Settings) -> LocalBackend:
        """Return the stages of the settings' data folder.

        Raises:
            Unavailable: the key file or the list of stages cannot be used.
        """
        return cls(settings, Signer.at(settings.data), Ledger(settings.data))

    async def begin(self) -> None:
        """Record every stage, where the settings want that from the start."""
        if self._settings.record:
            for room in self._rooms.values():
                await _record(room)

    def admit(self, token: str) -> tuple[Room, Claims]:
        """Return the room that `token` opens, and what it says.

        Raises:
            Unauthorized: it is not a token of this server, or has expired.
            StageOver: its stage has been deleted.
            SentAway: the host has sent its bearer away.
            Forbidden: it is for a stage elsewhere.
        """
        claims = self._signer.verify(token)
        if claims.resource != f"{RESOURCE}{claims.topic}":
            raise Forbidden(f"This token is for another stage. {ASK_AGAIN}")
        if claims.topic not in self._rooms:
            raise over()
        room = self._rooms[claims.topic]
        room.admit(claims)
        return room, claims

    def end(self, claims: Claims, session_id: str, *, publishes: bool) -> None:
        """End a session that `claims` began, whichever room it is in. One that is over is just as well.

        Raises:
            Forbidden: somebody else began it.
        """
        for room in self._rooms.values():
            if room.has(session_id):
                room.end(claims, session_id, publishes=publishes)

    def room(self, stage: str) -> Room:
        """Return the room of the stage of that id, name or resource.

        Raises:
            NotFound: there is none.
        """
        return self._rooms[self._id(stage)]

    async def create_stage(self, name: str) -> Stage:
        """Make a stage; it is there again after a restart.

        Raises:
            InvalidRequest: the name is empty, longer than `MAX_NAME`, or not printable.
            Conflict: there is one of that name.
            TooMany: there are as many as there may be.
            Unavailable: it cannot be written down.
        """
        name = name.strip()
        if not name or len(name) > MAX_NAME or not name.isprintable():
            raise InvalidRequest(f"A stage's name is 1 to {MAX_NAME} characters of printable text.")
        if name in {*self._names, *self._names.values(), *self._making}:
            raise Conflict(f"There is a stage called {name!r} already. Take another name.")
        if len(self._rooms) + len(self._making) >= self._settings.max_stages:
            raise TooMany(
                f"This server has all the stages that it may have ({self._settings.max_stages}). "
                "Delete one that is over, or raise CYCLORAMA_MAX_STAGES."
            )
        id_ = "".join(secrets.choice(string.ascii_lowercase) for _ in range(12))
        self._making.add(name)
        try:
            await self._ledger.add(Entry(id=id_, name=name, created_at=int(time.time())))
        finally:
            self._making.remove(name)
        self._names[id_] = name
        self._rooms[id_] = room = self._room(id_)
        if self._settings.record:
            await _record(room)
        return self._stage(id_)

    async def list_stages(self) -> list[Stage]:
        """Return all stages in the order of their making, the default one first."""
        return [self._stage(id_) for id_ in self._names]

    async def find_stage(self, stage: str) -> Stage:
        """Return the stage of that id, name or resource.

        Raises:
            NotFound: there is none.
        """
        return self._stage(self._id(stage))

    async def delete_stage(self, stage: str) -> None:
        """Send everybody away and forget the stage; its tokens are worth nothing from now on.

        Raises:
            NotFound: there is none of that id, name or resource.
            Conflict: it is the default one.
            Unavailable: it cannot be written down, and all is as before.
        """
        id_ = self._id(stage)
        if id_ == DEFAULT:
            raise Conflict("The default stage cannot be deleted. Send its participants away instead.")
        await self._ledger.remove(id_)
        self._names.pop(id_, None)  # None where somebody else deleted it meanwhile
        if room := self._rooms.pop(id_, None):
            room.finish()
            self._closing.start(room.aclose())

    async def mint_token(
        self,
        stage: str,
        *,
        user_id: str,
        attributes: Mapping[str, str],
        publish: bool,
        subscribe: bool,
        minutes: int,
    ) -> Token:
        """Return a token for a new participant, good for `minutes`.

        Raises:
            NotFound: there is no such stage.
        """
        return self._signer.mint(
            address(self._id(stage)),
            user_id=user_id,
            attributes=attributes,
            publish=publish,
            subscribe=subscribe,
            minutes=minutes,
        )

    async def list_participants(self, stage: str) -> list[Participant]:
        """Return those who are there and may publish.

        Raises:
            NotFound: there is no such stage.
        """
        return self.room(stage).participants()

    async def disconnect_participant(self, stage: str, participant_id: str) -> None:
        """Send somebody away; their token is refused until it expires, also after a restart.

        A viewer's link may be shared, and its id with it: everybody who came by that link goes.

        Raises:
            NotFound: there is no such stage, or nobody of that id has been there.
            Unavailable: they are out, but it could not be written down for the time after a restart.
        """
        await self.room(stage).send_away(participant_id)

    async def aclose(self) -> None:
        """End all sessions on all stages and wait until they are gone."""
        for room in self._rooms.values():
            self._closing.start(room.aclose())
        await self._closing.finish()
        await self._ports.aclose()

    def _room(self, id_: str) -> Room:
        folder = self._settings.recordings or self._settings.data / "recordings"
        return Room(self._settings, self._ledger, self._ports, Recorder(folder / id_))

    def _id(self, stage: str) -> str:
        if stage in self._rooms:
            return stage
        for id_, name in self._names.items():
            if stage in {name, f"{RESOURCE}{id_}"}:
                return id_
        raise NotFound(f"There is no stage {stage!r} here. List the stages, or make one of that name.")

    def _stage(self, id_: str) -> Stage:
        at = address(id_)
        return Stage(id_, self._names[id_], at.resource, at.whip_url)


async def _record(room: Room) -> None:
    """Let a room record; where that fails, going live matters more, and the recording's state tells why."""
    try:
        await room.recorder.start()
    except Unavailable as error:
        logger.error("%s", error.detail)
