"""Viewers who come and go: `python -m bench.stage.churn TARGET COUNT SECONDS`.

Prints `{joined, failed, slowest}`: how many got a picture's packets, for how many something failed, and the
longest wait, in seconds. Every third vanishes without a word.
"""

from __future__ import annotations

import asyncio
import json
import sys
import time
from typing import TYPE_CHECKING

import httpx
from bench.stage.counting import Viewer
from bench.stage.processes import say

if TYPE_CHECKING:
    from bench.stage.signalling import Target

STAY = 1.0


async def churn(target: Target, count: int, seconds: float) -> None:
    """Spread so many joins over this time; each stays for a second."""
    waits: list[float] = []
    failed = 0

    async def one(index: int) -> None:
        nonlocal failed
        await asyncio.sleep(index * seconds / count)
        began = time.monotonic()
        try:
            viewer = await Viewer.of(target)
            waits.append(time.monotonic() - began)
            await asyncio.sleep(STAY)
            await viewer.leave(politely=index % 3 > 0)
        except (RuntimeError, OSError, httpx.HTTPError):
            failed += 1

    await asyncio.gather(*(one(index) for index in range(count)))
    say({"joined": len(waits), "failed": failed, "slowest": max(waits, default=0.0)})


if __name__ == "__main__":
    asyncio.run(churn(json.loads(sys.argv[1]), int(sys.argv[2]), float(sys.argv[3])))
