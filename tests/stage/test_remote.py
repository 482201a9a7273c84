from __future__ import annotations

from contextlib import aclosing
from typing import TYPE_CHECKING, Any

import pytest
from starlette.responses import JSONResponse, Response

from cyclorama.errors import NotFound
from cyclorama.stage.base import Muted, Participant, Stage
from cyclorama.stage.remote import RemoteBackend
from cyclorama.stage.running import RunningStudio
from tests.fakes.http import FakeServer

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterator

pytestmark = pytest.mark.unit

STAGES = {
    "stages": [
        {"id": "default", "name": "default", "resource": "cyclorama:stage/default", "whip_url": "/whip"},
        {
            "id": "abcdefghijkl",
            "name": "Käses Show / 2",
            "resource": "cyclorama:stage/abcdefghijkl",
            "whip_url": "https://whip.example.org/x",
        },
    ],
    "default": "default",
}
ANN = {
    "id": "ann-1",
    "user_id": "Ann",
    "attributes": {"colour": "red"},
    "publishing": True,
    "muted": {"audio": True, "video": False},
}
TOKEN = {"token": "s3cret-token", "participant_id": "bob-1", "expires_at": 1_800_000_000, "stage": "default"}
SHOW = "Käses Show / 2"


@pytest.fixture(scope="module")
def server() -> Iterator[FakeServer]:
    with FakeServer() as server:
        yield server


@pytest.fixture
def studio(server: FakeServer) -> FakeServer:
    server.answers = {"GET /stages": STAGES}
    server.asked = []
    return server


@pytest.fixture
async def backend(studio: FakeServer) -> AsyncIterator[RemoteBackend]:
    async with aclosing(RemoteBackend(RunningStudio(studio.origin, "the-key"))) as backend:
        yield backend


async def test_a_relative_whip_address_is_the_studios(studio: FakeServer, backend: RemoteBackend) -> None:
    assert await backend.list_stages() == [
        Stage("default", "default", "cyclorama:stage/default", f"{studio.origin}/whip"),
        Stage("abcdefghijkl", SHOW, "cyclorama:stage/abcdefghijkl", "https://whip.example.org/x"),
    ]
    assert studio.asked[0].authorization == "Bearer the-key"


@pytest.mark.parametrize("meant", ["abcdefghijkl", SHOW, "cyclorama:stage/abcdefghijkl"])
async def test_a_stage_is_meant_by_id_name_or_resource(
    studio: FakeServer, backend: RemoteBackend, meant: str
) -> None:
    studio.answers["DELETE /stages/abcdefghijkl"] = Response(status_code=204)
    assert (await backend.find_stage(meant)).name == SHOW
    await backend.delete_stage(meant)
    assert studio.asked[-1].method == "DELETE"


async def test_an_id_comes_before_a_name_that_is_the_same(studio: FakeServer, backend: RemoteBackend) -> None:
    first, second = STAGES["stages"]
    assert isinstance(first, dict)
    assert isinstance(second, dict)
    studio.answers["GET /stages"] = {"stages": [second | {"name": "default"}, first]}
    assert (await backend.find_stage("default")).id == "default"


async def test_a_stage_that_is_not_there(studio: FakeServer, backend: RemoteBackend) -> None:
    with pytest.raises(NotFound, match="no stage 'other'"):
        await backend.list_participants("other")
    assert [asked.path for asked in studio.asked] == ["/stages"]


async def test_makes_a_stage(studio: FakeServer, backend: RemoteBackend) -> None:
    studio.answers["POST /stages"] = JSONResponse(STAGES["stages"][1], 201)
    assert (await backend.create_stage(SHOW)).id == "abcdefghijkl"
    assert studio.asked[-1].body == {"name": SHOW}


async def test_mints_a_token(studio: FakeServer, backend: RemoteBackend) -> None:
    studio.answers["POST /tokens"] = TOKEN
    wish: dict[str, Any] = {
        "user_id": "Bób",
        "attributes": {"colour": "red"},
        "publish": True,
        "subscribe": False,
        "minutes": 7,
    }
    token = await backend.mint_token(SHOW, **wish)
    assert (token.token, token.participant_id, token.expires_at) == ("s3cret-token", "bob-1", 1_800_000_000)
    assert "s3cret" not in repr(token)
    assert studio.asked[-1].body == {"stage": SHOW} | wish


async def test_lists_and_sends_away_participants(studio: FakeServer, backend: RemoteBackend) -> None:
    there = "/stages/abcdefghijkl/participants"
    studio.answers[f"GET {there}"] = {"participants": [ANN], "viewers": None}
    studio.answers[f"DELETE {there}/a%2F..%2F%C3%A4"] = Response(status_code=204)
    assert await backend.list_participants(SHOW) == [
        Participant("ann-1", "Ann", {"colour": "red"}, publishing=True, muted=Muted(audio=True, video=False))
    ]
    await backend.disconnect_participant(SHOW, "a/../ä")


async def test_records(studio: FakeServer, backend: RemoteBackend) -> None:
    file = {"name": "a.mkv", "user_id": "Ann", "started_at": 1.5, "seconds": 2.5, "bytes": 3, "open": True}
    on = {"recording": True, "since": 1.5, "folder": "/recordings", "files": [file]}
    off: dict[str, Any] = {"recording": False, "since": None, "folder": "/recordings", "files": []}
    for method, answer in {"GET": on, "PUT": on, "DELETE": off}.items():
        studio.answers[f"{method} /stages/default/recording"] = answer
    assert (await backend.recording("default")).files[0].open
    assert (await backend.record("default", on=True)).since == 1.5
    assert not (await backend.record("default", on=False)).recording
