"""Cameras, microphones and screens, where there are none: FFmpeg's own generator takes their place."""

from __future__ import annotations

import errno
import os
import shutil
import subprocess
import threading
import time
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import av
import numpy as np
import pytest

from cyclorama.errors import InvalidRequest, NotFound, SourceLost
from cyclorama.live.base import Sound, Source
from cyclorama.live.sources import finding, reading
from cyclorama.live.sources.camera import CameraSource
from cyclorama.live.sources.finding import Camera
from cyclorama.live.sources.microphones import MicrophoneSource, PulseSource, microphone
from cyclorama.live.sources.screen import ScreenSource
from cyclorama.picture import Frame

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

pytestmark = pytest.mark.unit


@pytest.fixture
def generated(monkeypatch: pytest.MonkeyPatch) -> list[Camera]:
    known = [Camera("Generated", "testsrc2=size=320x240:rate=30,format=yuyv422,realtime")]
    monkeypatch.setattr(finding, "cameras", lambda: known)
    monkeypatch.setattr(finding, "system", lambda: "lavfi")
    return known


@pytest.mark.usefixtures("generated")
def test_a_camera_gives_frames_with_times_of_this_machine() -> None:
    source = CameraSource("gener")
    assert isinstance(source, Source)
    assert source.live
    frames: list[Frame] = []
    for item in source:
        assert isinstance(item, Frame)
        frames.append(item)
        if len(frames) == 12:
            source.close()
    assert source.name == "Generated"
    assert (frames[0].width, frames[0].height) == (320, 240)
    times = np.array([frame.seconds for frame in frames])
    assert (np.diff(times) > 0).all()
    assert 0 <= times[0] < 10
    assert list(source) == []  # closed for good


@pytest.mark.usefixtures("generated")
def test_pictures_that_nobody_takes_are_left_out() -> None:
    source = CameraSource()
    items = iter(source)
    first = next(items)
    deadline = time.monotonic() + 10
    while source.dropped < 5 and time.monotonic() < deadline:
        time.sleep(0.05)
    later = next(items)
    assert isinstance(first, Frame)
    assert isinstance(later, Frame)
    assert source.dropped >= 5
    assert float(later.seconds or 0) - float(first.seconds or 0) > 4 / 30
    source.close()
    assert list(items) == []
    assert source.dropped >= 5


def test_a_camera_that_is_gone_may_come_back(generated: list[Camera]) -> None:
    generated[0] = Camera("Generated", "testsrc2=size=64x48:rate=30:duration=0.2")
    source = CameraSource("Generated")
    with pytest.raises(SourceLost, match="still plugged in"):
        list(source)
    generated.clear()
    with pytest.raises(SourceLost, match="Plug it in"):
        list(source)
    generated.append(Camera("Generated", "testsrc2=size=64x48:rate=30"))
    assert isinstance(next(iter(source)), Frame)


@pytest.mark.parametrize(
    ("code", "kind", "says"),
    [
        (errno.EBUSY, SourceLost, "in use by another program"),
        (errno.EACCES, InvalidRequest, "usermod -aG video"),
        (errno.ENOENT, NotFound, "container"),
        (errno.EIO, SourceLost, "cannot be read"),
    ],
)
def test_what_is_wrong_with_a_camera(
    monkeypatch: pytest.MonkeyPatch, code: int, kind: type[Exception], says: str
) -> None:
    tried: list[dict[str, str]] = []

    def refuse(*_: Any, options: dict[str, str], **__: Any) -> None:
        tried.append(options)
        av.error.err_check(-code)

    monkeypatch.setattr(av, "open", refuse)
    monkeypatch.setattr(finding, "cameras", lambda: [Camera("Webcam", "/dev/video0")])
    monkeypatch.setattr(finding, "system", lambda: "video4linux2,v4l2")
    with pytest.raises(kind, match=says):
        list(CameraSource(size=(640, 480), fps=25))
    assert tried[0] == {"video_size": "640x480", "framerate": "25"}
    assert len(tried) == (3 if code == errno.EIO else 1)  # only what may help is tried again


@pytest.mark.parametrize(
    ("system", "name"), [("avfoundation", "0:none"), ("dshow", "video=0"), ("video4linux2,v4l2", "0")]
)
def test_what_systems_call_a_camera(monkeypatch: pytest.MonkeyPatch, system: str, name: str) -> None:
    monkeypatch.setattr(finding, "cameras", lambda: [Camera("Webcam", "0")])
    monkeypatch.setattr(finding, "system", lambda: system)
    assert {attempt[:2] for attempt in CameraSource()._attempts()} == {(name, system)}


def test_no_camera() -> None:
    if finding.cameras():
        pytest.skip("there is one")
    with pytest.raises(NotFound, match="no camera here"):
        list(CameraSource())


class Hung(reading.LiveSource):
    """A driver that gives one picture and then hangs, whatever is asked of it."""

    patience = 0.2

    def __init__(self) -> None:
        super().__init__("Hung camera")
        self.release = threading.Event()

    def _read(self, stopping: threading.Event) -> Iterator[Frame | Sound]:
        yield Frame(
            (np.zeros((2, 2), np.uint8), np.zeros((1, 1), np.uint8), np.zeros((1, 1), np.uint8)), pts=0
        )
        self.release.wait(30)


def test_a_driver_that_hangs_is_a_lost_source(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reading, "GRACE_S", 0.05)
    source = Hung()
    with pytest.raises(SourceLost, match="given nothing"):
        list(source)
    source.release.set()


def test_closing_does_not_wait_for_a_driver_that_hangs(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reading, "GRACE_S", 0.05)
    source = Hung()
    monkeypatch.setattr(source, "patience", None)
    seen = []
    for item in source:
        seen.append(item)
        threading.Timer(0.1, source.close).start()
    assert len(seen) == 1
    source.release.set()


@contextmanager
def x_server() -> Iterator[str]:
    program = shutil.which("Xvfb")
    if program is None or "x11grab" not in av.formats_available:
        pytest.skip("there is no Xvfb, or this PyAV does not read from X")
    read, write = os.pipe()
    command = [program, "-displayfd", str(write), "-screen", "0", "320x200x24", "-nolisten", "tcp"]
    with subprocess.Popen(
        command, pass_fds=[write], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    ) as running:
        os.close(write)
        try:
            yield ":" + os.read(read, 20).decode().strip()
        finally:
            os.close(read)
            running.terminate()


def test_a_screen(monkeypatch: pytest.MonkeyPatch) -> None:
    with x_server() as display:
        monkeypatch.setenv("DISPLAY", display)
        source, frames = ScreenSource(fps=20), []
        for item in source:
            assert isinstance(item, Frame)
            frames.append(item)
            if len(frames) == 5:
                source.close()
        assert (frames[0].width, frames[0].height) == (320, 200)
        assert int(frames[-1].planes[0][150, 10]) <= 17  # a black screen, in video range
        with pytest.raises(NotFound, match="no screen 3"):
            list(ScreenSource(3))


def test_no_screen(monkeypatch: pytest.MonkeyPatch) -> None:
    if {"gdigrab", "avfoundation"} & av.formats_available:
        pytest.skip("this system has screens without X")
    monkeypatch.delenv("DISPLAY", raising=False)
    with pytest.raises(NotFound, match="Wayland"):
        list(ScreenSource())


def test_a_microphone(monkeypatch: pytest.MonkeyPatch) -> None:
    source = MicrophoneSource()
    monkeypatch.setattr(
        source, "_attempts", lambda: [("sine=frequency=440:sample_rate=48000,arealtime", "lavfi", {})]
    )
    heard: list[Sound] = []
    for item in source:
        assert isinstance(item, Sound)
        heard.append(item)
        if len(heard) == 10:
            source.close()
    assert heard[0].samples.dtype == np.float32
    assert heard[0].samples.shape[1] == 1
    assert (np.diff([item.seconds for item in heard]) > 0).all()


def test_no_microphone() -> None:
    if finding.system() != "video4linux2,v4l2" or os.path.exists("/dev/snd"):  # noqa: PTH110
        pytest.skip("there may be one")
    with pytest.raises(NotFound, match="arecord"):
        list(MicrophoneSource())


def program(folder: Path, monkeypatch: pytest.MonkeyPatch, script: str) -> None:
    (folder / "parec").write_text(f"#!/bin/sh\n{script}\n")
    (folder / "parec").chmod(0o755)
    monkeypatch.setenv("PATH", f"{folder}:{os.environ['PATH']}")


def test_sound_of_a_desktop_is_recorded_by_its_own_program(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    program(tmp_path, monkeypatch, 'echo "$@" > asked\nhead -c 38400 /dev/zero; sleep 20')
    source = microphone()
    assert isinstance(source, PulseSource)
    heard: list[Sound] = []
    for item in source:
        assert isinstance(item, Sound)
        heard.append(item)
        if len(heard) == 10:
            threading.Timer(0.1, source.close).start()
    assert [item.samples.shape for item in heard] == [(960, 1)] * 10
    assert "--rate=48000" in (tmp_path / "asked").read_text()
    assert (np.diff([item.seconds for item in heard]) > 0).all()


def test_a_program_that_cannot_record_says_why(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    program(tmp_path, monkeypatch, 'echo "Connection refused" >&2; exit 1')
    with pytest.raises(SourceLost, match="Connection refused"):
        list(PulseSource("mic"))


def test_names_of_microphones(monkeypatch: pytest.MonkeyPatch) -> None:
    assert isinstance(microphone("alsa:hw:1,0"), MicrophoneSource)
    assert microphone("alsa:hw:1,0").name == "hw:1,0"
    assert isinstance(microphone("pulse:x.monitor"), PulseSource)
    monkeypatch.setattr(finding, "system", lambda: "avfoundation")
    assert MicrophoneSource(":1")._attempts()[0][0] == ":1"
    assert MicrophoneSource()._attempts()[0][0] == ":default"
    monkeypatch.setattr(finding, "system", lambda: "dshow")
    monkeypatch.setattr(finding, "devices", lambda kind: [("Mic", "@device")])
    assert MicrophoneSource()._attempts()[0][0] == "audio=@device"
