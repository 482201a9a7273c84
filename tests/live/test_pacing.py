"""When things happen, in virtual time: a day takes a second."""

from __future__ import annotations

import itertools
from dataclasses import replace
from fractions import Fraction
from typing import TYPE_CHECKING

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cyclorama.live import Sound
from cyclorama.live.drift import Drift
from cyclorama.live.fake import person_before_a_room, tone
from cyclorama.live.opening import Opening
from cyclorama.live.pacing import Backoff, Thinner, Timeline

if TYPE_CHECKING:
    from cyclorama.picture import Frame

pytestmark = pytest.mark.unit


def test_attempts_come_later_each_time_up_to_ten_seconds() -> None:
    backoff = Backoff()
    assert [backoff.next() for _ in range(7)] == [0.5, 1, 2, 4, 8, 10, 10]
    backoff.reset()
    assert backoff.next() == 0.5


@pytest.mark.parametrize(("given", "wanted"), [(30, 15), (60, 30), (30, 24), (50, 30), (30, 30), (25, 30)])
def test_frames_are_thinned_evenly(given: int, wanted: int) -> None:
    thinner, random = Thinner(Fraction(wanted)), np.random.default_rng(1)
    times = [
        Fraction(number, given) + Fraction(int(random.integers(-2, 3)), 1000) for number in range(20 * given)
    ]
    kept = [time for time in times if thinner.wants(time)]
    assert abs(len(kept) - 20 * min(given, wanted)) <= 0.03 * len(kept)
    assert max(float(b - a) for a, b in itertools.pairwise(kept)) < 2 / min(given, wanted) + 0.006


def test_after_a_gap_there_is_no_burst() -> None:
    thinner = Thinner(Fraction(20))
    numbers = [number for number in range(120) if number not in range(20, 29)]
    kept = [number for number in numbers if thinner.wants(Fraction(number, 60))]
    assert all(later - sooner >= 2 for sooner, later in itertools.pairwise(kept))
    assert len(kept) > 35


def test_thinning_goes_on_after_a_jump() -> None:
    thinner = Thinner(Fraction(10))
    kept = [
        begin + number / Fraction(30)
        for begin in (Fraction(0), Fraction(5000), Fraction(3))
        for number in range(30)
        if thinner.wants(begin + number / Fraction(30))
    ]
    assert len(kept) == 30


def test_all_frames_are_wanted_where_nobody_asks_for_less() -> None:
    thinner = Thinner(None)
    assert all(thinner.wants(Fraction(number, 240)) for number in range(100))


def test_times_are_the_sources_own() -> None:
    timeline = Timeline()
    for number in range(100):
        time = Fraction(1_000_000_000 + 3 * number, 90)
        assert timeline.picture(time, 5 + number / 30) == time
        assert timeline.sound(time, 5 + number / 30) == time


WRAP = Fraction(2**33, 90_000)


def day(jumps: dict[int, Fraction], fps: int, hours: int = 24) -> None:
    """Run a day of pictures and sound whose clock jumps at some seconds, and look at what comes out."""
    timeline, drift = Timeline(), Drift()
    shift, last, missing, worst = Fraction(0), None, 0, 0.0
    piece = np.zeros((1600 // fps, 1), np.float32)
    for number in range(hours * 3600 * fps):
        now = number / fps
        if number % fps == 0:
            shift += jumps.get(number // fps, Fraction(0))
        time = Fraction(number, fps) + shift + WRAP / 2
        given = timeline.picture(time, now)
        heard = timeline.sound(time, now)
        placed = None if heard is None else drift.follow(Sound(piece, 1600, 0, Fraction(1, 1600)), heard)
        if given is None:
            missing += 1
            continue
        assert last is None or given > last
        last = given
        assert abs(float(given - WRAP / 2) - now) < 1.5, "the output goes with the wall's clock"
        if placed is not None:
            worst = max(worst, abs(float(placed.pts * placed.time_base - given)))
    assert missing <= 4 * len(jumps)
    assert worst <= 0.15


def test_a_day_whose_clock_wraps_and_is_set() -> None:
    """At 90 kHz in 33 bits it wraps after 26.5 hours; summer time ends; somebody sets it by ten years."""
    day({5000: -WRAP, 20_000: Fraction(-3600), 40_000: Fraction(86_400 * 3650), 41_000: Fraction(3)}, fps=1)


@settings(max_examples=8, deadline=None)
@given(st.dictionaries(st.integers(2, 590), st.fractions(-5000, 5000, max_denominator=1000), max_size=6))
def test_any_jumps(jumps: dict[int, Fraction]) -> None:
    timeline, last, shift, stuck = Timeline(), None, Fraction(0), 0
    for number in range(6000):
        now = number / 10
        shift += jumps.get(number // 10, Fraction(0)) if number % 10 == 0 else 0
        given = timeline.picture(Fraction(number, 10) + shift, now)
        stuck = stuck + 1 if given is None else 0
        assert stuck <= 4, "the picture does not stand still"
        assert given is None or last is None or given > last
        last = given or last


def test_what_was_held_up_comes_late_and_the_newest_wins() -> None:
    """A network that holds everything for three seconds and gives it at once: nothing stays late."""
    timeline = Timeline()
    for number in range(30):
        timeline.picture(Fraction(number, 10), number / 10)
    for number in range(30):  # the engine's own, meanwhile
        timeline.heartbeat(3 + number / 10)
    burst = [timeline.picture(Fraction(30 + number, 10), 6.0 + number / 1000) for number in range(32)]
    assert burst[:29] == [None] * 29
    assert timeline.picture(Fraction(62, 10), 6.2) == Fraction(62, 10)
    assert timeline.offset == 0


def test_sound_jumps_with_the_picture_and_not_before() -> None:
    timeline = Timeline()
    for number in range(20):
        timeline.picture(Fraction(number, 10), number / 10)
    assert timeline.sound(Fraction(9000), 2.0) is None
    moved = timeline.picture(Fraction(9000), 2.0)
    assert moved == 2
    assert timeline.sound(Fraction(9000), 2.0) == 2
    assert timeline.sound(Fraction(19, 10), 2.0) == Fraction(19, 10), "what was under way still has its place"


def test_sound_that_has_nothing_to_do_with_the_picture_gets_a_place() -> None:
    timeline = Timeline()
    placed = None
    for number in range(60):
        timeline.picture(Fraction(number, 10), number / 10)
        placed = timeline.sound(50_000 + Fraction(number, 10), number / 10)
    assert placed is not None
    assert abs(placed - Fraction(59, 10)) < Fraction(1, 10)


def frame(milliseconds: int) -> Frame:
    return replace(person_before_a_room(), pts=milliseconds, time_base=Fraction(1, 1000))


@pytest.mark.parametrize(
    ("steps", "fps"),
    [
        ([33, 33, 34], Fraction(30)),
        ([40], Fraction(25)),
        ([16, 17], Fraction(60)),
        ([100], Fraction(10)),
        ([34, 33, 200, 33], Fraction(30)),
    ],
)
def test_the_rate_is_measured(steps: list[int], fps: Fraction) -> None:
    opening, time = Opening(live=False, fps=None), 0
    for number in range(17):
        opening.add(frame(time), 0.0)
        time += steps[number % len(steps)]
    assert opening.is_ready(0.0)
    assert opening.fps == fps


def test_a_live_sources_sound_is_waited_for_a_moment() -> None:
    opening = Opening(live=True, fps=None)
    opening.add(frame(0), 5.0)
    opening.add(frame(33), 5.033)
    assert not opening.is_ready(5.1)
    assert opening.deadline(5.1) == pytest.approx(0.9)
    opening.add(tone(0, 100), 5.2)
    assert opening.is_ready(5.2)
    assert len(opening.items) == 2, "of the frames the newest"
    without = Opening(live=True, fps=None)
    without.add(frame(0), 5.0)
    assert not without.is_ready(5.6)
    assert without.is_ready(6.1)


def test_a_source_may_say_whether_there_is_sound() -> None:
    silent, loud = Opening(True, None, has_sound=False), Opening(True, None, has_sound=True)
    for opening in (silent, loud):
        opening.add(frame(0), 5.0)
        opening.add(frame(33), 5.0)
    assert silent.is_ready(5.0)
    assert not loud.is_ready(9.0)
    assert loud.is_ready(10.0)


def test_sound_without_a_picture_does_not_pile_up() -> None:
    opening = Opening(live=True, fps=None)
    for number in range(1000):
        opening.add(tone(number * 10, 10), 5.0)
    assert not opening.is_ready(100.0)
    assert len(opening.items) == 100
