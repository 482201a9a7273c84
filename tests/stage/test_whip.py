"""The headless client, against our own server and against a fake of Amazon IVS's endpoint."""

from __future__ import annotations

import asyncio
import logging
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from typing import TYPE_CHECKING, Any

import httpx2
import numpy as np
import pytest
from aiortc import RTCConfiguration, RTCPeerConnection
from starlette.responses import JSONResponse, PlainTextResponse, Response

from cyclorama import errors
from cyclorama.stage import iceservers, whip, whip_answers
from cyclorama.stage.whip import publish, watch
from tests.fakes.ivs_whip import FakeIvsWhip

from .clients import BLUE, RED, Colour, Plain, Tone, until

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from .conftest import Running

pytestmark = pytest.mark.stage


@pytest.fixture
async def ivs() -> AsyncIterator[FakeIvsWhip]:
    async with FakeIvsWhip() as fake:
        yield fake


def is_colour(frame: Any, wanted: Plain) -> bool:
    mean = frame.to_ndarray(format="rgb24").mean(axis=(0, 1))
    return bool(np.abs(mean - wanted.rgb).max() < 12)


async def first(peer: RTCPeerConnection, kind: str) -> Any:
    track = next(each.track for each in peer.getReceivers() if each.track and each.track.kind == kind)
    async with asyncio.timeout(10):
        return await track.recv()


async def test_what_is_published_is_watched(server: Running) -> None:
    host, guest = server.token(publish=True), server.token(publish=False)
    async with publish(f"{server.url}/whip", host.token, Tone(), Colour(BLUE)):
        await until(lambda: server.publishing(host))
        async with watch(f"{server.url}/whep/{host.claims.jti}", guest.token) as peer:
            assert is_colour(await first(peer, "video"), BLUE)
            await first(peer, "audio")
    await until(lambda: not server.publishing(host), 3)  # at once, not when the server misses us


async def test_a_session_ends_at_once_when_its_task_is_cancelled(server: Running) -> None:
    host = server.token(publish=True)
    live = asyncio.Event()

    async def work() -> None:
        async with publish(f"{server.url}/whip", host.token, Colour(RED)):
            live.set()
            await asyncio.Event().wait()

    task = asyncio.create_task(work())
    await until(lambda: live.is_set() or task.done())
    assert not task.done()
    await until(lambda: server.publishing(host))
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    await until(lambda: not server.publishing(host), 3)
    assert not server.stage._sessions


@pytest.mark.parametrize(
    ("path", "token", "kind"),
    [
        ("/whip", "rubbish", errors.Unauthorized),
        ("/whip", "", errors.Unauthorized),
        ("/whip", "two words\n", errors.Unauthorized),
        ("/whip", "guest", errors.Forbidden),
        ("/nothing", "host", errors.NotFound),
        ("/healthz", "host", errors.NotFound),
    ],
)
async def test_refusals_of_our_own_server(
    server: Running, path: str, token: str, kind: type[errors.CycloramaError]
) -> None:
    tokens = {"host": server.token(publish=True).token, "guest": server.token(publish=False).token}
    with pytest.raises(errors.CycloramaError) as caught:
        async with publish(server.url + path, tokens.get(token, token), Colour(RED)):
            pass
    assert type(caught.value) is kind


async def test_nobody_is_live(server: Running) -> None:
    with pytest.raises(errors.NotFound, match="Nobody is live"):
        async with watch(f"{server.url}/whep/somebody", server.token(publish=False).token):
            pass


async def test_ivs_is_published_to_through_its_redirect(ivs: FakeIvsWhip) -> None:
    async with publish(ivs.url, ivs.token, Tone(), Colour(RED)) as peer:
        assert peer.connectionState == "connected"
        await until(lambda: {"audio", "video"} <= ivs.frames.keys())
        assert is_colour(ivs.frames["video"], RED)
        assert [len(media.ice_candidates) > 0 for media in ivs.answers[0].media] == [True, False]
        assert [media.direction for media in ivs.offers[0].media] == ["sendonly", "sendonly"]
        assert {codec.mimeType for codec in ivs.answers[0].media[1].rtp.codecs} == {"video/H264"}
        assert len(ivs.sessions) == 1
    assert ivs.sessions == {}
    assert all(shown for _, _, shown in ivs.asked)
    assert [(where, method) for where, method, _ in ivs.asked if method != "OPTIONS"] == [
        ("global", "POST"),
        ("edge", "POST"),
        ("edge", "DELETE"),
    ]


async def test_a_session_may_have_an_absolute_address(ivs: FakeIvsWhip) -> None:
    ivs.location = "{host}/whip/{id}"
    async with publish(f"{ivs.edge}/whip", ivs.token, Colour(RED)):
        assert len(ivs.sessions) == 1
    assert ivs.sessions == {}


async def test_redirects_have_an_end(ivs: FakeIvsWhip) -> None:
    with pytest.raises(errors.Unavailable, match="without end"):
        async with publish(f"{ivs.url}/loop", ivs.token, Colour(RED)):
            pass
    assert len(ivs.asked) <= whip.HOPS + 2


@pytest.mark.parametrize(
    "location", ["http://edge.example/whip", "ftp://edge.example/", "javascript:alert(1)"]
)
def test_a_token_never_goes_from_https_to_anything_else(location: str) -> None:
    with pytest.raises(errors.Unavailable):
        whip._next(httpx2.URL("https://global.example/"), location)


def test_where_a_session_is() -> None:
    endpoint = httpx2.URL("https://edge.example/v1/whip?x=1")
    assert whip._next(endpoint, "session/7") == "https://edge.example/v1/session/7"
    assert whip._next(endpoint, "/session/7") == "https://edge.example/session/7"
    assert whip._next(endpoint, "https://other.example/7") == "https://other.example/7"
    assert whip._next(httpx2.URL("http://127.0.0.1/"), "https://other.example/7")


@pytest.mark.parametrize(
    ("answer", "kind", "words", "wait"),
    [
        (JSONResponse({"detail": "Bad SDP."}, 400), errors.InvalidRequest, "Bad SDP.", None),
        (JSONResponse({"message": "Unauthorized"}, 401), errors.Unauthorized, "Unauthorized.", None),
        (PlainTextResponse("not you", 403), errors.Forbidden, "not you.", None),
        (Response("<html>", 404, media_type="text/html"), errors.NotFound, "404 Not Found", None),
        (Response(status_code=409), errors.Conflict, "409", None),
        (JSONResponse(["odd"], 413), errors.TooLarge, "413", None),
        (Response("{", 415, media_type="application/json"), errors.UnsupportedMedia, "415", None),
        (PlainTextResponse("slower", 429, {"Retry-After": "7"}), errors.TooMany, "slower", 7),
        (PlainTextResponse("slower", 429), errors.TooMany, "slower", None),
        (PlainTextResponse("full", 503, {"Retry-After": "30"}), errors.Unavailable, "full", 30),
        (PlainTextResponse("full", 503, {"Retry-After": "soon"}), errors.Unavailable, "full", None),
        (Response(status_code=500), errors.Unavailable, "500", None),
        (Response("hello", 200), errors.Unavailable, "Check the address", None),
        (Response(status_code=302, headers={"Location": "/whip"}), errors.Unavailable, "302", None),
        (Response("v=0", 201), errors.Unavailable, "SDP answer", None),
        (Response("", 201), errors.Unavailable, "SDP answer", None),
    ],
)  # fmt: skip
async def test_every_refusal_says_what_it_means(
    ivs: FakeIvsWhip, answer: Response, kind: type[errors.CycloramaError], words: str, wait: int | None
) -> None:
    ivs.then.append(answer)
    with pytest.raises(errors.CycloramaError) as caught:
        async with publish(f"{ivs.edge}/whip", ivs.token, Colour(RED)):
            pass
    assert type(caught.value) is kind
    assert words in caught.value.detail
    assert getattr(caught.value, "retry_after", None) == wait


async def test_retry_after_may_be_a_date(ivs: FakeIvsWhip) -> None:
    then = format_datetime(datetime.now(UTC) + timedelta(seconds=90), usegmt=True)
    ivs.then.append(Response(status_code=503, headers={"Retry-After": then}))
    with pytest.raises(errors.Unavailable) as caught:
        async with publish(f"{ivs.edge}/whip", ivs.token, Colour(RED)):
            pass
    assert caught.value.retry_after is not None
    assert 80 <= caught.value.retry_after <= 90


async def test_a_server_that_repeats_the_token_does_not_get_it_told(
    ivs: FakeIvsWhip, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    ivs.then.append(PlainTextResponse(f"What is {ivs.token}?", 400))
    with pytest.raises(errors.InvalidRequest) as caught:
        async with publish(f"{ivs.edge}/whip", ivs.token, Colour(RED)):
            pass
    assert ivs.token not in caught.value.detail + repr(caught.value)
    assert ivs.token not in caplog.text


@pytest.mark.parametrize("url", ["", "nonsense", "ftp://127.0.0.1/whip", "https://", "http://[::1"])
async def test_what_is_no_address(url: str) -> None:
    with pytest.raises(errors.InvalidRequest, match="no address"):
        async with publish(url, "token", Colour(RED)):
            pass


async def test_nobody_is_at_the_address(unused_tcp_port: int) -> None:
    with pytest.raises(errors.Unavailable, match="cannot be reached"):
        async with publish(f"http://127.0.0.1:{unused_tcp_port}/whip", "token", Colour(RED)):
            pass


async def test_media_that_cannot_be_reached(ivs: FakeIvsWhip, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(whip, "CONNECT_S", 0.5)
    monkeypatch.setattr(whip_answers, "with_candidates", lambda answer: answer)
    with pytest.raises(errors.Unavailable, match="firewall"):
        async with publish(ivs.url, ivs.token, Tone(), Colour(RED)):
            pass
    assert ivs.sessions == {}  # it had begun, so it was ended


def test_ice_servers_of_rfc_9725() -> None:
    links = [
        '<stun:stun.example.net>; rel="ice-server"',
        '<turn:turn.example.net?transport=udp>; rel="ice-server"; username="us\\"er,;"; '
        'credential="myPassword"; credential-type="password", '
        "<turn:turn.example.net%3Ftransport=tcp>; rel=ice-server; username=user; credential=secret",
        '<https://example.net/next>; rel="next", <turn:>; rel="ice-server", <http://x>; rel="ice-server"',
        "nonsense",
    ]
    assert [(each.urls, each.username, each.credential) for each in whip_answers.ice_servers(links)] == [
        ("stun:stun.example.net", None, None),
        ("turn:turn.example.net?transport=udp", 'us"er,;', "myPassword"),
        ("turn:turn.example.net?transport=tcp", "user", "secret"),
    ]


def test_ice_servers_as_our_own_server_names_them() -> None:
    named = iceservers.IceServer("turn:turn.example.net:3478?transport=tcp", "1:bob", "a+b/c=")
    assert whip_answers.ice_servers([named.link]) == [
        whip_answers.IceServer(named.url, named.username, named.credential)
    ]


async def test_ice_servers_are_asked_for_with_the_token(
    ivs: FakeIvsWhip, monkeypatch: pytest.MonkeyPatch
) -> None:
    given: list[list[whip_answers.IceServer]] = []

    class Spied(RTCPeerConnection):
        def __init__(self, configuration: RTCConfiguration) -> None:
            given.append(list(configuration.iceServers or []))
            super().__init__(
                RTCConfiguration([], bundlePolicy=configuration.bundlePolicy)
            )  # nobody is there to gather from

    monkeypatch.setattr(whip, "RTCPeerConnection", Spied)
    ivs.links = '<turn:turn.example.net>; rel="ice-server"; username="u"; credential="c"'
    async with publish(f"{ivs.edge}/whip", ivs.token, Colour(RED)):
        assert ivs.asked[0] == ("edge", "OPTIONS", True)
    assert given == [[whip_answers.IceServer("turn:turn.example.net", "u", "c")]]


def test_candidates_of_the_first_section_stand_in_each_and_nothing_is_lost() -> None:
    head = "v=0\r\na=ice-lite\r\na=group:BUNDLE 0 1\r\n"
    audio = "m=audio 9 UDP/TLS/RTP/SAVPF 96\r\na=rtcp-mux\r\na=mid:0\r\n"
    video = "m=video 9 UDP/TLS/RTP/SAVPF 97\r\na=rtcp-mux\r\na=x-unknown:1\r\na=mid:1\r\n"
    ways = "a=candidate:1 1 udp 1 192.0.2.1 3478 typ host\r\na=end-of-candidates\r\n"
    other = "a=candidate:2 1 udp 1 192.0.2.2 3478 typ host\r\n"
    with_candidates = whip_answers.with_candidates
    assert with_candidates(head + audio + ways + video) == head + audio + ways + video + ways
    assert with_candidates(head + audio + video + ways) == head + audio + ways + video + ways
    assert with_candidates(head + audio + ways + video[:-2]) == head + audio + ways + video + ways
    for unchanged in (head + audio + ways + video + other, head + audio + video, head):
        assert with_candidates(unchanged) == unchanged
