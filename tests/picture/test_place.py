"""The person scaled, moved and mirrored."""

from __future__ import annotations

from dataclasses import fields

import numpy as np
import pytest

from cyclorama.picture import Compositor, Format, Frame, Look
from tests.picture import compositing, reference, samples
from tests.picture.samples import CODINGS, SIZES, Input

pytestmark = pytest.mark.unit

LOOKS = [
    Look(mirror=1),
    Look(x=0.25, y=-0.5),
    Look(scale=0.2),
    Look(scale=0.63, x=-0.3, y=-0.1, mirror=1),
    Look(scale=3, x=1, y=1),
    Look(scale=1.37, x=0.05, y=0.4),
]


def placed(frame: Frame, matte: np.ndarray, look: Look) -> Frame:
    compositor = Compositor(Input(), look)
    compositor.set_colour(10, 200, 30)
    compositor.take_frame(frame)
    compositor.take_matte(matte.astype(np.float32))
    return compositor.composite()


@pytest.mark.parametrize("look", LOOKS)
@pytest.mark.parametrize("format", [Format.I420, Format.NV12])
@pytest.mark.parametrize("size", SIZES)
def test_placement_is_the_reference(size: tuple[int, int], format: Format, look: Look) -> None:  # noqa: A002
    """Within 3 codes: 8 bits of weight across and down, 8 of place, 8 of alpha, 8 of fade."""
    frame, matte = samples.frame(*size, format), samples.person(Input())
    green = reference.rgb_to_planes(np.full((size[1], size[0], 3), [10.0, 200, 30]), CODINGS[0])
    wanted = compositing.blend(samples.planes(frame), green, matte.astype(np.float64), look)
    assert samples.farthest(placed(frame, matte, look), wanted) < 3


def test_a_mirrored_picture_is_the_picture_from_right_to_left() -> None:
    frame, everywhere = samples.frame(64, 48), np.ones((18, 32))
    for given, camera in zip(placed(frame, everywhere, Look(mirror=1)).planes, frame.planes, strict=True):
        np.testing.assert_array_equal(given, camera[:, ::-1])


def test_what_is_only_moved_keeps_its_bytes_and_its_bottom_edge_is_soft() -> None:
    frame, everywhere = samples.frame(64, 48), np.ones((18, 32))
    background = samples.planes(placed(frame, np.zeros((18, 32)), Look()))[0]
    moved = placed(frame, everywhere, Look(x=0.25, y=-0.25)).planes[0]
    np.testing.assert_array_equal(moved[:33, 20:], frame.planes[0][12:45, 4:48])
    np.testing.assert_array_equal(moved[36:], background[36:])
    np.testing.assert_array_equal(moved[:, :16], background[:, :16])


def test_nothing_is_shown_outside_the_cameras_picture() -> None:
    look = Look(scale=0.5, x=0.1, y=-0.2)
    frame, everywhere = samples.frame(128, 72), np.ones((18, 32))
    background = placed(frame, np.zeros((18, 32)), look).planes[0].copy()
    outside = reference.inside(look, 128, 72) == 0
    assert 0.6 < outside.mean() < 0.9
    np.testing.assert_array_equal(placed(frame, everywhere, look).planes[0][outside], background[outside])


def test_the_room_itself_is_not_placed() -> None:
    frame = samples.frame(64, 48)
    compositor = Compositor(Input(), Look(scale=0.5))
    compositor.set_none()
    compositor.take_frame(frame)
    compositor.take_matte(np.ones((18, 32), np.float32))
    for given, camera in zip(compositor.composite().planes, frame.planes, strict=True):
        np.testing.assert_array_equal(given, camera)


def test_a_placement_that_no_look_can_have_breaks_nothing() -> None:
    """The kernel's host may be anybody."""
    frame, matte = samples.frame(65, 47), samples.person(Input()).astype(np.float32)
    for wild in (-1e9, 1e9, float("nan")):
        compositor = Compositor(Input())
        kernel = compositor._kernel
        names = [field.name for field in fields(Look)]
        values = kernel.view(kernel.call("look"), (len(names),), np.float32)
        values[[names.index(name) for name in ("scale", "x", "y")]] = wild
        compositor.take_frame(frame)
        compositor.take_matte(matte)
        assert compositor.composite().planes[0].shape == (47, 65)
