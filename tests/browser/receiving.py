"""What arrives at a viewer: pictures and sound, as its page presents them."""

from __future__ import annotations

import base64
import time
from dataclasses import dataclass
from itertools import dropwhile, pairwise
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from playwright.sync_api import Page

    from tests.media.clip import Picture

HERE = Path(__file__).parent
STANDSTILL = 4_000
"""Milliseconds for which no picture stands still, whatever happens. A worker that ended is replaced after
some 1.3 s on a machine that does nothing else; without the watchdog it took eight."""
SAMPLER = (HERE / "sampler.js").read_text()
SPY = (HERE / "spy.js").read_text()


@dataclass(frozen=True)
class Received:
    """One frame as it was presented, made small."""

    milliseconds: float
    """Since the page was opened."""
    width: int
    height: int
    picture: Picture
    who: str = ""
    """The id of the participant whose picture it is, where the page says so."""


@dataclass(frozen=True)
class Heard:
    """The loudest moment of a while."""

    level: float
    hertz: float


class Receiver:
    """Every frame that a page with the sampler in it has presented, from the first on."""

    def __init__(self, page: Page) -> None:
        self._page = page
        self.frames: list[Received] = []

    @property
    def pictures(self) -> list[Received]:
        """All frames but the black ones that Chromium presents before the first that it has decoded."""
        return list(dropwhile(lambda frame: not frame.picture.any(), self.frames))

    def take(self) -> list[Received]:
        """Return the frames that came since the last call; `frames` has them all."""
        fresh = [
            Received(
                about["time"],
                about["width"],
                about["height"],
                _rgb(about["rgba"], about["rows"]),
                about["who"],
            )
            for about in self._page.evaluate("received.take()")
        ]
        self.frames += fresh
        return fresh

    def forget(self) -> None:
        """Drop all that came until now; the page need not have the sampler in it."""
        self._page.evaluate("window.received?.take()")
        self.frames.clear()

    def watch(self, seconds: float) -> list[Received]:
        """Return the frames of the next seconds."""
        self.take()
        self._page.wait_for_timeout(seconds * 1000)
        return self.take()

    def next(self, count: int = 20, seconds: float = 20) -> list[Received]:
        """Return all frames since the last call, once they are this many."""
        frames = self.take()
        give_up = time.monotonic() + seconds
        while len(frames) < count:
            assert time.monotonic() < give_up, f"Only {len(frames)} frames within {seconds:g} s."
            self._page.wait_for_timeout(100)
            frames += self.take()
        return frames

    def until(self, seen: Callable[[Received], bool], what: str, seconds: float = 20) -> Received:
        """Wait for a frame in which something is seen."""
        give_up = time.monotonic() + seconds
        while time.monotonic() < give_up:
            for frame in self.take():
                if seen(frame):
                    return frame
            self._page.wait_for_timeout(100)
        raise AssertionError(f"Not seen within {seconds:g} s, in {len(self.frames)} frames: {what}.")

    def hear(self, seconds: float) -> Heard:
        """Listen for a while."""
        return Heard(**self._page.evaluate("seconds => received.hear(seconds * 1000)", seconds))

    def hear_more_than(self, level: float, seconds: float = 20) -> Heard:
        """Listen until something is this loud; return its loudest moment."""
        give_up = time.monotonic() + seconds
        while (heard := self.hear(1)).level <= level:
            assert time.monotonic() < give_up, f"Nothing as loud as {level:g} within {seconds:g} s."
        return heard

    def frame_rate(self, seconds: float) -> float:
        """Return the decoded frames per second over the next seconds."""
        before: int = self._page.evaluate("opened.framesDecoded()")
        began = time.monotonic()
        self._page.wait_for_timeout(seconds * 1000)
        after: int = self._page.evaluate("opened.framesDecoded()")
        return (after - before) / (time.monotonic() - began)


def longest_gap(frames: Sequence[Received]) -> float:
    """Return the longest time for which no other frame was presented, in milliseconds."""
    return max(_gaps(frames))


def usual_gap(frames: Sequence[Received]) -> float:
    """Return the time in which one frame follows the other on this machine, in milliseconds: the median."""
    return median(_gaps(frames))


def _gaps(frames: Sequence[Received]) -> list[float]:
    return [after.milliseconds - before.milliseconds for before, after in pairwise(frames)]


def _rgb(rgba: str, rows: int) -> Picture:
    return np.frombuffer(base64.b64decode(rgba), np.uint8).reshape(rows, -1, 4)[..., :3]
