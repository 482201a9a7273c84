"""Routes that take backgrounds out as a zip, and in again."""

from collections.abc import AsyncGenerator, AsyncIterator
from dataclasses import asdict
from pathlib import Path
from typing import Annotated, Any, BinaryIO, cast

import anyio
from fastapi import APIRouter, Depends, Query, Request
from fastapi.responses import StreamingResponse

from cyclorama.backgrounds import archive
from cyclorama.backgrounds.archive import Imported, Step
from cyclorama.backgrounds.library import Library
from cyclorama.errors import Unavailable
from cyclorama.server import problems, sse
from cyclorama.server.openapi import binary
from cyclorama.server.sse import EventStream
from cyclorama.wire import problem

ZIP = "application/zip"
MAX_NAMED = 500  # ids in one address, which servers on the way bound, too
SAVED_AS = {"Content-Disposition": 'attachment; filename="backgrounds.zip"'}
BODY = {"requestBody": {"required": True} | binary(ZIP)}


def router(library: Library, folder: Path) -> APIRouter:
    """Return the routes; what comes in waits in `folder`, for it may be larger than the memory."""
    routes = APIRouter(tags=["library"], responses=problems.documented(503))

    async def spooled(request: Request) -> AsyncIterator[BinaryIO]:
        async with anyio.TemporaryFile(dir=str(folder)) as file:
            try:
                async for chunk in request.stream():
                    await file.write(chunk)
                await file.seek(0)
            except OSError as error:
                raise Unavailable(f"The file could not be stored: {error}. Is the disk full?") from error
            yield cast("BinaryIO", file.wrapped)

    @routes.get(
        "/backgrounds/export",
        response_class=StreamingResponse,
        responses=problems.documented(404) | {200: binary(ZIP)},
    )
    async def export(
        ids: Annotated[list[str] | None, Query(alias="id", max_length=MAX_NAMED)] = None,
    ) -> StreamingResponse:
        """Answer with a zip of the backgrounds with these ids, or of all."""
        chunks = aiter(archive.pack(library, ids))
        first = await anext(chunks)  # so that an unknown id is answered with 404
        return StreamingResponse(_after(first, chunks), media_type=ZIP, headers=SAVED_AS)

    @routes.post(
        "/backgrounds/import",
        response_class=StreamingResponse,
        responses={200: sse.DESCRIPTION},
        openapi_extra=BODY,
    )
    async def take_in(file: Annotated[BinaryIO, Depends(spooled)]) -> EventStream:
        """Take in the backgrounds of a zip: one of ours, or of pictures.

        Events: `progress {done, total}`, and last `done {imported: [background], skipped: [{name, reason}]}`
        or `error {problem}`. Closing the answer keeps what is in by then.
        """
        return EventStream(_events(library, file))

    return routes


async def _after(first: bytes, rest: AsyncIterator[bytes]) -> AsyncIterator[bytes]:
    yield first
    async for chunk in rest:
        yield chunk


async def _events(library: Library, file: BinaryIO) -> AsyncGenerator[tuple[str, dict[str, Any]]]:
    try:
        async for step in archive.unpack(library, file):
            match step:
                case Step():
                    yield "progress", asdict(step)
                case Imported(imported, skipped):
                    yield (
                        "done",
                        {
                            "imported": [background.model_dump(mode="json") for background in imported],
                            "skipped": [asdict(each) for each in skipped],
                        },
                    )
    except Exception as error:  # the answer has begun: an error can only leave in it
        yield "error", {"problem": problem.of(error)}
