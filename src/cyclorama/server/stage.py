"""Routes of the local stages: WHIP to publish, WHEP to watch, a WebSocket for the roster.

Which stage is meant stands in the caller's token, and nowhere else.
"""

from __future__ import annotations

import asyncio
from contextlib import suppress
from typing import TYPE_CHECKING, Any

from fastapi import APIRouter, HTTPException, Request, Response, WebSocket, WebSocketDisconnect
from pydantic import BaseModel, ConfigDict, ValidationError

from cyclorama.errors import (
    CycloramaError,
    SentAway,
    StageOver,
    TooLarge,
    Unavailable,
    UnsupportedMedia,
)
from cyclorama.server import problems
from cyclorama.server.openapi import FOR_PARTICIPANTS, binary
from cyclorama.stage.base import Muted
from cyclorama.stage.offers import MAX_BYTES
from cyclorama.stage.roster import Ending
from cyclorama.wire import bearer

if TYPE_CHECKING:
    from cyclorama.stage.iceservers import IceServers
    from cyclorama.stage.local import LocalBackend
    from cyclorama.stage.room import Room
    from cyclorama.stage.roster import Connection
    from cyclorama.stage.tokens import Claims

SDP = "application/sdp"
PROTOCOL = "cyclorama"
TRY_AGAIN_LATER = 1013  # WebSocket close codes: RFC 6455 and the IANA registry, then ours
POLICY_VIOLATION = 1008
BAD_TOKEN = 4401
SENT_AWAY = 4403
JOINED_ELSEWHERE = 4409
STAGE_OVER = 4410
REFUSALS: dict[type[CycloramaError], int] = {
    SentAway: SENT_AWAY,
    StageOver: STAGE_OVER,
    Unavailable: TRY_AGAIN_LATER,
}
ENDINGS = {
    Ending.SENT_AWAY: (SENT_AWAY, "the host has removed you from this stage"),
    Ending.JOINED_ELSEWHERE: (JOINED_ELSEWHERE, "joined again elsewhere"),
    Ending.STAGE_OVER: (STAGE_OVER, "the stage is over"),
}
ROSTER_INTERVAL = 0.2  # seconds between two states to one page
ROSTER_SILENCE = (
    5.0  # seconds after which a state is told again, so that both sides know of a dead connection
)
SEND_TIMEOUT = 10.0  # seconds until a page that does not read is given up
MAX_MESSAGE = 1024  # characters
OFFER = FOR_PARTICIPANTS | {"requestBody": {"required": True} | binary(SDP)}
ANSWER: dict[int | str, dict[str, Any]] = {201: binary(SDP)}


class Mute(BaseModel):
    """The message of a participant who switched their microphone or camera off or on."""

    model_config = ConfigDict(extra="forbid", strict=True)

    type: str
    audio: bool
    video: bool


def router(local: LocalBackend, ice: IceServers) -> APIRouter:
    """Return the routes over `local`, whose participants are told of the servers in `ice`.

    They raise `CycloramaError`s for the application to answer.
    """
    routes = APIRouter(tags=["stage"])
    refused = problems.documented(401, 403)
    unanswered = problems.documented(401, 403, 409, 413, 415, 429, 503)

    def caller(request: Request) -> tuple[Room, Claims]:
        return local.admit(bearer.token(request.headers.get("authorization", "")))

    def help_out(response: Response, claims: Claims) -> Response:
        for server in ice.of(claims.jti):
            response.headers.append("Link", server.link)
        return response

    @routes.post(
        "/whip",
        status_code=201,
        response_class=Response,
        responses=unanswered | ANSWER,
        openapi_extra=OFFER,
    )
    async def publish(request: Request) -> Response:
        """Answer a publisher's SDP offer (RFC 9725)."""
        room, claims = caller(request)
        session = await room.publish(claims, await _offer(request))
        return help_out(_created(f"/whip/{session.id}", session.id, session.answer), claims)

    @routes.post(
        "/whep/{participant}",
        status_code=201,
        response_class=Response,
        responses=unanswered | ANSWER | problems.documented(404),
        openapi_extra=OFFER,
    )
    async def watch(participant: str, request: Request) -> Response:
        """Answer a viewer's SDP offer (draft-ietf-wish-whep, with the viewer's offer)."""
        room, claims = caller(request)
        session = await room.subscribe(claims, participant, await _offer(request))
        return help_out(_created(f"/whep/{participant}/{session.id}", session.id, session.answer), claims)

    @routes.delete(
        "/whip/{session}", response_class=Response, responses=refused, openapi_extra=FOR_PARTICIPANTS
    )
    async def stop_publishing(session: str, request: Request) -> Response:
        """End a publisher's session."""
        _, claims = caller(request)
        local.end(claims, session, publishes=True)
        return Response()

    @routes.delete(
        "/whep/{participant}/{session}",
        response_class=Response,
        responses=refused,
        openapi_extra=FOR_PARTICIPANTS,
    )
    async def stop_watching(session: str, request: Request) -> Response:
        """End a viewer's session."""
        _, claims = caller(request)
        local.end(claims, session, publishes=False)
        return Response()

    @routes.patch("/whip/{session}", include_in_schema=False)
    @routes.patch("/whep/{participant}/{session}", include_in_schema=False)
    async def no_trickle() -> None:
        """All candidates are in the answer and ICE does not restart, so there is nothing to patch."""
        raise HTTPException(
            405, "Candidates are not trickled here: the answer has them all.", {"Allow": "DELETE, OPTIONS"}
        )

    @routes.options("/whip", status_code=204, response_class=Response, responses=refused)
    @routes.options("/whep/{participant}", status_code=204, response_class=Response, responses=refused)
    async def what_to_post(request: Request) -> Response:
        """Tell a client what to send and, if it shows a token, which ICE servers may help it."""
        response = Response(status_code=204, headers={"Allow": "POST, OPTIONS", "Accept-Post": SDP})
        # Without a token it is asked by browsers, before they let another site's page ask.
        return help_out(response, caller(request)[1]) if "authorization" in request.headers else response

    @routes.options("/whip/{session}", status_code=204, response_class=Response)
    @routes.options("/whep/{participant}/{session}", status_code=204, response_class=Response)
    async def what_to_do() -> Response:
        """Tell a client what it can do with a session."""
        return Response(status_code=204, headers={"Allow": "DELETE, OPTIONS"})

    @routes.websocket("/roster")
    async def roster(socket: WebSocket) -> None:
        """Tell a page who is there, on joining and on every change."""
        protocols = socket.scope["subprotocols"]
        # A page can read a close code only after the handshake, so refusals come after it, too.
        await socket.accept(PROTOCOL if PROTOCOL in protocols else None)
        try:
            room, claims = local.admit(next((each for each in protocols if each != PROTOCOL), ""))
            connection = room.follow(claims)
        except CycloramaError as error:
            await socket.close(REFUSALS.get(type(error), BAD_TOKEN), error.title)
            return
        try:
            await _follow(socket, room, connection)
        finally:
            room.roster.disconnect(connection)

    async def _follow(socket: WebSocket, room: Room, connection: Connection) -> None:
        hearing = asyncio.create_task(_hear(socket, room, connection))
        telling = asyncio.create_task(_tell(socket, room, connection))
        try:
            await asyncio.wait({hearing, telling}, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for task in (hearing, telling):
                task.cancel()
            await asyncio.gather(hearing, telling, return_exceptions=True)

    async def _tell(socket: WebSocket, room: Room, connection: Connection) -> None:
        with suppress(WebSocketDisconnect):
            while connection.ending is None:
                async with asyncio.timeout(SEND_TIMEOUT):
                    await socket.send_json(room.state(connection))
                await asyncio.sleep(ROSTER_INTERVAL)
                with suppress(TimeoutError):
                    async with asyncio.timeout(ROSTER_SILENCE):
                        await connection.changed()
            await socket.close(*ENDINGS[connection.ending])

    async def _hear(socket: WebSocket, room: Room, connection: Connection) -> None:
        with suppress(WebSocketDisconnect):
            while True:
                text = await socket.receive_text()
                try:
                    mute = Mute.model_validate_json(text[: MAX_MESSAGE + 1])
                except ValidationError:
                    await socket.close(POLICY_VIOLATION, "not a message of this protocol")
                    return
                room.roster.mute(connection, Muted(audio=mute.audio, video=mute.video))

    return routes


async def _offer(request: Request) -> bytes:
    """Read an SDP offer, and no more than one may have."""
    if request.headers.get("content-type", "").partition(";")[0].strip().lower() != SDP:
        raise UnsupportedMedia(f"Send the SDP offer with Content-Type: {SDP}.")
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > MAX_BYTES:
            raise TooLarge(f"The SDP offer is larger than {MAX_BYTES // 1000} kB. An offer needs a few kB.")
    return bytes(body)


def _created(location: str, tag: str, answer: str) -> Response:
    headers = {"Location": location, "ETag": f'"{tag}"'}
    return Response(answer, 201, headers, SDP)
