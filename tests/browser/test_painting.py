"""Pictures that take their time: watched, waited for, cancelled, refused."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

from .slow_studio import CANCELLED, REFUSAL, UNLUCKY
from .studio import PAINTED, Studio

if TYPE_CHECKING:
    from playwright.sync_api import BrowserContext

    from .server import StudioServer
    from .witness import Witness

pytestmark = pytest.mark.browser

SOON = 10.0


def _begin(studio: Studio, words: str, samples: int = 1, seed: int | None = None) -> None:
    studio.button("Describe a background").click()
    studio.prompt.fill(words)
    studio.ask_for(samples)
    if seed is not None:
        studio.unfold()
        studio.dialog.get_by_role("textbox", name="Seed").fill(str(seed))
    studio.paint.click()


def _cancellations(server: StudioServer) -> int:
    return server.log.read_text().count(CANCELLED)


def _expect_cancelled(server: StudioServer, before: int) -> None:
    give_up = time.monotonic() + SOON
    while _cancellations(server) == before:
        assert time.monotonic() < give_up, "the generator was not told to stop"
        time.sleep(0.05)


def test_is_watched_in_the_preview_alone_until_it_is_done(slow: Studio) -> None:
    slow.expect_picture("live")
    _begin(slow, "a slow picture")
    expect(slow.dialog.get_by_test_id("progress")).to_contain_text("step")
    expect(slow.dialog.get_by_role("img", name="Sample 1, so far")).to_be_visible()
    expect(slow.preview).to_have_attribute("aria-label", "Your picture, as only you see it")
    expect(slow.page.get_by_test_id("current-background")).not_to_contain_text("a slow picture")

    slow.page.keyboard.press("Escape")
    expect(slow.tray).to_contain_text("a slow picture")
    expect(slow.preview).to_have_attribute("aria-label", "Your picture, as viewers get it", timeout=PAINTED)
    expect(slow.page.get_by_test_id("current-background")).to_contain_text("a slow picture")
    expect(slow.tray).to_be_hidden()


def test_cancelling_stops_the_generator_and_keeps_the_words(slow: Studio, slow_server: StudioServer) -> None:
    before = _cancellations(slow_server)
    _begin(slow, "never to be seen", samples=4)
    expect(slow.dialog.get_by_role("img", name="Sample 1, so far")).to_be_visible()
    slow.dialog.get_by_role("button", name="Cancel").click()
    expect(slow.paint).to_be_enabled()
    expect(slow.prompt).to_have_value("never to be seen")
    expect(slow.dialog.get_by_role("alert")).to_be_hidden()
    expect(slow.preview).to_have_attribute("aria-label", "Your picture, as viewers get it")
    _expect_cancelled(slow_server, before)


def test_closing_the_tab_stops_the_generator(slow: Studio, slow_server: StudioServer) -> None:
    before = _cancellations(slow_server)
    _begin(slow, "nobody waits for it")
    expect(slow.dialog.get_by_role("img", name="Sample 1, so far")).to_be_visible()
    slow.page.close()
    _expect_cancelled(slow_server, before)


def test_samples_come_one_by_one_and_are_compared_in_the_tray(slow: Studio) -> None:
    slow.expect_picture("live")
    _begin(slow, "pick one of these", samples=2)
    tiles = slow.dialog.get_by_test_id("samples").get_by_role("listitem")
    expect(tiles).to_have_count(2)
    expect(tiles.nth(0)).to_have_attribute("data-sample", "ready", timeout=PAINTED)
    expect(tiles.nth(1)).not_to_have_attribute("data-sample", "ready")
    slow.dialog.get_by_role("button", name="Look at sample 1").click()
    expect(slow.dialog).to_be_hidden()

    look = slow.tray.get_by_role("button", name="Look at sample 2")
    expect(look).to_be_visible(timeout=PAINTED)
    expect(slow.tray.get_by_role("button", name="Look at sample 1")).to_have_attribute("aria-pressed", "true")
    look.click()
    expect(look).to_have_attribute("aria-pressed", "true")
    expect(slow.preview).to_have_attribute("aria-label", "Your picture, as only you see it")
    slow.tray.get_by_role("button", name="Use: sample 2").click()
    expect(slow.preview).to_have_attribute("aria-label", "Your picture, as viewers get it")
    expect(slow.page.get_by_test_id("current-background")).to_contain_text("pick one of these")
    slow.tray.get_by_role("button", name="Done").click()
    expect(slow.tray).to_be_hidden()


def test_a_sample_that_fails_says_why_beside_the_others(slow: Studio) -> None:
    _begin(slow, "half of these", samples=2, seed=UNLUCKY - 1)
    samples = slow.dialog.get_by_test_id("samples")
    expect(samples).to_contain_text(REFUSAL, timeout=PAINTED)
    expect(samples.get_by_role("button", name="Look at sample 1")).to_be_visible()


def test_a_refusal_says_why_and_keeps_everything(slow: Studio) -> None:
    _begin(slow, "refused", seed=UNLUCKY)
    expect(slow.dialog.get_by_role("alert")).to_contain_text(REFUSAL)
    expect(slow.prompt).to_have_value("refused")
    expect(slow.dialog.get_by_role("textbox", name="Seed")).to_have_value(str(UNLUCKY))


def test_a_queue_tells_how_many_go_first(slow: Studio, patient_creator: BrowserContext) -> None:
    second = Studio(patient_creator.new_page())
    second.arrive()
    _begin(slow, "the first one", samples=4)
    expect(slow.dialog.get_by_role("img", name="Sample 1, so far")).to_be_visible()
    _begin(second, "the second one")
    expect(second.dialog.get_by_test_id("progress")).to_contain_text("In the queue")
    slow.dialog.get_by_role("button", name="Cancel").click()
    expect(second.dialog.get_by_role("img", name="Sample 1, so far")).to_be_visible(timeout=PAINTED)


def test_a_generator_that_does_not_work_says_what_to_do(slow: Studio, patient_witness: Witness) -> None:
    # with its packages missing it is refused at once, without a model only in the answer's stream
    patient_witness.excuse(r"Failed to load resource.*503")
    slow.page.keyboard.press("b")
    slow.unfold()
    slow.page.get_by_test_id("generator").select_option("diffusers")
    advice = slow.dialog.locator("details .complaint")
    expect(advice).to_be_visible()
    slow.prompt.fill("painted by nobody")
    slow.paint.click()
    expect(slow.dialog.get_by_test_id("prompt-error")).not_to_be_empty()
    slow.page.get_by_test_id("generator").select_option("")
    expect(advice).to_be_hidden()
