"""The real server, in a process of its own, to be killed and started again."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
from typing import TYPE_CHECKING

import httpx

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

PATIENCE = 30.0
STUDIO = ("-m", "cyclorama", "studio", "--port")


class StudioServer:
    """`cyclorama studio` on a free port of this machine, with its data in `folder`.

    Args:
        folder: where it runs and keeps everything.
        command: what Python runs in its place; the port comes last.
        origin: the scheme and the host by which it is reached.
        variables: settings, as variables.
    """

    def __init__(
        self,
        folder: Path,
        command: Sequence[str] = STUDIO,
        origin: str = "http://localhost",
        variables: Mapping[str, str] = {},
    ) -> None:
        self._folder = folder
        self._command = command
        self._process: subprocess.Popen[bytes] | None = None
        with socket.create_server(("127.0.0.1", 0)) as free:
            self.port: int = free.getsockname()[1]
        self.url = f"{origin}:{self.port}"
        self.log = folder / "server.log"
        self.data = folder / "data"
        self._variables = {"CYCLORAMA_DATA": str(self.data), **variables}

    @property
    def pid(self) -> int:
        """The process id of the running server."""
        assert self._process is not None
        return self._process.pid

    def start(self) -> None:
        """Start it and wait until it answers."""
        mine = {name: value for name, value in os.environ.items() if not name.startswith("CYCLORAMA_")}
        command = [sys.executable, *self._command, str(self.port)]
        with self.log.open("ab") as log:
            self._process = subprocess.Popen(
                command,
                cwd=self._folder,
                env=mine | self._variables,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
            )
        give_up = time.monotonic() + PATIENCE
        while time.monotonic() < give_up and self._process.poll() is None:
            try:
                # Its certificate may be of its own making.
                health = httpx.get(f"{self.url}/healthz", timeout=1, verify=False)  # noqa: S501
                if health.status_code == httpx.codes.OK:
                    return
            except httpx.TransportError:
                time.sleep(0.05)
        self.kill()
        raise RuntimeError(f"The server did not come up:\n{self.log.read_text()}")

    def kill(self) -> None:
        """End it as a power cut would."""
        if self._process is not None:
            self._process.kill()
            self._process.wait()
            self._process = None

    def stop(self) -> None:
        """End it as Ctrl+C does."""
        if self._process is not None:
            self._process.terminate()
            try:
                self._process.wait(10)
            finally:
                self.kill()
