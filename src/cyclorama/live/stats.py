"""What the engine says about itself."""

from __future__ import annotations

import threading
import time
from collections import deque
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

STAGES = ("decode", "take", "matte", "composite", "out")
"""Waiting for the source is not counted as decode; `out` is the copy out of the kernel and the hand-over."""
WEIGHT = 0.1
"""Of a new time in the moving average: the last second or so at 30 frames a second."""
WINDOW_S = 2.0
"""The rate is that of the last seconds."""


@dataclass(frozen=True, slots=True)
class Event:
    """Something that whoever runs the engine wants to know.

    Attributes:
        kind: "source lost", "source back", "sink lost", "sink back", "sink closed",
            "model failed", "model back", "error".
        message: a sentence for people.
        name: of the source or sink it is about, "" where it is about neither.
    """

    kind: str
    message: str
    name: str = ""


@dataclass(frozen=True, slots=True)
class SinkStats:
    """How one output is doing.

    Attributes:
        name: the sink's.
        state: "opening", "running", "lost", "closed" or "failed".
        frames: it has taken.
        dropped: pictures and pieces of sound that it was too slow for, or that came while it was lost.
        bits_per_second: that it sends or writes, 0 where it does not say.
        problem: why it is lost or failed, a sentence; else "".
    """

    name: str
    state: str
    frames: int
    dropped: int
    bits_per_second: int
    problem: str


@dataclass(frozen=True, slots=True)
class Stats:
    """How the engine was doing at one moment.

    Attributes:
        seconds: since it was started.
        fps: frames a second that came out of it, over the last seconds.
        frames: that came out of it.
        dropped: frames of the source that a newer one overtook.
        late: frames that took longer than the time between two of them.
        matte_age_ms: how old the newest matte was when it was last composited with; None: there was none.
        stages: time a frame spends in each of `STAGES`, in ms, as moving averages.
        sinks: one for each.
        source_state: "opening", "running", "lost" or "ended".
        sound_offset_ms: by how much sound was ahead (+) of its time when it was last measured.
    """

    seconds: float = 0.0
    fps: float = 0.0
    frames: int = 0
    dropped: int = 0
    late: int = 0
    matte_age_ms: float | None = None
    stages: dict[str, float] = field(default_factory=dict)
    sinks: tuple[SinkStats, ...] = ()
    source_state: str = "opening"
    sound_offset_ms: float = 0.0


class Meter:
    """Counts and times, from any thread."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._stages: dict[str, float] = {}
        self._moments: deque[float] = deque()
        self.frames = 0
        self.dropped = 0
        self.late = 0

    def spent(self, stage: str, seconds: float) -> None:
        """Take note of how long a stage took."""
        with self._lock:
            before = self._stages.get(stage)
            now = seconds * 1000
            self._stages[stage] = now if before is None else before + (now - before) * WEIGHT

    @contextmanager
    def timing(self, stage: str) -> Iterator[None]:
        """Time a stage."""
        start = time.perf_counter()
        try:
            yield
        finally:
            self.spent(stage, time.perf_counter() - start)

    def shown(self, now: float) -> None:
        """Take note of a frame that came out."""
        with self._lock:
            self.frames += 1
            self._moments.append(now)
            self._forget(now)

    def missed(self, count: int = 1) -> None:
        """Frames were overtaken by a newer one."""
        with self._lock:
            self.dropped += count

    @property
    def stages(self) -> dict[str, float]:
        """In ms."""
        with self._lock:
            return {stage: round(self._stages.get(stage, 0.0), 3) for stage in STAGES}

    def fps(self, now: float) -> float:
        """Frames a second, over the last seconds."""
        with self._lock:
            self._forget(now)
            if len(self._moments) < 2:
                return 0.0
            return (len(self._moments) - 1) / max(self._moments[-1] - self._moments[0], 1e-6)

    def _forget(self, now: float) -> None:
        while self._moments and self._moments[0] < now - WINDOW_S:
            self._moments.popleft()
