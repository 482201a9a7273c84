"""Processes that end with the block that started them, and with the bench, however that ends."""

from __future__ import annotations

import ctypes
import json
import os
import signal
import subprocess
import sys
import time
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import psutil

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

ROOT = Path(__file__).resolve().parents[2]
LIBC = ctypes.CDLL(None)
PR_SET_PDEATHSIG = 1  # prctl(2)
PYTHON = (sys.executable, "-m")

Process = subprocess.Popen[str]


@contextmanager
def process(
    command: Sequence[str],
    *,
    core: int | None = None,
    namespace: str | None = None,
    env: dict[str, str] | None = None,
    log: Path | None = None,
    more: dict[str, Any] | None = None,
) -> Iterator[Process]:
    """Run a command for as long as the block does: on one core, in a namespace, its errors into a log."""
    if core is not None:
        command = ["taskset", "-c", str(core), *command]
    if namespace is not None:
        command = ["ip", "netns", "exec", namespace, *command]
    mine = {name: value for name, value in os.environ.items() if not name.startswith("CYCLORAMA_")}
    mine["PYTHONPATH"] = os.pathsep.join((str(ROOT / "src"), str(ROOT)))
    with (log or Path(os.devnull)).open("a") as errors:
        started = subprocess.Popen(
            command,
            text=True,
            env=mine | (env or {}),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=errors if log else None,
            preexec_fn=_die_with_us,  # noqa: PLW1509 - there are no threads yet that could hold a lock
            **(more or {}),
        )
    try:
        yield started
    finally:
        started.terminate()
        try:
            started.communicate(timeout=5)
        except subprocess.TimeoutExpired:
            started.kill()
            started.communicate()


def said(started: Process, seconds: float = 180) -> Any:
    """Return the next line that a process prints, which is JSON.

    Raises:
        RuntimeError: it ended instead.
    """
    assert started.stdout is not None
    signal.signal(signal.SIGALRM, _too_late)
    signal.setitimer(signal.ITIMER_REAL, seconds)
    try:
        line = started.stdout.readline()
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
    if not line:
        raise RuntimeError(f"{_name(started)} ended with {started.wait()}.")
    return json.loads(line)


def tell(started: Process, what: Any) -> None:
    """Send a line of JSON to a process."""
    assert started.stdin is not None
    started.stdin.write(json.dumps(what) + "\n")
    started.stdin.flush()


def say(what: Any) -> None:
    """Print a line of JSON for whoever started us."""
    print(json.dumps(what), flush=True)


class Load:
    """What a process spends, in per cent of one core, from here to each call of `percent`."""

    def __init__(self, pid: int) -> None:
        self._process = psutil.Process(pid)
        self._last = self._now()

    def percent(self) -> float:
        """Return what was spent since the last call."""
        before, self._last = self._last, self._now()
        return 100 * (self._last[0] - before[0]) / (self._last[1] - before[1])

    def _now(self) -> tuple[float, float]:
        times = self._process.cpu_times()
        return times.user + times.system, time.monotonic()


def ends_cleanly() -> None:
    """Have SIGTERM unwind the stack as Ctrl+C does, so that blocks end what they started."""
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))


def _name(started: Process) -> str:
    """Return the command, without targets: they hold tokens."""
    assert isinstance(started.args, list)
    return " ".join(each for each in started.args if not each.startswith("{"))


def _die_with_us() -> None:
    LIBC.prctl(PR_SET_PDEATHSIG, signal.SIGKILL)


def _too_late(*_: object) -> None:
    raise RuntimeError("A process of the bench did not answer in time.")
