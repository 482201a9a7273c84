"""What comes back by itself."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

from tests.media.seeing import SAME_BACKGROUND, background_difference, person_present, room_shown

from .receiving import STANDSTILL, longest_gap
from .studio import Studio

if TYPE_CHECKING:
    from playwright.sync_api import BrowserContext, Worker

    from tests.media.clip import Clip

    from .broadcast import Broadcast
    from .server import StudioServer

pytestmark = pytest.mark.browser

MUTE_CAMERA_FIRST = """if (navigator.mediaDevices) {
  const ask = navigator.mediaDevices.getUserMedia.bind(navigator.mediaDevices);
  let first = true;
  navigator.mediaDevices.getUserMedia = async (wish) => {
    const given = await ask(wish);
    if (!first || !wish.video) return given;
    first = false;
    for (const track of given.getVideoTracks()) track.stop();
    const still = document.createElement("canvas");
    still.getContext("2d");
    return new MediaStream([...given.getAudioTracks(), ...still.captureStream(0).getTracks()]);
  };
}"""


def test_a_camera_that_gives_nothing_is_opened_again(creator: BrowserContext) -> None:
    creator.add_init_script(MUTE_CAMERA_FIRST)
    studio = Studio(creator.new_page())
    studio.page.goto("/")
    studio.expect_picture("no-camera")
    studio.expect_picture("live")


def test_a_viewer_who_reloads_sees_the_stream_again(broadcast: Broadcast, clip: Clip) -> None:
    broadcast.viewer.page.reload()
    broadcast.viewer.received.until(lambda frame: person_present(frame.picture, clip), "the person again")


def test_a_creator_who_reloads_and_goes_live_again_is_seen_again(broadcast: Broadcast, clip: Clip) -> None:
    broadcast.studio.page.once("dialog", lambda dialog: dialog.accept())
    broadcast.studio.page.reload()
    broadcast.viewer.expect("ended")
    broadcast.studio.expect_picture("live")
    broadcast.studio.go_live()
    broadcast.viewer.expect("live")
    broadcast.viewer.received.take()
    broadcast.viewer.received.until(lambda frame: person_present(frame.picture, clip), "the person again")


def test_a_picture_goes_on_for_the_viewer_whichever_worker_ends(broadcast: Broadcast, clip: Clip) -> None:
    broadcast.witness.excuse("VideoFrame was garbage collected")  # those that a worker had in hand
    studio, viewer = broadcast.studio, broadcast.viewer

    def newest(name: str) -> Worker:
        return next(worker for worker in reversed(studio.page.workers) if f"/{name}-" in worker.url)

    # the one that makes the picture: another takes its place
    for end in ("self.close()", "setTimeout(() => { for (;;); })"):
        with studio.page.expect_worker(lambda worker: "/worker-" in worker.url):
            newest("worker").evaluate(end)
        viewer.received.take()
        viewer.received.until(lambda frame: person_present(frame.picture, clip), "the person again")
        studio.expect_picture("live")

    # the one that cuts the person out: the background goes on alone
    newest("segmenter-worker").evaluate("self.close()")
    viewer.received.until(
        lambda frame: background_difference(frame.picture, broadcast.background) < SAME_BACKGROUND,
        "the background alone",
    )
    viewer.received.until(lambda frame: person_present(frame.picture, clip), "the person again")
    assert longest_gap(viewer.received.frames) < STANDSTILL
    assert not any(room_shown(frame.picture) for frame in viewer.received.frames)


def test_viewer_and_creator_come_back_with_the_server(
    broadcast: Broadcast, server: StudioServer, clip: Clip
) -> None:
    broadcast.witness.excuse(
        r"ERR_CONNECTION_REFUSED|ERR_CONNECTION_RESET|ERR_EMPTY_RESPONSE|WebSocket connection to"
    )
    server.kill()
    broadcast.viewer.expect("reconnecting")
    expect(broadcast.studio.live_state).to_have_attribute("data-state", "connecting")
    server.start()
    broadcast.studio.expect_live()
    broadcast.viewer.expect("live")
    broadcast.viewer.received.take()
    broadcast.viewer.received.until(lambda frame: person_present(frame.picture, clip), "the person again", 20)
    broadcast.viewer.received.next(20)
    assert not any(room_shown(frame.picture) for frame in broadcast.viewer.received.frames)
