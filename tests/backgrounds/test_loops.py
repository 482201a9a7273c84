"""Frames become a WebM: its times, its colours, its seam, and what it says of itself."""

from __future__ import annotations

import io
import itertools
from fractions import Fraction

import av
import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image

from cyclorama.backgrounds import loops, metadata, video
from cyclorama.backgrounds.base import Painting, Prompt

pytestmark = pytest.mark.unit

Pixels = NDArray[np.int16]

SIZE = (97, 55)  # odd, as prompts may be
FRAMES = 12


def picture(phase: float, size: tuple[int, int] = SIZE) -> Image.Image:
    """A gradient on which waves go round, with grain."""
    width, height = size
    x, y = np.meshgrid(np.linspace(0, 1, width), np.linspace(0, 1, height))
    wave = 20 * np.sin(2 * np.pi * (3 * x + phase))
    grain = np.random.default_rng(1).uniform(-2, 2, x.shape)
    channels = (60 + 120 * y + wave, 90 + 60 * x + wave, 160 - 70 * y)
    return Image.fromarray(np.stack([c + grain for c in channels], -1).astype(np.uint8))


def looped(frames: int = FRAMES) -> bytes:
    return loops.encode((loops.planes(picture(n / frames)) for n in range(frames)), *SIZE)


def decoded(data: bytes) -> list[Pixels]:
    with av.open(io.BytesIO(data), "r") as file:
        return [np.asarray(frame.to_ndarray(format="rgb24"), np.int16) for frame in file.decode(video=0)]


def test_it_has_exactly_its_frames_at_their_times() -> None:
    with av.open(io.BytesIO(looped()), "r") as file:
        stream = file.streams.video[0]
        assert file.duration == FRAMES * 1_000_000 // loops.RATE
        assert stream.average_rate == loops.RATE
        packets = [packet for packet in file.demux(stream) if packet.size]
        assert [packet.is_keyframe for packet in packets] == [True] + [False] * (FRAMES - 1)
        times = [packet.pts * packet.time_base for packet in packets if packet.pts is not None]
        # WebM counts milliseconds
        assert times == [Fraction(round(1000 * n / loops.RATE), 1000) for n in range(FRAMES)]


def test_it_says_its_colours_and_has_those_of_the_still() -> None:
    data = looped()
    with av.open(io.BytesIO(data), "r") as file:
        context = file.streams.video[0].codec_context
        assert context.pix_fmt == "yuv420p"
        assert (context.colorspace, context.color_primaries, context.color_trc, context.color_range) == (
            1,
            1,
            1,
            1,
        )
    still = np.asarray(picture(0), np.int16)
    first = decoded(data)[0]
    assert first.shape == still.shape
    assert np.abs(first.mean((0, 1)) - still.mean((0, 1))).max() < 0.7
    assert np.abs(first - still).mean() < 3


def test_its_end_meets_its_beginning() -> None:
    frames = decoded(looped(30))
    between = [np.abs(a - b).mean() for a, b in itertools.pairwise(frames)]
    assert np.abs(frames[-1] - frames[0]).mean() <= 1.15 * max(between)


def test_bands_stay_away() -> None:
    """A gradient with grain keeps it: runs of one value stay short."""

    def run(pixels: Pixels) -> float:
        return float(pixels[..., 1].size / (np.diff(pixels[..., 1], axis=1) != 0).sum())

    assert run(decoded(looped())[-1]) < 1.5 * run(np.asarray(picture(0), np.int16))


def test_the_same_frames_give_the_same_file() -> None:
    assert looped() == looped()


def test_it_says_how_it_was_made() -> None:
    prompt = Prompt(
        text="Beach,\x00 at\ndusk: <é>", negative="people", style="ink", seed=7, width=97, height=64
    )
    painting = Painting(picture(0), model="scenery 2", video=looped())
    data = metadata.encode(painting, prompt, "scenery", "webm")
    with av.open(io.BytesIO(data), "r") as file:
        said = {name: value for name, value in file.metadata.items() if name in metadata.TAGS}
    assert said["PROMPT"] == "Beach, at\ndusk: <é>"
    assert said["NEGATIVE_PROMPT"] == "people"
    assert (said["STYLE"], said["SEED"], said["MODEL"]) == ("ink", "7", "scenery 2")
    assert said["DIGITAL_SOURCE_TYPE"].endswith("/algorithmicMedia")
    assert len(decoded(data)) == FRAMES


def test_uploads_say_nothing_of_it_and_imports_keep_it() -> None:
    big = (96, 64)
    frames = (loops.planes(picture(n / 3, big)) for n in range(3))
    painting = Painting(picture(0, big), video=loops.encode(frames, *big))
    data = metadata.encode(painting, Prompt(text="beach"), "scenery", "webm")
    with av.open(io.BytesIO(video.decode(data).data), "r") as file:
        assert not metadata.TAGS & {name.upper() for name in file.metadata}
    with av.open(io.BytesIO(video.decode(data, keep=metadata.TAGS).data), "r") as file:
        assert file.metadata["PROMPT"] == "beach"
