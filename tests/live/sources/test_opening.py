"""What people write, and what they get."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING

import pytest

from cyclorama.errors import InvalidRequest, NotFound
from cyclorama.live.base import Source
from cyclorama.live.sources import (
    AVSource,
    CameraSource,
    MicrophoneSource,
    ScreenSource,
    TestPerson,
    open_sound,
    open_source,
)
from cyclorama.live.sources.whep import WHEPSource
from cyclorama.picture import Frame

from .files import write

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.unit


@pytest.mark.parametrize(
    ("text", "kind", "name"),
    [
        ("test", TestPerson, "test person"),
        ("camera", CameraSource, "camera"),
        ("camera:1", CameraSource, "1"),
        ("camera:/dev/video2", CameraSource, "/dev/video2"),
        ("camera:HD Webcam: Pro", CameraSource, "HD Webcam: Pro"),
        ("screen", ScreenSource, "screen 0"),
        ("screen:1", ScreenSource, "screen 1"),
        ("rtsp://me:secret@cam/1", AVSource, "rtsp://cam/1"),
        ("https://example.org/a.m3u8", AVSource, "https://example.org/a.m3u8"),
        ("whep:https://example.org/whep/ann", WHEPSource, "https://example.org/whep/ann"),
        ("stage:show/ann", WHEPSource, "ann"),
        ("stage:a / show/ann", WHEPSource, "ann"),
        ("stage:", WHEPSource, "the stage"),
    ],
)
def test_words(text: str, kind: type, name: str) -> None:
    source = open_source(text, token="t")
    assert type(source) is kind
    assert isinstance(source, Source)
    assert source.name == name
    assert source.live
    source.close()
    assert list(source) == []


def test_paths(tmp_path: Path) -> None:
    path = write(tmp_path / "a film.mp4", sound=True)
    source = open_source(str(path))
    assert isinstance(source, AVSource)
    assert not source.live
    assert open_source(str(path), paced=True).live
    assert open_source("a film.mp4").name == "a film.mp4"  # tests run in their folder
    sound = open_sound(str(path))
    assert not any(isinstance(item, Frame) for item in sound)


def test_size_and_rate_are_those_that_are_asked_for() -> None:
    frame = next(
        item
        for item in open_source("test", size=(320, 240), fps=Fraction(24000, 1001))
        if isinstance(item, Frame)
    )
    assert (frame.width, frame.height, frame.time_base) == (320, 240, Fraction(1001, 24000))


@pytest.mark.parametrize(
    ("text", "error", "says"),
    [
        ("nothing.mp4", NotFound, "no file nothing.mp4"),
        ("folder/nothing", NotFound, "no file"),
        ("camra", NotFound, "Did you mean camera"),
        ("screen:left", InvalidRequest, "counted from 0"),
        ("ftp://host/a.mp4", InvalidRequest, "no kind of address"),
    ],
)
def test_what_there_is_not(text: str, error: type[Exception], says: str) -> None:
    with pytest.raises(error, match=says):
        open_source(text)


def test_sounds() -> None:
    assert isinstance(open_sound("alsa:hw:1,0"), MicrophoneSource)
    assert open_sound("rtsp://cam/1").live
    with pytest.raises(NotFound, match="no file"):
        open_sound("music.mp3")
