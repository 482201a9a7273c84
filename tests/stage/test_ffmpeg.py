"""ffmpeg's WHIP muxer publishes."""

from __future__ import annotations

import asyncio
import os
import sys
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING

import av
import httpx
import numpy as np
import pytest

from .clients import RED, Viewer, until

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from cyclorama.stage.tokens import Token

    from .conftest import Running

pytestmark = [
    pytest.mark.stage,
    pytest.mark.skipif("whip" not in av.formats_available, reason="this PyAV's ffmpeg has no WHIP muxer"),
]


ROOT = Path(__file__).parents[2]


@asynccontextmanager
async def ffmpeg(url: str, host: Token, folder: Path, *kinds: str) -> AsyncIterator[None]:
    command = [sys.executable, "-m", "tests.stage.muxer", f"{url}/whip", str(folder), *kinds]
    env = os.environ | {"TOKEN": host.token}
    process = await asyncio.create_subprocess_exec(*command, env=env, cwd=ROOT)
    try:
        yield
    finally:
        with suppress(ProcessLookupError):
            process.kill()
        await process.wait()


async def test_picture_and_sound_of_ffmpeg(server: Running, tmp_path: Path) -> None:
    host, guest = server.token(publish=True), server.token(publish=False)
    async with (
        ffmpeg(server.url, host, tmp_path, "audio", "video"),
        Viewer(server.url, guest) as viewer,
    ):
        await until(lambda: server.publishing(host), 30)
        assert (await viewer.watch(host)).status_code == httpx.codes.CREATED
        await viewer.until_colour(RED)
        sounds = [await viewer.sound() for _ in range(60)]
        spectrum = np.abs(np.fft.rfft(np.concatenate(sounds[-10:])[::2].astype(float)))
        assert np.argmax(spectrum[1:]) + 1 == pytest.approx(440 * 10 * 0.02, abs=1)


@pytest.mark.parametrize("kind", ["audio", "video"])
async def test_picture_or_sound_alone(server: Running, tmp_path: Path, kind: str) -> None:
    host, guest = server.token(publish=True), server.token(publish=False)
    async with ffmpeg(server.url, host, tmp_path, kind), Viewer(server.url, guest) as viewer:
        await until(lambda: server.publishing(host), 30)
        await viewer.watch(host, (kind,))
        if kind == "video":
            await viewer.until_colour(RED)
        else:
            assert np.abs([await viewer.sound() for _ in range(60)][-1]).max() > 5000
