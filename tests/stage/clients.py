"""A publisher and a viewer in Python: plain aiortc over WHIP and WHEP, media synthesised."""

from __future__ import annotations

import asyncio
import json
from contextlib import suppress
from dataclasses import dataclass, field
from fractions import Fraction
from typing import TYPE_CHECKING, Any, Self

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
from websockets.exceptions import ConnectionClosed

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    from cyclorama.stage.tokens import Token

PATIENCE = 10.0
WIDTH, HEIGHT = 320, 240
RATE = 48000
SAMPLES = 960  # in 20 ms, the pace of aiortc's own track


@dataclass(frozen=True)
class Plain:
    """A colour as a camera gives it (luma and chroma, BT.601) and as a screen shows it."""

    yuv: tuple[int, int, int]
    rgb: tuple[int, int, int]


RED = Plain((81, 90, 240), (254, 0, 0))
BLUE = Plain((41, 240, 110), (0, 0, 255))


class Colour(VideoStreamTrack):
    """A picture of one colour; with `noise`, its luma wavers so that it costs some packets."""

    def __init__(self, colour: Plain, *, noise: bool = False) -> None:
        super().__init__()
        self._colour = colour.yuv
        self.going = asyncio.Event()
        self.going.set()
        self._noise = np.random.default_rng(1) if noise else None

    async def recv(self) -> VideoFrame:
        await self.going.wait()
        pts, time_base = await self.next_timestamp()
        y, u, v = self._colour
        luma = np.full(HEIGHT * WIDTH, y)
        if self._noise is not None:
            luma += self._noise.integers(-40, 40, luma.shape)
        planes = [luma, np.full(HEIGHT * WIDTH // 4, u), np.full(HEIGHT * WIDTH // 4, v)]
        yuv = np.concatenate(planes).astype(np.uint8).reshape(-1, WIDTH)
        frame = VideoFrame.from_ndarray(yuv, format="yuv420p")
        frame.pts, frame.time_base = pts, time_base
        return frame


class Tone(AudioStreamTrack):
    """A sine of 440 Hz, in real time."""

    async def recv(self) -> AudioFrame:
        pace = await super().recv()
        assert isinstance(pace, AudioFrame)
        assert pace.pts is not None
        seconds = (pace.pts / pace.sample_rate) + np.arange(SAMPLES) / RATE
        wave = (np.sin(2 * np.pi * 440 * seconds) * 20000).astype(np.int16)
        frame = AudioFrame.from_ndarray(wave.reshape(1, -1), format="s16", layout="mono")
        frame.sample_rate, frame.time_base = RATE, Fraction(1, RATE)
        frame.pts = pace.pts * RATE // pace.sample_rate
        return frame


def connection() -> RTCPeerConnection:
    return RTCPeerConnection(RTCConfiguration(iceServers=[]))


async def until(true: Callable[[], object], patience: float = PATIENCE) -> None:
    """Wait until something has become true."""
    async with asyncio.timeout(patience):
        while not true():  # noqa: ASYNC110 - what is waited for knows of no event
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

    async def offer(self, path: str) -> httpx.Response:
        """Ask for a session, and leave it at that."""
        if self.pc.signalingState == "stable":
            await self.pc.setLocalDescription(await self.pc.createOffer())
        async with httpx.AsyncClient(base_url=self.url) as http:
            return await http.post(path, content=self.pc.localDescription.sdp, headers=self.headers)

    async def join(self, path: str) -> httpx.Response:
        response = await self.offer(path)
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
    async def watch(self, host: Token, kinds: tuple[str, ...] = ("audio", "video")) -> httpx.Response:
        for kind in kinds:
            self.pc.addTransceiver(kind, "recvonly")
        return await self.join(f"/whep/{host.claims.jti}")

    async def picture(self) -> NDArray[np.uint8]:
        """Return the next picture that arrives, in RGB."""
        return np.asarray((await self._next("video")).to_ndarray(format="rgb24"), np.uint8)

    async def colour(self) -> tuple[int, int, int]:
        """Return the mean colour of the next picture, as R, G and B."""
        red, green, blue = (await self.picture()).mean(axis=(0, 1))
        return round(red), round(green), round(blue)

    async def until_colour(self, wanted: Plain) -> None:
        """Wait until pictures have this colour."""
        async with asyncio.timeout(PATIENCE):
            while np.abs(np.subtract(await self.colour(), wanted.rgb)).max() > 12:
                pass

    async def sound(self) -> NDArray[np.int16]:
        return np.asarray((await self._next("audio")).to_ndarray(), np.int16).ravel()

    async def _next(self, kind: str) -> Any:
        track = next(each.track for each in self.pc.getReceivers() if each.track and each.track.kind == kind)
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

    def publishing(self, host: Token) -> bool:
        there = self.state.get("participants", [])
        return any(each["id"] == host.claims.jti and each["publishing"] for each in there)

    async def _read(self) -> None:
        with suppress(ConnectionClosed):
            async for message in self._socket:
                self.state = json.loads(message)
                self.states += 1
        self.closed = self._socket.close_code
