"""The pages in a LiveKit room: with a real server where one is found, and without one as far as that goes."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import time
from datetime import timedelta
from typing import TYPE_CHECKING

import httpx
import pytest
from livekit import api
from playwright.sync_api import expect

from tests.media.seeing import person_present, room_shown

from . import chromium
from .receiving import SAMPLER
from .server import StudioServer
from .studio import Studio
from .viewer import Viewer
from .witness import Witness

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from playwright.sync_api import Browser, BrowserContext, Playwright

    from tests.media.clip import Clip

pytestmark = [
    pytest.mark.browser,
    # the secret of `--dev` is what it is
    pytest.mark.filterwarnings("ignore::jwt.warnings.InsecureKeyLengthWarning"),
]

BINARY = os.environ.get("CYCLORAMA_LIVEKIT_SERVER") or shutil.which("livekit-server")
# Those of `livekit-server --dev`, and its port.
KEY, SECRET, PORT = "devkey", "secret", 7880
PATIENCE = 15.0


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    """Where a LiveKit server is; where none is found, nothing answers there."""
    if BINARY is None:
        with socket.create_server(("127.0.0.1", 0)) as free:
            nobody = free.getsockname()[1]
        yield f"ws://localhost:{nobody}"
        return
    server = subprocess.Popen([BINARY, "--dev"], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        _wait_for(f"http://localhost:{PORT}")
        yield f"ws://localhost:{PORT}"
    finally:
        server.terminate()
        server.wait(10)


@pytest.fixture(scope="module")
def studio_server(tmp_path_factory: pytest.TempPathFactory, address: str) -> Iterator[StudioServer]:
    server = StudioServer(tmp_path_factory.mktemp("livekit"), variables={"CYCLORAMA_LIVEKIT_URL": address})
    server.start()
    yield server
    server.stop()


@pytest.fixture(scope="module")
def browser(playwright: Playwright, clip: Clip, tone: Path) -> Iterator[Browser]:
    flags = chromium.flags(clip.path, tone)
    with playwright.chromium.launch(executable_path=chromium.executable(), args=flags) as browser:
        yield browser


@pytest.fixture
def context(browser: Browser, studio_server: StudioServer, address: str) -> Iterator[BrowserContext]:
    """A browser profile for creators and viewers; its pages may reach our server, and LiveKit's."""
    witness = Witness(studio_server.url)
    witness.allow(address)
    witness.allow(address.replace("ws:", "http:"))
    witness.excuse("ERR_CONNECTION_REFUSED")
    context = browser.new_context(permissions=["camera", "microphone"], base_url=studio_server.url)
    witness.watch(context)
    yield context
    context.close()
    assert witness.outside == []
    assert witness.unexcused == []


def token(identity: str, *, publish: bool) -> str:
    grants = api.VideoGrants(room_join=True, room="test", can_publish=publish, can_subscribe=True)
    made = api.AccessToken(KEY, SECRET).with_identity(identity).with_name(identity.title())
    return made.with_grants(grants).with_ttl(timedelta(minutes=10)).to_jwt()


def join(studio: Studio, token: str) -> None:
    studio.page.get_by_text("Join a stage elsewhere").click()
    studio.page.get_by_label("Participant token").fill(token)
    studio.button("Join stage").click()


def _wait_for(url: str) -> None:
    give_up = time.monotonic() + PATIENCE
    while time.monotonic() < give_up:
        try:
            httpx.get(url, timeout=1)
        except httpx.TransportError:
            time.sleep(0.1)
        else:
            return
    raise RuntimeError(f"livekit-server did not come up at {url}.")


@pytest.mark.skipif(BINARY is not None, reason="a LiveKit server is here")
def test_a_livekit_server_that_does_not_answer_is_tried_again(context: BrowserContext, address: str) -> None:
    studio = Studio(context.new_page())
    studio.open()
    asked: list[str] = []
    studio.page.on("websocket", lambda socket: asked.append(socket.url))
    join(studio, token("ann", publish=True))
    status = studio.page.get_by_test_id("audience-status")
    expect(status).to_contain_text("LiveKit does not answer. Trying again.", timeout=20_000)
    # the policy lets the page reach it, and it does so again
    studio.page.wait_for_timeout(3000)
    assert len([each for each in asked if each.startswith(address)]) > 1
    studio.leave()


@pytest.mark.skipif(
    BINARY is None, reason="no livekit-server on PATH; set CYCLORAMA_LIVEKIT_SERVER to its path"
)
def test_a_person_is_seen_in_a_livekit_room(context: BrowserContext, clip: Clip) -> None:
    context.add_init_script(SAMPLER)
    studio = Studio(context.new_page())
    studio.open()
    studio.describe("beach with palm trees at sunset")
    join(studio, token("ann", publish=True))
    studio.expect_live()

    viewer = Viewer(context.new_page())
    viewer.open(f"/watch#{token('eve', publish=False)}")
    viewer.expect("live")
    viewer.received.until(lambda frame: person_present(frame.picture, clip), "the person", 30)
    assert not any(room_shown(frame.picture) for frame in viewer.received.frames)
    expect(studio.page.get_by_test_id("viewer-count")).to_contain_text("1")

    studio.button("Mute microphone").click()
    expect(viewer.page.get_by_test_id("muted")).to_be_visible()
    studio.leave()
    viewer.expect("ended")
