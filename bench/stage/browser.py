"""Chromium as a viewer: our own page, and what its `getStats` says."""

from __future__ import annotations

import shlex
import time
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from bench.stage import clock
from tests.browser import chromium
from tests.browser.receiving import SPY

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from playwright.sync_api import Browser, Page, Playwright

STATS = """async () => {
  const video = ({ type, kind, framesDecoded }) =>
    type === "inbound-rtp" && kind === "video" && framesDecoded > 0;
  for (const peer of [...opened.peers].reverse()) {
    for (const report of (await peer.getStats()).values()) if (video(report)) return { ...report };
  }
  return null;
}"""
# Where the picture has stood still since, by the page's own <video>, whatever connection feeds it.
FOLLOW = """() => {
  window.shown = { last: Date.now(), frames: 0, times: [], ages: [] };
  const canvas = new OffscreenCanvas(BITS * SIDE, 2 * SIDE);
  const context = canvas.getContext("2d", { willReadFrequently: true });
  const read = READ;
  const since = (then) => (((Date.now() - then) % WRAP) + WRAP) % WRAP;
  const videos = new WeakSet();
  const follow = (video) => {
    if (videos.has(video)) return;
    videos.add(video);
    const next = () => {
      shown.last = Date.now();
      shown.frames += 1;
      shown.times.push(shown.last);
      if (shown.times.length > 9000) shown.times.shift();
      if (shown.aged) {
        context.drawImage(video, 0, 0, canvas.width, canvas.height, 0, 0, canvas.width, canvas.height);
        const value = read(context);
        if (value !== null) shown.ages.push(since(value));
      }
      video.requestVideoFrameCallback(next);
    };
    video.requestVideoFrameCallback(next);
  };
  setInterval(() => document.querySelectorAll("video").forEach(follow), 50);
}"""
FOLLOW = FOLLOW.replace("READ", clock.READ).replace("WRAP", str(clock.WRAP))
FOLLOW = FOLLOW.replace("BITS", str(clock.BITS)).replace("SIDE", str(clock.SIDE))
NETWORKS = "10.77.*"  # those of `link.py`
LOOPBACK_TOO = "--allow-loopback-in-peer-connection"


@dataclass(frozen=True)
class Shown:
    """What a browser showed in a while, by its own count.

    Attributes:
        rate: pictures decoded a second.
        freezes: `freezeCount`.
        frozen: `totalFreezesDuration`, in seconds.
        buffer: milliseconds that a picture waited in the jitter buffer, on average.
        lost: packets, by `packetsLost`: those that came when they were sent again are among them.
    """

    rate: float
    freezes: int
    frozen: float
    buffer: float
    lost: int


@contextmanager
def browser(
    playwright: Playwright,
    folder: Path,
    *flags: str,
    namespace: str | None = None,
    camera: Path | None = None,
) -> Iterator[Browser]:
    """Run Chromium, in a network namespace where one is named."""
    executable = chromium.executable()
    given = [
        *chromium.flags(camera, host=NETWORKS),
        LOOPBACK_TOO,
        "--autoplay-policy=no-user-gesture-required",
        *flags,
    ]
    if namespace is not None:
        script = folder / f"chromium-{namespace}"
        script.write_text(f'#!/bin/sh\nexec ip netns exec {namespace} {shlex.quote(executable)} "$@"\n')
        script.chmod(0o700)
        executable = str(script)
    with playwright.chromium.launch(executable_path=executable, args=given) as running:
        yield running


class Viewer:
    """The viewer page in a browser."""

    def __init__(self, running: Browser, url: str, token: str) -> None:
        self.page: Page = running.new_context().new_page()
        self.page.add_init_script(SPY)
        self.page.add_init_script(f"({FOLLOW})()")
        self.page.goto(f"{url}/watch#{token}")
        self.until_picture()

    def until_picture(self, seconds: float = 60) -> None:
        """Wait until pictures come.

        Raises:
            RuntimeError: none came.
        """
        give_up = time.monotonic() + seconds
        while time.monotonic() < give_up:
            if self.page.evaluate("shown.frames > 5 && Date.now() - shown.last < 500"):
                return
            self.page.wait_for_timeout(50)
        raise RuntimeError(f"The viewer page shows no picture after {seconds:g} s.")

    def watch(self, seconds: float) -> Shown:
        """Watch for a while."""
        before = self._stats()
        began = time.monotonic()
        self.page.wait_for_timeout(seconds * 1000)
        after, passed = self._stats(), time.monotonic() - began
        if after.get("id") != before.get("id"):
            before = {}  # it came again in between

        def grown(name: str) -> float:
            return float(after.get(name, 0) - before.get(name, 0))

        emitted = grown("jitterBufferEmittedCount")
        return Shown(
            rate=grown("framesDecoded") / passed,
            freezes=int(grown("freezeCount")),
            frozen=grown("totalFreezesDuration"),
            buffer=1000 * grown("jitterBufferDelay") / emitted if emitted else 0.0,
            lost=int(grown("packetsLost")),
        )

    def still_since(self) -> float:
        """Return for how many seconds the picture has stood still."""
        return float(self.page.evaluate("(Date.now() - shown.last) / 1000"))

    def stands(self, since: float, seconds: float = 60) -> float:
        """Return how many seconds after `since` (Unix time) the first of pictures came that go on.

        Raises:
            RuntimeError: none came.
        """
        give_up = time.monotonic() + seconds
        script = """(since) => {
          const after = shown.times.filter((time) => time > since);
          const at = after.findIndex((time, index) => after[index + 10] - time < 1500);
          return at < 0 ? null : after[at] - since;
        }"""
        while time.monotonic() < give_up:
            took = self.page.evaluate(script, since * 1000)
            if took is not None:
                return float(took) / 1000
            self.page.wait_for_timeout(100)
        raise RuntimeError(f"The picture was not back after {seconds:g} s.")

    def ages(self, seconds: float) -> list[int]:
        """Return how old, in milliseconds, each picture's clock was when it was shown."""
        self.page.evaluate("shown.aged = true")
        self.page.wait_for_timeout(1000)
        self.page.evaluate("shown.ages = []")
        self.page.wait_for_timeout(seconds * 1000)
        ages: list[int] = self.page.evaluate("shown.aged = false, shown.ages")
        return ages

    def _stats(self) -> dict[str, Any]:
        return self.page.evaluate(STATS) or {}
