"""The viewer page as its audience uses it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from playwright.sync_api import expect

from .receiving import Receiver

if TYPE_CHECKING:
    from playwright.sync_api import Page

STARTING = 20_000


class Viewer:
    """One viewer page and what arrives in it."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.received = Receiver(page)
        self.stage = page.get_by_test_id("watch")
        self.slate = page.get_by_test_id("slate")
        self.tiles = page.get_by_test_id("publisher")

    def open(self, link: str) -> None:
        """Open the link that the creator gave."""
        self.page.goto(link)

    def expect(self, state: str) -> None:
        """Wait until the page says so: waiting, live, ended, reconnecting, no-link."""
        expect(self.stage).to_have_attribute("data-state", state, timeout=STARTING)

    @property
    def publishers(self) -> list[str]:
        """The ids of those who are shown, in their order."""
        ids: list[str] = self.page.get_by_test_id("watch-video").evaluate_all(
            "videos => videos.map((video) => video.dataset.participant)"
        )
        return ids

    def turn_on_sound(self) -> None:
        """Press the big button that browsers want pressed before they play sound."""
        self.page.get_by_role("button", name="Turn on sound").click()
