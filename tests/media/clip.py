"""The project's own clip: a person who sways before a webcam, in a room of vivid green.

The green is the point. Neither the person nor a painted beach, sunset or street has it, so a single leaked
patch of the room can be told from everything else at the far end, after camera, kernel, VP8 and canvas.
"""

from __future__ import annotations

import wave
from dataclasses import dataclass
from typing import TYPE_CHECKING

import av
import numpy as np

from cyclorama.live.sources.person import FPS, RATE, SECONDS, Scene, plain_room, room, tone

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from numpy.typing import NDArray

    Picture = NDArray[np.uint8]


@dataclass(frozen=True, eq=False)
class Clip:
    """A file for Chromium's `--use-file-for-fake-video-capture`, and what is to be seen in it."""

    path: Path
    width: int
    height: int
    still: Picture
    """One frame of it, (height, width, 3) RGB: what the camera sees."""
    person: Picture
    """Alpha of the person in that frame, (height, width), 0..255."""


def frames(width: int, height: int, behind: Picture) -> Iterator[tuple[Picture, Picture]]:
    """Yield (RGB, alpha of the person) for one loop; the last frame leads on to the first."""
    scene, count = Scene(width, height, behind), FPS * SECONDS
    for index in range(count):
        yield scene.at(index / count)


def write_clip(folder: Path, width: int, height: int, *, plain: bool = False) -> Clip:
    """Write one loop as Y4M (I420, BT.601 in video range, as webcams give), with a webcam's noise.

    The room is the green one that tests look for, or the plain one.
    """
    path = folder / f"person-{width}x{height}.y4m"
    grain = np.random.default_rng(7)
    noise = [grain.normal(0, 2.0, width * height).round().astype(np.int16) for _ in range(4)]
    still: tuple[Picture, Picture] | None = None
    behind = (plain_room if plain else room)(width, height)
    with path.open("wb") as file:
        file.write(f"YUV4MPEG2 W{width} H{height} F{FPS}:1 Ip A1:1 C420mpeg2\n".encode())
        for index, (rgb, alpha) in enumerate(frames(width, height, behind)):
            still = still or (rgb, alpha)
            planes = av.VideoFrame.from_ndarray(rgb, "rgb24").to_ndarray(format="yuv420p").reshape(-1)
            luma = planes[: width * height]
            luma[:] = np.clip(luma + noise[index % 4], 16, 235)
            file.write(b"FRAME\n" + planes.tobytes())
    assert still is not None
    return Clip(path, width, height, *still)


def write_tone(folder: Path) -> Path:
    """Write a WAV for `--use-file-for-fake-audio-capture`: a tone in syllables, kept by noise suppression."""
    path = folder / "tone.wav"
    with wave.open(str(path), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(RATE)
        file.writeframes((tone(0, RATE * 3) * 32767).astype("<i2").tobytes())
    return path
