"""A studio in a hidden tab goes on streaming."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from . import chromium
from .receiving import SPY
from .studio import Studio

if TYPE_CHECKING:
    from pathlib import Path

    from playwright.sync_api import Playwright

    from tests.media.clip import Clip

    from .server import StudioServer
    from .viewer import Viewer
    from .witness import Witness

pytestmark = pytest.mark.browser


def test_hidden_tab_keeps_its_frame_rate(
    playwright: Playwright,
    server: StudioServer,
    clip: Clip,
    tone: Path,
    viewer: Viewer,
    witness: Witness,
    tmp_path: Path,
) -> None:
    with chromium.untouched(tmp_path / "profile", *chromium.flags(clip.path, tone)) as devtools:
        browser = playwright.chromium.connect_over_cdp(devtools, no_defaults=True)
        context = browser.contexts[0]
        witness.watch(context)
        context.add_init_script(SPY)
        studio = Studio(context.new_page())
        studio.page.goto(server.url)
        studio.expect_picture("live")
        studio.go_live()
        viewer.open(studio.viewer_link)
        viewer.expect("live")
        viewer.received.next(30)
        shown = viewer.received.frame_rate(2)

        context.new_page().bring_to_front()
        studio.page.wait_for_function("document.visibilityState === 'hidden'", polling=200)
        viewer.page.wait_for_timeout(1000)
        hidden = viewer.received.frame_rate(3)
        assert studio.page.evaluate("document.visibilityState") == "hidden"
        studio.page.bring_to_front()
        studio.page.wait_for_function("document.visibilityState === 'visible'")
        again = viewer.received.frame_rate(2)
        studio.leave()
        browser.close()
    # a tab that is slowed down has a frame in a second; what else this machine does may come and go
    assert hidden > 5
    assert hidden >= 0.8 * min(shown, again)
