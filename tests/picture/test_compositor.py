"""Frames through the whole compositor, against the float64 reference."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest

from cyclorama.errors import InvalidRequest
from cyclorama.picture import Compositor, Format, Frame, Look, Matrix
from tests.picture import compositing, reference, samples
from tests.picture.reference import Coding
from tests.picture.samples import CODINGS, SIZES, Input

pytestmark = pytest.mark.unit

PLANAR = [Format.I420, Format.NV12]


def ones(model: Input) -> np.ndarray[tuple[int, int], np.dtype[np.float32]]:
    return np.ones((model.height, model.width), np.float32)


@pytest.mark.parametrize("coding", CODINGS)
@pytest.mark.parametrize("format", PLANAR)
@pytest.mark.parametrize("size", SIZES)
def test_model_input(size: tuple[int, int], format: Format, coding: Coding) -> None:  # noqa: A002
    """Weights of 8 bits: within 2 levels of 255."""
    model = Input(mean=127.5, scale=127.5)
    frame = samples.frame(*size, format, coding)
    small = reference.thumbnail(samples.planes(frame), model.width, model.height)
    wanted = reference.model_input(small, coding, model.mean, model.scale)
    given = Compositor(model).take_frame(frame)
    assert given.shape == (model.height, model.width, 3)
    assert np.abs(given - wanted).max() < 2 / model.scale


@pytest.mark.parametrize("format", [Format.RGBA, Format.BGRA])
@pytest.mark.parametrize("coding", CODINGS)
@pytest.mark.parametrize("size", SIZES)
def test_frames_of_rgb(size: tuple[int, int], coding: Coding, format: Format) -> None:  # noqa: A002
    frame = samples.frame(*size, format, coding)
    compositor = Compositor(Input())
    compositor.set_none()
    compositor.take_frame(frame)
    result = compositor.composite()
    assert result.format is Format.I420
    assert samples.farthest(result, reference.rgb_to_planes(samples.rgb(frame), coding)) < 0.51


@pytest.mark.parametrize("format", PLANAR)
@pytest.mark.parametrize("size", SIZES)
def test_composite(size: tuple[int, int], format: Format) -> None:  # noqa: A002
    """Alpha, places and the thumbnail that colours of an edge come from have 8 bits: within 3 codes."""
    model, frame, look = Input(), samples.frame(*size, format), Look()
    background = samples.frame(*size, format, seed=7)
    matte = samples.person(model)
    compositor = Compositor(model)
    compositor.set_none()
    compositor.take_frame(background)
    compositor.set_colour(10, 200, 30)
    compositor.take_frame(frame)
    compositor.take_matte(matte)
    result = compositor.composite()
    green = reference.rgb_to_planes(np.full((size[1], size[0], 3), [10.0, 200, 30]), Coding())
    wanted = compositing.blend(samples.planes(frame), green, matte.astype(np.float64), look)
    assert samples.farthest(result, wanted) < 3


@pytest.mark.parametrize("format", PLANAR)
@pytest.mark.parametrize("size", SIZES)
def test_alpha_0_is_the_background_and_alpha_1_the_person(size: tuple[int, int], format: Format) -> None:  # noqa: A002
    """Where no light falls: the person covers the whole frame, or nothing of it."""
    model, frame = Input(), samples.frame(*size, format)
    compositor = Compositor(model, Look(match=0))
    compositor.set_picture(samples.picture(100, 80))
    compositor.take_frame(frame)
    background = [plane.copy() for plane in compositor.background_alone().planes]

    compositor.take_matte(0.3 * ones(model))
    for given, wanted in zip(compositor.composite().planes, background, strict=True):
        np.testing.assert_array_equal(given, wanted)

    compositor.reset_matte()
    compositor.take_matte(0.9 * ones(model))
    for given, wanted in zip(compositor.composite().planes, frame.planes, strict=True):
        np.testing.assert_array_equal(given, wanted)


def test_no_matte_shows_the_background_alone_whatever_the_levels() -> None:
    compositor = Compositor(Input(), Look(softness=1))
    compositor.set_colour(0, 0, 255)
    compositor.take_frame(samples.frame(64, 48))
    first = [plane.copy() for plane in compositor.background_alone().planes]
    for given, wanted in zip(compositor.composite().planes, first, strict=True):
        np.testing.assert_array_equal(given, wanted)
    compositor.take_matte(ones(Input()))
    assert not np.array_equal(compositor.composite().planes[0], first[0])
    compositor.reset_matte()
    for given, wanted in zip(compositor.composite().planes, first, strict=True):
        np.testing.assert_array_equal(given, wanted)


def test_before_a_backdrop_there_is_black() -> None:
    compositor = Compositor(Input())
    compositor.take_frame(samples.frame(6, 4))
    y, u, v = compositor.composite().planes
    assert (y == 16).all()
    assert (u == 128).all()
    assert (v == 128).all()


@pytest.mark.parametrize("coding", CODINGS)
@pytest.mark.parametrize("format", PLANAR)
@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("source", [(1, 1), (90, 200), (333, 90), (640, 480)])
def test_backdrop_covers(
    source: tuple[int, int],
    size: tuple[int, int],
    format: Format,  # noqa: A002
    coding: Coding,
) -> None:
    """Weights of 8 bits, then a byte: within 2 codes."""
    picture = samples.picture(*source, channels=4)
    compositor = Compositor(Input())
    compositor.take_frame(samples.frame(*size, format, coding))
    compositor.set_picture(picture)
    fitted = reference.cover(picture[..., :3].astype(np.float64), *size)
    assert samples.farthest(compositor.composite(), reference.rgb_to_planes(fitted, coding)) < 2


def test_a_picture_of_the_frames_size_stays_as_it_is() -> None:
    picture = samples.picture(64, 48)
    compositor = Compositor(Input())
    compositor.take_frame(samples.frame(64, 48))
    compositor.set_picture(picture)
    wanted = reference.rgb_to_planes(picture.astype(np.float64), Coding())
    assert samples.farthest(compositor.composite(), wanted) < 0.51


@pytest.mark.parametrize("coding", CODINGS)
@pytest.mark.parametrize("size", SIZES)
def test_a_video_moves_behind_the_person_without_a_crossfade(size: tuple[int, int], coding: Coding) -> None:
    compositor = Compositor(Input(), Look(contain=1))
    compositor.take_frame(samples.frame(*size, Format.I420, coding))
    compositor.set_colour(0, 0, 0)
    black = compositor.composite().planes[0].copy()
    compositor.set_video(samples.frame(70, 40, Format.NV12, seed=1))
    for seed, source in [(2, (70, 40)), (3, (41, 90))]:
        frame = samples.frame(*source, Format.I420, Coding(Matrix.BT709), seed)
        compositor.set_video_frame(frame)
        wanted = reference.fit(samples.planes(frame), *size, coding, compositor.look, Coding(Matrix.BT709))
        assert samples.farthest(compositor.composite(), wanted) < 4.5
        np.testing.assert_array_equal(compositor.composite(0).planes[0], black)


def test_the_fit_can_change_while_a_picture_is_shown() -> None:
    picture = samples.picture(90, 20)
    compositor = Compositor(Input())
    compositor.take_frame(samples.frame(64, 48))
    compositor.set_picture(picture)
    for look in [Look(), Look(focus_x=0.1), Look(contain=1), Look(focus_x=0.9)]:
        compositor.look = look
        wanted = reference.fit(picture.astype(np.float64), 64, 48, Coding(), look, Coding())
        assert samples.farthest(compositor.composite(), wanted) < 2
    compositor.set_colour(1, 2, 3)
    before = compositor.composite().planes[0].copy()
    compositor.look = Look(contain=1)
    np.testing.assert_array_equal(compositor.composite().planes[0], before)


def test_a_change_of_the_fit_keeps_what_a_fade_began_with() -> None:
    compositor = Compositor(Input())
    compositor.take_frame(samples.frame(64, 48))
    compositor.set_colour(255, 255, 255)
    compositor.composite()
    compositor.set_picture(samples.picture(90, 20))
    compositor.look = Look(focus_x=0)
    assert (compositor.composite(0).planes[0] == 235).all()


@pytest.mark.parametrize("size", [(160, 90), (90, 160), (120, 90)])
def test_a_circle_stays_a_circle(size: tuple[int, int]) -> None:
    """Cover never stretches: as wide as it is high, and in the middle."""
    y, x = np.mgrid[:300, :500]
    disc = np.where(np.hypot(x - 249.5, y - 149.5) < 60, 255, 0).astype(np.uint8)
    compositor = Compositor(Input())
    compositor.take_frame(samples.frame(*size))
    compositor.set_picture(np.stack([disc] * 3, axis=-1))
    lit = compositor.composite().planes[0].astype(float) - 16
    rows, columns = lit.sum(axis=1), lit.sum(axis=0)
    assert rows.max() == pytest.approx(columns.max(), rel=0.03)
    for line in (rows, columns):
        assert (line * np.arange(len(line))).sum() / line.sum() == pytest.approx((len(line) - 1) / 2, abs=0.1)


@pytest.mark.parametrize("format", PLANAR)
@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("strength", [0.2, 1.0])
@pytest.mark.parametrize("with_matte", [True, False])
def test_blur(size: tuple[int, int], format: Format, strength: float, with_matte: bool) -> None:  # noqa: A002
    """Within 2 codes; for the weights of the thumbnail, and for the places when enlarging."""
    model, frame, look = Input(), samples.frame(*size, format), Look(blur=strength)
    matte = samples.person(model)
    compositor = Compositor(model, look)
    compositor.set_blur()
    compositor.take_frame(frame)
    room = samples.planes(frame)
    weights = matte.astype(np.float64) if with_matte else None
    wanted = reference.blurred_room(room, weights, look, (model.width, model.height))
    if with_matte:
        compositor.take_matte(matte)
        wanted = compositing.blend(room, wanted, matte.astype(np.float64), look)
        assert samples.farthest(compositor.composite(), wanted) < 3
    else:
        assert samples.farthest(compositor.composite(), wanted) < 2


def test_the_person_does_not_glow_into_the_blur() -> None:
    """A white person before a black wall lights its edge up by at most 8 levels; a plain blur by 60."""
    model = Input(128, 72)
    matte = samples.person(model, softness=0.2)
    alpha = reference.enlarge(reference.level(matte.astype(np.float64), Look()), 256, 144)
    small = reference.halves(alpha)
    frame = Frame(
        (
            (16 + 219 * alpha).astype(np.uint8),
            np.full(small.shape, 128, np.uint8),
            np.full(small.shape, 128, np.uint8),
        )
    )
    compositor = Compositor(model, Look(blur=1))
    compositor.set_blur()
    compositor.take_frame(frame)
    plain = compositor.background_alone().planes[0].copy()
    compositor.take_matte(matte)
    careful = compositor.composite().planes[0]
    wall = alpha == 0
    assert plain[wall].max() > 16 + 60
    assert careful[wall].max() <= 16 + 8


def test_crossfade() -> None:
    compositor = Compositor(Input())
    compositor.take_frame(samples.frame(64, 48))
    compositor.set_colour(0, 0, 0)
    compositor.composite()
    compositor.set_colour(255, 255, 255)

    def luma(mix: float) -> int:
        y = compositor.composite(mix).planes[0]
        assert (y == y[0, 0]).all()
        return int(y[0, 0])

    assert [luma(mix) for mix in (0, 0.25, 0.5, 1)] == [16, 71, 126, 235]
    # A third one in the middle of a fade fades from what was seen.
    assert luma(0.5) == 126
    compositor.set_colour(0, 0, 0)
    assert [luma(mix) for mix in (0, 0.5, 1)] == [126, 71, 16]
    # One that was never seen is replaced.
    compositor.set_colour(255, 255, 255)
    compositor.set_colour(255, 255, 255)
    compositor.set_colour(0, 0, 0)
    assert luma(0) == 16


def test_the_first_backdrop_comes_at_once() -> None:
    compositor = Compositor(Input())
    compositor.take_frame(samples.frame(8, 8))
    assert (compositor.composite(0).planes[0] == 16).all()
    compositor.set_colour(0, 0, 0)
    compositor.set_colour(255, 255, 255)
    assert (compositor.composite(0).planes[0] == 235).all()


def test_a_crossfade_of_blur_and_room() -> None:
    frame = samples.frame(64, 48, Format.NV12)
    compositor = Compositor(Input())
    compositor.take_frame(frame)
    compositor.set_none()
    compositor.composite()
    compositor.set_blur()
    blurred = compositor.composite(1).planes[0].astype(float)
    half = compositor.composite(0.5).planes[0]
    assert np.abs(half - (blurred + frame.planes[0]) / 2).max() <= 0.5
    np.testing.assert_array_equal(compositor.composite(0).planes[1], frame.planes[1])


def test_alpha_follows_the_frames_edge() -> None:
    """A matte that is soft and off by half a pixel of its own becomes as sharp as the frame, and as exact."""
    model = Input()
    y = np.full((180, 320), 60, np.uint8)
    y[:, 165:] = 190
    grey = np.full((90, 160), 128, np.uint8)
    across = np.clip((np.arange(model.width) + 0.5 - 16) / 4 + 0.5, 0, 1)
    matte = np.tile(across, (model.height, 1)).astype(np.float32)
    compositor = Compositor(model)
    compositor.take_frame(Frame((y, grey, grey)))
    compositor.take_matte(matte)
    truth = (y > 100).astype(float)
    bilinear = np.abs(np.clip(reference.enlarge(matte.astype(float), 320, 180), 0, 1) - truth).mean()
    assert np.abs(compositor.alpha - truth).mean() < bilinear / 4


@pytest.mark.parametrize("format", PLANAR)
def test_what_is_sure_stays_so_whatever_the_frame(format: Format) -> None:  # noqa: A002
    """Twice the filter's reach, and the block of four around it, away from the nearest doubt."""
    model = Input(64, 36)
    matte = samples.person(model, softness=0.1)
    compositor = Compositor(model)
    compositor.take_frame(samples.frame(641, 359, format))
    compositor.take_matte(matte)
    level = reference.level(matte.astype(np.float64), Look())
    reach = 2 * reference.RADIUS + 4
    windows = np.lib.stride_tricks.sliding_window_view(np.pad(level, reach, "edge"), (2 * reach + 1,) * 2)
    low, high = windows.min((-1, -2)), windows.max((-1, -2))
    rows = (np.arange(359) * 36 // 359)[:, None]
    columns = np.arange(641) * 64 // 641
    assert (low == 1).any()
    assert (high == 0).any()
    assert (compositor.alpha[(low == 1)[rows, columns]] == 1).all()
    assert (compositor.alpha[(high == 0)[rows, columns]] == 0).all()


def test_alpha_is_what_is_composited() -> None:
    model, frame = Input(), samples.frame(127, 33)
    compositor = Compositor(model, Look(despill=0))
    compositor.set_colour(0, 0, 0)
    compositor.take_frame(frame)
    assert not compositor.alpha.any()
    compositor.take_matte(samples.person(model))
    wanted = reference.mix(
        frame.planes[0].astype(float), np.full((33, 127), 16.0), compositor.alpha.astype(float)
    )
    assert np.abs(compositor.composite().planes[0] - wanted).max() <= 0.51
    planes = samples.planes(frame)
    exact = reference.alpha(samples.person(model).astype(np.float64), Look(), planes)
    np.testing.assert_allclose(compositor.alpha, exact, atol=0.02)


def moving(level: int) -> Frame:
    """A bright square whose brightness alone tells frames apart."""
    y = np.full((72, 128), 60, np.uint8)
    y[24:48, 40:80] = level
    grey = np.full((36, 64), 128, np.uint8)
    return Frame((y, grey, grey))


def test_temporal_filter_follows_motion_and_ignores_flicker() -> None:
    model = Input()
    compositor = Compositor(model)
    compositor.take_frame(moving(100))
    compositor.take_matte(0 * ones(model))
    compositor.take_frame(moving(100))
    compositor.take_matte(ones(model))
    np.testing.assert_allclose(compositor.matte, 0.25, atol=1e-6)
    compositor.take_frame(moving(180))
    compositor.take_matte(ones(model))
    assert (compositor.matte[8:10, 12:18] == 1).all()  # where it moved
    np.testing.assert_allclose(compositor.matte[:, :5], 1 - 0.75**2, atol=1e-6)  # far from it


def test_temporal_filter_is_the_reference() -> None:
    model = Input()
    compositor = Compositor(model)
    state = before = None
    plate = reference.Plate(model.width, model.height)
    for step in range(6):
        frame = samples.frame(128, 72, seed=step // 2)
        matte = samples.person(model, 0.4 + 0.04 * step)
        compositor.take_frame(frame)
        compositor.take_matte(matte)
        small = reference.thumbnail(samples.planes(frame), model.width, model.height)
        luma, wanted = small[0], plate.decide(matte.astype(np.float64), small)
        if state is not None and before is not None:
            wanted = reference.steady(wanted, luma, before, state)
        # 8-bit weights in the thumbnail move the gate by `gain` for each level.
        np.testing.assert_allclose(compositor.matte, wanted, atol=0.06)
        state, before = compositor.matte.astype(np.float64), luma


def room(*, person: bool, light: float = 1, shift: int = 0) -> Frame:
    """A room of stripes, and somebody of even colour before the middle of it."""
    y = np.tile(100 + 60 * ((np.arange(128) + shift) // 16 % 2), (72, 1)).astype(np.uint8)
    if person:
        y[16:, 48:80] = 40
    grey = np.full((36, 64), 128, np.uint8)
    return Frame(((y * light).astype(np.uint8), grey, grey))


def test_a_room_that_is_known_decides() -> None:
    """A person whom the model half believes in is there, a shelf that it half believes in is not."""
    model = Input()
    unsure = 0 * ones(model)
    unsure[2:, 4:28] = 0.5
    for light in (1.0, 0.9):
        compositor = Compositor(model)
        for _ in range(4):
            compositor.take_frame(room(person=False))
            compositor.take_matte(0 * ones(model))
        compositor.take_frame(room(person=True, light=light))
        compositor.take_matte(unsure)
        assert (compositor.matte[6:, 13:19] > 0.7).all()
        assert (compositor.matte[:, :10] < 0.15).all()
        assert (compositor.matte[:, 22:] < 0.15).all()


def test_another_room_is_not_judged_by_the_one_before() -> None:
    model = Input()
    unsure = 0 * ones(model)
    unsure[6:, 13:19] = 0.5
    compositor = Compositor(model, Look(solo=0))
    for _ in range(4):
        compositor.take_frame(room(person=False))
        compositor.take_matte(0 * ones(model))
    compositor.take_frame(room(person=False, shift=16))
    compositor.take_matte(unsure)
    np.testing.assert_array_equal(compositor.matte, unsure)


def test_after_a_cut_nothing_of_before_stays() -> None:
    """Also where the two pictures happen to be alike."""
    model = Input()
    compositor = Compositor(model)
    y, grey = np.full((72, 128), 100, np.uint8), np.full((36, 64), 128, np.uint8)
    compositor.take_frame(Frame((y, grey, grey)))
    compositor.take_matte(ones(model))
    other = y.copy()
    other[:, 40:] = 190
    compositor.take_frame(Frame((other, grey, grey)))
    compositor.take_matte(0 * ones(model))
    assert not compositor.matte.any()


def test_after_a_reset_the_first_matte_is_taken_as_it_is() -> None:
    model = Input()
    compositor = Compositor(model, Look(solo=0))
    compositor.take_frame(moving(100))
    compositor.take_matte(ones(model))
    compositor.reset_matte()
    assert not compositor.matte.any()
    compositor.take_matte(samples.person(model))
    np.testing.assert_array_equal(compositor.matte, samples.person(model))


def test_a_model_gone_wrong_shows_the_background_and_is_forgotten() -> None:
    model = Input()
    compositor = Compositor(model)
    compositor.take_frame(samples.frame(64, 48))
    compositor.take_matte(np.nan * ones(model))
    assert (compositor.composite().planes[0] == 16).all()
    compositor.take_matte(np.inf * ones(model))
    np.testing.assert_allclose(compositor.matte, 0.25)


def test_another_shape_begins_anew_with_the_same_backdrop() -> None:
    model = Input()
    compositor = Compositor(model)
    compositor.set_colour(255, 255, 255)
    compositor.take_frame(samples.frame(64, 48))
    compositor.take_matte(ones(model))
    for size, kind in [((641, 479), Format.NV12), ((3, 5), Format.RGBA), ((64, 48), Format.I420)]:
        compositor.take_frame(samples.frame(*size, kind, Coding(Matrix.BT709, True)))
        assert not compositor.matte.any()
        result = compositor.composite(0.5)
        assert (result.planes[0] == 255).all()
        assert (result.matrix, result.full_range) == (Matrix.BT709, True)


def test_the_composite_has_the_frames_time() -> None:
    compositor = Compositor(Input())
    y, u, v = samples.frame(8, 8).planes
    compositor.take_frame(Frame((y, u, v), pts=3003, time_base=Fraction(1, 90000)))
    result = compositor.composite()
    assert (result.pts, result.time_base) == (3003, Fraction(1, 90000))


def test_the_look_can_change() -> None:
    model = Input()
    compositor = Compositor(model)
    compositor.take_frame(samples.frame(8, 8))
    compositor.set_colour(0, 0, 0)
    look = Look(softness=1, solo=0, despill=0)
    compositor.look = look
    assert compositor.look == look
    compositor.take_matte(0.5 * ones(model))
    given = compositor.composite().planes[0].astype(float)
    assert np.abs(given - (samples.frame(8, 8).planes[0] + 16.0) / 2).max() <= 0.5


def test_calls_out_of_order_and_strange_pictures_are_refused() -> None:
    compositor = Compositor(Input())
    with pytest.raises(InvalidRequest, match="take_frame"):
        compositor.composite()
    with pytest.raises(InvalidRequest, match="take_frame"):
        compositor.take_matte(ones(Input()))
    with pytest.raises(InvalidRequest, match="background"):
        compositor.set_picture(np.zeros((4, 4), np.uint8))
    compositor.set_blur()
    with pytest.raises(InvalidRequest, match="set_video"):
        compositor.set_video_frame(samples.frame(8, 8))


def test_a_matte_that_is_finished_is_taken_as_it_is() -> None:
    """The second one too, where another answer would follow slowly what does not move."""
    frame, model = samples.frame(64, 48), Input()
    given, wanted = Compositor(model), Compositor(model, Look(solo=0))
    for compositor in (given, wanted):
        compositor.set_colour(0, 90, 30)
    for centre in (0.3, 0.6):
        given.take_frame(frame)
        given.put_matte(samples.person(model, centre))
        wanted.take_frame(frame)
        wanted.reset_matte()
        wanted.take_matte(samples.person(model, centre))
        np.testing.assert_array_equal(given.matte, wanted.matte)
    for one, other in zip(given.composite().planes, wanted.composite().planes, strict=True):
        np.testing.assert_array_equal(one, other)
