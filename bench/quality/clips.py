"""Clips with exact alpha: people move over rooms before a webcam, by a script; made in memory, always the same."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np
from PIL import Image

from bench.quality.camera import Webcam, optics
from bench.quality.people import MARGIN, SCALE, Style, person
from bench.quality.rooms import room

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from numpy.typing import NDArray

    from cyclorama.picture import Frame

    Plane = NDArray[np.float32]

STILL = 1 / 255
"""A pixel is still where, without noise, neither the picture nor alpha changes by more than this."""


@dataclass(frozen=True)
class Shot:
    """One frame and what is known about it.

    Attributes:
        frame: what the camera gives.
        alpha: of the person who counts, (height, width), 0 to 1.
        still: where nothing moved since the shot before, (height, width); None where there was none.
        person: RGB times alpha, (height, width, 3), 0 to 1, without noise; None where nobody knows.
        room: RGB behind the person, likewise.
        stranger: how much of each pixel shows somebody who does not count; None: nobody passes.
        begins: nothing leads here from the shot before: the first one, or one after a cut.
    """

    frame: Frame
    alpha: Plane
    still: NDArray[np.bool_] | None
    person: Plane | None = None
    room: Plane | None = None
    stranger: Plane | None = None
    begins: bool = False


@dataclass(frozen=True)
class Pose:
    """Where somebody is: the lower middle in shares of the frame, how tall in frame heights, the lean in degrees."""

    x: float = 0.5
    y: float = 1.06
    tall: float = 0.9
    lean: float = 0.0


@dataclass(frozen=True)
class Light:
    """What both layers are multiplied by."""

    gain: float = 1.0
    warmth: float = 0.0

    def rgb(self) -> NDArray[np.float32]:
        """Return the factor of each channel."""
        return np.array([1 + self.warmth, 1, 1 - self.warmth], np.float32) * np.float32(self.gain)


def _even(_: float) -> Light:
    return Light()


@dataclass(frozen=True)
class Clip:
    """A script.

    Attributes:
        pose: of the person, at a time in frames.
        stranger: likewise, of somebody who walks behind.
        shutter: how much of a frame's time the shutter is open.
        dimmed: multiplies the person's RGB, so that the light of person and room agree.
        cut: from this frame on it is another clip.
        lag: the motion is fast enough to measure the lag by.
        shown: the frame that the contact sheet shows.
    """

    name: str
    about: str
    width: int
    height: int
    room: str
    style: Style
    pose: Callable[[float], Pose]
    light: Callable[[float], Light] = _even
    stranger: Callable[[float], Pose] | None = None
    stranger_style: Style = field(default_factory=Style)
    shutter: float = 0.6
    noise: float = 3.0
    quality: int = 85
    dimmed: tuple[float, float, float] = (1, 1, 1)
    cut: int | None = None
    after: Clip | None = None
    lag: bool = False
    shown: int = 33


class _Actor:
    """Somebody at the size of the clip, put anywhere in a frame."""

    def __init__(
        self, style: Style, tall: float, width: int, height: int, tint: tuple[float, float, float]
    ) -> None:
        layer = person(style) * np.array([*tint, 1], np.float32)
        self.width, self.height = width, height
        self.tall = tall
        own = layer.shape[0] - MARGIN * SCALE
        scale = tall * height / own
        size = round(layer.shape[1] * scale), round(layer.shape[0] * scale)
        planes = [
            np.asarray(
                Image.fromarray(np.ascontiguousarray(layer[..., channel])).resize(
                    size, Image.Resampling.LANCZOS
                )
            )
            for channel in range(4)
        ]
        small = np.clip(np.dstack(planes), 0, 1)
        small[..., :3] = np.minimum(small[..., :3], small[..., 3:])
        codes = np.ascontiguousarray((small * 255 + 0.5).astype(np.uint8))
        self.image = Image.frombytes("RGBa", size, codes.tobytes())

    def at(self, pose: Pose) -> NDArray[np.float32]:
        """Return the frame with nobody else in it: premultiplied RGBA, 0 to 1."""
        zoom = pose.tall / self.tall
        turn = math.radians(pose.lean)
        cos, sin = math.cos(turn) / zoom, math.sin(turn) / zoom
        x, y = pose.x * self.width, pose.y * self.height
        middle, foot = self.image.width / 2, self.image.height
        matrix = (cos, sin, middle - cos * x - sin * y, -sin, cos, foot + sin * x - cos * y)
        seen = self.image.transform(
            (self.width, self.height), Image.Transform.AFFINE, matrix, Image.Resampling.BICUBIC
        )
        return np.asarray(seen, np.float32) / 255

    def during(self, pose: Callable[[float], Pose], time: float, shutter: float) -> NDArray[np.float32]:
        """Average what is seen while the shutter is open: the motion blur of premultiplied layers."""
        start, end = pose(time), pose(time + shutter)
        way = math.hypot((end.x - start.x) * self.width, (end.y - start.y) * self.height)
        way += (
            abs(end.tall - start.tall) * self.height + abs(math.radians(end.lean - start.lean)) * self.height
        )
        count = max(1, min(12, math.ceil(way)))
        if count == 1:
            layer = self.at(pose(time + shutter / 2))
        else:
            layer = sum(self.at(pose(time + shutter * (part + 0.5) / count)) for part in range(count)) / count
        layer = optics(np.asarray(layer, np.float32))
        layer[..., :3] = np.minimum(layer[..., :3], layer[..., 3:])
        return layer


def shots(clip: Clip, count: int) -> Iterator[Shot]:
    """Play a clip's first frames."""
    if clip.cut is None or clip.after is None or count <= clip.cut:
        yield from _take(clip, 0, count)
    else:
        yield from _take(clip, 0, clip.cut)
        yield from _take(clip.after, clip.cut, count)


def _take(clip: Clip, first: int, last: int) -> Iterator[Shot]:
    camera = Webcam(clip.width, clip.height, clip.noise, clip.quality)
    actor = _Actor(clip.style, clip.pose(0).tall, clip.width, clip.height, clip.dimmed)
    passer = None
    if clip.stranger:
        tall = clip.stranger(0).tall
        passer = _Actor(
            clip.stranger_style, tall, clip.width, clip.height, tuple(0.8 * part for part in clip.dimmed)
        )
    plate = optics(room(clip.room, clip.width, clip.height))
    before: tuple[Plane, Plane] | None = None
    for index in range(first, last):
        light = clip.light(index).rgb()
        layer = actor.during(clip.pose, index, clip.shutter)
        behind, stranger = plate, None
        if passer and clip.stranger:
            walking = passer.during(clip.stranger, index, clip.shutter)
            behind = walking[..., :3] + behind * (1 - walking[..., 3:])
            stranger = walking[..., 3] * (1 - layer[..., 3])
        alpha = layer[..., 3]
        seen, behind = np.clip(layer[..., :3] * light, 0, alpha[..., None]), np.clip(behind * light, 0, 1)
        scene = seen + behind * (1 - alpha[..., None])
        still = None
        if before is not None:
            still = (np.abs(scene - before[0]).max(-1) < STILL) & (np.abs(alpha - before[1]) < STILL)
        before = scene, alpha
        yield Shot(camera.see(scene), alpha, still, seen, behind, stranger, begins=index == first)


def _wave(time: float, frames: float, phase: float = 0) -> float:
    return math.sin(2 * math.pi * (time / frames + phase))


def _swaying(time: float) -> Pose:
    return Pose(0.5 + 0.02 * _wave(time, 70), 1.06 + 0.006 * _wave(time, 31), 0.9, 1.6 * _wave(time, 58, 0.2))


def _sliding(time: float) -> Pose:
    return Pose(0.5 + 0.17 * _wave(time, 40), 1.07, 0.92, 3 * _wave(time, 40, 0.25))


def _leaning(time: float) -> Pose:
    near = 0.5 - 0.5 * math.cos(2 * math.pi * time / 45)
    return Pose(0.47 + 0.03 * _wave(time, 50), 1.06 + 0.3 * near, 0.86 + 0.45 * near, 2.5 * _wave(time, 45))


def _sitting(time: float) -> Pose:
    """Mostly at rest: what flickers here is not motion."""
    moved = 1 / (1 + math.exp(-(time - 24) / 1.5))
    return Pose(0.5 + 0.015 * moved, 1.06, 0.88, -1.5 * moved)


def _flickering(time: float) -> Light:
    """Somebody switches a lamp off; the camera's exposure follows slowly."""
    off = 1 / (1 + math.exp(-(time - 14) * 1.5))
    caught_up = 1 - math.exp(-max(0.0, time - 16) / 9)
    return Light(1 - off * (0.42 - 0.25 * caught_up), 0.05 - 0.1 * off)


def _walking(time: float) -> Pose:
    return Pose(-0.15 + 1.3 * time / 48, 1.28 + 0.01 * _wave(time, 12), 1.02, 1.2 * _wave(time, 24))


DARK = Style(hair=(44, 36, 34), clothes=(60, 72, 96), strands=600, length=26)
FAIR = Style(hair=(188, 165, 124), clothes=(125, 128, 124), strands=450, length=20, mirrored=True)
RED = Style(hair=(98, 66, 48), clothes=(64, 92, 76), skin=0.85, strands=350, length=16)
OWN = Style(strands=250)
BLACK = Style(hair=(30, 27, 28), clothes=(48, 46, 48), skin=0.7, strands=500, length=24, mirrored=True)

_DAY = Clip("day", "after the cut", 640, 480, "office", FAIR, _swaying)

CLIPS = {
    clip.name: clip
    for clip in (
        Clip("sway", "dark loose hair, sways before a shelf and a lamp", 640, 480, "study", DARK, _swaying),
        Clip("slide", "moves fast from side to side in a garage, long shutter", 1280, 720, "garage", OWN, _sliding,
             shutter=0.9, lag=True, shown=41),
        Clip("lean", "leans to the camera and back, shelves from side to side", 640, 480, "library", RED, _leaning,
             lag=True, dimmed=(0.95, 0.9, 0.84)),
        Clip("still", "fair hair before a bright window and a chair; sits still, then shifts", 1280, 720, "office", FAIR,
             _sitting, quality=80),
        Clip("lamp", "the lamp goes off, the exposure follows; noise of an evening", 640, 480, "dim", BLACK, _swaying,
             _flickering, noise=6.0, quality=75, dimmed=(0.8, 0.68, 0.6)),
        Clip("cut", "an evening room, then at once an office", 640, 480, "dim", OWN, _leaning, noise=5.0,
             dimmed=(0.85, 0.72, 0.62), cut=22, after=_DAY, shown=23),
        Clip("phone", "held upright, before bricks", 480, 640, "bricks", RED,
             lambda time: Pose(0.5 + 0.03 * _wave(time, 47), 1.05 + 0.02 * _wave(time, 19), 0.68, 3 * _wave(time, 37)),
             shutter=0.5, dimmed=(1, 0.92, 0.85)),
        Clip("passer", "a colleague walks past behind", 1280, 720, "study", DARK, _swaying, stranger=_walking, shown=14,
             stranger_style=Style(hair=(70, 50, 36), clothes=(140, 90, 70), mirrored=True)),
    )
}  # fmt: skip
