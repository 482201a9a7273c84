"""The WHIP endpoint of Amazon IVS on loopback, with a real peer connection behind it.

As the documentation and Amazon's public sample have it: a global address sends every offer on with 307, both
want the token, only H.264 and Opus are taken, and the answer's candidates stand in its first section alone.
"""

from __future__ import annotations

import asyncio
import secrets
from contextlib import AsyncExitStack
from typing import TYPE_CHECKING, Any, Self

from aiortc import RTCConfiguration, RTCPeerConnection, RTCSessionDescription
from aiortc.sdp import SessionDescription
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from tests.fakes.serving import Serving

if TYPE_CHECKING:
    from aiortc import MediaStreamTrack
    from starlette.requests import Request

TAKEN = {"video/H264", "audio/opus"}


class FakeIvsWhip:
    """Serves while its context is open; `url` is the global address.

    Attributes:
        token: the one that is taken.
        asked: what was asked, as (address, method, whether the token was shown).
        offers, answers: the SDP that came and went.
        frames: what arrived last of each kind of media.
        location: how an edge names the session, with {host} and {id} in it.
        links: what it says of ICE servers when it is asked before an offer.
        then: answers that go before the usual ones of the edge.
    """

    def __init__(self) -> None:
        self.token = "an-ivs-token"
        self.asked: list[tuple[str, str, bool]] = []
        self.offers: list[SessionDescription] = []
        self.answers: list[SessionDescription] = []
        self.frames: dict[str, Any] = {}
        self.location = "/whip/{id}"
        self.links = ""
        self.then: list[Response] = []
        self.sessions: dict[str, RTCPeerConnection] = {}
        self._receiving: list[asyncio.Task[None]] = []

    async def __aenter__(self) -> Self:
        async with AsyncExitStack() as stack:
            self.edge = await stack.enter_async_context(
                Serving(
                    Route("/whip", self._take, methods=["POST"]),
                    Route("/whip", self._options, methods=["OPTIONS"]),
                    Route("/whip/{id}", self._end, methods=["DELETE"]),
                )
            )
            self.url = await stack.enter_async_context(
                Serving(
                    Route("/", self._send_on, methods=["POST"]), Route("/loop", self._loop, methods=["POST"])
                )
            )
            self._stack = stack.pop_all()
        return self

    async def __aexit__(self, *_: object) -> None:
        for peer in self.sessions.values():
            await peer.close()
        for task in self._receiving:
            task.cancel()
        await asyncio.gather(*self._receiving, return_exceptions=True)
        await self._stack.aclose()

    async def _send_on(self, request: Request) -> Response:
        return self._checked("global", request) or Response(
            status_code=307, headers={"Location": f"{self.edge}/whip"}
        )

    async def _loop(self, request: Request) -> Response:
        return self._checked("loop", request) or Response(status_code=308, headers={"Location": "loop"})

    async def _options(self, request: Request) -> Response:
        return self._checked("edge", request) or Response(
            status_code=204, headers={"Link": self.links} if self.links else {}
        )

    async def _take(self, request: Request) -> Response:
        if refused := self._checked("edge", request):
            return refused
        if self.then:
            return self.then.pop(0)
        if request.headers["content-type"] != "application/sdp":
            return JSONResponse({"message": "no SDP"}, 415)
        offer = SessionDescription.parse((await request.body()).decode())
        self.offers.append(offer)
        peer = RTCPeerConnection(RTCConfiguration(iceServers=[]))
        peer.on("track", self._receive)
        await peer.setRemoteDescription(RTCSessionDescription(_as_taken(offer), "offer"))
        await peer.setLocalDescription(await peer.createAnswer())
        answer = SessionDescription.parse(peer.localDescription.sdp)
        for media in answer.media[1:]:
            media.ice_candidates = []
            media.ice_candidates_complete = False
        self.answers.append(answer)
        name = secrets.token_hex(4)
        self.sessions[name] = peer
        location = self.location.format(id=name, host=self.edge)
        return Response(str(answer), 201, {"Location": location}, "application/sdp")

    async def _end(self, request: Request) -> Response:
        if refused := self._checked("edge", request):
            return refused
        await self.sessions.pop(request.path_params["id"]).close()
        return Response()

    def _checked(self, where: str, request: Request) -> Response | None:
        shown = request.headers.get("authorization") == f"Bearer {self.token}"
        self.asked.append((where, request.method, shown))
        return None if shown else JSONResponse({"message": "Unauthorized"}, 401)

    def _receive(self, track: MediaStreamTrack) -> None:
        async def receive() -> None:
            while True:
                self.frames[track.kind] = await track.recv()

        self._receiving.append(asyncio.create_task(receive()))


def _as_taken(offer: SessionDescription) -> str:
    """Leave out other codecs, and the client's candidates: like an ICE-lite server, wait to be reached."""
    copy = SessionDescription.parse(str(offer))
    for media in copy.media:
        media.rtp.codecs = [codec for codec in media.rtp.codecs if codec.mimeType in TAKEN]
        media.ice_candidates = []
        media.ice_candidates_complete = False
        media.fmt = [codec.payloadType for codec in media.rtp.codecs]
    return str(copy)
