from __future__ import annotations

import asyncio
import threading
from typing import TYPE_CHECKING

import httpx
import pytest
import uvicorn

from cyclorama.backgrounds.base import Cancelled, Painting, Progress, Prompt, Report
from cyclorama.backgrounds.generators import Generators
from cyclorama.server.app import create_app

if TYPE_CHECKING:
    from cyclorama.settings import Settings

pytestmark = pytest.mark.unit


class Endless:
    """Never finishes, and tells when it is cancelled."""

    name = "endless"
    slots = 1
    cancelled = threading.Event()

    def ready(self) -> None: ...

    def generate(self, prompt: Prompt, report: Report) -> Painting:
        pause = threading.Event()
        try:
            while not pause.wait(0.01):
                report(Progress(0, 1, "painting"))
        except Cancelled:
            self.cancelled.set()
            raise
        raise AssertionError


async def test_closing_the_answer_cancels_the_work(settings: Settings) -> None:
    generators = Generators(settings)
    generators.add(Endless())
    server = uvicorn.Server(uvicorn.Config(create_app(settings, generators), port=0, log_config=None))
    serving = asyncio.create_task(server.serve())
    while not server.started:  # noqa: ASYNC110 - uvicorn has no event for it
        await asyncio.sleep(0.01)
    port = server.servers[0].sockets[0].getsockname()[1]
    wish = {"prompt": "beach", "generator": "endless"}
    async with (
        httpx.AsyncClient(base_url=f"http://localhost:{port}") as client,
        client.stream("POST", "/backgrounds", json=wish) as answer,
    ):
        lines = answer.aiter_lines()
        while "progress" not in await anext(lines):
            pass
    assert await asyncio.to_thread(Endless.cancelled.wait, 5)
    server.should_exit = True
    await serving
