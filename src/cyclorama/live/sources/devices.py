"""What FFmpeg reads from this machine itself: the base of cameras, microphones and screens."""

from __future__ import annotations

import errno
import time
from contextlib import closing
from typing import TYPE_CHECKING

import av

from cyclorama.errors import CycloramaError, InvalidRequest, NotFound, SourceLost
from cyclorama.live.base import Sound
from cyclorama.live.clock import DeviceClock
from cyclorama.live.sources import finding
from cyclorama.live.sources.decoding import Decoding
from cyclorama.live.sources.reading import LiveSource
from cyclorama.live.sources.times import at

if TYPE_CHECKING:
    import threading
    from collections.abc import Iterator, Sequence

    from av.container import InputContainer

    from cyclorama.picture import Frame

TIMEOUT = (10.0, 5.0)  # seconds, for opening and for a read; cameras give at least a picture a second
Attempt = tuple[str, str, dict[str, str]]  # what av.open takes: name, format, options


class DeviceSource(LiveSource):
    """Base of the sources that are devices of this machine. They implement `_attempts`.

    Times are seconds since the first iteration began, without the jitter of arriving.
    """

    picture = True

    def __init__(self, name: str) -> None:
        super().__init__(name)
        self._began: float | None = None
        self._seen = False
        self.notices: list[str] = []

    def _attempts(self) -> Sequence[Attempt]:
        """Return what to open it with, the best first; the last one is what every device takes."""
        raise NotImplementedError

    def _read(self, stopping: threading.Event) -> Iterator[Frame | Sound]:
        began = self._began = self._began or time.monotonic()
        clock = DeviceClock()
        try:
            with closing(self._open()) as container:
                decoding = Decoding(
                    container, picture=self.picture, sound=not self.picture, live=True, notices=self.notices
                )
                for item in decoding:
                    if stopping.is_set():
                        return
                    self._seen = True
                    arrival = time.monotonic() - began
                    # sound arrives when its last sample has been heard
                    lasts = len(item.samples) / item.rate if isinstance(item, Sound) else 0.0
                    yield at(item, clock.map(item.seconds or 0.0, arrival - lasts))
        except av.error.FFmpegError as error:
            raise self._meaning(error) from error
        except NotFound as error:
            if self._seen:
                raise SourceLost(f"{self.name} is gone. Plug it in again.") from error
            raise
        raise SourceLost(f"{self.name} has stopped. Is it still plugged in?")

    def _open(self) -> InputContainer:
        attempts = self._attempts()
        for number, (name, format, options) in enumerate(attempts):  # noqa: A001 (av.open's word)
            try:
                return av.open(
                    name, format=format, options=options, timeout=TIMEOUT, metadata_errors="replace"
                )
            except av.error.FFmpegError as error:
                final = error.errno in {errno.EBUSY, errno.ENOENT, errno.EACCES, errno.EPERM}
                if final or number == len(attempts) - 1:
                    raise
        raise AssertionError("there is always an attempt")

    def _meaning(self, error: av.error.FFmpegError) -> CycloramaError:
        if isinstance(error, PermissionError):
            return InvalidRequest(_permission(self.name))
        if error.errno == errno.EBUSY:
            return SourceLost(
                f"{self.name} is in use by another program. Close it there (a browser's tab, OBS, a call)."
            )
        if error.errno == errno.ENOENT and not self._seen:
            return NotFound(
                f"{self.name} is there, but not its device file. Pass it into the container: "
                "docker run --device /dev/video0"
            )
        if error.errno in {errno.ENOENT, errno.ENODEV, errno.ENXIO}:
            return SourceLost(f"{self.name} is gone. Plug it in again.")
        return self._unknown(error)

    def _unknown(self, error: av.error.FFmpegError) -> CycloramaError:
        return SourceLost(
            f"{self.name} cannot be read: {error.strerror}. It may be in use by another program, or this "
            "program may not have the right to it."
        )


def _permission(name: str) -> str:
    if finding.system() == "avfoundation":
        how = "Allow it in System Settings, Privacy & Security, for the terminal that this runs in."
    elif finding.system() == "dshow":
        how = "Allow it in Settings, Privacy & security, for desktop apps."
    else:
        how = "Be of the group that may (sudo usermod -aG video,audio $USER), and log in again."
    return f"{name} may not be used by this user. {how}"
