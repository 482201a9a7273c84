"""The measures of `make quality`, on alphas whose figures can be worked out by hand."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np
import pytest

from bench.quality import metrics

if TYPE_CHECKING:
    from numpy.typing import NDArray

pytestmark = pytest.mark.unit


def disc(
    x: float, y: float = 40, radius: float = 15, size: int = 80, softness: float = 4
) -> NDArray[np.float64]:
    rows, columns = np.mgrid[:size, :size]
    return np.asarray(np.clip(0.5 + (radius - np.hypot(columns - x, rows - y)) / softness, 0, 1))


def test_a_perfect_alpha_has_no_error() -> None:
    true, before = disc(40), disc(38)
    assert metrics.mad(true, true) == metrics.mse(true, true) == 0
    assert metrics.gradient_error(true, true) == 0
    assert metrics.dtssd(true, before, true, before) == 0
    assert metrics.shown(true, np.zeros_like(true)) == 0


def test_differences_count_in_thousandths() -> None:
    true = np.zeros((10, 10))
    alpha = true.copy()
    alpha[0, :5] = 0.4  # 5 of 100 pixels
    assert metrics.mad(alpha, true) == pytest.approx(0.05 * 0.4 * 1000)
    assert metrics.mse(alpha, true) == pytest.approx(0.05 * 0.16 * 1000)


def test_the_gradient_of_a_straight_edge() -> None:
    # Far from the ends of the edge the derivative of a Gaussian gives a bell of the same sigma across it: its
    # height is the sum of the kernel over a half-plane.
    alpha = np.zeros((41, 41))
    alpha[:, 20:] = 1
    away = np.arange(-4, 5)
    bell = np.exp(-(away**2) / (2 * 1.4**2))
    kernel = np.outer(bell, away * bell) / np.sqrt(np.square(np.outer(bell, away * bell)).sum())
    steps = [kernel[:, 4 + start :].sum() for start in range(-4, 5)]
    expected = 41 * float(np.square(steps).sum()) / 1000
    assert metrics.gradient_error(alpha, np.zeros_like(alpha)) == pytest.approx(expected, rel=1e-6)


def test_the_gradient_error_sees_blur_and_not_an_even_offset() -> None:
    true = disc(40, softness=1)
    assert metrics.gradient_error(disc(40, softness=6), true) > 0
    assert metrics.gradient_error(true * 0 + 0.5, true * 0) == pytest.approx(0)


def test_only_what_hangs_together_with_the_person_is_connected() -> None:
    pytest.importorskip("scipy", reason="connected regions are found by SciPy, which comes with make quality")
    true = disc(25, radius=12, softness=0.5)
    assert metrics.connectivity_error(true, true) == 0
    island = true.copy()
    island[60:64, 60:64] = 1
    # The sixteen pixels are outside of the common region at every level.
    assert metrics.connectivity_error(island, true) == pytest.approx(16 / 1000)


def test_small_differences_do_not_disconnect() -> None:
    pytest.importorskip("scipy", reason="connected regions are found by SciPy, which comes with make quality")
    true = np.ones((20, 20))
    assert metrics.connectivity_error(true - 0.04, true) == 0


def test_a_constant_error_does_not_change_over_time_and_flicker_does() -> None:
    true, before = disc(40), disc(38)
    assert metrics.dtssd(true + 0.1, before + 0.1, true, before) == pytest.approx(0)
    assert metrics.dtssd(true + 0.1, before - 0.1, true, before) == pytest.approx(20)


def test_flicker_counts_still_pixels_only() -> None:
    alpha, before = np.zeros((4, 4)), np.zeros((4, 4))
    alpha[0], alpha[3] = 0.5, 0.01
    still = np.ones((4, 4), np.bool_)
    still[0] = False
    assert metrics.flicker(alpha, before, still) == pytest.approx(1000 * 0.01 / 3)
    assert metrics.flicker(alpha, before, np.zeros((4, 4), np.bool_)) == 0


@pytest.mark.parametrize("late", [-1.0, 0.0, 0.5, 1.0, 2.25])
def test_the_lag_of_a_moving_disc(late: float) -> None:
    def at(time: float) -> NDArray[np.float64]:
        return disc(40 + 12 * math.sin(time / 4), softness=8)

    trues = [at(index) for index in range(40)]
    alphas = [at(index - late) for index in range(40)]
    assert metrics.lag(alphas, trues) == pytest.approx(late, abs=0.06)


def test_no_lag_without_motion() -> None:
    still = [disc(40)] * 20
    assert math.isnan(metrics.lag(still, still))
    assert math.isnan(metrics.lag(still[:4], still[:4]))


def test_near_the_edge() -> None:
    true = np.zeros((9, 9))
    true[4, 4] = 0.5
    assert metrics.near_edge(true, 1).sum() == 9
    assert not metrics.near_edge(np.ones((9, 9)), 3).any()


@pytest.mark.parametrize("share", [0.0, 0.25, 1.0])
def test_spill_is_the_share_of_the_room(share: float) -> None:
    chance = np.random.default_rng(0)
    room, background = chance.uniform(0, 1, (2, 12, 12, 3))
    person, alpha = chance.uniform(0, 0.4, (12, 12, 3)), chance.uniform(0, 1, (12, 12, 1))
    exact = person + (1 - alpha) * background
    band = np.ones((12, 12), np.bool_)
    shown = exact + share * (room - background)
    assert metrics.spill(shown, exact, room, background, band) == pytest.approx(100 * share)
    away = exact - 0.5 * (room - background)
    assert metrics.spill(away, exact, room, background, band) == 0


def test_colours_are_compared_as_they_are_seen() -> None:
    band = np.ones((1, 1), np.bool_)

    def difference(one: tuple[float, float, float], other: tuple[float, float, float]) -> float:
        return metrics.colour_error(np.array([[one]]), np.array([[other]]), band)

    assert difference((1, 1, 1), (0, 0, 0)) == pytest.approx(100, abs=0.1)
    assert difference((0.2, 0.4, 0.6), (0.2, 0.4, 0.6)) == 0
    # sRGB red is L* 53.24, a* 80.09, b* 67.20
    assert difference((1, 0, 0), (0, 0, 0)) == pytest.approx(math.hypot(53.24, 80.09, 67.20), abs=0.2)


def test_half_a_stranger_is_shown() -> None:
    stranger = np.zeros((4, 4))
    stranger[:, 2:] = 1
    alpha = np.zeros((4, 4))
    alpha[:2] = 1
    assert metrics.shown(alpha, stranger) == pytest.approx(50)
