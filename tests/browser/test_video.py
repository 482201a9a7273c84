"""A video behind the person, told from what viewers receive."""

from __future__ import annotations

from itertools import pairwise
from statistics import median
from typing import TYPE_CHECKING

import numpy as np
import pytest
from playwright.sync_api import expect

from tests.media import moving
from tests.media.seeing import person_present, room_shown

if TYPE_CHECKING:
    from tests.media.clip import Clip

    from .receiving import Received
    from .studio import Studio
    from .viewer import Viewer

pytestmark = pytest.mark.browser

RATE = 8  # so slow that a busy machine still sees each frame
FRAME_MS = 1000 / RATE


def number(frame: Received) -> int:
    """Which frame of `moving.bands` is seen."""
    grey = float(frame.picture[:, 4:24].mean())
    return round((grey - 20) / 215 * (moving.LEVELS - 1))


def is_band(frame: Received) -> bool:
    """Whether the rest of the background is the bands', too."""
    beside = frame.picture[4:40, -16:].reshape(-1, 3).mean(0)
    return bool(np.abs(beside - (200, 40, 160)).max() < 15)


def changes(frames: list[Received]) -> list[tuple[int, float]]:
    """The numbers in turn, and for how many milliseconds each was seen."""
    begun = [(number(frames[0]), frames[0].milliseconds)]
    for frame in frames:
        if number(frame) != begun[-1][0]:
            begun.append((number(frame), frame.milliseconds))
    # The first and the last are not seen from beginning to end.
    return [(one, later - since) for (one, since), (_, later) in pairwise(begun)][1:]


def upload(studio: Studio, name: str, data: bytes) -> None:
    studio.page.get_by_test_id("upload").set_input_files(
        {"name": name, "mimeType": "video/webm", "buffer": data}
    )


def test_a_video_moves_behind_the_person_and_its_loop_has_no_seam(
    studio: Studio, viewer: Viewer, clip: Clip
) -> None:
    upload(studio, "bands.webm", moving.video("webm", "libvpx", (320, 240), rate=RATE))
    notices = studio.page.get_by_test_id("notices")
    expect(notices).to_contain_text("You stand in front of bands.webm.")
    expect(studio.button("bands.webm, video")).to_have_attribute("aria-pressed", "true")
    studio.go_live()
    viewer.open(studio.viewer_link)
    viewer.received.until(
        lambda frame: is_band(frame) and person_present(frame.picture, clip), "the person before it", 20
    )
    viewer.received.take()
    seen = changes(viewer.received.next(150, seconds=30))
    rounds = [ms for one, ms in seen if one in {0, moving.LEVELS - 1}]
    assert len(rounds) >= 4
    steps = [(after - before) % moving.LEVELS for (before, _), (after, _) in pairwise(seen)]
    # A loaded machine misses one now and then; none comes twice or backwards, at the seam neither.
    assert sum(step in {1, 2} for step in steps) > 0.9 * len(steps)
    # Each shows for its time; the ones at the seam for no more than a camera's frame or two beyond it.
    assert median(ms for _, ms in seen) == pytest.approx(FRAME_MS, rel=0.4)
    assert median(rounds) < FRAME_MS + 67

    # Alone, too: without a camera there is nobody, and it goes on.
    studio.button("Turn camera off").click()
    studio.expect_picture("no-camera")
    viewer.received.take()
    alone = viewer.received.next(40)
    assert all(is_band(frame) for frame in alone[-30:])
    assert len(changes(alone)) >= 4

    assert not any(room_shown(frame.picture) for frame in viewer.received.frames)
