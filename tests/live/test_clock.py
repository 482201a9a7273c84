"""Clocks of devices, in virtual time: nothing here waits."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest

from cyclorama.live.clock import DeviceClock, Splice

pytestmark = pytest.mark.unit

FPS = 30


def jitter(count: int, most: float, seed: int = 3) -> np.ndarray:
    """Delays of arrivals: mostly small, some large, some none."""
    random = np.random.default_rng(seed)
    return random.gamma(1.0, most / 8, count).clip(0, most)


def test_jitter_of_arriving_is_kept_out() -> None:
    clock, told = DeviceClock(), []
    for index, delay in enumerate(jitter(FPS * 60, 0.08)):
        told.append(clock.map(5000 + index / FPS, 100 + index / FPS + delay))
    steps = np.diff(told)[FPS * 2 :]
    assert np.abs(steps - 1 / FPS).max() < 0.002
    assert told[-1] == pytest.approx(100 + 59 + 29 / 30, abs=0.01)


def test_two_devices_of_different_clocks_are_in_step_for_a_day() -> None:
    """One counts from the start of the machine, 80 ppm too slow; the other from 1970, 60 ppm too fast."""
    picture, sound = DeviceClock(), DeviceClock()
    day = 24 * 3600
    worst = 0.0
    for second, (one, other) in enumerate(zip(jitter(day, 0.05), jitter(day, 0.03, 4), strict=True)):
        first = picture.map(900 + second * (1 - 80e-6), second + one)
        then = sound.map(1.7e9 + second * (1 + 60e-6), second + other)
        if second > 30:
            worst = max(worst, abs(first - then), abs(first - second))
    assert worst < 0.02
    assert picture.jumps == sound.jumps == 0


@pytest.mark.parametrize("jump", [-3600.0, 3600.0, -1.5, 40.0], ids=str)
def test_a_clock_that_is_set_anew(jump: float) -> None:
    clock, told = DeviceClock(), []
    for index in range(FPS * 20):
        shift = jump if index >= FPS * 10 else 0.0
        told.append(clock.map(7000 + index / FPS + shift, 50 + index / FPS))
    assert clock.jumps == 1
    assert np.diff(told) == pytest.approx(1 / FPS, abs=1e-4)


def test_a_stall_of_this_machine_is_no_jump() -> None:
    clock, told = DeviceClock(), []
    for index in range(FPS * 12):
        now = index / FPS
        # what was taken from the fifth second on was only fetched at the eighth, all at once
        told.append(clock.map(30 + now, 8.0 if 5 <= now < 8 else now))
    assert clock.jumps == 0
    assert np.diff(told) == pytest.approx(1 / FPS, abs=0.003)


def test_a_camera_that_pauses_for_good_and_goes_on_is_followed() -> None:
    """Its clock stood meanwhile, as that of some virtual cameras does."""
    clock = DeviceClock()
    for index in range(FPS * 5):
        clock.map(index / FPS, index / FPS)
    told = [clock.map(5 + index / FPS, 65 + index / FPS) for index in range(FPS * 5)]
    assert clock.jumps == 1
    assert told[-1] == pytest.approx(65 + 5 - 1 / FPS, abs=0.01)
    assert (np.diff(told) > 0).all()


def test_times_never_go_back() -> None:
    random = np.random.default_rng(8)
    clock = DeviceClock()
    told = [clock.map(random.uniform(0, 40), index / FPS + random.uniform(0, 3)) for index in range(FPS * 60)]
    assert (np.diff(told) > 0).all()


def spliced(*times: float, forward: float | None = None) -> list[float]:
    splice = Splice(forward)
    return [float(splice.map(0, Fraction(time), Fraction(1, 4))) for time in times]


def test_a_file_that_is_cut_together_goes_on() -> None:
    assert spliced(90, 90.25, 90.5, 2, 2.25) == [90, 90.25, 90.5, 90.75, 91.0]


def test_small_steps_back_and_pauses_stay() -> None:
    assert spliced(0, 0.5, 0.25, 30) == [0, 0.5, 0.25, 30]
    assert spliced(0, 0.25, 30, forward=10) == [0, 0.25, 0.5]


def test_all_tracks_jump_together() -> None:
    splice = Splice()

    def at(track: int, time: float) -> float:
        return float(splice.map(track, Fraction(time), Fraction(1)))

    assert [at(0, 50), at(1, 50.5), at(0, 51), at(1, 51.5)] == [50, 50.5, 51, 51.5]
    assert [at(0, 3), at(1, 3.5), at(0, 4), at(1, 4.5)] == [52.5, 53.0, 53.5, 54.0]
    assert splice.jumps == 1


def test_the_end_of_one_track_may_come_after_the_jump_of_another() -> None:
    splice = Splice()
    order = [(0, 50), (1, 50), (0, 51), (0, 3), (1, 51), (0, 4), (1, 3), (1, 4), (0, 5)]
    told = [float(splice.map(track, Fraction(time), Fraction(1))) for track, time in order]
    assert told == [50, 50, 51, 52, 51, 53, 52, 53, 54]
    assert splice.jumps == 1
