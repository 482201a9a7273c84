from __future__ import annotations

import asyncio
import json
import os
import threading
from typing import TYPE_CHECKING

import httpx
import pytest
from PIL import Image

from cyclorama.backgrounds.base import Cancelled, Painting, Progress, Prompt, Report
from cyclorama.backgrounds.generators import Generators
from cyclorama.server.connection import Connection
from tests.server.serving import read_to_the_end, sent, served

if TYPE_CHECKING:
    import socket
    import ssl

    from cyclorama.settings import Settings

pytestmark = pytest.mark.unit

WISH = {"prompt": "beach", "generator": "endless"}


class Endless:
    """Never finishes, shows previews that do not compress, and tells when it is cancelled."""

    name = "endless"
    slots = 1

    def __init__(self) -> None:
        self.started = threading.Event()
        self.cancelled = threading.Event()

    def ready(self) -> None: ...

    def generate(self, prompt: Prompt, report: Report) -> Painting:
        preview = Image.frombytes("RGB", (320, 180), os.urandom(320 * 180 * 3))
        pause = threading.Event()
        try:
            while not pause.wait(0.001):
                report(Progress(0, 1, "painting", preview))
                self.started.set()
        except Cancelled:
            self.cancelled.set()
            raise
        raise AssertionError


class Impatient(Connection):
    unread_s = 0.1


@pytest.fixture
def endless() -> Endless:
    return Endless()


@pytest.fixture
def generators(settings: Settings, endless: Endless) -> Generators:
    generators = Generators(settings)
    generators.add(endless)
    return generators


async def test_closing_the_answer_cancels_the_work(
    settings: Settings,
    generators: Generators,
    endless: Endless,
    context: ssl.SSLContext | None,
    trust: ssl.SSLContext | None,
) -> None:
    scheme = "https" if trust else "http"
    async with (
        served(settings, generators, context=context) as port,
        httpx.AsyncClient(base_url=f"{scheme}://localhost:{port}", verify=trust or False) as client,
    ):
        async with client.stream("POST", "/backgrounds", json=WISH) as answer:
            lines = answer.aiter_lines()
            while "progress" not in await anext(lines):
                pass
        assert await asyncio.to_thread(endless.cancelled.wait, 10)


async def test_leaving_before_an_answer_that_is_not_streamed_cancels_the_work(
    settings: Settings,
    generators: Generators,
    endless: Endless,
    context: ssl.SSLContext | None,
    trust: ssl.SSLContext | None,
) -> None:
    async with served(settings, generators, context=context) as port:
        with await asked(port, "/image", trust):
            assert await asyncio.to_thread(endless.started.wait, 10)
        assert await asyncio.to_thread(endless.cancelled.wait, 10)


async def test_an_answer_that_nobody_reads_is_closed_and_its_work_cancelled(
    settings: Settings,
    generators: Generators,
    endless: Endless,
    context: ssl.SSLContext | None,
    trust: ssl.SSLContext | None,
) -> None:
    async with served(settings, generators, Impatient, context) as port:
        with await asked(port, "/backgrounds", trust) as deaf:
            assert await asyncio.to_thread(endless.cancelled.wait, 20)
            # what the network holds can still be read, and then comes the end
            await asyncio.to_thread(read_to_the_end, deaf)


async def test_an_answer_that_is_read_slowly_is_not_closed(
    settings: Settings,
    generators: Generators,
    endless: Endless,
    context: ssl.SSLContext | None,
    trust: ssl.SSLContext | None,
) -> None:
    read = 0
    async with served(settings, generators, Impatient, context) as port:
        with await asked(port, "/backgrounds", trust) as slow:
            while read < 20_000_000:  # more than all buffers on the way hold
                read += len(await asyncio.to_thread(slow.recv, 100_000))
            assert not endless.cancelled.is_set()
        assert await asyncio.to_thread(endless.cancelled.wait, 10)


async def asked(port: int, path: str, trust: ssl.SSLContext | None) -> socket.socket:
    """Send a wish the plain way, and leave the answer where it is."""
    body = json.dumps(WISH)
    head = f"POST {path} HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
    return await sent(f"{head}Content-Length: {len(body)}\r\n\r\n{body}", port, trust)
