"""A person before nothing: colours and alpha, and never the room."""

from __future__ import annotations

import numpy as np
import pytest

from cyclorama.picture import Compositor, Format, Frame, Look
from tests.picture import compositing, reference, samples
from tests.picture.reference import Coding
from tests.picture.samples import CODINGS, SIZES, Input
from tests.picture.test_kernel import Memory

pytestmark = pytest.mark.unit

formats = pytest.mark.parametrize("format", [Format.I420, Format.NV12])
sizes = pytest.mark.parametrize("size", SIZES[:4])


def cut_out(
    frame: Frame,
    look: Look | None = None,
    model: Input = Input(),  # noqa: B008 (frozen)
    softness: float = 1,
) -> Frame:
    compositor = Compositor(model, look)
    compositor.set_transparent()
    compositor.take_frame(frame)
    compositor.take_matte(samples.person(model, softness=softness))
    return compositor.composite()


@formats
@pytest.mark.parametrize("coding", CODINGS)
@sizes
def test_is_what_the_reference_says(size: tuple[int, int], format: Format, coding: Coding) -> None:  # noqa: A002
    """Alpha's rounding counts sixteenfold where there is little of the person."""
    frame, matte = samples.frame(*size, format, coding), samples.person(Input()).astype(np.float64)
    given = cut_out(frame)
    planes, alpha = compositing.cut_out(samples.planes(frame), matte, Look(), coding)
    assert given.alpha is not None
    assert np.abs(given.alpha - alpha).max() < 3.5
    assert samples.farthest(given, planes) < 12


@formats
def test_over_a_colour_it_is_what_the_kernel_puts_there(format: Format) -> None:  # noqa: A002
    frame = samples.frame(127, 33, format)
    given = cut_out(frame)
    compositor = Compositor(Input())
    compositor.set_colour(10, 200, 30)
    compositor.take_frame(frame)
    compositor.take_matte(samples.person(Input()))
    assert given.alpha is not None
    share = given.alpha / 255
    weights = [share, reference.halves(share), reference.halves(share)]
    green = reference.rgb_to_planes(np.full((33, 127, 3), [10.0, 200, 30]), Coding())
    over = [reference.mix(f, b, w) for f, b, w in zip(samples.planes(given), green, weights, strict=True)]
    assert samples.farthest(compositor.composite(), (over[0], over[1], over[2])) < 6


@pytest.mark.parametrize("look", [Look(), Look(despill=0), Look(scale=0.6, x=0.2, mirror=1)])
def test_colours_beside_the_person_are_theirs_or_black(look: Look) -> None:
    """A room of white and red; a grey person, in whom nothing is red."""
    width, height = 256, 144
    y = np.full((height, width), 235, np.uint8)
    u, v = (np.full((height // 2, width // 2), code, np.uint8) for code in (100, 220))
    person = samples.person(Input(256, 144)) > 0.5
    y[person], u[person[::2, ::2]], v[person[::2, ::2]] = 60, 128, 128
    given = cut_out(Frame((y, u, v)), look, Input(128, 72), softness=0.1)
    assert given.alpha is not None
    luma, _, red = given.planes
    outside = given.alpha == 0
    assert outside.mean() > 0.4
    assert luma[outside].max() < 90
    assert red[reference.halves(given.alpha.astype(np.float64)) == 0].max() < 150
    far = outside & (np.abs(np.arange(width) - width * (0.5 + look.x)) > 0.45 * width)[None, :]
    assert (luma[far] == 16).all()


def test_no_matte_is_nothing_at_all() -> None:
    compositor = Compositor(Input())
    compositor.set_transparent()
    compositor.take_frame(samples.frame(64, 48))
    empty = compositor.composite()
    assert empty.alpha is not None
    assert not empty.alpha.any()
    assert (empty.planes[0] == 16).all()
    compositor.take_matte(samples.person(Input()))
    assert compositor.composite().alpha.max() == 255  # type: ignore[union-attr]
    alone = compositor.background_alone()
    assert alone.alpha is not None
    assert not alone.alpha.any()
    assert (alone.planes[0] == 16).all()


def test_there_is_no_crossfade_and_then_a_picture_again() -> None:
    compositor = Compositor(Input())
    compositor.set_colour(0, 0, 0)
    compositor.take_frame(samples.frame(64, 48))
    compositor.take_matte(samples.person(Input()))
    assert compositor.composite().alpha is None
    compositor.set_transparent()
    half = compositor.composite(0.5)
    assert half.alpha is not None
    kept = half.alpha.copy()
    whole = compositor.composite(1)
    assert whole.alpha is not None
    np.testing.assert_array_equal(kept, whole.alpha)
    compositor.set_colour(255, 255, 255)
    white = compositor.composite(0.5)
    assert white.alpha is None
    assert white.planes[0][0, 0] == 235


def test_a_green_screen_gives_its_own_alpha() -> None:
    green = np.floor(reference.rgb_to_yuv(np.array([30.0, 170, 70]), Coding()) + 0.5)
    frame = samples.before_screen(samples.frame(64, 36), green)
    given = cut_out(frame, Look(key=1, key_red=30, key_green=170, key_blue=70))
    assert given.alpha is not None
    assert given.alpha[0, 0] == 0
    assert given.alpha[-1, 32] == 255


def test_beyond() -> None:
    memory, count = Memory(), 40
    random = np.random.default_rng(1)
    colours = random.integers(0, 4000, (3, count)).astype(np.int16)
    rim = np.linspace(0, 16400, count).astype(np.int16)
    out = memory.take(6 * count)
    memory.kernel.call("beyond", memory.array(colours), memory.array(rim), count, 16.0, out)
    given = memory.kernel.view(out, (3, count), np.int16)
    near = np.clip((1 - rim / 16384 - compositing.NOBODY) * compositing.FALL, 0, 1)
    dark = 16 * np.array([[16], [128], [128]])
    np.testing.assert_allclose(given, dark + (colours - dark) * near, atol=0.51)
    memory.check()
