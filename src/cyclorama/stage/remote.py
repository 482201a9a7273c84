"""The stages of a studio that runs already, asked over HTTP. So the command reaches the local ones."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING
from urllib.parse import quote, urljoin

from pydantic import BaseModel

from cyclorama.errors import NotFound
from cyclorama.stage.base import Participant, Stage, StageBackend, Token

if TYPE_CHECKING:
    from collections.abc import Mapping

    from cyclorama.stage.running import RunningStudio


class _Stages(BaseModel):
    stages: list[Stage]


class _Participants(BaseModel):
    participants: list[Participant]


class RecordedFile(BaseModel):
    """A file of a recording; `started_at` is in Unix seconds, `open` means that it still grows."""

    name: str
    user_id: str
    started_at: float
    seconds: float
    bytes: int
    open: bool


class Recording(BaseModel):
    """Whether a stage is recorded, since when in Unix seconds, and what is in its folder.

    `dropped` counts packets that a slow disk has cost it; `problem` says why it stopped by itself, or "".
    """

    recording: bool
    since: float | None
    folder: str
    files: list[RecordedFile]
    dropped: int = 0
    problem: str = ""


class RemoteBackend(StageBackend):
    """The stages of a running studio: its local ones, unless it is set to another backend."""

    name = "local"
    viewers_share = False  # they may not, where the studio is set to another backend

    def __init__(self, studio: RunningStudio) -> None:
        self._studio = studio

    async def create_stage(self, name: str) -> Stage:
        """Make a stage."""
        return self._here(await self._studio.ask(Stage, "POST", "/stages", {"name": name}))

    async def list_stages(self) -> list[Stage]:
        """Return all stages."""
        answer = await self._studio.ask(_Stages, "GET", "/stages")
        return [self._here(stage) for stage in answer.stages]

    async def find_stage(self, stage: str) -> Stage:
        """Return the stage of that id, name or resource."""
        stages = await self.list_stages()
        for known in ("id", "name", "resource"):
            for each in stages:
                if getattr(each, known) == stage:
                    return each
        raise NotFound(f"There is no stage {stage!r}. See: cyclorama stage list")

    async def delete_stage(self, stage: str) -> None:
        """Send everybody away and forget the stage."""
        await self._studio.tell("DELETE", await self._path(stage))

    async def mint_token(
        self,
        stage: str,
        *,
        user_id: str,
        attributes: Mapping[str, str],
        publish: bool,
        subscribe: bool,
        minutes: int,
    ) -> Token:
        """Return a token for a new participant."""
        wish = {
            "stage": stage,
            "user_id": user_id,
            "attributes": dict(attributes),
            "publish": publish,
            "subscribe": subscribe,
            "minutes": minutes,
        }
        return await self._studio.ask(Token, "POST", "/tokens", wish)

    async def list_participants(self, stage: str) -> list[Participant]:
        """Return those who are there and may publish."""
        path = f"{await self._path(stage)}/participants"
        return (await self._studio.ask(_Participants, "GET", path)).participants

    async def disconnect_participant(self, stage: str, participant_id: str) -> None:
        """Send somebody away."""
        path = await self._path(stage)
        try:
            await self._studio.tell("DELETE", f"{path}/participants/{quote(participant_id, safe='')}")
        except NotFound as error:
            raise NotFound(
                f"Nobody there has the id {participant_id!r}. See: cyclorama stage participants"
            ) from error

    async def recording(self, stage: str) -> Recording:
        """Return what is recorded of a stage."""
        return await self._studio.ask(Recording, "GET", f"{await self._path(stage)}/recording")

    async def record(self, stage: str, on: bool) -> Recording:
        """Start or stop to record a stage.

        Raises:
            Conflict: it is none of the studio's own.
        """
        method = "PUT" if on else "DELETE"
        return await self._studio.ask(Recording, method, f"{await self._path(stage)}/recording")

    async def aclose(self) -> None:
        """Close the connections."""
        await self._studio.aclose()

    def _here(self, stage: Stage) -> Stage:
        """Return the stage with a whole WHIP address; that of a local one is relative to the studio's."""
        return replace(stage, whip_url=stage.whip_url and urljoin(self._studio.server, stage.whip_url))

    async def _path(self, stage: str) -> str:
        # A name or a resource may hold a slash; an id does not.
        return f"/stages/{quote((await self.find_stage(stage)).id, safe='')}"
