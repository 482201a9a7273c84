"""Whether and when a picture comes: to the creator in many starts, and to a viewer who opens the link."""

from __future__ import annotations

import random
from typing import TYPE_CHECKING

from tests.browser.receiving import SAMPLER, SPY, Receiver
from tests.browser.studio import Studio
from tests.browser.viewer import Viewer
from tests.media.seeing import person_present, room_shown

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page, Route
    from tests.media.clip import Clip

LATEST = 1500
PATIENCE = 10
LATE_CAMERA = """if (navigator.mediaDevices) {
  const ask = navigator.mediaDevices.getUserMedia.bind(navigator.mediaDevices);
  navigator.mediaDevices.getUserMedia = async (wish) => {
    await new Promise((done) => setTimeout(done, %d));
    return ask(wish);
  };
}"""


def starts(browser: Browser, address: str, clip: Clip, count: int) -> int:
    """Start the studio so often, camera and model late; return how often the person came, and no room."""
    chance = random.Random(1)  # noqa: S311 - the same delays in every run
    came = 0
    for _ in range(count):
        context = browser.new_context(permissions=["camera", "microphone"], base_url=address)
        context.add_init_script(LATE_CAMERA % chance.randrange(LATEST))
        context.add_init_script(SAMPLER)
        page = context.new_page()
        _delay_model(page, chance.randrange(LATEST))
        page.goto("/")
        shown = Receiver(page)
        try:
            shown.until(lambda frame: person_present(frame.picture, clip), "the person", PATIENCE)
            came += not any(room_shown(frame.picture) for frame in shown.frames)
        except AssertionError:
            pass
        page.unroute_all(behavior="ignoreErrors")
        context.close()
    return came


def first_pictures(creators: Browser, viewers: Browser, address: str, count: int) -> list[float]:
    """Go live and open the viewer link so often; return the milliseconds until each first picture."""
    context = creators.new_context(permissions=["camera", "microphone"], base_url=address)
    context.add_init_script(SPY)
    studio = Studio(context.new_page())
    studio.open()
    studio.go_live()
    link = studio.viewer_link
    waits = []
    for _ in range(count):
        audience = viewers.new_context()
        audience.add_init_script(SAMPLER)
        viewer = Viewer(audience.new_page())
        viewer.open(link)
        waits.append(viewer.received.until(lambda frame: bool(frame.picture.any()), "a picture").milliseconds)
        audience.close()
        studio.page.wait_for_timeout(500)
    context.close()
    return waits


def _delay_model(page: Page, milliseconds: int) -> None:
    def later(route: Route) -> None:
        page.wait_for_timeout(milliseconds)
        route.continue_()

    page.route("**/models/*", later)
