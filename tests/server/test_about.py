from __future__ import annotations

import asyncio
import io
import logging
from typing import TYPE_CHECKING

import pytest
from PIL import Image

from cyclorama.backgrounds import styles
from cyclorama.backgrounds.library import Library
from cyclorama.backgrounds.scenery import VERSION
from cyclorama.server import app as app_
from cyclorama.server.app import create_app

if TYPE_CHECKING:
    import httpx

    from cyclorama.settings import Settings

pytestmark = pytest.mark.unit


async def test_the_page_learns_limits_and_styles(client: httpx.AsyncClient) -> None:
    config = (await client.get("/config")).json()
    assert config["limits"] == {
        "prompt": 2000,
        "count": 4,
        "upload_bytes": 20_000_000,
        "import_bytes": 2_000_000_000,
    }
    assert [style["id"] for style in config["styles"]] == list(styles.STYLES)
    assert (config["generator"], config["key_needed"]) == ("auto", False)
    assert (config["stage_backend"], config["livekit_url"]) == ("local", "")


async def test_every_style_has_a_picture_for_anyone(client: httpx.AsyncClient) -> None:
    for style in (await client.get("/config")).json()["styles"]:
        answer = await client.get(style["image"])
        assert answer.headers["content-type"] == "image/webp"
        picture = Image.open(io.BytesIO(answer.content))
        assert (picture.format, picture.size) == ("WEBP", (240, 135))
    assert (await client.get("/styles/nothing")).status_code == 404


async def test_generators_tell_how_they_are(client: httpx.AsyncClient) -> None:
    told = (await client.get("/generators")).json()
    states = {state["name"]: state for state in told["generators"]}
    scenery = {"name": "scenery", "configured": True, "ready": True, "detail": ""}
    assert states["scenery"] == scenery | {"moves": True, "model": f"scenery {VERSION}"}
    assert not states["bedrock"]["configured"]
    assert all(state["ready"] or state["detail"] for state in states.values())
    assert told["auto"]["name"] == "scenery"
    assert told["auto"]["why"]


async def test_the_library_is_swept_for_as_long_as_the_server_runs(
    settings: Settings, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    swept = asyncio.Semaphore(0)

    async def sweep(_: Library) -> None:
        swept.release()
        raise OSError("no such bucket")

    monkeypatch.setattr(Library, "sweep", sweep)
    monkeypatch.setattr(app_, "SWEEP_S", 0)
    before = asyncio.all_tasks()
    app = create_app(settings)
    with caplog.at_level(logging.ERROR):
        async with app.router.lifespan_context(app), asyncio.timeout(10):
            for _ in range(3):
                await swept.acquire()
    assert "could not be swept" in caplog.text
    assert asyncio.all_tasks() == before
