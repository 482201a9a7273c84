"""The viewer page with several on stage: all seen, one of them large, and one who cannot be played."""

from __future__ import annotations

from itertools import combinations
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from playwright.sync_api import expect

from .test_page import NAMELESS, TOO_WIDE

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from playwright.sync_api import BrowserContext, FloatRect

    from .viewer import Viewer
    from .witness import Witness

pytestmark = pytest.mark.browser

CROWD = (Path(__file__).parent / "crowd.js").read_text()
WINDOWS = ((1440, 900), (390, 844), (844, 390))
WIDE, TALL = (160, 90), (90, 160)
PLAYING = """(count) => {
  const videos = [...document.querySelectorAll("video")];
  return videos.length === count && videos.every((video) => video.videoWidth > 0);
}"""
NO_VP8 = """
const add = RTCPeerConnection.prototype.addTransceiver;
RTCPeerConnection.prototype.addTransceiver = function (kind, about) {
  const transceiver = add.call(this, kind, about);
  if (kind === "video") {
    const { codecs } = RTCRtpReceiver.getCapabilities("video");
    transceiver.setCodecPreferences(codecs.filter(({ mimeType }) => mimeType !== "video/VP8"));
  }
  return transceiver;
};
"""


@pytest.fixture
def crowd(creator: BrowserContext, viewer: Viewer) -> Iterator[Callable[..., None]]:
    """Let people with pictures of these sizes join the stage, and the viewer see them."""
    page = creator.new_page()
    page.goto("/watch")

    def join(*sizes: tuple[int, int]) -> None:
        tokens: list[dict[str, Any]] = []
        for number, (width, height) in enumerate(sizes):
            wish = {"user_id": f"Person {number + 1}", "publish": True}
            token = page.request.post("/tokens", data=wish).json()["token"]
            tokens.append({"token": token, "width": width, "height": height})
        page.evaluate(CROWD, tokens)
        viewing = page.request.post("/tokens", data={"publish": False}).json()["token"]
        viewer.open(f"/watch#{viewing}")
        expect(viewer.tiles).to_have_count(len(sizes), timeout=20_000)

    yield join
    page.evaluate("dismiss()")


def boxes(viewer: Viewer) -> list[FloatRect]:
    """Where the tiles are, once they have stopped moving."""
    before: list[FloatRect] = []
    for _ in range(100):
        found = [box for tile in viewer.tiles.all() if (box := tile.bounding_box())]
        if found == before:
            return found
        before = found
        viewer.page.wait_for_timeout(150)
    raise AssertionError("The pictures do not come to rest.")


def all_play(viewer: Viewer, count: int) -> None:
    for _ in range(100):
        if viewer.page.evaluate(PLAYING, count):
            return
        viewer.page.wait_for_timeout(200)
    raise AssertionError("Not everybody's picture has come.")


@pytest.mark.parametrize("count", [2, 5, 12])
def test_everybody_is_seen_whole_on_any_window(
    crowd: Callable[..., None], viewer: Viewer, count: int
) -> None:
    crowd(*([WIDE, TALL] * 6)[:count])
    all_play(viewer, count)
    for width, height in WINDOWS:
        viewer.page.set_viewport_size({"width": width, "height": height})
        found = boxes(viewer)
        for number, box in enumerate(found):
            shape = (16 / 9) if number % 2 == 0 else (9 / 16)
            assert box["width"] / box["height"] == pytest.approx(shape, rel=0.03), (width, height, number)
            assert min(box["x"], box["y"]) >= 0
            assert box["x"] + box["width"] <= width + 0.5
            assert box["y"] + box["height"] <= height + 0.5
        for one, other in combinations(found, 2):
            assert (
                one["x"] + one["width"] <= other["x"] + 0.5
                or other["x"] + other["width"] <= one["x"] + 0.5
                or one["y"] + one["height"] <= other["y"] + 0.5
                or other["y"] + other["height"] <= one["y"] + 0.5
            ), "two pictures lie on each other"
        assert viewer.page.evaluate(TOO_WIDE) == 0
    assert viewer.page.evaluate(NAMELESS) == []
    expect(viewer.page.get_by_role("button", name="Turn on sound")).to_have_count(1)


def test_one_can_be_made_large_by_pointer_and_by_keyboard(crowd: Callable[..., None], viewer: Viewer) -> None:
    crowd(WIDE, WIDE, WIDE)
    all_play(viewer, 3)
    order = viewer.publishers
    pick = viewer.page.get_by_role("button", name="Make Person 2 large")

    def areas() -> list[float]:
        return [box["width"] * box["height"] for box in boxes(viewer)]

    alike = areas()
    assert max(alike) == pytest.approx(min(alike), rel=0.01)
    pick.click(position={"x": 20, "y": 20})
    expect(pick).to_have_attribute("aria-pressed", "true")
    large = areas()
    assert large[1] > 2 * max(large[0], large[2])
    viewer.page.keyboard.press("Escape")
    assert areas() == pytest.approx(alike, rel=0.01)
    pick.focus()
    viewer.page.keyboard.press("Enter")
    assert areas() == pytest.approx(large, rel=0.01)
    viewer.page.keyboard.press("Enter")
    assert areas() == pytest.approx(alike, rel=0.01)
    assert viewer.publishers == order


def test_who_cannot_be_played_says_why_and_is_rarely_asked_for(
    crowd: Callable[..., None], audience: BrowserContext, viewer: Viewer, witness: Witness
) -> None:
    witness.excuse("415")
    audience.add_init_script(NO_VP8)
    asked: list[str] = []
    viewer.page.on("request", lambda request: asked.append(request.url))
    crowd(WIDE)
    said = viewer.page.get_by_test_id("unplayable")
    expect(said).to_contain_text("VP8")
    expect(said).to_contain_text("browser")
    expect(viewer.stage).not_to_contain_text("The picture is coming")
    viewer.page.wait_for_timeout(2000)  # for anything else it would have asked twice by now
    assert len([address for address in asked if "/whep/" in address]) == 1


def test_tools_go_out_of_the_way_and_come_back(crowd: Callable[..., None], viewer: Viewer) -> None:
    crowd(WIDE)
    all_play(viewer, 1)
    tools = viewer.page.get_by_test_id("tools")
    viewer.page.mouse.move(300, 300)
    expect(tools).to_have_css("opacity", "1")
    expect(tools).to_have_css("opacity", "0", timeout=6_000)
    viewer.page.mouse.move(310, 310)
    expect(tools).to_have_css("opacity", "1")
