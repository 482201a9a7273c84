"""The function that paints: it is handed a job's id, and nobody waits for what it returns.

By the clock it is called as well, with `{"sweep": true}`, to remove what was deleted.
"""

from __future__ import annotations

import asyncio
import logging
import time
from typing import TYPE_CHECKING, Any

from cyclorama.aws.functions import running
from cyclorama.aws.functions.painting import paint
from cyclorama.aws.functions.studio import studio
from cyclorama.errors import CycloramaError

if TYPE_CHECKING:
    from cyclorama.aws.functions.running import Context

logger = logging.getLogger(__name__)

SWEEP_S = 3600.0
SPARE_S = 5.0

_swept = -SWEEP_S


def handler(event: dict[str, Any], context: Context) -> dict[str, str]:
    """Paint one job, or only sweep: the entry point that Lambda calls.

    Raises:
        CycloramaError: the job cannot be read, or its end not be written down. Lambda counts it as an error.
    """
    began = time.perf_counter()
    if event.get("sweep"):
        running.run(_sweep(context.get_remaining_time_in_millis() / 1000))
        return {"outcome": "swept"}
    id_ = str(event.get("job", ""))

    def left() -> float:
        return context.get_remaining_time_in_millis() / 1000

    outcome = "lost"
    try:
        outcome = running.run(paint(studio(), id_, left))
    finally:
        running.log(
            job=id_,
            outcome=outcome,
            ms=round((time.perf_counter() - began) * 1000),
            request=context.aws_request_id,
        )
    running.run(_sweep(left()))
    return {"job": id_, "outcome": outcome}


async def _sweep(left: float) -> None:
    """Remove, about once an hour, what was deleted long ago: no other process of the studio lives so long."""
    global _swept  # noqa: PLW0603 # for as long as this process lives
    if time.monotonic() - _swept < SWEEP_S:
        return
    try:
        async with asyncio.timeout(max(left - SPARE_S, 0)):
            await studio().library.sweep()
        _swept = time.monotonic()
    except TimeoutError:
        logger.info("There was no time to sweep the library; the next job tries again.")
    except CycloramaError as error:
        logger.warning("The library could not be swept: %s", error.detail)
