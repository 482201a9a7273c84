"""LiveKit behind our seam: against a fake of its API, and a real server where there is one."""

from __future__ import annotations

import asyncio
import os
import shutil
import socket
import subprocess
import time
from typing import TYPE_CHECKING, Any

import jwt
import pytest

pytest.importorskip("livekit.api", reason="needs livekit-api: pip install 'cyclorama[livekit]'")

from livekit.protocol.models import ParticipantInfo, ParticipantPermission, TrackType
from starlette.responses import JSONResponse, PlainTextResponse, Response

from cyclorama import errors
from cyclorama.settings import Settings
from cyclorama.stage import livekit
from cyclorama.stage.base import Muted, Participant
from cyclorama.stage.livekit import LiveKitBackend
from cyclorama.stage.whip import publish
from tests.fakes.livekit import KEY, SECRET, FakeLiveKit

from .clients import RED, Colour, Tone

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path

    from cyclorama.stage.base import Token

pytestmark = pytest.mark.stage

SERVER = os.environ.get("CYCLORAMA_LIVEKIT_SERVER") or shutil.which("livekit-server")


def of(url: str, **more: Any) -> LiveKitBackend:
    given = {"livekit_url": url, "livekit_key": KEY, "livekit_secret": SECRET}
    return LiveKitBackend(Settings(**{**given, **more}))


@pytest.fixture
async def fake() -> AsyncIterator[FakeLiveKit]:
    async with FakeLiveKit() as fake:
        yield fake


@pytest.fixture
async def lk(fake: FakeLiveKit) -> AsyncIterator[LiveKitBackend]:
    lk = of(fake.url)
    yield lk
    await lk.aclose()


async def mint(lk: LiveKitBackend, stage: str = "main", **more: Any) -> Token:
    asked = dict[str, Any](
        user_id="bob", attributes={"colour": "red"}, publish=True, subscribe=True, minutes=60
    )
    return await lk.mint_token(stage, **{**asked, **more})


async def test_a_room_is_made_found_and_deleted(fake: FakeLiveKit, lk: LiveKitBackend) -> None:
    main, other = await lk.create_stage("main"), await lk.create_stage("other")
    assert (main.id, main.name, main.resource) == ("main", "main", "main")
    assert main.whip_url == fake.url.replace("ws:", "http:") + "/whip/v1"
    assert [each.name for each in await lk.list_stages()] == ["default", "main", "other"]
    assert await lk.find_stage("main") == main
    assert fake.rooms["main"].empty_timeout == fake.rooms["main"].departure_timeout == livekit.EMPTY_S
    await lk.delete_stage("main")
    assert [each.name for each in await lk.list_stages()] == ["default", "other"]
    with pytest.raises(errors.NotFound, match="stage create"):
        await lk.find_stage("main")
    with pytest.raises(errors.NotFound, match="main"):
        await lk.delete_stage("main")
    assert other in await lk.list_stages()


async def test_the_room_of_the_settings_is_always_there(fake: FakeLiveKit) -> None:
    lk = of(fake.url, stage="studio")
    assert (await lk.find_stage("studio")).id == "studio"
    assert [each.name for each in await lk.list_stages()] == ["studio"]
    assert await lk.list_participants("studio") == []
    fake.then.append(JSONResponse({"code": "not_found", "msg": "room not found"}, 404))
    assert await lk.list_participants("studio") == []
    fake.then.append(JSONResponse({"code": "not_found", "msg": "room not found"}, 404))
    with pytest.raises(errors.NotFound):
        await lk.list_participants("another")
    await lk.aclose()


async def test_a_name_is_taken_once(lk: LiveKitBackend) -> None:
    await lk.create_stage("main")
    with pytest.raises(errors.Conflict, match="main"):
        await lk.create_stage("main")


@pytest.mark.parametrize("name", ["", "a/b", "x" * 257, "two\nlines"])
async def test_names_that_make_no_room(fake: FakeLiveKit, lk: LiveKitBackend, name: str) -> None:
    with pytest.raises(errors.InvalidRequest):
        await lk.create_stage(name)
    with pytest.raises(errors.NotFound):
        await mint(lk, name)
    assert fake.asked == []


@pytest.mark.parametrize("can_publish", [True, False])
@pytest.mark.parametrize("can_subscribe", [True, False])
async def test_a_token_grants_what_was_asked_and_no_more(
    fake: FakeLiveKit, lk: LiveKitBackend, can_publish: bool, can_subscribe: bool
) -> None:
    token = await mint(lk, publish=can_publish, subscribe=can_subscribe, minutes=90)
    claims = jwt.decode(token.token, SECRET, algorithms=["HS256"], issuer=KEY)
    assert claims["video"] == {
        "roomJoin": True,
        "room": "main",
        "canPublish": can_publish,
        "canSubscribe": can_subscribe,
        "canPublishData": False,
    }
    assert (claims["sub"], claims["name"]) == (token.participant_id, "bob")
    assert claims["attributes"] == {"colour": "red"}
    assert 0 <= claims["exp"] - token.expires_at <= 1
    assert abs(token.expires_at - time.time() - 90 * 60) < 10
    assert fake.asked == []  # no call for each viewer
    assert fake.join(token.token) == token.participant_id


async def test_every_token_is_for_somebody_else(lk: LiveKitBackend) -> None:
    assert len({(await mint(lk)).participant_id for _ in range(20)}) == 20


@pytest.mark.parametrize("minutes", [0, 20161])
async def test_a_token_is_good_for_two_weeks_at_most(lk: LiveKitBackend, minutes: int) -> None:
    with pytest.raises(errors.InvalidRequest):
        await mint(lk, minutes=minutes)


async def test_who_is_there(fake: FakeLiveKit, lk: LiveKitBackend) -> None:
    host, silent, guest = await mint(lk), await mint(lk, attributes={}), await mint(lk, publish=False)
    for token in (host, silent, guest):
        fake.join(token.token)
    fake.publish("main", host.participant_id, TrackType.AUDIO, muted=True)
    fake.publish("main", host.participant_id, TrackType.VIDEO)
    assert await lk.list_participants("main") == [
        Participant(host.participant_id, "bob", {"colour": "red"}, True, Muted(audio=True)),
        Participant(silent.participant_id, "bob", {}, False, Muted()),
    ]
    fake.people["main"][silent.participant_id].state = ParticipantInfo.State.DISCONNECTED
    fake.people["main"]["recorder"] = ParticipantInfo(
        identity="recorder", permission=ParticipantPermission(can_publish=True, hidden=True)
    )
    assert [each.id for each in await lk.list_participants("main")] == [host.participant_id]


async def test_somebody_is_sent_away(fake: FakeLiveKit, lk: LiveKitBackend) -> None:
    host = await mint(lk)
    fake.join(host.token)
    await lk.disconnect_participant("main", host.participant_id)
    assert await lk.list_participants("main") == []
    with pytest.raises(errors.NotFound, match=host.participant_id):
        await lk.disconnect_participant("main", host.participant_id)


async def test_a_wrong_key_or_secret(fake: FakeLiveKit) -> None:
    for wrong in ({"livekit_key": "another"}, {"livekit_secret": "another secret, which is long enough"}):
        lk = of(fake.url, **wrong)
        with pytest.raises(errors.CredentialsRefused, match="livekit_secret") as caught:
            await lk.list_stages()
        assert "another secret" not in str(caught.value)
        await lk.aclose()


def twirp(code: str, status: int) -> Response:
    return JSONResponse({"code": code, "msg": "that is why"}, status)


@pytest.mark.parametrize(
    ("answer", "kind", "words"),
    [
        (twirp("not_found", 404), errors.NotFound, "room"),
        (twirp("invalid_argument", 400), errors.InvalidRequest, "that is why"),
        (twirp("already_exists", 409), errors.Conflict, "that is why"),
        (twirp("resource_exhausted", 429), errors.Throttled, "that is why"),
        (twirp("permission_denied", 403), errors.AccessDenied, "that is why"),
        (twirp("unauthenticated", 401), errors.CredentialsRefused, "clock"),
        (twirp("internal", 500), errors.Unavailable, "that is why"),
        (twirp("unavailable", 503), errors.Unavailable, "that is why"),
        (PlainTextResponse("slow down", 429), errors.Throttled, "less often"),
        (PlainTextResponse("no", 403), errors.AccessDenied, "API key"),
        (PlainTextResponse("Not here", 404), errors.NotConfigured, "livekit_url"),
        (PlainTextResponse("<html>It works!</html>"), errors.NotConfigured, "livekit_url"),
        (JSONResponse(["odd"], 400), errors.NotConfigured, "livekit_url"),
    ],
)
async def test_every_failure_says_what_to_do(
    fake: FakeLiveKit, lk: LiveKitBackend, answer: Response, kind: type[errors.CycloramaError], words: str
) -> None:
    fake.then.append(answer)
    with pytest.raises(errors.CycloramaError) as caught:
        await lk.list_stages()
    assert type(caught.value) is kind
    assert words in caught.value.detail


async def test_nobody_is_there(unused_tcp_port: int) -> None:
    lk = of(f"ws://127.0.0.1:{unused_tcp_port}")
    with pytest.raises(errors.Unavailable, match="cannot be reached"):
        await lk.list_stages()
    await lk.aclose()


async def test_no_answer_comes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(livekit, "ANSWER_S", 0.2)
    with socket.create_server(("127.0.0.1", 0)) as silent:
        lk = of(f"ws://127.0.0.1:{silent.getsockname()[1]}")
        with pytest.raises(errors.Unavailable, match="in time"):
            await lk.list_stages()
        await lk.aclose()


def test_what_is_not_set_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LIVEKIT_API_SECRET", "not ours to take")
    with pytest.raises(errors.NotConfigured, match="livekit_key and livekit_secret"):
        of("wss://live.example.org", livekit_key="", livekit_secret="")
    with pytest.raises(errors.NotConfigured, match="livekit_url"):
        of("")


@pytest.mark.parametrize("url", ["wss://a:b", "wss://[::1", "wss://:7880"])
def test_what_is_no_address(url: str) -> None:
    with pytest.raises(errors.InvalidSetting, match="livekit_url"):
        of(url)


@pytest.mark.parametrize(
    ("url", "whip_url"),
    [
        ("wss://live.example.org", "https://live.example.org/whip/v1"),
        ("wss://live.example.org/", "https://live.example.org/whip/v1"),
        ("ws://127.0.0.1:7880", "http://127.0.0.1:7880/whip/v1"),
        ("https://example.org/livekit", "https://example.org/livekit/whip/v1"),
    ],
)
async def test_where_whip_goes(url: str, whip_url: str) -> None:
    assert (await of(url).find_stage("default")).whip_url == whip_url


@pytest.fixture
async def real(unused_tcp_port_factory: Any, tmp_path: Path) -> AsyncIterator[LiveKitBackend]:
    """A real LiveKit server."""
    if not SERVER:
        pytest.skip("no livekit-server: put it on the PATH or set CYCLORAMA_LIVEKIT_SERVER")
    port, tcp, udp = (unused_tcp_port_factory() for _ in range(3))
    config = (
        f"port: {port}\nbind_addresses: [127.0.0.1]\nkeys: {{{KEY}: {SECRET}}}\n"
        f"rtc: {{tcp_port: {tcp}, udp_port: {udp}, node_ip: 127.0.0.1, enable_loopback_candidate: true}}\n"
    )
    log = (tmp_path / "livekit.log").open("wb")
    server = subprocess.Popen([SERVER, "--dev", "--config-body", config], stdout=log, stderr=log)  # noqa: ASYNC220
    lk = of(f"ws://127.0.0.1:{port}")
    try:
        async with asyncio.timeout(20):
            while True:
                try:
                    await lk.list_stages()
                    break
                except errors.Unavailable:
                    assert server.poll() is None, (tmp_path / "livekit.log").read_text()
                    await asyncio.sleep(0.1)
        yield lk
    finally:
        await lk.aclose()
        server.terminate()
        await asyncio.to_thread(server.wait, 10)
        log.close()


async def test_a_real_server(real: LiveKitBackend) -> None:
    stage = await real.create_stage("main")
    assert [each.name for each in await real.list_stages()] == ["default", "main"]
    host = await mint(real)
    async with publish(stage.whip_url, host.token, Tone(), Colour(RED)):
        there: list[Participant] = []
        async with asyncio.timeout(20):
            while not any(each.publishing for each in there):
                there = await real.list_participants("main")
                await asyncio.sleep(0.2)
        (bob,) = there
        assert (bob.id, bob.user_id, bob.attributes) == (host.participant_id, "bob", {"colour": "red"})
        await real.disconnect_participant("main", bob.id)
        assert await real.list_participants("main") == []
    await real.delete_stage("main")
    assert [each.name for each in await real.list_stages()] == ["default"]
    wrong = of(real._url, livekit_secret="another secret, which is long enough")
    with pytest.raises(errors.CredentialsRefused):
        await wrong.list_stages()
    await wrong.aclose()
