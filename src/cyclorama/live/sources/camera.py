"""A camera of this machine."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING

from cyclorama.live.sources import finding
from cyclorama.live.sources.devices import DeviceSource

if TYPE_CHECKING:
    from collections.abc import Sequence

    from cyclorama.live.sources.devices import Attempt


class CameraSource(DeviceSource):
    """A camera of this machine.

    Args:
        camera: its name or a part of it, its id, its index; "" is the first one.
        size: width and height to ask it for; it may give others.
        fps: pictures a second to ask it for.
    """

    has_sound = False

    def __init__(
        self, camera: str = "", size: tuple[int, int] | None = None, fps: Fraction | float | None = None
    ) -> None:
        super().__init__(camera or "camera")
        self._camera, self._size, self._fps = camera, size, fps

    def _attempts(self) -> Sequence[Attempt]:
        camera = finding.camera_called(self._camera, finding.cameras())
        self.name = camera.name
        if self._seen:
            # plugged in again, it may have another number
            self._camera = camera.name
        system = finding.system()
        wanted = finding.best(camera.formats, self._size, self._fps)
        width, height = (wanted.width, wanted.height) if wanted else (self._size or finding.SIZE)
        fps = min(Fraction(self._fps or finding.FPS), wanted.fps) if wanted else self._fps or finding.FPS
        options = {"video_size": f"{width}x{height}", "framerate": f"{float(fps):g}"}
        match system:
            case "avfoundation":
                options["pixel_format"] = "nv12"
                name, plain = f"{camera.id}:none", {"framerate": "30", "pixel_format": "nv12"}
            case "dshow":
                options["rtbufsize"] = "64M"
                name, plain = f"video={camera.id}", {"rtbufsize": "64M"}
            case _:
                name, plain = camera.id, {}
                if wanted:
                    options["input_format"] = wanted.pixels
        return [(name, system, options), (name, system, plain), (name, system, {})]
