"""Matroska files, whole and cut off, read with PyAV."""

from __future__ import annotations

import json
import shutil
import stat
import subprocess
import time
from typing import TYPE_CHECKING

import av
import pytest

from cyclorama.stage.recording.frames import Look
from cyclorama.stage.recording.matroska import Track, Writer, summary
from cyclorama.stage.recording.names import is_name, new_path

from .files import read
from .packets import pictures, sounds

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.unit

SECONDS = 4
BEGAN = 1_795_709_000.25
TRACKS = (Track("V_VP8", Look(320, 240)), Track("A_OPUS", None))


def film(path: Path) -> Writer:
    """Write 4 s with a key frame every second, and leave the file open."""
    writer = Writer(path, "Zoë/../ann", BEGAN, TRACKS)
    frames = pictures("VP8", 30 * SECONDS, gop=30)
    tones = sounds(50 * SECONDS)
    coming = [(index * 100 // 3, 0, frame) for index, frame in enumerate(frames)]
    coming += [(index * 20, 1, tone) for index, tone in enumerate(tones)]
    for moment, track, data in sorted(coming, key=lambda each: each[0]):
        writer.write(track, moment, data, key=bool(track) or not data[0] & 1)
    return writer


def test_a_whole_file(tmp_path: Path) -> None:
    path = tmp_path / "film.mkv"
    film(path).close()
    found = read(path)
    assert found.codecs == {"video": "vp8", "audio": "opus"}
    assert len(found.picture_times) == 30 * SECONDS
    assert found.rising
    assert found.duration == pytest.approx(SECONDS, abs=0.05)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    told = summary(path)
    assert told.title == "Zoë/../ann"
    assert told.began == pytest.approx(BEGAN, abs=0.001)
    assert told.seconds == found.duration


def test_a_player_can_jump(tmp_path: Path) -> None:
    path = tmp_path / "film.mkv"
    film(path).close()
    with av.open(str(path)) as container:
        stream = container.streams.video[0]
        container.seek(2500, stream=stream)
        assert [entry.timestamp for entry in stream.index_entries] == [0, 1000, 2000, 3000]
        packet = next(container.demux(stream))
        assert packet.is_keyframe
        assert packet.pts == 2000


def test_a_file_that_was_cut_off_anywhere_plays_up_to_there(tmp_path: Path) -> None:
    path, cut = tmp_path / "film.mkv", tmp_path / "cut.mkv"
    writer = film(path)
    whole = path.read_bytes()
    known = read(path)
    assert len(known.picture_times) >= 30 * (SECONDS - 1)  # though it was never ended
    assert known.duration == pytest.approx(SECONDS - 1, abs=0.1)
    before = 0
    for size in range(2000, len(whole), len(whole) // 37):
        cut.write_bytes(whole[:size])
        with av.open(str(cut)) as container:
            there = sum(packet.size > 0 for packet in container.demux(video=0))
        assert there >= before
        before = there
    assert before >= 30 * (SECONDS - 1) - 40
    writer.close()


def test_sound_is_in_the_file_though_the_picture_stands_still(tmp_path: Path) -> None:
    """libavformat's muxer holds it back without end."""
    path = tmp_path / "film.mkv"
    writer = Writer(path, "ann", time.time(), TRACKS)
    writer.write(0, 0, pictures("VP8", 1)[0], key=True)
    for index, tone in enumerate(sounds(200)):
        writer.write(1, index * 20, tone, key=True)
    assert len(read(path).packet_times["audio"]) >= 150
    writer.close()
    assert len(read(path).packet_times["audio"]) == 200


def test_a_picture_that_lags_behind_the_sound_does_not_shred_the_file(tmp_path: Path) -> None:
    path, late = tmp_path / "film.mkv", 2500
    writer = Writer(path, "ann", time.time(), TRACKS)
    frames = pictures("VP8", 120)
    for index in range(180):
        writer.write(1, index * 33, b"\xf8\xff\xfe", key=True)  # Opus for silence
        if index * 33 >= late:
            number = index - late // 33 - 1
            writer.write(0, number * 33, frames[number], key=not number)
    writer.close()
    assert path.read_bytes().count(bytes.fromhex("1f43b675")) < 12
    found = read(path)
    assert found.rising
    assert len(found.picture_times) == 180 - late // 33 - 1


def test_a_file_is_never_overwritten(tmp_path: Path) -> None:
    (tmp_path / "film.mkv").write_bytes(b"somebody's")
    with pytest.raises(FileExistsError):
        Writer(tmp_path / "film.mkv", "ann", 0, TRACKS)
    assert (tmp_path / "film.mkv").read_bytes() == b"somebody's"


@pytest.mark.parametrize("content", [b"", b"rubbish", b"\x1a\x45\xdf\xa3", bytes(5000), b"\xff" * 5000])
def test_what_is_no_recording_says_so(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "film.mkv").write_bytes(content)
    with pytest.raises(ValueError, match="not a recording"):
        summary(tmp_path / "film.mkv")


@pytest.mark.skipif(shutil.which("ffprobe") is None, reason="ffprobe (Debian's ffmpeg) is not installed")
def test_ffprobe_reads_it(tmp_path: Path) -> None:
    path = tmp_path / "film.mkv"
    film(path).close()
    command = [
        "ffprobe",
        "-v",
        "error",
        "-show_streams",
        "-show_format",
        "-count_packets",
        "-of",
        "json",
        str(path),
    ]
    told = subprocess.run(command, capture_output=True, check=True)
    assert told.stderr == b""
    found = json.loads(told.stdout)
    assert [each["codec_name"] for each in found["streams"]] == ["vp8", "opus"]
    assert [int(each["nb_read_packets"]) for each in found["streams"]] == [30 * SECONDS, 50 * SECONDS]


@pytest.mark.parametrize(
    ("user_id", "safe"),
    [
        ("ann", "ann"),
        ("Zoë Müller", "Zoe-Muller"),
        ("../../etc/passwd", "etc-passwd"),
        ("a\0b\\c:d", "a-b-c-d"),
        ("", "somebody"),
        ("名前", "somebody"),
        ("x" * 500, "x" * 40),
    ],
)
def test_names_sort_by_time_and_stay_in_their_folder(tmp_path: Path, user_id: str, safe: str) -> None:
    path = new_path(tmp_path, BEGAN, user_id)
    assert path == tmp_path / f"20261126T160320Z-{safe}.mkv"
    assert is_name(path.name)
    path.touch()
    second = new_path(tmp_path, BEGAN, user_id)
    assert second.name == f"20261126T160320Z-{safe}-2.mkv"
    assert is_name(second.name)


@pytest.mark.parametrize(
    "name", ["", "..", "../x.mkv", "20261126T160320Z-/x.mkv", "20261126T160320Z-a.mkv\n", "x.mkv"]
)
def test_other_names_are_refused(name: str) -> None:
    assert not is_name(name)
