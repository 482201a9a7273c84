"""The route that mints participant tokens for the local stage."""

from typing import Annotated

from fastapi import APIRouter
from pydantic import BaseModel, ConfigDict, Field

from cyclorama.settings import Settings
from cyclorama.stage.local import LocalStage


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


def router(stage: LocalStage, settings: Settings) -> APIRouter:
    """Return the route over `stage`."""
    routes = APIRouter(tags=["stage"])

    @routes.post("/tokens")
    async def token(wish: TokenWish) -> TokenAnswer:
        """Mint a token for the local stage."""
        minted = stage.mint_token(
            user_id=wish.user_id,
            attributes=wish.attributes,
            publish=wish.publish,
            minutes=wish.minutes or settings.viewer_minutes,
        )
        return TokenAnswer(token=minted.token, participant_id=minted.claims.jti, expires_at=minted.claims.exp)

    return routes
