"""What the library tells of a picture."""

from __future__ import annotations

from typing import Annotated

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, computed_field

IMAGES = {
    "image/png": "image.png",
    "image/webp": "image.webp",
    "video/mp4": "video.mp4",
    "video/webm": "video.webm",
}
"""How a background is kept, by its media type."""
THUMBNAIL = "thumbnail.webp"
# Fields that are not in the sidecar: they follow from marks, settings and the id.
NOT_KEPT = {"favourite", "url", "image", "thumbnail"}


class Background(BaseModel):
    """A picture or a video to stand in front of, and everything that made it.

    `seconds` is how long a loop lasts that was painted; 0 for all else.
    `objects` is the path below which pages find the library's objects as they are kept; "" where they ask for
    them by id. It is told nobody.
    """

    model_config = ConfigDict(frozen=True)

    id: str
    prompt: str
    negative_prompt: str = ""
    style: str = ""
    generator: str
    model: str = ""
    licence: str = ""
    seed: int
    width: int
    height: int
    seconds: int = 0
    created_at: AwareDatetime
    understood: tuple[str, ...] = ()
    note: str = ""
    media_type: str = "image/png"
    favourite: bool = False
    url: str = ""
    objects: Annotated[str, Field(exclude=True)] = ""

    @computed_field  # type: ignore[prop-decorator] # pydantic's own documented form
    @property
    def image(self) -> str:
        """Path of the picture, or of the video, on the server."""
        if self.objects:
            return f"{self.objects}/{self.id}/{IMAGES[self.media_type]}"
        return f"/backgrounds/{self.id}/image"

    @computed_field  # type: ignore[prop-decorator] # pydantic's own documented form
    @property
    def thumbnail(self) -> str:
        """Path of the thumbnail on the server."""
        if self.objects:
            return f"{self.objects}/{self.id}/{THUMBNAIL}"
        return f"/backgrounds/{self.id}/thumbnail"


class Page(BaseModel):
    """Some backgrounds, newest first, and the `after` of the page behind them, or None."""

    backgrounds: list[Background]
    next: str | None = None
