"""The virtual camera: a fake of pyvirtualcam, and the real thing where this machine has one."""

from __future__ import annotations

import inspect
import sys
from dataclasses import replace
from importlib import import_module
from typing import TYPE_CHECKING, Any

import av
import numpy as np
import pytest

from cyclorama import extras
from cyclorama.errors import MissingExtra, NotFound, SinkLost
from cyclorama.live.base import Sink
from cyclorama.live.sinks import virtual_camera
from cyclorama.live.sinks.virtual_camera import VirtualCamera, how_to_get_one, loopbacks
from cyclorama.picture import Format
from tests.fakes.virtualcam import FakeCamera

from .making import plain, stream, tone

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.unit

if extras.missing("virtual-camera"):
    pytest.skip("pyvirtualcam is not installed", allow_module_level=True)
pyvirtualcam: Any = import_module("pyvirtualcam")
REAL = pyvirtualcam.Camera


@pytest.fixture
def fake(monkeypatch: pytest.MonkeyPatch) -> type[FakeCamera]:
    class Camera(FakeCamera):
        made: list[FakeCamera] = []  # noqa: RUF012 - one list for all of this class
        trouble = ""

    monkeypatch.setattr(pyvirtualcam, "Camera", Camera)
    return Camera


@pytest.fixture
def machine(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """A Linux machine with the loopback devices video8 and video9."""
    monkeypatch.setattr(sys, "platform", "linux")
    monkeypatch.setattr(virtual_camera, "VIRTUAL", tmp_path)
    monkeypatch.setattr(virtual_camera, "MODULE", tmp_path)
    for number, name in enumerate(("OBS Cam", "Cyclorama"), 8):
        (tmp_path / f"video{number}").mkdir()
        (tmp_path / f"video{number}" / "name").write_text(f"{name}\n")
    return tmp_path


def test_the_fake_is_called_as_the_real_one_is() -> None:
    for method in ("__init__", "send", "close"):
        real = inspect.signature(getattr(REAL, method))
        ours = inspect.signature(getattr(FakeCamera, method))
        assert [(each.name, each.kind) for each in ours.parameters.values()] == [
            (each.name, each.kind) for each in real.parameters.values()
        ]
    assert isinstance(REAL.device, property)


@pytest.mark.parametrize("kind", [Format.I420, Format.NV12])
def test_planes_go_through_as_they_are(fake: type[FakeCamera], kind: Format) -> None:
    camera = VirtualCamera()
    assert isinstance(camera, Sink)
    camera.open(replace(stream(65, 49), format=kind))
    camera.write(tone(0))
    camera.write(plain(0, (81, 90, 240), 65, 49, kind))
    (made,) = fake.made
    assert (made.width, made.height, made.fps, str(made.fmt)) == (64, 48, 30.0, kind.name)
    luma, chroma = made.frames[0][: 64 * 48], made.frames[0][64 * 48 :]
    assert set(luma) == {81}
    if kind is Format.NV12:
        assert (set(chroma[::2]), set(chroma[1::2])) == ({90}, {240})
    else:
        assert (set(chroma[: 32 * 24]), set(chroma[32 * 24 :])) == ({90}, {240})
    assert camera.name == "virtual camera /dev/video9"
    camera.close()
    camera.close()
    assert made.closed


def test_full_range_becomes_video_range(fake: type[FakeCamera]) -> None:
    camera = VirtualCamera()
    camera.open(stream(64, 48))
    camera.write(replace(plain(0, (255, 128, 128), 64, 48), full_range=True))
    assert fake.made[0].frames[0][0] == pytest.approx(235, abs=1)


def test_another_size_is_another_camera(fake: type[FakeCamera]) -> None:
    camera = VirtualCamera()
    camera.open(stream(64, 48))
    camera.write(plain(0, width=32, height=16))
    first, second = fake.made
    assert first.closed
    assert len(second.frames) == 1


def test_a_camera_that_breaks_is_lost(fake: type[FakeCamera]) -> None:
    camera = VirtualCamera()
    with pytest.raises(SinkLost):
        camera.write(plain(0))
    camera.open(stream())
    fake.made[0].close()
    with pytest.raises(SinkLost, match="nothing any more"):
        camera.write(plain(0))


def test_a_device_is_meant_by_its_name(fake: type[FakeCamera], machine: Path) -> None:
    assert loopbacks() == {"/dev/video8": "OBS Cam", "/dev/video9": "Cyclorama"}
    VirtualCamera("Cyclorama").open(stream())
    assert fake.made[0].device == "/dev/video9"
    with pytest.raises(NotFound, match=r"There are: OBS Cam \(/dev/video8\), Cyclorama \(/dev/video9\)"):
        VirtualCamera("Zoom").open(stream())


def test_where_there_is_none_it_says_how_to_get_one(
    fake: type[FakeCamera], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    fake.trouble = "'v4l2loopback' backend: No v4l2 loopback device found."
    monkeypatch.setattr(sys, "platform", "linux")
    monkeypatch.setattr(virtual_camera, "MODULE", tmp_path / "module")
    with pytest.raises(NotFound, match="apt install v4l2loopback-dkms && sudo modprobe v4l2loopback"):
        VirtualCamera().open(stream())
    (tmp_path / "module").mkdir()
    assert how_to_get_one().startswith("sudo modprobe -r v4l2loopback && sudo modprobe v4l2loopback ")
    for platform in ("darwin", "win32"):
        monkeypatch.setattr(sys, "platform", platform)
        with pytest.raises(NotFound, match="OBS"):
            VirtualCamera().open(stream())


def test_what_is_missing_is_said_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(extras.EXTRAS, "virtual-camera", ("not_there",))
    with pytest.raises(MissingExtra, match=r"cyclorama\[virtual-camera\]"):
        VirtualCamera()


def test_a_real_one_is_seen_by_another_program() -> None:
    devices = loopbacks()
    if not devices:
        pytest.skip("there is no v4l2loopback device on this machine")
    device = next(iter(devices))
    camera = VirtualCamera(device)
    camera.open(stream())
    try:
        camera.write(plain(0))
        with av.open(device, format="v4l2") as seen:
            camera.write(plain(0.03))
            picture = next(seen.decode(video=0)).to_ndarray(format="rgb24")
    finally:
        camera.close()
    assert np.abs(picture.mean(axis=(0, 1)) - (254, 0, 0)).max() < 12
