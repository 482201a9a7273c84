"""`cyclorama doctor`: what works on this machine, and what to do about what doesn't."""

from __future__ import annotations

import configparser
import hashlib
import os
import platform
import shutil
import socket
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Literal

import typer
from rich.console import Console
from rich.table import Table

from cyclorama import extras, matting
from cyclorama import settings as settings_
from cyclorama.backgrounds.library import Library
from cyclorama.errors import CycloramaError
from cyclorama.picture.kernel import Kernel
from cyclorama.server.pages import STATIC

if TYPE_CHECKING:
    from collections.abc import Iterator

    from cyclorama.settings import Settings

State = Literal["ok", "optional", "broken"]
MARKS: dict[State, str] = {"ok": "[green]✓[/]", "optional": "[yellow]-[/]", "broken": "[red]✗[/]"}


@dataclass(frozen=True)
class Check:
    """One thing that was looked at: how it is, and what to do when it isn't well."""

    name: str
    state: State
    found: str
    advice: str = ""


def doctor() -> None:
    """Say what works on this machine and what to do about what doesn't."""
    settings = settings_.load()
    table = Table("", "What", "Found", "What to do", box=None, pad_edge=False)
    broken = False
    for check in checks(settings):
        broken |= check.state == "broken"
        table.add_row(MARKS[check.state], check.name, check.found, check.advice)
    Console(highlight=False).print(table)
    if broken:
        raise typer.Exit(1)


def checks(settings: Settings) -> Iterator[Check]:
    """Look at everything, in the order in which a newcomer needs it."""
    yield Check("Python", "ok", f"{platform.python_version()} on {platform.system()} {platform.machine()}")
    yield _pages()
    yield _kernel()
    yield from (_model(model) for model in matting.models().values())
    yield _library(settings)
    yield _port(settings)
    yield _cameras()
    yield _gpu()
    yield _aws()
    yield _extras()


def _pages() -> Check:
    if (STATIC / "index.html").is_file():
        return Check("Studio page", "ok", "built")
    return Check("Studio page", "broken", "not built", "Run `make studio`, or install the wheel.")


def _kernel() -> Check:
    try:
        Kernel()
    except Exception as error:  # whatever it is, it is the finding
        return Check(
            "Pixel kernel", "broken", str(error), "Reinstall: pip install --force-reinstall cyclorama"
        )
    return Check("Pixel kernel", "ok", "loads")


def _model(model: matting.Model) -> Check:
    name = f"Model {model.name}"
    try:
        whole = hashlib.sha256(model.read()).hexdigest() == model.sha256
    except OSError as error:
        return Check(name, "broken", str(error), "Reinstall: pip install --force-reinstall cyclorama")
    if not whole:
        return Check(name, "broken", "is not the file it should be", "Reinstall cyclorama.")
    return Check(name, "ok", f"{model.width}x{model.height}")


def _library(settings: Settings) -> Check:
    try:
        Library.at(settings.data / "backgrounds")
    except CycloramaError as error:
        return Check("Data folder", "broken", str(settings.data), error.detail)
    free = shutil.disk_usage(settings.data).free // 1_000_000
    advice = "" if free > 500 else "Make room: every background takes about 2 MB."
    return Check(
        "Data folder", "ok" if free > 100 else "broken", f"{settings.data}, {free:,} MB free", advice
    )


def _port(settings: Settings) -> Check:
    where = f"{settings.host}:{settings.port}"
    family = socket.AF_INET6 if ":" in settings.host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((settings.host, settings.port))
        except OSError as error:
            advice = "A studio may be running already; else choose another with --port."
            return Check("Port", "optional", f"{where}: {error.strerror}", advice)
    return Check("Port", "ok", f"{where} is free")


def _cameras() -> Check:
    if sys.platform != "linux":
        return Check("Cameras", "ok", "the browser will ask for them")
    devices = sorted(Path("/dev").glob("video*"))
    if not devices:
        advice = "Plug one in. In a virtual machine or container, pass /dev/video0 through."
        return Check("Cameras", "optional", "none", advice)
    closed = [device.name for device in devices if not os.access(device, os.R_OK | os.W_OK)]
    if closed:
        return Check(
            "Cameras", "optional", f"no right to open {', '.join(closed)}", "sudo usermod -aG video $USER"
        )
    return Check("Cameras", "ok", ", ".join(device.name for device in devices))


def _gpu() -> Check:
    tool = shutil.which("nvidia-smi")
    if tool:
        query = [tool, "--query-gpu=name,memory.total", "--format=csv,noheader"]
        answer = subprocess.run(query, capture_output=True, text=True, check=False, timeout=10)  # noqa: S603 - a fixed command
        if answer.returncode == 0 and answer.stdout.strip():
            return Check("GPU", "ok", answer.stdout.strip().replace("\n", "; "))
    if sys.platform == "darwin" and platform.machine() == "arm64":
        return Check("GPU", "ok", "Apple silicon")
    return Check("GPU", "optional", "none", "Nothing: all that there is now works without one.")


def _aws() -> Check:
    """Look where boto3 would look, short of asking the network."""
    if os.environ.get("AWS_ACCESS_KEY_ID") and os.environ.get("AWS_SECRET_ACCESS_KEY"):
        return Check("AWS credentials", "ok", "in the environment")
    file = Path(os.environ.get("AWS_SHARED_CREDENTIALS_FILE", "~/.aws/credentials")).expanduser()
    profiles = configparser.ConfigParser()
    try:
        profiles.read(file)
    except configparser.Error:
        return Check("AWS credentials", "optional", f"{file} cannot be read", "Run: aws configure")
    if profiles.sections():
        return Check("AWS credentials", "ok", f"profiles: {', '.join(profiles.sections())}")
    return Check("AWS credentials", "optional", "none", "Nothing: no part that there is now needs AWS.")


def _extras() -> Check:
    missing = [name for name in extras.EXTRAS if extras.missing(name)]
    if not missing:
        return Check("Extras", "ok", ", ".join(extras.EXTRAS))
    return Check(
        "Extras",
        "optional",
        f"without {', '.join(missing)}",
        f"Nothing, or: pip install 'cyclorama[{','.join(missing)}]'",
    )
