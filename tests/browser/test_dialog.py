"""The dialog in which a background is described."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

if TYPE_CHECKING:
    from playwright.sync_api import Route

    from .studio import Studio
    from .witness import Witness

pytestmark = pytest.mark.browser


@pytest.fixture
def studio(opened: Studio) -> Studio:
    """Whether the person is cut out makes no difference here."""
    return opened


def test_opens_by_button_and_by_key_and_closes_by_escape_and_by_a_click_outside(studio: Studio) -> None:
    studio.button("Describe a background").click()
    expect(studio.prompt).to_be_focused()
    studio.page.keyboard.press("Escape")
    expect(studio.dialog).to_be_hidden()

    studio.page.keyboard.press("b")
    expect(studio.prompt).to_be_focused()
    expect(studio.prompt).to_have_value("")
    studio.dialog.get_by_role("heading").click()
    expect(studio.dialog).to_be_visible()
    studio.page.mouse.click(5, 5)
    expect(studio.dialog).to_be_hidden()


def test_failure_is_told_and_leaves_it_usable(studio: Studio, witness: Witness) -> None:
    witness.excuse(r"Failed to load resource.*503")

    def fail(route: Route) -> None:
        problem = {"type": "about:blank", "title": "Broken", "status": 503, "detail": "The brushes are dry."}
        if route.request.method == "POST":
            route.fulfill(status=503, content_type="application/problem+json", body=json.dumps(problem))
        else:
            route.fallback()

    studio.page.route("**/backgrounds", fail)
    studio.button("Describe a background").click()
    studio.prompt.fill("a forest in the mist")
    studio.paint.click()
    expect(studio.dialog.get_by_role("alert")).to_contain_text("The brushes are dry.")
    expect(studio.paint).to_be_enabled()
    expect(studio.prompt).to_be_editable()

    studio.page.unroute_all(behavior="wait")
    studio.paint.click()
    expect(studio.dialog).to_be_hidden()
    expect(studio.page.get_by_test_id("current-background")).to_contain_text("a forest in the mist")


def test_lost_server_is_told_and_leaves_it_usable(studio: Studio, witness: Witness) -> None:
    witness.excuse(r"Failed to load resource|ERR_FAILED")
    studio.page.route("**/backgrounds", lambda route: route.abort())
    studio.button("Describe a background").click()
    studio.prompt.fill("a meadow")
    studio.paint.click()
    expect(studio.dialog.get_by_role("alert")).not_to_be_empty()
    expect(studio.paint).to_be_enabled()


def test_says_how_long_it_takes(studio: Studio) -> None:
    studio.describe("space with a ringed planet")
    studio.page.keyboard.press("b")
    expect(studio.dialog).to_contain_text("Usually takes about")


def test_what_was_described_stays_in_the_strip(studio: Studio) -> None:
    studio.describe("snowy mountains at dawn")
    strip = studio.page.get_by_test_id("strip")
    made = strip.get_by_role("button", name="snowy mountains at dawn", exact=True)
    expect(made.first).to_have_attribute("aria-pressed", "true")
    studio.page.reload()
    expect(made.first).to_have_attribute("aria-pressed", "true")
    expect(made.first.locator("img")).to_have_js_property("naturalWidth", 320)


def test_what_was_typed_and_chosen_stays_when_it_closes(studio: Studio) -> None:
    studio.button("Describe a background").click()
    studio.prompt.fill("half a thought")
    studio.ask_for(3)
    studio.unfold()
    studio.dialog.get_by_label("Leave out").fill("people")
    studio.dialog.get_by_label("Size").select_option("720x1280")
    studio.page.keyboard.press("Escape")
    studio.button("Describe a background").click()
    expect(studio.prompt).to_have_value("half a thought")
    expect(studio.dialog.get_by_role("radio", name="3")).to_be_checked()
    expect(studio.dialog.get_by_role("radio", name="Let me look first")).to_be_checked()
    expect(studio.dialog.get_by_label("Leave out")).to_have_value("people")
    expect(studio.dialog.get_by_label("Size")).to_have_value("720x1280")

    studio.page.reload()
    studio.button("Describe a background").click()
    expect(studio.dialog.get_by_label("Leave out")).to_be_visible()


def test_a_style_is_picked_by_its_picture_or_by_the_arrows(studio: Studio) -> None:
    studio.button("Describe a background").click()
    studio.prompt.fill("a meadow in ink")
    styles = studio.dialog.get_by_role("group", name="Style")
    expect(styles.get_by_role("radio", name="No style")).to_be_checked()
    expect(styles.locator("img").last).to_have_js_property("naturalWidth", 240)
    styles.get_by_text("Ink").click()
    studio.page.keyboard.press("ArrowLeft")
    expect(styles.get_by_role("radio", name="Watercolour")).to_be_checked()
    studio.page.keyboard.press("ArrowRight")
    studio.paint.click()
    expect(studio.dialog).to_be_hidden()
    expect(studio.page.get_by_test_id("current-background")).to_contain_text("a meadow in ink · Ink")


def test_a_limit_says_when_to_try_again(studio: Studio, witness: Witness) -> None:
    witness.excuse(r"Failed to load resource.*429")

    def refuse(route: Route) -> None:
        problem = {"title": "Too many requests", "status": 429, "detail": "Too many are in the making."}
        route.fulfill(
            status=429,
            content_type="application/problem+json",
            headers={"Retry-After": "30"},
            body=json.dumps(problem),
        )

    studio.page.route("**/backgrounds", refuse)
    studio.button("Describe a background").click()
    studio.prompt.fill("one too many")
    studio.paint.click()
    expect(studio.dialog.get_by_role("alert")).to_have_text("Too many are in the making.")
    expect(studio.dialog).to_contain_text("Worth another try in")
    expect(studio.prompt).to_have_value("one too many")
