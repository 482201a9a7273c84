"""A studio that creators sign in to: at the door, while live, and on leaving."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import jwt
import pytest
from playwright.sync_api import expect

from tests.fakes.oidc import FakeOidc

from . import chromium, gated_studio
from .conftest import watched
from .server import StudioServer
from .studio import Studio
from .witness import Witness

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Browser, BrowserContext, Page, Playwright

    from tests.media.clip import Clip

pytestmark = pytest.mark.browser

UNAUTHORIZED = r"status of 401"
ENDED = r"status of 400 .*/token"


@pytest.fixture(scope="module")
def oidc() -> Iterator[FakeOidc]:
    with FakeOidc(gated_studio.CLIENT) as oidc:
        yield oidc


@pytest.fixture(scope="module")
def gated(oidc: FakeOidc, tmp_path_factory: pytest.TempPathFactory) -> Iterator[StudioServer]:
    server = StudioServer(tmp_path_factory.mktemp("gated"), (gated_studio.__file__, oidc.issuer))
    oidc.redirects = {f"{server.url}/"}
    server.start()
    yield server
    server.stop()


@pytest.fixture(scope="module")
def browser(playwright: Playwright, clip: Clip) -> Iterator[Browser]:
    with playwright.chromium.launch(
        executable_path=chromium.executable(), args=chromium.flags(clip.path)
    ) as browser:
        yield browser


@pytest.fixture
def watching(gated: StudioServer, oidc: FakeOidc) -> Iterator[Witness]:
    """Nothing may go beyond the studio and its sign-in, and nothing may complain."""
    witness = Witness(gated.url)
    witness.allow(oidc.origin)
    yield witness
    assert witness.outside == []
    assert witness.unexcused == []


@pytest.fixture
def context(
    browser: Browser, gated: StudioServer, watching: Witness, request: pytest.FixtureRequest
) -> Iterator[BrowserContext]:
    context = browser.new_context(permissions=["camera", "microphone"], base_url=gated.url)
    yield from watched(context, watching, request)


def sign_in(page: Page, oidc: FakeOidc) -> None:
    """Sign in at the provider's own page."""
    ((name, password),) = oidc.users.items()
    page.wait_for_url(f"{oidc.origin}/**")
    page.get_by_label("Email").fill(name)
    page.get_by_label("Password").fill(password)
    page.get_by_role("button", name="Sign in").click()


def test_the_studio_is_behind_a_door_and_comes_back_to_where_one_was(
    context: BrowserContext, gated: StudioServer, oidc: FakeOidc, watching: Witness
) -> None:
    studio = Studio(context.new_page())
    page = studio.page
    addresses: list[str] = []
    page.on("framenavigated", lambda frame: addresses.append(frame.url))
    page.goto("/")
    expect(page.get_by_role("heading", name="Sign in to this studio")).to_be_visible()
    assert page.get_by_test_id("camera-screen").count() == 0
    page.get_by_test_id("sign-in-button").click()
    sign_in(page, oidc)
    studio.expect_picture("live")
    assert page.url == f"{gated.url}/"
    # the code was in the address until the page's first line, and is in no entry of the history
    assert page.evaluate("navigation.entries().filter(({ url }) => url?.includes('code=')).length") == 0
    assert [address for address in addresses if "code=" in address] == addresses[-2:-1]

    for name in ("Invite a guest", "Record"):
        expect(studio.button(name)).to_have_count(0)
    studio.button("Library").click()
    expect(studio.library).to_be_visible()
    for name in ("Import…", "Export all"):
        expect(studio.button(name)).to_have_count(0)
    page.keyboard.press("Escape")
    page.get_by_test_id("upload").set_input_files(
        {"name": "sea.mp4", "mimeType": "video/mp4", "buffer": b"0"}
    )
    expect(page.get_by_test_id("notices")).to_contain_text("it cannot read videos")

    asked = {urlsplit(address).path for address in watching.requests}
    assert "/backgrounds" in asked
    assert not [path for path in asked if path.endswith(("/engines", "/recording"))]

    page.reload()
    studio.expect_picture("live")
    studio.have_painted("beach with palm trees at sunset")

    studio.button("Sign out").click()
    page.get_by_role("dialog").get_by_role("button", name="Sign out").click()
    expect(page.get_by_role("heading", name="Sign in to this studio")).to_be_visible()
    page.reload()
    expect(page.get_by_test_id("sign-in-button")).to_be_enabled()


def test_a_sign_in_that_is_cancelled_is_told_in_words(context: BrowserContext) -> None:
    page = context.new_page()
    page.goto("/?error=access_denied&state=of-another-tab")
    expect(page.get_by_test_id("sign-in-error")).to_contain_text("begun in another tab")
    assert page.url.endswith("/")


def test_a_sign_in_that_runs_out_leaves_the_stream_alone_and_is_had_again_in_another_tab(
    context: BrowserContext, oidc: FakeOidc, watching: Witness
) -> None:
    watching.excuse(ENDED)
    watching.excuse(UNAUTHORIZED)
    oidc.expires = 6
    studio = Studio(context.new_page())
    page = studio.page
    page.goto("/")
    page.get_by_test_id("sign-in-button").click()
    sign_in(page, oidc)
    studio.expect_picture("live")
    refreshed = oidc.refreshed
    studio.go_live()
    until = time.monotonic() + 20
    while oidc.refreshed == refreshed:
        assert time.monotonic() < until, "It was not renewed."
        page.wait_for_timeout(100)

    oidc.sign_out_everywhere()
    banner = page.get_by_test_id("lapsed")
    expect(banner).to_contain_text("Your stream goes on", timeout=20_000)
    expect(studio.live_state).to_have_attribute("data-state", "connected")

    oidc.expires = 3600
    with context.expect_page() as opened:
        banner.get_by_role("button", name="Sign in again").click()
    errand = opened.value
    sign_in(errand, oidc)
    expect(errand.get_by_role("heading", name="You are signed in")).to_be_visible()
    expect(banner).to_have_count(0)
    expect(studio.live_state).to_have_attribute("data-state", "connected")
    studio.have_painted("snowy mountains at dawn")
    studio.leave()


def test_guests_and_viewers_sign_in_nowhere(
    context: BrowserContext, gated: StudioServer, oidc: FakeOidc
) -> None:
    creator = {"Authorization": f"Bearer {oidc.token()}"}
    given = context.request.post("/tokens", data={"user_id": "Bo", "publish": True}, headers=creator)
    token: str = given.json()["token"]
    assert "capabilities" in jwt.decode(token, options={"verify_signature": False})
    guest = Studio(context.new_page())
    guest.open(f"/#join={token}")
    expect(guest.page.get_by_test_id("guest-name")).to_have_text("Bo")
    expect(guest.button("Sign out")).to_have_count(0)

    link = context.request.post("/links", data={}, headers=creator).json()["token"]
    viewer = context.new_page()
    viewer.goto(f"/watch#{link}")
    expect(viewer.get_by_text("Not live yet")).to_be_visible()
