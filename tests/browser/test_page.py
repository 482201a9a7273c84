"""The pages for everybody: by keyboard, by screen reader, on a phone."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

if TYPE_CHECKING:
    from playwright.sync_api import BrowserContext, Page

    from .studio import Studio
    from .viewer import Viewer

pytestmark = pytest.mark.browser

NAMELESS = """() => [...document.querySelectorAll(
  "button, a[href], input, select, textarea, summary, dialog, img, video, progress, [role=button]"
)].filter((one) => {
  const labels = [...(one.labels ?? [])].map((label) => label.textContent).join("");
  const byId = (one.getAttribute("aria-labelledby") ?? "").split(" ")
    .map((id) => document.getElementById(id)?.textContent ?? "").join("");
  const own = one.matches("button, a, summary, [role=button]") ? one.textContent : "";
  const alt = one.matches("img") && one.hasAttribute("alt") ? "decoration or not, it is said" : "";
  const name = [one.getAttribute("aria-label"), byId, labels, own, alt, one.title].join("");
  return name.trim() === "" && !(one.matches("dialog") && !one.open);
}).map((one) => one.outerHTML.slice(0, 120))"""
TOO_WIDE = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
REPEATED_IDS = """() => {
  const ids = [...document.querySelectorAll("[id]")].map(({ id }) => id);
  return ids.filter((id, at) => ids.indexOf(id) !== at);
}"""


def _assert_sound(page: Page) -> None:
    assert page.evaluate(NAMELESS) == []
    assert page.evaluate(REPEATED_IDS) == []
    assert page.locator("html").get_attribute("lang") == "en"
    expect(page.get_by_role("main")).to_have_count(1)
    expect(page.get_by_role("heading", level=1)).to_have_count(1)
    assert page.title() != ""


def test_everything_in_the_studio_has_a_name(studio: Studio) -> None:
    studio.describe("a meadow in spring")
    _assert_sound(studio.page)
    studio.page.keyboard.press("b")
    _assert_sound(studio.page)
    studio.page.keyboard.press("Escape")
    studio.page.keyboard.press("?")
    _assert_sound(studio.page)
    studio.page.keyboard.press("Escape")
    studio.page.keyboard.press("s")
    studio.page.keyboard.press("k")
    for group in studio.page.get_by_test_id("look").locator("summary").all():
        group.click()
        _assert_sound(studio.page)


def test_everything_before_a_viewer_has_a_name(viewer: Viewer, opened: Studio) -> None:
    viewer.open(opened.viewer_link)
    viewer.expect("waiting")
    _assert_sound(viewer.page)


def test_studio_fits_a_phone(studio: Studio) -> None:
    studio.describe("a meadow in spring, with a very long description of everything that can be seen there")
    studio.page.set_viewport_size({"width": 390, "height": 844})
    assert studio.page.evaluate(TOO_WIDE) == 0
    for name in ("Go live", "Describe a background", "Mute microphone", "Turn camera off"):
        expect(studio.button(name)).to_be_in_viewport(ratio=1)
    studio.page.keyboard.press("b")
    expect(studio.paint).to_be_in_viewport(ratio=1)
    assert studio.page.evaluate(TOO_WIDE) == 0
    studio.page.keyboard.press("Escape")
    studio.page.keyboard.press("s")
    studio.page.keyboard.press("k")
    expect(studio.preview).to_be_in_viewport(ratio=0.99)  # a mirrored one is two pixels wider than the page
    assert studio.page.evaluate(TOO_WIDE) == 0


def test_viewer_fits_a_phone(viewer: Viewer, opened: Studio) -> None:
    viewer.page.set_viewport_size({"width": 390, "height": 844})
    viewer.open(opened.viewer_link)
    viewer.expect("waiting")
    assert viewer.page.evaluate(TOO_WIDE) == 0


def test_keys_do_what_the_help_says(studio: Studio) -> None:
    press = studio.page.keyboard.press
    press("m")
    expect(studio.button("Unmute microphone")).to_be_visible()
    press("m")
    expect(studio.button("Mute microphone")).to_be_visible()
    press("c")
    expect(studio.page.get_by_test_id("copied")).to_have_text("Viewer link copied")
    assert studio.page.evaluate("navigator.clipboard.readText()") == studio.viewer_link
    press("?")
    sheet = studio.page.get_by_role("dialog", name="Help and shortcuts")
    expect(sheet).to_be_visible()
    press("b")
    expect(studio.dialog).to_be_hidden()
    press("Escape")
    expect(sheet).to_be_hidden()
    press("b")
    studio.page.keyboard.type("mv?")
    expect(studio.prompt).to_have_value("mv?")
    press("Escape")
    expect(studio.button("Mute microphone")).to_be_visible()
    press("l")
    studio.expect_live()
    press("l")
    studio.page.get_by_role("dialog", name="Leave the stage?").get_by_role("button", name="Leave").click()
    expect(studio.live_state).to_have_attribute("data-state", "off")


def test_whole_story_by_keyboard_alone(studio: Studio) -> None:
    page = studio.page
    reached: list[str] = []
    for _ in range(60):
        page.keyboard.press("Tab")
        name: str = page.evaluate(
            "document.activeElement.getAttribute('aria-label') ?? document.activeElement.textContent"
        )
        reached.append(name.strip())
    for wanted in ("Mute microphone", "Turn camera off", "Describe a background", "Go live", "No background"):
        assert wanted in reached


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_follows_light_and_dark(creator: BrowserContext, scheme: str) -> None:
    page = creator.new_page()
    page.emulate_media(color_scheme="dark" if scheme == "dark" else "light")
    page.goto("/")
    red, green, blue = page.evaluate(
        """() => {
          const pen = new OffscreenCanvas(1, 1).getContext("2d");
          pen.fillStyle = getComputedStyle(document.documentElement).backgroundColor;
          pen.fillRect(0, 0, 1, 1);
          return [...pen.getImageData(0, 0, 1, 1).data].slice(0, 3);
        }"""
    )
    assert ((red + green + blue) / 3 < 128) == (scheme == "dark")


@pytest.mark.parametrize("fragment", ["", "#", "#nonsense", "#a.b.c"])
def test_broken_viewer_link_says_so(viewer: Viewer, fragment: str) -> None:
    viewer.open(f"/watch{fragment}")
    viewer.expect("no-link")
    expect(viewer.slate).to_contain_text("This link does not work")
