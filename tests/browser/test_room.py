"""The room is never shown by accident: not early, not late, not when something fails."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

from tests.media.seeing import (
    SAME_BACKGROUND,
    background_difference,
    person_present,
    room_fraction,
    room_shown,
)

from .broadcast import picture_at
from .receiving import SAMPLER
from .studio import Studio

if TYPE_CHECKING:
    from playwright.sync_api import BrowserContext, Route

    from tests.media.clip import Clip

    from .broadcast import Broadcast
    from .viewer import Viewer
    from .witness import Witness

pytestmark = pytest.mark.browser

MODEL = "**/models/*"
SLOW_CAMERA = """if (navigator.mediaDevices) {
  const ask = navigator.mediaDevices.getUserMedia.bind(navigator.mediaDevices);
  navigator.mediaDevices.getUserMedia = async (wish) => {
    await new Promise((done) => setTimeout(done, 2500));
    return ask(wish);
  };
}"""
STALLING = """
const stalling = new BroadcastChannel("stalling");
let stalled = false;
stalling.onmessage = ({ data }) => (stalled = data);
self.Worker = class extends Worker {
  postMessage(...message) {
    if (!stalled) super.postMessage(...message);
  }
};
"""


def test_background_alone_until_the_model_is_there(
    creator: BrowserContext, viewer: Viewer, clip: Clip
) -> None:
    held: list[Route] = []
    holding = True

    def hold(route: Route) -> None:
        if holding:
            held.append(route)
        else:
            route.continue_()

    studio = Studio(creator.new_page())
    studio.page.route(MODEL, hold)
    studio.page.goto("/")
    studio.go_live()
    viewer.open(studio.viewer_link)
    alone = viewer.received.next(20)
    assert held
    assert not any(person_present(frame.picture, clip) for frame in alone)

    holding = False
    for route in held:
        route.continue_()
    viewer.received.until(lambda frame: person_present(frame.picture, clip), "the person", 20)
    assert not any(room_shown(frame.picture) for frame in viewer.received.frames)


def test_camera_that_comes_after_the_model(creator: BrowserContext, clip: Clip) -> None:
    creator.add_init_script(SLOW_CAMERA)
    creator.add_init_script(SAMPLER)
    studio = Studio(creator.new_page())
    studio.open()
    studio.shown.until(lambda frame: person_present(frame.picture, clip), "the person")
    assert not any(room_shown(frame.picture) for frame in studio.shown.frames)


def test_background_alone_when_the_model_cannot_be_had(
    creator: BrowserContext, viewer: Viewer, witness: Witness
) -> None:
    witness.excuse(r"Failed to load resource|ERR_FAILED")
    studio = Studio(creator.new_page())
    studio.page.route(MODEL, lambda route: route.abort())
    studio.page.goto("/")
    studio.expect_picture("failed")
    expect(studio.notice).not_to_be_empty()
    background = picture_at(studio.page, studio.describe("a quiet library"))
    studio.go_live()
    viewer.open(studio.viewer_link)
    viewer.received.until(
        lambda frame: background_difference(frame.picture, background) < SAME_BACKGROUND, "the background"
    )
    viewer.received.next(15)
    assert not any(room_shown(frame.picture) for frame in viewer.received.frames)

    studio.page.unroute_all(behavior="wait")
    studio.expect_picture("live")


def test_background_alone_while_the_model_stalls(creator: BrowserContext, viewer: Viewer, clip: Clip) -> None:
    def hold(route: Route) -> None:
        answer = route.fetch()
        route.fulfill(response=answer, body=STALLING + answer.text())

    studio = Studio(creator.new_page())
    studio.page.route("**/assets/worker-*.js", hold)
    studio.open()
    background = picture_at(studio.page, studio.describe("a desert at noon"))
    studio.go_live()
    viewer.open(studio.viewer_link)
    viewer.received.until(lambda frame: person_present(frame.picture, clip), "the person")

    studio.page.evaluate("new BroadcastChannel('stalling').postMessage(true)")
    studio.expect_picture("stalled")
    viewer.received.until(
        lambda frame: background_difference(frame.picture, background) < SAME_BACKGROUND,
        "the background alone",
    )
    expect(studio.notice).not_to_be_empty()

    studio.page.evaluate("new BroadcastChannel('stalling').postMessage(false)")
    studio.expect_picture("live")
    viewer.received.until(lambda frame: person_present(frame.picture, clip), "the person again")
    assert not any(room_shown(frame.picture) for frame in viewer.received.frames)


def test_browsers_without_track_processors_take_the_canvas(
    creator: BrowserContext, viewer: Viewer, clip: Clip
) -> None:
    creator.add_init_script(
        "delete window.MediaStreamTrackProcessor; delete window.MediaStreamTrackGenerator;"
    )
    studio = Studio(creator.new_page())
    studio.open()
    background = picture_at(studio.page, studio.describe("a desert at noon"))
    studio.go_live()
    viewer.open(studio.viewer_link)
    viewer.received.until(lambda frame: person_present(frame.picture, clip), "the person")
    frames = viewer.received.next(30)
    for frame in frames:
        assert background_difference(frame.picture, background, clip) < SAME_BACKGROUND
    assert not any(room_shown(frame.picture) for frame in viewer.received.frames)


def test_no_background_is_not_remembered(creator: BrowserContext) -> None:
    creator.add_init_script(SAMPLER)
    studio = Studio(creator.new_page())
    studio.open()
    studio.button("No background").click()
    studio.shown.until(lambda frame: room_fraction(frame.picture) > 0.5, "the room")
    studio.page.goto("about:blank")
    studio.open()
    assert not any(room_shown(frame.picture) for frame in studio.shown.next(20))


def test_changing_the_background_never_uncovers_the_room(broadcast: Broadcast, clip: Clip) -> None:
    studio, viewer = broadcast.studio, broadcast.viewer
    studio.button("Solid colour").click()
    viewer.received.next(15)
    background = picture_at(studio.page, studio.describe("city skyline at night"))
    viewer.received.until(
        lambda frame: background_difference(frame.picture, background, clip) < SAME_BACKGROUND, "the city"
    )
    viewer.received.next(15)
    assert not any(room_shown(frame.picture) for frame in viewer.received.frames)


def test_no_background_is_asked_about_and_then_shows_the_room(broadcast: Broadcast) -> None:
    studio, viewer = broadcast.studio, broadcast.viewer
    question = studio.page.get_by_role("dialog", name="Show your room?")

    studio.button("No background").click()
    question.get_by_role("button", name="Keep it hidden").click()
    viewer.received.next(15)
    assert not any(room_shown(frame.picture) for frame in viewer.received.frames)

    studio.button("No background").click()
    question.get_by_role("button", name="Show my room").click()
    viewer.received.until(lambda frame: room_fraction(frame.picture) > 0.5, "the room")
    expect(studio.notice).to_contain_text("Your room is visible")
