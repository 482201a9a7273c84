"""What the server spends to forward 1280x720 at 30 frames a second, and how soon a viewer sees something.

python bench/stage.py [seconds]

One publisher sends VP8 that was encoded before; viewers drop what they receive. Both are other processes than
the server, which is measured alone. "First picture" is from the viewer's request to a decoded frame.
"""

from __future__ import annotations

import asyncio
import json
import os
import socket
import subprocess
import sys
import tempfile
import time
from contextlib import contextmanager
from fractions import Fraction
from typing import TYPE_CHECKING, Any

import av
import httpx
import numpy as np
import psutil
from aiortc import (
    AudioStreamTrack,
    RTCConfiguration,
    RTCPeerConnection,
    RTCSessionDescription,
    VideoStreamTrack,
    rtcrtpreceiver,
)
from PIL import Image

if TYPE_CHECKING:
    from collections.abc import Iterator

VIEWERS = (1, 4, 8)
WIDTH, HEIGHT, RATE = 1280, 720, 30
BIT_RATE = 2_500_000
CLOCK = 90_000


class Encoded(VideoStreamTrack):
    """Three seconds of moving clouds, encoded once; they begin anew whenever a key frame is wanted."""

    def __init__(self) -> None:
        super().__init__()
        codec = av.CodecContext.create("libvpx", "w")
        assert isinstance(codec, av.VideoCodecContext)
        codec.width, codec.height, codec.pix_fmt, codec.bit_rate = WIDTH, HEIGHT, "yuv420p", BIT_RATE
        codec.framerate, codec.time_base = Fraction(RATE), Fraction(1, RATE)
        codec.options = {
            "deadline": "realtime",
            "cpu-used": "8",
            "lag-in-frames": "0",
            "g": "1000",
            "qmax": "63",
        }
        grain = np.random.default_rng(1).integers(0, 256, (HEIGHT // 48, WIDTH // 32), dtype=np.uint8)
        cloud = np.asarray(Image.fromarray(grain).resize((WIDTH, HEIGHT * 3 // 2), Image.Resampling.BICUBIC))
        self._data: list[bytes] = []
        for index in range(3 * RATE):
            frame = av.VideoFrame.from_ndarray(np.roll(cloud, index * 2, axis=1), format="yuv420p")
            frame.pts, frame.time_base = index, Fraction(1, RATE)
            self._data += [bytes(packet) for packet in codec.encode(frame)]
        self.bit_rate = sum(map(len, self._data)) * 8 / 3
        self.next = 0
        self._sent = 0
        self._began = time.monotonic()

    async def recv(self) -> av.Packet:
        """Return the next packet when its time has come."""
        await asyncio.sleep(max(0, self._began + self._sent / RATE - time.monotonic()))
        packet = av.Packet(self._data[self.next % len(self._data)])
        packet.pts, packet.time_base = self._sent * CLOCK // RATE, Fraction(1, CLOCK)
        self.next, self._sent = self.next + 1, self._sent + 1
        return packet


async def join(pc: RTCPeerConnection, url: str, token: str) -> None:
    """Exchange offer and answer with a WHIP or WHEP endpoint."""
    await pc.setLocalDescription(await pc.createOffer())
    headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/sdp"}
    async with httpx.AsyncClient() as http:
        response = await http.post(url, content=pc.localDescription.sdp, headers=headers)
    assert response.status_code == httpx.codes.CREATED, response.text
    await pc.setRemoteDescription(RTCSessionDescription(response.text, "answer"))


def connection() -> RTCPeerConnection:
    """Return a connection that asks no outside server."""
    return RTCPeerConnection(RTCConfiguration(iceServers=[]))


async def publish(url: str, token: str) -> None:
    """Publish until killed."""
    pc, video = connection(), Encoded()
    pc.addTrack(AudioStreamTrack())
    sender = pc.addTrack(video)

    def start_anew() -> None:
        video.next = 0

    sender._send_keyframe = start_anew
    await join(pc, f"{url}/whip", token)
    await asyncio.Event().wait()


async def watch(url: str, token: str, participant: str, count: str, seconds: str) -> None:
    """Watch `count` times without decoding; print how many frames a second came to each."""
    rtcrtpreceiver.decoder_worker = lambda _, frames, *__: [None for _ in iter(frames.get, None)]
    frames = 0
    pcs = []
    for _ in range(int(count)):
        pc = connection()
        pcs.append(pc)
        for kind in ("audio", "video"):
            pc.addTransceiver(kind, "recvonly")
        receiver = pc.getReceivers()[1]
        original = receiver._handle_rtp_packet

        async def counted(packet: Any, arrival_time_ms: int, original: Any = original) -> None:
            nonlocal frames
            frames += packet.marker
            await original(packet, arrival_time_ms)

        receiver._handle_rtp_packet = counted
        await join(pc, f"{url}/whep/{participant}", token)
    await asyncio.sleep(1.5)
    print("ready", flush=True)
    frames, began = 0, time.monotonic()
    await asyncio.sleep(float(seconds))
    print(json.dumps(frames / (time.monotonic() - began) / len(pcs)), flush=True)
    await asyncio.gather(*(pc.close() for pc in pcs))


async def first(url: str, token: str, participant: str) -> None:
    """Print after how many milliseconds the first packet and the first picture are there."""
    pc, began, packet_at = connection(), time.monotonic(), 0.0
    transceiver = pc.addTransceiver("video", "recvonly")
    original = transceiver.receiver._handle_rtp_packet

    async def noted(packet: Any, arrival_time_ms: int) -> None:
        nonlocal packet_at
        packet_at = packet_at or time.monotonic()
        await original(packet, arrival_time_ms)

    transceiver.receiver._handle_rtp_packet = noted
    await join(pc, f"{url}/whep/{participant}", token)
    await transceiver.receiver.track.recv()
    print(json.dumps([(packet_at - began) * 1000, (time.monotonic() - began) * 1000]))
    await pc.close()


@contextmanager
def process(*command: str, **more: Any) -> Iterator[subprocess.Popen[str]]:
    """Run a process for as long as the block does."""
    started = subprocess.Popen([sys.executable, *command], text=True, **more)
    try:
        yield started
    finally:
        started.kill()
        started.wait()


def until_up(url: str) -> None:
    """Wait for the server."""
    for _ in range(200):
        try:
            httpx.get(f"{url}/healthz")
        except httpx.TransportError:
            time.sleep(0.05)
        else:
            return
    sys.exit("The server did not come up.")


def token(url: str, *, publish: bool) -> dict[str, str]:
    """Mint a token."""
    body = {"user_id": "bench", "publish": publish}
    minted: dict[str, str] = httpx.post(f"{url}/tokens", json=body).raise_for_status().json()
    return minted


def measure(seconds: float, folder: str) -> None:
    """Start everything and print the table."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    url = f"http://127.0.0.1:{port}"
    env = os.environ | {"CYCLORAMA_DATA": folder, "CYCLORAMA_LOG_LEVEL": "warning"}
    quiet = {"env": env, "cwd": folder, "stdout": subprocess.DEVNULL}
    with process("-m", "cyclorama", "studio", "--port", str(port), **quiet) as server:
        until_up(url)
        host, guest = token(url, publish=True), token(url, publish=False)
        who = [url, guest["token"], host["participant_id"]]
        cpu = psutil.Process(server.pid)
        with process(__file__, "publish", url, host["token"]):
            while httpx.post(f"{url}/whep/{who[2]}", headers=sdp(guest), content="v=0").status_code == 404:
                time.sleep(0.1)
            print(f"{WIDTH}x{HEIGHT} at {RATE} fps, VP8 at {BIT_RATE / 1e6} Mbit/s, and Opus")
            print("viewers   server, % of a core   frames a second at each")
            for count in VIEWERS:
                with process(
                    __file__, "watch", *who, str(count), str(seconds), stdout=subprocess.PIPE
                ) as viewers:
                    assert viewers.stdout is not None
                    assert viewers.stdout.readline() == "ready\n"
                    cpu.cpu_percent()
                    fps = json.loads(viewers.stdout.readline())
                    print(f"{count:7}   {cpu.cpu_percent():20.1f}   {fps:23.1f}")
            runs = []
            for _ in range(7):
                answer = subprocess.check_output([sys.executable, __file__, "first", *who])
                runs.append(json.loads(answer))
            packet, picture = np.median(runs, axis=0)
            print(f"first packet after {packet:.0f} ms, first picture after {picture:.0f} ms")
            print(f"(medians of {len(runs)}; the slowest picture {max(run[1] for run in runs):.0f} ms)")


def sdp(minted: dict[str, str]) -> dict[str, str]:
    """Return the headers of an offer."""
    return {"Authorization": f"Bearer {minted['token']}", "Content-Type": "application/sdp"}


if __name__ == "__main__":
    roles = {"publish": publish, "watch": watch, "first": first}
    if len(sys.argv) > 2:
        asyncio.run(roles[sys.argv[1]](*sys.argv[2:]))
    else:
        with tempfile.TemporaryDirectory() as data:
            measure(float(sys.argv[1]) if len(sys.argv) > 1 else 8, data)
