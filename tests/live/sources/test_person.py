from __future__ import annotations

import threading
from fractions import Fraction
from itertools import pairwise

import numpy as np
import pytest

from cyclorama.errors import InvalidRequest
from cyclorama.live.base import Sound, Source
from cyclorama.live.sources import TestPerson
from cyclorama.live.sources.person import TONE_HZ, Scene, room
from cyclorama.matting import models
from cyclorama.picture import Compositor, Frame

pytestmark = pytest.mark.unit


def test_a_loop_of_the_person_with_a_tone() -> None:
    source = TestPerson((160, 90), 25, paced=False, seconds=4)
    assert isinstance(source, Source)
    assert not source.live
    items = list(source)
    frames = [item for item in items if isinstance(item, Frame)]
    assert [(frame.pts, frame.time_base) for frame in frames] == [
        (index, Fraction(1, 25)) for index in range(100)
    ]
    assert np.array_equal(frames[3].planes[0], frames[53].planes[0])  # a sway takes two seconds
    assert not np.array_equal(frames[3].planes[0], frames[20].planes[0])
    sounds = [item for item in items if isinstance(item, Sound)]
    heard = np.concatenate([item.samples for item in sounds])[:, 0]
    assert len(heard) == 4 * 48_000
    spectrum = np.abs(np.fft.rfft(heard))
    assert np.argmax(spectrum) / 4 == pytest.approx(TONE_HZ, abs=10)
    for one, other in pairwise(sounds):
        assert other.pts == one.pts + len(one.samples)


def test_sound_and_picture_of_a_moment_come_together() -> None:
    seen = heard = 0.0
    for item in TestPerson((64, 36), paced=False, seconds=3):
        if isinstance(item, Sound):
            heard = item.seconds
        else:
            seen = item.seconds or 0.0
        assert abs(seen - heard) < 0.1


def test_paced_it_is_live_and_leaves_out_what_nobody_takes() -> None:
    source = TestPerson((64, 36), sound=False)
    assert source.live
    items = iter(source)
    next(items)
    threading.Event().wait(0.3)
    late = next(items)
    assert isinstance(late, Frame)
    assert late.pts is not None
    assert late.pts >= 8
    source.close()
    assert list(items) == []
    assert list(TestPerson((64, 36), seconds=0.1, sound=False))


def test_the_person_stands_before_the_room() -> None:
    rgb, alpha = Scene(160, 90, room(160, 90)).at(0.2)
    green = rgb[..., 1].astype(int) - np.maximum(rgb[..., 0], rgb[..., 2])
    assert green[alpha == 0].min() > 70
    assert np.percentile(green[alpha == 255], 99) < 20
    assert 0.2 < (alpha > 128).mean() < 0.6


def test_the_kernel_takes_it_as_it_is() -> None:
    model = models()["landscape"]
    frame = next(item for item in TestPerson((161, 91), green=True, paced=False) if isinstance(item, Frame))
    assert Compositor(model).take_frame(frame).shape == (model.height, model.width, 3)


@pytest.mark.parametrize(("size", "fps"), [((8, 8), 30), ((640, 360), 0), ((640, 360), -1)])
def test_what_cannot_be_seen(size: tuple[int, int], fps: float) -> None:
    with pytest.raises(InvalidRequest):
        TestPerson(size, fps)
