"""What may happen to a camera on air: the viewer sees the person or the background, never the room."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

from tests.media.seeing import SAME_BACKGROUND, background_difference, person_present, room_shown

from .broadcast import broadcasting
from .receiving import STANDSTILL, longest_gap

if TYPE_CHECKING:
    from playwright.sync_api import BrowserContext

    from tests.media.clip import Clip

    from .broadcast import Broadcast
    from .witness import Witness

pytestmark = pytest.mark.browser

CAMERA = Path(__file__).with_name("camera.js").read_text()


@pytest.fixture
def held(creator: BrowserContext, audience: BrowserContext, witness: Witness, clip: Clip) -> Broadcast:
    """The person live before a beach, on a camera to which things happen."""
    creator.add_init_script(CAMERA)
    return broadcasting(creator, audience, witness, clip)


def test_a_camera_to_which_things_happen(held: Broadcast, clip: Clip) -> None:
    studio, viewer = held.studio, held.viewer
    state = studio.page.get_by_test_id("camera-screen")

    def expect_person(clip: Clip, width: int, height: int) -> None:
        viewer.received.until(
            lambda frame: (
                abs(frame.width / frame.height - width / height) < 0.02
                and person_present(frame.picture, clip)
                and background_difference(frame.picture, held.background, clip) < SAME_BACKGROUND
            ),
            f"the person, {width}x{height}",
        )

    def expect_background() -> None:
        viewer.received.until(
            lambda frame: background_difference(frame.picture, held.background) < SAME_BACKGROUND,
            "the background alone",
        )

    viewer.received.take()
    # another resolution, then a phone that is turned: its sensor's rows become columns
    studio.page.evaluate("camera.hold(960, 720)")
    expect_person(clip, 960, 720)
    upright = replace(clip, still=clip.still[:, 140:500], person=clip.person[:, 140:500])
    studio.page.evaluate("camera.hold(640, 480, 90)")
    expect_person(upright, 480, 640)
    studio.page.evaluate("camera.hold(640, 480)")
    expect_person(clip, 640, 480)

    studio.page.evaluate("camera.plug(false)")
    expect_background()
    expect(state).to_have_attribute("data-state", "unplugged")
    studio.page.evaluate("camera.plug(true)")
    expect_person(clip, 640, 480)

    studio.page.evaluate("camera.take(true)")
    expect_background()
    expect(state).to_have_attribute("data-state", "busy")
    studio.page.evaluate("camera.take(false)")
    expect_person(clip, 640, 480)

    assert longest_gap(viewer.received.frames) < STANDSTILL
    assert not any(room_shown(frame.picture) for frame in viewer.received.pictures)
