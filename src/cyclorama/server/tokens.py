"""The route that mints participant tokens."""

from typing import Annotated

from fastapi import APIRouter
from pydantic import BaseModel, ConfigDict, Field

from cyclorama.errors import InvalidRequest
from cyclorama.server import problems
from cyclorama.settings import Settings
from cyclorama.stage.base import StageBackend


class TokenWish(BaseModel):
    """The body of `POST /tokens`: who shall get a token, for which stage, and what it allows.

    Without `stage` (an id, name or resource) it is for the stage of the settings, without `minutes` for as
    long as a viewer link is good.
    """

    model_config = ConfigDict(extra="forbid")

    stage: Annotated[str | None, Field(min_length=1, max_length=256)] = None
    user_id: Annotated[str, Field(max_length=128)] = ""
    attributes: Annotated[dict[str, str], Field(max_length=16)] = {}
    publish: bool = False
    subscribe: bool = True
    minutes: Annotated[int | None, Field(ge=1, le=20160)] = None


class TokenAnswer(BaseModel):
    """A participant token; `expires_at` is in Unix seconds, `stage` its stage's id."""

    token: str
    participant_id: str
    expires_at: int
    stage: str


def router(backend: StageBackend, settings: Settings) -> APIRouter:
    """Return the route over `backend`."""
    routes = APIRouter(tags=["stage"])

    @routes.post("/tokens", responses=problems.documented(404, 409, 429, 503))
    async def token(wish: TokenWish) -> TokenAnswer:
        """Mint a token."""
        if not wish.publish and not wish.subscribe:
            raise InvalidRequest("This token would allow nothing. Let it publish, subscribe, or both.")
        stage = await backend.find_stage(wish.stage or settings.stage)
        minted = await backend.mint_token(
            stage.resource,
            user_id=wish.user_id,
            attributes=wish.attributes,
            publish=wish.publish,
            subscribe=wish.subscribe,
            minutes=wish.minutes or settings.viewer_minutes,
        )
        return TokenAnswer(
            token=minted.token,
            participant_id=minted.participant_id,
            expires_at=minted.expires_at,
            stage=stage.id,
        )

    return routes
