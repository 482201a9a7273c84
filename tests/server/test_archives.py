from __future__ import annotations

import asyncio
import io
import os
import zipfile
from typing import TYPE_CHECKING

import pytest

from cyclorama.server import guard
from tests.server.conftest import asked
from tests.server.events import WISH, events

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path

    import httpx

    from cyclorama.settings import Settings

pytestmark = pytest.mark.unit


async def made(client: httpx.AsyncClient) -> str:
    told = events((await client.post("/backgrounds", json=WISH)).text)
    return str(next(data["background"]["id"] for name, data in told if name == "image"))


async def test_backgrounds_go_out_and_come_in_elsewhere(
    client: httpx.AsyncClient, settings: Settings, tmp_path: Path
) -> None:
    ids = [await made(client) for _ in range(3)]
    answer = await client.get("/backgrounds/export", params={"id": ids[:2]})
    assert answer.headers["content-type"] == "application/zip"
    assert "attachment" in answer.headers["content-disposition"]
    elsewhere = settings.model_copy(update={"data": tmp_path / "elsewhere"})
    async with asked(elsewhere) as other:
        told = events((await other.post("/backgrounds/import", content=answer.content)).text)
        assert told[0] == ("progress", {"done": 0, "total": 2})
        name, data = told[-1]
        assert (name, data["skipped"]) == ("done", [])
        assert sorted(background["id"] for background in data["imported"]) == sorted(ids[:2])
        assert len((await other.get("/backgrounds")).json()["backgrounds"]) == 2


async def test_without_ids_all_go_out(client: httpx.AsyncClient) -> None:
    ids = [await made(client) for _ in range(2)]
    answer = await client.get("/backgrounds/export")
    names = zipfile.ZipFile(io.BytesIO(answer.content)).namelist()
    assert {name.split("/")[0] for name in names} == set(ids)


async def test_an_unknown_id_is_answered_before_the_zip_begins(client: httpx.AsyncClient) -> None:
    answer = await client.get("/backgrounds/export", params={"id": [await made(client), "nothing"]})
    assert (answer.status_code, answer.headers["content-type"]) == (404, "application/problem+json")


@pytest.mark.parametrize("content", [b"", b"no zip", b"PK\x03\x04" + b"\0" * 100])
async def test_what_is_no_zip_is_told_so(client: httpx.AsyncClient, content: bytes) -> None:
    name, data = events((await client.post("/backgrounds/import", content=content)).text)[-1]
    assert name == "error"
    assert data["problem"]["status"] in {400, 415}


async def test_an_import_is_bounded_and_leaves_no_file(
    client: httpx.AsyncClient, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(guard.LARGER, "/backgrounds/import", 3_000_000)

    async def chunks() -> AsyncIterator[bytes]:
        for _ in range(4):
            yield bytes(1_000_000)

    before = await asyncio.to_thread(os.listdir, settings.data)
    assert (await client.post("/backgrounds/import", content=bytes(2_000_000))).status_code == 200
    for content in (chunks(), bytes(3_000_001)):
        answer = await client.post("/backgrounds/import", content=content)
        assert (answer.status_code, answer.headers["content-type"]) == (413, "application/problem+json")
    assert await asyncio.to_thread(os.listdir, settings.data) == before
