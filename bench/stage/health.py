"""What a server holds: memory, file descriptors, threads, sessions."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import httpx
import psutil

if TYPE_CHECKING:
    from bench.stage.servers import Server


@dataclass(frozen=True)
class Health:
    """At one moment. `memory` is resident, in MB."""

    memory: float
    files: int
    threads: int

    @classmethod
    def of(cls, pid: int) -> Health:
        """Look at a process.

        Raises:
            psutil.NoSuchProcess: it is gone.
        """
        process = psutil.Process(pid)
        return cls(process.memory_info().rss / 1e6, process.num_fds(), process.num_threads())

    def __str__(self) -> str:
        return f"{self.memory:.0f} MB, {self.files} files, {self.threads} threads"


def sessions(server: Server) -> str:
    """Return how many participants and viewers it says are there, or "-" where it does not tell."""
    headers = {"Authorization": f"Bearer {server.key}"} if server.key else {}
    answer = httpx.get(f"{server.url}/stages/default/participants", headers=headers, timeout=20)
    if answer.status_code != httpx.codes.OK:
        return "-"
    told = answer.json()
    return f"{len(told['participants'])}, {told['viewers']}"
