"""A camera that other programs on this machine can choose: OBS, Zoom, Meet, a browser."""

from __future__ import annotations

import os
import sys
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from av.video.reformatter import ColorRange

from cyclorama import extras
from cyclorama.errors import NotFound, SinkLost, UnsupportedMedia
from cyclorama.live.avframes import from_av, to_av
from cyclorama.live.sinks.pace import Pace
from cyclorama.picture import Format, Frame

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from cyclorama.live.base import Sound, Stream

MODULE = Path("/sys/module/v4l2loopback")
VIRTUAL = Path("/sys/devices/virtual/video4linux")  # where Linux has the devices that no hardware is behind
GET_IT = {
    "linux": "sudo apt install v4l2loopback-dkms",
    "darwin": "install OBS (https://obsproject.com), start its virtual camera once and stop it again",
    "win32": "install OBS (https://obsproject.com), whose virtual camera is used; OBS itself need not run",
}
LOAD_IT = "sudo modprobe v4l2loopback exclusive_caps=1 card_label=Cyclorama"


def loopbacks() -> dict[str, str]:
    """Return the virtual cameras of this Linux machine: the name of each by its device, /dev/video9."""
    found = {}
    for device in sorted(VIRTUAL.glob("video*")):
        try:
            found[f"/dev/{device.name}"] = (device / "name").read_text().strip()
        except OSError:
            continue
    return found


def how_to_get_one() -> str:
    """Return what to do where this machine has no virtual camera."""
    if sys.platform != "linux":
        return GET_IT.get(sys.platform, "There is none for this system.")
    if MODULE.is_dir():  # it is loaded, and has made no device, or others than are wanted
        return f"sudo modprobe -r v4l2loopback && {LOAD_IT}"
    return f"{GET_IT['linux']} && {LOAD_IT}"


class VirtualCamera:
    """A `Sink` that is a camera to other programs. Sound is left out: cameras have none.

    I420 and NV12 go through as they are, in video range, which is what programs expect of a camera; a last
    odd row or column is left out.

    Args:
        name: a device, /dev/video9, or its name; by default the first there is.

    Raises:
        MissingExtra: pyvirtualcam is not installed.
        NotFound: on `open`, there is none, or none of that name; the message says how to get one.
        SinkLost: another program writes to it.
    """

    alpha = False

    def __init__(self, name: str | None = None) -> None:
        extras.require("virtual-camera", "A virtual camera")
        self._wanted = name
        self.name = name or "virtual camera"
        self._camera: Any = None
        self._kind: tuple[int, int, Format] | None = None
        self._pace: Pace | None = None
        self._fps = 30.0
        self._buffer = np.zeros(0, np.uint8)

    def open(self, stream: Stream) -> None:
        """Start it; programs see it from the first frame on."""
        self.close()
        self._fps = float(stream.fps)
        self._pace = None if stream.live else Pace()
        self._start(stream.width & ~1, stream.height & ~1, stream.format)

    def write(self, item: Frame | Sound) -> None:
        """Show it, at its time if it is of a recording."""
        if self._camera is None:
            raise SinkLost(f"{self.name} is not open.")
        if not isinstance(item, Frame):
            return
        frame = _in_video_range(item)
        kind = (frame.width & ~1, frame.height & ~1, frame.format)
        if kind != self._kind:
            self._stop()
            self._start(*kind)
        if self._pace is not None:
            self._pace.wait(item.seconds or 0)
        try:
            self._camera.send(self._packed(frame))
        except (RuntimeError, OSError) as error:
            raise SinkLost(f"{self.name} takes nothing any more: {error}. It is tried again.") from error

    def close(self) -> None:
        """Stop it."""
        self._stop()

    def _start(self, width: int, height: int, kind: Format) -> None:
        pyvirtualcam: Any = import_module("pyvirtualcam")
        formats = {Format.I420: pyvirtualcam.PixelFormat.I420, Format.NV12: pyvirtualcam.PixelFormat.NV12}
        if kind not in formats:
            raise UnsupportedMedia(f"A virtual camera takes I420 or NV12, not {kind.name}.")
        device = self._device()
        try:
            self._camera = pyvirtualcam.Camera(width, height, self._fps, fmt=formats[kind], device=device)
        except RuntimeError as error:
            raise self._refused(error) from error
        self._kind = width, height, kind
        self._buffer = np.empty(width * height * 3 // 2, np.uint8)
        self.name = f"virtual camera {self._camera.device}"

    def _stop(self) -> None:
        if self._camera is not None:
            self._camera.close()
            self._camera = None
            self._kind = None

    def _device(self) -> str | None:
        """Return the device that is meant by its name, on Linux, where pyvirtualcam knows devices only."""
        if self._wanted is None or sys.platform != "linux" or self._wanted.startswith("/dev/"):
            return self._wanted
        there = loopbacks()
        for device, name in there.items():
            if name == self._wanted:
                return device
        known = ", ".join(f"{name} ({device})" for device, name in there.items())
        advice = f"There are: {known}." if known else f"Get one: {how_to_get_one()}"
        raise NotFound(f"There is no virtual camera {self._wanted!r} on this machine. {advice}")

    def _refused(self, error: RuntimeError) -> NotFound | SinkLost:
        device = self._wanted
        if sys.platform == "linux" and device is not None and Path(device).exists():
            if not os.access(device, os.W_OK):
                return NotFound(f"You may not write to {device}. Do: sudo usermod -aG video $USER")
            if device in loopbacks():
                return SinkLost(f"{device} cannot be used now: {error}. Does another program write to it?")
        where = f"{device} is no virtual camera" if device else "There is no virtual camera on this machine"
        return NotFound(f"{where} ({str(error).rstrip('.')}). Get one: {how_to_get_one()}")

    def _packed(self, frame: Frame) -> NDArray[np.uint8]:
        """Return the planes one after another, without the gaps between rows."""
        at = 0
        for plane in frame.planes:
            half = 1 if plane is frame.planes[0] else 2
            rows, columns = (frame.height & ~1) // half, (frame.width & ~1) // half
            part = plane[:rows, :columns]
            self._buffer[at : at + part.size].reshape(part.shape)[...] = part
            at += part.size
        return self._buffer


def _in_video_range(frame: Frame) -> Frame:
    if not frame.full_range:
        return frame
    given = to_av(frame)
    return from_av(given.reformat(src_color_range=ColorRange.JPEG, dst_color_range=ColorRange.MPEG))
