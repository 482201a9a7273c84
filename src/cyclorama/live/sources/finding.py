"""Which cameras there are, and which one somebody means."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING

import av

from cyclorama.errors import NotFound
from cyclorama.live.sources import v4l2
from cyclorama.live.sources.v4l2 import CameraFormat

if TYPE_CHECKING:
    from collections.abc import Sequence
    from fractions import Fraction

__all__ = ["Camera", "CameraFormat", "best", "camera_called", "cameras", "system"]

# FFmpeg's input devices for cameras, one for each system
SYSTEMS = ("video4linux2,v4l2", "avfoundation", "dshow")
OWN = "Cyclorama"  # the virtual camera that we write to ourselves is nobody's first choice
SIZE = (1280, 720)
FPS = 30


@dataclass(frozen=True, slots=True)
class Camera:
    """A camera of this machine.

    Attributes:
        name: what its maker calls it.
        id: what it is opened with: /dev/video0, an index (macOS), a device path (Windows).
        formats: what it gives, as far as the system tells.
    """

    name: str
    id: str
    formats: tuple[CameraFormat, ...] = ()


def system() -> str:
    """Return FFmpeg's name for this system's cameras; "" where this build of PyAV has none."""
    return next((each for each in SYSTEMS if each in av.formats_available), "")


def cameras() -> list[Camera]:
    """Return the cameras of this machine, the one that is taken by default first."""
    if system() == SYSTEMS[0]:
        found = []
        for name, path in v4l2.devices():
            formats: list[CameraFormat] | None = []
            with suppress(OSError):  # busy or forbidden; opening it will say so
                formats = v4l2.formats(path)
            if formats is not None:
                found.append(Camera(name, path, tuple(formats)))
        return sorted(found, key=lambda camera: camera.name.startswith(OWN))
    return [
        Camera(name, id)
        for name, id in devices("video")  # noqa: A001 (the attribute's name)
        if not name.startswith("Capture screen")
    ]


def devices(kind: str) -> list[tuple[str, str]]:
    """Return (name, id) of the "video" or "audio" devices of macOS or Windows."""
    if not (format := system()):  # noqa: A001
        return []
    try:
        found = av.enumerate_input_devices(format)
    except (av.error.FFmpegError, ValueError):
        return []
    return [(each.description or each.name, each.name) for each in found if kind in each.media_types]


def camera_called(text: str, known: Sequence[Camera]) -> Camera:
    """Return the camera of that name, id or index; "" is the first one.

    Raises:
        NotFound: there is none; the message names those that there are.
    """
    if not known:
        raise NotFound(
            "There is no camera here. Plug one in; in a virtual machine or a container, pass it through "
            "(docker run --device /dev/video0). To try things without one, take `test` as the input."
        )
    if not text:
        return known[0]
    for camera in known:
        if text in {camera.id, camera.name}:
            return camera
    if text.isdecimal() and int(text) < len(known):
        return known[int(text)]
    like = [camera for camera in known if text.casefold() in camera.name.casefold()]
    if len(like) == 1 or (like and len({camera.name for camera in like}) == 1):
        return like[0]
    there = "; ".join(f"{index}: {camera.name} ({camera.id})" for index, camera in enumerate(known))
    several = "There is no camera" if not like else "There is more than one camera like"
    raise NotFound(f"{several} {text!r}. There are: {there}.")


def best(
    formats: Sequence[CameraFormat], size: tuple[int, int] | None, fps: Fraction | float | None
) -> CameraFormat | None:
    """Return which format to ask for; None where nothing is known.

    Of those fast enough the nearest size counts, and then what costs the least to read.
    """
    width, height = size or SIZE
    wanted = float(fps or FPS)
    order = list(dict.fromkeys(v4l2.PIXELS.values()))

    def cost(each: CameraFormat) -> tuple[object, ...]:
        slow = max(wanted * 0.95 - float(each.fps), 0.0)
        # a larger picture is scaled down well, a smaller one not up
        smaller = each.width < width or each.height < height
        return (
            slow > 0,
            smaller,
            abs(each.width * each.height - width * height),
            slow,
            order.index(each.pixels),
        )

    return min(formats, key=cost, default=None)
