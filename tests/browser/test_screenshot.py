"""The picture of the studio in the documentation; made when it is asked for."""

from __future__ import annotations

import io
import os
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from PIL import Image

from tests.media.clip import write_clip

from . import chromium
from .studio import Studio

if TYPE_CHECKING:
    from playwright.sync_api import Playwright

    from .server import StudioServer
    from .viewer import Viewer

WANTED = os.environ.get("CYCLORAMA_SCREENSHOTS", "")

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(not WANTED, reason="CYCLORAMA_SCREENSHOTS=docs asks for it"),
]

FOLDER = Path(__file__).parents[2] / WANTED
PLACES = (
    "snowy mountains at dawn",
    "city skyline at night",
    "warm library with tall shelves",
    "misty forest",
    "beach with palm trees at sunset",
)


NAMES = """Object.defineProperty(MediaDeviceInfo.prototype, "label", {
  get() {
    return this.kind === "videoinput" ? "HD Webcam" : "Desk microphone";
  },
});"""


def test_studio_as_a_picture(
    playwright: Playwright, server: StudioServer, viewer: Viewer, tone: Path, tmp_path: Path
) -> None:
    clip = write_clip(tmp_path, 1280, 720, plain=True)
    with playwright.chromium.launch(
        executable_path=chromium.executable(), args=chromium.flags(clip.path, tone)
    ) as browser:
        context = browser.new_context(
            permissions=["camera", "microphone"],
            base_url=server.url,
            color_scheme="dark",
            viewport={"width": 1440, "height": 900},
        )
        context.add_init_script(NAMES)
        studio = Studio(context.new_page())
        _photograph(studio, viewer)


def _photograph(studio: Studio, viewer: Viewer) -> None:
    studio.open()
    for place in PLACES:
        studio.describe(place)
    studio.go_live()
    viewer.open(studio.viewer_link)
    viewer.expect("live")
    studio.page.get_by_test_id("notices").get_by_role("button", name="Dismiss").first.wait_for(state="hidden")
    studio.page.wait_for_timeout(1500)
    _save(studio, "studio")
    studio.button("Describe a background").click()
    studio.prompt.fill("desert dunes at golden hour")
    studio.dialog.get_by_role("radio", name="Cinematic").check(force=True)
    studio.ask_for(4)
    studio.paint.click()
    studio.page.get_by_text("Your 4 backgrounds are ready").wait_for()
    studio.page.keyboard.press("Escape")
    studio.page.get_by_test_id("notices").get_by_role("button", name="Dismiss").first.wait_for(state="hidden")
    _save(studio, "trial")
    studio.leave()


def _save(studio: Studio, name: str) -> None:
    FOLDER.mkdir(parents=True, exist_ok=True)
    shot = Image.open(io.BytesIO(studio.page.screenshot()))
    shot.save(FOLDER / f"{name}.webp", quality=90)
