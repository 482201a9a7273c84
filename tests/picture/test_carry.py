"""A matte that follows the picture: kernel/carry.c against its meaning, and mattes that come late."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest

from cyclorama.picture import Compositor, Frame, Look
from cyclorama.picture.kernel import Kernel
from tests.picture import reference_carry, samples
from tests.picture.samples import Input

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

pytestmark = pytest.mark.unit

BASE = 1 << 20


class Carrier:
    """Both steps with memory of their own."""

    def __init__(self, width: int, height: int) -> None:
        self.kernel = Kernel()
        self.kernel.reserve(BASE + (1 << 21))
        self.size = width, height
        self.grid = self.kernel.call("flow_down", height), self.kernel.call("flow_across", width)
        plane = 4 * width * height
        self.now, self.then, self.matte, self.carried = (BASE + i * plane for i in range(4))
        self.motions = BASE + 4 * plane
        self.scratch = self.motions + 16 * self.grid[0] * self.grid[1]

    def plane(self, address: int) -> NDArray[np.float32]:
        return self.kernel.view(address, self.size[::-1], np.float32)

    def flow(self, now: Floats, then: Floats) -> tuple[NDArray[np.float32], float]:
        self.plane(self.now)[:], self.plane(self.then)[:] = now, then
        share = self.kernel.call("flow", self.now, self.then, *self.size, self.motions, self.scratch)
        return self.kernel.view(self.motions, (*self.grid, 4), np.float32).copy(), float(share)

    def carry(self, matte: Floats) -> NDArray[np.float32]:
        self.plane(self.matte)[:] = matte
        self.kernel.call("carry", self.matte, self.then, self.now, self.motions, *self.size, self.carried)
        return self.plane(self.carried).copy()


def scene(width: int, height: int, x: float, y: float, light: float = 0) -> tuple[Floats, Floats]:
    """Luma and matte of a patterned disc before a patterned wall, with a thumbnail's noise."""
    row, column = np.mgrid[:height, :width].astype(float)
    wall = 110 + 25 * np.sin(column * 0.5) * np.cos(row * 0.4)
    person = 150 + 40 * np.sin((column - x) * 0.7) * np.sin((row - y) * 0.6 + 1)
    matte = np.clip(0.5 + (0.3 * height - np.hypot(column - x, row - y)) / 2, 0, 1)
    noise = np.random.default_rng(int(x * 10)).normal(0, 0.7, (height, width))
    luma = matte * person + (1 - matte) * wall + light + noise
    return luma.astype(np.float32).astype(float), matte.astype(np.float32).astype(float)


@pytest.mark.parametrize("size", [(2, 2), (3, 5), (33, 19), (64, 36)])
@pytest.mark.parametrize("move", [(0.0, 0.0), (2.5, -1.0)])
def test_against_the_reference(size: tuple[int, int], move: tuple[float, float]) -> None:
    width, height = size
    then, matte = scene(width, height, width * 0.5, height * 0.5)
    now, _ = scene(width, height, width * 0.5 + move[0], height * 0.5 + move[1], 6)
    carrier = Carrier(width, height)
    motions, share = carrier.flow(now, then)
    wanted, wanted_share = reference_carry.flow(now, then)
    np.testing.assert_allclose(motions, wanted, atol=0.01)
    assert share == pytest.approx(wanted_share)
    np.testing.assert_allclose(
        carrier.carry(matte), reference_carry.carry(matte, then, now, wanted), atol=0.005
    )


@pytest.mark.parametrize("move", [(1.5, 0.0), (6.0, 3.0), (-14.0, 5.0)])
@pytest.mark.parametrize("light", [0.0, 15.0])
def test_the_matte_follows(move: tuple[float, float], light: float) -> None:
    """Most of the error that a held matte has is gone, in other light too."""
    then, matte = scene(128, 72, 64, 36)
    now, truth = scene(128, 72, 64 + move[0], 36 + move[1], light)
    carrier = Carrier(128, 72)
    carrier.flow(now, then)
    carried = carrier.carry(matte)
    assert np.abs(carried - truth).mean() < 0.35 * np.abs(matte - truth).mean()


def test_noise_and_light_are_no_motion() -> None:
    then, matte = scene(128, 72, 64, 36)
    again = then + np.random.default_rng(1).normal(0, 1, then.shape) + 20
    carrier = Carrier(128, 72)
    motions, share = carrier.flow(again, then)
    assert not motions[..., :2].any()
    assert share == 0
    np.testing.assert_array_equal(carrier.carry(matte), matte)


MODEL = Input(128, 72)


def frame(x: float) -> tuple[Frame, NDArray[np.float32]]:
    """A grey frame of the model's own size, and its matte."""
    luma, matte = scene(MODEL.width, MODEL.height, x, 36)
    grey = np.full((36, 64), 128, np.uint8)
    return Frame((luma.clip(0, 255).astype(np.uint8), grey, grey)), matte.astype(np.float32)


def error(compositor: Compositor, matte: NDArray[np.float32]) -> float:
    return float(np.abs(compositor.matte - matte).mean())


def test_a_matte_is_carried_to_frames_without_one() -> None:
    compositor = Compositor(MODEL, Look(solo=0))
    picture, first = frame(50)
    compositor.take_frame(picture)
    compositor.take_matte(first)
    for x in (52, 54, 56, 58):
        picture, truth = frame(x)
        compositor.take_frame(picture)
        compositor.carry_matte()
        assert error(compositor, truth) < 0.35 * np.abs(first - truth).mean()


def test_an_answer_that_comes_late_is_for_the_frame_that_was_sent() -> None:
    compositor = Compositor(MODEL, Look(solo=0))
    sent, answer = frame(50)
    compositor.take_frame(sent)
    compositor.send_frame()
    for x in (52, 54):
        compositor.take_frame(frame(x)[0])
        compositor.carry_matte()
        assert not compositor.matte.any()  # there is none to carry
    compositor.take_matte(answer)
    assert error(compositor, frame(54)[1]) < 0.35 * error(compositor, answer)
    # The next answer, with nothing sent, is for the last frame again.
    last, truth = frame(60)
    compositor.take_frame(last)
    compositor.reset_matte()
    compositor.take_matte(truth)
    np.testing.assert_array_equal(compositor.matte, truth)


def test_another_picture_has_no_matte() -> None:
    """After a cut the background comes alone, not the room in the shape of who was there."""
    compositor = Compositor(MODEL, Look(solo=0))
    compositor.set_colour(0, 0, 255)
    picture, matte = frame(50)
    compositor.take_frame(picture)
    compositor.take_matte(matte)
    other = np.random.default_rng(4).integers(0, 256, (9, 16)).astype(np.uint8).repeat(8, 0).repeat(8, 1)
    compositor.take_frame(Frame((other, *picture.planes[1:])))
    compositor.carry_matte()
    alone = [plane.copy() for plane in compositor.background_alone().planes]
    for given, wanted in zip(compositor.composite().planes, alone, strict=True):
        np.testing.assert_array_equal(given, wanted)


def test_a_late_answer_is_judged_by_its_own_frame() -> None:
    """What has the room's colour is room, also where the model is unsure and slow."""
    model, frame = Input(), samples.frame(64, 48)
    quick, slow = (Compositor(model, Look(solo=0)) for _ in range(2))
    room = np.zeros((model.height, model.width), np.float32)
    for answer in [room] * 12 + [room + 0.5]:
        for compositor in (quick, slow):
            compositor.take_frame(frame)
            if compositor is slow:
                compositor.send_frame()
                compositor.take_frame(frame)
            compositor.take_matte(answer)
    assert quick.matte.max() < 0.2
    np.testing.assert_allclose(slow.matte, quick.matte, atol=0.01)
