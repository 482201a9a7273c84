from __future__ import annotations

from fractions import Fraction

import pytest

from cyclorama.live import Engine, FakeSink, FakeSource
from cyclorama.matting.fake import FakeMatter

from .backdrops import Plain

pytestmark = pytest.mark.unit


def test_a_recording_goes_to_all_sinks_whole_and_in_order() -> None:
    sinks = FakeSink("one"), FakeSink("two")
    source = FakeSource(30, sound=True)
    Engine(source, *sinks, background=Plain(), matter=FakeMatter()).run()
    for sink in sinks:
        assert [frame.pts for frame in sink.frames] == list(range(30))
        assert sum(len(sound.samples) for sound in sink.sounds) == 48_000
        assert (sink.opened, sink.closed) == (1, 1)
        assert sink.stream is not None
        assert (sink.stream.width, sink.stream.height, sink.stream.fps) == (128, 72, Fraction(30))
        assert (sink.stream.rate, sink.stream.channels, sink.stream.live) == (48_000, 1, False)
