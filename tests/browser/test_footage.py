"""The same story with recordings of real people, where a checkout has them beside it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.media.footage import FOOTAGE, write_footage
from tests.media.seeing import SAME_BACKGROUND, background_difference, likeness

from . import chromium
from .broadcast import picture_at
from .receiving import SPY
from .studio import Studio

if TYPE_CHECKING:
    from pathlib import Path

    from playwright.sync_api import Playwright

    from .server import StudioServer
    from .viewer import Viewer
    from .witness import Witness

pytestmark = [
    pytest.mark.browser,
    pytest.mark.footage,
    pytest.mark.skipif(not FOOTAGE.is_dir(), reason="no clips of real people beside the checkout"),
]


def test_a_real_person_is_seen_before_the_background(
    playwright: Playwright,
    server: StudioServer,
    viewer: Viewer,
    witness: Witness,
    tmp_path: Path,
) -> None:
    clip = write_footage("want", tmp_path)
    with playwright.chromium.launch(
        executable_path=chromium.executable(), args=chromium.flags(clip.path)
    ) as browser:
        context = browser.new_context(permissions=["camera", "microphone"], base_url=server.url)
        witness.watch(context)
        context.add_init_script(SPY)
        studio = Studio(context.new_page())
        studio.open()
        background = picture_at(studio.page, studio.describe("beach with palm trees at sunset"))
        studio.go_live()
        viewer.open(studio.viewer_link)
        viewer.received.until(lambda frame: likeness(frame.picture, clip) > 0.7, "the person")
        frames = viewer.received.watch(3)
        studio.leave()
        assert len(frames) > 30
        for frame in viewer.received.pictures:
            assert background_difference(frame.picture, background, clip) < SAME_BACKGROUND
