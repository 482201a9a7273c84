"""What a browser publishes, recorded: its own codecs, its own clock."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

import httpx
import numpy as np
import pytest

from tests.stage.recording.files import read

if TYPE_CHECKING:
    from pathlib import Path

    from playwright.sync_api import BrowserContext, Page

    from .server import StudioServer

pytestmark = pytest.mark.browser

BEFORE, AFTER = 4.0, 2.0  # seconds
CODECS = ["VP8", "VP9", "H264", "AV1"]  # at the same time: most of the test is waiting

# A canvas that turns from red to blue, and a tone that begins, when `happen` is called.
PUBLISH = """async ([token, codec]) => {
  const canvas = document.createElement("canvas");
  [canvas.width, canvas.height] = [320, 180];
  const draw = canvas.getContext("2d");
  let colour = "red";
  setInterval(() => {
    draw.fillStyle = colour;
    draw.fillRect(0, 0, 320, 180);
    draw.fillStyle = `hsl(0 0% ${Math.random() * 100}%)`;
    draw.fillRect(Math.random() * 300, 0, 20, 20);
  }, 25);
  const audio = new AudioContext();
  const [tone, volume] = [audio.createOscillator(), audio.createGain()];
  const out = audio.createMediaStreamDestination();
  volume.gain.value = 0;
  tone.connect(volume).connect(out);
  tone.start();
  await audio.resume();
  const peer = new RTCPeerConnection();
  const video = peer.addTransceiver(canvas.captureStream(30).getVideoTracks()[0], { direction: "sendonly" });
  peer.addTransceiver(out.stream.getAudioTracks()[0], { direction: "sendonly" });
  const { codecs } = RTCRtpReceiver.getCapabilities("video");
  const wanted = [`video/${codec}`, "video/rtx"];
  video.setCodecPreferences(codecs.filter(({ mimeType }) => wanted.includes(mimeType)));
  await peer.setLocalDescription();
  const answer = await fetch("/whip", {
    method: "POST",
    headers: { authorization: `Bearer ${token}`, "content-type": "application/sdp" },
    body: peer.localDescription.sdp,
  });
  await peer.setRemoteDescription({ type: "answer", sdp: await answer.text() });
  window.happen = () => {
    colour = "blue";
    volume.gain.value = 0.5;
  };
  window.peer = peer;
}"""


def test_sound_and_picture_of_a_browser_are_in_step(
    creator: BrowserContext, server: StudioServer, tmp_path: Path
) -> None:
    with httpx.Client(base_url=server.url) as http:
        http.put("/stages/default/recording")
        pages = [_publishing(creator, http, codec) for codec in CODECS]
        published_at = time.time()
        pages[0].wait_for_timeout(BEFORE * 1000)
        for page in pages:
            page.evaluate("happen()")
        pages[0].wait_for_timeout(AFTER * 1000)
        ended_at = time.time()
        state = http.delete("/stages/default/recording").json()
        assert state["problem"] == ""
        for codec in CODECS:
            file = next(each for each in state["files"] if each["user_id"] == f"in {codec}")
            path = tmp_path / file["name"]
            path.write_bytes(http.get(f"/stages/default/recordings/{file['name']}").content)
            found = read(path)
            assert found.codecs == {"video": codec.lower(), "audio": "opus"}
            assert found.rising
            assert published_at - 5 < file["started_at"] < published_at + BEFORE
            assert file["started_at"] + found.duration == pytest.approx(ended_at, abs=1.5)
            assert len(found.packet_times["audio"]) == pytest.approx(50 * found.duration, rel=0.2)
            shown = zip(found.picture_times, found.colours, strict=True)
            seen = next(at for at, colour in shown if colour[2] > 128)
            loud = [np.abs(sound).max() > 0.1 for sound in found.sounds]
            heard = found.sound_times[loud.index(True)]
            assert seen == pytest.approx(heard, abs=0.1), codec


def _publishing(creator: BrowserContext, http: httpx.Client, codec: str) -> Page:
    answer = http.post("/tokens", json={"user_id": f"in {codec}", "publish": True})
    page = creator.new_page()
    page.goto("/watch")
    page.evaluate(PUBLISH, [answer.json()["token"], codec])
    return page
