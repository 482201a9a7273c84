from __future__ import annotations

import base64
import hashlib
import hmac
import time
from typing import TYPE_CHECKING

import httpx
import pytest

from cyclorama.settings import Settings
from cyclorama.stage.iceservers import LIFETIME_S, IceServers
from cyclorama.stage.local import DEFAULT, LocalBackend
from tests.server.conftest import asked

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.unit

STUN = "stun:stun.example.org"
TURN = "turn:turn.example.org:3478?transport=udp"
SECRET = "north"


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(data=tmp_path, ice_servers=(STUN, TURN), turn_secret=SECRET)


def test_turn_credentials_are_those_of_the_rest_draft(settings: Settings) -> None:
    before = int(time.time())
    stun, turn = IceServers(settings).of("someone")
    assert (stun.username, stun.credential) == ("", "")
    expires, _, who = turn.username.partition(":")
    assert who == "someone"
    assert before + LIFETIME_S <= int(expires) <= time.time() + LIFETIME_S
    expected = hmac.digest(SECRET.encode(), turn.username.encode(), hashlib.sha1)
    assert turn.credential == base64.b64encode(expected).decode()
    assert turn.credential not in repr(turn)


def test_there_are_none_where_none_are_set(tmp_path: Path) -> None:
    servers = IceServers(Settings(data=tmp_path))
    assert not servers
    assert servers.of("someone") == []


async def mint(settings: Settings, *, publish: bool) -> str:
    backend = LocalBackend.of(settings)
    minted = await backend.mint_token(
        DEFAULT, user_id="a", attributes={}, publish=publish, subscribe=not publish, minutes=5
    )
    return minted.token


@pytest.mark.parametrize("path", ["/whip", "/whep/somebody"])
@pytest.mark.parametrize("publish", [True, False])
async def test_options_tells_of_them_to_who_has_a_token(settings: Settings, path: str, publish: bool) -> None:
    token = await mint(settings, publish=publish)
    async with asked(settings) as client:
        answer = await client.options(path, headers={"authorization": f"Bearer {token}"})
    assert (answer.status_code, answer.headers["accept-post"]) == (204, "application/sdp")
    stun, turn = answer.headers.get_list("link")
    assert stun == f'<{STUN}>; rel="ice-server"'
    assert turn.startswith(f'<{TURN}>; rel="ice-server"; username="')
    assert turn.endswith('credential-type="password"')
    assert 'credential="' in turn


@pytest.mark.parametrize(
    ("shown", "status"), [(None, 204), ("Bearer wrong", 401), ("Basic eDp5", 401), ("Bearer ", 401)]
)
@pytest.mark.parametrize("path", ["/whip", "/whep/somebody"])
async def test_nobody_else_hears_of_them(
    settings: Settings, path: str, shown: str | None, status: int
) -> None:
    headers = {"authorization": shown} if shown else {}
    async with asked(settings) as client:
        answers = [await client.request(method, path, headers=headers) for method in ("OPTIONS", "POST")]
    assert [answer.status_code for answer in answers] == [status, 401]
    assert not any("link" in answer.headers or "example.org" in answer.text for answer in answers)


async def test_where_none_are_set_a_token_makes_no_difference(tmp_path: Path) -> None:
    settings = Settings(data=tmp_path)
    token = await mint(settings, publish=True)
    async with asked(settings) as client:
        answer = await client.options("/whip", headers={"authorization": f"Bearer {token}"})
    assert answer.status_code == 204
    assert "link" not in answer.headers


async def test_only_then_do_the_pages_ask(settings: Settings, tmp_path: Path) -> None:
    for path in ("/", "/watch"):
        async with asked(settings) as client:
            answer = await client.get(path)
        if answer.status_code == httpx.codes.SERVICE_UNAVAILABLE:
            pytest.skip("the pages are not built: make studio")
        assert '<meta name="ice-servers" content="yes"></head>' in answer.text
        async with asked(Settings(data=tmp_path)) as client:
            assert "ice-servers" not in (await client.get(path)).text
