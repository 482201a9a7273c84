"""The server: one application over one stage, one library and one easel."""

from __future__ import annotations

from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Annotated, Any

from fastapi import APIRouter, Depends, FastAPI
from pydantic import BaseModel, ConfigDict, Field

import cyclorama
from cyclorama.backgrounds import upload
from cyclorama.backgrounds.base import MAX_PROMPT
from cyclorama.backgrounds.easel import Easel
from cyclorama.backgrounds.generators import Generators
from cyclorama.backgrounds.library import Library
from cyclorama.server import backgrounds, creator, pages, problems, stage
from cyclorama.server.guard import Guard
from cyclorama.server.logs import AccessLog
from cyclorama.stage.local import LocalStage

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from cyclorama.settings import Settings


class TokenWish(BaseModel):
    """The body of `POST /tokens`: who shall get a token, and what it allows. All tokens allow to watch."""

    model_config = ConfigDict(extra="forbid")

    user_id: Annotated[str, Field(max_length=128)] = ""
    attributes: Annotated[dict[str, str], Field(max_length=16)] = {}
    publish: bool = False
    minutes: Annotated[int | None, Field(ge=1, le=20160)] = None


class TokenAnswer(BaseModel):
    """A participant token; `expires_at` is in Unix seconds."""

    token: str
    participant_id: str
    expires_at: int


def create_app(settings: Settings, generators: Generators | None = None) -> FastAPI:
    """Return the ASGI application; `generators` in place of those that the settings name.

    Raises:
        Unavailable: the data folder cannot be used.
    """
    library = Library.at(settings.data / "backgrounds")
    local_stage = LocalStage.at(settings.data)
    easel = Easel()
    key = creator.key(settings)

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        yield
        await local_stage.aclose()
        easel.close()

    app = FastAPI(
        title="Cyclorama", version=cyclorama.__version__, lifespan=lifespan, docs_url=None, redoc_url=None
    )
    app.add_middleware(AccessLog)
    app.add_middleware(Guard, settings=settings)
    problems.install(app)

    creators = APIRouter(dependencies=[Depends(creator.only(key))])

    @creators.post("/tokens", tags=["stage"])
    async def token(wish: TokenWish) -> TokenAnswer:
        """Mint a token for the local stage."""
        minted = local_stage.mint_token(
            user_id=wish.user_id,
            attributes=wish.attributes,
            publish=wish.publish,
            minutes=wish.minutes or settings.viewer_minutes,
        )
        return TokenAnswer(token=minted.token, participant_id=minted.claims.jti, expires_at=minted.claims.exp)

    creators.include_router(backgrounds.router(library, easel, generators or Generators(settings)))
    app.include_router(creators)
    app.include_router(stage.router(local_stage))

    @app.get("/config", tags=["server"])
    async def config() -> dict[str, Any]:
        """Tell the pages what they need to know."""
        return {
            "version": cyclorama.__version__,
            "generator": settings.generator,
            "key_needed": key is not None,
            "limits": {"prompt": MAX_PROMPT, "upload_bytes": upload.MAX_BYTES},
        }

    @app.get("/healthz", tags=["server"])
    async def health() -> dict[str, str]:
        """Say that the server is up."""
        return {"status": "ok", "version": cyclorama.__version__}

    pages.install(app)
    return app
