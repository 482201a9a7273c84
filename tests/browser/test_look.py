"""The look: changed live, kept for each camera, to a file and back; and the figures over the preview."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from playwright.sync_api import expect

from cyclorama.picture import Look

from .studio import Studio

if TYPE_CHECKING:
    from playwright.sync_api import BrowserContext, Locator, Page

pytestmark = pytest.mark.browser

LISTENING = """
window.told = {};
const post = Worker.prototype.postMessage;
Worker.prototype.postMessage = function (message, ...rest) {
  if (message?.kind === "start")
    Object.assign(window.told, { look: message.look, model: message.wish, pace: message.pace });
  if (message?.kind === "look") window.told.look = message.look;
  if (message?.kind === "model") window.told.model = message.wish;
  if (message?.kind === "pace") window.told.pace = message.pace;
  return post.call(this, message, ...rest);
};
"""
"""Keeps what the picture's worker was told last."""

ANOTHER_CAMERA = """() => {
  const own = MediaStreamTrack.prototype.getSettings;
  MediaStreamTrack.prototype.getSettings = function () {
    return { ...own.call(this), deviceId: "another" };
  };
  Object.defineProperty(MediaStreamTrack.prototype, "label", { get: () => "Another camera" });
}"""

DROP = """text => {
  const dataTransfer = new DataTransfer();
  dataTransfer.items.add(new File([text], "right.json", { type: "application/json" }));
  window.dispatchEvent(new DragEvent("drop", { dataTransfer, cancelable: true }));
}"""


class Panel:
    """The look in one studio page."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.panel = page.get_by_role("region", name="Your look")

    def unfold(self, title: str) -> None:
        self.panel.locator("summary", has_text=title).click()

    def choose(self, name: str) -> None:
        self.panel.locator("fieldset").get_by_text(name, exact=True).click()

    def slider(self, name: str) -> Locator:
        return self.panel.get_by_role("slider", name=name)

    def expect_told(self, **wanted: object) -> None:
        """Wait until the worker has these, of the look or beside it."""
        self.page.wait_for_function(
            "wanted => Object.entries(wanted).every(([name, value]) =>"
            " (told.look?.[name] ?? told[name]) === value)",
            arg=wanted,
        )

    @property
    def told(self) -> dict[str, Any]:
        look: dict[str, Any] = self.page.evaluate("told.look")
        return look


@pytest.fixture
def panel(creator: BrowserContext) -> Panel:
    creator.add_init_script(LISTENING)
    studio = Studio(creator.new_page())
    studio.open()
    studio.page.keyboard.press("k")
    panel = Panel(studio.page)
    expect(panel.panel).to_be_focused()
    return panel


def test_look_reaches_the_picture_and_is_kept_for_the_camera(panel: Panel) -> None:
    page, studio = panel.page, Studio(panel.page)
    panel.expect_told(softness=Look().softness, mirror=0, x=0)
    panel.slider("Softness").press("ArrowRight")
    panel.expect_told(softness=0.51)
    panel.slider("Light wrap").fill("0.9")
    panel.slider("Light wrap").dblclick(position={"x": 4, "y": 8})
    panel.expect_told(wrap=Look().wrap)
    panel.unfold("Blur")
    panel.slider("Strength").fill("0.95")
    panel.unfold("Who is shown")
    panel.choose("Everyone")
    panel.unfold("Green screen")
    panel.panel.get_by_role("switch", name="I have a green screen").click()
    panel.panel.get_by_role("button", name="Take the colour from the picture").click()
    # the wall of the test's room
    page.wait_for_function(
        "() => told.look.key_green > 140 && told.look.key_red > 15 && told.look.key_blue < 90"
    )
    panel.unfold("Model")
    panel.choose("Light")
    panel.choose("Exact")
    panel.unfold("You in the picture")
    panel.panel.get_by_role("switch", name="Mirror for viewers").click()
    panel.expect_told(softness=0.51, blur=0.95, solo=0, key=1, mirror=1, model="landscape", pace="matched")

    place = page.get_by_test_id("placing")
    box = place.bounding_box()
    assert box is not None
    middle = (box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    page.mouse.move(*middle)
    page.mouse.down()
    page.mouse.move(middle[0] + box["width"] * 0.2, middle[1] + box["height"] * 0.1, steps=4)
    page.mouse.up()
    # the preview is a mirror: what goes right there goes left for viewers
    assert panel.told["x"] == pytest.approx(-0.2, abs=0.011)
    assert panel.told["y"] == pytest.approx(0.1, abs=0.011)
    page.mouse.wheel(0, -240)
    page.wait_for_function("() => told.look.scale > 1.1")
    place.press("Home")
    panel.expect_told(x=0, y=0, scale=1)
    place.press("Shift+ArrowRight")
    place.press("+")
    panel.expect_told(x=-0.1, scale=1.01)

    page.reload()
    studio.expect_picture("live")
    panel.expect_told(softness=0.51, blur=0.95, solo=0, mirror=1, x=-0.1, model="landscape", pace="matched")
    page.evaluate(ANOTHER_CAMERA)
    page.keyboard.press("v")
    studio.expect_picture("no-camera")
    page.keyboard.press("v")
    panel.expect_told(**_numbers(Look()))


def test_look_goes_to_a_file_and_back_and_figures_to_a_report(panel: Panel, tmp_path: Path) -> None:
    page, notices = panel.page, panel.page.get_by_test_id("notices")
    panel.slider("Softness").fill("0.25")
    with page.expect_download() as download:
        panel.panel.get_by_role("button", name="Export").click()
    exported = Look.from_json(Path(download.value.path()).read_text("utf-8"))
    assert exported == Look(softness=0.25)

    wrong = tmp_path / "wrong.json"
    wrong.write_text('{"cyclorama": "look", "version": 1, "look": {"wrap": 3}}', "utf-8")
    page.get_by_test_id("look-file").set_input_files(wrong)
    expect(notices).to_contain_text("wrong.json: wrap takes a number from 0 to 1")
    panel.expect_told(softness=0.25, wrap=Look().wrap)
    right = Look(wrap=0.75, key=1, key_red=20)
    page.evaluate(DROP, right.to_json())
    panel.expect_told(**_numbers(right))
    notices.get_by_role("button", name="Undo").click()
    panel.expect_told(**_numbers(exported))
    panel.panel.get_by_role("button", name="Green screen for OBS").click()
    panel.expect_told(wrap=0, match=0, contact=0)
    expect(page.get_by_test_id("current-background")).to_contain_text("Solid colour")
    panel.panel.get_by_role("button", name="Reset all").click()
    panel.expect_told(**_numbers(Look()))

    page.keyboard.press("Escape")
    expect(panel.panel).to_be_hidden()
    page.keyboard.press("s")
    figures = page.get_by_test_id("stats")
    expect(figures).to_contain_text(re.compile(r"Picture\s*\d+ . \d+, \d+ fps"))
    expect(figures).to_contain_text(re.compile(r"Composite\s*\d+\.\d ms"))
    figures.get_by_role("button", name="Copy for a bug report").click()
    expect(figures.get_by_role("status")).to_have_text("Copied for a bug report")
    report: str = page.evaluate("navigator.clipboard.readText()")
    assert re.match(r"Cyclorama \d+\.\d+", report)
    for words in ("- state: live", ", wasm", "- cores: ", "- WebGPU: ", "Look: as at first"):
        assert words in report
    for secret in (page.evaluate("opened.tracks[0].label"), "eyJ", "#"):
        assert secret not in report


def _numbers(look: Look) -> dict[str, float]:
    values: dict[str, float] = json.loads(look.to_json())["look"]
    return values
