"""Who may do what: every endpoint with every kind of token, and offers that are none."""

from __future__ import annotations

import asyncio
import json
import random
import time
from typing import TYPE_CHECKING, Any

import httpx
import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from jwt.utils import base64url_encode
from websockets.asyncio.client import connect

from cyclorama.stage.offers import MAX_BYTES

from .clients import RED, Colour, Page, Publisher, Tone, Viewer, connection, until
from .forging import signed_with_the_public_key

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from cyclorama.settings import Settings
    from cyclorama.stage.tokens import Signer, Token

    from .conftest import Running

pytestmark = pytest.mark.stage

SDP = {"Content-Type": "application/sdp"}
ENDPOINTS = [
    ("POST", "/whip"),
    ("DELETE", "/whip/some-session"),
    ("POST", "/whep/some-participant"),
    ("DELETE", "/whep/some-participant/some-session"),
]
BAD_TOKENS = ["none", "hmac", "stranger", "expired", "no expiry", "rubbish", "cut short"]
REFUSED = {"another stage": 4401, "deleted stage": 4410, "sent away": 4403}  # and the roster's close codes


@pytest.fixture
async def http(server: Running) -> AsyncIterator[httpx.AsyncClient]:
    async with httpx.AsyncClient(base_url=server.url) as http:
        yield http


def bad(kind: str, signer: Signer, good: Token) -> str:
    claims: dict[str, Any] = good.claims.model_dump()
    match kind:
        case "none":
            return jwt.encode(claims, "", algorithm="none")
        case "hmac":
            return signed_with_the_public_key(claims, signer)
        case "stranger":
            return jwt.encode(claims, ec.generate_private_key(ec.SECP384R1()), algorithm="ES384")
        case "expired":
            claims["exp"] = int(time.time()) - 1
            return jwt.encode(claims, signer._key, algorithm="ES384")
        case "no expiry":
            del claims["exp"]
            return jwt.encode(claims, signer._key, algorithm="ES384")
        case "rubbish":
            return "rubbish"
        case _:
            return good.token[:-10]


async def refused(kind: str, server: Running, signer: Signer) -> str:
    """Return a token of ours that is good no longer, or not here."""
    if kind == "another stage":
        claims = server.token(publish=True).claims.model_dump() | {"resource": "cyclorama:stage/other"}
        return jwt.encode(claims, signer._key, algorithm="ES384")
    if kind == "deleted stage":
        stage = await server.backend.create_stage("show")
        token = server.token(publish=True, stage=stage.id)
        await server.backend.delete_stage(stage.id)
        return token.token
    token = server.token(publish=True)
    server.backend.admit(token.token)
    await server.backend.disconnect_participant("default", token.participant_id)
    return token.token


@pytest.mark.parametrize("kind", BAD_TOKENS)
@pytest.mark.parametrize(("method", "path"), ENDPOINTS)
async def test_a_bad_token_is_refused_everywhere(
    server: Running, http: httpx.AsyncClient, signer: Signer, method: str, path: str, kind: str
) -> None:
    token = bad(kind, signer, server.token(publish=True))
    response = await http.request(method, path, headers=SDP | {"Authorization": f"Bearer {token}"})
    assert response.status_code == httpx.codes.UNAUTHORIZED
    assert response.headers["www-authenticate"] == "Bearer"
    assert response.headers["content-type"] == "application/problem+json"
    assert token[:8] not in response.text


@pytest.mark.parametrize(("method", "path"), ENDPOINTS)
async def test_a_token_is_needed(http: httpx.AsyncClient, method: str, path: str) -> None:
    response = await http.request(method, path, headers=SDP)
    assert response.status_code == httpx.codes.UNAUTHORIZED


@pytest.mark.parametrize("kind", REFUSED)
async def test_a_token_that_is_good_no_longer_is_refused_everywhere(
    server: Running, http: httpx.AsyncClient, signer: Signer, kind: str
) -> None:
    token = await refused(kind, server, signer)
    for method, path in ENDPOINTS:
        response = await http.request(method, path, headers=SDP | {"Authorization": f"Bearer {token}"})
        assert response.status_code == httpx.codes.FORBIDDEN, (method, path)
        assert response.headers["content-type"] == "application/problem+json"
        assert token[:8] not in response.text
    async with Page(server.url, token) as page:
        await until(lambda: page.closed is not None)
    assert page.closed == REFUSED[kind]
    assert page.state == {}


@pytest.mark.parametrize("kind", ["good", *BAD_TOKENS, *REFUSED])
async def test_no_token_patches_a_session(
    server: Running, http: httpx.AsyncClient, signer: Signer, kind: str
) -> None:
    good = server.token(publish=True)
    token = await refused(kind, server, signer) if kind in REFUSED else bad(kind, signer, good)
    headers = {"Authorization": f"Bearer {good.token if kind == 'good' else token}"}
    for path in ("/whip/some-session", "/whep/some-participant/some-session"):
        response = await http.patch(path, headers=headers, content="a=ice-ufrag:x")
        assert response.status_code == httpx.codes.METHOD_NOT_ALLOWED


@pytest.mark.parametrize("method", ["HS384", "ES256", "RS256", "PS384", "EdDSA", "none"])
async def test_a_header_does_not_choose_how_it_is_checked(
    server: Running, http: httpx.AsyncClient, method: str
) -> None:
    head, body, signature = server.token(publish=True).token.split(".")
    head = base64url_encode(json.dumps({"alg": method, "typ": "JWT"}).encode()).decode()
    for token in (f"{head}.{body}.{signature}", f"{head}.{body}."):
        response = await http.post("/whip", headers=SDP | {"Authorization": f"Bearer {token}"})
        assert response.status_code == httpx.codes.UNAUTHORIZED


@pytest.mark.parametrize("kind", BAD_TOKENS)
async def test_a_bad_token_is_refused_by_the_roster(server: Running, signer: Signer, kind: str) -> None:
    token = bad(kind, signer, server.token(publish=True))
    async with Page(server.url, token) as page:
        await until(lambda: page.closed is not None)
    assert page.closed == 4401
    assert page.state == {}
    assert server.stage.viewers == 0


async def test_capabilities_are_kept(server: Running) -> None:
    host, guest = server.token(publish=True), server.token(publish=False)
    async with Publisher(server.url, guest) as publisher:
        assert (await publisher.publish(Colour(RED))).status_code == httpx.codes.FORBIDDEN
    blind = server.token(publish=True, subscribe=False)
    async with Publisher(server.url, host) as publisher, Viewer(server.url, blind) as viewer:
        await publisher.publish(Colour(RED))
        await until(lambda: server.publishing(host))
        assert (await viewer.watch(host)).status_code == httpx.codes.FORBIDDEN


async def test_only_who_began_a_session_may_end_it(server: Running, http: httpx.AsyncClient) -> None:
    host, guest, stranger = (server.token(publish=each) for each in (True, False, True))
    async with Publisher(server.url, host) as publisher, Viewer(server.url, guest) as viewer:
        await publisher.publish(Colour(RED))
        await until(lambda: server.publishing(host))
        await viewer.watch(host)
        for client in (publisher, viewer):
            response = await http.delete(
                client.location, headers={"Authorization": f"Bearer {stranger.token}"}
            )
            assert response.status_code == httpx.codes.FORBIDDEN
            wrong = client.location.replace("whip", "x").replace("whep", "whip").replace("x", "whep/y")
            await http.delete(wrong, headers=client.headers)
        await asyncio.sleep(0.5)
        assert server.publishing(host)
        assert {publisher.pc.connectionState, viewer.pc.connectionState} == {"connected"}
        for client in (viewer, publisher):
            assert (await client.leave()).status_code == httpx.codes.OK
            await until(lambda client=client: client.pc.connectionState == "closed")  # type: ignore[misc]
            assert (await client.leave()).status_code == httpx.codes.OK


@pytest.mark.parametrize("path", ["/whip", "/whep/nobody"])
async def test_rubbish_is_refused(server: Running, http: httpx.AsyncClient, path: str) -> None:
    host = server.token(publish=True)
    headers = SDP | {"Authorization": f"Bearer {host.token}"}
    assert (await http.post(path, content=b"x" * (MAX_BYTES + 1), headers=headers)).status_code == 413
    plain = headers | {"Content-Type": "text/plain"}
    assert (await http.post(path, content=b"v=0", headers=plain)).status_code == 415
    if path == "/whip":
        for body in (b"", b"\xff\xfe", b"v=0", b"hello", b"v=0\r\nm=audio", b"v=0\r\n" + b"a=x\r\n" * 9999):
            assert (await http.post(path, content=body, headers=headers)).status_code == 400
    assert not server.stage.participants()


async def test_damaged_offers_are_refused_or_answered_but_never_break_anything(
    server: Running, http: httpx.AsyncClient
) -> None:
    complaints: list[dict[str, Any]] = []
    asyncio.get_running_loop().set_exception_handler(lambda _, context: complaints.append(context))
    pc = connection()
    pc.addTrack(Tone())
    pc.addTrack(Colour(RED))
    await pc.setLocalDescription(await pc.createOffer())
    lines = pc.localDescription.sdp.splitlines()
    await pc.close()
    headers = SDP | {"Authorization": f"Bearer {server.token(publish=True).token}"}
    dice = random.Random(7)  # noqa: S311 - no secret
    codes: set[int] = set()
    for _ in range(60):
        damaged = list(lines)
        for _ in range(dice.randrange(1, 4)):
            index = dice.randrange(len(damaged))
            line = damaged[index]
            cut = dice.randrange(len(line) + 1)
            damaged[index] = dice.choice(["", line + line, line[:cut], line[cut:], line[::-1], f"a={line}"])
            if dice.random() < 0.2:
                damaged.insert(dice.randrange(len(damaged)), line)
        body = "\r\n".join(damaged) + "\r\n"
        codes.add((await http.post("/whip", content=body, headers=headers)).status_code)
    assert codes == {201, 400}
    await server.stage.aclose()
    assert not complaints


async def test_whip_as_rfc_9725_has_it(server: Running, http: httpx.AsyncClient) -> None:
    host = server.token(publish=True)
    async with Publisher(server.url, host) as publisher:
        created = await publisher.publish(Colour(RED))
        assert created.status_code == httpx.codes.CREATED
        assert created.headers["content-type"] == "application/sdp"
        assert created.headers["location"].startswith("/whip/")
        assert created.headers["etag"]
        assert "rid:" not in created.text
        assert "simulcast" not in created.text
        patched = await http.patch(publisher.location, headers=publisher.headers, content="a=candidate")
        assert patched.status_code == httpx.codes.METHOD_NOT_ALLOWED
        assert "DELETE" in patched.headers["allow"]
        options = await http.options("/whip")
        assert options.headers["accept-post"] == "application/sdp"


async def test_the_stage_has_limits(
    server: Running, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    few = settings.model_copy(update={"max_publishers": 1, "max_viewers": 1})
    monkeypatch.setattr(server.stage, "_settings", few)
    host, other, guest = (server.token(publish=each) for each in (True, True, False))
    async with Publisher(server.url, host) as publisher, Publisher(server.url, other) as second:
        await publisher.publish(Colour(RED))
        assert (await second.publish(Colour(RED))).status_code == httpx.codes.SERVICE_UNAVAILABLE
        await until(lambda: server.publishing(host))
        async with Viewer(server.url, guest) as one, Viewer(server.url, guest) as two:
            assert (await one.watch(host)).status_code == httpx.codes.CREATED
            assert (await two.watch(host)).status_code == httpx.codes.SERVICE_UNAVAILABLE


async def test_the_roster_closes_on_what_it_does_not_understand(server: Running) -> None:
    for message in (
        "hello",
        {"type": "mute"},
        {"type": "mute", "audio": "yes", "video": False},
        ["x"] * 5000,
    ):
        async with Page(server.url, server.token(publish=True).token) as page:
            await page.send(message)
            await until(lambda page=page: page.closed is not None)  # type: ignore[misc]
            assert page.closed == 1008


async def test_the_roster_wants_a_token(server: Running) -> None:
    async with connect(server.url.replace("http", "ws") + "/roster") as socket:
        await socket.wait_closed()
        assert socket.close_code == 4401


async def test_tokens_are_in_no_log(server: Running, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level("DEBUG", "cyclorama")
    host = server.token(publish=True)
    async with Publisher(server.url, host) as publisher, Page(server.url, host.token):
        await publisher.publish(Colour(RED))
        await publisher.leave()
    assert host.token[:40] not in caplog.text
    assert host.token[:40] not in json.dumps(repr(host))
