from __future__ import annotations

import pytest

from cyclorama.live.sinks.pace import Pace
from cyclorama.live.sinks.rate import Rate

pytestmark = pytest.mark.unit


def test_it_begins_as_wished_and_never_exceeds_that() -> None:
    rate = Rate(1_000_000)
    assert rate.now == 1_000_000
    rate.take_estimate(8_000_000)
    rate.take_loss(0)
    assert rate.now == 1_000_000


def test_an_estimate_counts_the_sound_too() -> None:
    rate = Rate(1_000_000, beside=96_000)
    rate.take_estimate(596_000)
    assert rate.now == 500_000
    rate.take_estimate(2_000_000)
    assert rate.now == 1_000_000


def test_much_loss_shrinks_it_and_little_lets_it_grow_back() -> None:
    rate = Rate(1_000_000)
    rate.take_loss(0.2)
    assert rate.now == pytest.approx(900_000, abs=1)
    rate.take_loss(0.05)
    assert rate.now == pytest.approx(900_000, abs=1)
    rate.take_loss(0.01)
    assert rate.now == pytest.approx(945_000, abs=1)


def test_it_stays_a_picture() -> None:
    rate = Rate(1_000_000)
    rate.take_estimate(0)
    for _ in range(100):
        rate.take_loss(1)
    assert rate.now == 100_000
    rate.take_estimate(9_000_000)
    for _ in range(60):
        rate.take_loss(0)
    assert rate.now == 1_000_000


def test_pace_keeps_real_time_and_catches_up_without_waiting() -> None:
    now, slept = [100.0], list[float]()

    def sleep(seconds: float) -> None:
        slept.append(seconds)
        now[0] += seconds

    pace = Pace(lambda: now[0], sleep)
    for seconds in (7.0, 7.5, 7.25):
        pace.wait(seconds)
    assert slept == [0.5]
    now[0] += 0.4
    pace.wait(8.0)
    assert slept == pytest.approx([0.5, 0.1])


def test_pace_takes_a_jump_of_the_times_as_a_new_beginning() -> None:
    slept = list[float]()
    pace = Pace(lambda: 5.0, slept.append)
    for seconds in (0.0, 3600.0, 2.0):
        pace.wait(seconds)
    assert slept == []
