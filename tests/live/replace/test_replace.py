"""Recordings with another background, read back by other programs."""

from __future__ import annotations

import json
import shutil
import subprocess
from fractions import Fraction
from typing import TYPE_CHECKING, Any

import av
import numpy as np
import pytest
from PIL import Image
from tests.live.replace.recordings import TIME_BASE, pictures_of, record, sounds_of, times_of

from cyclorama.errors import Conflict, InvalidRequest, NotFound, UnsupportedMedia
from cyclorama.live.backdrops import Blur, Colour, Transparent
from cyclorama.live.replace import Progress, probe, replace, writing
from cyclorama.matting.fake import FakeMatter

if TYPE_CHECKING:
    from pathlib import Path

    from cyclorama.live.base import Backdrop

pytestmark = pytest.mark.unit

BLUE = Colour(0, 0, 255)
debian = pytest.mark.skipif(
    not (shutil.which("ffmpeg") and shutil.which("ffprobe")), reason="there is no ffmpeg here"
)


@pytest.fixture
def short_parts(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(writing, "PART_S", 0.5)


def run(source: Path, target: Path, background: Backdrop = BLUE, **how: Any) -> list[str]:
    return replace(source, target, background, matter=FakeMatter(), **how).remarks


def ffprobe(path: Path) -> Any:
    wanted = ["-of", "json", "-count_frames", "-show_streams", "-show_format"]
    command = ["ffprobe", "-v", "error", *wanted, str(path)]
    return json.loads(subprocess.run(command, check=True, capture_output=True).stdout)


def ffmpeg(*words: str | Path) -> bytes:
    command = ["ffmpeg", "-v", "error", *map(str, words)]
    return subprocess.run(command, check=True, capture_output=True).stdout


def is_blue(pixel: np.ndarray[Any, Any]) -> bool:
    return bool(pixel[2] > 180 and pixel[0] < 80 and pixel[1] < 80)


def is_red(pixel: np.ndarray[Any, Any]) -> bool:
    return bool(pixel[0] > 130 and pixel[1] < 110)


def test_every_frame_and_every_packet_of_sound_is_in_its_place(tmp_path: Path, short_parts: None) -> None:
    """Uneven times, B-frames, more than one part, and a beginning that is not 0."""
    made = record(tmp_path / "in.mp4", 40, late=4500)
    heard: list[Progress] = []
    result = replace(made.path, tmp_path / "out.mp4", BLUE, matter=FakeMatter(), on_progress=heard.append)
    assert (result.frames, result.resumed, result.remarks) == (40, 0, [])
    assert times_of(result.path) == made.times
    assert sounds_of(result.path) == sounds_of(made.path)
    assert [progress.done for progress in heard] == list(range(1, 41))
    assert heard[-1].left_s == 0
    assert sorted(path.name for path in tmp_path.iterdir()) == ["in.mp4", "out.mp4"]
    pictures = pictures_of(result.path)
    assert len(pictures) == 40
    for number in (0, 20, 39):
        rgb = pictures[number].to_ndarray(format="rgb24")
        assert is_blue(rgb[10, 5])
        left = 160 * (3 + number // 4 % 3) // 10
        assert is_red(rgb[70, left + 30])


@debian
def test_what_ffprobe_says(tmp_path: Path) -> None:
    made = record(tmp_path / "in.mp4", 8)
    run(made.path, tmp_path / "out.mp4")
    said = ffprobe(tmp_path / "out.mp4")
    video, sound = said["streams"]
    assert (video["codec_name"], video["nb_read_frames"]) == ("h264", "8")
    assert (sound["codec_name"], sound["tags"]["language"]) == ("aac", "deu")
    assert said["format"]["tags"]["title"] == "A box"


@pytest.mark.parametrize("suffix", ["mkv", "webm", "mov"])
def test_other_containers(tmp_path: Path, suffix: str) -> None:
    """Matroska counts milliseconds, from 0 on."""
    made = record(tmp_path / "in.mp4", 20)
    target = tmp_path / f"out.{suffix}"
    remarks = run(made.path, target)
    given = times_of(target)
    apart = [a - b for a, b in zip(given, made.times, strict=True)]
    assert max(apart) - min(apart) <= (0 if suffix == "mov" else Fraction(1, 1000))
    if suffix == "webm":
        assert "no aac" in remarks[0]
        assert ".mkv" in remarks[0]
        seconds = sum(len(frame.to_ndarray()[0]) / 48_000 for frame in heard(target))
        assert seconds == pytest.approx(float(made.times[-1]), abs=0.15)
    else:
        assert remarks == []
        assert [data for _, data in sounds_of(target)] == [data for _, data in sounds_of(made.path)]


@debian
def test_files_of_other_times(tmp_path: Path) -> None:
    """Times that begin later, a codec that no new container holds, and channels without names."""
    made = record(tmp_path / "in.mp4", 6)
    ffmpeg("-i", made.path, "-c:v", "copy", "-c:a", "copy", tmp_path / "in.ts")
    assert run(tmp_path / "in.ts", tmp_path / "ts.mp4") == []
    assert times_of(tmp_path / "ts.mp4") == times_of(tmp_path / "in.ts")
    ffmpeg("-i", made.path, "-c:v", "wmv2", "-c:a", "wmav2", tmp_path / "in.wmv")
    remarks = run(tmp_path / "in.wmv", tmp_path / "wmv.mkv")
    assert remarks == ["A .mkv holds no wmav2: the sound was encoded anew, as AAC."]
    assert times_of(tmp_path / "wmv.mkv") == times_of(tmp_path / "in.wmv")


def heard(path: Path) -> list[av.AudioFrame]:
    with av.open(str(path)) as container:
        return list(container.decode(container.streams.audio[0]))


@debian
def test_several_tracks_of_sound_and_chapters_go_along(tmp_path: Path) -> None:
    one = record(tmp_path / "one.mkv", 12).path
    (tmp_path / "chapters").write_text(
        ";FFMETADATA1\n[CHAPTER]\nTIMEBASE=1/1000\nSTART=0\nEND=300\ntitle=One\n"
    )
    ffmpeg(
        *("-i", one, "-i", tmp_path / "chapters", "-map", "0:v", "-map", "0:a", "-map", "0:a"),
        *("-map_chapters", "1", "-c", "copy", tmp_path / "in.mkv"),
    )
    run(tmp_path / "in.mkv", tmp_path / "out.mkv")
    with av.open(str(tmp_path / "out.mkv")) as container:
        assert [track.type for track in container.streams] == ["video", "audio", "audio"]
        assert [chapter["metadata"]["title"] for chapter in container.chapters()] == ["One"]


@debian
@pytest.mark.parametrize("rotation", [90, 180, 270])
def test_a_recording_that_lies_on_its_side_is_put_upright(tmp_path: Path, rotation: int) -> None:
    """As ffmpeg does it of itself."""
    made = record(tmp_path / "in.mp4", 2, rotation=rotation, sound="")
    wanted = tmp_path / "upright.png"
    ffmpeg("-i", made.path, "-frames:v", "1", wanted)
    run(made.path, tmp_path / "out.mp4")
    (first, *_) = pictures_of(tmp_path / "out.mp4")
    assert not first.rotation
    given, upright = first.to_ndarray(format="rgb24"), np.asarray(Image.open(wanted).convert("RGB"))
    assert given.shape == upright.shape
    red = (upright[..., 0].astype(int) - upright[..., 1]) > 60
    assert np.mean(red) > 0.1
    kept = (given[..., 0].astype(int) - given[..., 1]) > 60
    assert np.mean(kept != red) < 0.06


def test_odd_sizes(tmp_path: Path) -> None:
    made = record(tmp_path / "in.mkv", 4, size=(161, 91), codec="libvpx-vp9", sound="")
    run(made.path, tmp_path / "out.mp4")
    run(made.path, tmp_path / "out.webm")
    (first, *_) = pictures_of(tmp_path / "out.mp4")
    assert (first.width, first.height) == (162, 92)
    (first, *_) = pictures_of(tmp_path / "out.webm")
    assert (first.width, first.height) == (161, 91)


def test_10_bits_become_8_and_it_says_so(tmp_path: Path) -> None:
    made = record(tmp_path / "in.mkv", 4, codec="libx265", pix_fmt="yuv420p10le", sound="")
    remarks = run(made.path, tmp_path / "out.mp4")
    assert remarks == ["It has 10 bits a sample; what is written has 8."]
    (first, *_) = pictures_of(tmp_path / "out.mp4")
    assert is_red(first.to_ndarray(format="rgb24")[70, 80])


@pytest.mark.parametrize(("name", "transfer"), [("PQ", 16), ("HLG", 18)])
def test_hdr_is_refused_unless_it_may_be_converted(tmp_path: Path, name: str, transfer: int) -> None:
    colours = {"color_trc": transfer, "colorspace": 9, "color_primaries": 9}
    made = record(tmp_path / "in.mkv", 3, codec="libx265", pix_fmt="yuv420p10le", sound="", colours=colours)
    with pytest.raises(InvalidRequest, match=rf"in\.mkv is HDR \({name}\).*--sdr"):
        run(made.path, tmp_path / "out.mp4")
    assert not (tmp_path / "out.mp4").exists()
    remarks = run(made.path, tmp_path / "out.mp4", to_sdr=True)
    assert name in remarks[0]
    (first, *_) = pictures_of(tmp_path / "out.mp4")
    assert first.color_trc == 1
    assert is_red(first.to_ndarray(format="rgb24")[70, 80])


def test_a_transparent_webm(tmp_path: Path) -> None:
    made = record(tmp_path / "in.mp4", 8, sound="")
    run(made.path, tmp_path / "out.webm", Transparent())
    (first, *_) = pictures_of(tmp_path / "out.webm", "libvpx-vp9")
    assert first.format.name == "yuva420p"
    rgba = first.to_ndarray(format="rgba")
    assert rgba[10, 5, 3] < 8
    assert rgba[70, 80, 3] > 247
    assert is_red(rgba[70, 80])
    # where nothing is shown there is nothing of the room
    assert rgba[10, 5, :3].max() < 40


@debian
def test_a_transparent_webm_in_debians_ffmpeg(tmp_path: Path) -> None:
    made = record(tmp_path / "in.mp4", 4, sound="")
    run(made.path, tmp_path / "out.webm", Transparent())
    raw = ffmpeg(
        *("-c:v", "libvpx-vp9", "-i", tmp_path / "out.webm"),
        *("-vsync", "passthrough", "-pix_fmt", "rgba", "-f", "rawvideo", "-"),
    )
    rgba = np.frombuffer(raw, np.uint8).reshape(-1, 90, 160, 4)
    assert len(rgba) == 4
    assert rgba[:, 10, 5, 3].max() < 8
    assert rgba[:, 70, 80, 3].min() > 247
    # what browsers look for: the element AlphaMode, 1
    assert b"\x53\xc0\x81\x01" in (tmp_path / "out.webm").read_bytes()


@debian
def test_a_transparent_mov_is_prores_4444(tmp_path: Path) -> None:
    made = record(tmp_path / "in.mp4", 6)
    run(made.path, tmp_path / "out.mov", Transparent())
    said = ffprobe(tmp_path / "out.mov")["streams"][0]
    assert (said["codec_name"], said["profile"], said["nb_read_frames"]) == ("prores", "4444", "6")
    assert said["pix_fmt"].startswith("yuva444p")
    assert times_of(tmp_path / "out.mov") == made.times
    assert sounds_of(tmp_path / "out.mov") == sounds_of(made.path)
    (first, *_) = pictures_of(tmp_path / "out.mov")
    alpha = first.to_ndarray(format="rgba")[..., 3]
    assert alpha[10, 5] < 8
    assert alpha[70, 80] > 247


def test_a_folder_of_pictures(tmp_path: Path) -> None:
    made = record(tmp_path / "in.mp4", 5)
    remarks = run(made.path, tmp_path / "out", Transparent())
    assert "times.csv" in remarks[0]
    assert sorted(path.name for path in (tmp_path / "out").iterdir()) == [
        *(f"{number:06d}.png" for number in range(1, 6)),
        "times.csv",
    ]
    lines = (tmp_path / "out/times.csv").read_text().splitlines()
    assert lines[0] == "picture,seconds"
    assert [float(line.split(",")[1]) for line in lines[1:]] == pytest.approx(
        [float(t) for t in made.times], abs=1e-6
    )
    rgba = np.asarray(Image.open(tmp_path / "out/000003.png"))
    assert rgba.shape == (90, 160, 4)
    assert rgba[10, 5].tolist() == [0, 0, 0, 0]
    assert rgba[70, 80, 3] == 255
    with pytest.raises(Conflict):
        run(made.path, tmp_path / "out", Transparent())
    run(made.path, tmp_path / "out", BLUE, overwrite=True)
    assert np.asarray(Image.open(tmp_path / "out/000003.png")).shape == (90, 160, 3)
    (tmp_path / "out/letter.txt").write_text("mine")
    with pytest.raises(Conflict, match=r"letter\.txt"):
        run(made.path, tmp_path / "out", BLUE, overwrite=True)
    assert (tmp_path / "out/letter.txt").exists()


def test_the_room_is_never_in_it(tmp_path: Path) -> None:
    """Not even in the first frames, nor in those where there is nobody."""
    made = record(tmp_path / "in.mp4", 10, sound="")
    run(made.path, tmp_path / "out.mp4")
    for picture in pictures_of(tmp_path / "out.mp4"):
        rgb = picture.to_ndarray(format="rgb24").astype(int)
        green = (rgb[..., 1] > 120) & (rgb[..., 1] - np.maximum(rgb[..., 0], rgb[..., 2]) > 40)
        assert green.mean() < 0.01


@pytest.mark.parametrize(
    ("target", "background", "says"),
    [
        ("out.mp4", Transparent(), "MP4 has none"),
        ("out.avi", BLUE, r"\.avi is nothing"),
        ("in.mp4", BLUE, "own place"),
    ],
)
def test_what_makes_no_sense(tmp_path: Path, target: str, background: Backdrop, says: str) -> None:
    made = record(tmp_path / "in.mp4", 2, sound="")
    with pytest.raises(InvalidRequest, match=says):
        run(made.path, tmp_path / target, background)
    assert [path.name for path in tmp_path.iterdir()] == ["in.mp4"]


def test_a_file_that_is_there_stays(tmp_path: Path) -> None:
    made = record(tmp_path / "in.mp4", 2, sound="")
    (tmp_path / "out.mp4").write_text("mine")
    with pytest.raises(Conflict, match="--overwrite"):
        run(made.path, tmp_path / "out.mp4")
    assert (tmp_path / "out.mp4").read_text() == "mine"
    run(made.path, tmp_path / "out.mp4", overwrite=True)
    assert len(pictures_of(tmp_path / "out.mp4")) == 2


def test_a_folder_that_is_not_ours_is_left_alone(tmp_path: Path) -> None:
    made = record(tmp_path / "in.mp4", 2, sound="")
    (tmp_path / "out.mp4.parts").mkdir()
    (tmp_path / "out.mp4.parts/letter.txt").write_text("mine")
    with pytest.raises(InvalidRequest, match="something else"):
        run(made.path, tmp_path / "out.mp4")
    assert (tmp_path / "out.mp4.parts/letter.txt").read_text() == "mine"


def test_files_that_cannot_be_read(tmp_path: Path) -> None:
    with pytest.raises(NotFound, match=r"There is no file .*nothing\.mp4"):
        run(tmp_path / "nothing.mp4", tmp_path / "out.mp4")
    (tmp_path / "text.mp4").write_text("no video")
    with pytest.raises(UnsupportedMedia, match="cannot be read as a video"):
        run(tmp_path / "text.mp4", tmp_path / "out.mp4")


def test_what_is_known_of_a_recording(tmp_path: Path) -> None:
    recording = probe(record(tmp_path / "in.mp4", 15, uneven=False, rotation=90).path)
    assert (recording.width, recording.height) == (90, 160)
    assert (recording.frames, float(recording.fps), recording.time_base) == (15, 30.0, TIME_BASE)
    assert recording.seconds == pytest.approx(0.5)


def test_a_model_that_fails_ends_the_run_and_what_is_done_is_kept(tmp_path: Path, short_parts: None) -> None:
    class Failing(FakeMatter):
        def matte(self, picture: Any) -> Any:
            if self.asked == 35:
                raise ZeroDivisionError
            return super().matte(picture)

    made = record(tmp_path / "in.mp4", 40, sound="")
    with pytest.raises(ZeroDivisionError):
        replace(made.path, tmp_path / "out.mp4", Blur(), matter=Failing())
    assert not (tmp_path / "out.mp4").exists()
    result = replace(made.path, tmp_path / "out.mp4", Blur(), matter=FakeMatter())
    assert 10 < result.resumed < 35
    assert times_of(result.path) == made.times
