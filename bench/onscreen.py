"""From pressing "Paint it" to the picture on the creator's screen: scenery, in the studio page, at 1280x720.

python bench/onscreen.py [runs]

A corner of the preview, where the person never is, tells: `first` is the first frame in which it changes,
`whole` the one from which on it stays, after the crossfade.
"""

from __future__ import annotations

import statistics
import sys
import tempfile
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING

from playwright.sync_api import expect, sync_playwright

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
from tests.browser import chromium
from tests.browser.server import StudioServer
from tests.browser.studio import Studio
from tests.media.clip import write_clip, write_tone

if TYPE_CHECKING:
    from collections.abc import Sequence

WORDS = ("beach at sunset", "snowy mountains at noon")
WATCH = """([video, button]) => new Promise((resolve) => {
  const context = new OffscreenCanvas(16, 9).getContext("2d", { willReadFrequently: true });
  const corner = () => {
    context.drawImage(video, 0, 0, 16, 9);
    return [...context.getImageData(0, 0, 1, 1).data];
  };
  const apart = (a, b) => Math.max(...a.map((value, at) => Math.abs(value - b[at])));
  const before = corner();
  let first = null, whole = null, last = before, still = 0;
  const look = (now) => {
    const seen = corner();
    if (first === null && apart(seen, before) > 12) first = now - began;
    if (first !== null) {
      still = apart(seen, last) > 2 ? 0 : still + 1;
      if (still === 0) whole = now - began;
      if (still > 30) return resolve({ first, whole });
    }
    last = seen;
    video.requestVideoFrameCallback(look);
  };
  video.requestVideoFrameCallback(look);
  const began = performance.now();
  button.click();
})"""


def main() -> None:
    """Print medians and worst, in milliseconds."""
    runs = int(sys.argv[1]) if len(sys.argv) > 1 else 11
    with tempfile.TemporaryDirectory() as name, sync_playwright() as playwright:
        folder = Path(name)
        given = chromium.flags(write_clip(folder, 1280, 720).path, write_tone(folder))
        with (
            ExitStack() as stack,
            playwright.chromium.launch(executable_path=chromium.executable(), args=given) as browser,
        ):
            server = StudioServer(folder)
            stack.callback(server.stop)
            server.start()
            context = browser.new_context(permissions=["camera", "microphone"], base_url=server.url)
            studio = Studio(context.new_page())
            studio.open()
            studio.describe(WORDS[1])
            seen = [look(studio, WORDS[number % 2]) for number in range(runs)]
    print(f"scenery, 1280x720, {runs} times        median   worst   ms")
    for what in ("first", "whole"):
        line(f"on screen, {what}", [each[what] for each in seen])


def look(studio: Studio, words: str) -> dict[str, float]:
    """Have a background painted; return after how many milliseconds it was seen."""
    studio.button("Describe a background").click()
    studio.prompt.fill(words)
    handles = [studio.preview.element_handle(), studio.paint.element_handle()]
    seen: dict[str, float] = studio.page.evaluate(WATCH, handles)
    expect(studio.dialog).to_be_hidden()
    return seen


def line(name: str, values: Sequence[float]) -> None:
    """Print one line of the table."""
    print(f"{name:32}{statistics.median(values):10.0f}{max(values):8.0f}")


if __name__ == "__main__":
    main()
