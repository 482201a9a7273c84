"""A server that is killed while it records."""

from __future__ import annotations

import asyncio
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, cast

import httpx
import pytest

from cyclorama.stage.recording.matroska import summary

from ...browser.server import StudioServer
from ..clients import RED, Colour, Publisher, Tone, until
from .files import read

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from cyclorama.stage.tokens import Token

pytestmark = pytest.mark.stage

LOST_AT_MOST = 2.0  # seconds


@dataclass
class Bearer:
    """As much of a token as a publisher needs."""

    token: str


@pytest.fixture
def studio(tmp_path: Path) -> Iterator[StudioServer]:
    (tmp_path / "cyclorama.toml").write_text("record = true\n")
    server = StudioServer(tmp_path)
    server.start()
    yield server
    server.stop()


async def test_what_was_recorded_until_two_seconds_before_plays(studio: StudioServer, tmp_path: Path) -> None:
    async with httpx.AsyncClient(base_url=studio.url) as http:
        answer = (await http.post("/tokens", json={"user_id": "ann", "publish": True})).json()
        token = cast("Token", Bearer(answer["token"]))
        async with Publisher(studio.url, token) as publisher:
            await publisher.publish(Colour(RED, noise=True), Tone())
            await until(lambda: publisher.pc.connectionState == "connected")
            await asyncio.sleep(5)
            [file] = (await http.get("/stages/default/recording")).json()["files"]
            assert file["open"]
            killed_at = time.time()
            await asyncio.to_thread(studio.kill)
    path = tmp_path / "data" / "recordings" / "default" / file["name"]
    found, told = read(path), summary(path)
    assert found.rising
    assert found.codecs == {"video": "vp8", "audio": "opus"}
    for times in found.packet_times.values():
        assert killed_at - (told.began + times[-1]) < LOST_AT_MOST
    assert len(found.picture_times) == pytest.approx(30 * told.seconds, rel=0.3)
    assert found.duration == told.seconds
    await asyncio.to_thread(studio.start)
    async with httpx.AsyncClient(base_url=studio.url) as http:
        state = (await http.get("/stages/default/recording")).json()
        assert state["recording"]  # the setting holds
        [listed] = state["files"]
        assert (listed["name"], listed["user_id"], listed["open"]) == (file["name"], "ann", False)
        assert listed["seconds"] == told.seconds
