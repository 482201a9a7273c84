"""How a person sits in a picture, through the whole compositor."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

from cyclorama.picture import Compositor, Format, Frame, Look
from tests.picture import reference, samples
from tests.picture.reference import Coding
from tests.picture.samples import Input

pytestmark = pytest.mark.unit

MODEL = Input(128, 72)
SIZE = (256, 144)
MATTE = samples.person(MODEL, softness=0.15)
DEEP = np.s_[120:, 120:136]
"""Inside the person, far from the edge."""
MOST = Look(despill=1, wrap=1, match=1, contact=1, bokeh=1)
NOTHING = Look(despill=0, wrap=0, match=0, contact=0)

Codes = NDArray[np.int64]


def coloured(room: tuple[int, int, int], person: tuple[int, int, int]) -> Frame:
    """A plain person before a plain wall, mixed as the matte says."""
    part = reference.enlarge(reference.between_levels(MATTE.astype(np.float64), Look()), *SIZE)[..., None]
    rgb = part * np.array(person, float) + (1 - part) * np.array(room, float)
    y, u, v = (np.floor(p + 0.5).astype(np.uint8) for p in reference.rgb_to_planes(rgb, Coding()))
    return Frame((y, u, v))


def alphas(frame: Frame) -> tuple[NDArray[np.float32], NDArray[np.float64]]:
    """Of luma and of chroma, as the matte is refined to this frame."""
    compositor = Compositor(MODEL)
    compositor.take_frame(frame)
    compositor.take_matte(MATTE)
    luma = compositor.alpha
    return luma, reference.halves(luma.astype(np.float64))


def plain(red: int, green: int, blue: int) -> NDArray[np.uint8]:
    return np.full((36, 64, 3), (red, green, blue), np.uint8)


def codes(frame: Frame) -> tuple[Codes, ...]:
    return tuple(plane.astype(np.int64) for plane in frame.planes)


def composed(
    look: Look, frame: Frame, picture: NDArray[np.uint8]
) -> tuple[tuple[Codes, ...], tuple[Codes, ...]]:
    """The composite, and the background alone."""
    compositor = Compositor(MODEL, look)
    compositor.take_frame(frame)
    compositor.set_picture(picture)
    compositor.take_matte(MATTE)
    return codes(compositor.composite()), codes(compositor.background_alone())


@pytest.mark.parametrize("kind", [Format.I420, Format.NV12])
def test_one_colour_stays_that_colour(kind: Format) -> None:
    """Somebody cuts it out again: no shadow falls on it, and nothing of it on the person."""
    frame = samples.frame(*SIZE, kind)
    compositor = Compositor(MODEL, MOST)
    compositor.take_frame(frame)
    compositor.set_colour(0, 255, 0)
    alone = codes(compositor.background_alone())
    compositor.take_matte(MATTE)
    given = codes(compositor.composite())
    luma, chroma = alphas(frame)
    for plane, colour, alpha in zip(given, alone, (luma, chroma, chroma), strict=False):
        assert (plane[alpha == 0] == colour[alpha == 0]).all()
    assert (given[0][DEEP] == codes(frame)[0][DEEP]).all()


@pytest.mark.parametrize("kind", [Format.I420, Format.NV12])
def test_with_no_background_the_camera_is_shown_as_it_is(kind: Format) -> None:
    frame = samples.frame(*SIZE, kind)
    compositor = Compositor(MODEL, MOST)
    compositor.take_frame(frame)
    compositor.set_none()
    compositor.take_matte(MATTE)
    for given, wanted in zip(compositor.composite().planes, frame.planes, strict=True):
        np.testing.assert_array_equal(given, wanted)


def test_the_rooms_colour_does_not_shine_through() -> None:
    """A grey person before a green wall: seen before black, the edge is grey.

    What is left is of pixels that are a tenth wall and count as the person.
    """
    frame = coloured((20, 220, 40), (120, 120, 120))
    shown: list[int] = []
    for despill in (0.0, 1.0):
        compositor = Compositor(MODEL, Look(despill=despill))
        compositor.take_frame(frame)
        compositor.set_colour(0, 0, 0)
        compositor.take_matte(MATTE)
        _, u, v = codes(compositor.composite())
        shown.append(int(max(abs(u - 128).max(), abs(v - 128).max())))
    assert shown[0] > 12
    assert shown[1] <= shown[0] / 2
    assert shown[1] <= 9


def test_what_a_model_takes_for_the_person_but_looks_like_the_room_is_no_spill() -> None:
    """The matte reaches a pixel of the model's beyond the person: two of pure wall, with an alpha of 1."""
    frame = coloured((20, 220, 40), (120, 120, 120))
    wide = np.maximum.reduce([np.roll(MATTE, shift, axis) for shift in (-1, 0, 1) for axis in (0, 1)])
    shown: list[float] = []
    for despill in (0.0, 1.0):
        compositor = Compositor(MODEL, Look(despill=despill))
        compositor.take_frame(frame)
        compositor.set_colour(0, 0, 0)
        compositor.take_matte(wide)
        _, u, v = codes(compositor.composite())
        shown.append(float(np.hypot(u - 128, v - 128).sum()))
    assert shown[1] < 0.7 * shown[0]


def test_light_from_behind_falls_on_the_edge_alone() -> None:
    frame = coloured((90, 90, 90), (90, 90, 90))
    without, _ = composed(NOTHING, frame, plain(250, 240, 230))
    given, _ = composed(Look(despill=0, wrap=1, match=0, contact=0), frame, plain(250, 240, 230))
    brighter = given[0] - without[0]
    inside = alphas(frame)[0]
    assert brighter.min() >= 0
    assert 8 < brighter.max() < 60
    assert (brighter[inside == 0] == 0).all()
    assert (brighter[DEEP] == 0).all()
    dark, _ = composed(Look(despill=0, wrap=1, match=0, contact=0), frame, plain(0, 0, 0))
    none, _ = composed(NOTHING, frame, plain(0, 0, 0))
    assert (dark[0] == none[0]).all()


def test_the_shadow_falls_beside_the_person_near_the_bottom() -> None:
    frame = coloured((90, 90, 90), (90, 90, 90))
    given, alone = composed(Look(despill=0, wrap=0, match=0, contact=1), frame, plain(200, 200, 200))
    darker = (alone[0] - given[0]) * (alphas(frame)[0] == 0)
    assert darker.min() >= 0
    assert (darker[: 144 * 2 // 5] == 0).all()  # no halo around a head
    assert darker[-1].max() > 20
    assert darker[-1].max() > darker[100].max()
    assert (darker[:, :16] == 0).all()


def face(compositor: Compositor) -> int:
    """Luma in the middle of the person."""
    return int(compositor.composite().planes[0][120, 128])


def test_the_person_is_drawn_towards_the_light_of_the_background() -> None:
    frame = coloured((128, 128, 128), (128, 128, 128))
    at = (60, 64)
    look = Look(wrap=0, contact=0, despill=0, match=1)
    before = codes(frame)
    dark, _ = composed(look, frame, plain(20, 20, 24))
    bright, _ = composed(look, frame, plain(240, 240, 240))
    warm, _ = composed(look, frame, plain(230, 140, 60))
    assert dark[0][120, 128] < before[0][120, 128] < bright[0][120, 128]
    assert bright[0][120, 128] < 1.21 * before[0][120, 128]  # never silly
    assert warm[2][at] > 128 > warm[1][at]
    assert abs(warm[2][at] - 128) < 20
    half, _ = composed(Look(wrap=0, contact=0, despill=0, match=0.5), frame, plain(20, 20, 24))
    assert dark[0][120, 128] < half[0][120, 128] < before[0][120, 128]


def test_match_neither_pumps_nor_jumps() -> None:
    """A lamp goes on, the matte is reset: the person changes as the camera does, and slowly beyond that."""
    look = Look(wrap=0, contact=0, despill=0, match=1)
    compositor = Compositor(MODEL, look)
    compositor.set_picture(plain(60, 60, 60))
    dim, lit = coloured((80, 80, 80), (80, 80, 80)), coloured((140, 140, 140), (140, 140, 140))
    gains: list[float] = []
    for index, frame in enumerate([dim] * 3 + [lit] * 20):
        compositor.take_frame(frame)
        if index == 10:
            compositor.reset_matte()
        compositor.take_matte(MATTE)
        gains.append((face(compositor) - 16) / (int(frame.planes[0][120, 128]) - 16))
    steps = np.abs(np.diff(gains))
    assert steps.max() < 0.02
    assert gains[-1] < gains[0] - 0.05


def test_a_crossfade_takes_the_light_along() -> None:
    """To a bright picture the person gets brighter step by step; a solid colour has no light."""
    compositor = Compositor(MODEL, Look(despill=0, match=1))
    compositor.take_frame(coloured((120, 120, 120), (120, 120, 120)))
    compositor.set_picture(plain(20, 20, 20))
    compositor.take_matte(MATTE)
    for last in (plain(240, 240, 240), None):
        start = face(compositor)
        if last is None:
            compositor.set_colour(0, 255, 0)
        else:
            compositor.set_picture(last)
        lumas = [int(compositor.composite(mix).planes[0][120, 128]) for mix in np.linspace(0, 1, 21)]
        assert abs(lumas[0] - start) <= 1
        steps = np.diff(lumas)
        assert (steps >= 0).all() or (steps <= 0).all()
        assert np.abs(steps).max() <= 8
        assert abs(lumas[-1] - lumas[0]) > 5


def test_bright_spots_stand_out_of_the_blur() -> None:
    y = np.full((144, 256), 50, np.uint8)
    y[30:42, 40:52] = 235
    grey = np.full((72, 128), 128, np.uint8)
    spots: list[int] = []
    for bokeh in (0.0, 1.0):
        compositor = Compositor(MODEL, Look(blur=1, bokeh=bokeh))
        compositor.take_frame(Frame((y, grey, grey)))
        compositor.set_blur()
        luma = compositor.composite().planes[0]
        assert luma[100, 200] == 50
        spots.append(int(luma.max()))
    assert spots[1] > spots[0] + 25
