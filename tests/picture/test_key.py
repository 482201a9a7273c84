"""A real screen: kernel/key.c against its meaning, before a composed one, and where there is none."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import pytest

from cyclorama.picture import Compositor, Format, Frame, Look, Matrix
from tests.picture import reference, reference_key, samples
from tests.picture.reference import Coding
from tests.picture.samples import Input

if TYPE_CHECKING:
    from numpy.typing import NDArray

pytestmark = pytest.mark.unit

GREEN, BLUE = (30, 170, 70), (30, 60, 190)
MODEL = Input(64, 36)


def look(colour: tuple[int, int, int], **fields: float) -> Look:
    red, green, blue = colour
    return Look(key=1, key_red=red, key_green=green, key_blue=blue, **fields)


def codes(colour: tuple[int, int, int], coding: Coding) -> NDArray[np.float64]:
    return np.floor(reference.rgb_to_yuv(np.array(colour, np.float64), coding) + 0.5)


def alpha_of(compositor: Compositor) -> NDArray[np.float64]:
    """What of a white and of a black background does not show."""
    seen = []
    for level in (0, 255):
        compositor.set_colour(level, level, level)
        seen.append(compositor.composite().planes[0].astype(float))
    shown: NDArray[np.float64] = 1 - (seen[1] - seen[0]) / 219
    return shown


def before_screen(
    size: tuple[int, int],
    colour: tuple[int, int, int],
    kind: Format = Format.I420,
    coding: Coding | None = None,
) -> Frame:
    coding = coding or Coding()
    return samples.before_screen(samples.frame(*size, kind, coding), codes(colour, coding))


@pytest.mark.parametrize("size", [(64, 48), (127, 33), (641, 479)])
@pytest.mark.parametrize("kind", [Format.I420, Format.NV12])
@pytest.mark.parametrize(("colour", "coding"), [(GREEN, Coding()), (BLUE, Coding(Matrix.BT709, True))])
def test_against_the_reference(
    size: tuple[int, int], kind: Format, colour: tuple[int, int, int], coding: Coding
) -> None:
    """The plate has sixteenths of codes, alpha 8 bits; and luma at an edge is brought out threefold."""
    frame, wish = before_screen(size, colour, kind, coding), look(colour)
    matte = samples.person(MODEL, softness=0.3)
    compositor = Compositor(MODEL, wish)
    compositor.set_colour(200, 60, 160)
    compositor.take_frame(frame)
    compositor.take_matte(matte)
    assert compositor.keyed
    planes = samples.planes(frame)
    small = reference.thumbnail(planes, MODEL.width, MODEL.height)
    there, plate, where = reference_key.look_for_screen(
        small, compositor.matte.astype(np.float64), codes(colour, coding), used=False
    )
    assert there
    alpha, clean = reference_key.key(planes, plate, where, wish)
    assert 0.15 < alpha.mean() < 0.6
    behind = reference.rgb_to_planes(np.full((size[1], size[0], 3), [200.0, 60, 160]), coding)
    wanted = reference_key.blend(clean, alpha, behind, wish)
    given = samples.planes(compositor.composite())
    for a, b in zip(given, wanted, strict=True):
        assert np.abs(a - b).max() < 6
        assert np.abs(a - b).mean() < 0.6


def test_the_frame_stays_as_it_is_and_so_does_a_person_without_spill() -> None:
    frame = before_screen((128, 72), GREEN)
    before = [plane.copy() for plane in frame.planes]
    compositor = Compositor(MODEL, look(GREEN))
    compositor.set_colour(255, 255, 255)
    compositor.take_frame(frame)
    compositor.take_matte(samples.person(MODEL, softness=0.3))
    once = [plane.copy() for plane in compositor.composite().planes]
    for given, wanted in zip(compositor.composite().planes, once, strict=True):
        np.testing.assert_array_equal(given, wanted)
    compositor.set_none()
    for given, wanted in zip(compositor.background_alone().planes, before, strict=True):
        np.testing.assert_array_equal(given, wanted)
    middle = np.s_[50:70, 58:70]
    np.testing.assert_array_equal(once[0][middle], before[0][middle])


def test_shadows_and_light_on_the_screen_are_screen() -> None:
    """Uneven light from 55 to 105 percent, and noise as of a webcam."""
    size, coding = (256, 144), Coding()
    light = (
        0.8 + 0.25 * np.sin(np.linspace(0, 5, size[0]))[None, :] * np.cos(np.linspace(0, 3, size[1]))[:, None]
    )
    rgb = np.array(GREEN, np.float64) * light[..., None]
    planes = reference.rgb_to_planes(rgb, coding)
    random = np.random.default_rng(2)
    y, u, v = (np.clip(p + random.normal(0, 3, p.shape), 16, 240).astype(np.uint8) for p in planes)
    model = replace(MODEL, width=256, height=144)
    large = samples.person(model, softness=0.1) > 0.5
    small = large[::2, ::2]
    y[large], u[small], v[small] = 120, 120, 150
    compositor = Compositor(MODEL, look(GREEN))
    compositor.take_frame(Frame((y, u, v)))
    compositor.take_matte(samples.person(MODEL, softness=0.2))
    alpha = alpha_of(compositor)
    assert compositor.keyed
    assert alpha[samples.person(model, softness=0.3) == 1].min() > 0.97
    beside = alpha[samples.person(model, softness=0.3) == 0]
    assert np.quantile(beside, 0.999) < 0.1
    assert beside.mean() < 0.002


def test_without_a_screen_the_models_matte_is_used() -> None:
    matte = samples.person(MODEL, softness=0.3)
    seen = []
    for wish in (look(GREEN), Look(key=0)):
        compositor = Compositor(MODEL, wish)
        compositor.set_colour(0, 0, 255)
        compositor.take_frame(samples.frame(128, 72))
        compositor.take_matte(matte)
        assert not compositor.keyed
        seen.append(compositor.composite().planes[0].copy())
    np.testing.assert_array_equal(seen[0], seen[1])


@pytest.mark.parametrize("matte", [np.zeros((36, 64), np.float32), samples.person(MODEL, softness=0.3)])
def test_beyond_the_reach_of_the_person_the_room_is_not_shown(matte: NDArray[np.float32]) -> None:
    """The screen ends at the left; nobody there is known to the model."""
    frame = before_screen((128, 72), GREEN)
    y, u, v = (plane.copy() for plane in frame.planes)
    y[:, :10], u[:, :5], v[:, :5] = 235, 128, 128
    compositor = Compositor(MODEL, look(GREEN))
    compositor.take_frame(Frame((y, u, v)))
    compositor.take_matte(matte)
    assert alpha_of(compositor)[:20, :6].max() == 0


def test_the_screen_goes_and_the_key_with_it() -> None:
    compositor = Compositor(MODEL, look(GREEN))
    matte = samples.person(MODEL, softness=0.3)
    states = []
    for frame in (before_screen((128, 72), GREEN), samples.frame(128, 72), before_screen((128, 72), GREEN)):
        compositor.take_frame(frame)
        compositor.take_matte(matte)
        states.append(compositor.keyed)
    assert states == [True, False, True]
    compositor.reset_matte()
    assert not compositor.keyed


def test_a_colour_without_chroma_is_no_screen() -> None:
    compositor = Compositor(MODEL, look((128, 128, 128)))
    grey = np.full((36, 64), 128, np.uint8)
    compositor.take_frame(Frame((np.full((72, 128), 126, np.uint8), grey, grey)))
    compositor.take_matte(samples.person(MODEL))
    assert not compositor.keyed


@pytest.mark.parametrize("coding", [Coding(), Coding(Matrix.BT709, True)])
@pytest.mark.parametrize("colour", [GREEN, BLUE])
def test_the_screens_colour_is_found(colour: tuple[int, int, int], coding: Coding) -> None:
    compositor = Compositor(MODEL)
    compositor.take_frame(before_screen((128, 72), colour, Format.NV12, coding))
    found = compositor.screen_colour()
    assert found is not None
    assert np.abs(np.subtract(found, colour)).max() < 12


def test_a_room_has_no_screens_colour() -> None:
    compositor = Compositor(MODEL)
    grey = np.full((36, 64), 131, np.uint8)
    compositor.take_frame(Frame((np.full((72, 128), 126, np.uint8), grey, grey)))
    assert compositor.screen_colour() is None
