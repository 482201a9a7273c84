"""The studio and the viewer page on an Amazon IVS stage, with a fake of Amazon's SDK at its address."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

from tests.media.seeing import SAME_BACKGROUND, background_difference, person_present, room_shown

from . import ivs
from .broadcast import picture_at
from .studio import Studio
from .viewer import Viewer

if TYPE_CHECKING:
    from playwright.sync_api import BrowserContext

    from tests.media.clip import Clip

    from .witness import Witness

pytestmark = pytest.mark.browser

BEACH = "beach with palm trees at sunset"
UNREACHED = r"net::ERR_FAILED .*web-broadcast\.live-video\.net"


@pytest.fixture(scope="package")
def sdk(tmp_path_factory: pytest.TempPathFactory) -> str:
    return ivs.script(tmp_path_factory.mktemp("ivs"))


@pytest.fixture
def amazon(creator: BrowserContext, witness: Witness, sdk: str) -> ivs.Amazon:
    """Amazon as the creator's pages reach it, and nobody else outside."""
    witness.allow(ivs.ADDRESS)
    return ivs.Amazon(creator, sdk)


def paste(studio: Studio, token: str) -> None:
    studio.page.get_by_text("Join a stage elsewhere").click()
    studio.page.get_by_label("Participant token").fill(token)
    studio.button("Join stage").click()


def test_a_pasted_token_takes_the_studio_to_an_ivs_stage_and_back(
    creator: BrowserContext, amazon: ivs.Amazon, witness: Witness, clip: Clip
) -> None:
    studio = Studio(creator.new_page())
    studio.open()
    page = studio.page
    beach = picture_at(page, studio.describe(BEACH))
    token = ivs.token(publish=True)
    paste(studio, token)
    page.wait_for_url("**/?stage=ivs")
    studio.expect_live()

    seen = [amazon.sees(page) for _ in range(8)]
    assert any(person_present(picture, clip) for picture in seen)
    assert all(background_difference(picture, beach, clip) < SAME_BACKGROUND for picture in seen)
    assert not any(room_shown(picture) for picture in seen)
    assert amazon.do(page, "published[0].config.simulcast.enabled")
    # what the stage does not tell is not shown
    expect(page.get_by_test_id("viewer-count")).to_have_count(0)

    amazon.arrive(page, "bob", "#204080")
    person = page.get_by_test_id("participant")
    expect(person).to_have_count(1)
    amazon.until(page, "document.querySelector('[data-testid=participant] video')?.videoWidth === 320")

    studio.button("Mute microphone").click()
    amazon.until(page, "fakeIvs.stage.published[1].isMuted")
    assert not amazon.do(page, "published[0].isMuted")
    studio.button("Unmute microphone").click()
    amazon.until(page, "!fakeIvs.stage.published[1].isMuted")

    amazon.do(page, "stall()")
    expect(studio.live_state).to_have_attribute("data-state", "connecting")
    amazon.do(page, "recover()")
    studio.expect_live()
    amazon.do(page, "break()")
    amazon.until(page, "fakeIvs.stages.length === 2")
    studio.expect_live()
    assert not room_shown(amazon.sees(page))
    # nobody has come again
    expect(person).to_have_count(0)

    amazon.do(page, "end('PARTICIPANT_DISCONNECTED')")
    expect(page.get_by_test_id("live-error")).to_have_text("The host has removed you from this stage.")
    expect(studio.live_state).to_have_attribute("data-state", "off")

    assert set(witness.abroad) == {ivs.ADDRESS}
    assert not any(token in address for address in witness.requests)
    page.reload()
    studio.expect_picture("live")
    expect(studio.live_state).to_have_attribute("data-state", "off")


def test_the_sdk_is_waited_for_where_it_cannot_be_loaded(
    creator: BrowserContext, amazon: ivs.Amazon, witness: Witness
) -> None:
    witness.excuse(UNREACHED)
    amazon.reachable = False
    studio = Studio(creator.new_page())
    studio.open()
    paste(studio, ivs.token(publish=True))
    expect(studio.page.get_by_test_id("audience-status")).to_contain_text(
        "could not be loaded from web-broadcast.live-video.net", timeout=20_000
    )
    amazon.reachable = True
    studio.expect_live()


def test_a_viewers_link_to_an_ivs_stage(audience: BrowserContext, witness: Witness, sdk: str) -> None:
    witness.allow(ivs.ADDRESS)
    amazon = ivs.Amazon(audience, sdk)
    viewer = Viewer(audience.new_page())
    token = ivs.token(publish=False)
    viewer.open(f"/watch#{token}")
    viewer.page.wait_for_url(f"**/watch?stage=ivs#{token}")
    viewer.expect("waiting")
    amazon.arrive(viewer.page, "ann", "#c04020")
    viewer.expect("live")
    viewer.received.until(lambda frame: abs(int(frame.picture[..., 0].mean()) - 0xC0) < 12, "her colour")
    assert amazon.do(viewer.page, "published.length") == 0
    amazon.do(viewer.page, "depart('ann')")
    viewer.expect("ended")
    assert not any(token in address for address in witness.requests)


def test_a_token_that_only_watches_is_refused_before_anything_is_loaded(opened: Studio) -> None:
    paste(opened, ivs.token(publish=False))
    expect(opened.page.get_by_test_id("token-error")).to_contain_text("you can only watch")
    assert "stage=ivs" not in opened.page.url


def test_on_our_own_stage_nobody_outside_is_asked(opened: Studio, viewer: Viewer, witness: Witness) -> None:
    loaded = opened.page.request.get("/")
    assert "live-video" not in loaded.headers["content-security-policy"]
    opened.go_live()
    viewer.open(opened.viewer_link)
    viewer.expect("live")
    time.sleep(0.5)
    assert witness.abroad == []
    # and could not be, should a page try
    witness.allow(ivs.ADDRESS)
    witness.excuse("Content Security Policy")
    blocked = opened.page.evaluate(
        """address => new Promise((done) => {
          const script = document.createElement("script");
          script.onload = () => done(false);
          script.onerror = () => done(true);
          script.src = address;
          document.head.append(script);
        })""",
        ivs.ADDRESS,
    )
    assert blocked
