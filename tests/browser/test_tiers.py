"""What the picture is made with may change on air: the viewer sees the person, never the room."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.media.seeing import person_present, room_shown

from .receiving import longest_gap, usual_gap
from .studio import Studio

if TYPE_CHECKING:
    from playwright.sync_api import BrowserContext

    from tests.media.clip import Clip

    from .viewer import Viewer
    from .witness import Witness

pytestmark = pytest.mark.browser

CAMERA = Path(__file__).with_name("camera.js").read_text()
PAINTING = """
window.tiers = [];
window.Worker = class extends Worker {
  constructor(...given) {
    super(...given);
    window.painting = this;
    this.addEventListener("message", ({ data }) => {
      if (data.kind === "tier") tiers.push(data);
    });
  }
};
"""
WISH = """wish => {
  painting.postMessage({ kind: "model", wish });
  return tiers.length;
}"""
TAKEN_OR_REFUSED = """([wish, since]) => {
  const now = tiers.at(-1)?.tier.model;
  const told = tiers.slice(since).some(({ message }) => /cannot be used|takes too long/.test(message));
  return now === wish || (wish === "multiclass" && (told || now === "landscape"));
}"""
SMALLER = "Your computer is busy: the picture is now 640 by 480 so that it stays smooth."
BUSY = """setInterval(() => {
  const end = performance.now() + 25;
  while (performance.now() < end);
}, 30)"""
STANDSTILL = 1_500
"""Milliseconds for which a picture may stand still on a machine that is busy with two browsers: twenty
pictures where they come slower than that because it is busy with more."""
TRIED = 90_000
"""Milliseconds in which a model is loaded, compiled and measured, also the largest on a busy machine."""


def test_models_and_sizes_change_while_a_viewer_watches(
    creator: BrowserContext, viewer: Viewer, witness: Witness, clip: Clip
) -> None:
    witness.excuse("VideoFrame was garbage collected")  # a worker so busy may be taken for one that hangs
    creator.add_init_script(CAMERA)
    creator.add_init_script(PAINTING)
    studio = Studio(creator.new_page())
    page, received = studio.page, viewer.received
    studio.open()
    page.evaluate("camera.hold(960, 720)")
    studio.describe("beach with palm trees at sunset")
    studio.go_live()
    viewer.open(studio.viewer_link)
    received.until(lambda frame: person_present(frame.picture, clip), "the person", 20)
    received.take()
    seen = len(received.frames)

    # the finest model may be too slow for this machine; then that is told, and another one goes on
    for wish in ("square", "multiclass", "landscape"):
        since = page.evaluate(WISH, wish)
        page.wait_for_function(TAKEN_OR_REFUSED, arg=[wish, since], timeout=TRIED)
        received.until(lambda frame: person_present(frame.picture, clip), f"the person, {wish}")

    # a machine that has other work may have come to this by itself, and sooner
    worker = next(worker for worker in page.workers if "/worker-" in worker.url)
    worker.evaluate(BUSY)
    page.wait_for_function(
        "told => tiers.some(({ message }) => message === told)", arg=SMALLER, timeout=TRIED
    )
    received.until(
        lambda frame: frame.width == 640 and person_present(frame.picture, clip), "the person at 640x480"
    )

    watched = received.frames[seen:]
    assert longest_gap(watched) < max(STANDSTILL, 20 * usual_gap(watched))
    assert not any(room_shown(frame.picture) for frame in received.pictures)
    assert sum(person_present(frame.picture, clip) for frame in watched[::10]) > 0.9 * len(watched[::10])
