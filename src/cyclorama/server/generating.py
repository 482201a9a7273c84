"""Routes that paint: a stream of events that ends with kept backgrounds, and the bare picture."""

import asyncio
import base64
from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import aclosing, asynccontextmanager
from dataclasses import dataclass
from typing import Annotated

from fastapi import APIRouter, Depends, Request
from fastapi.responses import StreamingResponse

from cyclorama.backgrounds import metadata
from cyclorama.backgrounds.base import Painting, check_motion
from cyclorama.backgrounds.easel import Easel, Event, Failed, Painted
from cyclorama.backgrounds.generators import Generators
from cyclorama.backgrounds.library import Library
from cyclorama.server import problems, sse
from cyclorama.server.leaving import unless_gone
from cyclorama.server.limits import Limits
from cyclorama.server.sse import EventStream
from cyclorama.wire import generating
from cyclorama.wire.generating import ImageAnswer, Wish, WishForOne


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
            check_motion(painter, wish)
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

        Events: `queued {position}`, `progress {sample, step, total, message, preview?, whole?}` (a WebP in
        base64; where it is `whole`, it is the finished picture, which is about to move), `image {sample,
        background}` (a video, where it moves), and last `done {failed: [{sample, problem}]}` or `error
        {problem}`.
        """
        return EventStream(generating.events(order.events, order.wish, order.painter, library))

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


async def _picture(events: AsyncGenerator[Event]) -> Painting:
    async for event in events:
        match event:
            case Painted(_, painting):
                return painting
            case Failed(_, error):
                raise error
    raise AssertionError("an easel ends with a picture or a failure")
