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
from bench.stage.running import publishing, verdict, watching

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
        time.sleep(FORGOTTEN)
        after = Health.of(server.pid)
        print(f"| {FORGOTTEN:g} s later | {after} |", flush=True)
        _recovered(before, before, after)


def abuse(folder: Path) -> None:
    """Print how the server stands rubbish."""
    sdp = asyncio.run(rubbish.offer())
    with servers.ours(folder) as server, publishing(server, SIZE), _staying(server, 90):
        before = Health.of(server.pid)
        ports = rubbish.throw(server.pid, DATAGRAMS)
        print(f"| {DATAGRAMS} random datagrams to each media port | {ports} ports |")
        statuses = rubbish.posted(server.watch, rubbish.large(sdp), rubbish.many_candidates(sdp))
        print(f"| an SDP of 1 MB; of 10,000 candidates | answered {statuses[0]}; {statuses[1]} |")
        url = server.url
        target = {"url": f"{url}/whip", "token": servers.minted(url, publish=True)["token"]}
        with process([*PYTHON, "bench.stage.rubbish", json.dumps(target), "5"]) as publisher:
            print(f"| random RTP and RTCP of one who may publish | {said(publisher)} packets |")
        told = []
        for _ in range(2):  # what the first time leaves in the allocator's hands, the second uses again
            began = time.monotonic()
            answers = rubbish.posted(server.watch, *[sdp] * HALF_OPEN)
            counted = ", ".join(f"{answers.count(each)} answered {each}" for each in sorted(set(answers)))
            took, during = time.monotonic() - began, Health.of(server.pid)
            print(f"| {HALF_OPEN} sessions that never connect | {counted}, in {took:.0f} s; {during} |")
            time.sleep(FORGOTTEN)
            told.append(Health.of(server.pid))
            print(f"| {FORGOTTEN:g} s later | {told[-1]} |", flush=True)
        _recovered(before, told[0], told[1])


@contextmanager
def _staying(server: Server, seconds: float) -> Iterator[None]:
    """Have one viewer stay for the whole of it, and print what they got."""
    with watching(server, 1, seconds) as viewer:
        yield
        (seen,) = said(viewer, seconds + 60)["seen"]
        print(f"| who stayed | {seen['rate']:.1f} pictures a second, {seen['freezes']} freezes |")
        verdict(f"who stays sees no freeze: {seen['freezes']}", not seen["freezes"])


def _recovered(before: Health, once: Health, after: Health) -> None:
    print(f"| before | {before} |")
    back = after.files <= before.files + MORE_FILES and after.memory <= once.memory + MORE_MEMORY
    verdict("alive, and nothing is left over", back)
