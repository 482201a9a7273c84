"""Stages on a LiveKit server: each is a room.

LiveKit makes a room when somebody with a token for it comes, so tokens are signed here and ask nobody. The
server has a WHIP endpoint of its own, which takes the same tokens.
"""

from __future__ import annotations

import asyncio
import re
import secrets
import time
from contextlib import asynccontextmanager
from datetime import timedelta
from typing import TYPE_CHECKING
from urllib.parse import urlsplit, urlunsplit

import aiohttp
from google.protobuf.message import DecodeError
from livekit import api
from livekit.protocol.models import ParticipantInfo, TrackInfo, TrackType

from cyclorama.errors import (
    AccessDenied,
    Conflict,
    CredentialsRefused,
    CycloramaError,
    InvalidRequest,
    InvalidSetting,
    NotConfigured,
    NotFound,
    Throttled,
    Unavailable,
)
from cyclorama.stage.base import Muted, Participant, Stage, Token

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterable, Mapping

    from livekit.api.room_service import RoomService

    from cyclorama.settings import Settings

ANSWER_S = 10
MINUTE_S = 60
WHIP = "/whip/v1"  # pkg/service/whipservice.go of livekit-server
# A room is a stage until somebody deletes it; by itself, LiveKit would forget it after five empty minutes.
EMPTY_S = 14 * 24 * 3600  # as long as a token may be good
NAME = re.compile(r"[^/\x00-\x1f]{1,256}")  # LiveKit's own limit, and what fits into a path
MOST_MINUTES = 20160


class LiveKitBackend:
    """The rooms of one LiveKit server.

    Raises:
        NotConfigured: the server's address, key or secret is not set.
        InvalidSetting: the address is none.
    """

    name = "livekit"
    viewers_share = False  # one token is one participant

    def __init__(self, settings: Settings) -> None:
        given = {
            "livekit_url": settings.livekit_url,
            "livekit_key": settings.livekit_key,
            "livekit_secret": settings.livekit_secret.get_secret_value(),
        }
        if missing := [name for name, value in given.items() if not value]:
            raise NotConfigured(
                f"To use LiveKit, set {' and '.join(missing)}: the server's address, such as "
                "wss://live.example.org, and the key and secret that stand in its configuration."
            )
        self._url, self._key, self._secret = given.values()
        self._url = _http(self._url)
        self._default = settings.stage
        self._api: api.LiveKitAPI | None = None

    async def create_stage(self, name: str) -> Stage:
        """Make a room, which stays when nobody is in it."""
        if not NAME.fullmatch(name):
            raise InvalidRequest("A room of LiveKit is called by 1 to 256 characters, with no / in it.")
        async with self._asking():
            there = await self._rooms.list_rooms(api.ListRoomsRequest(names=[name]))
            if there.rooms:
                raise Conflict(f"There is a room called {name} already. Take another name, or use that one.")
            wanted = api.CreateRoomRequest(name=name, empty_timeout=EMPTY_S, departure_timeout=EMPTY_S)
            return self._stage((await self._rooms.create_room(wanted)).name)

    async def list_stages(self) -> list[Stage]:
        """Return the room of the settings, and the others that there are right now, the oldest first."""
        async with self._asking():
            told = await self._rooms.list_rooms(api.ListRoomsRequest())
        rooms = sorted(told.rooms, key=lambda room: (room.creation_time_ms, room.creation_time, room.name))
        names = [room.name for room in rooms if NAME.fullmatch(room.name)]
        return [self._stage(name) for name in dict.fromkeys([self._default, *names])]

    async def find_stage(self, stage: str) -> Stage:
        """Return the room of that name. That of the settings is always there."""
        if stage == self._default:
            return self._stage(stage)
        async with self._asking():
            there = await self._rooms.list_rooms(api.ListRoomsRequest(names=[stage]))
        if not there.rooms:
            raise NotFound(
                f"LiveKit has no room {stage!r} right now. It makes one when somebody comes in with a "
                "token for it; `cyclorama stage create` makes one that stays."
            )
        return self._stage(stage)

    async def delete_stage(self, stage: str) -> None:
        """Send everybody away and forget the room. A token for it makes it anew, until it expires."""
        async with self._asking(f"LiveKit has no room {stage!r}."):
            await self._rooms.delete_room(api.DeleteRoomRequest(room=stage))

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
        """Return a token for a new participant of a room, whether that is there already or not."""
        if not NAME.fullmatch(stage):
            raise NotFound("A room of LiveKit is called by 1 to 256 characters, with no / in it.")
        if not 1 <= minutes <= MOST_MINUTES:
            raise InvalidRequest(f"A token is good for 1 to {MOST_MINUTES} minutes, not for {minutes}.")
        participant_id = secrets.token_urlsafe(9)
        expires_at = int(time.time()) + minutes * 60
        token = (
            api.AccessToken(self._key, self._secret)
            .with_identity(participant_id)
            .with_name(user_id)
            .with_attributes(dict(attributes))
            .with_ttl(timedelta(minutes=minutes))
            .with_grants(
                api.VideoGrants(
                    room_join=True,
                    room=stage,
                    can_publish=publish,
                    can_subscribe=subscribe,
                    can_publish_data=False,
                )
            )
        )
        return Token(token.to_jwt(), participant_id, expires_at)

    async def list_participants(self, stage: str) -> list[Participant]:
        """Return those who are in the room and may publish."""
        try:
            async with self._asking(f"LiveKit has no room {stage!r}."):
                there = await self._rooms.list_participants(api.ListParticipantsRequest(room=stage))
        except NotFound:
            if stage == self._default:
                return []
            raise
        return [_participant(each) for each in there.participants if _may_publish(each)]

    async def disconnect_participant(self, stage: str, participant_id: str) -> None:
        """Send somebody away. LiveKit Cloud takes their token, too; other servers only disconnect them."""
        async with self._asking(f"Nobody in the room {stage!r} is {participant_id}."):
            # Without a revoke_token_ts, tokens of up to a minute from now are revoked, where any are.
            await self._rooms.remove_participant(
                api.RoomParticipantIdentity(room=stage, identity=participant_id)
            )

    async def aclose(self) -> None:
        """Close the connections."""
        if self._api:
            await self._api.aclose()
            self._api = None

    @property
    def _rooms(self) -> RoomService:
        if self._api is None:  # it wants to be made inside the event loop
            self._api = api.LiveKitAPI(self._url, self._key, self._secret)
        return self._api.room

    def _stage(self, name: str) -> Stage:
        return Stage(id=name, name=name, resource=name, whip_url=self._url + WHIP)

    @asynccontextmanager
    async def _asking(self, not_found: str = "LiveKit does not know that room.") -> AsyncIterator[None]:
        """Give the server some time, and turn its errors into ours."""
        host = urlsplit(self._url).netloc
        try:
            # livekit-api hands aiohttp a time limit of None for each call, which is none at all.
            async with asyncio.timeout(ANSWER_S):
                yield
        except api.ServerError as error:
            raise _explain(error, host, not_found) from error
        except TimeoutError as error:
            raise Unavailable(f"LiveKit at {host} did not answer in time. Try again in a minute.") from error
        except aiohttp.ClientError as error:
            raise Unavailable(
                f"LiveKit at {host} cannot be reached. Check that it runs, the network, and livekit_url."
            ) from error
        except (DecodeError, AttributeError, UnicodeDecodeError) as error:
            raise _no_livekit(host) from error


def _http(url: str) -> str:
    """Return the address for HTTP; LiveKit's own way to write it begins with ws. Its scheme is a known one.

    Raises:
        InvalidSetting: it is no address.
    """
    try:
        parts = urlsplit(url)
        good = parts.hostname and (parts.port or True)
    except ValueError:
        good = False
    if not good:
        raise InvalidSetting(
            f"The setting livekit_url is {url!r}, which is no address. It is one such as wss://live.example.org."
        )
    scheme = "https" if parts.scheme in {"wss", "https"} else "http"
    return urlunsplit((scheme, parts.netloc, parts.path.rstrip("/"), "", ""))


def _may_publish(participant: ParticipantInfo) -> bool:
    if participant.state == ParticipantInfo.State.DISCONNECTED:
        return False
    return participant.permission.can_publish and not participant.permission.hidden


def _participant(told: ParticipantInfo) -> Participant:
    return Participant(
        id=told.identity,
        user_id=told.name,
        attributes=dict(told.attributes),
        publishing=bool(told.tracks),
        muted=Muted(
            audio=_muted(told.tracks, TrackType.AUDIO),
            video=_muted(told.tracks, TrackType.VIDEO),
        ),
    )


def _muted(tracks: Iterable[TrackInfo], kind: TrackType) -> bool:
    mute = [track.muted for track in tracks if track.type == kind]
    return bool(mute) and all(mute)


def _explain(error: api.ServerError, host: str, not_found: str) -> CycloramaError:
    """Return what an error means; its codes are Twirp's: https://twitchtv.github.io/twirp/docs/spec_v7.html."""
    said = f"LiveKit says: {error.message or error.code}."
    code = api.ServerErrorCode
    match error.code:
        case code.NOT_FOUND:
            return NotFound(not_found)
        case code.INVALID_ARGUMENT | code.MALFORMED | code.OUT_OF_RANGE | code.FAILED_PRECONDITION:
            return InvalidRequest(f"LiveKit at {host} does not take that. {said}")
        case code.ALREADY_EXISTS | code.ABORTED:
            return Conflict(f"LiveKit at {host} cannot do that now. {said}")
        case code.RESOURCE_EXHAUSTED:
            return Throttled(
                f"LiveKit at {host} has no more to give: try again in a minute. {said}", MINUTE_S
            )
        case code.PERMISSION_DENIED:
            return AccessDenied(f"LiveKit at {host} does not allow that with this API key. {said}")
    match error.status:
        case 401:
            return CredentialsRefused(
                f"LiveKit at {host} does not know this API key, or its secret is another. Check livekit_key "
                "and livekit_secret, and this machine's clock."
            )
        case 403:
            return AccessDenied(f"LiveKit at {host} does not allow that with this API key. {said}")
        case 429:
            return Throttled(f"LiveKit at {host} wants to be asked less often.", MINUTE_S)
        case status if status >= 500:
            return Unavailable(f"LiveKit at {host} has trouble of its own right now. {said}", MINUTE_S)
    return _no_livekit(host)


def _no_livekit(host: str) -> NotConfigured:
    return NotConfigured(f"What answers at {host} is no LiveKit server. Check livekit_url.")
