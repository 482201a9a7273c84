"""A microphone of this machine, or whatever else it records from."""

from __future__ import annotations

import os
import select
import shutil
import subprocess
import time
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from cyclorama.errors import CycloramaError, NotFound, SourceLost
from cyclorama.live.base import Sound
from cyclorama.live.clock import DeviceClock
from cyclorama.live.sources import finding
from cyclorama.live.sources.devices import DeviceSource
from cyclorama.live.sources.reading import LiveSource
from cyclorama.live.sources.times import at

if TYPE_CHECKING:
    import threading
    from collections.abc import Iterator, Sequence

    import av

    from cyclorama.live.base import Source
    from cyclorama.live.sources.devices import Attempt

ALSA = Path("/usr/share/alsa/alsa.conf")
RATE = 48_000
PIECE = 960  # samples: 20 ms
LOOK_S = 0.2  # how often it is looked whether recording shall end


def microphone(device: str = "default") -> Source:
    """Return what records from a device of this machine.

    Args:
        device: "default"; "alsa:NAME" or "pulse:NAME" (Linux), ":INDEX" or a name (macOS), a name (Windows).
    """
    system, _, name = device.partition(":")
    if system == "alsa":
        return MicrophoneSource(name)
    if system == "pulse":
        return PulseSource(name)
    if device == "default" and finding.system() == finding.SYSTEMS[0] and shutil.which("parec"):
        return PulseSource()
    return MicrophoneSource(device)


class PulseSource(LiveSource):
    """What PulseAudio or PipeWire record from, by their own program.

    A desktop's default device is theirs, and PyAV reads from neither; the ALSA in its wheel cannot load their
    plugins for it.

    Args:
        device: its name, as `pactl list short sources` tells it; "" is the default.
    """

    def __init__(self, device: str = "") -> None:
        super().__init__(device or "the default microphone")
        self._device = device
        self._began: float | None = None

    def _read(self, stopping: threading.Event) -> Iterator[Sound]:
        program = shutil.which("parec")
        if program is None:
            raise NotFound(
                "To record from PulseAudio or PipeWire, install pulseaudio-utils (it has `parec`)."
            )
        began = self._began = self._began or time.monotonic()
        command = [
            program,
            "--raw",
            "--format=float32le",
            f"--rate={RATE}",
            "--channels=1",
            "--latency-msec=20",
        ]
        if self._device:
            command.append(f"--device={self._device}")
        clock, heard = DeviceClock(), 0
        with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as recording:  # noqa: S603
            assert recording.stdout is not None  # noqa: S101
            assert recording.stderr is not None  # noqa: S101
            try:
                for data in _pieces(recording.stdout.fileno(), PIECE * 4, stopping):
                    samples = np.frombuffer(data, np.float32)[:, None]
                    sound = Sound(samples, RATE, heard, Fraction(1, RATE))
                    begun = time.monotonic() - began - PIECE / RATE
                    yield at(sound, clock.map(sound.seconds, begun))
                    heard += PIECE
            finally:
                recording.kill()
            said = recording.stderr.read().decode(errors="replace").strip()
        raise SourceLost(f"{self.name} cannot be recorded from: {said or 'its program has ended'}.")


class MicrophoneSource(DeviceSource):
    """A microphone, or whatever this machine records from.

    Args:
        device: "default"; ALSA's name ("hw:1,0"; Linux), ":INDEX" or a name (macOS), a name (Windows).
    """

    picture = False

    def __init__(self, device: str = "default") -> None:
        super().__init__("the default microphone" if device == "default" else device)
        self._device = device

    def _attempts(self) -> Sequence[Attempt]:
        device = self._device
        match finding.system():
            case "avfoundation":
                if device.startswith(":"):
                    return [(device, "avfoundation", {})]
                return [(f":{device}", "avfoundation", {})]
            case "dshow":
                known = finding.devices("audio")
                if device == "default":
                    if not known:
                        raise NotFound("There is no microphone here. Plug one in.")
                    device = known[0][1]
                return [(f"audio={device}", "dshow", {"audio_buffer_size": "20"})]
            case _:
                _find_alsa()
                options = {"sample_rate": "48000"}
                return [
                    (device, "alsa", options),
                    (device, "alsa", options | {"channels": "1"}),
                    (device, "alsa", {}),
                ]

    def _unknown(self, error: av.error.FFmpegError) -> CycloramaError:
        if not self._seen:
            return NotFound(
                f"{self.name} cannot be recorded from. Is there one, and may this user use it? On Linux, "
                "`arecord -L` lists the names; take one as alsa:NAME."
            )
        return super()._unknown(error)


def _pieces(file: int, size: int, stopping: threading.Event) -> Iterator[bytes]:
    """Yield what is written into a pipe, `size` bytes at a time, until it is closed."""
    data = b""
    while not stopping.is_set():
        if not select.select([file], [], [], LOOK_S)[0]:
            continue
        if not (more := os.read(file, size)):
            return
        data += more
        while len(data) >= size:
            yield data[:size]
            data = data[size:]


def _find_alsa() -> None:
    # PyAV's wheel carries an ALSA that looks for its configuration where the wheel was built.
    if ALSA.is_file():
        os.environ.setdefault("ALSA_CONFIG_PATH", str(ALSA))
        os.environ.setdefault("ALSA_CONFIG_DIR", str(ALSA.parent))
