"""Pictures and sound that were encoded before, so that a publisher costs next to nothing."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

import av
import numpy as np
from PIL import Image

RATE = 30
SECONDS = 3
SAMPLE_RATE = 48_000
OPUS_SAMPLES = 960  # 20 ms


@dataclass(frozen=True)
class Size:
    """A picture's size in pixels, and its bit rate in bit/s."""

    width: int
    height: int
    bit_rate: int

    def __str__(self) -> str:
        return f"{self.width}x{self.height}"


SIZES = {"480p": Size(640, 480, 1_000_000), "720p": Size(1280, 720, 2_500_000)}


def encoder(size: Size) -> av.VideoCodecContext:
    """Return a VP8 encoder with the settings of a live stream; key frames come only when they are wanted."""
    codec = av.CodecContext.create("libvpx", "w")
    assert isinstance(codec, av.VideoCodecContext)
    codec.width, codec.height, codec.pix_fmt = size.width, size.height, "yuv420p"
    codec.thread_count = 1
    codec.bit_rate, codec.framerate, codec.time_base = size.bit_rate, Fraction(RATE), Fraction(1, RATE)
    codec.options = {
        "deadline": "realtime",
        "cpu-used": "8",
        "lag-in-frames": "0",
        "g": "100000",
        "qmax": "63",
        "max-intra-rate": "900",  # as WebRTC has it: a key frame takes at most nine frames' share
    }
    return codec


def cloud(size: Size) -> np.ndarray:
    """Return soft noise as a yuv420p picture, (height * 3 / 2, width); rolled sideways it moves."""
    grain = np.random.default_rng(1).integers(0, 256, (size.height // 48, size.width // 32), dtype=np.uint8)
    whole = (size.width, size.height * 3 // 2)
    return np.asarray(Image.fromarray(grain).resize(whole, Image.Resampling.BICUBIC))


def video(size: Size) -> list[bytes]:
    """Return three seconds of moving clouds in VP8, a packet a frame; the first is a key frame."""
    codec, still = encoder(size), cloud(size)
    packets: list[bytes] = []
    for index in range(SECONDS * RATE):
        frame = av.VideoFrame.from_ndarray(np.roll(still, index * 2, axis=1), format="yuv420p")
        frame.pts, frame.time_base = index, Fraction(1, RATE)
        packets += [bytes(packet) for packet in codec.encode(frame)]
    return packets


def audio() -> list[bytes]:
    """Return a second of a tone in Opus, a packet every 20 ms."""
    codec = av.CodecContext.create("libopus", "w")
    assert isinstance(codec, av.AudioCodecContext)
    codec.sample_rate, codec.layout, codec.format, codec.bit_rate = SAMPLE_RATE, "stereo", "s16", 64_000
    packets: list[bytes] = []
    for index in range(SAMPLE_RATE // OPUS_SAMPLES):
        time = (np.arange(OPUS_SAMPLES) + index * OPUS_SAMPLES) / SAMPLE_RATE
        tone = (np.sin(2 * np.pi * 440 * time) * 8000).astype(np.int16)
        frame = av.AudioFrame.from_ndarray(np.repeat(tone, 2)[None], format="s16", layout="stereo")
        frame.sample_rate, frame.pts = SAMPLE_RATE, index * OPUS_SAMPLES
        packets += [bytes(packet) for packet in codec.encode(frame)]
    return packets
