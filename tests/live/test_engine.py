from __future__ import annotations

import subprocess
import sys
import threading
from dataclasses import fields
from fractions import Fraction
from itertools import pairwise
from typing import TYPE_CHECKING

import psutil  # type: ignore[import-untyped]
import pytest

from cyclorama.errors import InvalidRequest
from cyclorama.live import Engine, FakeSink, FakeSource, Sound, Stats
from cyclorama.live.backdrops import Blur, Colour, Transparent
from cyclorama.live.fake import PERSON
from cyclorama.live.stats import STAGES
from cyclorama.matting.fake import FakeMatter
from cyclorama.picture import Format, Frame, Look

from .parts import Wilful, room_seen, share

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

pytestmark = pytest.mark.unit


def blue() -> Colour:
    return Colour(20, 40, 220)


def test_a_recording_goes_to_all_sinks_whole_and_in_order() -> None:
    sinks = FakeSink("one"), FakeSink("two")
    source = FakeSource(30, sound=True)
    Engine(source, *sinks, background=blue(), matter=FakeMatter()).run()
    for sink in sinks:
        assert [frame.pts for frame in sink.frames] == list(range(30))
        assert [sound.pts for sound in sink.sounds] == list(range(0, 48_000, 1600))
        assert sum(len(sound.samples) for sound in sink.sounds) == 48_000
        assert (sink.opened, sink.closed) == (1, 1)
        assert sink.stream is not None
        assert (sink.stream.width, sink.stream.height, sink.stream.fps) == (128, 72, Fraction(30))
        assert (sink.stream.rate, sink.stream.channels, sink.stream.live) == (48_000, 1, False)
        for frame in sink.frames:
            assert share(frame, PERSON) > 0.2
            assert room_seen(frame) < 0.01


def test_sound_and_picture_of_a_recording_keep_their_order() -> None:
    order: list[type] = []
    sink = FakeSink(on_write=lambda item: order.append(type(item)))
    Engine(FakeSource(5, sound=True), sink, background=blue(), matter=FakeMatter()).run()
    assert order == [Frame, Sound] * 5


@pytest.mark.parametrize("frames", [1, 2])
@pytest.mark.parametrize("live", [True, False])
def test_the_shortest_streams(live: bool, frames: int) -> None:
    sink = FakeSink()
    Engine(FakeSource(frames, live=live), sink, background=blue(), matter=FakeMatter()).run()
    assert len(sink.frames) == (1 if live else frames)
    assert sink.closed == 1


def test_a_live_sources_frames_are_thinned() -> None:
    source, sink = FakeSource(90, live=True, fps=60), FakeSink()
    Engine(source, sink, background=blue(), matter=FakeMatter(), fps=20).run()
    assert sink.stream is not None
    assert sink.stream.fps == 20
    times = [frame.pts or 0 for frame in sink.frames]
    assert len(times) <= 31
    assert all(later - sooner >= 2 for sooner, later in pairwise(times))


def test_what_is_changed_while_it_runs_shows() -> None:
    first, second = Wilful(), FakeMatter()
    source, sink = FakeSource(None, live=True, fps=50), FakeSink(keep=2)
    with Engine(source, sink, background=blue(), matter=first) as engine:
        assert sink.wait_for(lambda sink: bool(sink.frames) and share(sink.frames[-1], PERSON) > 0.2)
        engine.person = False
        assert sink.wait_for(lambda sink: share(sink.frames[-1], PERSON) == 0)
        engine.person = True
        assert sink.wait_for(lambda sink: share(sink.frames[-1], PERSON) > 0.2)
        engine.look = Look(scale=0.2)
        assert sink.wait_for(lambda sink: share(sink.frames[-1], PERSON) < 0.05)
        engine.background = Colour(255, 255, 255)
        assert sink.wait_for(lambda sink: sink.frames[-1].planes[0][0, 0] == 235)
        engine.matter = second
        asked = second.asked
        assert sink.wait_for(lambda _: second.asked > asked + 2)
        assert (engine.look.scale, engine.background.name, engine.matter) == (0.2, "#ffffff", second)
        preview = engine.preview()
        assert preview is not None
        assert preview.width == 128
    assert first.closed == 1


def test_stats_say_how_it_goes() -> None:
    source, sink = FakeSource(None, live=True, fps=50), FakeSink("file", keep=2)
    engine = Engine(source, sink, background=blue(), matter=FakeMatter())
    assert engine.stats == Stats(stages=dict.fromkeys(STAGES, 0.0))
    with engine:
        assert sink.wait_for(lambda sink: sink.count > 30)
        stats = engine.stats
        assert stats.source_state == "running"
        assert [(each.name, each.state, each.problem) for each in stats.sinks] == [("file", "running", "")]
        assert stats.frames >= stats.sinks[0].frames > 20
        assert 5 < stats.fps < 60
        assert stats.matte_age_ms is not None
        assert set(stats.stages) == set(STAGES)
        assert all(stats.stages[stage] > 0 for stage in STAGES if stage != "decode")
    assert engine.stats.sinks[0].state == "closed"
    assert {field.name for field in fields(Stats)} >= {"late", "dropped", "sound_offset_ms"}


def test_without_an_output_or_with_a_senseless_rate_there_is_no_engine() -> None:
    with pytest.raises(InvalidRequest, match="no output"):
        Engine(FakeSource(), background=blue(), matter=FakeMatter())
    with pytest.raises(InvalidRequest, match="frames a second"):
        Engine(FakeSource(), FakeSink(), background=blue(), matter=FakeMatter(), fps=0)
    with pytest.raises(InvalidRequest, match="cannot be made"):
        Engine(FakeSource(), FakeSink(), background=blue(), matter=FakeMatter(), size=(0, 720)).run()


def test_transparency_is_refused_where_an_output_cannot_keep_it() -> None:
    opaque, other = FakeSink("opaque"), FakeSink("other", alpha=True)
    with pytest.raises(InvalidRequest, match=r"^opaque cannot keep transparency"):
        Engine(FakeSource(), opaque, other, background=Transparent(), matter=FakeMatter())
    engine = Engine(FakeSource(), opaque, background=blue(), matter=FakeMatter())
    with pytest.raises(InvalidRequest, match="transparency"):
        engine.background = Transparent()
    engine.stop()


def test_what_is_transparent_has_alpha_always() -> None:
    """Nothing is seen of the room, nor of anybody without a matte; other backgrounds are opaque."""
    matter, sink = Wilful(), FakeSink(alpha=True)
    source = FakeSource(None, live=True, fps=50)
    with Engine(source, sink, background=Transparent(), matter=matter) as engine:
        assert sink.wait_for(lambda sink: len(sink.frames) > 2)
        engine.person = False
        assert sink.wait_for(lambda sink: not alpha_of(sink.frames[-1]).any())
        engine.person = True
        assert sink.wait_for(lambda sink: bool(alpha_of(sink.frames[-1]).any()))
        matter.fails = True
        assert sink.wait_for(lambda sink: not alpha_of(sink.frames[-1]).any())
        engine.background = blue()
        assert sink.wait_for(lambda sink: bool((alpha_of(sink.frames[-1]) == 255).all()))
        matter.fails = False
        engine.background = Transparent()
        assert sink.wait_for(lambda sink: bool((alpha_of(sink.frames[-1]) == 0).any()))
    assert sink.stream is not None
    assert sink.stream.alpha
    for frame in sink.frames:
        assert room_seen(frame) < 0.02, "the person's colours go on where the room was"
    alphas = [alpha_of(frame) for frame in sink.frames]
    person = next(alpha for alpha in alphas if alpha.any())
    assert (person == 255).mean() > 0.2
    assert (person == 0).mean() > 0.3


def alpha_of(frame: Frame) -> NDArray[np.uint8]:
    assert frame.alpha is not None
    return frame.alpha


def test_outputs_that_were_opened_without_transparency_do_not_get_it() -> None:
    sink = FakeSink(alpha=True)
    with Engine(FakeSource(None, live=True), sink, background=blue(), matter=FakeMatter()) as engine:
        assert sink.wait_for(lambda sink: bool(sink.frames))
        with pytest.raises(InvalidRequest, match="opened without"):
            engine.background = Transparent()
    assert sink.frames[-1].alpha is None


def test_several_engines_in_one_process() -> None:
    kinds = [
        (Format.I420, (128, 72)),
        (Format.NV12, (96, 96)),
        (Format.RGBA, (61, 47)),
        (Format.BGRA, (64, 64)),
    ]
    engines, sinks = [], []
    for number, (kind, size) in enumerate(kinds):
        sinks.append(FakeSink())
        source = FakeSource(40, size=size, format=kind, sound=True)
        behind = Blur() if number == 1 else Colour(60 * number, 0, 200)
        engines.append(Engine(source, sinks[-1], background=behind, matter=FakeMatter()))
    for engine in engines:
        engine.start()
    assert all(engine.wait(60) for engine in engines)
    for sink, (_, (width, height)) in zip(sinks, kinds, strict=True):
        assert [frame.pts for frame in sink.frames] == list(range(40))
        assert {frame.planes[0].shape for frame in sink.frames} == {(height, width)}


def test_memory_stays_flat() -> None:
    """Scaled down: `bench/engine_memory.py` runs 100,000 frames."""
    process, seen = psutil.Process(), []

    def look(item: Frame | Sound) -> None:
        if isinstance(item, Frame) and item.pts in {200, 700}:
            seen.append(process.memory_info().rss)

    before = threading.active_count()
    sink = FakeSink(keep=1, on_write=look)
    Engine(FakeSource(701, sound=True), sink, background=blue(), matter=FakeMatter()).run()
    assert seen[1] - seen[0] < 4 * 2**20
    assert threading.active_count() == before


def test_importing_takes_no_time() -> None:
    code = "import sys, cyclorama.live; print({'av', 'numpy', 'wasmtime'} & set(sys.modules))"
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert ran.stdout == "set()\n"
