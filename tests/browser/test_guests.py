"""A guest joins by a link, on a server whose studio wants a key: with their own camera and background."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import av
import pytest
from playwright.sync_api import expect

from tests.media.seeing import person_present, room_shown

from . import chromium
from .conftest import launched, prepare, watched, witnessed
from .receiving import SAMPLER, Received
from .server import StudioServer
from .studio import Studio
from .viewer import Viewer

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from playwright.sync_api import Browser, BrowserContext, Playwright

    from tests.media.clip import Clip

    from .witness import Witness

pytestmark = pytest.mark.browser

CREATORS_OWN = ("Library", "Invite a guest", "Copy viewer link", "Record")


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the server runs; a name under which strangers could reach it makes it want a key."""
    folder = tmp_path_factory.mktemp("guarded")
    (folder / "cyclorama.toml").write_text('allowed_hosts = ["studio.example"]\n')
    return folder


@pytest.fixture(scope="module")
def guarded(folder: Path) -> Iterator[StudioServer]:
    server = StudioServer(folder)
    server.start()
    yield server
    server.stop()


@pytest.fixture(scope="module")
def browser(
    playwright: Playwright,
    guarded: StudioServer,
    clip: Clip,
    tone: Path,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[Browser]:
    network = tmp_path_factory.mktemp("network") / "guests.json"
    yield from launched(playwright, chromium.flags(clip.path, tone, network), network, guarded)


@pytest.fixture
def witness(guarded: StudioServer) -> Iterator[Witness]:
    yield from witnessed(guarded)


@pytest.fixture
def guests_profile(
    browser: Browser, guarded: StudioServer, witness: Witness, request: pytest.FixtureRequest
) -> Iterator[BrowserContext]:
    context = browser.new_context(permissions=["camera", "microphone"], base_url=guarded.url)
    yield from watched(context, witness, request)


@pytest.fixture
def viewers_profile(
    browser: Browser, guarded: StudioServer, witness: Witness, request: pytest.FixtureRequest
) -> Iterator[BrowserContext]:
    context = browser.new_context(base_url=guarded.url)
    context.add_init_script(SAMPLER)
    yield from watched(context, witness, request)


@pytest.fixture(scope="module")
def host(browser: Browser, guarded: StudioServer, folder: Path) -> Iterator[Studio]:
    """The host, live before a library."""
    context = browser.new_context(permissions=["camera", "microphone"], base_url=guarded.url)
    for witness in witnessed(guarded):
        prepare(context, witness)
        host = Studio(context.new_page())
        host.open(f"/#key={(folder / 'data' / 'creator-key').read_text()}")
        host.have_painted("a quiet library")
        host.go_live()
        yield host
        context.close()


def stands_there(who: str, clip: Clip) -> Callable[[Received], bool]:
    return lambda frame: frame.who == who and person_present(frame.picture, clip)


def test_a_guest_stands_beside_the_host(
    host: Studio, guests_profile: BrowserContext, viewers_profile: BrowserContext, clip: Clip
) -> None:
    viewer = Viewer(viewers_profile.new_page())
    viewer.open(host.viewer_link)
    viewer.expect("live")

    guest = Studio(guests_profile.new_page())
    guest.open(host.invite("Ann"))
    assert "#" not in guest.page.url, "an invitation is not for the eyes of viewers"
    expect(guest.page.get_by_test_id("guest-name")).to_have_text("Ann")
    for name in CREATORS_OWN:
        expect(guest.button(name)).to_have_count(0)
    guest.have_painted("beach with palm trees at sunset")
    guest.page.reload(timeout=30_000)
    guest.expect_picture("live")
    made = guest.page.get_by_test_id("strip").locator("[data-tile]")
    expect(made.locator("img")).to_have_count(1)
    made.click()
    expect(made).to_have_attribute("aria-pressed", "true")
    expect(guest.live_state).to_have_attribute("data-state", "off")
    expect(viewer.tiles).to_have_count(1)

    guest.join()
    expect(host.page.get_by_test_id("notices")).to_contain_text("Ann joined the stage.")
    expect(host.page.get_by_test_id("participant")).to_have_count(1)
    expect(guest.page.get_by_test_id("participant")).to_have_count(1)
    expect(viewer.tiles).to_have_count(2)
    for who in viewer.publishers:
        viewer.received.until(stands_there(who, clip), f"the person in {who}'s picture", 20)
    assert not any(room_shown(frame.picture) for frame in viewer.received.frames)

    guest.button("Mute microphone").click()
    expect(host.page.get_by_test_id("participant")).to_contain_text("muted")
    guest.leave()
    expect(viewer.tiles).to_have_count(1)
    expect(host.page.get_by_test_id("participant")).to_have_count(0)
    viewer.expect("live")


def test_whom_the_host_removes_is_out(
    host: Studio, guests_profile: BrowserContext, viewers_profile: BrowserContext, witness: Witness
) -> None:
    witness.excuse(r"403 \(Forbidden\)")
    viewer = Viewer(viewers_profile.new_page())
    viewer.open(host.viewer_link)
    guest = Studio(guests_profile.new_page())
    guest.open(host.invite("Ann"))
    guest.join()
    expect(viewer.tiles).to_have_count(2)

    remove = host.button("Remove Ann from the stage")
    remove.click()
    question = host.page.get_by_role("dialog", name="Remove Ann?")
    question.get_by_role("button", name="Keep").click()
    expect(viewer.tiles).to_have_count(2)
    remove.click()
    question.get_by_role("button", name="Remove").click()

    told = guest.page.get_by_test_id("live-error")
    expect(told).to_contain_text("The host has removed you from this stage.")
    expect(viewer.tiles).to_have_count(1)
    guest.button("Join the stage").click()
    expect(told).to_contain_text("The host has removed you from this stage.")
    guest.page.wait_for_timeout(1000)
    expect(viewer.tiles).to_have_count(1)


def test_an_invitation_that_is_none_says_so(guests_profile: BrowserContext) -> None:
    page = guests_profile.new_page()
    page.goto("/#join=nonsense")
    expect(page.get_by_test_id("trouble")).to_contain_text("not a participant token")
    expect(page.get_by_role("button", name="Join the stage")).to_be_disabled()


def test_a_recording_is_fetched_with_the_key(host: Studio, tmp_path: Path) -> None:
    record = host.page.get_by_test_id("record")
    record.click()
    expect(record).to_have_text("Stop recording")
    expect(host.page.get_by_role("timer", name="Time recorded")).to_have_text(re.compile("0:0[1-9]"))
    record.click()
    expect(record).to_have_text("Record")
    with host.page.expect_download() as coming:
        host.page.get_by_test_id("recordings").get_by_role("button").first.click()
    path = tmp_path / coming.value.suggested_filename
    coming.value.save_as(path)
    with av.open(path) as file:
        assert "video" in {stream.type for stream in file.streams}
