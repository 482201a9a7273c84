"""One run of the engine: its thread, from the first frame until everything is closed."""

from __future__ import annotations

import logging
import threading
import time
from dataclasses import replace
from fractions import Fraction
from typing import TYPE_CHECKING

from cyclorama.errors import InvalidRequest
from cyclorama.live.base import Sound
from cyclorama.live.drift import Drift
from cyclorama.live.feed import Feed, join_all
from cyclorama.live.intake import Intake
from cyclorama.live.opening import Opening
from cyclorama.live.pacing import STALL_S, Thinner, Timeline, ticks
from cyclorama.live.stats import Event

if TYPE_CHECKING:
    from collections.abc import Callable

    from cyclorama.live.base import Sink, Source, Stream
    from cyclorama.live.painter import Painter
    from cyclorama.live.stats import Meter, SinkStats
    from cyclorama.picture import Frame

logger = logging.getLogger(__name__)

DRAIN_S, LEAVING_S = 2.0, 5.0
"""When it is stopped: for what waits for a sink, then for sinks and source themselves. What hangs longer is
left behind: a sink's `write` may block for 5 s."""
TICK_S = 0.25


class Running:
    """Takes frames from the source, has them painted, and hands them to the sinks.

    Attributes:
        error: what ended it; None where the source just ended or it was stopped.
        stream: what sinks were opened with; None before that.
        newest: the newest frame that came out.
        ended: set when everything is closed.
    """

    def __init__(
        self,
        source: Source,
        sinks: tuple[Sink, ...],
        painter: Painter,
        meter: Meter,
        tell: Callable[[Event], object],
        fps: Fraction | None,
        size: tuple[int, int] | None,
    ) -> None:
        self.error: BaseException | None = None
        self.newest: Frame | None = None
        self.stream: Stream | None = None
        self.ended = threading.Event()
        self.started = time.monotonic()
        self._sinks, self._painter, self._meter, self._tell = sinks, painter, meter, tell
        self._live = source.live
        self._can_begin_alone = source.live and size is not None and fps is not None
        known = fps or getattr(source, "fps", None)
        self._opening: Opening | None = Opening(
            source.live, Fraction(known) if known else None, getattr(source, "has_sound", None)
        )
        self._thinner = Thinner(fps if source.live else None)
        self._timeline = Timeline()
        self._drift = Drift()
        self._has_sound = self._complained = False
        self._interval: float | None = None
        self._time_base = Fraction(1, 90_000)
        self._shown_at = self._out_at = self._heard_at = self.started
        self._feeds: list[Feed] = []
        self._stopping = threading.Event()
        self._intake = Intake(source, meter, tell)
        self._thread = threading.Thread(target=self._run, name="engine", daemon=True)

    def start(self) -> None:
        """Begin."""
        self._thread.start()

    @property
    def source_state(self) -> str:
        """Of the source: "opening", "running", "lost" or "ended"."""
        return self._intake.state

    @property
    def sound_offset_ms(self) -> float:
        """By how much sound was ahead of its time."""
        return self._drift.offset * 1000

    @property
    def sinks(self) -> tuple[SinkStats, ...]:
        """How each sink is doing."""
        return tuple(feed.stats for feed in self._feeds)

    def stop(self) -> None:
        """End it soon; does not wait. Sinks and source are told from here: the engine's thread may hang."""
        self._stopping.set()
        self._painter.interrupt()
        for feed in self._feeds:
            feed.finish()
        self._intake.close()

    @property
    def is_own_thread(self) -> bool:
        """Whether the caller is a thread that the end waits for."""
        me = threading.current_thread()
        return me is self._thread or self._intake.owns(me) or any(feed.owns(me) for feed in self._feeds)

    def _run(self) -> None:
        try:
            self._intake.start()
            self._loop()
        except BaseException as error:
            self.error = error
        finally:
            try:
                self._close()
            except BaseException as error:
                self.error = self.error or error
            self.ended.set()

    def _loop(self) -> None:
        while not self._stopping.is_set():
            if not self._look_at_feeds():
                break
            got = self._intake.get(self._patience())
            if self._stopping.is_set():
                break
            if got is not None:
                self._take(*got)
            elif self._intake.over:
                break
            self._open_if_ready()
            self._beat()
        if self._intake.error is not None and not self._stopping.is_set():
            raise self._intake.error
        if self._opening and not self._stopping.is_set():
            self._open()
        self._look_at_feeds()

    def _take(self, item: Frame | Sound, came: float) -> None:
        if self._opening is not None:
            self._opening.add(item, came)
        elif isinstance(item, Sound):
            self._sound(item, came)
        else:
            self._picture(item, came)

    def _open_if_ready(self) -> None:
        if self._opening and self._opening.is_ready(time.monotonic()):
            self._open()

    def _open(self) -> None:
        """Open the sinks, and give them what came so far."""
        opening, self._opening = self._opening, None
        assert opening is not None  # noqa: S101
        if opening.frame is None and not self._can_begin_alone:
            raise InvalidRequest("The source has no picture: it ended before its first frame.")
        canvas = self._painter.prepare(opening.frame)
        self._interval = float(1 / opening.fps)
        stream = opening.stream(canvas, self._painter.background.transparent)
        self._has_sound = stream.rate > 0
        self.stream = stream
        if stream.alpha:
            self._painter.keep_alpha()
        self._feeds = [Feed(sink, stream, self._tell, self._intake.wake) for sink in self._sinks]
        for item, came in opening.items:
            if not self._stopping.is_set():
                self._take(item, came)

    def _picture(self, frame: Frame, came: float) -> None:
        if frame.pts is None or frame.time_base is None:
            raise InvalidRequest("The source gives frames without a time. Each needs its pts and time_base.")
        if self._live:
            time_of_it = frame.pts * frame.time_base
            if not self._thinner.wants(time_of_it):
                return
            moved = self._timeline.picture(time_of_it, came)
            pts = None if moved is None else ticks(moved, frame.time_base)
            if pts is None or not self._is_next(pts, frame.time_base):
                self._meter.missed()
                return
            self._time_base = frame.time_base
            frame = replace(frame, pts=pts) if pts != frame.pts else frame
        start = time.perf_counter()
        try:
            painted = self._painter.paint(frame, self._interval if self._live else None)
        except Exception as error:
            if not self._live:
                raise
            self._spoilt(error)
            return
        if self._live and self._interval and time.perf_counter() - start > self._interval:
            self._meter.late += 1
        self._shown_at = time.monotonic()
        self._show(painted, self._shown_at)

    def _spoilt(self, error: Exception) -> None:
        """Go on without a frame that cannot be painted: what stands still becomes the background alone."""
        self._meter.missed()
        if not self._complained:
            self._complained = True
            logger.error("a frame could not be painted", exc_info=error)
            self._tell(Event("error", f"Frames cannot be painted. {type(error).__name__}: {error}"))

    def _sound(self, sound: Sound, came: float) -> None:
        if not self._has_sound:
            return
        if self._live:
            moved = self._timeline.sound(sound.pts * sound.time_base, came)
            followed = None if moved is None else self._drift.follow(sound, moved)
            if followed is None:
                return
            sound = followed
        self._heard_at = came
        for feed in self._feeds:
            feed.put(sound)

    def _fill_silence(self, until: Fraction, now: float) -> None:
        """Give silence where sound is missing: whoever mixes sound and picture would wait for it."""
        if self._has_sound and now - self._heard_at >= STALL_S and (silence := self._drift.silence(until)):
            for feed in self._feeds:
                feed.put(silence)

    def _patience(self) -> float | None:
        """Return how long to wait for the source before it is this run's turn to do something."""
        now = time.monotonic()
        if self._opening is not None:
            until = self._opening.deadline(now)
            return TICK_S if until is None and self._can_begin_alone else until
        return None if (due := self._due()) is None else max(0.0, due - now)

    def _due(self) -> float | None:
        """Return when the background is to be shown alone if nothing comes; None: never."""
        if not self._live or self._interval is None:
            return None
        stall = 0.0 if self._intake.state == "lost" else STALL_S
        return max(self._shown_at + stall, self._out_at + self._interval)

    def _beat(self) -> None:
        """Show the background alone where the source has given nothing for too long."""
        now = time.monotonic()
        if self._opening is not None and self._can_begin_alone and now - self.started >= STALL_S:
            self._open()
        if self._intake.state == "ended" or (due := self._due()) is None or now < due:
            return
        pts = ticks(self._timeline.heartbeat(now), self._time_base)
        # its own pace, and not later with each; but never a burst after a pause
        self._out_at = due if now - due < (self._interval or 0) else now
        if self._is_next(pts, self._time_base):
            self._show(self._painter.alone(pts, self._time_base), self._out_at)

    def _is_next(self, pts: int, time_base: Fraction) -> bool:
        """Whether a time is after the last one, also where a coarse time base rounds both."""
        newest = self.newest
        if newest is None or newest.pts is None or newest.time_base is None:
            return True
        return pts * time_base > newest.pts * newest.time_base

    def _show(self, painted: Frame, at: float) -> None:
        if self._stopping.is_set():
            return
        start = time.perf_counter()
        self._out_at = at
        self.newest = painted
        if self._live and painted.pts is not None and painted.time_base is not None:
            self._fill_silence(painted.pts * painted.time_base, time.monotonic())
        for feed in self._feeds:
            feed.put(painted)
        self._meter.spent("out", time.perf_counter() - start)
        self._meter.shown(time.monotonic())

    def _look_at_feeds(self) -> bool:
        """Say whether anybody wants frames; before there are sinks, somebody will.

        Raises:
            BaseException: what a failed sink's error is, where that ends the run: the sink never worked, was
                the last one, or gets a recording.
        """
        gone = bool(self._feeds) and all(feed.is_gone for feed in self._feeds)
        failed = [feed.error for feed in self._feeds if feed.error is not None]
        fatal = [feed.error for feed in self._feeds if feed.error is not None and not feed.ever_open]
        if failed and (fatal or not self._live or gone):
            raise (fatal or failed)[0]
        return not gone

    def _close(self) -> None:
        self._intake.close()
        for feed in self._feeds:
            feed.finish()
        pending = self._feeds
        while pending and not self._stopping.is_set() and self.error is None:
            pending = join_all(pending, TICK_S)  # a file may take its time for what it has got
        pending = join_all(pending, DRAIN_S)
        for feed in pending:
            feed.abandon()
        for feed in join_all(pending, LEAVING_S):
            name = feed.sink.name
            self._tell(Event("error", f"{name} hangs and was left behind; it may be incomplete.", name))
        if not self._intake.join(LEAVING_S):
            name = self._intake.source.name
            self._tell(Event("error", f"{name} hangs and was left behind.", name))
        self._painter.close()
        if self.error is None:
            self.error = next((feed.error for feed in self._feeds if feed.error and not self._live), None)
