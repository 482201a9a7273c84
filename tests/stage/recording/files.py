"""What is in a recorded file, read with PyAV."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import av
import numpy as np

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray


@dataclass
class Contents:
    """A file, decoded. Times are in seconds; `mean` colours are R, G, B."""

    codecs: dict[str, str] = field(default_factory=dict)
    sizes: list[tuple[int, int]] = field(default_factory=list)
    packet_times: dict[str, list[float]] = field(default_factory=dict)
    picture_times: list[float] = field(default_factory=list)
    colours: list[tuple[float, float, float]] = field(default_factory=list)
    sound_times: list[float] = field(default_factory=list)
    sounds: list[NDArray[np.float32]] = field(default_factory=list)
    duration: float = 0

    @property
    def rising(self) -> bool:
        return all(np.all(np.diff(times) > 0) for times in self.packet_times.values())


def read(path: Path) -> Contents:
    """Decode everything; an error in any frame fails the test."""
    found = Contents()
    with av.open(str(path)) as container:
        found.duration = (container.duration or 0) / 1e6
        for stream in container.streams:
            found.codecs[stream.type] = stream.codec_context.codec.canonical_name
            found.packet_times[stream.type] = []
            stream.codec_context.options = {"err_detect": "explode"}
        for packet in container.demux():
            if packet.pts is not None and packet.time_base is not None:
                found.packet_times[packet.stream.type].append(float(packet.pts * packet.time_base))
            for frame in packet.decode():
                assert isinstance(frame, (av.VideoFrame, av.AudioFrame))
                assert frame.time is not None
                if isinstance(frame, av.VideoFrame):
                    found.picture_times.append(frame.time)
                    found.sizes.append((frame.width, frame.height))
                    red, green, blue = frame.to_ndarray(format="rgb24").mean(axis=(0, 1))
                    found.colours.append((red, green, blue))
                else:
                    found.sound_times.append(frame.time)
                    found.sounds.append(frame.to_ndarray().astype(np.float32))
    return found
