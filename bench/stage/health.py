"""What a server holds: memory, file descriptors, threads."""

from __future__ import annotations

from dataclasses import dataclass

import psutil


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
