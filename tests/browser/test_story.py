"""Describe a background, stand in front of it, go live, be seen and heard."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

from cyclorama.live.sources.person import TONE_HZ
from tests.media.seeing import SAME_BACKGROUND, background_difference, person_present, room_shown

from .broadcast import BEACH, picture_at, small
from .receiving import SAMPLER, Received
from .studio import Studio
from .viewer import Viewer

if TYPE_CHECKING:
    from playwright.sync_api import BrowserContext

    from tests.media.clip import Clip

    from .broadcast import Broadcast

pytestmark = pytest.mark.browser

QUIET = 0.003
LOUD = 0.02


def test_stand_before_a_described_background_and_be_seen_there(
    creator: BrowserContext, viewer: Viewer, clip: Clip
) -> None:
    creator.add_init_script(SAMPLER)
    studio = Studio(creator.new_page())
    studio.open()
    viewer.open(studio.viewer_link)
    viewer.expect("waiting")
    expect(viewer.slate).to_contain_text("Not live yet")

    beach = small(picture_at(studio.page, studio.describe(BEACH)))

    def before_the_beach(frame: Received) -> bool:
        there = background_difference(frame.picture, beach, clip) < SAME_BACKGROUND
        return there and person_present(frame.picture, clip)

    studio.shown.until(before_the_beach, "the person before the beach")

    studio.go_live()
    viewer.expect("live")
    viewer.received.until(before_the_beach, "the person before the beach, at the viewer")
    lasting = viewer.received.next(45)
    assert all(before_the_beach(frame) for frame in lasting)
    assert not any(room_shown(frame.picture) for frame in viewer.received.frames)
    assert not any(room_shown(frame.picture) for frame in studio.shown.frames)

    studio.leave()
    viewer.expect("ended")
    expect(viewer.slate).to_contain_text("The stream has ended")


def test_be_heard_until_muted(broadcast: Broadcast) -> None:
    studio, viewer = broadcast.studio, broadcast.viewer
    viewer.turn_on_sound()
    heard = viewer.received.hear_more_than(LOUD)
    assert heard.hertz == pytest.approx(TONE_HZ, abs=30)

    studio.button("Mute microphone").click()
    expect(viewer.page.get_by_test_id("muted")).to_be_visible()
    give_up = time.monotonic() + 10
    while viewer.received.hear(0.5).level > QUIET:  # what was on its way is still heard
        assert time.monotonic() < give_up, "it is not muted"
    assert viewer.received.hear(1.5).level < QUIET

    studio.button("Unmute microphone").click()
    expect(viewer.page.get_by_test_id("muted")).to_be_hidden()
    viewer.received.hear_more_than(LOUD)


def test_camera_off_leaves_the_background_alone(broadcast: Broadcast, clip: Clip) -> None:
    studio, viewer = broadcast.studio, broadcast.viewer
    assert studio.running("video") == 1
    studio.button("Turn camera off").click()
    viewer.received.until(
        lambda frame: background_difference(frame.picture, broadcast.background) < SAME_BACKGROUND,
        "the background alone",
    )
    assert studio.running("video") == 0, "the camera's light must be off"
    alone = viewer.received.watch(1)
    assert alone
    assert not any(person_present(frame.picture, clip) for frame in alone)
    expect(viewer.page.get_by_test_id("camera-off")).to_be_visible()

    studio.button("Turn camera on").click()
    viewer.received.until(lambda frame: person_present(frame.picture, clip), "the person again")
    assert not any(room_shown(frame.picture) for frame in viewer.received.frames)


def test_the_picture_does_not_flash_when_something_is_told_about_it(broadcast: Broadcast) -> None:
    studio, viewer = broadcast.studio, broadcast.viewer
    viewer.received.take()
    studio.button("Mute microphone").click()
    frames = viewer.received.watch(6)  # the roster speaks every 5 s even when nothing has changed
    studio.button("Unmute microphone").click()
    frames += viewer.received.next(10)
    assert len(frames) > 40
    assert all(frame.picture.any() for frame in frames)


def test_viewers_are_counted(broadcast: Broadcast) -> None:
    count = broadcast.studio.page.get_by_test_id("viewer-count")
    expect(count).to_contain_text("1")
    second = Viewer(broadcast.viewer.page.context.new_page())
    second.open(broadcast.studio.viewer_link)
    expect(count).to_contain_text("2")
    second.page.close()
    expect(count).to_contain_text("1")
    broadcast.viewer.page.goto("about:blank")
    expect(count).to_contain_text("0")
    broadcast.viewer.open(broadcast.studio.viewer_link)
    expect(count).to_contain_text("1")


def test_two_creators_see_each_other(broadcast: Broadcast) -> None:
    second = Studio(broadcast.studio.page.context.new_page())
    second.open()
    second.go_live()
    expect(broadcast.studio.page.get_by_test_id("participant")).to_have_count(1)
    expect(second.page.get_by_test_id("participant")).to_have_count(1)
    second.leave()
    expect(broadcast.studio.page.get_by_test_id("participant")).to_have_count(0)
    second.page.close()


def test_a_creator_who_closes_the_page_is_gone(broadcast: Broadcast) -> None:
    broadcast.studio.page.close()
    broadcast.viewer.expect("ended")
