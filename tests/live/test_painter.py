"""One stream's pixels; above all: when the room may be seen, and when not."""

from __future__ import annotations

import time
from dataclasses import replace
from fractions import Fraction
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cyclorama.errors import InvalidRequest
from cyclorama.live import Event, Painter, composite
from cyclorama.live.fake import PERSON, ROOM, person_before_a_room
from cyclorama.live.sources.person import room
from cyclorama.matting import Model, models
from cyclorama.matting.fake import FakeMatter
from cyclorama.picture import Format, Frame, Look, Matrix
from tests.media.seeing import room_fraction
from tests.picture import samples

from .backdrops import Blurred, Plain, Room
from .parts import Wilful, planes, room_seen, share

if TYPE_CHECKING:
    from tests.picture.reference import Coding

pytestmark = pytest.mark.unit

MILLISECOND = Fraction(1, 1000)
MANY = 500  # frames, until something comes that takes a turn of another thread


def at(milliseconds: int, **how: object) -> Frame:
    return replace(person_before_a_room(**how), pts=milliseconds, time_base=MILLISECOND)  # type: ignore[arg-type]


class Clock:
    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


def test_a_picture_in_three_lines() -> None:
    frame = person_before_a_room()
    result = composite(frame, Plain(), FakeMatter())
    assert share(result, PERSON) > 0.2
    assert room_seen(result) < 0.01
    assert room_seen(frame) > 0.5


def test_composite_leaves_the_matter_open_and_raises_what_it_raises() -> None:
    matter = Wilful()
    composite(person_before_a_room(), Plain(), matter)
    assert not matter.closed
    matter.fails = True
    with pytest.raises(RuntimeError, match="out of order"):
        composite(person_before_a_room(), Plain(), matter)


@pytest.mark.parametrize("behind", [Plain, Blurred])
def test_nobody_is_seen_before_the_first_matte(behind: type[Plain]) -> None:
    matter = Wilful()
    matter.free.clear()
    painter = Painter(behind(), matter)
    for number in range(3):
        result = painter.paint(at(number * 33), interval=0.01)
        assert room_seen(result) == 0
        assert share(result, PERSON) == 0
    matter.free.set()
    for number in range(3, MANY):
        result = painter.paint(at(number * 33), interval=0.1)
        if share(result, PERSON) > 0.2:
            break
        time.sleep(0.01)  # a model that took long is not waited for: its thread shall have its turn
    assert share(result, PERSON) > 0.2
    painter.close()
    assert matter.closed == 1


def test_a_matter_that_fails_shows_the_background_alone_until_it_works() -> None:
    heard: list[Event] = []
    matter = Wilful()
    painter = Painter(Plain(), matter, on_event=heard.append)
    assert share(painter.paint(at(0)), PERSON) > 0.2
    matter.fails = True
    for number in range(1, 4):
        result = painter.paint(at(number * 33))
        assert share(result, PERSON) == room_seen(result) == 0
    matter.fails = False
    assert share(painter.paint(at(200)), PERSON) > 0.2
    assert [event.kind for event in heard] == ["model failed", "model back"]
    assert "RuntimeError: out of order" in heard[0].message
    painter.close()


def test_a_matte_older_than_a_second_is_not_shown() -> None:
    clock, matter = Clock(), Wilful()
    painter = Painter(Plain(), matter, now=clock)
    assert share(painter.paint(at(0)), PERSON) > 0.2
    matter.free.clear()
    for number in range(1, 10):
        clock.now += 0.1
        result = painter.paint(at(number * 100), interval=0.001)
        assert share(result, PERSON) > 0.2, "the matte is carried"
    clock.now += 0.11
    result = painter.paint(at(1010), interval=0.001)
    assert share(result, PERSON) == room_seen(result) == 0
    matter.free.set()
    painter.close()


def test_a_slow_matter_is_carried_and_its_mattes_are_taken_when_they_come() -> None:
    matter = Wilful()
    painter = Painter(Plain(), matter)
    painter.paint(at(0))
    for number in range(1, MANY):
        matter.free.clear()
        result = painter.paint(at(number * 33), interval=0.001)
        assert share(result, PERSON) > 0.2
        matter.free.set()
        time.sleep(0.001)  # its thread shall have its turn
        if matter.asked > 2:
            break
    assert matter.asked > 2
    painter.close()


@pytest.mark.parametrize("behind", [Plain, Blurred, Room])
def test_the_panic_button_shows_the_background_alone_at_once(behind: type[Plain]) -> None:
    painter = Painter(behind(), FakeMatter())
    painter.paint(at(0))
    painter.person = False
    result = painter.paint(at(33))
    assert share(result, PERSON) == room_seen(result) == 0
    painter.person = True
    assert share(painter.paint(at(66)), PERSON) > 0.2
    painter.close()


def test_only_no_background_shows_the_room_and_leaving_it_is_a_cut() -> None:
    painter = Painter(Room(), FakeMatter())
    given = at(0)
    shown = painter.paint(given)
    assert all((a == b).all() for a, b in zip(shown.planes, given.planes, strict=True))
    painter.background = Plain()
    assert room_seen(painter.paint(at(33))) < 0.01
    painter.background = Room()
    assert room_seen(painter.paint(at(600))) < 0.01, "it begins to fade"
    assert room_seen(painter.paint(at(950))) > 0.2
    painter.background = Plain((200, 10, 20))
    assert room_seen(painter.paint(at(833))) < 0.01, "in the middle of the fade"
    assert room_seen(painter.alone(900, MILLISECOND)) == 0
    painter.close()


def test_alone_never_shows_the_room() -> None:
    for behind in (Plain(), Blurred(), Room()):
        painter = Painter(behind, FakeMatter())
        painter.paint(at(0))
        result = painter.alone(33, MILLISECOND)
        assert share(result, PERSON) == room_seen(result) == 0
        assert (result.pts, result.time_base) == (33, MILLISECOND)
        painter.close()


def test_alone_before_any_frame_wants_a_size() -> None:
    painter = Painter(Plain(), FakeMatter())
    with pytest.raises(InvalidRequest, match="no frame"):
        painter.alone(0, MILLISECOND)
    painter.close()
    painter = Painter(Plain(), FakeMatter(), size=(64, 48))
    shown = painter.alone(0, MILLISECOND)
    assert (shown.width, shown.height, shown.matrix) == (64, 48, Matrix.BT601)
    assert share(painter.paint(at(33)), PERSON) > 0.2
    painter.close()


def test_backgrounds_crossfade() -> None:
    painter = Painter(Plain((0, 0, 0)), FakeMatter())
    first = planes(painter.paint(at(0)))[0, 0, 0]
    painter.background = Plain((255, 255, 255))
    levels = [planes(painter.paint(at(ms)))[0, 0, 0] for ms in (100, 200, 300, 400, 501)]
    assert first == 16
    assert levels[0] == 16
    assert levels[-1] == 235
    assert all(a < b for a, b in pairwise(levels))
    painter.close()


def test_a_look_shows_from_the_next_frame() -> None:
    painter = Painter(Plain(), FakeMatter())
    painter.paint(at(0))
    painter.look = Look(scale=0.2)
    assert share(painter.paint(at(33)), PERSON) < 0.05
    painter.close()


class Square(Wilful):
    def __init__(self) -> None:
        super().__init__()
        self.model: Model = models()["square"]


def test_another_matter_waits_for_its_first_matte() -> None:
    first, second = Wilful(), Square()
    second.free.clear()
    painter = Painter(Plain(), first)
    painter.paint(at(0))
    painter.matter = second
    for number in range(1, 4):
        assert share(painter.paint(at(number * 33), interval=0.05), PERSON) > 0.2
    assert first.closed == 0
    second.free.set()
    for number in range(4, MANY):
        assert share(painter.paint(at(number * 33), interval=0.05), PERSON) > 0.2
        time.sleep(0.001)
        if second.asked > 3:
            break
    assert second.asked > 3
    painter.close()
    assert (first.closed, second.closed) == (1, 1)


def test_another_matter_that_fails_leaves_the_air_to_the_first() -> None:
    first, second = Wilful(), Square()
    second.fails = True
    heard: list[Event] = []
    painter = Painter(Plain(), first, on_event=heard.append)
    painter.paint(at(0))
    painter.matter = second
    for number in range(1, 4):
        assert share(painter.paint(at(number * 33)), PERSON) > 0.2
    assert painter.matter is first
    assert [event.kind for event in heard] == ["model failed"]
    painter.close()
    assert (first.closed, second.closed) == (1, 1)


def test_matters_that_were_never_used_are_closed() -> None:
    matters = [Wilful() for _ in range(4)]
    painter = Painter(Plain(), matters[0])
    for matter in matters[1:]:
        painter.matter = matter
    painter.close()
    late = Wilful()
    painter.matter = late
    assert all(matter.closed == 1 for matter in [*matters, late])


def test_a_backdrop_that_fails_leaves_the_one_before() -> None:
    class Broken(Plain):
        def set(self, compositor: object) -> None:
            raise InvalidRequest("The file is gone.")

    heard: list[Event] = []
    painter = Painter(Plain((255, 255, 255)), FakeMatter(), on_event=heard.append)
    painter.paint(at(0))
    painter.background = Broken(name="beach.png")
    assert planes(painter.paint(at(33)))[0, 0, 0] == 235
    assert heard[0].message == "beach.png cannot be shown. The file is gone."
    painter.close()


def test_a_first_backdrop_that_fails_shows_nothing_of_the_room() -> None:
    class Broken(Plain):
        def set(self, compositor: object) -> None:
            raise InvalidRequest("The file is gone.")

    painter = Painter(Broken(), FakeMatter())
    assert room_seen(painter.paint(at(0))) < 0.01
    assert room_seen(painter.alone(33, MILLISECOND)) == 0
    painter.close()


def test_buffers_are_used_again_when_nobody_holds_them() -> None:
    painter = Painter(Plain(), FakeMatter())
    held = [painter.paint(at(number * 33)).planes[number] for number in range(3)]
    copies = [plane.copy() for plane in held]
    addresses = set()
    for number in range(3, 30):
        addresses.add(painter.paint(at(number * 33, number=number)).planes[0].ctypes.data)
    assert len(addresses) <= 2
    assert all((plane == copy).all() for plane, copy in zip(held, copies, strict=True))
    assert all(plane.base.ctypes.data not in addresses for plane in held if plane.base is not None)
    painter.close()


FORMATS = st.sampled_from(list(Format))
SIDES = st.integers(1, 90)


@settings(max_examples=25, deadline=None)
@given(SIDES, SIDES, FORMATS, st.sampled_from(samples.CODINGS))
def test_frames_of_any_size_stride_and_format(
    width: int,
    height: int,
    format: Format,  # noqa: A002 (the field's word)
    coding: Coding,
) -> None:
    """With no background planar frames come out as they went in, to the byte."""
    frame = replace(samples.frame(width, height, format, coding), pts=7, time_base=MILLISECOND)
    painter = Painter(Room(), FakeMatter())
    shown = painter.paint(frame)
    assert (shown.width, shown.height, shown.pts) == (width, height, 7)
    assert shown.format is (Format.NV12 if format is Format.NV12 else Format.I420)
    assert (shown.matrix, shown.full_range) == (coding.matrix, coding.full_range)
    if format in (Format.I420, Format.NV12):
        assert all((a == b).all() for a, b in zip(shown.planes, frame.planes, strict=True))
    painter.background = Plain()
    assert painter.paint(frame).planes[0].shape == (height, width)
    painter.close()


@settings(max_examples=40, deadline=None)
@given(SIDES, SIDES, SIDES, SIDES, FORMATS, FORMATS, st.sampled_from(samples.CODINGS))
def test_frames_of_another_kind_in_the_middle(
    width: int,
    height: int,
    other_width: int,
    other_height: int,
    format: Format,  # noqa: A002
    other_format: Format,
    coding: Coding,
) -> None:
    """All that comes out is as the first one, and grey stays the same grey."""
    first = samples.frame(width, height, format)
    painter = Painter(Room(), FakeMatter())
    shown = painter.paint(first)
    grey = 126 if coding.full_range else 16 + 126 * 219 // 255
    other = samples.frame(other_width, other_height, other_format, coding)
    for plane in other.planes:
        plane.fill(grey if plane.ndim == 2 and plane is other.planes[0] else 128)
    if other_format in (Format.RGBA, Format.BGRA):
        other.planes[0].fill(126)
    again = painter.paint(other)
    assert [plane.shape for plane in again.planes] == [plane.shape for plane in shown.planes]
    assert (again.format, again.matrix, again.full_range) == (shown.format, shown.matrix, shown.full_range)
    assert np.abs(planes(again) - (16 + 126 * 219 / 255, 128, 128)).max() <= 3
    painter.close()


def test_another_size_is_scaled_to_cover_and_cropped_in_the_middle() -> None:
    painter = Painter(Room(), FakeMatter(), size=(64, 64))
    wide = person_before_a_room(128, 64)
    for plane in wide.planes:
        quarter = plane.shape[1] // 4
        plane[:, :quarter] = plane[:, -quarter:] = 128
    shown = painter.paint(replace(wide, pts=0, time_base=MILLISECOND))
    assert np.abs(planes(shown)[:4, 2:-2] - ROOM).max() <= 2
    painter.close()


def test_no_green_of_the_vivid_room_is_left() -> None:
    """Through blur's and colour's whole life, with a real room's picture around a person who is not found."""
    import av

    from cyclorama.live.avframes import from_av, to_av

    frame = from_av(av.VideoFrame.from_ndarray(room(128, 72), "rgb24"))
    matter = Wilful()
    painter = Painter(Plain(), matter)
    clock = 0
    for fails, behind in [(True, None), (False, None), (True, Blurred()), (False, Plain((200, 0, 0)))]:
        matter.fails = fails
        if behind:
            painter.background = behind
        for _ in range(8):
            clock += 66
            shown = painter.paint(replace(frame, pts=clock, time_base=MILLISECOND))
            assert room_fraction(np.asarray(to_av(shown).to_ndarray(format="rgb24"), np.uint8)) == 0
    painter.close()
