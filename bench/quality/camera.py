"""What a webcam makes of a scene: a little blur, noise, 4:2:0, JPEG as it comes down the USB cable."""

from __future__ import annotations

import io
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import av
import numpy as np
from PIL import Image

from cyclorama.picture import Format, Frame

if TYPE_CHECKING:
    from numpy.typing import NDArray

FIELDS = 5


@dataclass
class Webcam:
    """One camera; each picture is told to `see` in its turn.

    Attributes:
        noise: standard deviation of the noise in a mid grey, in levels of 255.
        quality: of its JPEG, 0 to 100; 4:2:0.
    """

    width: int
    height: int
    noise: float = 3.0
    quality: int = 85
    chance: np.random.Generator = field(default_factory=lambda: np.random.default_rng(23))

    def __post_init__(self) -> None:
        fields = []
        for _ in range(FIELDS):
            grain = self.chance.normal(0, 1, (self.height, self.width, 3)).astype(np.float32)
            # sensors have one colour a pixel: what demosaicing spreads is coarser and has more chroma
            spread = optics(grain)
            fields.append(0.55 * grain + 1.2 * spread)
        self.grain = fields

    def see(self, scene: NDArray[np.float32]) -> Frame:
        """Return what comes of (height, width, 3) RGB, 0 to 1: I420, BT.601 in video range.

        The noise grows with the root of the light (shot noise) above what reading adds (Foi et al., Practical
        Poissonian-Gaussian noise modeling, 2008).
        """
        grain = self.grain[self.chance.integers(FIELDS)]
        grain = np.roll(grain, tuple(self.chance.integers(0, 64, 2)), (0, 1))
        deviation = self.noise * np.sqrt(0.25 + 1.5 * np.clip(scene, 0, 1))
        codes = np.clip(scene * 255 + deviation * grain + 0.5, 0, 255).astype(np.uint8)
        with io.BytesIO() as file:
            Image.fromarray(codes).save(file, "JPEG", quality=self.quality, subsampling="4:2:0")
            codes = np.asarray(Image.open(file).convert("RGB"))
        return frame_of(codes)


def optics(picture: NDArray[np.float32]) -> NDArray[np.float32]:
    """Blur by 1 4 1 both ways, as lens and demosaicing do (standard deviation .58 pixels)."""
    padded = np.pad(picture, ((1, 1), (0, 0), (0, 0)), mode="edge")
    down = (padded[:-2] + 4 * padded[1:-1] + padded[2:]) / 6
    padded = np.pad(down, ((0, 0), (1, 1), (0, 0)), mode="edge")
    return np.asarray((padded[:, :-2] + 4 * padded[:, 1:-1] + padded[:, 2:]) / 6, np.float32)


def frame_of(rgb: NDArray[np.uint8]) -> Frame:
    """Make I420, BT.601 in video range, of (height, width, 3) RGB of even size."""
    height, width = rgb.shape[:2]
    planes = np.asarray(
        av.VideoFrame.from_ndarray(rgb, "rgb24").to_ndarray(format="yuv420p"), np.uint8
    ).reshape(-1)
    size, part = width * height, width * height // 4
    y, u, v = planes[:size], planes[size : size + part], planes[size + part :]
    chroma = height // 2, width // 2
    return Frame((y.reshape(height, width), u.reshape(chroma), v.reshape(chroma)), Format.I420)


def rgb_of(frame: Frame) -> NDArray[np.uint8]:
    """Make (height, width, 3) RGB of I420, BT.601 in video range; chroma is interpolated."""
    height, width = frame.height, frame.width
    flat = np.concatenate([plane.reshape(-1) for plane in frame.planes]).reshape(height * 3 // 2, width)
    seen = av.VideoFrame.from_ndarray(flat, "yuv420p")
    return np.asarray(seen.reformat(format="rgb24", interpolation="BILINEAR").to_ndarray(), np.uint8)
