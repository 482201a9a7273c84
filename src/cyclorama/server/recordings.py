"""Routes over the recording of a local stage."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Annotated

from fastapi import APIRouter, Path
from fastapi.responses import FileResponse
from pydantic import BaseModel

from cyclorama.errors import Conflict
from cyclorama.server import problems
from cyclorama.server.openapi import binary
from cyclorama.stage.local import LocalBackend

if TYPE_CHECKING:
    from starlette.types import Message, Receive, Scope, Send

    from cyclorama.stage.base import StageBackend
    from cyclorama.stage.recording.recorder import Recorder, State

MEDIA_TYPE = "video/x-matroska"
Id = Annotated[str, Path(max_length=256)]


class RecordingAnswer(BaseModel):
    """One file. Times are in Unix seconds; `open` says that it still grows."""

    name: str
    user_id: str
    started_at: float
    seconds: float
    bytes: int
    open: bool


class RecordingStateAnswer(BaseModel):
    """How a stage's recording is.

    `dropped` counts packets that a slow disk has cost it; `problem` says why it stopped by itself, or "".
    """

    recording: bool
    since: float | None
    folder: str
    files: list[RecordingAnswer]
    dropped: int
    problem: str


def router(backend: StageBackend) -> APIRouter:
    """Return the routes over the stages of `backend`, which record where it is the local one."""
    routes = APIRouter(tags=["stage"])
    failing = problems.documented(404, 409)

    def recorder(stage: str) -> Recorder:
        if not isinstance(backend, LocalBackend):
            raise Conflict(
                f"The stages of this server are run by {backend.name}, which records by itself if at all. "
                "Only local stages are recorded here."
            )
        return backend.room(stage).recorder

    @routes.get("/stages/{stage}/recording", responses=failing)
    async def state(stage: Id) -> RecordingStateAnswer:
        """Say whether a stage is recorded, and which files there are."""
        return _answer(await recorder(stage).state())

    @routes.put("/stages/{stage}/recording", responses=failing | problems.documented(503))
    async def start(stage: Id) -> RecordingStateAnswer:
        """Record what is published to a stage from now on."""
        await recorder(stage).start()
        return _answer(await recorder(stage).state())

    @routes.delete("/stages/{stage}/recording", responses=failing)
    async def stop(stage: Id) -> RecordingStateAnswer:
        """Record no more; the answer comes when all files are ended."""
        await recorder(stage).stop()
        return _answer(await recorder(stage).state())

    @routes.get(
        "/stages/{stage}/recordings/{name}",
        response_class=FileResponse,
        responses=failing | {200: binary(MEDIA_TYPE), 206: binary(MEDIA_TYPE)},
    )
    async def download(stage: Id, name: Id) -> FileResponse:
        """Send a file, or a range of it; of one that still grows, what is there now."""
        path = await asyncio.to_thread(recorder(stage).path, name)
        stat = await asyncio.to_thread(path.stat)
        return _Snapshot(path, media_type=MEDIA_TYPE, filename=path.name, stat_result=stat)

    return routes


class _Snapshot(FileResponse):
    """As much of a file as there was when the answer began: a growing one would outrun its Content-Length."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        left, ended = 0, False

        async def bounded(message: Message) -> None:
            nonlocal left, ended
            if message["type"] == "http.response.start":
                lengths = [value for name, value in message["headers"] if name == b"content-length"]
                left = int(lengths[0]) if lengths else 0
            elif message["type"] == "http.response.body":
                if ended:
                    return
                body = message.get("body", b"")[:left]
                left -= len(body)
                ended = not left or not message.get("more_body")
                message = {**message, "body": body, "more_body": not ended}
            await send(message)

        await super().__call__(scope, receive, bounded)


def _answer(state: State) -> RecordingStateAnswer:
    files = [RecordingAnswer(**each._asdict()) for each in state.files]
    return RecordingStateAnswer(**{**state._asdict(), "files": files})
