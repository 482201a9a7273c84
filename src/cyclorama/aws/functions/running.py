"""What Lambda's side needs: one event loop for the whole life of a process, and one line in the log."""

from __future__ import annotations

import asyncio
import json
import sys
from functools import cache
from typing import TYPE_CHECKING, Protocol, TypeVar

if TYPE_CHECKING:
    from collections.abc import Coroutine

    T = TypeVar("T")


class Context(Protocol):
    """What Lambda tells of an invocation."""

    aws_request_id: str

    def get_remaining_time_in_millis(self) -> int:
        """Return in how many milliseconds Lambda stops the function."""
        ...


def run(work: Coroutine[None, None, T]) -> T:
    """Do `work` in this process's event loop: connections live there from one invocation to the next."""
    return _loop().run_until_complete(work)


def log(**fields: str | float) -> None:
    """Write one line of JSON: no words of a prompt, no token, nothing of a body."""
    sys.stdout.write(json.dumps(fields) + "\n")
    sys.stdout.flush()


@cache
def _loop() -> asyncio.AbstractEventLoop:
    return asyncio.new_event_loop()
