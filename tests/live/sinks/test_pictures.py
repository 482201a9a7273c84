from __future__ import annotations

import errno
import os
from fractions import Fraction
from typing import TYPE_CHECKING

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from cyclorama.errors import InvalidRequest, NotFound, SinkLost
from cyclorama.live.base import Sink, Sound
from cyclorama.live.sinks.pictures import PictureSink, to_picture
from cyclorama.picture import Format, Matrix

from .pictures import frame_of, stream_of
from .reading import NEEDS_FFMPEG, pixels

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.unit

STREAM = stream_of(64, 48, alpha=True)


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


@pytest.mark.parametrize("matrix", list(Matrix))
@pytest.mark.parametrize("full_range", [False, True])
@pytest.mark.parametrize("format", [Format.I420, Format.NV12])
@pytest.mark.parametrize("alpha", [None, 77])
def test_colours(matrix: Matrix, full_range: bool, format: Format, alpha: int | None) -> None:  # noqa: A002
    for rgb in (
        (255, 255, 255),
        (0, 0, 0),
        (255, 0, 0),
        (0, 255, 0),
        (0, 0, 255),
        (200, 60, 40),
        (12, 200, 99),
    ):
        frame = frame_of(64, 48, 0, rgb=rgb, matrix=matrix, full_range=full_range, format=format, alpha=alpha)
        picture = np.asarray(to_picture(frame))
        assert picture.shape == (48, 64, 3 if alpha is None else 4)
        assert abs(picture[..., :3].astype(int) - rgb).max() <= 2
        assert alpha is None or (picture[..., 3] == alpha).all()


@settings(max_examples=30, deadline=None)
@given(width=st.integers(1, 70), height=st.integers(1, 70))
def test_any_size_with_its_own_alpha(width: int, height: int) -> None:
    frame = frame_of(width, height, 0, rgb=(200, 60, 40), alpha=0)
    assert frame.alpha is not None
    frame.alpha[:] = np.random.default_rng(0).integers(0, 256, (height, width))
    picture = np.asarray(to_picture(frame))
    assert (picture[..., 3] == frame.alpha).all()
    assert abs(picture[..., :3].astype(int) - (200, 60, 40)).max() <= 2


def test_numbers_and_times(tmp_path: Path) -> None:
    sink = PictureSink(tmp_path / "take")
    assert isinstance(sink, Sink)
    sink.open(STREAM)
    for index in (10, 11, 13):
        sink.write(frame_of(64, 48, index, alpha=index))
        sink.write(Sound(np.zeros((480, 1), np.float32), 48_000, index, Fraction(1, 30)))
    sink.close()
    sink.close()
    folder = tmp_path / "take"
    assert names(folder) == ["000001.png", "000002.png", "000003.png", "times.csv"]
    told = (folder / "times.csv").read_text()
    assert told == "picture,seconds\n000001.png,0.333333\n000002.png,0.366667\n000003.png,0.433333\n"
    with Image.open(folder / "000002.png") as picture:
        assert picture.mode == "RGBA"
        assert picture.getpixel((3, 3))[3] == 11  # type: ignore[index]


@NEEDS_FFMPEG
def test_ffmpeg_reads_a_pattern(tmp_path: Path) -> None:
    path = tmp_path / "take-%03d.png"
    sink = PictureSink(path)
    sink.open(STREAM)
    for index in range(4):
        sink.write(frame_of(64, 48, index, rgb=(200, 60, 40), alpha=50 * index))
    sink.close()
    pictures = pixels(path).reshape(4, 48, 64, 4).astype(int)
    for index, picture in enumerate(pictures):
        assert abs(picture - (200, 60, 40, 50 * index)).max() <= 2


def test_nothing_is_overwritten(tmp_path: Path) -> None:
    for attempt in range(2):
        sink = PictureSink(tmp_path)
        if attempt:
            with pytest.raises(InvalidRequest, match="such pictures already"):
                sink.open(STREAM)
        else:
            sink.open(STREAM)
            sink.write(frame_of(64, 48, 0))
            sink.close()


def test_disk_full_and_on(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    sink = PictureSink(tmp_path)
    sink.open(STREAM)
    sink.write(frame_of(64, 48, 0))

    def full(descriptor: int, data: memoryview) -> int:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    with monkeypatch.context() as patch:
        patch.setattr("cyclorama.live.sinks.disk.os.write", full)
        with pytest.raises(SinkLost, match="The disk is full"):
            sink.write(frame_of(64, 48, 1))
        sink.close()
    assert names(tmp_path) == ["000001.png", "times.csv"]
    sink.open(STREAM)
    sink.write(frame_of(64, 48, 2))
    sink.close()
    assert names(tmp_path) == ["000001.png", "000002.png", "times-2.csv", "times.csv"]


def test_without_a_picture_no_times(tmp_path: Path) -> None:
    sink = PictureSink(tmp_path / "take")
    sink.open(STREAM)
    sink.close()
    assert names(tmp_path / "take") == []
    with pytest.raises(SinkLost, match="closed"):
        sink.write(frame_of(64, 48, 0))


@pytest.mark.parametrize("name", ["take.png", "take-%d.jpg", "%d-%d.png", "%s.png", "take.mp4"])
def test_names_that_are_no_sequence(name: str) -> None:
    with pytest.raises(InvalidRequest, match=r"like take-%05d\.png"):
        PictureSink(name)


def test_places_that_cannot_be(tmp_path: Path) -> None:
    with pytest.raises(NotFound, match="There is no folder"):
        PictureSink(tmp_path / "no" / "where").open(STREAM)
    (tmp_path / "file").write_text("")
    with pytest.raises(InvalidRequest, match="cannot be a folder"):
        PictureSink(tmp_path / "file").open(STREAM)
