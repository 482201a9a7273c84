"""Videos to stand in front of, made when they are needed."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

import av
import numpy as np
from av.audio.stream import AudioStream
from av.video.stream import VideoStream

if TYPE_CHECKING:
    from numpy.typing import NDArray

LEVELS = 12
"""How many frames tell themselves apart by their grey; see `bands`."""


def bands(width: int, height: int, number: int) -> NDArray[np.uint8]:
    """Return frame `number`, (height, width, 3) RGB: its grey at the left says which of `LEVELS` it is."""
    picture = np.zeros((height, width, 3), np.uint8)
    picture[:] = (200, 40, 160)  # nothing in the camera's room is like it
    picture[:, : width // 4] = 20 + 215 * (number % LEVELS) // (LEVELS - 1)
    return picture


def video(
    kind: str = "webm",
    codec: str = "libvpx",
    size: tuple[int, int] = (128, 72),
    frames: int = LEVELS,
    rate: int = 30,
    pix_fmt: str = "yuv420p",
    sound: bool = False,
) -> bytes:
    """Return a file with that many frames of `bands`."""
    out = io.BytesIO()
    with av.open(out, "w", format=kind) as file:
        file.metadata["comment"] = "a secret place"
        stream = file.add_stream(codec, rate=rate)
        assert isinstance(stream, VideoStream)
        stream.width, stream.height, stream.pix_fmt = *size, pix_fmt
        if sound:
            audio = file.add_stream("libopus" if kind == "webm" else "aac", rate=48000)
            assert isinstance(audio, AudioStream)
        for number in range(frames):
            file.mux(stream.encode(av.VideoFrame.from_ndarray(bands(*size, number), "rgb24")))
        file.mux(stream.encode())
        if sound:
            silence = av.AudioFrame.from_ndarray(np.zeros((1, 9600), np.int16), "s16", "mono")
            silence.sample_rate = 48000
            file.mux(audio.encode(silence))
            file.mux(audio.encode())
    return out.getvalue()


def on_its_side(mp4: bytes) -> bytes:
    """Say in an MP4 that it is to be shown turned a quarter clockwise, as phones do."""
    return turned(mp4, 0, 1, -1, 0)


def turned(mp4: bytes, a: int, b: int, c: int, d: int) -> bytes:
    """Say in an MP4 that a sample's place is to be mapped: `x' = a x + c y`, `y' = b x + d y`."""

    def matrix(a: int, b: int, c: int, d: int) -> bytes:
        rows = (a << 16, b << 16, 0, c << 16, d << 16, 0, 0, 0, 0x40000000)
        return b"".join(value.to_bytes(4, "big", signed=True) for value in rows)

    place = mp4.index(matrix(1, 0, 0, 1), mp4.index(b"tkhd"))
    return mp4[:place] + matrix(a, b, c, d) + mp4[place + 36 :]
