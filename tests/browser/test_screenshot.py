"""The picture of the studio in the documentation; made when it is asked for."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from .studio import Studio

if TYPE_CHECKING:
    from playwright.sync_api import BrowserContext

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


def test_studio_as_a_picture(creator: BrowserContext, viewer: Viewer) -> None:
    studio = Studio(creator.new_page())
    studio.page.emulate_media(color_scheme="dark")
    studio.page.set_viewport_size({"width": 1440, "height": 900})
    studio.open()
    for place in PLACES:
        studio.describe(place)
    studio.go_live()
    viewer.open(studio.viewer_link)
    viewer.expect("live")
    studio.page.get_by_test_id("notices").get_by_role("button", name="Dismiss").first.wait_for(state="hidden")
    studio.page.wait_for_timeout(1500)
    FOLDER.mkdir(parents=True, exist_ok=True)
    studio.page.screenshot(path=FOLDER / "studio.png")
