"""What tests ask of a deployed studio, as a page or a program would."""

from __future__ import annotations

import time
from contextlib import contextmanager
from dataclasses import replace
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator

    import httpx

    from tests.fakes.deployment import Deployment

PROBLEM = "application/problem+json"
WISH = {"prompt": "beach with palm trees", "width": 1344, "height": 768, "seed": 7}


@contextmanager
def changed(deployment: Deployment, output: str, **how: Any) -> Iterator[str]:
    """Let the function that this output names be another for a while; give its name."""
    own = deployment.functions.function(deployment.stack.outputs[output])
    deployment.functions.create(replace(own, **how))
    yield own.name
    deployment.functions.create(own)


def problem(answer: httpx.Response, status: int) -> dict[str, Any]:
    assert answer.status_code == status, answer.text
    assert answer.headers["content-type"] == PROBLEM
    body: dict[str, Any] = answer.json()
    assert set(body) >= {"type", "title", "status", "detail"}
    assert body["status"] == status
    assert body["detail"]
    return body


def followed(creator: httpx.Client, answer: httpx.Response, seconds: float = 30) -> list[dict[str, Any]]:
    """Ask for a job, as a page does, until it is over; return its events."""
    assert answer.status_code == 202, answer.text
    place, job, seen = answer.headers["location"], answer.json(), -1
    assert place == f"/jobs/{job['id']}"
    events: list[dict[str, Any]] = []
    give_up = time.monotonic() + seconds
    while True:
        numbers = [event["n"] for event in job["events"]]
        assert numbers == sorted(numbers)
        assert all(number > seen for number in numbers)
        events += job["events"]
        seen = max([seen, *numbers])
        if job["over"]:
            return events
        assert time.monotonic() < give_up, events
        time.sleep(0.2)
        asked = creator.get(place, params={"after": seen})
        assert asked.status_code == 200, asked.text
        job = asked.json()


def painted(creator: httpx.Client, **wish: Any) -> dict[str, Any]:
    """Have one background painted."""
    events = followed(creator, creator.post("/backgrounds", json=WISH | wish))
    (image,) = (event["data"]["background"] for event in events if event["event"] == "image")
    background: dict[str, Any] = image
    return background
