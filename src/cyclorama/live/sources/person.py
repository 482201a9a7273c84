"""A person who sways before a webcam, made here: for trying things without a camera, and for tests."""

from __future__ import annotations

import math
import threading
import time
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING

import av
import numpy as np
from PIL import Image, ImageDraw, ImageFilter

from cyclorama.errors import InvalidRequest
from cyclorama.live.avframes import from_av
from cyclorama.live.base import Sound
from cyclorama.picture import Frame

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    Picture = NDArray[np.uint8]

FPS = 30
SECONDS = 2
"""How long a sway takes; then it begins anew, without a jump."""
PERSON = Path(__file__).with_name("person.webp")
"""Cut out of the portrait of Eileen Collins by NASA, which is in the public domain."""
PERSON_HEIGHT = 0.86
"""Of the frame's height; a little more is below its lower edge, so that a nod uncovers nothing."""
TONE_HZ = 660
RATE = 48_000
PIECE = 960  # samples: 20 ms
KEPT_BYTES = 200_000_000  # a sway at 1080p


class TestPerson:
    """A `Source`: the person before a room in warm greys, or one in vivid green; a tone in syllables.

    The green room is for telling at the far end whether anything of it is seen.

    Args:
        size: width and height, in pixels.
        fps: pictures a second.
        green: the green room.
        paced: whether it comes at its own pace, as from a camera; else as fast as it is taken.
        seconds: how long it lasts; None is for ever.
        sound: whether the tone is heard.

    Raises:
        InvalidRequest: of such a size or rate there is no picture.
    """

    __test__ = False  # to pytest it looks like a test
    name = "test person"

    def __init__(
        self,
        size: tuple[int, int] = (1280, 720),
        fps: Fraction | float = FPS,
        *,
        green: bool = False,
        paced: bool = True,
        seconds: float | None = None,
        sound: bool = True,
    ) -> None:
        if min(size) < 16 or not 0 < fps <= 1000:
            raise InvalidRequest(
                f"A test person of {size[0]}x{size[1]} at {float(fps):g} fps cannot be seen."
            )
        self.live = paced
        self._size = size
        self._fps = Fraction(fps).limit_denominator(1001)
        self._green, self._seconds, self._sound = green, seconds, sound
        self._closed = threading.Event()
        self._painted: dict[int, Frame] = {}

    def __iter__(self) -> Iterator[Frame | Sound]:
        """Begin; pictures that are due while nobody takes them are left out."""
        if self._closed.is_set():
            return
        scene = Scene(*self._size, (room if self._green else plain_room)(*self._size))
        zero, index, pieces = time.monotonic(), 0, 0
        while not self._closed.is_set():
            due = index / self._fps
            if self._seconds is not None and due >= self._seconds:
                return
            if self.live:
                now = time.monotonic() - zero
                index = max(index, math.floor(now * self._fps))
                due = index / self._fps
                if self._closed.wait(max(float(due) - now, 0.0)):
                    return
            while self._sound and pieces * PIECE < (due + 1 / self._fps) * RATE:
                yield Sound(tone(pieces * PIECE, PIECE), RATE, pieces * PIECE, Fraction(1, RATE))
                pieces += 1
            picture = self._picture(scene, index)
            yield Frame(
                picture.planes, picture.format, picture.matrix, picture.full_range, index, 1 / self._fps
            )
            index += 1

    def close(self) -> None:
        """End the iteration, from any thread."""
        self._closed.set()

    def _picture(self, scene: Scene, index: int) -> Frame:
        count = max(round(SECONDS * self._fps), 1)
        phase = index % count
        if (painted := self._painted.get(phase)) is not None:
            return painted
        rgb, _ = scene.at(phase / count)
        painted = from_av(av.VideoFrame.from_ndarray(rgb, "rgb24"))
        if count * sum(plane.nbytes for plane in painted.planes) <= KEPT_BYTES:
            self._painted[phase] = painted
        return painted


class Scene:
    """The person before a picture of the frame's size, at any moment of the sway."""

    def __init__(self, width: int, height: int, behind: Picture) -> None:
        cutout = Image.open(PERSON)
        scale = PERSON_HEIGHT * height * 1.08 / cutout.height
        self._portrait = cutout.resize(
            (round(cutout.width * scale), round(cutout.height * scale)), Image.Resampling.LANCZOS
        )
        self._behind = Image.fromarray(behind)
        self._width, self._height = width, height

    def at(self, moment: float) -> tuple[Picture, Picture]:
        """Return (RGB, alpha of the person) at a moment of the sway, 0 to 1."""
        width, height, portrait = self._width, self._height, self._portrait
        turn = 2 * math.pi * moment
        lean = math.radians(1.5 * math.sin(turn))
        left = (width - portrait.width) // 2 + round(width * 0.02 * math.sin(turn))
        top = round(height * (1 - PERSON_HEIGHT) + height * 0.008 * math.sin(2 * turn))
        # Turned about a place below the frame; only as much as may hold the person is worked on.
        centre = width / 2, height * 1.1
        margin = math.ceil(abs(math.sin(lean)) * height * 1.1) + 2
        box = max(left - margin, 0), max(top - margin, 0), min(left + portrait.width + margin, width), height
        x, y = box[0] - centre[0], box[1] - centre[1]
        cos, sin = math.cos(lean), math.sin(lean)
        person = portrait.transform(
            (box[2] - box[0], box[3] - box[1]),
            Image.Transform.AFFINE,
            (
                *(cos, -sin, cos * x - sin * y + centre[0] - left),
                *(sin, cos, sin * x + cos * y + centre[1] - top),
            ),
            Image.Resampling.BILINEAR,
        )
        seen, alpha = self._behind.copy(), Image.new("L", (width, height))
        seen.paste(person, box, person)
        alpha.paste(person.getchannel("A"), box)
        return np.asarray(seen), np.asarray(alpha)


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


def tone(begin: int, samples: int) -> NDArray[np.float32]:
    """Return a tone in syllables, which noise suppression keeps: (samples, 1), from sample `begin` on."""
    seconds = (begin + np.arange(samples)) / RATE
    loud = (np.sin(2 * np.pi * 2.0 * seconds) > -0.3) * (0.6 + 0.4 * np.sin(2 * np.pi * 7 * seconds))
    wave = 0.5 * loud * np.sin(2 * np.pi * TONE_HZ * seconds + 0.5 * np.sin(2 * np.pi * 5 * seconds))
    return wave.astype(np.float32)[:, None]
