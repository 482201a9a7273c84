"""The function that answers the HTTP API."""

from __future__ import annotations

import asyncio
import time
from typing import TYPE_CHECKING, Any

from cyclorama.aws.functions import running
from cyclorama.aws.functions.desk import desk
from cyclorama.aws.functions.exchange import Answer, Request
from cyclorama.aws.functions.routes import ROUTES
from cyclorama.errors import NotFound, Unauthorized, Unavailable

if TYPE_CHECKING:
    from cyclorama.aws.functions.running import Context

MOST_S = 28.5  # API Gateway waits 30 s, and says then what nobody understands
SPARE_S = 0.5


def handler(event: dict[str, Any], context: Context) -> dict[str, Any]:
    """Answer one request: the entry point that Lambda calls."""
    began = time.perf_counter()
    answer = running.run(_answer(event, context))
    running.log(
        route=key if (key := event.get("routeKey", "")) in ROUTES else "",
        status=answer.status,
        ms=round((time.perf_counter() - began) * 1000),
        request=context.aws_request_id,
        api=event.get("requestContext", {}).get("requestId", ""),
    )
    return answer.event()


async def _answer(event: dict[str, Any], context: Context) -> Answer:
    left = min(context.get_remaining_time_in_millis() / 1000, MOST_S) - SPARE_S
    try:
        request = Request.of(event, left)
        route = ROUTES.get(request.route)
        if route is None:
            raise NotFound("There is nothing at this address. docs/aws-api.md lists all that there is.")
        if not route.public and request.claims is None:
            raise Unauthorized("This is for creators, and nobody has signed in. Sign in, and ask again.")
        async with asyncio.timeout(left):
            return await route.answer(desk(), request)
    except TimeoutError:
        return Answer.failure(
            Unavailable("What was asked for took longer than the API may wait. Try again in a moment.")
        )
    except Exception as error:  # whatever it is, it leaves as a problem document
        return Answer.failure(error)
