"""Files through PyAV: whole, broken, turned, cut together, in every sort of pixel."""

from __future__ import annotations

import threading
import time
from fractions import Fraction
from itertools import pairwise
from typing import TYPE_CHECKING

import av
import numpy as np
import pytest

from cyclorama.errors import InvalidRequest, NotFound, UnsupportedMedia
from cyclorama.live.base import Sound, Source
from cyclorama.live.sources.av_source import AVSource
from cyclorama.live.sources.pace import Pace
from cyclorama.picture import Format, Frame, Matrix
from tests.media import moving

from .files import RATE, number, write

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.unit


def pictures(source: AVSource) -> list[Frame]:
    return [item for item in source if isinstance(item, Frame)]


def sounds(source: AVSource) -> list[Sound]:
    return [item for item in source if isinstance(item, Sound)]


def seconds(items: list[Frame]) -> list[float]:
    return [item.seconds for item in items if item.seconds is not None]


def test_a_file_is_given_whole_in_order_with_its_sound(tmp_path: Path) -> None:
    source = AVSource(write(tmp_path / "a.mp4", sound=True))
    assert isinstance(source, Source)
    assert not source.live
    assert source.name == "a.mp4"
    items = list(source)
    frames = [item for item in items if isinstance(item, Frame)]
    assert [number(frame) for frame in frames] == list(range(12))
    assert seconds(frames) == pytest.approx(np.arange(12) / 30)
    assert {(frame.format, frame.matrix, frame.full_range) for frame in frames} == {
        (Format.I420, Matrix.BT601, False)
    }
    heard = [item for item in items if isinstance(item, Sound)]
    samples = np.concatenate([item.samples for item in heard])
    assert samples.dtype == np.float32
    assert samples.shape[1] == 2
    assert len(samples) / RATE == pytest.approx(0.4, abs=0.05)
    left, right = samples[2000:14000].T
    assert np.argmax(np.abs(np.fft.rfft(left))) == pytest.approx(440 * 12000 / RATE, abs=1)
    assert np.abs(right).max() < 0.02
    for one, other in pairwise(heard):
        assert other.pts == one.pts + len(one.samples)


def test_pictures_of_a_variable_rate_keep_their_times(tmp_path: Path) -> None:
    times = [0, 1, 2, 30, 31, 33, 90, 91]
    frames = pictures(AVSource(write(tmp_path / "a.mkv", times=times)))
    assert [number(frame) for frame in frames] == list(range(8))
    assert seconds(frames) == pytest.approx(np.array(times) / 30, abs=0.001)


@pytest.mark.parametrize("size", [(127, 71), (1, 1), (34, 18)], ids=str)
def test_odd_sizes(tmp_path: Path, size: tuple[int, int]) -> None:
    path = write(tmp_path / "a.mkv", codec="ffv1", size=size, pix_fmt="yuv420p")
    frames = pictures(AVSource(path))
    assert [(frame.width, frame.height) for frame in frames] == [size] * 12
    assert [number(frame) for frame in frames] == list(range(12))


@pytest.mark.parametrize(
    ("codec", "pix_fmt"),
    [
        ("libx264", "yuv420p10le"),
        ("libx264", "yuv422p10le"),
        ("libx264", "yuv444p"),
        ("ffv1", "yuv422p"),
        ("ffv1", "bgra"),
        ("ffv1", "gray"),
        ("mjpeg", "yuvj422p"),
        ("rawvideo", "yuyv422"),
        ("libvpx-vp9", "yuva420p"),
    ],
)
def test_every_sort_of_pixel_becomes_one_that_the_kernel_takes(
    tmp_path: Path, codec: str, pix_fmt: str
) -> None:
    frames = pictures(AVSource(write(tmp_path / "a.mkv", codec=codec, pix_fmt=pix_fmt)))
    assert {frame.format for frame in frames} == {Format.I420}
    assert [number(frame) for frame in frames] == list(range(12))


def test_a_phone_on_its_side(tmp_path: Path) -> None:
    (tmp_path / "a.mp4").write_bytes(moving.on_its_side(moving.video("mp4", "libx264")))
    frames = pictures(AVSource(tmp_path / "a.mp4"))
    assert {(frame.width, frame.height) for frame in frames} == {(72, 128)}
    # the grey that is at the left of `bands` is at the top when it was turned a quarter clockwise
    last = frames[-1].planes[0].astype(float)
    assert last[:28].mean() > 200 > last[40:].mean()
    assert all(plane.strides[-1] == 1 for plane in frames[0].planes)


# which corner of the stored picture is shown at the upper left, and which at the upper right
CORNERS = {
    (1, 0, 0, 1): ("left top", "right top"),
    (-1, 0, 0, 1): ("right top", "left top"),
    (1, 0, 0, -1): ("left bottom", "right bottom"),
    (-1, 0, 0, -1): ("right bottom", "left bottom"),
    (0, 1, -1, 0): ("left bottom", "left top"),
    (0, -1, 1, 0): ("right top", "right bottom"),
    (0, 1, 1, 0): ("left top", "left bottom"),
    (0, -1, -1, 0): ("right bottom", "right top"),
}


@pytest.mark.parametrize("matrix", CORNERS, ids=str)
def test_every_turn_and_mirroring(tmp_path: Path, matrix: tuple[int, int, int, int]) -> None:
    greys = {"left top": 30, "right top": 90, "left bottom": 150, "right bottom": 210}
    plain = np.zeros((71, 127, 3), np.uint8)
    for corner, grey in greys.items():
        rows = slice(0, 35) if "top" in corner else slice(35, None)
        columns = slice(0, 63) if "left" in corner else slice(63, None)
        plain[rows, columns] = grey
    path = tmp_path / "a.mp4"
    with av.open(path, "w") as file:
        stream = file.add_stream("libx264rgb", rate=30)  # a picture of odd size
        assert isinstance(stream, av.VideoStream)
        stream.width, stream.height, stream.pix_fmt = 127, 71, "rgb24"
        file.mux(stream.encode(av.VideoFrame.from_ndarray(plain, "rgb24")))
        file.mux(stream.encode())
    path.write_bytes(moving.turned(path.read_bytes(), *matrix))
    (frame,) = pictures(AVSource(path))
    assert (frame.width, frame.height) == ((127, 71) if matrix[0] else (71, 127))
    luma = frame.planes[0].astype(float)
    shown = luma[10:20, 10:20].mean(), luma[10:20, -20:-10].mean()
    wanted = [16 + greys[corner] * 219 / 255 for corner in CORNERS[matrix]]
    assert shown == pytest.approx(wanted, abs=4)


def test_pixels_that_are_not_square(tmp_path: Path) -> None:
    path = write(tmp_path / "a.mkv", size=(96, 72), marks={"sample_aspect_ratio": Fraction(4, 3)}, times=[0])
    assert [(frame.width, frame.height) for frame in pictures(AVSource(path))] == [(128, 72)]


def test_many_channels_become_two(tmp_path: Path) -> None:
    path = tmp_path / "a.wav"
    with av.open(path, "w") as file:
        stream = file.add_stream("pcm_s16le", rate=RATE)
        assert isinstance(stream, av.AudioStream)
        stream.layout = "5.1"
        frame = av.AudioFrame.from_ndarray(np.full((1, 9600 * 6), 3000, np.int16), "s16", "5.1")
        frame.sample_rate = RATE
        file.mux(stream.encode(frame))
        file.mux(stream.encode())
    heard = sounds(AVSource(path, picture=False))
    assert {item.samples.shape[1] for item in heard} == {2}
    assert sum(len(item.samples) for item in heard) == 9600


def test_hdr_is_told(tmp_path: Path) -> None:
    source = AVSource(
        write(
            tmp_path / "a.mkv",
            pix_fmt="yuv420p10le",
            marks={"color_trc": 16, "color_primaries": 9, "colorspace": 9},
        )
    )
    frames = pictures(source)
    assert [number(frame) for frame in frames] == list(range(12))
    assert len(source.notices) == 1
    assert "HDR (PQ)" in source.notices[0]
    plain = AVSource(write(tmp_path / "b.mkv"))
    assert pictures(plain)
    assert plain.notices == []


def test_a_frame_of_another_size_in_the_middle(tmp_path: Path) -> None:
    both = tmp_path / "both.h264"
    small = write(tmp_path / "a.h264", options={"bf": "0"}).read_bytes()
    large = write(tmp_path / "b.h264", size=(320, 180), options={"bf": "0"}).read_bytes()
    both.write_bytes(small + large)
    frames = pictures(AVSource(both))
    assert [(frame.width, frame.height) for frame in frames] == [(128, 72)] * 12 + [(320, 180)] * 12
    assert (np.diff(seconds(frames)) > 0).all()


def test_a_recording_that_was_cut_together_goes_on(tmp_path: Path) -> None:
    one = write(tmp_path / "a.ts", sound=True, times=list(range(300, 330))).read_bytes()
    (tmp_path / "both.ts").write_bytes(one + one)
    items = list(AVSource(tmp_path / "both.ts"))
    frames = [item for item in items if isinstance(item, Frame)]
    assert len(frames) == 60
    steps = np.diff(seconds(frames))
    assert steps.min() > 0
    assert steps.max() < 0.2
    heard = [item for item in items if isinstance(item, Sound)]
    assert np.diff([item.seconds for item in heard]).min() > 0
    assert np.diff([item.seconds for item in heard]).max() < 0.2


def test_broken_packets_are_left_out_and_counted(tmp_path: Path) -> None:
    path = write(tmp_path / "a.mkv", codec="mjpeg", pix_fmt="yuvj420p", times=list(range(40)), size=(64, 48))
    data = bytearray(path.read_bytes())
    with av.open(path) as file:
        places = [(packet.pos or 0, packet.size) for packet in file.demux(video=0) if packet.size]
    for begin, size in places[5:15]:
        data[begin + 20 : begin + size] = bytes(size - 20)
    path.write_bytes(data)
    source = AVSource(path)
    frames = pictures(source)
    assert len(frames) == 30
    assert source.corrupt == 10
    assert seconds(frames)[-1] == pytest.approx(39 / 30, abs=0.001)


@pytest.mark.parametrize("kind", ["ts", "mkv"])
def test_a_file_full_of_rubbish_is_read_to_its_end(tmp_path: Path, kind: str) -> None:
    path = write(tmp_path / f"a.{kind}", times=list(range(60)), sound=True, options={"g": "5"})
    data = bytearray(path.read_bytes())
    random = np.random.default_rng(1)
    for begin in random.integers(2000, len(data) - 200, 12):
        data[begin : begin + 40] = random.bytes(40)
    path.write_bytes(data)
    frames = pictures(AVSource(path))
    assert len(frames) > 15
    assert (np.diff(seconds(frames)) > 0).all()


def test_a_title_in_no_known_letters(tmp_path: Path) -> None:
    path = tmp_path / "a.mp4"
    path.write_bytes(moving.video("mp4", "libx264").replace(b"a secret place", b"\xe5 secret place"))
    assert len(pictures(AVSource(path))) == 12


def test_a_file_that_was_broken_off_gives_what_there_is(tmp_path: Path) -> None:
    path = write(tmp_path / "a.mkv", times=list(range(60)), options={"g": "5", "bf": "0"})
    path.write_bytes(path.read_bytes()[: path.stat().st_size * 2 // 3])
    assert len(pictures(AVSource(path))) > 20


def test_what_cannot_be_read_says_why(tmp_path: Path) -> None:
    with pytest.raises(NotFound, match="no file"):
        list(AVSource(tmp_path / "nothing.mp4"))
    with pytest.raises(InvalidRequest, match="folder"):
        list(AVSource(tmp_path))
    (tmp_path / "words.mp4").write_text("These are words. " * 200)
    with pytest.raises(UnsupportedMedia, match="no video or sound"):
        list(AVSource(tmp_path / "words.mp4"))
    path = write(tmp_path / "a.mp4", times=list(range(60)))
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])
    with pytest.raises(UnsupportedMedia, match="index is missing"):
        list(AVSource(path))
    with pytest.raises(UnsupportedMedia, match="no sound"):
        list(AVSource(write(tmp_path / "b.mp4"), picture=False))


def test_sound_alone(tmp_path: Path) -> None:
    path = write(tmp_path / "a.mp4", sound=True)
    assert all(isinstance(item, Sound) for item in AVSource(path, picture=False))
    assert all(isinstance(item, Frame) for item in AVSource(path, sound=False))


def test_a_file_in_a_loop_goes_on(tmp_path: Path) -> None:
    source = AVSource(write(tmp_path / "a.mp4", sound=True), loop=True)
    frames: list[Frame] = []
    heard: list[Sound] = []
    for item in source:
        (frames if isinstance(item, Frame) else heard).append(item)  # type: ignore[arg-type]
        if len(frames) == 40:
            source.close()
    assert [number(frame) for frame in frames] == [*range(12), *range(12), *range(12), *range(4)]
    steps = np.diff(seconds(frames))
    assert steps.min() > 0.03
    assert steps.max() < 0.1  # the sound is a little longer than the pictures
    assert np.diff([item.seconds for item in heard]).min() > 0


def test_a_file_can_be_read_again(tmp_path: Path) -> None:
    source = AVSource(write(tmp_path / "a.mp4"))
    assert len(pictures(source)) == len(pictures(source)) == 12


def test_a_paced_file_is_live_and_closing_ends_its_waiting(tmp_path: Path) -> None:
    source = AVSource(write(tmp_path / "a.mp4", times=[0, 1, 3000]), paced=True)
    assert source.live
    threading.Timer(0.3, source.close).start()
    begin = time.monotonic()
    assert len(pictures(source)) == 2
    assert time.monotonic() - begin < 5  # the third would have come after 100 s
    assert pictures(source) == []


class Virtual(threading.Event):
    """Waiting takes no time."""

    now = 50.0

    def wait(self, timeout: float | None = None) -> bool:
        self.now += timeout or 0.0
        return self.is_set()


def test_a_pace_waits_as_the_times_say_and_forgets_what_is_late() -> None:
    event = Virtual()
    pace = Pace(event, lambda: event.now)
    assert pace.wait(7.0)
    assert event.now == 50.0
    assert pace.wait(7.5)
    assert event.now == 50.5
    event.now += 0.2  # a little late: the next is due when it was
    assert pace.wait(8.0)
    assert event.now == pytest.approx(51.0)
    event.now += 30
    assert pace.wait(8.5)
    assert pace.wait(9.0)
    assert event.now == pytest.approx(51.0 + 30 + 0.5)
    event.set()
    assert not pace.wait(9.5)


def test_the_cover_of_an_album_is_no_video(tmp_path: Path) -> None:
    path = tmp_path / "a.mp4"
    with av.open(path, "w") as file:
        audio = file.add_stream("aac", rate=RATE)
        cover = file.add_stream("mjpeg", rate=1)
        assert isinstance(cover, av.VideoStream)
        cover.width, cover.height, cover.pix_fmt = 64, 64, "yuvj420p"
        cover.disposition = av.stream.Disposition.attached_pic
        file.mux(cover.encode(av.VideoFrame(64, 64, "yuvj420p")))
        file.mux(cover.encode())
        silence = av.AudioFrame.from_ndarray(np.zeros((1, 9600), np.float32), "fltp", "mono")
        silence.sample_rate = RATE
        assert isinstance(audio, av.AudioStream)
        file.mux(audio.encode(silence))
        file.mux(audio.encode())
    with pytest.raises(UnsupportedMedia, match="no picture"):
        list(AVSource(path))
    assert {item.samples.shape[1] for item in sounds(AVSource(path, picture=False))} <= {1, 2}
