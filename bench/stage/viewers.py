"""Many viewers in one process: `python -m bench.stage.viewers TARGET COUNT SECONDS`.

Prints `"ready"` when all have a picture, and after SECONDS `{cpu, seen: [{rate, freezes, ...}]}`.
"""

from __future__ import annotations

import asyncio
import json
import os
import sys
from dataclasses import asdict
from typing import TYPE_CHECKING

from bench.stage.counting import Viewer, tick
from bench.stage.processes import Load, say

if TYPE_CHECKING:
    from bench.stage.signalling import Target

AT_ONCE = 4
SETTLE = 2.0


async def watch(target: Target, count: int, seconds: float) -> None:
    """Join with all, count for a while, leave."""
    viewers: list[Viewer] = []
    gate = asyncio.Semaphore(AT_ONCE)

    async def one() -> None:
        async with gate:
            viewers.append(await Viewer.of(target))

    ticking = asyncio.create_task(tick(viewers))
    await asyncio.gather(*(one() for _ in range(count)))
    await asyncio.sleep(SETTLE)
    load = Load(os.getpid())
    for viewer in viewers:
        viewer.restart()
    say("ready")
    await asyncio.sleep(seconds)
    seen = [asdict(viewer.seen()) for viewer in viewers]
    say({"cpu": load.percent(), "seen": seen})
    ticking.cancel()
    await asyncio.gather(*(viewer.leave() for viewer in viewers))


if __name__ == "__main__":
    asyncio.run(watch(json.loads(sys.argv[1]), int(sys.argv[2]), float(sys.argv[3])))
