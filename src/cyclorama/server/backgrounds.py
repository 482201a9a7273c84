"""Routes that make, list, show and delete backgrounds."""

import asyncio
import base64
from collections.abc import AsyncIterator
from contextlib import aclosing
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query, Request, Response
from fastapi.sse import EventSourceResponse, ServerSentEvent
from pydantic import BaseModel, Field

from cyclorama.backgrounds import upload
from cyclorama.backgrounds.base import Generator, Painting, Progress, Prompt, Seed, any_seed
from cyclorama.backgrounds.easel import Easel, Queued
from cyclorama.backgrounds.generators import Generators
from cyclorama.backgrounds.library import Background, Library, png
from cyclorama.errors import Unavailable
from cyclorama.server import problems

FOREVER = {"Cache-Control": "private, max-age=31536000, immutable"}


class Wish(Prompt):
    """A prompt as it comes over HTTP, and who shall paint it. Without a seed, one is drawn."""

    seed: Seed = Field(default_factory=any_seed)
    generator: str = ""


class ImageAnswer(BaseModel):
    """The answer of `POST /image`: a PNG."""

    base64_image: str


class Backgrounds(BaseModel):
    """All backgrounds, newest first."""

    backgrounds: list[Background]


def router(library: Library, easel: Easel, generators: Generators) -> APIRouter:
    """Return the routes over one library, one easel and the generators."""
    routes = APIRouter(tags=["backgrounds"])

    def painter(wish: Wish) -> Generator:
        """Find the generator before an answer begins, so that a wrong name is answered with 400."""
        return generators.get(wish.generator)

    @routes.post("/backgrounds", response_class=EventSourceResponse)
    async def make(
        wish: Wish, painter: Annotated[Generator, Depends(painter)]
    ) -> AsyncIterator[ServerSentEvent]:
        """Paint a prompt and keep the result; tell how it gets on. Closing the answer cancels."""
        try:
            async with aclosing(easel.paint(painter, wish)) as events:
                async for event in events:
                    match event:
                        case Queued(position):
                            yield _event("queued", {"position": position})
                        case Progress(step, total, message, _):
                            yield _event("progress", {"step": step, "total": total, "message": message})
                        case Painting():
                            kept = await library.add(event, wish, painter.name)
                            yield _event("done", {"background": kept.model_dump(mode="json")})
        except Exception as error:  # the answer has begun: an error can only leave in it
            yield _event("error", {"problem": problems.of(error)})

    @routes.post("/image")
    async def image(wish: Wish, painter: Annotated[Generator, Depends(painter)]) -> ImageAnswer:
        """Paint a prompt and answer with the picture itself; nothing is kept."""
        async with aclosing(easel.paint(painter, wish)) as events:
            async for event in events:
                if isinstance(event, Painting):
                    return ImageAnswer(base64_image=base64.b64encode(png(event.image)).decode())
        raise Unavailable("The generator ended without a picture. Try again.")

    @routes.post("/backgrounds/upload", status_code=201)
    async def add(request: Request, name: Annotated[str, Query(max_length=200)] = "") -> Background:
        """Keep a picture of the creator's own: the body is a PNG, JPEG or WebP."""
        picture = await asyncio.to_thread(upload.decode, await request.body())
        prompt = Prompt(text=name.strip() or "Your own picture", width=picture.width, height=picture.height)
        return await library.add(Painting(picture), prompt, "upload")

    @routes.get("/backgrounds")
    async def all_of_them() -> Backgrounds:
        """List all backgrounds, newest first."""
        return Backgrounds(backgrounds=await library.list())

    @routes.get("/backgrounds/{id_}")
    async def one(id_: str) -> Background:
        """Describe one background."""
        return await library.get(id_)

    @routes.get("/backgrounds/{id_}/image", response_class=Response)
    async def picture(id_: str) -> Response:
        """Answer with the picture, as PNG."""
        return Response(await library.image(id_), media_type="image/png", headers=FOREVER)

    @routes.get("/backgrounds/{id_}/thumbnail", response_class=Response)
    async def thumbnail(id_: str) -> Response:
        """Answer with the thumbnail, as WebP, at most 320 px a side."""
        return Response(await library.thumbnail(id_), media_type="image/webp", headers=FOREVER)

    @routes.delete("/backgrounds/{id_}", status_code=204)
    async def delete(id_: str) -> None:
        """Remove a background."""
        await library.delete(id_)

    return routes


def _event(name: str, data: dict[str, Any]) -> ServerSentEvent:
    return ServerSentEvent(event=name, data=data)
