"""Clips with exact alpha: people move over rooms before a webcam, by a script.

They are made in memory and always the same.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np
from bench.quality.camera import Webcam, optics
from bench.quality.people import MARGIN, SCALE, Style, person
from bench.quality.rooms import room
from PIL import Image

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from numpy.typing import NDArray

    from cyclorama.picture import Frame

    Plane = NDArray[np.float32]

STEPS = 8
"""Into so many the time that the shutter is open is divided at most."""
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
    """Where the lower middle is, in shares of the frame; how tall, in its heights; the lean, in degrees."""

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

    def at(self, pose: Pose, left: int, right: int, filter: Image.Resampling) -> Plane:  # noqa: A002 (Pillow's word)
        """Return columns of the frame with nobody else in it: premultiplied RGBA, 0 to 255."""
        zoom = pose.tall / self.tall
        turn = math.radians(pose.lean)
        cos, sin = math.cos(turn) / zoom, math.sin(turn) / zoom
        x, y = pose.x * self.width - left, pose.y * self.height
        middle, foot = self.image.width / 2, self.image.height
        matrix = (cos, sin, middle - cos * x - sin * y, -sin, cos, foot + sin * x - cos * y)
        seen = self.image.transform((right - left, self.height), Image.Transform.AFFINE, matrix, filter)
        return np.asarray(seen, np.float32)

    def reach(self, pose: Pose) -> tuple[float, float]:
        """Return the columns, left and right, that the person can be in."""
        half = pose.tall / self.tall * self.image.width / 2
        aside = abs(math.sin(math.radians(pose.lean))) * pose.tall * self.height * 1.2
        return pose.x * self.width - half - aside, pose.x * self.width + half + aside

    def during(self, pose: Callable[[float], Pose], time: float, shutter: float) -> NDArray[np.float32]:
        """Average what is seen while the shutter is open: the motion blur of premultiplied layers."""
        start, end = pose(time), pose(time + shutter)
        way = math.hypot((end.x - start.x) * self.width, (end.y - start.y) * self.height)
        way += (
            abs(end.tall - start.tall) * self.height + abs(math.radians(end.lean - start.lean)) * self.height
        )
        count = max(1, min(STEPS, math.ceil(way)))
        poses = [pose(time + shutter * (part + 0.5) / count) for part in range(count)]
        ends = [self.reach(each) for each in (start, end)]
        left = max(0, min(self.width - 1, math.floor(min(ends)[0]) - 2))
        right = max(left + 1, min(self.width, math.ceil(max(end for _, end in ends)) + 2))
        # what moves is blurred anyway
        kind = Image.Resampling.BICUBIC if count == 1 else Image.Resampling.BILINEAR
        layer = self.at(poses[0], left, right, kind)
        for each in poses[1:]:
            layer = layer + self.at(each, left, right, kind)
        layer = optics(layer / np.float32(255 * count))
        layer[..., :3] = np.minimum(layer[..., :3], layer[..., 3:])
        whole = np.zeros((self.height, self.width, 4), np.float32)
        whole[:, left:right] = layer
        return whole


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
        red, green, blue = clip.dimmed
        passer = _Actor(
            clip.stranger_style, tall, clip.width, clip.height, (0.8 * red, 0.8 * green, 0.8 * blue)
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
