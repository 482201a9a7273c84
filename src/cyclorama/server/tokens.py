"""The route that mints participant tokens."""

from fastapi import APIRouter

from cyclorama.server import problems
from cyclorama.settings import Settings
from cyclorama.stage.base import StageBackend
from cyclorama.wire.stages import TokenAnswer, TokenWish


def router(backend: StageBackend, settings: Settings) -> APIRouter:
    """Return the route over `backend`."""
    routes = APIRouter(tags=["stage"])

    @routes.post("/tokens", responses=problems.documented(404, 409, 429, 503))
    async def token(wish: TokenWish) -> TokenAnswer:
        """Mint a token."""
        stage = await backend.find_stage(wish.stage or settings.stage)
        minted = await backend.mint_token(
            stage.resource,
            user_id=wish.user_id,
            attributes=wish.attributes,
            publish=wish.publish,
            subscribe=wish.subscribe,
            minutes=wish.minutes or settings.viewer_minutes,
        )
        return TokenAnswer.of(minted, stage)

    return routes
