"""A screen of this machine."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import av

from cyclorama.errors import CycloramaError, NotFound
from cyclorama.live.sources import finding
from cyclorama.live.sources.devices import DeviceSource

if TYPE_CHECKING:
    from collections.abc import Sequence
    from fractions import Fraction

    from cyclorama.live.sources.devices import Attempt


class ScreenSource(DeviceSource):
    """A screen of this machine, whole.

    Args:
        screen: its number, counted from 0. On Linux: of the X server that $DISPLAY names.
        fps: pictures a second.
    """

    has_sound = False

    def __init__(self, screen: int = 0, fps: Fraction | float | None = None) -> None:
        super().__init__(f"screen {screen}")
        self._screen, self._fps = screen, fps

    def _attempts(self) -> Sequence[Attempt]:
        options = {"framerate": f"{float(self._fps or finding.FPS):g}"}
        if "gdigrab" in av.formats_available:
            return [("desktop", "gdigrab", options)]
        if "avfoundation" in av.formats_available:
            name = f"Capture screen {self._screen}"
            return [(f"{name}:none", "avfoundation", options | {"capture_cursor": "1"})]
        display = os.environ.get("DISPLAY", "")
        if not display or "x11grab" not in av.formats_available:
            raise NotFound(
                "There is no X server to take pictures of: $DISPLAY is not set. On Wayland, have OBS record "
                "the screen and take its virtual camera as the input."
            )
        number = display if "." in display.rpartition(":")[2] and not self._screen else None
        return [(number or f"{display.split('.')[0]}.{self._screen}", "x11grab", options)]

    def _unknown(self, error: av.error.FFmpegError) -> CycloramaError:
        if not self._seen:
            return NotFound(f"There is no {self.name}, or this program may not see it: {error.strerror}.")
        return super()._unknown(error)
