"""The machine itself: what is installed, and what is plugged in."""

from __future__ import annotations

import hashlib
import os
import platform
import re
import shutil
import socket
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

from cyclorama import extras, matting
from cyclorama.cli.doctor.check import Check
from cyclorama.picture.kernel import open_kernel
from cyclorama.wire.site import STATIC

if TYPE_CHECKING:
    from collections.abc import Iterator

    from cyclorama.settings import Settings


def checks(settings: Settings) -> Iterator[Check]:
    """Look at this machine, in the order in which a newcomer needs it."""
    yield Check("Python", "ok", f"{platform.python_version()} on {platform.system()} {platform.machine()}")
    yield _pages()
    yield _kernel()
    yield from (_model(model) for model in matting.models().values())
    yield _data(settings)
    yield _port(settings)
    yield _cameras()
    yield _gpu(settings)


def _pages() -> Check:
    if (STATIC / "index.html").is_file():
        return Check("Studio page", "ok", "built")
    return Check("Studio page", "broken", "not built", "Run `make studio`, or install the wheel.")


def _kernel() -> Check:
    try:
        open_kernel()
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


def _data(settings: Settings) -> Check:
    try:
        settings.data.mkdir(parents=True, exist_ok=True)
        free = shutil.disk_usage(settings.data).free // 1_000_000
    except OSError as error:
        advice = "Set CYCLORAMA_DATA to a folder that you may write to."
        return Check("Data folder", "broken", f"{settings.data}: {error.strerror}", advice)
    if not os.access(settings.data, os.W_OK):
        advice = "Set CYCLORAMA_DATA to a folder that you may write to."
        return Check("Data folder", "broken", f"{settings.data} is closed to you", advice)
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


def _gpu(settings: Settings) -> Check:
    found = _nvidia()
    if sys.platform == "darwin" and platform.machine() == "arm64":
        found = "Apple silicon"
    if not found:
        return Check(
            "GPU", "optional", "none", "Nothing: only the generator diffusers would be faster with one."
        )
    if extras.missing("diffusers"):
        command = "pip install 'cyclorama[diffusers]'"
        return Check(
            "GPU", "ok", f"{found}; nothing uses it", f"To paint on it: {command}, then set diffusers_model."
        )
    if not _torch_for_it():
        advice = "Install another build of it: https://pytorch.org/get-started/locally"
        return Check("GPU", "optional", f"{found}; this build of torch cannot use it", advice)
    if not settings.diffusers_model:
        return Check("GPU", "ok", f"{found}; nothing uses it", "To paint on it: set diffusers_model.")
    return Check("GPU", "ok", f"{found}; the generator diffusers uses it")


def _nvidia() -> str:
    tool = shutil.which("nvidia-smi")
    if not tool:
        return ""
    query = [tool, "--query-gpu=name,memory.total", "--format=csv,noheader"]
    try:
        answer = subprocess.run(query, capture_output=True, text=True, check=False, timeout=10)  # noqa: S603 - a fixed command
    except (OSError, subprocess.TimeoutExpired):
        return ""
    return "; ".join(answer.stdout.split("\n")).strip("; ") if answer.returncode == 0 else ""


def _torch_for_it() -> bool:
    """Whether the installed torch is built for the GPU. Read, not imported: that takes seconds."""
    if sys.platform == "darwin":
        return True
    spec = find_spec("torch")
    version = Path(spec.origin).with_name("version.py") if spec and spec.origin else None
    return bool(version and re.search(r"^(cuda|hip)\b.*= *'", version.read_text("utf-8"), re.MULTILINE))
