"""The picture of one, the sound of another."""

from __future__ import annotations

import threading
from fractions import Fraction
from typing import TYPE_CHECKING

import numpy as np
import pytest

from cyclorama.errors import InvalidRequest, NotFound, SourceLost
from cyclorama.live.base import Sound, Source
from cyclorama.live.sources import AVSource, TestPerson, joined
from cyclorama.picture import Frame

from .files import write

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

pytestmark = pytest.mark.unit


class Microphone:
    """Gives pieces of 20 ms in real time, counted from a time of its own; may fail at first."""

    live = True
    name = "microphone"

    def __init__(self, *errors: Exception) -> None:
        self.errors = list(errors)
        self.closed = threading.Event()
        self.opened = 0

    def __iter__(self) -> Iterator[Frame | Sound]:
        self.opened += 1
        if self.errors:
            raise self.errors.pop(0)
        number = 0
        while not self.closed.wait(0.02):
            yield Sound(np.zeros((960, 1), np.float32), 48_000, 7_000_000 + number * 960, Fraction(1, 48_000))
            number += 1

    def close(self) -> None:
        self.closed.set()


def taken(source: Source, pictures: int) -> tuple[list[Frame], list[Sound]]:
    """Iterate until there are so many pictures."""
    frames: list[Frame] = []
    sounds: list[Sound] = []
    for item in source:
        if isinstance(item, Frame):
            frames.append(item)
            if len(frames) == pictures:
                source.close()
        else:
            sounds.append(item)
    return frames, sounds


def test_a_camera_and_a_microphone_are_on_one_clock() -> None:
    microphone = Microphone()
    source = joined(TestPerson((64, 48)), microphone)
    assert isinstance(source, Source)
    assert source.live
    frames, sounds = taken(source, 20)
    assert {item.rate for item in sounds} == {48_000}
    assert sounds[0].samples.shape == (960, 1)  # the microphone's, not the person's tone
    assert (np.diff([frame.seconds for frame in frames]) > 0).all()
    assert (np.diff([item.seconds for item in sounds]) > 0).all()
    # both began when it was opened, though one counts from 0 and the other from 145 s
    assert (
        abs(sounds[-1].seconds - float(frames[-1].seconds or 0)) < 20
    )  # a busy machine may hold one of them up
    assert microphone.closed.is_set()


def test_a_microphone_that_is_lost_leaves_the_picture_alone_and_comes_back() -> None:
    microphone = Microphone(SourceLost("The microphone is gone. Plug it in again."))
    source = joined(TestPerson((64, 48)), microphone)
    frames, sounds = taken(source, 40)
    assert len(frames) == 40
    assert microphone.opened == 2
    assert sounds


def test_a_microphone_that_there_is_not_is_an_error() -> None:
    source = joined(TestPerson((64, 48)), Microphone(NotFound("There is no microphone here.")))
    with pytest.raises(NotFound, match="no microphone"):
        list(source)
    source.close()


def test_a_recording_is_heard_at_its_own_pace_beside_a_live_picture(tmp_path: Path) -> None:
    path = write(tmp_path / "a.mp4", sound=True, times=list(range(90)))
    frames, sounds = taken(joined(TestPerson((64, 48)), AVSource(path, picture=False)), 20)
    assert sounds
    # 20 pictures take 0.6 s, and the recording 3 s
    assert sum(len(item.samples) for item in sounds) / 48_000 < float(frames[-1].seconds or 0) + 0.5


def test_two_recordings_begin_together(tmp_path: Path) -> None:
    film = AVSource(write(tmp_path / "a.mp4", times=list(range(30)), sound=True))
    music = AVSource(write(tmp_path / "b.mp4", times=list(range(60)), sound=True), picture=False)
    source = joined(film, music)
    assert isinstance(source, Source)
    assert not source.live
    items = list(source)
    assert sum(isinstance(item, Frame) for item in items) == 30
    times = [item.seconds or 0.0 for item in items]
    assert times == sorted(times)
    heard = [item for item in items if isinstance(item, Sound)]
    assert sum(len(item.samples) for item in heard) / 48_000 == pytest.approx(2, abs=0.1)
    source.close()
    assert list(source) == []


def test_a_recording_cannot_have_a_live_sound(tmp_path: Path) -> None:
    with pytest.raises(InvalidRequest, match="pace it"):
        joined(AVSource(write(tmp_path / "a.mp4")), Microphone())
