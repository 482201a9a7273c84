"""A LiveKit server on loopback: its RoomService over Twirp, and whether a token would let somebody join.

Bodies are the protocol's own messages (livekit-protocol), so their shapes are LiveKit's.
"""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any, Self

import jwt
from livekit.protocol import models, room
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import Route

from tests.fakes.serving import Serving

if TYPE_CHECKING:
    from collections.abc import Callable

    from google.protobuf.message import Message
    from starlette.requests import Request

KEY = "an-api-key"
SECRET = "a secret of at least thirty-two characters"
STATUS = {"not_found": 404, "permission_denied": 403, "invalid_argument": 400}


class Refused(Exception):
    """What is asked for is answered with this error of Twirp's."""

    def __init__(self, code: str, words: str) -> None:
        super().__init__(words)
        self.code = code


class FakeLiveKit:
    """Serves while its context is open; `url` is what livekit_url wants.

    Attributes:
        rooms, people: by name; by room, then identity.
        asked: the methods that were called, in their order.
        then: answers that go before the usual ones.
    """

    def __init__(self) -> None:
        self.rooms: dict[str, models.Room] = {}
        self.people: dict[str, dict[str, models.ParticipantInfo]] = {}
        self.asked: list[str] = []
        self.then: list[Response] = []
        self._methods: dict[str, tuple[Any, Callable[[Any], Message], str]] = {
            "CreateRoom": (room.CreateRoomRequest, self._create, "roomCreate"),
            "ListRooms": (room.ListRoomsRequest, self._list, "roomList"),
            "DeleteRoom": (room.DeleteRoomRequest, self._delete, "roomCreate"),
            "ListParticipants": (room.ListParticipantsRequest, self._participants, "roomAdmin"),
            "RemoveParticipant": (room.RoomParticipantIdentity, self._remove, "roomAdmin"),
        }
        path = "/twirp/livekit.RoomService/{method}"
        self._serving = Serving(Route(path, self._answer, methods=["POST"]))

    async def __aenter__(self) -> Self:
        self.url = (await self._serving.__aenter__()).replace("http:", "ws:")
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._serving.__aexit__(*_)

    def join(self, token: str) -> str:
        """Let the bearer of `token` in as LiveKit would, and return their identity."""
        claims = self._verified(token)
        grants = claims["video"]
        assert grants["roomJoin"]
        name = grants["room"]
        self._room(name)
        self.people[name][claims["sub"]] = models.ParticipantInfo(
            identity=claims["sub"],
            name=claims.get("name", ""),
            state=models.ParticipantInfo.State.ACTIVE,
            attributes=claims.get("attributes", {}),
            permission=models.ParticipantPermission(
                can_publish=grants["canPublish"],
                can_subscribe=grants["canSubscribe"],
                can_publish_data=grants["canPublishData"],
            ),
        )
        return str(claims["sub"])

    def publish(self, name: str, identity: str, kind: models.TrackType, *, muted: bool = False) -> None:
        person = self.people[name][identity]
        assert person.permission.can_publish
        person.tracks.append(models.TrackInfo(sid=f"TR_{len(person.tracks)}", type=kind, muted=muted))

    async def _answer(self, request: Request) -> Response:
        method = request.path_params["method"]
        self.asked.append(method)
        if self.then:
            return self.then.pop(0)
        kind, answer, needed = self._methods[method]
        assert request.headers["content-type"] == "application/protobuf"
        asked = kind.FromString(await request.body())
        try:
            grants = self._verified(request.headers["authorization"].removeprefix("Bearer "))["video"]
        except jwt.PyJWTError as error:
            return PlainTextResponse(f"invalid token: {error}", 401)  # as its middleware writes it
        try:
            if not grants.get(needed) or (needed == "roomAdmin" and grants["room"] != asked.room):
                raise Refused("permission_denied", "permissions denied")
            return Response(answer(asked).SerializeToString(), media_type="application/protobuf")
        except Refused as refused:
            return JSONResponse({"code": refused.code, "msg": str(refused)}, STATUS[refused.code])

    def _verified(self, token: str) -> dict[str, Any]:
        claims: dict[str, Any] = jwt.decode(
            token, SECRET, algorithms=["HS256"], issuer=KEY, options={"require": ["exp", "nbf"]}
        )
        return claims

    def _room(self, name: str) -> models.Room:
        now = time.time()
        made = models.Room(name=name, creation_time=int(now), creation_time_ms=int(now * 1000))
        self.people.setdefault(name, {})
        return self.rooms.setdefault(name, made)

    def _create(self, asked: room.CreateRoomRequest) -> Message:
        made = self._room(asked.name)
        made.empty_timeout, made.departure_timeout = asked.empty_timeout, asked.departure_timeout
        return made

    def _list(self, asked: room.ListRoomsRequest) -> Message:
        # a map without an order, as in LiveKit
        found = [
            each for each in reversed(self.rooms.values()) if not asked.names or each.name in asked.names
        ]
        return room.ListRoomsResponse(rooms=found)

    def _delete(self, asked: room.DeleteRoomRequest) -> Message:
        if asked.room not in self.rooms:
            raise Refused("not_found", "room not found")
        del self.rooms[asked.room], self.people[asked.room]
        return room.DeleteRoomResponse()

    def _participants(self, asked: room.ListParticipantsRequest) -> Message:
        return room.ListParticipantsResponse(participants=self.people.get(asked.room, {}).values())

    def _remove(self, asked: room.RoomParticipantIdentity) -> Message:
        if asked.identity not in self.people.get(asked.room, {}):
            raise Refused("not_found", "participant not found")
        del self.people[asked.room][asked.identity]
        return room.RemoveParticipantResponse()
