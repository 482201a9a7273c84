"""A creator who is live, and a viewer who watches."""

from __future__ import annotations

import io
from dataclasses import dataclass
from typing import TYPE_CHECKING

from PIL import Image

if TYPE_CHECKING:
    from playwright.sync_api import Page

    from .studio import Studio
    from .viewer import Viewer


@dataclass(frozen=True)
class Broadcast:
    """Both ends, and the picture that the creator stands in front of."""

    studio: Studio
    viewer: Viewer
    background: Image.Image


def picture_at(page: Page, address: str) -> Image.Image:
    """Return the picture that the server has there."""
    return Image.open(io.BytesIO(page.request.get(address).body())).convert("RGB")
