"""A creator who is live, and a viewer who watches."""

from __future__ import annotations

import io
from contextlib import ExitStack
from dataclasses import dataclass
from typing import TYPE_CHECKING

from PIL import Image

from tests.media.seeing import person_present

from .studio import Studio
from .viewer import Viewer

if TYPE_CHECKING:
    from collections.abc import Callable

    from playwright.sync_api import BrowserContext, Page

    from tests.media.clip import Clip

    from .witness import Witness

BEACH = "beach with palm trees at sunset"


@dataclass(frozen=True)
class Broadcast:
    """Both ends, and the background that the creator stands in front of."""

    studio: Studio
    viewer: Viewer
    id: str
    """Of the background."""
    background: Image.Image
    """Made small."""
    witness: Witness
    """Watches the pages of both."""

    @property
    def on(self) -> bool:
        """Whether both pages are still open."""
        return not (self.studio.page.is_closed() or self.viewer.page.is_closed())


def broadcasting(
    creator: BrowserContext, audience: BrowserContext, witness: Witness, clip: Clip
) -> Broadcast:
    """Have the person live before a beach, and a viewer see it."""
    studio, viewer = Studio(creator.new_page()), Viewer(audience.new_page())
    studio.open()
    address = studio.describe(BEACH)
    studio.go_live()
    viewer.open(studio.viewer_link)
    viewer.received.until(lambda frame: person_present(frame.picture, clip), "the person", 20)
    background = small(picture_at(studio.page, address))
    return Broadcast(studio, viewer, address.split("/")[-2], background, witness)


class Kept:
    """One broadcast for the tests that leave it as they found it; another one after a test that did not.

    Args:
        begin: opens the two pages; what it enters is left when the broadcast is closed.
    """

    def __init__(self, begin: Callable[[ExitStack], Broadcast]) -> None:
        self._begin = begin
        self._opened = ExitStack()
        self._broadcast: Broadcast | None = None

    def get(self) -> Broadcast:
        """Return the broadcast. The first to get it finds what came since its pages were opened."""
        if self._broadcast is not None and self._broadcast.on:
            self._broadcast.viewer.received.forget()
            self._broadcast.studio.shown.forget()
        else:
            self.close()
            self._broadcast = self._begin(self._opened)
        return self._broadcast

    def close(self) -> None:
        """Close its pages."""
        self._broadcast = None
        self._opened.close()


def small(picture: Image.Image) -> Image.Image:
    """Make a background quick to compare, many hundred times."""
    return picture.resize((320, picture.height * 320 // picture.width))


def picture_at(page: Page, address: str) -> Image.Image:
    """Return the picture that the server has there."""
    return Image.open(io.BytesIO(page.request.get(address).body())).convert("RGB")
