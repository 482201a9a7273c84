"""Mattes that know what comes: steadier, in their places, and never of another scene."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

import numpy as np
import pytest
from tests.picture.test_carry import scene

from cyclorama.live.replace.ahead import Ahead
from cyclorama.live.replace.hdr import squeezed
from cyclorama.live.replace.smoothing import REACH, Smoother

if TYPE_CHECKING:
    from collections.abc import Generator

    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

pytestmark = pytest.mark.unit

WIDTH, HEIGHT = 64, 36


def smoothed(lumas: list[Floats], mattes: list[Floats]) -> list[NDArray[np.float32]]:
    smoother: Smoother[int] = Smoother(WIDTH, HEIGHT)
    out = []
    for number, (luma, matte) in enumerate(zip(lumas, mattes, strict=True)):
        out += list(smoother.add(luma.astype(np.float32), matte.astype(np.float32), number))
    out += list(smoother.finish())
    assert [number for number, _ in out] == list(range(len(lumas)))
    return [matte for _, matte in out]


@pytest.mark.parametrize("step", [0.0, 2.0])
def test_what_flickers_becomes_steady_also_where_it_moves(step: float) -> None:
    scenes = [scene(WIDTH, HEIGHT, 20 + step * i, 18) for i in range(12)]
    random = np.random.default_rng(1)
    # between .3 and .7, so that noise is not cut off
    trues = [0.3 + 0.4 * matte for _, matte in scenes]
    noisy = [true + random.normal(0, 0.08, true.shape) for true in trues]
    given = smoothed([luma for luma, _ in scenes], noisy)
    before = np.mean([np.abs(a - true).mean() for a, true in zip(noisy, trues, strict=True)])
    after = np.mean([np.abs(a - true).mean() for a, true in zip(given, trues, strict=True)])
    assert after < 0.65 * before


def test_nothing_is_late_and_nothing_is_early() -> None:
    scenes = [scene(WIDTH, HEIGHT, 16 + 3 * i, 18) for i in range(10)]
    given = smoothed([luma for luma, _ in scenes], [matte for _, matte in scenes])
    for number in range(REACH, 10 - REACH):
        errors = [np.abs(given[number] - scenes[number + shift][1]).mean() for shift in (-1, 0, 1)]
        assert np.argmin(errors) == 1


def test_a_cut_lets_nothing_through() -> None:
    random = np.random.default_rng(2)
    one, other = (255 * random.random((HEIGHT, WIDTH)) for _ in range(2))
    person, nobody = np.ones((HEIGHT, WIDTH)), np.zeros((HEIGHT, WIDTH))
    given = smoothed([one] * 5 + [other] * 5, [person] * 5 + [nobody] * 5)
    assert min(matte.min() for matte in given[:5]) > 0.999
    assert max(matte.max() for matte in given[5:]) < 0.001


@pytest.mark.parametrize("count", [1, 2, REACH, REACH + 1, 2 * REACH + 1])
def test_short_recordings(count: int) -> None:
    luma, matte = scene(WIDTH, HEIGHT, 30, 18)
    for given in smoothed([luma] * count, [matte] * count):
        np.testing.assert_allclose(given, matte, atol=1e-5)


def test_work_ahead_hands_its_error_on() -> None:
    def work() -> Generator[int]:
        yield 1
        raise ZeroDivisionError

    with Ahead(work(), 2, "test") as results:
        assert next(results) == 1
        with pytest.raises(ZeroDivisionError):
            next(results)


def test_work_ahead_ends_when_nobody_wants_more() -> None:
    ended = threading.Event()

    def work() -> Generator[int]:
        try:
            while True:
                yield 1
        finally:
            ended.set()

    with Ahead(work(), 2, "test") as results:
        assert next(results) == 1
    assert ended.is_set()


def test_bright_light_is_squeezed_and_stays_in_order() -> None:
    light = np.linspace(0, 20, 500, dtype=np.float32)
    given = squeezed(light)
    np.testing.assert_allclose(given[light < 0.6], light[light < 0.6])
    assert (np.diff(given) > 0).all()
    assert given.max() < 1
