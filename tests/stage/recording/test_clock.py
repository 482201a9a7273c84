"""Timestamps, and what sender reports say of them."""

from __future__ import annotations

import pytest

from cyclorama.stage.recording.clock import MAX_OFFSET, TOLERANCE, Clock

pytestmark = pytest.mark.unit

SECOND = 1 << 32  # of NTP
NTP = 3_900_000_000 * SECOND


def test_the_first_packet_counts_as_taken_when_it_came_and_timestamps_wrap() -> None:
    clock = Clock(90000)
    assert clock.at(0xFFFFFFFF, 100) == 100
    assert clock.at(89_999, 101.5) == pytest.approx(101)
    assert clock.at(44_999, 101.5) == pytest.approx(100.5)


def test_a_clock_that_jumps_begins_anew() -> None:
    clock = Clock(90000)
    clock.at(0, 100)
    assert clock.at(90_000 * 60, 101) == 101
    assert clock.at(90_000 * 61, 102 + TOLERANCE / 2) == pytest.approx(102)


def in_step(offset: float, *, reports: int = 1) -> float:
    """Return what a picture's clock changes by, when it is `offset` behind the sound's."""
    sound, picture = Clock(48000), Clock(90000)
    sound.at(1000, 50)
    before = picture.at(0xFFFFFF00, 50)
    sound.report(NTP, 1000)
    for _ in range(reports):
        picture.report(NTP + round(offset * SECOND), 0xFFFFFF00)
        picture.follow(sound)
    return picture.at(0xFFFFFF00, 50) - before


@pytest.mark.parametrize("offset", [-0.4, 0, 0.001, 1.5])
def test_a_picture_follows_the_sound(offset: float) -> None:
    assert in_step(offset) == pytest.approx(offset, abs=1e-6)
    assert in_step(offset, reports=5) == pytest.approx(offset, abs=1e-6)


def test_reports_of_different_clocks_are_not_believed() -> None:
    assert in_step(MAX_OFFSET + 1) == 0


def test_later_reports_move_it_gently() -> None:
    sound, picture = Clock(48000), Clock(90000)
    sound.at(0, 50)
    picture.at(0, 50)
    sound.report(NTP, 0)
    picture.report(NTP, 0)
    picture.follow(sound)
    picture.report(NTP + SECOND // 10, 0)  # a report that is 100 ms off
    picture.follow(sound)
    assert 50 < picture.at(0, 50) < 50.02


def test_without_reports_of_both_nothing_changes() -> None:
    sound, picture = Clock(48000), Clock(90000)
    picture.report(NTP, 5)
    picture.follow(sound)
    assert picture.at(0, 50) == 50
    sound.report(0, 5)  # a publisher that does not know the time
    sound.at(0, 51)
    picture.follow(sound)
    assert picture.at(0, 50) == 50
