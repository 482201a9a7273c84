"""Those who come and go, and those who send what nobody should: how the server is then, and afterwards."""

from __future__ import annotations

import asyncio
import json
import time
from contextlib import contextmanager
from typing import TYPE_CHECKING

from bench.stage import rubbish, servers
from bench.stage.health import Health
from bench.stage.processes import PYTHON, process, said
from bench.stage.running import publishing, verdict

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from bench.stage.servers import Server

SIZE = "480p"
JOINS, MINUTE = 200, 60.0
HALF_OPEN = 500
DATAGRAMS = 5_000
FORGOTTEN = 25.0  # seconds after which a server has let go of those who vanished
MORE_FILES, MORE_MEMORY = 4, 30.0  # that may be held afterwards; MB


def joins(folder: Path) -> None:
    """Print what 200 joins and leaves in a minute do to one who stays."""
    with servers.ours(folder) as server, publishing(server, SIZE), _staying(server, MINUTE + 5):
        before = Health.of(server.pid)
        command = [*PYTHON, "bench.stage.churn", json.dumps(server.watch), str(JOINS), str(MINUTE)]
        with process(command) as churning:
            told = said(churning, MINUTE + 60)
        print(
            f"| {JOINS} joins and leaves in a minute | {told['joined']} joined, {told['failed']} failed, "
            f"the slowest after {told['slowest']:.2f} s |"
        )
        _recovered(server, before)


def abuse(folder: Path) -> None:
    """Print how the server stands rubbish."""
    sdp = asyncio.run(rubbish.offer())
    with servers.ours(folder) as server, publishing(server, SIZE), _staying(server, 45):
        before = Health.of(server.pid)
        ports = rubbish.throw(server.pid, DATAGRAMS)
        print(f"| {DATAGRAMS} random datagrams to each media port | {ports} ports |")
        statuses = rubbish.posted(server.watch, rubbish.large(sdp), rubbish.many_candidates(sdp))
        print(f"| an SDP of 1 MB; of 10,000 candidates | answered {statuses[0]}; {statuses[1]} |")
        url = server.url
        target = {"url": f"{url}/whip", "token": servers.minted(url, publish=True)["token"]}
        with process([*PYTHON, "bench.stage.rubbish", json.dumps(target), "5"]) as publisher:
            print(f"| random RTP and RTCP of one who may publish | {said(publisher)} packets |")
        began = time.monotonic()
        answers = rubbish.posted(server.watch, *[sdp] * HALF_OPEN)
        counted = ", ".join(f"{answers.count(each)} answered {each}" for each in sorted(set(answers)))
        took = time.monotonic() - began
        print(f"| {HALF_OPEN} sessions that never connect | {counted}; in {took:.0f} s |", flush=True)
        print(f"| meanwhile | {Health.of(server.pid)} |", flush=True)
        _recovered(server, before)


@contextmanager
def _staying(server: Server, seconds: float) -> Iterator[None]:
    """Have one viewer stay for the whole of it, and print what they got."""
    command = [*PYTHON, "bench.stage.viewers", json.dumps(server.watch), "1", str(seconds)]
    with process(command) as viewer:
        said(viewer)
        yield
        (seen,) = said(viewer, seconds + 60)["seen"]
        print(f"| who stayed | {seen['rate']:.1f} pictures a second, {seen['freezes']} freezes |")
        verdict(f"who stays sees no freeze: {seen['freezes']}", not seen["freezes"])


def _recovered(server: Server, before: Health) -> None:
    time.sleep(FORGOTTEN)
    after = Health.of(server.pid)
    print(f"| before; {FORGOTTEN:g} s after | {before}; {after} |")
    back = after.files <= before.files + MORE_FILES and after.memory <= before.memory + MORE_MEMORY
    verdict("alive, and nothing is left over", back)
