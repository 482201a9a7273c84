"""The studio as `cyclorama aws up` deploys it, all of it on loopback: sign in, describe, go live."""

from __future__ import annotations

import re
from contextlib import closing
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import expect

from tests.fakes.aws_studio import deployed
from tests.fakes.edge import headers_of
from tests.media.seeing import SAME_BACKGROUND, background_difference, person_present, room_shown

from . import chromium, ivs
from .broadcast import picture_at
from .conftest import watched
from .receiving import SAMPLER, Received
from .studio import PAINTED, Studio
from .viewer import Viewer
from .witness import Witness, asked_by_pages

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from playwright.sync_api import BrowserContext, Page, Playwright

    from tests.fakes.deployment import Deployment
    from tests.media.clip import Clip

pytest.importorskip("awslambdaric", reason="it is made for Linux only")
pytestmark = pytest.mark.browser

BEACH = "beach with palm trees at sunset"


@pytest.fixture(scope="module")
def deployment(request: pytest.FixtureRequest) -> Iterator[Deployment]:
    assert request.config.cache is not None
    with deployed(request.config.cache.mkdir("aws-package")) as deployment:
        yield deployment


@pytest.fixture
def watching(deployment: Deployment) -> Iterator[Witness]:
    """Nothing may go beyond the studio, its sign-in and Amazon's SDK, and nothing may complain."""
    witness = Witness(deployment.url)
    witness.allow(deployment.oidc.origin)
    witness.allow(ivs.ADDRESS)
    yield witness
    assert witness.outside == []
    assert witness.unexcused == []


@pytest.fixture
def context(
    playwright: Playwright,
    deployment: Deployment,
    clip: Clip,
    tone: Path,
    watching: Witness,
    tmp_path: Path,
    request: pytest.FixtureRequest,
) -> Iterator[BrowserContext]:
    """A creator's browser profile that may use camera and microphone; it asks nobody outside."""
    network = tmp_path / "network.json"
    flags = chromium.flags(clip.path, tone, network)
    with playwright.chromium.launch(executable_path=chromium.executable(), args=flags) as browser:
        context = browser.new_context(permissions=["camera", "microphone"], base_url=deployment.url)
        context.add_init_script(SAMPLER)
        yield from watched(context, watching, request)
    own = {urlsplit(deployment.url).netloc, urlsplit(deployment.oidc.origin).netloc}
    assert asked_by_pages(network) - {urlsplit(ivs.ADDRESS).netloc} <= own


def sign_in(page: Page, deployment: Deployment) -> None:
    """Sign in at the provider's own page, and come back."""
    ((name, password),) = deployment.oidc.users.items()
    page.get_by_test_id("sign-in-button").click()
    page.wait_for_url(f"{deployment.oidc.origin}/**")
    page.get_by_label("Email").fill(name)
    page.get_by_label("Password").fill(password)
    page.get_by_role("button", name="Sign in").click()


def test_sign_in_stand_in_a_described_place_and_go_live(
    context: BrowserContext,
    deployment: Deployment,
    watching: Witness,
    clip: Clip,
    tmp_path: Path,
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    sdk = ivs.script(tmp_path_factory.mktemp("ivs"))
    amazon = ivs.Amazon(context, sdk)
    studio = Studio(context.new_page())
    page = studio.page
    with page.expect_response(deployment.url + "/") as loaded:
        page.goto("/")
    assert_headers(loaded.value.headers, deployment)
    sign_in(page, deployment)
    page.wait_for_url(f"{deployment.url}/?stage=ivs")
    studio.expect_picture("live")

    with page.expect_response(re.compile(r"/library/[^/]+/image\."), timeout=PAINTED) as fetched:
        studio.have_painted(BEACH)
    beach = picture_at(page, fetched.value.url)

    def before_the_beach(frame: Received) -> bool:
        there = background_difference(frame.picture, beach, clip) < SAME_BACKGROUND
        return there and person_present(frame.picture, clip)

    studio.shown.until(before_the_beach, "the person before what Bedrock painted")
    page.screenshot(path=tmp_path / "studio.png")

    with page.expect_response("**/tokens") as answered:
        studio.go_live()
    token: str = answered.value.json()["token"]
    assert amazon.do(page, "token") == token
    assert deployment.ivs.join(token, publishing=True)
    seen = [amazon.sees(page) for _ in range(8)]
    assert any(person_present(picture, clip) for picture in seen)
    assert all(background_difference(picture, beach, clip) < SAME_BACKGROUND for picture in seen)
    assert not any(map(room_shown, seen))
    assert not any(room_shown(frame.picture) for frame in studio.shown.frames)
    page.screenshot(path=tmp_path / "live.png")

    watch(context, deployment, watching, studio.viewer_link, sdk)
    studio.leave()
    studio.button("Sign out").click()
    page.get_by_role("dialog").get_by_role("button", name="Sign out").click()
    expect(page.get_by_test_id("sign-in-button")).to_be_enabled()
    assert deployment.oidc.revoked == 1
    assert deployment.refused() == set(), "what functions did that their roles do not allow"


def watch(context: BrowserContext, deployment: Deployment, watching: Witness, link: str, sdk: str) -> None:
    """Open the viewer link in a browser profile that has not signed in; it joins with a token of its own."""
    assert context.browser is not None
    with closing(context.browser.new_context()) as stranger:
        watching.watch(stranger)
        amazon = ivs.Amazon(stranger, sdk)
        viewer = Viewer(stranger.new_page())
        with (
            viewer.page.expect_response("**/viewers") as admitted,
            viewer.page.expect_response(deployment.url + "/watch") as loaded,
        ):
            viewer.open(link)
        assert_headers(loaded.value.headers, deployment)
        viewer.expect("waiting")
        token = admitted.value.json()["token"]
        assert amazon.do(viewer.page, "token") == token
        assert deployment.ivs.join(token)


def assert_headers(headers: dict[str, str], deployment: Deployment) -> None:
    """Check that a page came with what the template says."""
    policies: dict[str, Any] = deployment.stack.resources("AWS::CloudFront::ResponseHeadersPolicy")
    wanted = {
        name.lower(): deployment.edge.plainly(value)
        for name, value, _ in headers_of(policies["PageHeaders"]["ResponseHeadersPolicyConfig"])
    }
    assert wanted.items() <= headers.items()
    assert "frame-ancestors 'none'" in headers["content-security-policy"]
    assert headers["cross-origin-opener-policy"] == "same-origin"
