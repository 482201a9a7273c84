"""Routes over the stages of the configured backend: which there are, and who is on them."""

from dataclasses import asdict
from typing import Annotated

from fastapi import APIRouter, Path, Response
from pydantic import BaseModel, ConfigDict, Field

from cyclorama.server import problems
from cyclorama.settings import Settings
from cyclorama.stage.base import StageBackend
from cyclorama.stage.local import LocalBackend

Id = Annotated[str, Path(max_length=256)]


class StageWish(BaseModel):
    """The body of `POST /stages`."""

    model_config = ConfigDict(extra="forbid")

    name: Annotated[str, Field(min_length=1, max_length=128)]


class StageAnswer(BaseModel):
    """One stage; `whip_url` is "" where its backend has no WHIP, and a path where it is on this server."""

    id: str
    name: str
    resource: str
    whip_url: str


class StagesAnswer(BaseModel):
    """All stages, and the id of the one that the studio goes live on: "" where it is not there."""

    stages: list[StageAnswer]
    default: str


class MutedAnswer(BaseModel):
    """What a participant says they have switched off."""

    audio: bool
    video: bool


class ParticipantAnswer(BaseModel):
    """Somebody who is there and may publish."""

    id: str
    user_id: str
    attributes: dict[str, str]
    publishing: bool
    muted: MutedAnswer


class ParticipantsAnswer(BaseModel):
    """Who is on a stage; `viewers` is null where the backend does not tell."""

    participants: list[ParticipantAnswer]
    viewers: int | None


def router(backend: StageBackend, settings: Settings) -> APIRouter:
    """Return the routes over `backend`. Whatever its stages' names are, paths name them by id."""
    routes = APIRouter(tags=["stage"])
    failing = problems.documented(429, 503)
    missing = failing | problems.documented(404)

    @routes.get("/stages", responses=failing)
    async def all_of_them() -> StagesAnswer:
        """List the stages."""
        stages = await backend.list_stages()
        wanted = settings.stage
        default = next((each.id for each in stages if wanted in {each.id, each.name, each.resource}), "")
        return StagesAnswer(stages=[StageAnswer(**asdict(each)) for each in stages], default=default)

    @routes.post("/stages", status_code=201, responses=failing | problems.documented(409))
    async def create(wish: StageWish) -> StageAnswer:
        """Make a stage."""
        return StageAnswer(**asdict(await backend.create_stage(wish.name)))

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
        return ParticipantsAnswer(
            participants=[ParticipantAnswer.model_validate(asdict(each)) for each in there], viewers=viewers
        )

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
