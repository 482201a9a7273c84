"""What dies, hangs or jumps: the stream goes on, and stopping always ends."""

from __future__ import annotations

import itertools
import threading
import time
from dataclasses import replace
from fractions import Fraction
from typing import TYPE_CHECKING

import numpy as np
import pytest

from cyclorama.errors import InvalidRequest, NotFound, SinkLost, SourceLost
from cyclorama.live import (
    Engine,
    Event,
    FakeSink,
    FakeSource,
    SinkClosed,
    Sound,
    Stream,
    engine,
    feed,
    opening,
    pacing,
    running,
)
from cyclorama.live.fake import PERSON, person_before_a_room, tone
from cyclorama.matting.fake import FakeMatter
from cyclorama.picture import Format, Frame, Matrix

from .backdrops import Blurred, Plain
from .parts import Wilful, room_seen, share

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from numpy.typing import NDArray

    from cyclorama.live import Sink, Source

pytestmark = pytest.mark.unit

FPS = 50


@pytest.fixture(autouse=True)
def sooner(monkeypatch: pytest.MonkeyPatch) -> None:
    """Wait less than in life."""
    monkeypatch.setattr(pacing, "FIRST_S", 0.05)
    monkeypatch.setattr(opening, "SOUND_S", 0.1)
    monkeypatch.setattr(running, "STALL_S", 0.2)
    monkeypatch.setattr(running, "DRAIN_S", 0.3)
    monkeypatch.setattr(running, "LEAVING_S", 0.5)


class Scripted:
    """A live source whose iterations are given; one that is not there raises `SourceLost`."""

    name = "camera"
    live = True

    def __init__(self, *takes: Callable[[Scripted], Iterator[Frame | Sound]], live: bool = True) -> None:
        self.takes = list(takes)
        self.live = live
        self.opened = 0
        self.closed = threading.Event()
        self.go = threading.Event()

    def __iter__(self) -> Iterator[Frame | Sound]:
        self.opened += 1
        if not self.takes:
            raise SourceLost("The camera is gone.")
        yield from self.takes.pop(0)(self)

    def close(self) -> None:
        self.closed.set()
        self.go.set()

    def frames(
        self, count: int | None, begin: int = 0, width: int = 128, height: int = 72
    ) -> Iterator[Frame]:
        number = 0
        while not self.closed.is_set() and (count is None or number < count):
            yield replace(person_before_a_room(width, height), pts=begin + number, time_base=Fraction(1, FPS))
            number += 1
            self.closed.wait(1 / FPS)


def heard(engine: Engine) -> list[Event]:
    events: list[Event] = []
    engine.listen(events.append)
    return events


def engine_of(source: Source, *sinks: Sink, **how: object) -> Engine:
    settings: dict[str, object] = {"background": Plain(), "matter": FakeMatter(), **how}
    return Engine(source, *sinks, **settings)  # type: ignore[arg-type]


def times(sink: FakeSink) -> list[Fraction]:
    given = []
    for frame in sink.frames:
        assert frame.pts is not None
        assert frame.time_base is not None
        given.append(frame.pts * frame.time_base)
    return given


def person_seen(frame: Frame) -> bool:
    return share(frame, PERSON) > 0.1


def never_the_room(sink: FakeSink) -> bool:
    return all(room_seen(frame) < 0.02 for frame in sink.frames)


def steps_forward(sink: FakeSink, longest: float) -> bool:
    given = times(sink)
    return all(0 < b - a < longest for a, b in itertools.pairwise(given))


def test_a_source_that_is_lost_and_back() -> None:
    """Its clock begins anew; the output's does not, and nothing stands still meanwhile."""

    def first(source: Scripted) -> Iterator[Frame]:
        yield from source.frames(20, begin=1000)
        raise SourceLost("The camera was unplugged.")

    def later(source: Scripted) -> Iterator[Frame]:
        source.go.wait(20)
        yield from source.frames(None)

    source, sink = Scripted(first, later), FakeSink()
    engine = engine_of(source, sink)
    events = heard(engine)
    with engine:
        assert sink.wait_for(lambda sink: len(sink.frames) > 40)
        assert not person_seen(sink.frames[-1])
        assert engine.stats.source_state == "lost"
        source.go.set()
        assert sink.wait_for(lambda sink: len(sink.frames) > 50 and person_seen(sink.frames[-1]))
    assert [event.kind for event in events] == ["source lost", "source back"]
    assert events[0].message == "The camera was unplugged."
    assert person_seen(sink.frames[0])
    assert times(sink)[0] >= 20
    assert never_the_room(sink)
    assert steps_forward(sink, 2)
    assert engine.error is None


def test_a_source_that_stalls_becomes_the_background_alone() -> None:
    def stalls(source: Scripted) -> Iterator[Frame]:
        yield from source.frames(20)
        source.go.wait(20)
        yield from source.frames(None, begin=20)

    source, sink = Scripted(stalls), FakeSink()
    with engine_of(source, sink, background=Blurred()):
        assert sink.wait_for(lambda sink: bool(sink.frames) and not person_seen(sink.frames[-1]))
        count = len(sink.frames)
        assert sink.wait_for(lambda sink: len(sink.frames) > count + 10)
        assert not person_seen(sink.frames[-1])
        source.go.set()
        assert sink.wait_for(lambda sink: person_seen(sink.frames[-1]))
    assert steps_forward(sink, 2)
    assert all(room_seen(frame) < 0.02 for frame in sink.frames if not person_seen(frame))


def test_without_any_frame_the_background_alone_if_size_and_rate_are_known() -> None:
    source, sink = Scripted(), FakeSink()
    with engine_of(source, sink, size=(64, 48), fps=30):
        assert sink.wait_for(lambda sink: len(sink.frames) > 5)
        source.takes.append(lambda source: source.frames(None, width=128, height=72))
        assert sink.wait_for(lambda sink: person_seen(sink.frames[-1]))
    assert {(frame.width, frame.height) for frame in sink.frames} == {(64, 48)}
    assert never_the_room(sink)


def test_a_clock_that_jumps_back_and_forth() -> None:
    def jumps(source: Scripted) -> Iterator[Frame]:
        for begin in (1_000_000, 5, 2_000_000_000, 300):
            yield from source.frames(30, begin=begin)

    source, sink = Scripted(jumps), FakeSink()
    engine_of(source, sink).run()
    assert len(sink.frames) > 60
    assert steps_forward(sink, 1)
    assert times(sink)[0] >= 20_000
    assert never_the_room(sink)


def test_frames_of_another_size_in_the_middle() -> None:
    def changes(source: Scripted) -> Iterator[Frame]:
        yield from source.frames(10, width=128, height=72)
        yield from source.frames(10, begin=10, width=60, height=80)
        yield from source.frames(10, begin=20, width=128, height=72)

    sink = FakeSink()
    engine_of(Scripted(changes, live=False), sink).run()
    assert {(frame.width, frame.height) for frame in sink.frames} == {(128, 72)}
    assert len(sink.frames) == 30
    assert never_the_room(sink)


def test_a_frame_that_cannot_be_painted_is_left_out() -> None:
    def spoilt(source: Scripted) -> Iterator[Frame]:
        yield from source.frames(20)
        yield from source.frames(1, begin=20, width=1, height=16384)
        yield from source.frames(20, begin=21)

    class Fussy(FakeMatter):
        def matte(self, picture: NDArray[np.float32]) -> NDArray[np.float32]:
            if self.asked == 15:
                self.asked += 1
                return np.zeros((2, 2, 1), np.float32)
            return super().matte(picture)

    sink = FakeSink()
    engine = engine_of(Scripted(spoilt), sink, matter=Fussy())
    engine.run()
    assert len(sink.frames) > 20
    assert never_the_room(sink)
    assert steps_forward(sink, 1)


def test_a_slow_sink_stalls_nobody() -> None:
    leave = threading.Event()
    slow, quick = FakeSink("slow", on_write=lambda _: leave.wait(3)), FakeSink("quick")
    engine = engine_of(FakeSource(None, live=True, fps=FPS), slow, quick)
    with engine:
        assert quick.wait_for(lambda sink: len(sink.frames) > 40)
        stats = {sink.name: sink for sink in engine.stats.sinks}
        assert stats["slow"].dropped > 20
        # a busy machine gives the frames of a moment's sleep at once, which is more than waits for any sink
        assert stats["quick"].dropped < stats["slow"].dropped / 3
        leave.set()


def test_a_sink_that_is_lost_and_back() -> None:
    working = threading.Event()

    def breaks(item: Frame | Sound) -> None:
        if not working.is_set():
            raise SinkLost("The server hung up.")

    lost, other = FakeSink("lost", on_write=breaks), FakeSink("other")
    engine = engine_of(FakeSource(None, live=True, fps=FPS), lost, other)
    events = heard(engine)
    with engine:
        assert other.wait_for(lambda sink: len(sink.frames) > 10)
        while (state := engine.stats.sinks[0]).state != "lost":
            time.sleep(0.001)
        assert state.problem == "The server hung up."
        working.set()
        assert lost.wait_for(lambda sink: len(sink.frames) > 3)
    assert [event.kind for event in events] == ["sink lost", "sink back"]
    assert lost.opened == lost.closed >= 2
    assert engine.error is None


def test_a_recordings_lost_sink_ends_the_run() -> None:
    def breaks(_: object) -> None:
        raise SinkLost("The disk is full.")

    source = FakeSource(1000)
    with pytest.raises(SinkLost, match="disk is full"):
        engine_of(source, FakeSink(on_write=breaks), FakeSink()).run()


class Unopenable(FakeSink):
    def open(self, stream: Stream) -> None:
        raise InvalidRequest("There is no such encoder.")


@pytest.mark.parametrize("live", [True, False])
def test_a_sink_that_never_works_ends_the_run_at_once(live: bool) -> None:
    with pytest.raises(InvalidRequest, match="no such encoder"):
        engine_of(FakeSource(None, live=live), Unopenable(), FakeSink()).run()


def test_a_sink_with_a_bug_leaves_the_others_alone() -> None:
    def breaks(item: Frame | Sound) -> None:
        if isinstance(item, Frame) and (item.pts or 0) >= 40:
            raise ZeroDivisionError("oh")

    broken, other = FakeSink("broken", on_write=breaks), FakeSink("other")
    engine = engine_of(FakeSource(70, live=True, fps=FPS), broken, other)
    engine.run()
    assert len(other.frames) > 20
    assert engine.stats.sinks[0].state == "failed"
    with pytest.raises(ZeroDivisionError):
        engine_of(FakeSource(None, live=True, fps=FPS), FakeSink(on_write=breaks)).run()


@pytest.mark.parametrize("live", [True, False])
def test_a_sink_that_is_closed_by_its_watcher_leaves_the_others_and_ends_without_an_error(live: bool) -> None:
    def closes(item: Frame | Sound) -> None:
        if isinstance(item, Frame) and (item.pts or 0) >= 10:
            raise SinkClosed("The window was closed.")

    window, other = FakeSink("window", on_write=closes), FakeSink("other")
    engine = engine_of(FakeSource(40, live=live, fps=FPS), window, other)
    events = heard(engine)
    engine.run()
    assert [(event.kind, event.message) for event in events] == [("sink closed", "The window was closed.")]
    assert engine.stats.sinks[0].state == "closed"
    assert len(other.frames) > len(window.frames) + 10
    engine_of(FakeSource(None, live=live, fps=FPS), FakeSink(on_write=closes)).run()


@pytest.mark.parametrize("live", [True, False])
def test_a_source_that_never_works_ends_the_run(live: bool) -> None:
    def missing(source: Scripted) -> Iterator[Frame]:
        yield from ()
        raise NotFound("There is no such camera.")

    with pytest.raises(NotFound, match="no such camera"):
        engine_of(Scripted(missing, live=live), FakeSink()).run()
    with pytest.raises(InvalidRequest, match="no picture"):
        engine_of(Scripted(lambda source: iter(()), live=live), FakeSink()).run()


def test_frames_without_times_are_refused() -> None:
    with pytest.raises(InvalidRequest, match="without a time"):
        engine_of(FakeSource(items=[person_before_a_room()]), FakeSink()).run()


def test_stopping_with_everything_stuck_ends_and_says_so() -> None:
    never = threading.Event()

    def stuck(source: Scripted) -> Iterator[Frame]:
        yield from source.frames(30)
        never.wait(30)

    matter = Wilful()
    hangs, fine = FakeSink("hangs", on_write=lambda _: never.wait(30)), FakeSink("fine")
    engine = engine_of(Scripted(stuck), hangs, fine, matter=matter)
    events = heard(engine)
    engine.start()
    assert fine.wait_for(lambda sink: len(sink.frames) > 5)
    matter.free.clear()
    engine.stop()
    assert engine.wait(0)
    assert fine.closed == 1
    assert [event.name for event in events] == ["hangs", "camera"]
    assert "left behind" in events[0].message
    never.set()
    matter.free.set()


def test_stopping_with_a_model_that_hangs_where_none_should(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(engine, "LONGEST_S", 0.3)
    matter, sink = Wilful(), FakeSink()
    matter.inline = True
    started = engine_of(FakeSource(None), sink, matter=matter)
    events = heard(started)
    started.start()
    assert sink.wait_for(lambda sink: len(sink.frames) > 2)
    matter.free.clear()
    assert matter.hangs.wait(10)
    started.stop()
    assert [event.message for event in events] == ["The model hangs and was left behind."]
    assert sink.wait_for(lambda sink: sink.closed == 1), "outputs are whole even so"
    matter.free.set()
    assert started.wait(10)


@pytest.mark.parametrize("live", [True, False])
def test_stop_at_any_moment_closes_everything(live: bool) -> None:
    before = threading.active_count()
    for moment in range(12):
        source, sink, matter = FakeSource(None, live=live, fps=FPS), FakeSink(keep=3), Wilful()
        engine = engine_of(source, sink, matter=matter)
        engine.start()
        if moment % 4:
            sink.wait_for(lambda sink, moment=moment: sink.count >= moment)  # type: ignore[misc]
        engine.stop()
        engine.stop()
        assert sink.opened == sink.closed
        assert matter.closed == 1
    deadline = time.monotonic() + 5
    while threading.active_count() > before and time.monotonic() < deadline:
        time.sleep(0.01)
    assert threading.active_count() <= before


def test_a_listener_may_stop_the_engine() -> None:
    sink = FakeSink(on_write=lambda _: lose())
    engine = engine_of(FakeSource(None, live=True, fps=FPS), sink)
    engine.listen(lambda _: engine.stop())

    def lose() -> None:
        raise SinkLost("Gone.")

    engine.run()
    assert engine.wait(0)
    sourceless = engine_of(Scripted(), FakeSink())
    sourceless.listen(lambda _: sourceless.stop())
    sourceless.run()
    assert sourceless.wait(0)


def test_an_engine_that_was_never_started_can_be_stopped() -> None:
    matter = Wilful()
    engine = engine_of(FakeSource(), FakeSink(), matter=matter)
    engine.stop()
    assert matter.closed == 1
    with pytest.raises(InvalidRequest, match="runs once"):
        engine.start()


def test_sound_goes_on_as_silence_when_the_source_is_lost() -> None:
    def first(source: Scripted) -> Iterator[Frame | Sound]:
        for number, frame in enumerate(source.frames(20)):
            yield frame
            yield tone(number * 960, 960)
        raise SourceLost("Gone.")

    sink = FakeSink()
    with engine_of(Scripted(first), sink):
        assert sink.wait_for(lambda sink: len(sink.sounds) > 40)
    ends = [(sound.pts, sound.pts + len(sound.samples)) for sound in sink.sounds]
    assert all(b[0] >= a[1] for a, b in itertools.pairwise(ends))
    assert not sink.sounds[-1].samples.any()
    assert abs(sink.sounds[-1].seconds - float(times(sink)[-1])) < 1
    assert np.abs(sink.sounds[0].samples).max() > 0.4


def test_the_oldest_pictures_go_before_sound() -> None:
    hold = threading.Event()
    sink = FakeSink(on_write=lambda _: hold.wait(20))
    stream = Stream(
        128, 72, Fraction(30), Format.I420, Matrix.BT601, full_range=False, rate=48_000, channels=1
    )
    fed = feed.Feed(sink, stream, lambda _: None, lambda: None)
    while fed.stats.state != "running":
        time.sleep(0.001)
    fed.put(tone(0, 10))
    while fed.waiting:
        time.sleep(0.001)  # the first one is in hand
    for number in range(120):
        fed.put(replace(person_before_a_room(), pts=number, time_base=Fraction(1, 30)))
        fed.put(tone(10 * number, 10))
    assert fed.waiting == feed.PICTURES + feed.SOUNDS
    assert fed.stats.dropped == 240 - feed.PICTURES - feed.SOUNDS
    hold.set()
    fed.finish()
    assert fed.join(20)
    assert [frame.pts for frame in sink.frames] == [116, 117, 118, 119]
    assert [sound.pts for sound in sink.sounds] == [0, *range(200, 1200, 10)]


def test_an_output_that_takes_long_to_open_begins_with_a_picture() -> None:
    ready = threading.Event()

    class Slow(FakeSink):
        def open(self, stream: Stream) -> None:
            ready.wait(20)
            super().open(stream)

    order: list[type] = []
    sink = Slow(on_write=lambda item: order.append(type(item)))
    with engine_of(FakeSource(None, live=True, fps=FPS, sound=True), sink) as engine:
        while engine.stats.frames < 20:
            time.sleep(0.01)
        ready.set()
        assert sink.wait_for(lambda sink: len(sink.frames) > 5)
    assert order[0] is Frame
