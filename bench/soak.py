"""An hour of churn on the stage, or less: whether the server keeps what it should let go.

python bench/soak.py [--minutes 10]

Viewers come and go, some of them without a word; a publisher comes back again and again; random bytes reach
the media ports; offers are left hanging. One publisher stays. Ends with 1 where something leaks.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import sys
import tempfile
import time
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
from bench.stage import rubbish, servers
from bench.stage.health import Health, sessions
from bench.stage.processes import PYTHON, ends_cleanly, process, said
from bench.stage.running import publishing

if TYPE_CHECKING:
    from bench.stage.servers import Server

ROUND = 30.0  # seconds
JOINS = 45  # a round
DATAGRAMS = 500
HALF_OPEN = 10
FORGOTTEN = 25.0  # seconds after which a server has let go of those who vanished
MORE_FILES, MORE_THREADS = 4, 3
MOST_GROWTH = 0.5  # MB a minute, over the second half


def main() -> None:
    """Churn, and print what the server holds every half minute."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--minutes", type=float, default=10, help="[10]")
    asked = parser.parse_args()
    ends_cleanly()
    print("| minutes | MB | files | threads | participants and viewers | joined | failed |")
    print("|---|---|---|---|---|---|---|")
    with tempfile.TemporaryDirectory(prefix="cyclorama-bench-") as name, servers.ours(Path(name)) as server:
        with publishing(server, "480p"):
            healths = soak(server, asked.minutes)
        time.sleep(FORGOTTEN)
        last = Health.of(server.pid)
        print(f"| afterwards | {last.memory:.1f} | {last.files} | {last.threads} | {sessions(server)} | | |")
    sys.exit(bool(leaks(healths, last)))


def soak(server: Server, minutes: float) -> list[Health]:
    """Go on for so long; return what the server held before, and after each round."""
    sdp = asyncio.run(rubbish.offer())
    began = time.monotonic()
    healths = [Health.of(server.pid)]
    _line(server, 0.0, healths[0], 0, 0)
    while time.monotonic() - began < minutes * 60:
        joined, failed = _round(server, sdp)
        healths.append(Health.of(server.pid))
        _line(server, (time.monotonic() - began) / 60, healths[-1], joined, failed)
    return healths


def leaks(healths: list[Health], last: Health) -> list[str]:
    """Print and return what grew and stayed."""
    first = healths[0]
    later = [health.memory for health in healths[len(healths) // 2 :]]
    growth = float(np.polyfit(np.arange(len(later)) * ROUND / 60, later, 1)[0]) if len(later) > 2 else 0.0
    found = []
    if growth > MOST_GROWTH:
        found.append(f"memory grows by {growth:.2f} MB a minute")
    if last.files > first.files + MORE_FILES:
        found.append(f"{last.files - first.files} files stay open")
    if last.threads > first.threads + MORE_THREADS:
        found.append(f"{last.threads - first.threads} threads stay")
    print(f"first {first}; last {last}; memory {growth:+.2f} MB a minute over the second half")
    print("\n".join(f"leak: {each}" for each in found) or "no leak")
    return found


def _round(server: Server, sdp: str) -> tuple[int, int]:
    """Do everything once; return how many viewers joined, and how many failed to."""
    comes_back = {"url": f"{server.url}/whip", "token": servers.minted(server.url, publish=True)["token"]}
    began = time.monotonic()
    with ExitStack() as stack:
        churn = [*PYTHON, "bench.stage.churn", json.dumps(server.watch), str(JOINS), str(ROUND - 5)]
        churning = stack.enter_context(process(churn))
        again = [*PYTHON, "bench.stage.publisher", json.dumps(comes_back), "480p"]
        for _ in range(2):  # the second takes over what the first left behind
            with process(again) as publisher:
                said(publisher)
                rubbish.throw(server.pid, DATAGRAMS)
        with process([*PYTHON, "bench.stage.rubbish", json.dumps(comes_back), "2"]) as noisy:
            said(noisy)
        rubbish.posted(server.watch, *[sdp] * HALF_OPEN)
        told = said(churning, ROUND * 4)
    time.sleep(max(0.0, began + ROUND - time.monotonic()))
    return told["joined"], told["failed"]


def _line(server: Server, minutes: float, health: Health, joined: int, failed: int) -> None:
    print(
        f"| {minutes:.1f} | {health.memory:.1f} | {health.files} | {health.threads} | {sessions(server)} "
        f"| {joined} | {failed} |",
        flush=True,
    )


if __name__ == "__main__":
    main()
