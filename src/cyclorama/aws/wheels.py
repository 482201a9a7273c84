"""What a lock names, installed into a folder, for this machine or for another."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from dataclasses import dataclass
from importlib.util import find_spec
from typing import TYPE_CHECKING

from cyclorama.backgrounds.base import Cancelled, Progress
from cyclorama.errors import MissingExtra, Unavailable

if TYPE_CHECKING:
    from pathlib import Path

    from cyclorama.backgrounds.base import Report
    from cyclorama.errors import CycloramaError

RUNNING = sys.version_info[:2]
RETRIES, TIMEOUT_S = 2, 15  # somebody waits: pip's own last for minutes
PINNED = re.compile(r"^[\w.-]+==", re.MULTILINE)
FETCHING = re.compile(r"^(?:Collecting ([\w.-]+)==(\S+)|Processing .*?([\w.]+)-([^-/\\]+)-[^/\\]+\.whl)")
NO_NETWORK = re.compile(
    r"connection broken by|Max retries exceeded|Could not fetch URL|Failed to establish|getaddrinfo failed|"
    r"Temporary failure in name resolution|Network is unreachable|[Cc]onnection (?:refused|reset|timed out)|"
    r"NewConnectionError|ConnectTimeout|ReadTimeout|ProxyError|SSLError"
)
NO_WHEEL = re.compile(r"No matching distribution found for ([\w.-]+==[^\s;]+)")
WRONG_HASH = re.compile(
    r"DO NOT MATCH THE HASHES.*?^\s+([\w.-]+==[^\s;]+|\S+\.whl)", re.DOTALL | re.MULTILINE
)
FULL = re.compile(r"No space left on device|Disk quota exceeded|\[Errno (?:28|122)\]")


@dataclass(frozen=True)
class Platform:
    """What wheels are for.

    Attributes:
        name: in words.
        tags: the platform tags that it takes; none: those of this machine.
        python: major and minor version.
    """

    name: str
    tags: tuple[str, ...] = ()
    python: tuple[int, int] = RUNNING

    @property
    def runs_here(self) -> bool:
        """Whether its Python is the version that runs this."""
        return self.python == RUNNING and sys.version_info.releaselevel == "final"


HERE = Platform("this machine")


def count(lock: Path) -> int:
    """Return how many packages a lock names."""
    return len(PINNED.findall(lock.read_text("utf-8")))


def install(lock: Path, target: Path, platform: Platform, report: Report, *, drafts: Path) -> None:
    """Install the wheels that `lock` names into the folder `target`, by pip, each with a hash of the lock.

    Nothing is built and nothing of a wheel is run. Where wheels come from, pip's own settings say.

    Args:
        lock: requirements with versions and hashes.
        target: is made; when this raises, what is in it is worth nothing.
        platform: which wheels are taken.
        report: hears of each package, and stops pip when it is cancelled.
        drafts: an empty folder for what pip puts down meanwhile.

    Raises:
        MissingExtra: this Python has no pip.
        Unavailable: what pip could not do, in words.
        Cancelled: by the report.
    """
    if find_spec("pip") is None:
        raise MissingExtra(
            "The package for AWS Lambda is put together by pip, which this Python does not have. Install it "
            f"with `{sys.executable} -m ensurepip`, or `uv pip install pip` where uv made the environment."
        )
    total, done, said = count(lock), 0, []
    report(Progress(0, total, f"Fetching {total} packages for {platform.name}"))
    # Pieces that are left behind when pip is killed lie where we take them away.
    places = dict.fromkeys(("TMPDIR", "TEMP", "TMP"), str(drafts))
    running = subprocess.Popen(  # noqa: S603 # our own interpreter's pip, with names from our own lock
        _command(lock, target, platform),
        cwd=drafts,
        env=os.environ | places | {"PYTHONUTF8": "1", "PIP_REQUIRE_VIRTUALENV": "0"},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        encoding="utf-8",
        errors="replace",
    )
    with running:
        try:
            with report.stopping(running.kill):
                for line in running.stdout or ():
                    said.append(line)
                    if found := FETCHING.match(line):
                        name, version = filter(None, found.groups())
                        report(Progress(done, total, f"Fetching {name} {version}"))
                        done = min(done + 1, total)
                code = running.wait()
        finally:
            running.kill()
    if report.cancelled:
        raise Cancelled
    if code != 0:
        raise _failure("".join(said), platform)


def disk_full() -> Unavailable:
    """Return the error that says that the disk is full."""
    return Unavailable(
        "The disk is full, so the package for AWS Lambda cannot be put together. It needs about 200 MB for a "
        "moment. Make room and try again."
    )


def _command(lock: Path, target: Path, platform: Platform) -> list[str]:
    command = [sys.executable, "-P", "-m", "pip", "install"]
    command += ["--target", str(target), "--no-user", "--no-deps", "--no-compile"]
    command += ["--require-hashes", "--only-binary=:all:", "--requirement", str(lock)]
    command += ["--no-input", "--no-color", "--progress-bar=off", "--disable-pip-version-check"]
    command += ["--root-user-action=ignore", f"--retries={RETRIES}", f"--timeout={TIMEOUT_S}"]
    if platform.tags:
        command += [f"--platform={tag}" for tag in platform.tags]
        command += ["--implementation=cp", f"--python-version={platform.python[0]}.{platform.python[1]}"]
    return command


def _failure(said: str, platform: Platform) -> CycloramaError:
    """Return what pip's words mean."""
    if FULL.search(said):
        return disk_full()
    if found := WRONG_HASH.search(said):
        return Unavailable(
            f"What came for {found[1]} is not what Cyclorama was tested with: its hash is another, so "
            "nothing of it was used. A proxy or a mirror may have changed it, or a download broke off. Run "
            "`pip cache purge` and try again; if it stays, ask who runs the registry that pip is set to."
        )
    if told := [line.strip() for line in said.splitlines() if NO_NETWORK.search(line)]:
        return Unavailable(
            "The packages that the functions need cannot be fetched: pip does not reach its registry. "
            f"Check the network and pip's settings (`pip config list`). pip says: {told[-1]}"
        )
    if found := NO_WHEEL.search(said):
        return Unavailable(
            f"The registry that pip is set to has no wheel of {found[1]} for {platform.name}, and nothing is "
            "built from source here. Use one that has all of PyPI's wheels; `pip config list` says which one "
            "is set."
        )
    return Unavailable(f"pip could not fetch the packages that the functions need. It says: {_last(said)}")


def _last(said: str) -> str:
    """Return the last error that pip tells, else its last line."""
    lines = [line.strip() for line in said.splitlines() if line.strip()]
    errors = [line for line in lines if line.startswith("ERROR:")] or lines
    return errors[-1].removeprefix("ERROR:").strip() if errors else "nothing."
