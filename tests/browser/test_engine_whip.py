"""The live engine publishes without a browser, and a viewer's page shows and plays it."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import pytest

from cyclorama.live.backdrops import Colour
from cyclorama.live.engine import Engine
from cyclorama.live.fake import FakeSource, person_before_a_room
from cyclorama.live.sinks import open_sink
from cyclorama.matting.fake import FakeMatter
from cyclorama.picture import Frame
from cyclorama.settings import Settings
from tests.media.seeing import room_fraction

if TYPE_CHECKING:
    from collections.abc import Iterator

    from cyclorama.live.base import Sound

    from .receiving import Received
    from .server import StudioServer
    from .viewer import Viewer

pytestmark = pytest.mark.browser

BLUE = (30, 60, 200)
LOUD = 0.02


class Still(FakeSource):
    """The red box does not jump about, so that a matte that is a frame late still fits."""

    def __iter__(self) -> Iterator[Frame | Sound]:
        planes = person_before_a_room(640, 360).planes
        for item in super().__iter__():
            yield replace(item, planes=planes) if isinstance(item, Frame) else item


def composited(frame: Received) -> bool:
    """Whether the red box stands before the blue, on its way downwards."""
    corner, middle = (
        frame.picture[2, 2].astype(int),
        frame.picture[-3, frame.picture.shape[1] // 2].astype(int),
    )
    return bool(np.abs(corner - BLUE).max() < 30 and middle[0] > middle[2] + 60)


def test_a_viewer_sees_and_hears_the_engine(server: StudioServer, viewer: Viewer) -> None:
    settings = Settings(data=server.data, port=server.port)
    sink = open_sink("stage", settings=settings)
    source = Still(None, size=(640, 360), live=True, sound=True)
    with Engine(source, sink, background=Colour(*BLUE), matter=FakeMatter()) as engine:
        token = viewer.page.request.post(f"{server.url}/tokens", data={"publish": False}).json()["token"]
        viewer.open(f"/watch#{token}")
        viewer.received.until(composited, "the person before the background", 20)
        viewer.expect("live")
        viewer.turn_on_sound()
        heard = viewer.received.hear_more_than(LOUD)
        assert heard.hertz == pytest.approx(440, abs=30)
        frames = viewer.received.next(20)
        assert {(frame.width, frame.height) for frame in frames} == {(640, 360)}
        (stats,) = engine.stats.sinks
        assert (stats.state, stats.problem) == ("running", "")
        assert stats.bits_per_second > 0
    shown = viewer.received.pictures
    assert max(room_fraction(frame.picture) for frame in shown) < 0.01
    viewer.expect("ended")
