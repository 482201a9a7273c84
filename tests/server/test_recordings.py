"""The routes over recordings, without media."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import httpx
import pytest

from cyclorama.settings import Settings

from .conftest import asked
from .test_stages import FakeBackend, bearer

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.unit

RECORDING = "/stages/default/recording"
FILE = "/stages/default/recordings/20261126T160320Z-ann.mkv"
ROUTES = [("GET", RECORDING), ("PUT", RECORDING), ("DELETE", RECORDING), ("GET", FILE)]


async def test_it_is_switched_on_and_off(tmp_path: Path) -> None:
    folder = tmp_path / "elsewhere"
    async with asked(Settings(data=tmp_path, recordings=folder)) as client:
        nothing: dict[str, Any] = {
            "recording": False,
            "since": None,
            "folder": str(folder / "default"),
            "files": [],
            "dropped": 0,
            "problem": "",
        }
        assert (await client.get(RECORDING)).json() == nothing
        assert not folder.exists()
        for _ in range(2):
            assert (await client.put(RECORDING)).json()["recording"]
        assert (folder / "default").stat().st_mode & 0o777 == 0o700
        for _ in range(2):
            assert (await client.delete(RECORDING)).json() == nothing


async def test_each_stage_has_recordings_of_its_own(client: httpx.AsyncClient) -> None:
    show = (await client.post("/stages", json={"name": "show"})).json()["id"]
    assert (await client.put("/stages/show/recording")).json()["folder"].endswith(f"recordings/{show}")
    assert not (await client.get(RECORDING)).json()["recording"]
    await client.delete(f"/stages/{show}")
    assert (await client.get(f"/stages/{show}/recording")).status_code == httpx.codes.NOT_FOUND


async def test_a_folder_that_cannot_be_written_is_a_problem(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    async with asked(Settings(data=tmp_path, recordings=tmp_path / "file")) as client:
        response = await client.put(RECORDING)
        assert response.status_code == httpx.codes.SERVICE_UNAVAILABLE
        assert "CYCLORAMA_RECORDINGS" in response.json()["detail"]
        state = (await client.get(RECORDING)).json()
        assert not state["recording"]
        assert state["problem"] == response.json()["detail"]


@pytest.mark.parametrize(
    "name", ["20261126T160320Z-ann.mkv", "stages.json", "%2e%2e", "%2e%2e%2fstages.json", "a%00"]
)
async def test_what_is_no_recording_is_not_found(client: httpx.AsyncClient, name: str) -> None:
    response = await client.get(f"/stages/default/recordings/{name}")
    assert response.status_code == httpx.codes.NOT_FOUND


async def test_other_backends_do_not_record_here(tmp_path: Path) -> None:
    async with asked(Settings(data=tmp_path), backend=FakeBackend()) as client:
        for method, path in ROUTES:
            response = await client.request(method, path)
            assert response.status_code == httpx.codes.CONFLICT
            assert "run by fake" in response.json()["detail"]


async def test_they_are_the_creators_where_strangers_may_come(tmp_path: Path) -> None:
    async with asked(Settings(data=tmp_path, host="0.0.0.0")) as client:
        key = bearer((tmp_path / "creator-key").read_text())
        token = (await client.post("/tokens", json={"publish": True}, headers=key)).json()["token"]
        for method, path in ROUTES:
            for headers in ({}, bearer("wrong"), bearer(token)):
                response = await client.request(method, path, headers=headers)
                assert response.status_code == httpx.codes.UNAUTHORIZED, (method, path)
        assert not (await client.get(RECORDING, headers=key)).json()["recording"]
