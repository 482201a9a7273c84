"""One measurement: a publisher on a server's stage, viewers, and what came of it."""

from __future__ import annotations

import json
import time
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

from bench.stage.processes import PYTHON, Load, process, said

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from contextlib import AbstractContextManager

    from bench.stage.processes import Process
    from bench.stage.servers import Server
    from bench.stage.signalling import Target

    Start = Callable[..., AbstractContextManager[Server]]


@dataclass(frozen=True)
class Row:
    """What a number of viewers cost, and what they got."""

    cpu: float
    """Of the server, in per cent of one core."""
    viewers_cpu: float
    """Of the process that all viewers are in."""
    slowest: float
    """Pictures a second at the viewer that got fewest."""
    freezes: int
    frozen: float
    lost: int


@contextmanager
def publishing(
    server: Server, size: str, *more: str, core: int | None = None, namespace: str | None = None
) -> Iterator[Process]:
    """Have a publisher on the server's stage for as long as the block lasts."""
    command = [*PYTHON, "bench.stage.publisher", json.dumps(server.publish), size, *more]
    with process(command, core=core, namespace=namespace) as publisher:
        said(publisher)
        time.sleep(1)
        yield publisher


@contextmanager
def watching(server: Server, count: int, seconds: float, core: int | None = None) -> Iterator[Process]:
    """Have so many viewers watch; `said` tells what they saw in so many seconds from here on."""
    command = [*PYTHON, "bench.stage.viewers", json.dumps(server.watch), str(count), str(seconds)]
    with process(command, core=core) as viewers:
        said(viewers)
        yield viewers


def watched(server: Server, count: int, seconds: float, core: int | None = None) -> Row:
    """Have so many viewers watch for a while, and tell what came of it."""
    with watching(server, count, seconds, core) as viewers:
        load = Load(server.pid)
        told = said(viewers, seconds + 60)
        cpu = load.percent()
    seen = told["seen"]
    return Row(
        cpu,
        told["cpu"],
        min(each["rate"] for each in seen),
        sum(each["freezes"] for each in seen),
        sum(each["frozen"] for each in seen),
        sum(each["lost"] for each in seen),
    )


def decoded(target: Target, what: str, much: int, namespace: str | None = None) -> list[int]:
    """Run a viewer that decodes; return what it measured."""
    command = [*PYTHON, "bench.stage.decoding", json.dumps(target), what, str(much)]
    with process(command, namespace=namespace) as viewer:
        answer: list[int] = said(viewer, 120)
    return answer


def verdict(claim: str, holds: bool) -> None:
    """Print whether a figure is what it should be."""
    print(f"{'yes' if holds else 'no '} {claim}", flush=True)
