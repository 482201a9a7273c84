"""Answers that take orders, and tell how they get on."""

from __future__ import annotations

import asyncio
import time
from contextlib import suppress
from typing import TYPE_CHECKING, Annotated, Any

from pydantic import BaseModel, Field

from cyclorama.aws.functions.exchange import Answer
from cyclorama.aws.functions.jobs import Job
from cyclorama.errors import CycloramaError, InvalidRequest
from cyclorama.wire.generating import ImageAnswer, Wish, WishForOne

if TYPE_CHECKING:
    from cyclorama.aws.functions.desk import Desk
    from cyclorama.aws.functions.exchange import Request

# Until the painter has begun: an order waits in Lambda's queue while as many painters run as may.
PATIENCE_S = 180
WAIT_S = 22  # for a picture, of the 30 s that API Gateway waits
SPARE_S = 4  # after that
LOOK_S = 0.7


class JobQuery(BaseModel):
    """Which events are known already."""

    after: Annotated[int, Field(ge=0)] = 0


async def make(desk: Desk, request: Request) -> Answer:
    """Take an order, and say where to ask about it."""
    return _accepted(await _start(desk, request.read(Wish)))


async def image(desk: Desk, request: Request) -> Answer:
    """Have one picture painted and wait for it; where that takes long, say where to ask about it."""
    until = time.monotonic() + min(WAIT_S, request.left - SPARE_S)
    job = await _start(desk, request.read(WishForOne))
    while not job.over and time.monotonic() + LOOK_S < until:
        await asyncio.sleep(LOOK_S)
        job = await desk.studio.jobs.get(job.id)
    for told in job.events:
        match told.event:
            case "image":
                kept = ImageAnswer(image_url=told.data["background"]["url"])
                return Answer(kept.model_dump_json(exclude_defaults=True))
            case "error":
                return Answer.problem(told.data["problem"])
    return _accepted(job)


async def ask(desk: Desk, request: Request) -> Answer:
    """Tell what became of a job."""
    job = await desk.studio.jobs.get(request.parameters["id"])
    return Answer.of(job.answer(request.asked(JobQuery).after))


async def cancel(desk: Desk, request: Request) -> Answer:
    """Want a job no more. One that is over stays as it is."""
    job = await desk.studio.jobs.get(request.parameters["id"])
    if not job.over:
        await desk.studio.jobs.cancel(job)
    return Answer.nothing()


async def _start(desk: Desk, wish: Wish) -> Job:
    desk.studio.generators.check(wish.generator)
    if wish.motion:
        raise InvalidRequest(
            "This studio's generator paints stills: nothing of its pictures moves. Leave out the motion. A "
            "studio on a machine of your own paints what moves: cyclorama studio."
        )
    job = Job.new(wish, PATIENCE_S)
    await desk.studio.jobs.put(job)
    try:
        await desk.painters.start(job.id)
    except CycloramaError:
        # It may have been taken all the same, and then nobody would ever see what came of it.
        with suppress(CycloramaError):
            await desk.studio.jobs.cancel(job)
        raise
    return job


def _accepted(job: Job) -> Answer:
    headers: dict[str, Any] = {"Location": f"/jobs/{job.id}"}
    return Answer.of(job.answer(), 202, **headers)
