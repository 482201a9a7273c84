"""What a browser encodes passes through the stage as it is: plain WHIP and WHEP, without our page."""

from __future__ import annotations

import time
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from .receiving import Receiver

if TYPE_CHECKING:
    from playwright.sync_api import BrowserContext, Page

    from .receiving import Received
    from .witness import Witness

pytestmark = pytest.mark.browser

PEERS = (Path(__file__).parent / "peers.js").read_text()
RED, BLUE = (254, 0, 0), (0, 0, 255)
BARE = '<!doctype html><link rel="icon" href="data:," />'
CODECS = ("vp8", "vp9", "av1", "h264")  # at the same time: most of the test is waiting
LAYERS = [{"rid": "q", "scaleResolutionDownBy": 4}, {"rid": "h", "scaleResolutionDownBy": 2}, {"rid": "f"}]


class Pair:
    """A page that publishes and one that watches, with nothing of ours in them."""

    def __init__(self, context: BrowserContext) -> None:
        self.publisher, self.viewer = context.new_page(), context.new_page()
        self.received = Receiver(self.viewer)
        for page in (self.publisher, self.viewer):
            page.goto("/bare")
        self._host = _token(self.publisher, publish=True)
        self._guest = _token(self.viewer, publish=False)

    def publish(self, track: str, options: dict[str, Any]) -> None:
        """Publish a track that peers.js makes, and wait until it arrives."""
        script = f"([token, options]) => peers.publish(token, peers.{track}, options)"
        answer = self.publisher.evaluate(script, [self._host["token"], options])
        assert answer["status"] == 201, answer
        give_up = time.monotonic() + 20
        while not self._publishing():
            assert time.monotonic() < give_up, "nothing arrives at the stage"
            self.publisher.wait_for_timeout(100)

    def watch(self, **options: str) -> dict[str, Any]:
        """Ask to watch; return the HTTP status and the body of the answer."""
        script = "([token, id, options]) => peers.watch(token, id, options)"
        whom = self._host["participant_id"]
        answer: dict[str, Any] = self.viewer.evaluate(script, [self._guest["token"], whom, options])
        return answer

    def _publishing(self) -> bool:
        there = self.viewer.request.get("/stages/default/participants").json()["participants"]
        return any(each["publishing"] for each in there if each["id"] == self._host["participant_id"])


@pytest.fixture
def bare(audience: BrowserContext) -> BrowserContext:
    audience.add_init_script(PEERS)
    audience.route("**/bare", lambda route: route.fulfill(content_type="text/html", body=BARE))
    return audience


@pytest.fixture
def pair(bare: BrowserContext) -> Pair:
    return Pair(bare)


def test_each_codec_passes(bare: BrowserContext) -> None:
    pairs = {codec: Pair(bare) for codec in CODECS}
    for codec, pair in pairs.items():
        pair.publish("blinking(320, 192)", {"codec": codec})
        assert pair.watch()["status"] == 201, codec
    for codec, pair in pairs.items():
        seen = pair.received.frames
        pair.received.until(lambda _, seen=seen: _turns(seen) >= 3, f"{codec}: red, blue, red, blue", 30)  # type: ignore[misc]
        about = pair.viewer.evaluate("peers.about('inbound-rtp')")
        assert about["codec"].lower() == f"video/{codec}"
        assert (about["frameWidth"], about["frameHeight"]) == (320, 192), codec
        pair.received.next(10)


def test_a_viewer_without_the_codec_is_told(pair: Pair, witness: Witness) -> None:
    witness.excuse(r"415 \(Unsupported Media Type\)")
    pair.publish("blinking(320, 192)", {"codec": "vp9"})
    answer = pair.watch(codec="vp8")
    assert answer["status"] == 415
    assert "What is published is VP9, which this player cannot play" in answer["body"]


def test_of_a_simulcast_the_full_picture_alone_is_sent(pair: Pair) -> None:
    # which codec makes no difference to the stage; VP8 takes Chromium ten seconds more to begin with
    pair.publish("blinking(512, 288)", {"codec": "h264", "encodings": LAYERS})
    assert pair.watch()["status"] == 201
    full = pair.received.until(lambda frame: frame.width == 512, "the full picture", 30)
    assert full.height == 288
    for colour in (RED, BLUE):
        pair.received.until(lambda frame, colour=colour: _shows(frame, colour), str(colour), 20)  # type: ignore[misc]
    assert pair.publisher.evaluate("peers.about('outbound-rtp')")["sending"] == 1


def test_an_upright_picture_arrives_upright(pair: Pair) -> None:
    pair.publish("upright()", {"codec": "vp8"})
    assert pair.watch()["status"] == 201
    frame = pair.received.until(lambda frame: bool(frame.picture.any()), "a picture", 20)
    assert (frame.width, frame.height) == (192, 320)
    above, below = np.array_split(frame.picture, 2)
    assert above[10:-10].mean(axis=(0, 1)) == pytest.approx(RED, abs=16)
    assert below[10:-10].mean(axis=(0, 1)) == pytest.approx(BLUE, abs=16)


def _shows(frame: Received, colour: tuple[int, int, int]) -> bool:
    return bool(np.abs(frame.picture.mean(axis=(0, 1)) - colour).max() < 16)


def _turns(frames: list[Received]) -> int:
    """Return how often the picture has turned from one of the two colours to the other."""
    colours = [colour for frame in frames for colour in (RED, BLUE) if _shows(frame, colour)]
    return sum(one != next_ for one, next_ in pairwise(colours))


def _token(page: Page, *, publish: bool) -> dict[str, Any]:
    response = page.request.post("/tokens", data={"user_id": "somebody", "publish": publish})
    token: dict[str, Any] = response.json()
    assert response.ok, token
    return token
