"""Routes that tell what this server is and can do."""

import asyncio
from typing import Annotated

from fastapi import APIRouter, Path, Response

from cyclorama.backgrounds import styles
from cyclorama.backgrounds.generators import Generators
from cyclorama.server import problems
from cyclorama.server.openapi import binary
from cyclorama.settings import Settings
from cyclorama.wire import site
from cyclorama.wire.config import Auto, Bounds, Config, Features, GeneratorsAnswer, Health, all_styles


def router(settings: Settings, *, key_needed: bool) -> APIRouter:
    """Return the routes that anyone may ask."""
    routes = APIRouter(tags=["server"])

    @routes.get("/config")
    async def config() -> Config:
        """Tell the pages what they need to know."""
        return Config(
            generator=settings.generator,
            key_needed=key_needed,
            stage_backend=settings.stage_backend,
            livekit_url=settings.livekit_url,
            limits=Bounds(),
            features=Features(),
            styles=all_styles(),
        )

    @routes.get(
        "/styles/{id_}",
        response_class=Response,
        responses=problems.documented(404) | {200: binary("image/webp")},
    )
    async def style(id_: Annotated[str, Path(max_length=100)]) -> Response:
        """Answer with a style's picture, 240x135."""
        headers = {"Cache-Control": site.A_DAY}
        return Response(styles.style(id_).picture(), media_type="image/webp", headers=headers)

    @routes.get("/healthz")
    async def health() -> Health:
        """Say that the server is up."""
        return Health()

    return routes


def creators_router(generators: Generators) -> APIRouter:
    """Return the routes that tell of the creator's own."""
    routes = APIRouter(tags=["generate"])

    @routes.get("/generators")
    async def all_of_them() -> GeneratorsAnswer:
        """Say how each generator is, and which one `auto` takes. May take some seconds."""
        states = await asyncio.gather(
            *(asyncio.to_thread(generators.state, name) for name in generators.names)
        )
        choice = await asyncio.to_thread(generators.choose)
        return GeneratorsAnswer(generators=states, auto=Auto(name=choice.generator.name, why=choice.why))

    return routes
