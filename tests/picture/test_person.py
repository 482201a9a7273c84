"""Who is shown: the steps of kernel/person.c against their meaning, and the stories they were made for."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest

from cyclorama.picture import Compositor, Look
from cyclorama.picture.kernel import Kernel
from tests.picture import reference_person, samples
from tests.picture.samples import Input

if TYPE_CHECKING:
    from numpy.typing import NDArray

pytestmark = pytest.mark.unit

BASE = 1 << 20
WIDTH, HEIGHT = 64, 36


class Solo:
    """The kernel's step with memory of its own."""

    def __init__(self, width: int = WIDTH, height: int = HEIGHT) -> None:
        self.kernel = Kernel()
        self.kernel.reserve(BASE + (1 << 20))
        self.size, self.confidence = (width, height), BASE
        self.state = BASE + 4 * width * height
        self.scratch = self.state + self.kernel.call("person_bytes", width, height)
        self.kernel.call("reset_person", self.state, width, height)

    def __call__(self, confidence: NDArray[np.floating], frames: int = 1) -> NDArray[np.float32]:
        width, height = self.size
        given = self.kernel.view(self.confidence, (height, width), np.float32)
        given[:] = confidence
        self.kernel.call("main_person", self.confidence, width, height, frames, self.state, self.scratch)
        return given.copy()


def disc(x: float, y: float, radius: float, width: int = WIDTH, height: int = HEIGHT) -> NDArray[np.float64]:
    """Somebody, or a hand: sure inside, with a soft edge."""
    row, column = np.mgrid[:height, :width]
    shape: NDArray[np.float64] = np.clip(0.5 + (radius - np.hypot(column + 0.5 - x, row + 0.5 - y)) / 2, 0, 1)
    return shape


def together(*people: NDArray[np.float64]) -> NDArray[np.float64]:
    everybody: NDArray[np.float64] = np.max(people, axis=0)
    return everybody


@pytest.mark.parametrize("size", [(2, 2), (3, 5), (33, 19), (64, 36)])
def test_against_the_reference(size: tuple[int, int]) -> None:
    """Blobs that wander, meet, leave and come back, with specks of noise between them."""
    width, height = size
    random, solo, state = (
        np.random.default_rng(3),
        Solo(width, height),
        reference_person.Person(width, height),
    )
    taken_out = 0
    for i in range(24):
        people = [
            disc(width * (0.5 + 0.04 * np.sin(i)), height * 0.7, width * 0.2, width, height),
            disc(width * (0.06 * i - 0.2), height * 0.6, width * 0.12, width, height),
            disc(width * (0.8 - 0.01 * i), height * 0.3, width * 0.06, width, height),
            np.where(random.random((height, width)) < 0.01, 1, 0.3 * random.random((height, width))),
        ]
        confidence = together(*people).astype(np.float32).astype(np.float64)
        if i in (9, 10):
            confidence *= 0.4
        wanted = reference_person.main_person(confidence, 1 + i % 3, state)
        given = solo(confidence, 1 + i % 3)
        np.testing.assert_allclose(given, wanted, atol=1e-4)
        taken_out += int((given < confidence - 0.2).sum())
    assert min(size) < 19 or taken_out > 100


def test_one_person_stays_as_it_is() -> None:
    solo, person = Solo(), disc(30, 30, 12).astype(np.float32)
    for _ in range(3):
        np.testing.assert_array_equal(solo(person), person)


def test_what_is_near_belongs_to_the_person() -> None:
    """A hand, a finger and a lock of hair, each with a gap between them and the body."""
    body = disc(32, 32, 14)
    near = [disc(12, 28, 3.5), disc(12, 21, 1.6), disc(34, 13, 2.5), disc(50, 22, 3)]
    everything = together(body, *near).astype(np.float32)
    np.testing.assert_array_equal(Solo()(everything), everything)


def test_a_stranger_is_never_seen_and_the_person_stays() -> None:
    """Somebody larger comes in at the side and goes again."""
    solo, me = Solo(), disc(44, 30, 9)
    solo(me)
    for i in range(40):
        stranger = disc(-12 + 22 * np.sin(np.pi * i / 39), 24, 13)
        shown = solo(together(me, stranger))
        assert shown[stranger > me].max(initial=0) < 0.01
        np.testing.assert_array_equal(shown[me > 0.1], me[me > 0.1].astype(np.float32))


def test_a_stranger_who_touches_the_person_in_passing_is_told_from_it() -> None:
    solo, me = Solo(), disc(40, 30, 10)
    solo(me)
    touched = False
    for i in range(40):
        stranger = disc(-8 + 32 * np.sin(np.pi * i / 39), 26, 8)
        both = together(me, stranger)
        shown = solo(both)
        touched |= reference_person.components(both > 0.5).max() == 1
        assert shown[me > 0.9].min() > 0.85
        # at the seam, some pixels are neither's
        assert (shown * (stranger > 0.5) * (me < 0.05)).sum() < 0.1 * stranger.sum()
    assert touched


def test_after_about_a_second_another_takes_over() -> None:
    solo, me, other = Solo(), disc(15, 28, 9), disc(50, 28, 9)
    for _ in range(5):
        shown = solo(together(me, other))
    first, second = (me, other) if shown[28, 15] > 0.5 else (other, me)
    seen = [solo(second)[second > 0.9].min() for _ in range(60)]
    waited = next(i for i, alpha in enumerate(seen) if alpha > 0)
    assert 25 < waited < 40
    assert seen[-1] == 1
    assert np.diff(seen).max() < 0.15  # nobody pops in
    # Whoever comes back finds the place taken.
    assert solo(together(first, second))[first > 0.5].max() == 0


def test_frames_between_two_mattes_count() -> None:
    solo = Solo()
    solo(disc(15, 28, 9))
    waited = 0
    while not solo(disc(50, 28, 9), frames=6).any():
        waited += 1
    assert waited in (4, 5, 6)


def test_solo_can_be_switched_off_and_a_reset_forgets() -> None:
    model = Input(WIDTH, HEIGHT)
    both = together(disc(15, 28, 9), disc(44, 26, 11)).astype(np.float32)
    compositor = Compositor(model, Look(solo=0))
    compositor.take_frame(samples.frame(64, 48))
    compositor.take_matte(both)
    np.testing.assert_array_equal(compositor.matte, both)

    compositor.look = Look(solo=1)
    compositor.reset_matte()
    compositor.take_matte(both)
    assert (compositor.matte[28, 15], compositor.matte[26, 44]) == (0, 1)
    compositor.reset_matte()
    compositor.take_matte(disc(15, 28, 9).astype(np.float32))
    assert compositor.matte[28, 15] == 1
