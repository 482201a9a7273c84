"""A disk that takes no more: the recording stops and says so, everything else goes on."""

from __future__ import annotations

import os
import resource
import subprocess
from typing import TYPE_CHECKING

import httpx
import pytest

from cyclorama.settings import Settings

from ..clients import RED, Colour, Page, Publisher, Tone, Viewer, until
from .files import read

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from ..conftest import Running

pytestmark = pytest.mark.stage


@pytest.fixture(params=["a full disk", "a limit on files"])
def disk(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Path]:
    folder = tmp_path / "disk"
    folder.mkdir()
    if request.param == "a limit on files":
        soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
        resource.setrlimit(resource.RLIMIT_FSIZE, (400_000, hard))
        yield folder
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
        return
    if os.geteuid() != 0:
        pytest.skip("only root may mount a small disk")
    mount = ["mount", "-t", "tmpfs", "-o", "size=400k", "tmpfs", str(folder)]
    if subprocess.run(mount, capture_output=True, check=False).returncode:
        pytest.skip("no disk may be mounted here")
    yield folder
    subprocess.run(["umount", "-l", str(folder)], check=True)  # noqa: S607


@pytest.fixture
def settings(tmp_path: Path, disk: Path) -> Settings:
    return Settings(data=tmp_path / "data", recordings=disk)


async def test_the_recording_stops_and_nothing_else(
    server: Running, disk: Path, caplog: pytest.LogCaptureFixture
) -> None:
    host, guest = server.token(publish=True), server.token(publish=False)
    recorder = server.stage.recorder
    await recorder.start()
    async with (
        Publisher(server.url, host) as publisher,
        Viewer(server.url, guest) as viewer,
        Page(server.url, guest.token) as page,
    ):
        await publisher.publish(Colour(RED, noise=True), Tone())
        await until(lambda: page.publishing(host))
        await viewer.watch(host, ("video",))
        await until(lambda: not recorder.recording)
        async with httpx.AsyncClient(base_url=server.url) as http:
            state = (await http.get("/stages/default/recording")).json()
            assert not state["recording"]
            assert state["since"] is None
            assert "no space left" in state["problem"]
            assert "Make space" in state["problem"]
            assert "recording stopped" in caplog.text
        for _ in range(30):
            await viewer.picture()
        assert server.publishing(host)
    [file] = state["files"]
    assert not file["open"]
    assert file["seconds"] > 0.5
    found = read(disk / "default" / file["name"])
    assert len(found.picture_times) == pytest.approx(30 * file["seconds"], abs=15)
