"""The library drawer: everything that was made, found again, used again, taken away and brought back."""

from __future__ import annotations

import io
import zipfile
from typing import TYPE_CHECKING, Any

import pytest
from PIL import Image
from playwright.sync_api import expect

from .broadcast import picture_at
from .studio import PAINTED
from .test_page import NAMELESS, REPEATED_IDS, TOO_WIDE

if TYPE_CHECKING:
    from pathlib import Path

    from playwright.sync_api import Page

    from .studio import Studio

pytestmark = pytest.mark.browser


@pytest.fixture
def studio(opened: Studio) -> Studio:
    """Whether the person is cut out makes no difference here."""
    return opened


PAGE = 48
# The list of backgrounds cannot be had until `listWorks` is called. The browser's own interception of
# requests lets one through now and then.
LIST_FAILS = """detail => {
  const ask = window.fetch;
  window.listWorks = () => { window.fetch = ask; };
  window.fetch = async (...asked) => {
    const { method, url } = new Request(...asked);
    if (method !== "GET" || new URL(url).pathname !== "/backgrounds") return ask(...asked);
    const headers = { "content-type": "application/problem+json" };
    return new Response(JSON.stringify({ title: "Away", status: 503, detail }), { status: 503, headers });
  };
}"""


def newest(page: Page) -> dict[str, Any]:
    background: dict[str, Any] = page.request.get("/backgrounds").json()["backgrounds"][0]
    return background


def paint_small_ones(page: Page, words: str, how_many: int) -> None:
    """Have small backgrounds painted, without the page."""
    for _ in range(how_many // 4):
        wish = {"prompt": words, "width": 128, "height": 72, "count": 4}
        assert "event: done" in page.request.post("/backgrounds", data=wish).text()


def test_from_the_dialog_to_samples_and_to_the_library_and_back(studio: Studio, tmp_path: Path) -> None:
    page = studio.page
    words = "a lighthouse on a cliff in the evening"

    # samples of one seed and the next
    studio.button("Describe a background").click()
    studio.prompt.fill(words)
    studio.ask_for(2)
    studio.unfold()
    studio.dialog.get_by_label("Leave out").fill("ships")
    studio.dialog.get_by_role("textbox", name="Seed").fill("41")
    studio.paint.click()
    expect(studio.dialog.get_by_role("button", name="Look at sample 2")).to_be_visible(timeout=PAINTED)
    studio.dialog.get_by_role("button", name="Use: sample 2").click()
    expect(page.get_by_test_id("current-background")).to_contain_text(words)
    made = newest(page)
    assert (made["prompt"], made["negative_prompt"]) == (words, "ships")
    picture = picture_at(page, made["image"])

    # found, with all that made it
    tiles = studio.look_up("lighthouse")
    expect(tiles).to_have_count(2)
    tiles.first.click()
    expect(studio.details).to_contain_text(words)
    for fact in ("ships", str(made["seed"]), "640", "Built-in scenery"):
        expect(studio.details).to_contain_text(fact)

    # the same seed gives the same picture
    studio.button("Use again with this seed").click()
    expect(studio.prompt).to_have_value(words)
    expect(studio.dialog.get_by_role("textbox", name="Seed")).to_have_value(str(made["seed"]))
    expect(studio.button("Keep this seed")).to_have_attribute("aria-pressed", "true")
    studio.paint.click()
    expect(studio.dialog).to_be_hidden(timeout=PAINTED)
    again = newest(page)
    assert again["id"] != made["id"]
    assert again["seed"] == made["seed"]
    assert picture_at(page, again["image"]).tobytes() == picture.tobytes()

    # a favourite is found as one
    tiles = studio.look_up("lighthouse")
    expect(tiles).to_have_count(3)
    studio.shelf.get_by_role("button", name="Favourite: ").first.click()
    studio.button("Favourites").click()
    expect(tiles).to_have_count(1)
    studio.button("Favourites").click()
    expect(tiles).to_have_count(3)

    # deleted, and back again
    tiles.first.click()
    studio.button("Delete").click()
    expect(tiles).to_have_count(2)
    assert page.request.get(f"/backgrounds/{again['id']}").status == 404
    studio.button("Undo").click()
    expect(tiles).to_have_count(3)
    assert page.request.get(f"/backgrounds/{again['id']}").ok

    # taken out, deleted, and taken in again
    for box in studio.shelf.get_by_role("checkbox").all():
        box.check()
    expect(studio.library).to_contain_text("3 selected")
    with page.expect_download() as download:
        studio.button("Export").click()
    archive = tmp_path / "backgrounds.zip"
    download.value.save_as(archive)
    with zipfile.ZipFile(archive, "a") as taken:
        assert sum(name.endswith(".png") for name in taken.namelist()) == 3
        taken.writestr("notes.png", "not a picture")
    studio.button("Delete").click()
    expect(tiles).to_have_count(0)
    expect(studio.library).to_contain_text("Nothing found")
    page.get_by_test_id("import").set_input_files(archive)
    expect(page.get_by_test_id("imported")).to_contain_text("3 backgrounds imported, 1 skipped")
    expect(page.get_by_test_id("imported")).to_contain_text("notes.png")
    expect(tiles).to_have_count(3)


def test_edit_prompt_fills_the_dialog_with_a_seed_to_be_drawn(studio: Studio) -> None:
    studio.describe("a windmill in a field")
    studio.look_up("windmill").first.click()
    studio.button("Edit prompt").click()
    expect(studio.library).to_be_hidden()
    expect(studio.prompt).to_have_value("a windmill in a field")
    expect(studio.prompt).to_be_focused()
    studio.unfold()
    expect(studio.button("Keep this seed")).to_have_attribute("aria-pressed", "false")


def test_more_like_this_has_the_next_seeds_and_leaves_the_dialog_as_it_is(studio: Studio) -> None:
    studio.describe("a bridge over a river")
    first = newest(studio.page)
    studio.page.keyboard.press("b")
    studio.prompt.fill("words in the making")
    studio.page.keyboard.press("Escape")
    for more in (1, 2):
        studio.look_up("bridge").last.click()
        studio.button("More like this").click()
        expect(studio.library).to_be_hidden()
        versions = studio.page.locator("[data-testid=strip] [data-tile]").and_(studio.button(first["prompt"]))
        expect(versions).to_have_count(more + 1, timeout=PAINTED)
        assert newest(studio.page)["seed"] == (first["seed"] + more) % 2**32
    studio.page.keyboard.press("b")
    expect(studio.prompt).to_have_value("words in the making")


def test_used_or_tried_from_its_details(studio: Studio) -> None:
    studio.describe("a quiet chapel")
    studio.describe("a loud market")
    studio.look_up("chapel").first.click()
    studio.button("Try it first").click()
    expect(studio.preview).to_have_attribute("aria-label", "Your picture, as only you see it")
    expect(studio.page.get_by_test_id("current-background")).to_contain_text("a loud market")
    studio.details.get_by_role("button", name="Use it").click()
    expect(studio.preview).to_have_attribute("aria-label", "Your picture, as viewers get it")
    expect(studio.page.get_by_test_id("current-background")).to_contain_text("a quiet chapel")


def test_an_upload_has_no_prompt_to_use_again(studio: Studio) -> None:
    studio.describe("a picture to upload")
    image = studio.page.request.get(newest(studio.page)["image"]).body()
    studio.page.get_by_test_id("upload").set_input_files(
        {"name": "holiday.png", "mimeType": "image/png", "buffer": image}
    )
    expect(studio.page.get_by_test_id("current-background")).to_contain_text("holiday.png")
    studio.look_up("holiday").first.click()
    expect(studio.details).to_contain_text("Your own picture")
    for action in ("More like this", "Edit prompt", "Use again with this seed"):
        expect(studio.button(action)).to_have_count(0)


def test_pages_follow_each_other_to_the_end(studio: Studio) -> None:
    many = PAGE + 8
    for number in range(many):
        png = io.BytesIO()
        Image.new("RGB", (128, 72), (number, 80, 80)).save(png, "PNG")
        name = f"/backgrounds/upload?name=pebbles {number}.png"
        assert studio.page.request.post(name, data=png.getvalue()).status == 201
    tiles = studio.look_up("pebbles")
    expect(tiles).to_have_count(PAGE)
    tiles.last.scroll_into_view_if_needed()
    expect(tiles).to_have_count(many)
    expect(studio.library.get_by_text("Fetching more")).to_be_hidden()


def test_by_keyboard_alone(studio: Studio) -> None:
    page = studio.page
    paint_small_ones(page, "a field of tulips", 8)
    page.keyboard.press("a")
    expect(studio.search).to_be_focused()
    page.keyboard.type("tulips")
    tiles = studio.shelf.locator("[data-tile]")
    expect(tiles).to_have_count(8)
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    expect(tiles.nth(0)).to_be_focused()
    page.keyboard.press("ArrowRight")
    expect(tiles.nth(1)).to_be_focused()
    page.keyboard.press("ArrowDown")
    expect(tiles.nth(4)).to_be_focused()
    page.keyboard.press("Delete")
    expect(tiles).to_have_count(7)
    expect(tiles.nth(4)).to_be_focused()
    page.keyboard.press("Enter")
    expect(studio.button("All backgrounds")).to_be_focused()
    page.keyboard.press("Escape")
    expect(studio.details).to_be_hidden()
    expect(tiles.nth(4)).to_be_focused()
    page.keyboard.press("Escape")
    expect(studio.library).to_be_hidden()


def test_says_what_is_wrong_and_tries_again(studio: Studio) -> None:
    studio.describe("a pier at dawn")
    studio.page.evaluate(LIST_FAILS, "The bucket is away. Try again.")
    studio.page.keyboard.press("a")
    expect(studio.library.get_by_role("alert")).to_have_text("The bucket is away. Try again.")
    studio.page.evaluate("listWorks()")
    studio.button("Try again").click()
    expect(studio.shelf.locator("[data-tile]").first).to_be_visible()


def test_everything_in_it_has_a_name_and_fits_a_phone(studio: Studio) -> None:
    studio.describe(
        "a path through rocks, with a very long description of everything that is to be seen there"
    )
    studio.page.set_viewport_size({"width": 390, "height": 844})
    tiles = studio.look_up("rocks")
    expect(tiles).to_have_count(1)
    for _ in range(2):
        assert studio.page.evaluate(NAMELESS) == []
        assert studio.page.evaluate(REPEATED_IDS) == []
        assert studio.page.evaluate(TOO_WIDE) == 0
        assert studio.library.evaluate("drawer => drawer.scrollWidth - drawer.clientWidth") == 0
        if tiles.is_visible():
            tiles.click()
    studio.button("Use it").or_(studio.button("In use")).wait_for()
