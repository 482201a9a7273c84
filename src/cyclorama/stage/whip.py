"""WHIP and WHEP for a program without a browser: publish aiortc's tracks, or watch somebody else's.

WHIP is RFC 9725, WHEP draft-ietf-wish-whep (with the viewer's offer). What differs between servers is dealt
with here: a redirect that must be followed by hand (Amazon IVS), candidates that stand in one media section
only (Amazon IVS again), a relative or an absolute address of the session.
"""

from __future__ import annotations

import asyncio
import logging
import re
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

import httpx2
from aiortc import (
    RTCBundlePolicy,
    RTCConfiguration,
    RTCPeerConnection,
    RTCRtpSender,
    RTCSessionDescription,
)

from cyclorama.errors import InvalidRequest, Unauthorized, Unavailable
from cyclorama.stage import whip_answers
from cyclorama.stage.running import trusting

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable
    from pathlib import Path

    from aiortc import MediaStreamTrack

SDP = "application/sdp"
HOPS = 3  # redirects that are followed
ANSWER_S = 15.0  # an answer may take so long
CONNECT_S = 15.0  # and then the media's way
CONSTRAINED_BASELINE = "42e01f"
GOODBYE_S = 5.0  # nobody waits longer for the end of a session to be heard
# RFC 9110, 15.4: those that keep method and body. Others would turn an offer into a GET.
REDIRECTS = {httpx2.codes.TEMPORARY_REDIRECT, httpx2.codes.PERMANENT_REDIRECT}

log = logging.getLogger(__name__)


@asynccontextmanager
async def publish(
    url: str,
    token: str,
    *tracks: MediaStreamTrack,
    video_codec: str = "",
    certificate: Path | None = None,
) -> AsyncIterator[RTCPeerConnection]:
    """Publish `tracks` to the WHIP endpoint `url` for as long as the context is open.

    A track that gives encoded pictures names their `video_codec`, such as H264: no other is offered then.
    A server's own `certificate` is trusted beside the system's.
    The peer connection that it gives is connected. Should its `connectionState` become `failed` or `closed`,
    the server is gone; publish again then. The tracks stay the caller's: stop them yourself.

    Raises:
        InvalidRequest: `url` is no address, or the server cannot use the offer.
        Unauthorized, Forbidden: the server refuses the token.
        NotFound: there is no WHIP endpoint at `url`.
        TooMany, Unavailable: full, out of reach, or no way for the media; with `retry_after` where known.
    """

    def bring(peer: RTCPeerConnection) -> None:
        for track in tracks:
            transceiver = peer.addTransceiver(track, direction="sendonly")
            if track.kind == "video" and video_codec:
                known = RTCRtpSender.getCapabilities("video").codecs
                wanted = [each for each in known if each.name in {video_codec, "rtx"}]
                # Of H.264, first what every player has.
                wanted.sort(key=lambda each: each.parameters.get("profile-level-id") != CONSTRAINED_BASELINE)
                transceiver.setCodecPreferences(wanted)

    async with _session(url, token, bring, certificate) as peer:
        yield peer


@asynccontextmanager
async def watch(url: str, token: str) -> AsyncIterator[RTCPeerConnection]:
    """Watch at the WHEP endpoint `url` for as long as the context is open.

    Sound and picture are the tracks of the peer connection's receivers. It raises what `publish` raises;
    `NotFound` also when nobody is live there.
    """

    def fetch(peer: RTCPeerConnection) -> None:
        for kind in ("audio", "video"):
            peer.addTransceiver(kind, direction="recvonly")

    async with _session(url, token, fetch) as peer:
        yield peer


@asynccontextmanager
async def _session(
    url: str,
    token: str,
    prepare: Callable[[RTCPeerConnection], None],
    certificate: Path | None = None,
) -> AsyncIterator[RTCPeerConnection]:
    if not re.fullmatch(r"[\x21-\x7e]+", token):
        raise Unauthorized("This is not a token. It is one long word.")
    headers = {"Authorization": f"Bearer {token}"}
    try:
        endpoint = httpx2.URL(url)
    except httpx2.InvalidURL as error:
        raise InvalidRequest(f"{url!r} is no address.") from error
    if endpoint.scheme not in {"http", "https"} or not endpoint.host:
        raise InvalidRequest(f"{url!r} is no address. One begins with https://.")
    # Whoever gets the token is decided here and in `_redirected`, so no redirect is followed unseen.
    async with httpx2.AsyncClient(
        timeout=ANSWER_S,
        follow_redirects=False,
        headers=headers,
        verify=trusting(certificate) if certificate else True,
    ) as http:
        peer = RTCPeerConnection(
            RTCConfiguration(
                iceServers=await _ice_servers(http, endpoint), bundlePolicy=RTCBundlePolicy.MAX_BUNDLE
            )
        )
        session: httpx2.URL | None = None
        try:
            prepare(peer)
            await peer.setLocalDescription(await peer.createOffer())
            session, answer = await _offer(http, endpoint, peer.localDescription.sdp, token)
            await _accept(peer, answer)
            await _connected(peer)
            yield peer
        finally:
            try:
                if session is not None:
                    await _end(http, session)
            finally:
                await peer.close()


async def _ice_servers(http: httpx2.AsyncClient, endpoint: httpx2.URL) -> list[whip_answers.IceServer]:
    """Ask which STUN and TURN servers to use (RFC 9725, 4.6).

    aiortc must know them before it makes an offer, so those of the answer to the offer come too late.
    """
    try:
        response = await http.options(endpoint)
    except httpx2.HTTPError as error:
        raise _out_of_reach(endpoint) from error
    return whip_answers.ice_servers(response.headers.get_list("link")) if response.is_success else []


async def _offer(
    http: httpx2.AsyncClient, endpoint: httpx2.URL, offer: str, token: str
) -> tuple[httpx2.URL | None, str]:
    """Return the address of the session, if it has one, and the SDP answer."""
    for _ in range(HOPS + 1):
        try:
            response = await http.post(endpoint, content=offer, headers={"Content-Type": SDP})
        except (httpx2.HTTPError, httpx2.InvalidURL) as error:
            raise _out_of_reach(endpoint) from error
        location = response.headers.get("location", "")
        if response.status_code == httpx2.codes.CREATED:
            return (_next(endpoint, location) if location else None), response.text
        if response.status_code not in REDIRECTS:
            raise whip_answers.refusal(response, token)
        endpoint = _next(endpoint, location)
    raise Unavailable(f"{endpoint.host} sends the offer from one address to another without end.")


def _next(endpoint: httpx2.URL, location: str) -> httpx2.URL:
    """Return where `location`, told by `endpoint`, leads to; the token goes there."""
    try:
        there = endpoint.join(location)
    except httpx2.InvalidURL as error:
        raise Unavailable(f"{endpoint.host} names an address that is none.") from error
    if there.scheme != "https" and there.scheme != endpoint.scheme:
        raise Unavailable(
            f"{endpoint.host} leads from https to {there.scheme}, where everybody could read the token. "
            "It was not sent there."
        )
    return there


async def _accept(peer: RTCPeerConnection, answer: str) -> None:
    try:
        description = RTCSessionDescription(whip_answers.with_candidates(answer), "answer")
        await peer.setRemoteDescription(description)
    except Exception as error:  # aiortc raises whatever its parser trips over
        raise Unavailable("The server's SDP answer cannot be used. Is this a WHIP or WHEP server?") from error


async def _connected(peer: RTCPeerConnection) -> None:
    changed = asyncio.Event()
    peer.on("connectionstatechange", changed.set)
    try:
        async with asyncio.timeout(CONNECT_S):
            while peer.connectionState in {"new", "connecting"}:
                await changed.wait()
                changed.clear()
    except TimeoutError:
        pass
    finally:
        peer.remove_listener("connectionstatechange", changed.set)
    if peer.connectionState != "connected":
        raise Unavailable(
            "The server answered, but its media cannot be reached. A firewall may keep UDP from getting "
            "through: let it, or have a TURN server."
        )


async def _end(http: httpx2.AsyncClient, session: httpx2.URL) -> None:
    """Tell the server that the session is over; if it does not hear, it will notice."""
    try:
        async with asyncio.timeout(GOODBYE_S):
            await http.delete(session)
    except (httpx2.HTTPError, TimeoutError) as error:
        log.info("The end of a session was not heard by %s: %s", session.host, type(error).__name__)


def _out_of_reach(endpoint: httpx2.URL) -> Unavailable:
    return Unavailable(f"{endpoint.host} cannot be reached. Check the address and the network.")
