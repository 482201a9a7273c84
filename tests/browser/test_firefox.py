"""The story in Firefox, which has no track processors; the viewer is a Chromium."""

from __future__ import annotations

import base64
import io
import json
from pathlib import Path
from typing import TYPE_CHECKING

import httpx
import pytest
from PIL import Image

from cyclorama.live.sources.person import FPS, SECONDS, room
from tests.media.clip import frames
from tests.media.seeing import SAME_BACKGROUND, background_difference, person_present, room_shown

from . import firefox
from .conftest import ARTIFACTS
from .receiving import STANDSTILL, longest_gap

if TYPE_CHECKING:
    from tests.media.clip import Clip

    from .receiving import Received
    from .server import StudioServer
    from .viewer import Viewer

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(
        firefox.executable() is None, reason="no Firefox here; on Debian: apt install firefox-esr"
    ),
]

FILMED = Path(__file__).with_name("filmed.js").read_text()
STATE = "document.querySelector('[data-testid=preview]')?.dataset.pictureState"
VIEWER_LINK = "[...document.querySelectorAll('input')].find(({ value }) => value.includes('/watch')).value"


def film(clip: Clip) -> str:
    """Return a script that puts every second frame of the clip before the camera, as JPEG."""
    shots = []
    behind = room(clip.width, clip.height)
    for index, (rgb, _) in enumerate(frames(clip.width, clip.height, behind)):
        if index % 2 == 0:
            jpeg = io.BytesIO()
            Image.fromarray(rgb).save(jpeg, "JPEG", quality=90)
            shots.append(base64.b64encode(jpeg.getvalue()).decode())
    assert len(shots) == FPS * SECONDS // 2
    return FILMED.replace("SHOTS", json.dumps(shots))


def test_story_in_firefox(server: StudioServer, viewer: Viewer, clip: Clip, tmp_path: Path) -> None:
    with firefox.running(tmp_path) as creator:
        creator.preload(film(clip))
        creator.open(server.url)
        try:
            _story(creator, server, viewer, clip)
        except BaseException:
            ARTIFACTS.mkdir(parents=True, exist_ok=True)
            (ARTIFACTS / "firefox.png").write_bytes(creator.screenshot())
            raise
        assert creator.complaints == []


def _story(creator: firefox.Firefox, server: StudioServer, viewer: Viewer, clip: Clip) -> None:
    creator.press("Allow camera")
    creator.until(f"{STATE} === 'live'")
    creator.press("Describe a background")
    creator.fill("dialog[open] textarea", "beach with palm trees at sunset")
    creator.press("Paint it")
    creator.until("document.querySelector('[data-testid=notices]').innerText.includes('is ready')")
    newest = httpx.get(f"{server.url}/backgrounds").json()["backgrounds"][0]
    beach = Image.open(io.BytesIO(httpx.get(f"{server.url}{newest['image']}").content))
    creator.press("Go live")
    creator.until("document.querySelector('[data-testid=live-state]').dataset.state === 'connected'")

    def before_the_beach(frame: Received) -> bool:
        there = background_difference(frame.picture, beach, clip) < SAME_BACKGROUND
        return there and person_present(frame.picture, clip)

    viewer.open(creator.evaluate(VIEWER_LINK))
    viewer.received.until(before_the_beach, "the person before the beach", 20)
    lasting = viewer.received.watch(2)
    assert len(lasting) > 15
    assert all(before_the_beach(frame) for frame in lasting)

    # as when it crashes: it is gone, and nobody is told
    creator.evaluate("workers.at(-1).terminate()")
    frames = viewer.received.watch(4)
    creator.until(f"{STATE} === 'live'")
    frames += viewer.received.watch(1)
    assert longest_gap(frames) < STANDSTILL
    assert before_the_beach(frames[-1])
    assert not any(room_shown(frame.picture) for frame in viewer.received.pictures)
