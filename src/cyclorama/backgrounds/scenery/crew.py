"""Paints the frames of a loop in processes of their own, as many as there are cores."""

from __future__ import annotations

import logging
import os
import subprocess
import sys
import tempfile
import threading
from contextlib import suppress
from typing import TYPE_CHECKING

from cyclorama.backgrounds import loops
from cyclorama.backgrounds.base import Prompt
from cyclorama.errors import GenerationFailed, Unavailable

from .hand import HELLO, Order

if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import IO, Any

logger = logging.getLogger(__name__)

MOST = 4
SAID = 2000  # characters of a complaint that are kept


def cores() -> int:
    """Return how many this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


class Crew:
    """Processes that paint a loop together, each with a lower priority than this one.

    Programs are started, not forks of this one: it has threads, and need not be guarded against being
    imported by them. If this process dies, they end with the frame that they are at.

    Args:
        prompt: what is painted.
        frames: how many.
        hands: how many processes.
    """

    def __init__(self, prompt: Prompt, frames: int, hands: int) -> None:
        self._prompt = Prompt.model_validate(prompt.model_dump(include=set(Prompt.model_fields)))
        self._frames = frames
        self._hands = max(1, min(hands, frames))
        self._lock = threading.Lock()
        self._dismissed = False
        self._at_work: list[tuple[subprocess.Popen[bytes], IO[bytes]]] = []

    def begin(self) -> None:
        """Start, and return when all are about to paint.

        Raises:
            Unavailable: processes cannot be had here.
        """
        if getattr(sys, "frozen", False) or not sys.executable:
            raise Unavailable("This program cannot start a second Python.")
        try:
            for first in range(self._hands):
                self._start(Order(prompt=self._prompt, frames=self._frames, first=first, step=self._hands))
        except OSError as error:
            raise Unavailable(f"No process can be started: {error.strerror or error}.") from error
        for process, complaints in self._at_work:
            if _read(process, len(HELLO)) != HELLO:
                process.kill()
                raise Unavailable(f"A process did not begin to paint. {_said(complaints)}")

    def frames(self) -> Iterator[bytes]:
        """Yield the frames in their order, as `loops.planes` gives them.

        Raises:
            GenerationFailed: a process died.
        """
        size = loops.bytes_of(self._prompt.width, self._prompt.height)
        for number in range(self._frames):
            process, complaints = self._at_work[number % self._hands]
            data = _read(process, size)
            if len(data) < size:
                raise _lost(process, complaints, f"frame {number + 1} of {self._frames}")
            yield data

    def dismiss(self) -> None:
        """Kill them at once; does not wait. Any thread may."""
        with self._lock:
            self._dismissed = True
            for process, _ in self._at_work:
                process.kill()

    def close(self) -> None:
        """Kill them, and wait until they are gone."""
        self.dismiss()
        for process, complaints in self._at_work:
            process.wait()
            if process.stdout:
                process.stdout.close()
            complaints.close()

    def _start(self, order: Order) -> None:
        complaints = tempfile.TemporaryFile()  # noqa: SIM115 - closed by close()
        try:
            process = self._begun(complaints)
        except OSError:
            complaints.close()
            raise
        with self._lock:
            self._at_work.append((process, complaints))
            if self._dismissed:
                process.kill()
        if process.stdin:
            # one that is gone already is noticed when it is read from
            with suppress(BrokenPipeError), process.stdin as asked:
                asked.write(order.model_dump_json().encode())

    @staticmethod
    def _begun(complaints: IO[bytes]) -> subprocess.Popen[bytes]:
        return subprocess.Popen(  # noqa: S603 - our own program
            [sys.executable, "-P", "-m", f"{__package__}.hand"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=complaints,
            # they find what this process finds, and no library of theirs takes all cores
            env=os.environ
            | {"PYTHONPATH": os.pathsep.join(filter(None, sys.path)), "OPENBLAS_NUM_THREADS": "1"},
            **_apart(),
        )


def _apart() -> dict[str, Any]:
    """Return what keeps Ctrl+C from them: it is for this process to end them."""
    if sys.platform == "win32":
        flags = subprocess.CREATE_NEW_PROCESS_GROUP | subprocess.BELOW_NORMAL_PRIORITY_CLASS
        return {"creationflags": flags | subprocess.CREATE_NO_WINDOW}
    return {"start_new_session": True}


def _read(process: subprocess.Popen[bytes], size: int) -> bytes:
    return process.stdout.read(size) if process.stdout else b""


def _lost(process: subprocess.Popen[bytes], complaints: IO[bytes], what: str) -> GenerationFailed:
    code = process.wait()
    if code < 0:
        return GenerationFailed(
            f"The process that painted {what} was stopped by the system (signal {-code}), most likely as "
            "memory ran out. Close other programs, or ask for a smaller picture."
        )
    said = _said(complaints)
    logger.error("A process that painted %s ended with %d: %s", what, code, said)
    last = said.splitlines()[-1] if said else f"exit code {code}"
    return GenerationFailed(
        f"The process that painted {what} broke off: {last}. Try again, or with another seed."
    )


def _said(complaints: IO[bytes]) -> str:
    complaints.seek(0)
    return complaints.read()[-SAID:].decode(errors="replace").strip()
