"""Whatever is changed, whenever: the room is seen only where somebody chose to show it."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from typing import TYPE_CHECKING

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cyclorama.errors import SourceLost
from cyclorama.live import Engine, FakeSink, Painter
from cyclorama.live.avframes import to_av
from cyclorama.live.backdrops import Colour, Transparent
from cyclorama.live.fake import ROOM, person_before_a_room
from cyclorama.live.sources import TestPerson
from cyclorama.picture import Format, Frame
from tests.media.clip import write_clip
from tests.media.seeing import person_present, room_shown

from .backdrops import Blurred, Plain, Room
from .parts import Wilful

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from numpy.typing import NDArray

    from cyclorama.live import Sound

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


class Gone(TestPerson):
    """Is lost in the middle, and back."""

    def __iter__(self) -> Iterator[Frame | Sound]:
        for count, item in enumerate(super().__iter__()):
            if count == 60:
                raise SourceLost("The camera was unplugged.")
            yield item


def test_a_real_person_in_a_green_room(tmp_path: Path) -> None:
    """The whole engine with its own model, from before the first matte, through a loss, to the end."""
    pytest.importorskip("ai_edge_litert", reason="the extra `live` is not installed")
    clip = write_clip(tmp_path, 320, 180)
    sink = FakeSink()
    source = Gone((320, 180), green=True)
    with Engine(source, sink, background=Colour(120, 60, 160)) as engine:
        assert sink.wait_for(
            lambda sink: bool(sink.frames) and person_present(rgb(sink.frames[-1]), clip), 60
        )
        engine.background = Colour(200, 60, 60)
        assert sink.wait_for(lambda _: engine.stats.source_state == "lost", 60)
        count = len(sink.frames)
        assert sink.wait_for(
            lambda sink: len(sink.frames) > count + 3 and person_present(rgb(sink.frames[-1]), clip), 60
        )
    assert not any(room_shown(rgb(frame)) for frame in sink.frames)


def rgb(frame: Frame) -> NDArray[np.uint8]:
    return np.asarray(to_av(frame).to_ndarray(format="rgb24"), np.uint8)
