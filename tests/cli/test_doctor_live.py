from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING

import av
import pytest

from cyclorama import extras
from cyclorama.cli.doctor import live
from cyclorama.live.sinks import virtual_camera

if TYPE_CHECKING:
    from pathlib import Path

    from cyclorama.cli.doctor.check import Check

pytestmark = pytest.mark.unit


@pytest.fixture(autouse=True)
def machine(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """A Linux machine with all packages, and nothing else."""
    monkeypatch.setattr(sys, "platform", "linux")
    monkeypatch.setattr(extras, "missing", lambda _: [])
    monkeypatch.setattr(virtual_camera, "VIRTUAL", tmp_path / "devices")
    for module in (virtual_camera, live):
        monkeypatch.setattr(module, "MODULE", tmp_path / "module")
    for name in live.SCREENS:
        monkeypatch.delenv(name, raising=False)
    return tmp_path


def found() -> dict[str, Check]:
    return {check.name: check for check in live.checks()}


def test_the_engine_wants_litert_to_load(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(live, "import_module", lambda _: None)
    assert found()["Live engine"].state == "ok"

    def fail(_: str) -> None:
        raise OSError("cannot open shared object file")

    monkeypatch.setattr(live, "import_module", fail)
    check = found()["Live engine"]
    assert (check.state, "shared object" in check.found) == ("broken", True)


def test_what_is_missing_is_named_with_the_command(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(extras, "missing", lambda extra: [extra])
    monkeypatch.setattr(av, "codecs_available", {"libx264", "libopus"})
    checks = found()
    assert {check.state for check in checks.values()} == {"optional"}
    for name, extra in {
        "Live engine": "live",
        "- Virtual camera": "virtual-camera",
        "- Window": "window",
    }.items():
        assert f"pip install 'cyclorama[{extra}]'" in checks[name].advice
    assert checks["- Encoders"].found == "PyAV lacks aac"


def test_a_virtual_camera_is_found_step_by_step(machine: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def camera() -> Check:
        return found()["- Virtual camera"]

    assert camera().found == "v4l2loopback is not loaded"
    assert "apt install v4l2loopback-dkms && sudo modprobe v4l2loopback" in camera().advice
    (machine / "module").mkdir()
    assert camera().found == "v4l2loopback has no device"
    (machine / "devices" / "video9").mkdir(parents=True)
    (machine / "devices" / "video9" / "name").write_text("Cyclorama\n")
    monkeypatch.setattr(os, "access", lambda *_: False)
    assert camera().found == "no right to write to /dev/video9"
    monkeypatch.setattr(os, "access", lambda *_: True)
    assert (camera().state, camera().found) == ("ok", "Cyclorama (/dev/video9)")
    monkeypatch.setattr(sys, "platform", "win32")
    assert "OBS" in camera().found


def test_a_window_wants_a_screen(monkeypatch: pytest.MonkeyPatch) -> None:
    assert found()["- Window"].found == "no screen here"
    monkeypatch.setenv("WAYLAND_DISPLAY", "wayland-0")
    assert found()["- Window"].state == "ok"
    monkeypatch.setattr(sys, "platform", "darwin")
    assert found()["- Window"].state == "optional"
