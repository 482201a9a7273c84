"""Routes that keep, list, show, favour and delete backgrounds."""

import asyncio
from typing import Annotated

from fastapi import APIRouter, Path, Query, Request, Response

from cyclorama.backgrounds import upload
from cyclorama.backgrounds.background import IMAGES, Background, Page
from cyclorama.backgrounds.library import MAX_PAGE, Library
from cyclorama.server import problems
from cyclorama.server.openapi import binary

FOREVER = {"Cache-Control": "private, max-age=31536000, immutable"}
TAKEN = ("image/png", "image/jpeg", "image/webp", "video/mp4", "video/webm", "video/quicktime")
UPLOAD = {"requestBody": {"required": True} | binary(*TAKEN)}

Id = Annotated[str, Path(max_length=100)]


def router(library: Library) -> APIRouter:
    """Return the routes over one library."""
    routes = APIRouter(tags=["library"], responses=problems.documented(503))
    missing = problems.documented(404)

    @routes.get("/backgrounds")
    async def page(
        search: Annotated[str, Query(max_length=200)] = "",
        favourites: bool = False,
        limit: Annotated[int, Query(ge=1, le=MAX_PAGE)] = 60,
        after: Annotated[str | None, Query(max_length=100)] = None,
    ) -> Page:
        """List backgrounds, newest first; `search` has words of the prompt, `after` is a page's `next`."""
        return await library.page(search, favourites, limit, after)

    @routes.post(
        "/backgrounds/upload", status_code=201, openapi_extra=UPLOAD, responses=problems.documented(415)
    )
    async def add(request: Request, name: Annotated[str, Query(max_length=200)] = "") -> Background:
        """Keep a picture (PNG, JPEG or WebP) or a video (MP4, MOV or WebM) of the creator's own: the body."""
        return await upload.keep(library, await request.body(), name)

    @routes.get("/backgrounds/{id_}", responses=missing)
    async def one(id_: Id) -> Background:
        """Describe one background."""
        return await library.get(id_)

    @routes.get(
        "/backgrounds/{id_}/image",
        response_class=Response,
        responses=missing | {200: binary(*IMAGES)},
    )
    async def picture(id_: Id) -> Response:
        """Answer with the picture or the video, as it is kept."""
        background, data = await asyncio.gather(library.get(id_), library.image(id_))
        return Response(data, media_type=background.media_type, headers=FOREVER)

    @routes.get(
        "/backgrounds/{id_}/thumbnail",
        response_class=Response,
        responses=missing | {200: binary("image/webp")},
    )
    async def thumbnail(id_: Id) -> Response:
        """Answer with the thumbnail, as WebP, at most 320 px a side."""
        return Response(await library.thumbnail(id_), media_type="image/webp", headers=FOREVER)

    @routes.put("/backgrounds/{id_}/favourite", responses=missing)
    async def favour(id_: Id) -> Background:
        """Make a background a favourite."""
        return await library.favour(id_, True)

    @routes.delete("/backgrounds/{id_}/favourite", responses=missing)
    async def no_longer_favour(id_: Id) -> Background:
        """Make a background a favourite no more."""
        return await library.favour(id_, False)

    @routes.delete("/backgrounds/{id_}", status_code=204, responses=missing)
    async def delete(id_: Id) -> None:
        """Delete a background, which can be had back for an hour."""
        await library.delete(id_)

    @routes.post("/backgrounds/{id_}/restore", responses=missing)
    async def restore(id_: Id) -> Background:
        """Have a deleted background back."""
        return await library.restore(id_)

    return routes
