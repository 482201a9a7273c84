"""Sound stays at its times, for hours: simulated, in virtual time."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cyclorama.live import Sound
from cyclorama.live.drift import Drift

pytestmark = pytest.mark.unit

RATE = 8000
PIECE = 800


def piece(number: int, size: int = PIECE) -> Sound:
    """A tone of 100 Hz in two channels, one the other's opposite."""
    tone = np.sin(2 * np.pi * 100 * (number * size + np.arange(size)) / RATE).astype(np.float32)
    return Sound(np.stack([tone, -tone], -1), RATE, number * size, Fraction(1, RATE))


def test_sound_in_time_passes_untouched() -> None:
    drift = Drift()
    for number in range(50):
        given = piece(number)
        got = drift.follow(given, Fraction(number, 10) + 7)
        assert got is not None
        assert got.samples is given.samples
        assert got.seconds == 7 + number / 10
    assert drift.offset == 0


@pytest.mark.parametrize("speed", [-500e-6, 100e-6])
def test_an_hour_stays_within_20_ms(speed: float) -> None:
    """A sound card that is off by up to 0.05 %, with times that tremble by 5 ms."""
    drift, random = Drift(), np.random.default_rng(3)
    given, written, worst = piece(0), 0, 0.0
    for number in range(36_000):
        true = 100 + number / 10 * (1 + speed)
        got = drift.follow(given, Fraction(round((true + random.normal(0, 0.005)) * 1e6), 1_000_000))
        assert got is not None
        if written:
            assert got.pts == written, "the samples have no gap"
        written = got.pts + len(got.samples)
        if number > 100:
            worst = max(worst, abs(got.seconds - true))
    assert worst < 0.015


def test_corrected_sound_has_no_click() -> None:
    drift, heard = Drift(), []
    for number in range(600):
        got = drift.follow(piece(number), Fraction(round(number * 100_300), 1_000_000))
        assert got is not None
        heard.append(got.samples)
    samples = np.concatenate(heard)
    assert abs(len(samples) / 600 / PIECE - 1.003) < 0.0007
    smooth = np.sin(2 * np.pi * 100 * np.arange(4000) / RATE)
    usual = np.abs(np.diff(smooth, 2)).max()
    assert np.abs(np.diff(samples[:, 0], 2)).max() < 1.3 * usual
    assert (samples[:, 0] == -samples[:, 1]).all()


def test_a_gap_stays_a_gap_and_what_overlaps_is_left_out() -> None:
    drift = Drift()
    drift.follow(piece(0), Fraction(0))
    later = drift.follow(piece(1), Fraction(5))
    assert later is not None
    assert later.seconds == 5
    assert drift.follow(piece(2), Fraction(3)) is None
    partly = drift.follow(piece(3, 4000), Fraction(49, 10))
    assert partly is not None
    assert partly.pts == RATE * 51 // 10
    assert len(partly.samples) == 4000 - RATE * 2 // 10


def test_silence_fills_what_is_missing() -> None:
    drift = Drift()
    assert drift.silence(Fraction(1)) is None
    drift.follow(piece(0), Fraction(0))
    quiet = drift.silence(Fraction(1, 2))
    assert quiet is not None
    assert (quiet.seconds, len(quiet.samples), quiet.samples.shape[1]) == (0.1, 3200, 2)
    assert not quiet.samples.any()
    assert drift.silence(Fraction(1, 2)) is None
    again = drift.follow(piece(1), Fraction(1, 2))
    assert again is not None
    assert again.seconds == 0.5
    long = drift.silence(Fraction(3600))
    assert long is not None
    assert len(long.samples) == RATE, "an hour is not made at once"


def test_another_rate_goes_on_where_the_first_ended() -> None:
    drift = Drift()
    drift.follow(piece(0), Fraction(0))
    other = Sound(np.zeros((441, 1), np.float32), 44_100, 0, Fraction(1, 44_100))
    got = drift.follow(other, Fraction(1, 20))
    assert got is not None
    assert got.seconds == pytest.approx(0.1)
    assert got.rate == 44_100


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(st.integers(0, 900), st.floats(-3, 3)), max_size=30))
def test_samples_never_go_back_and_never_grow(pieces: list[tuple[int, float]]) -> None:
    drift, end, now = Drift(), None, 10.0
    for count, off in pieces:
        sound = Sound(np.ones((count, 1), np.float32), RATE, 0, Fraction(1, RATE))
        got = drift.follow(sound, Fraction(round((now + off) * 1000), 1000))
        now += count / RATE
        if got is not None:
            assert end is None or got.pts >= end
            assert abs(len(got.samples) - count) <= 5 or len(got.samples) < count
            end = got.pts + len(got.samples)
