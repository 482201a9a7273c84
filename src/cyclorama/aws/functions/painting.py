"""Paints one job, and writes down how it gets on."""

from __future__ import annotations

import asyncio
import logging
import time
from contextlib import aclosing
from typing import TYPE_CHECKING

from cyclorama.errors import Conflict, GenerationFailed, Unavailable
from cyclorama.wire import generating

if TYPE_CHECKING:
    from collections.abc import Callable

    from cyclorama.aws.functions.jobs import Job
    from cyclorama.aws.functions.studio import Studio
    from cyclorama.errors import CycloramaError

logger = logging.getLogger(__name__)

EVERY_S = 1.0  # what is new is written down so often, and whether it is cancelled looked up
SPARE_S = 10.0  # of the function's time, to say that it was not enough
LOOK_S = 5.0  # a store that is slow must not keep the painter from that


async def paint(studio: Studio, id_: str, left: Callable[[], float]) -> str:
    """Paint the job of that id, unless somebody has begun with it; return in a word what became of it.

    Args:
        studio: what it is painted with.
        id_: the job's.
        left: returns the seconds until the function is stopped.

    Raises:
        Unavailable: the job cannot be read, or its end not be written down.
        NotFound: there is no such job.
    """
    jobs = studio.jobs
    job = await jobs.get(id_)
    if job.over or job.late:  # whoever asked was told by now that it has failed
        return "late"
    if not await jobs.take(job):
        return "taken"
    job.deadline = time.time() + left()
    if await jobs.cancelled(job):
        job.fail(_cancelled())
    else:
        await _paint(studio, job, left)
    await jobs.put(job)
    return job.events[-1].event


async def _paint(studio: Studio, job: Job, left: Callable[[], float]) -> None:
    """Paint until the job is over, and write down what is new meanwhile."""
    painting = asyncio.create_task(_tell(studio, job))
    written = 0
    while not (await asyncio.wait({painting}, timeout=EVERY_S))[0]:
        if left() < SPARE_S:
            await _stop(painting, job, _too_slow())
            return
        try:
            async with asyncio.timeout(LOOK_S):
                if await studio.jobs.cancelled(job):
                    await _stop(painting, job, _cancelled())
                    return
                if (new := job.told) > written:
                    await studio.jobs.put(job)
                    written = new
        except (Unavailable, TimeoutError) as error:
            logger.warning("How the job gets on cannot be written down right now: %s", error)
    painting.result()


async def _tell(studio: Studio, job: Job) -> None:
    try:
        generator = await studio.generator(job.wish.generator)
        async with (
            aclosing(studio.easel.paint(generator, job.wish)) as painted,
            aclosing(generating.events(painted, job.wish, generator.name, studio.library)) as events,
        ):
            async for name, data in events:
                job.tell(name, data)
    except Exception as error:  # whatever it is, whoever asks about the job must hear of it
        job.fail(error)


async def _stop(painting: asyncio.Task[None], job: Job, why: CycloramaError) -> None:
    """Stop to paint, down to the socket, and end the job unless it has just come to its own end."""
    painting.cancel()
    await asyncio.wait({painting})
    if not job.over:
        job.fail(why)


def _cancelled() -> Conflict:
    return Conflict("This order was cancelled, so nothing more will come of it.")


def _too_slow() -> GenerationFailed:
    return GenerationFailed(
        "The picture was not ready when the painter's time was up. Try again, or ask for a smaller one."
    )
