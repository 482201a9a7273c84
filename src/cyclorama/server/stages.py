"""Routes over the stages of the configured backend: which there are, and who is on them."""

from typing import Annotated

from fastapi import APIRouter, Path, Response

from cyclorama.server import problems
from cyclorama.settings import Settings
from cyclorama.stage.base import StageBackend
from cyclorama.stage.local import LocalBackend
from cyclorama.wire.stages import ParticipantsAnswer, StageAnswer, StagesAnswer, StageWish

Id = Annotated[str, Path(max_length=256)]


def router(backend: StageBackend, settings: Settings) -> APIRouter:
    """Return the routes over `backend`. Whatever its stages' names are, paths name them by id."""
    routes = APIRouter(tags=["stage"])
    failing = problems.documented(429, 503)
    missing = failing | problems.documented(404)

    @routes.get("/stages", responses=failing)
    async def all_of_them() -> StagesAnswer:
        """List the stages."""
        return StagesAnswer.of(await backend.list_stages(), settings.stage)

    @routes.post("/stages", status_code=201, responses=failing | problems.documented(409))
    async def create(wish: StageWish) -> StageAnswer:
        """Make a stage."""
        return StageAnswer.of(await backend.create_stage(wish.name))

    @routes.delete(
        "/stages/{stage}",
        status_code=204,
        response_class=Response,
        responses=missing | problems.documented(409),
    )
    async def delete(stage: Id) -> None:
        """Delete a stage: everybody has to leave, and its tokens are worth nothing any more."""
        await backend.delete_stage(stage)

    @routes.get("/stages/{stage}/participants", responses=missing)
    async def participants(stage: Id) -> ParticipantsAnswer:
        """Say who is on a stage."""
        there = await backend.list_participants(stage)
        viewers = backend.room(stage).viewers if isinstance(backend, LocalBackend) else None
        return ParticipantsAnswer.of(there, viewers)

    @routes.delete(
        "/stages/{stage}/participants/{participant}",
        status_code=204,
        response_class=Response,
        responses=missing,
    )
    async def send_away(stage: Id, participant: Id) -> None:
        """Send somebody away: they are out, and their token is refused from now on."""
        await backend.disconnect_participant(stage, participant)

    return routes
