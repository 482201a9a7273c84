"""What a guest's token opens, and what it does not: every route of the creator's, asked by everybody."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

import pytest

from cyclorama import keyfile
from cyclorama.backgrounds.fake import FakeGenerator
from cyclorama.backgrounds.generators import Generators
from cyclorama.settings import Settings

from .conftest import asked
from .events import events
from .test_guard import CREATORS, address

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path

    import httpx

pytestmark = pytest.mark.unit

FOR_GUESTS = {
    ("POST", "/backgrounds"),
    ("POST", "/backgrounds/upload"),
    ("GET", "/backgrounds/{id_}"),
    ("GET", "/backgrounds/{id_}/image"),
    ("GET", "/backgrounds/{id_}/thumbnail"),
    ("GET", "/generators"),
}
REFUSED = {401, 403}


@pytest.fixture
async def open_server(tmp_path: Path) -> AsyncIterator[httpx.AsyncClient]:
    """A server that strangers can reach."""
    settings = Settings(host="0.0.0.0", data=tmp_path, generator="fake")
    generators = Generators(settings)
    generators.add(FakeGenerator())
    async with asked(settings, "studio.example:8000", generators) as client:
        yield client


@pytest.fixture
def host(open_server: httpx.AsyncClient, tmp_path: Path) -> dict[str, str]:
    return {"authorization": f"Bearer {(tmp_path / keyfile.CREATOR).read_text()}"}


async def token(client: httpx.AsyncClient, host: dict[str, str], **wish: object) -> dict[str, str]:
    answer = await client.post("/tokens", json={"user_id": "Ann", **wish}, headers=host)
    return {"authorization": f"Bearer {answer.json()['token']}"}


@pytest.mark.parametrize(("method", "path"), CREATORS)
async def test_each_route_by_everybody(
    open_server: httpx.AsyncClient, host: dict[str, str], method: str, path: str
) -> None:
    async def status(headers: dict[str, str]) -> int:
        # a body that no route takes, so that whoever is let in changes nothing
        return (await open_server.request(method, address(path), json={"x": 1}, headers=headers)).status_code

    for stranger in ({}, {"authorization": "Bearer a.b.c"}, await token(open_server, host, publish=False)):
        assert await status(stranger) in REFUSED
    let_in = await status(await token(open_server, host, publish=True)) not in REFUSED
    assert let_in == ((method, path) in FOR_GUESTS)
    assert await status(host) not in REFUSED


async def test_a_guest_paints_and_sees_it(open_server: httpx.AsyncClient, host: dict[str, str]) -> None:
    guest = await token(open_server, host, publish=True)
    wish = {"prompt": "a beach", "width": 64, "height": 64}
    told = events((await open_server.post("/backgrounds", json=wish, headers=guest)).text)
    background = next(data["background"] for name, data in told if name == "image")
    for path in (f"/backgrounds/{background['id']}", background["image"], background["thumbnail"]):
        assert (await open_server.get(path, headers=guest)).status_code == 200
        assert (await open_server.get(path)).status_code == 401
    assert (await open_server.delete(f"/backgrounds/{background['id']}", headers=guest)).status_code == 401
    assert (await open_server.get("/backgrounds", headers=guest)).status_code == 401


async def test_an_invitation_that_expired_is_refused_in_words(
    open_server: httpx.AsyncClient, host: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    now = time.time()
    with monkeypatch.context() as earlier:
        earlier.setattr(time, "time", lambda: now - 120)
        guest = await token(open_server, host, publish=True, minutes=1)
    answer = await open_server.get("/generators", headers=guest)
    assert answer.status_code == 401
    assert "expired" in answer.json()["detail"]


async def test_who_was_sent_away_paints_no_more(open_server: httpx.AsyncClient, host: dict[str, str]) -> None:
    minted = (await open_server.post("/tokens", json={"publish": True}, headers=host)).json()
    guest = {"authorization": f"Bearer {minted['token']}"}
    assert (await open_server.get("/generators", headers=guest)).status_code == 200
    path = f"/stages/{minted['stage']}/participants/{minted['participant_id']}"
    assert (await open_server.delete(path, headers=host)).status_code == 204
    answer = await open_server.get("/generators", headers=guest)
    assert answer.status_code == 403
    assert "host" in answer.json()["detail"]


async def test_guests_of_a_stage_that_is_over_paint_no_more(
    open_server: httpx.AsyncClient, host: dict[str, str]
) -> None:
    stage = (await open_server.post("/stages", json={"name": "Evening"}, headers=host)).json()["id"]
    guest = await token(open_server, host, publish=True, stage=stage)
    assert (await open_server.get("/generators", headers=guest)).status_code == 200
    assert (await open_server.delete(f"/stages/{stage}", headers=host)).status_code == 204
    assert (await open_server.get("/generators", headers=guest)).status_code == 403


async def test_a_viewer_is_told_what_their_token_is_for(
    open_server: httpx.AsyncClient, host: dict[str, str]
) -> None:
    answer = await open_server.get("/generators", headers=await token(open_server, host, publish=False))
    assert answer.status_code == 403
    assert "watch" in answer.json()["detail"]


async def test_where_no_key_is_needed_a_wrong_bearer_is_no_error(client: httpx.AsyncClient) -> None:
    for bearer in ("wrong", "a.b.c"):
        answer = await client.get("/backgrounds", headers={"authorization": f"Bearer {bearer}"})
        assert answer.status_code == 200


async def test_the_description_says_where_guests_may_ask(open_server: httpx.AsyncClient) -> None:
    described = (await open_server.get("/openapi.json")).json()["paths"]
    guests = {
        (method.upper(), path)
        for path, operations in described.items()
        for method, operation in operations.items()
        if {"creatorKey": []} in operation.get("security", [])
        and {"participantToken": []} in operation["security"]
    }
    assert guests == FOR_GUESTS
