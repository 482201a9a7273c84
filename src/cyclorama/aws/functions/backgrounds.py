"""Answers that keep, list, show, favour and delete backgrounds. CloudFront shows the pictures themselves."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

from pydantic import BaseModel, Field

from cyclorama.aws.functions.exchange import Answer
from cyclorama.backgrounds import upload
from cyclorama.backgrounds.library import MAX_PAGE
from cyclorama.errors import TooLarge

if TYPE_CHECKING:
    from cyclorama.aws.functions.desk import Desk
    from cyclorama.aws.functions.exchange import Request

MAX_UPLOAD = 4_000_000
"""Bytes: an event of Lambda has 6 MB at most, the body in base64 and all the rest."""
MAX_PIXELS = 24_000_000
"""Decoded, with transparency, they take 400 MB of the function's 1024."""


class PageQuery(BaseModel):
    """Which backgrounds shall be listed."""

    search: Annotated[str, Field(max_length=200)] = ""
    favourites: bool = False
    limit: Annotated[int, Field(ge=1, le=MAX_PAGE)] = 60
    after: Annotated[str | None, Field(max_length=100)] = None


class UploadQuery(BaseModel):
    """What an upload is called."""

    name: Annotated[str, Field(max_length=200)] = ""


async def page(desk: Desk, request: Request) -> Answer:
    """List backgrounds, newest first."""
    asked = request.asked(PageQuery)
    return Answer.of(await desk.studio.library.page(asked.search, asked.favourites, asked.limit, asked.after))


async def add(desk: Desk, request: Request) -> Answer:
    """Keep a picture of the creator's own: the body."""
    asked = request.asked(UploadQuery)
    if len(request.body) > MAX_UPLOAD:
        raise TooLarge(
            "The file is larger than 4 MB, the most that this studio can be sent. Save the picture smaller, "
            "or as JPEG, and try again."
        )
    kept = await upload.keep(desk.studio.library, request.body, asked.name, videos=False, pixels=MAX_PIXELS)
    return Answer.of(kept, 201)


async def one(desk: Desk, request: Request) -> Answer:
    """Describe one background."""
    return Answer.of(await desk.studio.library.get(request.parameters["id"]))


async def favour(desk: Desk, request: Request) -> Answer:
    """Make a background a favourite."""
    return Answer.of(await desk.studio.library.favour(request.parameters["id"], True))


async def no_longer_favour(desk: Desk, request: Request) -> Answer:
    """Make a background a favourite no more."""
    return Answer.of(await desk.studio.library.favour(request.parameters["id"], False))


async def delete(desk: Desk, request: Request) -> Answer:
    """Delete a background, which can be had back for an hour."""
    await desk.studio.library.delete(request.parameters["id"])
    return Answer.nothing()


async def restore(desk: Desk, request: Request) -> Answer:
    """Have a deleted background back."""
    return Answer.of(await desk.studio.library.restore(request.parameters["id"]))
