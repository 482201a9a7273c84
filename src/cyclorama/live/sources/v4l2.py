"""What cameras there are on Linux, asked of the kernel itself (linux/videodev2.h).

FFmpeg lists sizes without rates, and as words in its log.
"""

from __future__ import annotations

import struct
from contextlib import suppress
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    Ask = Callable[[int, bytearray], None]

CLASS = Path("/sys/class/video4linux")
QUERYCAP = 0x80685600
ENUM_FMT = 0xC0405602
ENUM_FRAMESIZES = 0xC02C564A
ENUM_FRAMEINTERVALS = 0xC034564B
VIDEO_CAPTURE = 1  # both a kind of buffer and a capability
DEVICE_CAPS = 0x80000000
DISCRETE = 1
MANY = 200  # no camera has more of anything; a driver that never says "no more" is stopped here
# what FFmpeg calls the formats that it reads from V4L2, the dearest last: the others need decoding
PIXELS = {
    "NV12": "nv12",
    "YU12": "yuv420p",
    "YUYV": "yuyv422",
    "UYVY": "uyvy422",
    "422P": "yuv422p",
    "GREY": "gray",
    "RGB3": "rgb24",
    "BGR3": "bgr24",
    "MJPG": "mjpeg",
    "JPEG": "mjpeg",
    "H264": "h264",
}
# What a driver that takes any size is asked for; who wants another one gets that.
USUAL_SIZES = ((640, 480), (1280, 720), (1920, 1080), (3840, 2160))


class CameraFormat(NamedTuple):
    """What a camera can give.

    Attributes:
        width: in pixels.
        height: in pixels.
        fps: pictures a second, at most.
        pixels: FFmpeg's name for the samples: "yuyv422", "nv12", "mjpeg".
    """

    width: int
    height: int
    fps: Fraction
    pixels: str


def devices(folder: Path = CLASS) -> list[tuple[str, str]]:
    """Return (name, path) of all video devices, in the order of their numbers; not all are cameras."""
    found = []
    with suppress(OSError):
        for entry in folder.iterdir():
            number = entry.name.removeprefix("video")
            if number.isdecimal():
                name = entry.name
                with suppress(OSError):
                    name = (entry / "name").read_text("utf-8", "replace").strip() or name
                found.append((int(number), name, f"/dev/{entry.name}"))
    return [(name, path) for _, name, path in sorted(found)]


def formats(path: str) -> list[CameraFormat] | None:
    """Return what the camera at `path` gives; None if it is none.

    Raises:
        OSError: it cannot be opened.
    """
    import fcntl  # there is none on Windows

    with Path(path).open("rb", buffering=0) as device:
        return asked(lambda request, data: _ioctl(fcntl.ioctl, device.fileno(), request, data))


def asked(ask: Ask) -> list[CameraFormat] | None:
    """Return what a camera gives that answers `ask(request, data)` in place, or raises OSError."""
    data = bytearray(104)
    try:
        ask(QUERYCAP, data)
    except OSError:
        return None
    whole, own = struct.unpack_from("=II", data, 84)
    if not (own if whole & DEVICE_CAPS else whole) & VIDEO_CAPTURE:
        return None  # a node for metadata, or an output
    found: list[CameraFormat] = []
    for fourcc in _pixels(ask):
        pixels = PIXELS.get(struct.pack("=I", fourcc).decode("latin-1"))
        if pixels is not None:
            found += [
                CameraFormat(width, height, _fastest(ask, fourcc, width, height), pixels)
                for width, height in _sizes(ask, fourcc)
            ]
    return found


def _pixels(ask: Ask) -> Iterator[int]:
    for data in _all(ask, ENUM_FMT, 64, lambda index: struct.pack("=II", index, VIDEO_CAPTURE)):
        yield struct.unpack_from("=I", data, 44)[0]


def _sizes(ask: Ask, fourcc: int) -> Iterator[tuple[int, int]]:
    for data in _all(ask, ENUM_FRAMESIZES, 44, lambda index: struct.pack("=II", index, fourcc)):
        kind, *values = struct.unpack_from("=I6I", data, 8)
        if kind == DISCRETE:
            yield values[0], values[1]
        else:
            least_width, most_width, _, least_height, most_height, _ = values
            for width, height in USUAL_SIZES:
                if least_width <= width <= most_width and least_height <= height <= most_height:
                    yield width, height
            return


def _fastest(ask: Ask, fourcc: int, width: int, height: int) -> Fraction:
    fps = Fraction(0)
    head = (fourcc, width, height)
    for data in _all(ask, ENUM_FRAMEINTERVALS, 52, lambda index: struct.pack("=4I", index, *head)):
        kind, seconds, of = struct.unpack_from("=III", data, 16)
        if seconds:
            fps = max(fps, Fraction(of, seconds))
        if kind != DISCRETE:
            break  # its first interval is the shortest
    return fps or Fraction(30)


def _all(ask: Ask, request: int, size: int, head: Callable[[int], bytes]) -> Iterator[bytearray]:
    for index in range(MANY):
        begin = head(index)
        data = bytearray(begin + bytes(size - len(begin)))
        try:
            ask(request, data)
        except OSError:  # EINVAL: no more
            return
        yield data


def _ioctl(
    ioctl: Callable[[int, int, bytearray, bool], object], file: int, request: int, data: bytearray
) -> None:
    ioctl(file, request, data, True)
