from __future__ import annotations

import numpy as np
import pytest

from cyclorama.live.sources.rtp_clock import NTP, WRAP, RTPStream

pytestmark = pytest.mark.unit

SOUND, PICTURE = 48_000, 90_000


def test_timestamps_go_on_when_their_32_bits_are_full() -> None:
    stream, times = RTPStream(PICTURE), []
    begin = WRAP - 5 * 3000
    for index in range(20):
        timestamp = (begin + index * 3000) % WRAP
        stream.arrived(timestamp, 10 + index / 30)
        times.append(stream.time(timestamp))
    assert np.diff(times) == pytest.approx(1 / 30, abs=1e-4)
    assert times[0] == pytest.approx(10)


def test_by_arrival_until_there_are_reports_and_then_as_at_the_sender() -> None:
    """The picture takes 200 ms longer to be encoded and sent than the sound."""
    sound, picture = RTPStream(SOUND), RTPStream(PICTURE)
    before: list[float] = []
    after: list[float] = []
    for index in range(300):
        moment = index / 30
        one, other = 1000 + round(moment * SOUND), WRAP - 70 + round(moment * PICTURE)
        sound.arrived(one, 500 + moment + 0.01)
        picture.arrived(other % WRAP, 500 + moment + 0.21)
        if index == 150:
            sound.reported(round((3.9e9 + moment) * NTP), one)
            picture.reported(round((3.9e9 + moment) * NTP), other % WRAP)
        (after if index > 170 else before).append(picture.time(other % WRAP, sound) - sound.time(one))
    assert before[100] == pytest.approx(0.2, abs=0.002)
    assert np.abs(after).max() < 0.002


def test_times_never_go_back() -> None:
    stream = RTPStream(PICTURE)
    stream.arrived(9000, 1.0)
    assert stream.time(9000) < stream.time(6000) < stream.time(6000)


def test_without_sound_a_picture_has_times_of_its_own() -> None:
    stream = RTPStream(PICTURE)
    stream.arrived(0, 4.0)
    stream.reported(1 << 40, 0)
    assert stream.time(0, None) == 4.0
