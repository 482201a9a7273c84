"""Files for tests, made when they are needed: every picture says its number in its grey."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING, Any

import av
import numpy as np
from av.audio.stream import AudioStream
from av.video.stream import VideoStream

if TYPE_CHECKING:
    from pathlib import Path

    from cyclorama.picture import Frame

RATE = 48_000
STEP = 16


def write(
    path: Path,
    *,
    codec: str = "libx264",
    size: tuple[int, int] = (128, 72),
    times: list[int] | None = None,
    fps: int = 30,
    pix_fmt: str = "yuv420p",
    sound: bool = False,
    options: dict[str, str] | None = None,
    marks: dict[str, Any] | None = None,
    **opening: Any,
) -> Path:
    """Write pictures at `times` (in units of 1/fps), and a tone as long as they are."""
    times = times if times is not None else list(range(12))
    with av.open(path, "w", **opening) as file:
        stream = file.add_stream(codec, rate=fps, options=options or {})
        assert isinstance(stream, VideoStream)
        stream.width, stream.height, stream.pix_fmt = *size, pix_fmt
        stream.codec_context.time_base = Fraction(1, fps)
        for name, value in (marks or {}).items():
            setattr(stream.codec_context, name, value)
        if sound:
            audio = file.add_stream("aac", rate=RATE)
            assert isinstance(audio, AudioStream)
            audio.layout = "stereo"
        for number, time in enumerate(times):
            grey = np.full((size[1], size[0], 3), number * STEP % 256, np.uint8)
            picture = av.VideoFrame.from_ndarray(grey, "rgb24").reformat(format=pix_fmt)
            picture.pts, picture.time_base = time, Fraction(1, fps)
            for name, value in (marks or {}).items():
                if hasattr(picture, name):
                    setattr(picture, name, value)
            file.mux(stream.encode(picture))
            if sound:
                file.mux(audio.encode(tone((times[0] + number) * RATE // fps, RATE // fps)))
        file.mux(stream.encode())
        if sound:
            file.mux(audio.encode())
    return path


def tone(begin: int, samples: int) -> av.AudioFrame:
    """Return a piece of a sine of 440 Hz, left only."""
    wave = 0.5 * np.sin(2 * np.pi * 440 * (begin + np.arange(samples)) / RATE)
    frame = av.AudioFrame.from_ndarray(
        np.stack([wave, np.zeros(samples)]).astype(np.float32), "fltp", "stereo"
    )
    frame.sample_rate, frame.pts, frame.time_base = RATE, begin, Fraction(1, RATE)
    return frame


def number(frame: Frame) -> int:
    """Return which picture it is (modulo 16)."""
    luma = float(frame.planes[0].mean())
    grey = luma if frame.full_range else (luma - 16) * 255 / 219
    return round(grey / STEP)
