"""Routes that paint: a stream of events that ends with kept backgrounds, and the bare picture."""

import asyncio
import base64
import io
from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import aclosing, asynccontextmanager
from dataclasses import dataclass
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Depends, Request
from fastapi.responses import StreamingResponse
from PIL.Image import Image
from pydantic import AfterValidator, BaseModel, ConfigDict, Field, WithJsonSchema

from cyclorama.backgrounds import metadata, styles
from cyclorama.backgrounds.base import Painting, Progress, Prompt, Seed, any_seed
from cyclorama.backgrounds.easel import Easel, Event, Failed, Painted, Queued, Working
from cyclorama.backgrounds.generators import Generators
from cyclorama.backgrounds.library import Library
from cyclorama.errors import CycloramaError
from cyclorama.server import problems, sse
from cyclorama.server.leaving import unless_gone
from cyclorama.server.limits import Limits
from cyclorama.server.sse import EventStream


class Wish(Prompt):
    """A prompt as it comes over HTTP, and who shall paint it. Without a seed, one is drawn."""

    style: Annotated[str, AfterValidator(styles.known), WithJsonSchema({"enum": ["", *styles.STYLES]})] = ""
    seed: Seed = Field(default_factory=any_seed)
    generator: Annotated[str, Field(max_length=100)] = ""


class WishForOne(Wish):
    """A wish for a single picture."""

    count: Literal[1] = 1


class ImageAnswer(BaseModel):
    """A PNG in base64; or, where the library is public, the address of the background that was kept."""

    model_config = ConfigDict(json_schema_extra={"minProperties": 1, "maxProperties": 1})

    base64_image: str = ""
    image_url: str = ""


@dataclass(frozen=True)
class Order:
    """A wish that is being painted for as long as the request lasts."""

    wish: Wish
    painter: str
    events: AsyncGenerator[Event]


def router(
    library: Library, easel: Easel, generators: Generators, limits: Limits, *, public: bool
) -> APIRouter:
    """Return the routes; `public` says whether the library's pictures have addresses of their own."""
    routes = APIRouter(tags=["generate"])

    @asynccontextmanager
    async def taken(wish: Wish, request: Request) -> AsyncIterator[Order]:
        """Take an order before the answer begins, so that a refusal has a status of its own."""
        client = request.client.host if request.client else ""
        with limits.reserve(client, wish.count):
            painter = await asyncio.to_thread(generators.get, wish.generator)  # auto may ask the network
            async with aclosing(easel.paint(painter, wish)) as events:
                yield Order(wish, painter.name, events)

    async def order(wish: Wish, request: Request) -> AsyncIterator[Order]:
        async with taken(wish, request) as order:
            yield order

    async def order_for_one(wish: WishForOne, request: Request) -> AsyncIterator[Order]:
        async with taken(wish, request) as order:
            yield order

    @routes.post(
        "/backgrounds",
        response_class=StreamingResponse,
        responses=problems.documented(429, 503) | {200: sse.DESCRIPTION},
    )
    async def make(order: Annotated[Order, Depends(order)]) -> EventStream:
        """Paint a prompt and keep what comes of it; tell how it gets on. Closing the answer cancels.

        Events: `queued {position}`, `progress {sample, step, total, message, preview?}` (a WebP in base64),
        `image {sample, background}`, and last `done {failed: [{sample, problem}]}` or `error {problem}`.
        """
        return EventStream(_events(order, library))

    @routes.post("/image", response_model_exclude_defaults=True, responses=problems.documented(422, 429, 503))
    async def image(order: Annotated[Order, Depends(order_for_one)], request: Request) -> ImageAnswer:
        """Paint a prompt and answer with the picture itself. Closing the connection cancels."""
        painting = await unless_gone(request, _picture(order.events))
        if public:
            kept = await library.add(painting, order.wish, order.painter)
            return ImageAnswer(image_url=kept.url)
        data = await asyncio.to_thread(metadata.encode, painting, order.wish, order.painter, "png")
        return ImageAnswer(base64_image=base64.b64encode(data).decode())

    return routes


async def _events(order: Order, library: Library) -> AsyncGenerator[tuple[str, dict[str, Any]]]:
    samples = order.wish.samples()
    failed: list[dict[str, Any]] = []
    try:
        async for event in order.events:
            match event:
                case Queued(position):
                    yield "queued", {"position": position}
                case Working(sample, progress):
                    yield "progress", {"sample": sample} | await _told(progress)
                case Painted(sample, painting):
                    try:
                        kept = await library.add(painting, samples[sample], order.painter)
                    except CycloramaError as error:
                        failed.append({"sample": sample, "problem": problems.of(error)})
                    else:
                        yield "image", {"sample": sample, "background": kept.model_dump(mode="json")}
                case Failed(sample, error):
                    failed.append({"sample": sample, "problem": problems.of(error)})
    except Exception as error:  # the answer has begun: an error can only leave in it
        yield "error", {"problem": problems.of(error)}
        return
    if len(failed) == len(samples):
        yield "error", {"problem": failed[0]["problem"]}
    else:
        yield "done", {"failed": failed}


async def _picture(events: AsyncGenerator[Event]) -> Painting:
    async for event in events:
        match event:
            case Painted(_, painting):
                return painting
            case Failed(_, error):
                raise error
    raise AssertionError("an easel ends with a picture or a failure")


async def _told(progress: Progress) -> dict[str, Any]:
    told = {"step": progress.step, "total": progress.total, "message": progress.message}
    if progress.preview is None:
        return told
    return told | {"preview": await asyncio.to_thread(_webp, progress.preview)}


def _webp(preview: Image) -> str:
    out = io.BytesIO()
    preview.save(out, "WEBP", quality=60, method=0)  # soon rather than small
    return base64.b64encode(out.getvalue()).decode()
