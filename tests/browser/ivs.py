"""Amazon IVS as a page meets it: the fake of Amazon's web SDK in web/tests/fakes, at the SDK's address."""

from __future__ import annotations

import base64
import json
import re
import subprocess
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from playwright.sync_api import BrowserContext, Page

    from tests.media.clip import Picture

WEB = Path(__file__).parents[2] / "web"
SDK = re.search(r'VERSION = "(.+)"', (WEB / "src/stage/ivs/sdk.ts").read_text())
assert SDK is not None
ADDRESS = f"https://web-broadcast.live-video.net/{SDK[1]}/amazon-ivs-web-broadcast.js"

# Somebody who is a plain colour, on the stage that this page has joined.
ARRIVE = """([id, colour]) => {
  const canvas = document.createElement("canvas");
  [canvas.width, canvas.height] = [320, 180];
  const context = canvas.getContext("2d");
  const paint = () => { context.fillStyle = colour; context.fillRect(0, 0, 320, 180); };
  paint();
  setInterval(paint, 100);
  fakeIvs.stage.arrive(fakeParticipant(id), canvas.captureStream(10).getTracks());
}"""

# One frame of what is published, small.
PUBLISHED = """async () => {
  const { mediaStreamTrack } = fakeIvs.stage.published.find((each) => each.mediaStreamTrack.kind === "video");
  const video = document.createElement("video");
  video.muted = true;
  video.srcObject = new MediaStream([mediaStreamTrack]);
  await video.play();
  await new Promise((done) => video.requestVideoFrameCallback(done));
  const [width, height] = [160, Math.round((160 * video.videoHeight) / video.videoWidth)];
  const context = new OffscreenCanvas(width, height).getContext("2d");
  context.drawImage(video, 0, 0, width, height);
  const { data } = context.getImageData(0, 0, width, height);
  video.srcObject = null;
  return { height, rgba: new Uint8Array(data.buffer).toBase64() };
}"""


def script(folder: Path) -> str:
    """Return the fake as one classic script, as the SDK is."""
    built = folder / "ivs.js"
    command = [WEB / "node_modules/.bin/rolldown", WEB / "tests/fakes/ivs-script.ts"]
    subprocess.run([*command, "--format", "iife", "--file", built], check=True, capture_output=True, cwd=WEB)
    return built.read_text()


def token(*, publish: bool) -> str:
    """Return a participant token with the claims that Amazon's have."""
    claims = {
        "exp": int(time.time()) + 3600,
        "jti": "me",
        "resource": "arn:aws:ivs:us-west-2:123456789012:stage/abcdefgh",
        "topic": "abcdefgh",
        "user_id": "ann",
        "capabilities": {"allow_publish": publish, "allow_subscribe": True},
        "version": "0.3",
    }
    parts = (json.dumps({"alg": "ES384", "typ": "JWT"}), json.dumps(claims), "signature")
    return ".".join(base64.urlsafe_b64encode(part.encode()).decode().rstrip("=") for part in parts)


class Amazon:
    """Amazon's end of all pages of a context."""

    def __init__(self, context: BrowserContext, script: str) -> None:
        self.reachable = True
        context.route(
            ADDRESS,
            lambda route: (
                route.fulfill(content_type="text/javascript", body=script)
                if self.reachable
                else route.abort()
            ),
        )

    def do(self, page: Page, what: str) -> Any:
        """Do something with the stage that this page joined last, such as `break()`."""
        return page.evaluate(f"fakeIvs.stage.{what}")

    def until(self, page: Page, what: str, seconds: float = 10) -> None:
        """Wait until this is true of the fake; Playwright's own way of waiting needs `unsafe-eval`."""
        give_up = time.monotonic() + seconds
        while not page.evaluate(what):
            assert time.monotonic() < give_up, f"Not so within {seconds:g} s: {what}."
            page.wait_for_timeout(50)

    def arrive(self, page: Page, id_: str, colour: str) -> None:
        """Let somebody come who is all of this colour."""
        page.evaluate(ARRIVE, [id_, colour])

    def sees(self, page: Page) -> Picture:
        """Return a frame of what this page publishes, small."""
        frame = page.evaluate(PUBLISHED)
        rgba = np.frombuffer(base64.b64decode(frame["rgba"]), np.uint8)
        return rgba.reshape(frame["height"], -1, 4)[..., :3]
