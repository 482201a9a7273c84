from __future__ import annotations

import errno
import os
import resource
import signal
import subprocess
import sys
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING

import av
import numpy as np
import pytest

from cyclorama.errors import InvalidRequest, NotFound, SinkLost, UnsupportedMedia
from cyclorama.live.base import Sink, Sound
from cyclorama.live.sinks.file import FileSink
from cyclorama.picture import Matrix

from .pictures import frame_of, stream_of
from .reading import NEEDS_FFMPEG, decode, flashes_and_clicks, pixels, probe, times
from .recording import flash_and_click, flash_stream

if TYPE_CHECKING:
    from collections.abc import Iterator

pytestmark = pytest.mark.unit

ROOT = Path(__file__).parents[3]
SUFFIXES = [".mp4", ".mov", ".mkv", ".webm"]


def record(path: Path, seconds: float = 3.2, *, first: float = 0, live: bool = True) -> Path:
    with FileSink(path) as sink:
        sink.open(flash_stream(live=live))
        flash_and_click(sink, seconds, first=first)
    return path


def test_is_a_sink(tmp_path: Path) -> None:
    assert isinstance(FileSink(tmp_path / "take.mp4"), Sink)
    assert [FileSink(f"take{suffix}").alpha for suffix in SUFFIXES] == [False, True, True, True]


@NEEDS_FFMPEG
@pytest.mark.parametrize(
    ("suffix", "live"), [*((suffix, True) for suffix in SUFFIXES), (".mp4", False), (".webm", False)]
)
def test_flash_and_click_are_one(tmp_path: Path, suffix: str, live: bool) -> None:
    path = record(tmp_path / f"take{suffix}", first=1000.2, live=live)
    assert decode(path) == 96
    assert times(path) == pytest.approx([index / 30 for index in range(96)], abs=0.0006)
    flashes, clicks = flashes_and_clicks(path)
    assert flashes[:3] == pytest.approx([1, 2, 3], abs=0.002)
    assert clicks[:3] == pytest.approx(flashes[:3], abs=0.02)
    told = probe(path)
    assert float(told["format"]["duration"]) == pytest.approx(3.2, abs=0.05)
    names = ("vp9", "opus") if suffix == ".webm" else ("h264", "aac")
    assert (told["video"]["codec_name"], told["audio"]["codec_name"]) == names


@NEEDS_FFMPEG
@pytest.mark.parametrize("suffix", SUFFIXES)
def test_killed_it_plays(tmp_path: Path, suffix: str) -> None:
    path = tmp_path / f"take{suffix}"
    command = [sys.executable, "-m", "tests.live.sinks.recording", str(path), "5"]
    process = subprocess.Popen(
        command,
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    )
    with process:
        assert process.stdout is not None
        assert process.stdout.readline() == b"written\n"
        process.send_signal(signal.SIGKILL)
    assert decode(path) >= 3 * 30
    flashes, clicks = flashes_and_clicks(path)
    assert clicks[:2] == pytest.approx(flashes[:2], abs=0.02)
    with av.open(path) as container:
        assert sum(1 for _ in container.decode(video=0)) >= 3 * 30


@pytest.fixture
def small_disk(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[int]]:
    """A disk that takes so many more bytes."""
    left, write = [60_000], os.write

    def limited(descriptor: int, data: memoryview) -> int:
        if left[0] == 0:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        done = write(descriptor, data[: left[0]])
        left[0] -= done
        return done

    with monkeypatch.context() as patch:
        patch.setattr("cyclorama.live.sinks.disk.os.write", limited)
        yield left


@NEEDS_FFMPEG
@pytest.mark.parametrize("suffix", SUFFIXES)
def test_disk_full(tmp_path: Path, small_disk: list[int], suffix: str) -> None:
    sink = FileSink(tmp_path / f"take{suffix}")
    sink.open(flash_stream())
    with pytest.raises(SinkLost, match=r"The disk is full: take.* ends here, and what was written plays"):
        flash_and_click(sink, 600)
    sink.close()
    size = (tmp_path / sink.name).stat().st_size
    assert size <= 60_000
    assert decode(tmp_path / sink.name) > 30
    sink.close()
    small_disk[0] = 1_000_000
    sink.open(flash_stream())
    flash_and_click(sink, 2)
    sink.close()
    assert sink.name == f"take-2{suffix}"
    assert decode(tmp_path / sink.name) == 60
    assert (tmp_path / f"take{suffix}").stat().st_size == size


@pytest.mark.parametrize("spare", [0, 500, 1000, 2000, 3500])
@NEEDS_FFMPEG
def test_disk_full_at_the_end(tmp_path: Path, small_disk: list[int], spare: int) -> None:
    sink = FileSink(tmp_path / "take.mp4")
    sink.open(flash_stream())
    flash_and_click(sink, 3)
    small_disk[0] = spare
    with pytest.raises(SinkLost, match="The disk is full"):
        sink.close()
    assert decode(tmp_path / "take.mp4") >= 60


@NEEDS_FFMPEG
def test_a_limit_of_the_system(tmp_path: Path) -> None:
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    sink = FileSink(tmp_path / "take.mkv")
    sink.open(flash_stream())
    resource.setrlimit(resource.RLIMIT_FSIZE, (30_000, hard))
    try:
        with pytest.raises(SinkLost, match="as large as this disk's file system or your account allows"):
            flash_and_click(sink, 600)
        sink.close()
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    assert decode(tmp_path / "take.mkv") > 30


def test_nothing_is_overwritten_unless_told(tmp_path: Path) -> None:
    path = record(tmp_path / "take.mp4", 1)
    before = path.read_bytes()
    with pytest.raises(InvalidRequest, match="is there already, and nothing is overwritten"):
        FileSink(path).open(flash_stream())
    assert path.read_bytes() == before
    with FileSink(path, overwrite=True) as sink:
        sink.open(flash_stream())
        flash_and_click(sink, 2)
    assert path.read_bytes() != before


def test_without_a_picture_there_is_no_file(tmp_path: Path) -> None:
    path = record(tmp_path / "take.mp4", 0)
    assert not path.exists()


def test_what_no_encoder_takes(tmp_path: Path) -> None:
    sink = FileSink(tmp_path / "take.mp4")
    sink.open(stream_of(40_000, 2))
    with pytest.raises(UnsupportedMedia, match="libx264 does not encode 40000x2 pictures on this machine"):
        sink.write(frame_of(40_000, 2, 0))
    sink.close()
    assert list(tmp_path.iterdir()) == []


def test_places_and_kinds_that_cannot_be(tmp_path: Path) -> None:
    with pytest.raises(InvalidRequest, match=r"take\.avi cannot be written.*\.mkv"):
        FileSink("take.avi")
    with pytest.raises(NotFound, match="There is no folder"):
        FileSink(tmp_path / "nowhere" / "take.mp4").open(flash_stream())
    with pytest.raises(InvalidRequest, match="cannot keep alpha"):
        FileSink(tmp_path / "take.mp4").open(flash_stream(alpha=True))
    with pytest.raises(InvalidRequest, match=r"take\.webm cannot hold h264"):
        FileSink(tmp_path / "take.webm", codec="h264").open(flash_stream())
    with pytest.raises(SinkLost, match="closed"):
        FileSink(tmp_path / "take.mp4").write(frame_of(64, 48, 0))
    assert list(tmp_path.iterdir()) == []


@NEEDS_FFMPEG
@pytest.mark.parametrize(("suffix", "codec"), [(".mov", "prores"), (".webm", "vp9"), (".mkv", "vp9")])
def test_alpha(tmp_path: Path, suffix: str, codec: str) -> None:
    path = tmp_path / f"take{suffix}"
    with FileSink(path) as sink:
        sink.open(stream_of(64, 48, alpha=True))
        for index in range(10):
            frame = frame_of(64, 48, index, alpha=0)
            assert frame.alpha is not None
            frame.alpha[:, 32:] = 200
            sink.write(frame)
    assert probe(path)["video"]["codec_name"] == codec
    decoder = ["-c:v", "libvpx-vp9"] if codec == "vp9" else []
    pictures = pixels(path, *decoder).reshape(-1, 48, 64, 4)
    assert len(pictures) == 10
    assert abs(pictures[..., 3].astype(int)[..., :28]).max() <= 6
    assert abs(pictures[..., 3].astype(int)[..., 36:] - 200).max() <= 6


@NEEDS_FFMPEG
@pytest.mark.parametrize(("matrix", "full_range"), [(Matrix.BT601, True), (Matrix.BT709, False)])
@pytest.mark.parametrize(("suffix", "codec"), [(".mp4", None), (".webm", None), (".mov", "prores")])
def test_ffmpeg_sees_the_colours(
    tmp_path: Path, suffix: str, codec: str | None, matrix: Matrix, full_range: bool
) -> None:
    path = tmp_path / f"take{suffix}"
    with FileSink(path, codec=codec) as sink:
        sink.open(stream_of(64, 48, matrix=matrix, full_range=full_range))
        sink.write(frame_of(64, 48, 0, matrix=matrix, full_range=full_range, rgb=(200, 60, 40)))
    told = probe(path)["video"]
    spaces = {"bt709"} if matrix is Matrix.BT709 else {"smpte170m", "bt470bg"}
    assert told["color_space"] in spaces
    seen = pixels(path).reshape(-1, 4)[:, :3].astype(int)
    assert abs(np.median(seen, axis=0) - (200, 60, 40)).max() <= 4


@NEEDS_FFMPEG
def test_times_of_a_variable_rate_are_exact_after_an_hour(tmp_path: Path) -> None:
    path = tmp_path / "take.mp4"
    random = np.random.default_rng(3)
    wanted = np.cumsum(random.integers(1_000, 9_000_000, 800)).tolist()
    while wanted[-1] < 3_600_000_000:
        wanted.append(wanted[-1] + 1_234_567)
    with FileSink(path) as sink:
        sink.open(stream_of(32, 32, live=False, rate=8_000, channels=1))
        second = np.zeros((8_000, 1), np.float32)
        heard = 0
        for time in wanted:
            sink.write(frame_of(32, 32, 1, step=time, time_base=Fraction(1, 1_000_000)))
            while heard * 1_000_000 < time:
                sink.write(Sound(second, 8_000, heard, Fraction(1)))
                heard += 1
    first = wanted[0]
    assert times(path) == pytest.approx([(time - first) / 1_000_000 for time in wanted], abs=1.1e-6)
    sound = probe(path)["audio"]
    assert float(sound["duration"]) == pytest.approx(heard - first / 1_000_000, abs=0.2)


@NEEDS_FFMPEG
def test_no_sound_for_a_while_holds_no_picture_back(tmp_path: Path) -> None:
    path = tmp_path / "take.mp4"
    sink = FileSink(path)
    sink.open(flash_stream())
    for index in range(300):
        sink.write(frame_of(128, 72, index))
    assert len(times(path)) >= 7 * 30
    sink.close()
    assert float(probe(path)["audio"]["duration"]) == pytest.approx(9, abs=0.2)
