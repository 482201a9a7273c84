"""The project's own clip: a person who sways before a webcam, in a room of vivid green.

The green is the point. Neither the person nor a painted beach, sunset or street has it, so a single leaked
patch of the room can be told from everything else at the far end, after camera, kernel, VP8 and canvas.
"""

from __future__ import annotations

import math
import wave
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import av
import numpy as np
from PIL import Image, ImageDraw, ImageFilter

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    Picture = NDArray[np.uint8]

FPS = 30
SECONDS = 2
PERSON = Path(__file__).with_name("person.webp")
PERSON_HEIGHT = 0.86
"""Of the frame's height; a little more is below its lower edge, so that a nod uncovers nothing."""
TONE_HZ = 660


@dataclass(frozen=True)
class Clip:
    """A file for Chromium's `--use-file-for-fake-video-capture`, and what is to be seen in it."""

    path: Path
    width: int
    height: int
    still: Picture
    """One frame of it, (height, width, 3) RGB: what the camera sees."""
    person: Picture
    """Alpha of the person in that frame, (height, width), 0..255."""


def room(width: int, height: int) -> Picture:
    """Paint a room in greens only, (height, width, 3) RGB: wall, window, shelf, lamp and door."""
    wide, high = width * 2, height * 2
    grain = np.random.default_rng(5)
    fall = np.linspace(1.0, 0.78, wide)[None, :] * np.linspace(1.0, 0.9, high)[:, None]
    wall = np.stack([fall * 34, fall * 205, fall * 58], -1) + grain.normal(0, 4, (high, wide, 1))
    picture = Image.fromarray(np.clip(wall, 0, 255).astype(np.uint8))
    draw = ImageDraw.Draw(picture)

    def box(left: float, top: float, right: float, bottom: float, colour: tuple[int, int, int]) -> None:
        draw.rectangle((left * wide, top * high, right * wide, bottom * high), fill=colour)

    box(0.00, 0.90, 1.00, 1.00, (8, 128, 26))
    box(0.04, 0.08, 0.24, 0.52, (14, 138, 34))
    box(0.055, 0.10, 0.135, 0.50, (70, 248, 96))
    box(0.145, 0.10, 0.225, 0.50, (70, 248, 96))
    box(0.86, 0.24, 0.99, 0.96, (18, 160, 44))
    box(0.875, 0.28, 0.975, 0.55, (14, 142, 36))
    box(0.875, 0.60, 0.975, 0.90, (14, 142, 36))
    for shelf in (0.20, 0.40):
        box(0.64, shelf, 0.84, shelf + 0.02, (6, 116, 22))
        left = 0.645
        while left < 0.82:
            thick, tall = grain.uniform(0.008, 0.02), grain.uniform(0.09, 0.15)
            green = int(grain.integers(126, 240))
            box(left, shelf - tall, left + thick, shelf, (green // 9, green, green // 5))
            left += thick + 0.002
    box(0.28, 0.0, 0.284, 0.10, (6, 110, 20))
    shade = ((0.25, 0.17), (0.314, 0.17), (0.295, 0.10), (0.269, 0.10))
    draw.polygon([(x * wide, y * high) for x, y in shade], fill=(60, 240, 90))
    picture = picture.resize((width, height), Image.Resampling.BOX)
    return np.asarray(picture.filter(ImageFilter.GaussianBlur(height / 400)))


def plain_room(width: int, height: int) -> Picture:
    """Paint the same room in warm greys, for pictures that are made to be looked at."""
    grey = np.asarray(Image.fromarray(room(width, height)).convert("L"), np.float32)[..., None]
    return (grey * (1.25, 1.2, 1.1)).clip(0, 255).astype(np.uint8)


def frames(width: int, height: int, behind: Picture) -> Iterator[tuple[Picture, Picture]]:
    """Yield (RGB, alpha of the person) for one loop; the last frame leads on to the first."""
    cutout = Image.open(PERSON)
    scale = PERSON_HEIGHT * height * 1.08 / cutout.height
    portrait = cutout.resize(
        (round(cutout.width * scale), round(cutout.height * scale)), Image.Resampling.LANCZOS
    )
    backdrop = Image.fromarray(behind)
    count = FPS * SECONDS
    for index in range(count):
        turn = 2 * math.pi * index / count
        lean = 1.5 * math.sin(turn)
        left = (width - portrait.width) // 2 + round(width * 0.02 * math.sin(turn))
        top = round(height * (1 - PERSON_HEIGHT) + height * 0.008 * math.sin(2 * turn))
        person = Image.new("RGBA", (width, height + portrait.height // 4))
        person.paste(portrait, (left, top))
        person = person.rotate(lean, Image.Resampling.BILINEAR, center=(width / 2, height * 1.1))
        person = person.crop((0, 0, width, height))
        seen = backdrop.copy()
        seen.paste(person, (0, 0), person)
        yield np.asarray(seen), np.asarray(person.getchannel("A"))


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
    rate = 48_000
    time = np.arange(rate * 3) / rate
    loud = (np.sin(2 * np.pi * 2.0 * time) > -0.3) * (0.6 + 0.4 * np.sin(2 * np.pi * 7 * time))
    tone = 0.5 * loud * np.sin(2 * np.pi * TONE_HZ * time + 0.5 * np.sin(2 * np.pi * 5 * time))
    path = folder / "tone.wav"
    with wave.open(str(path), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(rate)
        file.writeframes((tone * 32767).astype("<i2").tobytes())
    return path
