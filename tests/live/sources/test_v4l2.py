"""What the kernel is asked about cameras, answered by a driver that is made up."""

from __future__ import annotations

import errno
import struct
from fractions import Fraction
from typing import TYPE_CHECKING, Any

import pytest

from cyclorama.errors import NotFound
from cyclorama.live.sources import finding, v4l2
from cyclorama.live.sources.finding import Camera, best, camera_called
from cyclorama.live.sources.v4l2 import CameraFormat, asked, devices

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.unit

MODES = {
    "YUYV": {(640, 480): [30, 15], (1280, 720): [10]},
    "MJPG": {(640, 480): [30], (1280, 720): [60, 30], (1920, 1080): [30]},
    "XYZW": {(640, 480): [30]},
}


class Driver:
    """A webcam as most are: raw where USB is fast enough, MJPEG where it is not."""

    def __init__(self, caps: int = 1, own: int | None = None, stepwise: bool = False) -> None:
        self.caps, self.own, self.stepwise = caps, own, stepwise

    def __call__(self, request: int, data: bytearray) -> None:
        index = struct.unpack_from("=I", data)[0]
        if request == v4l2.QUERYCAP:
            whole = self.caps | (v4l2.DEVICE_CAPS if self.own is not None else 0)
            struct.pack_into("=II", data, 84, whole, self.own or 0)
        elif request == v4l2.ENUM_FMT:
            assert struct.unpack_from("=I", data, 4)[0] == 1
            data[44:48] = self._at(list(MODES), index).encode()
        elif request == v4l2.ENUM_FRAMESIZES:
            sizes = list(MODES[data[4:8].decode()])
            if self.stepwise:
                struct.pack_into("=I6I", data, 8, 3, 32, 2000, 2, 32, 1200, 2)
            else:
                struct.pack_into("=III", data, 8, 1, *self._at(sizes, index))
        elif request == v4l2.ENUM_FRAMEINTERVALS:
            size = struct.unpack_from("=II", data, 8)
            rates = MODES[data[4:8].decode()].get(size, [25])
            struct.pack_into("=III", data, 16, 1, 1, self._at(rates, index))

    def _at(self, items: list[Any], index: int) -> Any:
        if index >= len(items):
            raise OSError(errno.EINVAL, "no more")
        return items[index]


def test_formats_with_their_rates() -> None:
    assert asked(Driver()) == [
        CameraFormat(640, 480, Fraction(30), "yuyv422"),
        CameraFormat(1280, 720, Fraction(10), "yuyv422"),
        CameraFormat(640, 480, Fraction(30), "mjpeg"),
        CameraFormat(1280, 720, Fraction(60), "mjpeg"),
        CameraFormat(1920, 1080, Fraction(30), "mjpeg"),
    ]


def test_a_driver_that_takes_any_size() -> None:
    found = asked(Driver(stepwise=True)) or []
    assert {(each.width, each.height) for each in found} == {(640, 480), (1280, 720), (1920, 1080)}


def test_nodes_for_metadata_and_outputs_are_no_cameras() -> None:
    assert asked(Driver(caps=1, own=0x00800000)) is None  # a webcam's second node
    assert asked(Driver(caps=2)) is None
    assert asked(Driver(caps=1, own=1)) is not None

    def nothing(request: int, data: bytearray) -> None:
        raise OSError(errno.ENOTTY, "no camera")

    assert asked(nothing) is None


@pytest.mark.parametrize(
    ("size", "fps", "chosen"),
    [
        (None, None, (1280, 720, "mjpeg")),
        ((640, 480), None, (640, 480, "yuyv422")),
        ((640, 360), None, (640, 480, "yuyv422")),
        ((1280, 720), 10, (1280, 720, "yuyv422")),
        ((1920, 1080), 30, (1920, 1080, "mjpeg")),
        ((3840, 2160), 30, (1920, 1080, "mjpeg")),
        ((1920, 1080), 60, (1280, 720, "mjpeg")),
    ],
)
def test_what_is_asked_for(
    size: tuple[int, int] | None, fps: float | None, chosen: tuple[int, int, str]
) -> None:
    found = best(asked(Driver()) or [], size, fps)
    assert found is not None
    assert (found.width, found.height, found.pixels) == chosen
    assert best([], size, fps) is None


def test_devices_are_in_the_order_of_their_numbers(tmp_path: Path) -> None:
    for number, name in ((10, "Ten"), (2, "Two\n"), (0, "")):
        (tmp_path / f"video{number}").mkdir()
        (tmp_path / f"video{number}" / "name").write_text(name)
    (tmp_path / "v4l-subdev0").mkdir()
    assert devices(tmp_path) == [("video0", "/dev/video0"), ("Two", "/dev/video2"), ("Ten", "/dev/video10")]
    assert devices(tmp_path / "nothing") == []


def test_our_own_virtual_camera_comes_last(monkeypatch: pytest.MonkeyPatch) -> None:
    there = [("Cyclorama", "/dev/video0"), ("Webcam", "/dev/video1"), ("Its metadata", "/dev/video2")]
    monkeypatch.setattr(finding, "system", lambda: finding.SYSTEMS[0])
    monkeypatch.setattr(v4l2, "devices", lambda: there)
    monkeypatch.setattr(v4l2, "formats", lambda path: None if path == "/dev/video2" else asked(Driver()))
    found = finding.cameras()
    assert [camera.name for camera in found] == ["Webcam", "Cyclorama"]
    assert len(found[0].formats) == 5


def test_which_camera_is_meant() -> None:
    known = [Camera("HD Webcam C920", "/dev/video0"), Camera("Capture card", "/dev/video2")]
    assert camera_called("", known) is known[0]
    for text in ("1", "/dev/video2", "Capture card", "capture"):
        assert camera_called(text, known) is known[1]
    with pytest.raises(NotFound, match=r"no camera 'obs'.*0: HD Webcam C920"):
        camera_called("obs", known)
    with pytest.raises(NotFound, match="more than one"):
        camera_called("ca", known)
    with pytest.raises(NotFound, match="no camera here"):
        camera_called("", [])
