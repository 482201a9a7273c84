"""A real server, a creator's browser with a person on its camera, and a viewer's browser."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, Playwright, expect, sync_playwright

from tests.media.clip import Clip, write_clip, write_tone

from . import chromium, slow_studio
from .broadcast import Broadcast, Kept, broadcasting
from .receiving import SAMPLER, SPY
from .server import StudioServer
from .studio import Studio
from .viewer import Viewer
from .witness import Witness, asked_by_pages

if TYPE_CHECKING:
    from collections.abc import Generator, Iterator
    from contextlib import ExitStack

ARTIFACTS = Path(os.environ.get("CYCLORAMA_ARTIFACTS") or Path(tempfile.gettempdir()) / "cyclorama-artifacts")
FAILED = pytest.StashKey[bool]()
PATIENCE = 20_000
"""Milliseconds that anything may take on a machine that is busy; what is right is there much sooner."""
expect.set_options(timeout=PATIENCE)
CREATORS = ["camera", "microphone", "clipboard-read", "clipboard-write"]
"""What a creator's browser profile permits."""


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Remember that a test failed, for screenshots to be taken before its pages close."""
    report = yield
    if report.when != "teardown":
        item.stash[FAILED] = report.failed
    return report


# Playwright keeps an event loop running in this thread, in which no asyncio test can run: everything of it is
# gone again when this package's last test is.


@pytest.fixture(scope="package")
def playwright() -> Iterator[Playwright]:
    with sync_playwright() as playwright:
        yield playwright


@pytest.fixture(scope="package")
def clip(tmp_path_factory: pytest.TempPathFactory) -> Clip:
    return write_clip(tmp_path_factory.mktemp("clip"), 640, 480)


@pytest.fixture(scope="package")
def tone(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_tone(tmp_path_factory.mktemp("tone"))


@pytest.fixture(scope="package")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[StudioServer]:
    server = StudioServer(tmp_path_factory.mktemp("server"))
    server.start()
    yield server
    server.stop()


@pytest.fixture(scope="package")
def slow_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[StudioServer]:
    """A studio that takes two seconds for a picture."""
    server = StudioServer(tmp_path_factory.mktemp("slow"), (slow_studio.__file__,))
    server.start()
    yield server
    server.stop()


@pytest.fixture(scope="package")
def creators_browser(
    playwright: Playwright,
    server: StudioServer,
    clip: Clip,
    tone: Path,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[Browser]:
    network = tmp_path_factory.mktemp("network") / "creators.json"
    yield from launched(playwright, chromium.flags(clip.path, tone, network), network, server)


@pytest.fixture(scope="package")
def slow_browser(
    playwright: Playwright,
    slow_server: StudioServer,
    clip: Clip,
    tone: Path,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[Browser]:
    network = tmp_path_factory.mktemp("network") / "slow.json"
    yield from launched(playwright, chromium.flags(clip.path, tone, network), network, slow_server)


@pytest.fixture(scope="package")
def viewers_browser(
    playwright: Playwright, server: StudioServer, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Browser]:
    network = tmp_path_factory.mktemp("network") / "viewers.json"
    yield from launched(playwright, chromium.flags(network=network), network, server)


@pytest.fixture
def witness(server: StudioServer) -> Iterator[Witness]:
    """Watches all pages of the test; nothing may go outside, and nothing may complain unasked."""
    yield from witnessed(server)


def witnessed(server: StudioServer) -> Iterator[Witness]:
    """Return a witness, who is asked in the end."""
    witness = Witness(server.url)
    yield witness
    assert witness.outside == []
    assert witness.unexcused == []


@pytest.fixture
def creator(
    creators_browser: Browser, server: StudioServer, witness: Witness, request: pytest.FixtureRequest
) -> Iterator[BrowserContext]:
    """A creator's browser profile that may use camera and microphone."""
    context = creators_browser.new_context(permissions=CREATORS, base_url=server.url)
    yield from watched(context, witness, request)


@pytest.fixture
def patient_witness(slow_server: StudioServer) -> Iterator[Witness]:
    """Watches all pages of the slow studio, as `witness` does."""
    yield from witnessed(slow_server)


@pytest.fixture
def patient_creator(
    slow_browser: Browser,
    slow_server: StudioServer,
    patient_witness: Witness,
    request: pytest.FixtureRequest,
) -> Iterator[BrowserContext]:
    """A creator's browser profile for the slow studio."""
    context = slow_browser.new_context(permissions=["camera", "microphone"], base_url=slow_server.url)
    yield from watched(context, patient_witness, request)


@pytest.fixture
def audience(
    viewers_browser: Browser, server: StudioServer, witness: Witness, request: pytest.FixtureRequest
) -> Iterator[BrowserContext]:
    """A viewer's browser profile; its pages sample all that they present."""
    context = viewers_browser.new_context(base_url=server.url)
    context.add_init_script(SAMPLER)
    yield from watched(context, witness, request)


@pytest.fixture
def studio(creator: BrowserContext) -> Studio:
    """The studio page, opened, with the person on its camera."""
    studio = Studio(creator.new_page())
    studio.open()
    return studio


@pytest.fixture
def opened(creator: BrowserContext) -> Studio:
    """The studio page, opened; its picture is in the making."""
    studio = Studio(creator.new_page())
    studio.arrive()
    return studio


@pytest.fixture
def slow(patient_creator: BrowserContext) -> Studio:
    """The slow studio's page, opened; its picture is in the making."""
    studio = Studio(patient_creator.new_page())
    studio.arrive()
    return studio


@pytest.fixture
def viewer(audience: BrowserContext) -> Viewer:
    """A viewer's page, not opened yet."""
    return Viewer(audience.new_page())


@pytest.fixture(scope="module")
def scripts() -> tuple[str, ...]:
    """What is put into the creator's page of a kept broadcast before anything of its own runs."""
    return ()


@pytest.fixture(scope="module")
def kept(
    creators_browser: Browser,
    viewers_browser: Browser,
    server: StudioServer,
    clip: Clip,
    scripts: tuple[str, ...],
) -> Iterator[Kept]:
    """A broadcast that the tests of a module share."""
    yield from keeping(creators_browser, viewers_browser, server, clip, scripts)


@pytest.fixture
def broadcast(kept: Kept, request: pytest.FixtureRequest) -> Iterator[Broadcast]:
    """The person live before a beach, and the viewer seeing it: to be left so, or with a page closed."""
    broadcast = kept.get()
    yield broadcast
    witness = broadcast.witness
    failed = request.node.stash.get(FAILED, False)
    if failed:
        _photograph([broadcast.studio.page, broadcast.viewer.page], request.node.name)
    if failed or witness.outside or witness.unexcused:
        kept.close()
    assert witness.outside == []
    assert witness.unexcused == []


def keeping(
    creators: Browser, viewers: Browser, server: StudioServer, clip: Clip, scripts: tuple[str, ...]
) -> Iterator[Kept]:
    """Keep a broadcast for as long as several tests share it."""

    def begin(opened: ExitStack) -> Broadcast:
        witness = Witness(server.url)
        creator = creators.new_context(permissions=CREATORS, base_url=server.url)
        opened.callback(creator.close)
        audience = viewers.new_context(base_url=server.url)
        opened.callback(audience.close)
        for context, own in ((creator, scripts), (audience, (SAMPLER,))):
            prepare(context, witness, *own)
        return broadcasting(creator, audience, witness, clip)

    kept = Kept(begin)
    yield kept
    kept.close()


def launched(
    playwright: Playwright, flags: list[str], network: Path, server: StudioServer
) -> Iterator[Browser]:
    """Run a browser whose pages ask this server and nobody else."""
    with playwright.chromium.launch(executable_path=chromium.executable(), args=flags) as browser:
        yield browser
    assert asked_by_pages(network) == {urlsplit(server.url).netloc}


def watched(
    context: BrowserContext, witness: Witness, request: pytest.FixtureRequest
) -> Iterator[BrowserContext]:
    """Let a witness and the spy into all pages of a browser profile; photograph them when the test fails."""
    prepare(context, witness)
    yield context
    if request.node.stash.get(FAILED, False):
        _photograph(context.pages, request.node.name)
    context.close()


def prepare(context: BrowserContext, witness: Witness, *scripts: str) -> None:
    """Let a witness, the spy and these scripts into all pages of a browser profile."""
    witness.watch(context)
    for script in (SPY, *scripts):
        context.add_init_script(script)
    context.set_default_timeout(PATIENCE)


def _photograph(pages: list[Page], name: str) -> None:
    ARTIFACTS.mkdir(parents=True, exist_ok=True)
    for number, page in enumerate(pages):
        page.screenshot(
            path=ARTIFACTS / f"{name}-{urlsplit(page.url).path.strip('/')[:5] or 'studio'}-{number}.png"
        )
