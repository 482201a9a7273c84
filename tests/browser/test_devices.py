"""Cameras and microphones: allowed or not, chosen and remembered."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

from .studio import Studio

if TYPE_CHECKING:
    from playwright.sync_api import BrowserContext

pytestmark = pytest.mark.browser

UNUSABLE = ("nonsense", "a.b.c", "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.c2lnbmF0dXJl")


def test_refused_camera_tells_what_to_do_and_comes_once_allowed(creator: BrowserContext) -> None:
    creator.clear_permissions()
    page = creator.new_page()
    page.goto("/")
    page.get_by_role("button", name="Allow camera").click()
    told = page.get_by_test_id("camera-screen").get_by_role("alert")
    expect(told.get_by_role("heading")).to_have_text("The camera is blocked")
    expect(told.get_by_role("listitem")).to_have_count(3)

    creator.grant_permissions(["camera", "microphone"])
    again = told.get_by_role("button", name="Try again")
    if again.is_visible():
        again.click()
    Studio(page).expect_picture("live")


def test_microphone_is_remembered(studio: Studio) -> None:
    picker = studio.page.get_by_label("Microphone", exact=True)
    names = picker.get_by_role("option").all_inner_texts()
    assert len(names) > 1
    picker.select_option(label=names[-1])
    opened = "opened.tracks.findLast((one) => one.kind === 'audio' && one.readyState === 'live')?.label"
    studio.page.wait_for_function(f"name => {opened} === name", arg=names[-1])
    studio.page.reload()
    studio.expect_picture("live")
    expect(picker.locator("option:checked")).to_have_text(names[-1])
    assert studio.page.evaluate(opened) == names[-1]


def test_preview_alone_is_mirrored_and_it_is_remembered(opened: Studio) -> None:
    switch = opened.page.get_by_role("switch", name="Mirror my preview")
    expect(switch).to_be_checked()
    switched = "getComputedStyle(document.querySelector('[data-testid=preview]')).transform"
    assert opened.page.evaluate(switched).startswith("matrix(-1")
    opened.page.keyboard.press("x")
    expect(switch).not_to_be_checked()
    opened.page.reload()
    expect(switch).not_to_be_checked()
    assert opened.page.evaluate(switched) == "none"


def test_camera_that_was_switched_off_is_stopped(studio: Studio) -> None:
    assert studio.running("video") == 1
    studio.page.keyboard.press("v")
    expect(studio.notice).to_contain_text("Your camera is off")
    assert studio.running("video") == 0
    studio.expect_picture("no-camera")  # else it would still be live when the camera is asked for again
    studio.page.keyboard.press("v")
    studio.expect_picture("live")
    assert studio.running("video") == 1


def test_unusable_token_gets_a_clear_message(opened: Studio) -> None:
    told = opened.page.get_by_test_id("token-error")
    opened.page.get_by_text("Join a stage elsewhere").click()
    for token in UNUSABLE:
        opened.page.get_by_label("Participant token").fill(token)
        expect(told).to_be_hidden()
        opened.button("Join stage").click()
        expect(told).not_to_be_empty()
        expect(opened.live_state).to_have_attribute("data-state", "off")
        expect(opened.button("Join stage")).to_be_enabled()
