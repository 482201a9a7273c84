"""Jobs: orders that are painted while nobody waits for the answer, and are asked about."""

from __future__ import annotations

from typing import Any

from pydantic import BaseModel


class JobEvent(BaseModel):
    """What was told of a job: an event of `POST /backgrounds`, and its number."""

    n: int
    event: str
    data: dict[str, Any]


class JobAnswer(BaseModel):
    """A job: its events, of each kind and sample the newest, with rising numbers; and whether it is over."""

    id: str
    events: list[JobEvent]
    over: bool
