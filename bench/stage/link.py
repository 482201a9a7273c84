"""A network of two ends, one in a namespace of its own, with loss, delay and a bit rate; Linux, as root.

Both ends are TUN devices and a process of ours carries packets between them, because many kernels come
without the module of `tc netem`: those of small virtual machines, of hosts of containers, of CI.

`python -m bench.stage.link NAMESPACE NUMBER` is that process; it reads a `Way` from each line of its input.
"""

from __future__ import annotations

import ctypes
import fcntl
import heapq
import itertools
import json
import os
import random
import select
import shutil
import struct
import subprocess
import sys
import time
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from bench.stage.processes import PYTHON, Process, process, said, say, tell

if TYPE_CHECKING:
    from collections.abc import Iterator

TUN = Path("/dev/net/tun")
NAMESPACES = Path("/run/netns")
TUNSETIFF, IFF_TUN, IFF_NO_PI = 0x400454CA, 0x0001, 0x1000  # linux/if_tun.h
CLONE_NEWNET = 0x40000000
QUEUE = 0.3  # seconds of packets that wait for a slow link before it drops them
CHANCE = random.Random(1)  # noqa: S311 - the same losses in every run


@dataclass(frozen=True)
class Way:
    """What happens to packets.

    Attributes:
        loss: share of packets that is lost, each way, 0 to 1.
        delay: seconds each way.
        rate: bit/s from the namespace to us; 0 for no limit.
        off: whether nothing passes at all.
    """

    loss: float = 0.0
    delay: float = 0.0
    rate: float = 0.0
    off: bool = False


class Link:
    """A link that is up. `ours` and `theirs` are the addresses of its ends; `namespace` has theirs."""

    def __init__(self, namespace: str, number: int, carrier: Process) -> None:
        self.namespace = namespace
        self.ours, self.theirs = _addresses(number)
        self._carrier = carrier

    def set(self, way: Way) -> None:
        """Change what happens to packets from now on."""
        tell(self._carrier, asdict(way))
        said(self._carrier)


@contextmanager
def link(namespace: str, number: int) -> Iterator[Link]:
    """Make a namespace and a link to it, and take both away again."""
    _remove(namespace)  # of a run that was killed
    try:
        _ip("netns", "add", namespace)
        with process([*PYTHON, "bench.stage.link", namespace, str(number)]) as carrier:
            said(carrier)
            yield Link(namespace, number, carrier)
    finally:
        _remove(namespace)


def why_not() -> str:
    """Return why there can be no link here, or ""."""
    if os.geteuid() != 0:
        return "a network of our own wants root"
    if not TUN.exists() or shutil.which("ip") is None:
        return "a network of our own wants /dev/net/tun and iproute2"
    return ""


def carry(namespace: str, number: int) -> None:
    """Make both devices and carry packets until killed."""
    ours, theirs = _addresses(number)
    name = f"cyclorama{number}"
    here = _device(name)
    _ip("address", "add", f"{ours}/24", "dev", name)
    _ip("link", "set", name, "up")
    with (NAMESPACES / namespace).open() as there:
        if ctypes.CDLL(None, use_errno=True).setns(there.fileno(), CLONE_NEWNET) != 0:
            raise OSError(ctypes.get_errno(), "setns")
    other = _device(name)
    # Chromium wants to see a way out, or it gathers no candidates.
    _ip("address", "add", f"{theirs}/24", "dev", name)
    for device in ("lo", name):
        _ip("link", "set", device, "up")
    _ip("route", "add", "default", "via", ours)
    with suppress(PermissionError):
        os.nice(-10)
    say("up")
    _carry(here, other)


def _carry(here: int, there: int) -> None:
    way = Way()
    order = itertools.count()
    waiting: list[tuple[float, int, int, bytes]] = []
    free_at = 0.0
    while True:
        wait = max(0.0, waiting[0][0] - time.monotonic()) if waiting else None
        readable, _, _ = select.select([here, there, sys.stdin], [], [], wait)
        now = time.monotonic()
        for source in readable:
            if source is sys.stdin:
                line = sys.stdin.readline()
                if not line:
                    return
                way = Way(**json.loads(line))
                say("set")
                continue
            data = os.read(source, 65536)
            if way.off or CHANCE.random() < way.loss:
                continue
            due = now
            if way.rate and source == there:
                if free_at - now > QUEUE:
                    continue
                due = free_at = max(now, free_at) + len(data) * 8 / way.rate
            target = there if source == here else here
            heapq.heappush(waiting, (due + way.delay, next(order), target, data))
        while waiting and waiting[0][0] <= now:
            _, _, target, data = heapq.heappop(waiting)
            with suppress(OSError):  # what is for nobody
                os.write(target, data)


def _device(name: str) -> int:
    descriptor = os.open(TUN, os.O_RDWR)
    fcntl.ioctl(descriptor, TUNSETIFF, struct.pack("16sH22x", name.encode(), IFF_TUN | IFF_NO_PI))
    return descriptor


def _addresses(number: int) -> tuple[str, str]:
    return f"10.77.{number}.1", f"10.77.{number}.2"


def _ip(*arguments: str) -> None:
    ip = shutil.which("ip")
    assert ip is not None
    subprocess.run([ip, *arguments], check=True)


def _remove(namespace: str) -> None:
    if (NAMESPACES / namespace).exists():
        _ip("netns", "delete", namespace)


if __name__ == "__main__":
    carry(sys.argv[1], int(sys.argv[2]))
