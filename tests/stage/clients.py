"""A publisher and a viewer in Python: plain aiortc over WHIP and WHEP, media synthesised."""

from __future__ import annotations

import asyncio
import json
from contextlib import suppress
from dataclasses import dataclass, field
from fractions import Fraction
from typing import TYPE_CHECKING, Any, Self, cast

import httpx
import numpy as np
from aiortc import (
    AudioStreamTrack,
    RTCConfiguration,
    RTCPeerConnection,
    RTCRtpSender,
    RTCSessionDescription,
    VideoStreamTrack,
)
from av import AudioFrame, VideoFrame
from websockets.asyncio.client import connect

from cyclorama.stage.tokens import Token

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable

    from numpy.typing import NDArray

PATIENCE = 10.0
WIDTH, HEIGHT = 320, 240
SAMPLES = 960


class Colour(VideoStreamTrack):
    """A plane of one colour, given as luma and chroma."""

    def __init__(self, y: int, u: int, v: int) -> None:
        super().__init__()
        planes = [np.full(HEIGHT * WIDTH, y), np.full(HEIGHT * WIDTH // 4, u), np.full(HEIGHT * WIDTH // 4, v)]
        self._yuv = np.concatenate(planes).astype(np.uint8).reshape(-1, WIDTH)

    async def recv(self) -> VideoFrame:
        pts, time_base = await self.next_timestamp()
        frame = VideoFrame.from_ndarray(self._yuv, format="yuv420p")
        frame.pts, frame.time_base = pts, time_base
        return frame


class Tone(AudioStreamTrack):
    """A sine of 440 Hz, in real time."""

    _pts = 0

    async def recv(self) -> AudioFrame:
        silence = await super().recv()
        rate = 48000
        seconds = (self._pts + np.arange(SAMPLES)) / rate
        wave = (np.sin(2 * np.pi * 440 * seconds) * 20000).astype(np.int16)
        frame = AudioFrame.from_ndarray(wave.reshape(1, -1), format="s16", layout="mono")
        frame.sample_rate, frame.pts, frame.time_base = rate, self._pts, Fraction(1, rate)
        self._pts += SAMPLES
        del silence
        return frame


def connection() -> RTCPeerConnection:
    return RTCPeerConnection(RTCConfiguration(iceServers=[]))


async def until(true: Callable[[], object], patience: float = PATIENCE) -> None:
    """Wait until something has become true."""
    async with asyncio.timeout(patience):
        while not true():
            await asyncio.sleep(0.02)


@dataclass
class Client:
    """One peer connection to the stage."""

    url: str
    token: Token
    pc: RTCPeerConnection = field(default_factory=connection)
    location: str = ""

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.pc.close()

    @property
    def headers(self) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.token.token}", "Content-Type": "application/sdp"}

    async def join(self, path: str) -> httpx.Response:
        await self.pc.setLocalDescription(await self.pc.createOffer())
        async with httpx.AsyncClient(base_url=self.url) as http:
            response = await http.post(path, content=self.pc.localDescription.sdp, headers=self.headers)
        if response.status_code == httpx.codes.CREATED:
            self.location = response.headers["location"]
            await self.pc.setRemoteDescription(RTCSessionDescription(response.text, "answer"))
        return response

    async def leave(self) -> httpx.Response:
        async with httpx.AsyncClient(base_url=self.url) as http:
            return await http.delete(self.location, headers=self.headers)


class Publisher(Client):
    async def publish(
        self, video: VideoStreamTrack | None = None, audio: AudioStreamTrack | None = None, codec: str = ""
    ) -> httpx.Response:
        for track in (audio, video):
            if track is not None:
                self.pc.addTrack(track)
        if codec:
            codecs = RTCRtpSender.getCapabilities("video").codecs
            for transceiver in self.pc.getTransceivers():
                if transceiver.kind == "video":
                    transceiver.setCodecPreferences([each for each in codecs if each.name in {codec, "rtx"}])
        return await self.join("/whip")


class Viewer(Client):
    async def watch(self, participant: str, kinds: tuple[str, ...] = ("audio", "video")) -> httpx.Response:
        for kind in kinds:
            self.pc.addTransceiver(kind, "recvonly")
        return await self.join(f"/whep/{participant}")

    async def picture(self) -> NDArray[np.uint8]:
        """Return the next picture that arrives, in RGB."""
        frame = await self._next("video")
        return cast("VideoFrame", frame).to_ndarray(format="rgb24")

    async def colour(self) -> tuple[int, int, int]:
        """Return the mean colour of the next picture, as R, G and B."""
        red, green, blue = (await self.picture()).mean(axis=(0, 1))
        return round(red), round(green), round(blue)

    async def sound(self) -> NDArray[np.int16]:
        frame = await self._next("audio")
        return cast("AudioFrame", frame).to_ndarray().ravel()

    async def _next(self, kind: str) -> Any:
        track = next(each.track for each in self.pc.getReceivers() if each.track.kind == kind)
        async with asyncio.timeout(PATIENCE):
            return await track.recv()


class Page:
    """A page that follows the roster."""

    def __init__(self, url: str, token: str) -> None:
        self._url = url.replace("http:", "ws:") + "/roster"
        self._token = token
        self.state: dict[str, Any] = {}
        self.states = 0
        self.closed: int | None = None

    async def __aenter__(self) -> Self:
        self._socket = await connect(self._url, subprotocols=["cyclorama", self._token])  # type: ignore[list-item]
        self._reading = asyncio.create_task(self._read())
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._socket.close()
        await self._reading

    async def send(self, message: object) -> None:
        await self._socket.send(json.dumps(message))

    def publishing(self, participant: str) -> bool:
        return any(each["id"] == participant and each["publishing"] for each in self.state.get("participants", []))

    async def _read(self) -> None:
        with suppress(asyncio.CancelledError):
            async for message in self._socket:
                self.state = json.loads(message)
                self.states += 1
            self.closed = self._socket.close_code


async def stream(of: Viewer) -> AsyncIterator[tuple[int, int, int]]:
    while True:
        yield await of.colour()
