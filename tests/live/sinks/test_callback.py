from __future__ import annotations

import pytest

from cyclorama.live.base import Sink, Sound
from cyclorama.live.sinks.callback import Callback
from cyclorama.picture import Frame

from .making import plain, stream, tone

pytestmark = pytest.mark.unit


def test_frames_and_sound_go_to_their_functions() -> None:
    frames, sounds = list[Frame](), list[Sound]()
    sink = Callback(frames.append, sounds.append)
    assert isinstance(sink, Sink)
    assert sink.alpha
    sink.open(stream(rate=48_000))
    given: list[Frame | Sound] = [plain(0), tone(0), plain(0.03)]
    for item in given:
        sink.write(item)
    sink.close()
    assert [id(frame) for frame in frames] == [id(given[0]), id(given[2])]
    assert [id(sound) for sound in sounds] == [id(given[1])]


def test_sound_that_nobody_wants_is_left_out() -> None:
    frames = list[Frame]()
    sink = Callback(frames.append)
    sink.write(tone(0))
    assert frames == []


def test_what_a_function_raises_is_the_sinks_error() -> None:
    def fail(_: Frame) -> None:
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        Callback(fail).write(plain(0))
