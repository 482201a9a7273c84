"""Routes that tell what this server is and can do."""

import asyncio
from typing import Annotated

from fastapi import APIRouter, Path, Response
from pydantic import BaseModel

import cyclorama
from cyclorama.backgrounds import styles, upload
from cyclorama.backgrounds.base import MAX_COUNT, MAX_PROMPT
from cyclorama.backgrounds.generators import Generators, State
from cyclorama.server import problems
from cyclorama.server.guard import MAX_IMPORT
from cyclorama.server.openapi import binary
from cyclorama.settings import Settings

A_DAY = {"Cache-Control": "public, max-age=86400"}


class Bounds(BaseModel):
    """The most that is taken: characters of a prompt, samples, bytes of a picture and of an archive."""

    prompt: int = MAX_PROMPT
    count: int = MAX_COUNT
    upload_bytes: int = upload.MAX_BYTES
    import_bytes: int = MAX_IMPORT


class StyleAnswer(BaseModel):
    """A style that may be asked for, and the path of its picture."""

    id: str
    name: str
    image: str


class Config(BaseModel):
    """What the pages need to know; `generator` and `stage_backend` are the settings.

    `livekit_url` is where the LiveKit server is, or "".
    """

    version: str = cyclorama.__version__
    generator: str
    key_needed: bool
    stage_backend: str
    livekit_url: str
    limits: Bounds
    styles: list[StyleAnswer]


class Health(BaseModel):
    """The server is up."""

    status: str = "ok"
    version: str = cyclorama.__version__


class Auto(BaseModel):
    """The generator that `auto` takes, and why."""

    name: str
    why: str


class GeneratorsAnswer(BaseModel):
    """All generators, and the one that `auto` takes."""

    generators: list[State]
    auto: Auto


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
            styles=[
                StyleAnswer(id=style.id, name=style.name, image=f"/styles/{style.id}")
                for style in styles.STYLES.values()
            ],
        )

    @routes.get(
        "/styles/{id_}",
        response_class=Response,
        responses=problems.documented(404) | {200: binary("image/webp")},
    )
    async def style(id_: Annotated[str, Path(max_length=100)]) -> Response:
        """Answer with a style's picture, 240x135."""
        return Response(styles.style(id_).picture(), media_type="image/webp", headers=A_DAY)

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
