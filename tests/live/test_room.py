"""Whatever is changed, whenever: the room is seen only where somebody chose to show it."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cyclorama.live import Painter
from cyclorama.live.backdrops import Transparent
from cyclorama.live.fake import ROOM, person_before_a_room
from cyclorama.picture import Format, Frame

from .backdrops import Blurred, Plain, Room
from .parts import Wilful

pytestmark = pytest.mark.unit

SIZE = 96, 64


def striped(format: Format, milliseconds: int) -> Frame:  # noqa: A002 (the field's word)
    """A person before a room with stripes that no blur leaves."""
    frame = person_before_a_room(*SIZE, format=format)
    if format in (Format.RGBA, Format.BGRA):
        room = frame.planes[0][..., 1] > 200
        frame.planes[0][:, ::2][room[:, ::2]] = (20, 130, 20, 255)
    else:
        room = frame.planes[0] == ROOM[0]
        frame.planes[0][:, ::2][room[:, ::2]] = 70
    return replace(frame, pts=milliseconds, time_base=Fraction(1, 1000))


def stripes(frame: Frame) -> float:
    """Return the share of the picture that is striped, be it faintly."""
    steps = np.diff(frame.planes[0].astype(np.int16), axis=1)
    back_and_forth = np.sign(steps[:, 1:]) * np.sign(steps[:, :-1]) < 0
    strong = np.minimum(np.abs(steps[:, 1:]), np.abs(steps[:, :-1])) >= 4
    return float((back_and_forth & strong).mean())


def test_stripes_are_seen() -> None:
    painter = Painter(Room(), Wilful())
    assert stripes(painter.paint(striped(Format.I420, 0))) > 0.5
    painter.close()


def test_what_was_not_shown_is_not_faded_from() -> None:
    """The room, then blur with a model that fails, then a colour with one that works."""
    matter = Wilful()
    painter = Painter(Room(), matter)
    assert stripes(painter.paint(striped(Format.I420, 0))) > 0.5
    matter.fails = True
    painter.background = Blurred()
    assert stripes(painter.paint(striped(Format.I420, 33))) == 0
    matter.fails = False
    painter.background = Plain()
    for moment in range(66, 600, 66):
        assert stripes(painter.paint(striped(Format.I420, moment))) < 0.02
    painter.close()


ACTIONS = [
    "colour",
    "red",
    "blur",
    "room",
    "nothing",
    "fail",
    "work",
    "hide",
    "show",
    "wait",
    "alone",
    "matter",
    "nv12",
    "rgba",
]


@settings(max_examples=30, deadline=None)
@given(st.lists(st.sampled_from(ACTIONS), min_size=3, max_size=25))
def test_whatever_happens(actions: list[str]) -> None:
    matter = Wilful()
    painter, now, kind = Painter(Plain(), matter, size=SIZE), 0, Format.I420
    for action in actions:
        match action:
            case "colour" | "red":
                painter.background = Plain((20, 40, 220) if action == "colour" else (200, 20, 90))
            case "blur":
                painter.background = Blurred()
            case "room":
                painter.background = Room()
            case "nothing":
                painter.background = Transparent()
            case "fail" | "work":
                matter.fails = action == "fail"
            case "hide" | "show":
                painter.person = action == "show"
            case "wait":
                now += 500
            case "matter":
                painter.matter, matter.fails = Wilful(), False
                matter = painter.matter
            case "nv12":
                kind = Format.I420 if kind is Format.NV12 else Format.NV12
            case "rgba":
                kind = Format.I420 if kind is Format.RGBA else Format.RGBA
        now += 66
        alone = action == "alone"
        shown = painter.alone(now, Fraction(1, 1000)) if alone else painter.paint(striped(kind, now))
        if alone or not painter.person:
            assert stripes(shown) == 0
        elif not isinstance(painter.background, Room):
            assert stripes(shown) < 0.02
    painter.close()
