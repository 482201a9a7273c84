"""The studio page as its creator uses it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from urllib.parse import urljoin

from playwright.sync_api import expect

from .receiving import Receiver

if TYPE_CHECKING:
    from playwright.sync_api import Locator, Page

STARTING = 20_000
PAINTED = 20_000


class Studio:
    """Buttons and states of one studio page."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.preview = page.get_by_test_id("preview")
        self.shown = Receiver(page)
        """What the preview shows; only where the sampler was put into the page."""
        self.notice = page.get_by_test_id("picture-notice")
        self.live_state = page.get_by_test_id("live-state")
        self.dialog = page.get_by_role("dialog", name="Describe a background")
        self.prompt = page.get_by_role("textbox", name="What do you want to stand in front of?")
        self.paint = page.get_by_role("button", name="Paint it")
        self.tray = page.get_by_test_id("tray")
        self.library = page.get_by_role("dialog", name="Library")
        self.shelf = page.get_by_test_id("shelf")
        self.details = page.get_by_test_id("details")
        self.search = page.get_by_role("searchbox", name="Search your backgrounds")

    def open(self, link: str = "/") -> None:
        """Open the page, maybe by a link with a secret, and wait until the person is cut out."""
        self.page.goto(link)
        self.expect_picture("live")

    def arrive(self) -> None:
        """Open the page and wait until it can be used; the picture may not be there yet."""
        self.page.goto("/")
        expect(self.button("Describe a background")).to_be_enabled()

    def expect_picture(self, state: str) -> None:
        """Wait until the picture is in this state."""
        expect(self.preview).to_have_attribute("data-picture-state", state, timeout=STARTING)

    def button(self, name: str) -> Locator:
        """Return the button of this name."""
        return self.page.get_by_role("button", name=name, exact=True)

    def ask_for(self, samples: int) -> None:
        """Choose how many samples, in the open dialog."""
        self.dialog.get_by_role("group", name="Samples").get_by_text(str(samples), exact=True).click()

    def unfold(self) -> None:
        """Unfold the further options, in the open dialog."""
        if not self.dialog.get_by_label("Leave out").is_visible():
            self.dialog.get_by_text("More options").click()

    def look_up(self, words: str) -> Locator:
        """Open the library if need be and search it; return the tiles that are found."""
        if not self.library.is_visible():
            self.button("Library").click()
        self.search.fill(words)
        expect(self.shelf.locator(f'[data-tile]:not([title*="{words}"])')).to_have_count(0)
        return self.shelf.locator("[data-tile]")

    def have_painted(self, words: str) -> None:
        """Have a background painted, and wait until it is there."""
        self.button("Describe a background").click()
        self.prompt.fill(words)
        self.paint.click()
        expect(self.dialog).to_be_hidden(timeout=PAINTED)
        expect(self.page.get_by_test_id("notices")).to_contain_text("Your background is ready")

    def describe(self, words: str) -> str:
        """Have a background painted; return the address of its picture."""
        self.have_painted(words)
        newest: dict[str, Any] = self.page.request.get("/backgrounds").json()["backgrounds"][0]
        assert newest["prompt"] == words
        address: str = newest["image"]
        return urljoin(self.page.url, address)

    def go_live(self) -> None:
        """Go live and wait until we are."""
        self.button("Go live").click()
        self.expect_live()

    def expect_live(self) -> None:
        """Wait until the stage has us."""
        expect(self.live_state).to_have_attribute("data-state", "connected", timeout=STARTING)

    def leave(self) -> None:
        """Leave the stage."""
        self.button("Leave").click()
        expect(self.live_state).to_have_attribute("data-state", "off")

    @property
    def viewer_link(self) -> str:
        """The link that the audience gets."""
        field = self.page.get_by_label("Viewer link", exact=True)
        expect(field).not_to_have_value("")
        return field.input_value()

    def invite(self, name: str) -> str:
        """Invite a guest; return the link to send them."""
        self.button("Invite a guest").click()
        dialog = self.page.get_by_role("dialog", name="Invite a guest")
        dialog.get_by_label("Their name").fill(name)
        dialog.get_by_role("button", name="Make the invitation").click()
        link = dialog.get_by_label("Invitation", exact=True).input_value()
        dialog.get_by_role("button", name="Done").click()
        return link

    def join(self) -> None:
        """Join the stage as a guest, and wait until we are there."""
        self.button("Join the stage").click()
        self.expect_live()

    def running(self, kind: str) -> int:
        """Return how many cameras ("video") or microphones ("audio") are running."""
        count: int = self.page.evaluate("kind => opened.running(kind)", kind)
        return count
