"""A real STUN and TURN server on loopback: coturn's `turnserver`, where it is installed."""

from __future__ import annotations

import shutil
import socket
import subprocess
import time
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

PATIENCE = 10.0


@dataclass(frozen=True)
class Coturn:
    """Where it is, the secret that it shares with us, and what it logs."""

    port: int
    secret: str
    log: Path

    @property
    def stun(self) -> str:
        return f"stun:127.0.0.1:{self.port}"

    @property
    def turn(self) -> str:
        return f"turn:127.0.0.1:{self.port}?transport=udp"

    @property
    def turn_tcp(self) -> str:
        return f"turn:127.0.0.1:{self.port}?transport=tcp"


@contextmanager
def running(folder: Path) -> Iterator[Coturn]:
    """Run it with its files in `folder`; skip the test where there is none."""
    program = shutil.which("turnserver")
    if not program:
        pytest.skip("no turnserver found; on Debian: apt install coturn")
    with socket.create_server(("127.0.0.1", 0)) as free:
        port: int = free.getsockname()[1]
    coturn = Coturn(port, "a secret of the test", folder / "turnserver.log")
    command = [program, "-n", "--verbose", "--log-file=stdout", "--simple-log", "--no-cli"]
    command += ["--listening-ip=127.0.0.1", f"--listening-port={port}", "--relay-ip=127.0.0.1"]
    command += ["--use-auth-secret", f"--static-auth-secret={coturn.secret}", "--realm=example.org"]
    command += ["--no-tls", "--no-dtls", "--allow-loopback-peers"]
    command += [f"--pidfile={folder / 'turnserver.pid'}", f"--userdb={folder / 'turnserver.db'}"]
    with (
        coturn.log.open("wb") as log,
        subprocess.Popen(command, stdout=log, stderr=subprocess.STDOUT, cwd=folder) as process,
    ):
        try:
            _await(port, process)
            yield coturn
        finally:
            process.kill()


def _await(port: int, process: subprocess.Popen[bytes]) -> None:
    give_up = time.monotonic() + PATIENCE
    while True:
        try:
            socket.create_connection(("127.0.0.1", port)).close()
        except OSError:
            assert process.poll() is None, "turnserver ended at once"
            assert time.monotonic() < give_up, "turnserver does not listen"
            time.sleep(0.05)
        else:
            return
