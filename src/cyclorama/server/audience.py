"""Routes for the audience: links that many may open, and a token for each who does."""

from fastapi import APIRouter, Request

from cyclorama.server import problems
from cyclorama.server.openapi import FOR_PARTICIPANTS
from cyclorama.settings import Settings
from cyclorama.stage.audience import Audience
from cyclorama.stage.base import StageBackend
from cyclorama.wire import bearer
from cyclorama.wire.stages import LinkAnswer, LinkWish, ViewerAnswer


def creators_router(audience: Audience, backend: StageBackend, settings: Settings) -> APIRouter:
    """Return the route that makes links."""
    routes = APIRouter(tags=["stage"])

    @routes.post("/links", responses=problems.documented(404, 409, 429, 503))
    async def link(wish: LinkWish) -> LinkAnswer:
        """Make a link that a whole audience may share."""
        stage = await backend.find_stage(wish.stage or settings.stage)
        ticket = await audience.ticket(stage, wish.minutes or settings.viewer_minutes)
        return LinkAnswer.of(ticket, stage)

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
        minted = await audience.admit(bearer.token(request.headers.get("authorization", "")))
        return ViewerAnswer.of(minted)

    return routes
