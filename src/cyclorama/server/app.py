"""The server: one application over the stages, one library and one easel."""

from __future__ import annotations

import asyncio
import logging
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

from fastapi import APIRouter, Depends

import cyclorama
from cyclorama.backgrounds.easel import Easel
from cyclorama.backgrounds.generators import Generators
from cyclorama.backgrounds.library import Library
from cyclorama.server import (
    about,
    archives,
    audience,
    backgrounds,
    creator,
    engines,
    generating,
    models,
    pages,
    problems,
    recordings,
    stage,
    stages,
    tokens,
)
from cyclorama.server.guard import Guard
from cyclorama.server.limits import Limits
from cyclorama.server.logs import AccessLog
from cyclorama.server.openapi import Described
from cyclorama.stage.audience import Audience
from cyclorama.stage.backends import backend_of
from cyclorama.stage.iceservers import IceServers
from cyclorama.stage.local import LocalBackend
from cyclorama.stage.tokens import Signer

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from fastapi import FastAPI

    from cyclorama.server.linked import Linked
    from cyclorama.settings import Settings
    from cyclorama.stage.base import StageBackend

logger = logging.getLogger(__name__)

SWEEP_S = 600


def create_app(
    settings: Settings, generators: Generators | None = None, backend: StageBackend | None = None
) -> FastAPI:
    """Return the ASGI application; `generators` and `backend` in place of those that the settings name.

    The local stages are always there (WHIP, WHEP, roster); `backend` is where `/stages` and `/tokens` go.

    Raises:
        Unavailable: the data folder, or the stage's backend, cannot be used.
    """
    library = Library.of(settings)
    backend = backend or backend_of(settings, lambda: LocalBackend.of(settings))
    local = backend if isinstance(backend, LocalBackend) else LocalBackend.of(settings)
    easel = Easel()
    generators = generators or Generators(settings)
    key = creator.key(settings)

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        sweeping = asyncio.create_task(_sweep(library))
        await local.begin()
        yield
        sweeping.cancel()
        await asyncio.wait({sweeping})
        await backend.aclose()
        await local.aclose()
        easel.close()

    app = Described(
        title="Cyclorama", version=cyclorama.__version__, lifespan=lifespan, docs_url=None, redoc_url=None
    )
    app.add_middleware(AccessLog)
    app.add_middleware(Guard, settings=settings)
    problems.install(app)

    shown = [Depends(creator.only(key, lambda token: local.admit(token)[1]))] if key else []
    creators = APIRouter(dependencies=shown, responses=problems.documented(401))
    creators.include_router(tokens.router(backend, settings))
    viewers = Audience(backend, Signer.at(settings.data))
    creators.include_router(audience.creators_router(viewers, backend, settings))
    creators.include_router(stages.router(backend, settings))
    creators.include_router(recordings.router(backend))
    creators.include_router(
        generating.router(library, easel, generators, Limits(settings), public=bool(settings.public_url))
    )
    creators.include_router(archives.router(library, settings.data))  # before those with an id in their path
    creators.include_router(backgrounds.router(library))
    creators.include_router(about.creators_router(generators))
    running: dict[str, Linked] = {}
    creators.include_router(engines.router(running))
    app.include_router(engines.link(running, key))
    app.include_router(creators)
    app.include_router(about.router(settings, key_needed=key is not None))
    ice = IceServers(settings)
    app.include_router(models.router())
    app.include_router(stage.router(local, ice))
    app.include_router(audience.router(viewers))
    pages.install(app, ice_servers=bool(ice))
    return app


async def _sweep(library: Library) -> None:
    while True:
        try:
            await library.sweep()
        except Exception:
            logger.exception("the library could not be swept; the next try is in %d minutes", SWEEP_S // 60)
        await asyncio.sleep(SWEEP_S)
