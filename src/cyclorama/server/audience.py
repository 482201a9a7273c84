"""Routes for the audience: links that many may open, and a token for each who does."""

from typing import Annotated

from fastapi import APIRouter, Request
from pydantic import BaseModel, ConfigDict, Field

from cyclorama.server import bearer, problems
from cyclorama.server.openapi import FOR_PARTICIPANTS
from cyclorama.settings import Settings
from cyclorama.stage.audience import Audience
from cyclorama.stage.base import StageBackend


class LinkWish(BaseModel):
    """The body of `POST /links`: which stage to show, and for how many minutes; else as the settings say."""

    model_config = ConfigDict(extra="forbid")

    stage: Annotated[str | None, Field(min_length=1, max_length=256)] = None
    minutes: Annotated[int | None, Field(ge=1, le=20160)] = None


class LinkAnswer(BaseModel):
    """What a viewer link carries in its fragment: `/watch#TOKEN`. `expires_at` is in Unix seconds."""

    token: str
    expires_at: int
    stage: str


class ViewerAnswer(BaseModel):
    """A token for one viewer; `expires_at` is in Unix seconds."""

    token: str
    participant_id: str
    expires_at: int


def creators_router(audience: Audience, backend: StageBackend, settings: Settings) -> APIRouter:
    """Return the route that makes links."""
    routes = APIRouter(tags=["stage"])

    @routes.post("/links", responses=problems.documented(404, 409, 429, 503))
    async def link(wish: LinkWish) -> LinkAnswer:
        """Make a link that a whole audience may share."""
        stage = await backend.find_stage(wish.stage or settings.stage)
        ticket = await audience.ticket(stage, wish.minutes or settings.viewer_minutes)
        return LinkAnswer(token=ticket.token, expires_at=ticket.expires_at, stage=stage.id)

    return routes


def router(audience: Audience) -> APIRouter:
    """Return the route that is asked with what a link carries."""
    routes = APIRouter(tags=["stage"])

    @routes.post(
        "/viewers",
        responses=problems.documented(401, 404, 429, 503),
        openapi_extra=FOR_PARTICIPANTS,
    )
    async def viewer(request: Request) -> ViewerAnswer:
        """Turn a viewer link's token, of a stage that is not on this server, into one for a single viewer."""
        minted = await audience.admit(bearer.token(request))
        return ViewerAnswer(
            token=minted.token, participant_id=minted.participant_id, expires_at=minted.expires_at
        )

    return routes
