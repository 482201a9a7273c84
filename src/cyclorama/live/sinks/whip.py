"""Publishes to a stage over WHIP, as a browser would: our own studio's, Amazon IVS, LiveKit, any other."""

from __future__ import annotations

import asyncio
import threading
import time
from collections import deque
from concurrent.futures import Future
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from cyclorama.errors import Conflict, InvalidRequest, MissingExtra, SinkLost, TooMany, Unavailable
from cyclorama.live.encoding import SOUND_CODECS, fitting_bitrate
from cyclorama.live.sinks.pace import Pace
from cyclorama.live.sinks.rate import Rate
from cyclorama.live.sinks.rtcencoding import OpusEncoder, PictureEncoder
from cyclorama.live.sinks.senders import Beginning, Feedback, PacketTrack
from cyclorama.picture import Frame
from cyclorama.stage import whip

if TYPE_CHECKING:
    from collections.abc import Callable
    from contextlib import AbstractAsyncContextManager
    from fractions import Fraction
    from pathlib import Path

    import av
    from aiortc import RTCPeerConnection

    from cyclorama.live.base import Sound, Stream

SILENT_FOR = 10.0  # seconds: a server that has reported until then, every second or so, is gone
STUCK = 300  # packets that are not sent yet
OPUS = SOUND_CODECS["opus"].bitrate
GOODBYE_S = 8.0  # the end of a session may take so long


@dataclass(frozen=True)
class Profile:
    """What a server takes: the sides of a picture in pixels, and pictures a second."""

    who: str
    long_side: int
    short_side: int
    least_fps: int
    most_fps: int

    def check(self, width: int, height: int, fps: Fraction) -> None:
        """Stop where a picture is not taken.

        Raises:
            InvalidRequest: it is too large, or comes too seldom or too often.
        """
        if max(width, height) > self.long_side or min(width, height) > self.short_side:
            raise InvalidRequest(
                f"{self.who} takes pictures of up to {self.long_side}x{self.short_side}, and these are "
                f"{width}x{height}. Have smaller ones: --size {self.long_side}x{self.short_side}"
            )
        if not self.least_fps <= fps <= self.most_fps:
            raise InvalidRequest(
                f"{self.who} takes {self.least_fps} to {self.most_fps} pictures a second, and these are "
                f"{float(fps):g}. Have another rate: --fps 30"
            )


# Amazon IVS User Guide, real-time streaming: "Stream Ingest", "Service Quotas".
IVS = Profile("Amazon IVS", 1280, 720, 10, 60)
IVS_HOSTS = (".live-video.net",)


class WHIPSink:
    """A `Sink` that publishes to the WHIP endpoint `url`.

    H.264 (constrained baseline, no B-frames, a key frame every two seconds and whenever a viewer needs one)
    at a bit rate that follows the network, and Opus. Sound and picture are on one clock.

    Args:
        url: of the endpoint.
        token: the bearer token; one long word.
        profile: what the server takes; by default what Amazon IVS does where `url` is its.
        name: what people call it; by default the host.
        certificate: the server's own, trusted beside the system's.

    Raises:
        InvalidRequest: on `open`, `url` is no address, or the pictures are not what the server takes.
        Unauthorized, Forbidden, NotFound: on `open`, the server refuses the token, or has no such endpoint.
        SinkLost: the server is out of reach, full, or gone.
    """

    alpha = False

    def __init__(
        self,
        url: str,
        token: str,
        *,
        profile: Profile | None = None,
        name: str = "",
        certificate: Path | None = None,
    ) -> None:
        self._url = url
        self._token = token
        self._certificate = certificate
        host = urlsplit(url).hostname or url
        self._profile = profile or (IVS if host.endswith(IVS_HOSTS) else None)
        self.name = name or host
        self._session: _Session | None = None
        self._sent: deque[tuple[float, int]] = deque()
        self._picture: PictureEncoder | None = None
        self._sound: OpusEncoder | None = None

    def __repr__(self) -> str:
        return f"WHIPSink({self.name!r})"  # without the token

    @property
    def bits_per_second(self) -> int:
        """What was sent in the last two seconds, on average."""
        since = time.monotonic() - 2
        return sum(bits for at, bits in tuple(self._sent) if at >= since) // 2

    def open(self, stream: Stream) -> None:
        """Connect."""
        self.close()
        if self._profile is not None:
            self._profile.check(stream.width, stream.height, stream.fps)
        wished = fitting_bitrate(stream)
        self._fps = stream.fps
        self._pace = None if stream.live else Pace()
        self._rate = Rate(wished, OPUS * stream.channels if stream.rate else 0)
        self._picture = PictureEncoder(stream, wished)
        self._sound = OpusEncoder(stream) if stream.rate else None
        connect = partial(
            whip.publish, self._url, self._token, video_codec="H264", certificate=self._certificate
        )
        self._session = _Session(connect, self._rate, sound=bool(stream.rate))
        try:
            self._session.begin()
        except MissingExtra:
            raise
        except (Unavailable, TooMany, Conflict) as error:
            raise SinkLost(error.detail) from error

    def write(self, item: Frame | Sound) -> None:
        """Encode and send it, at its time if it is of a recording."""
        session = self._session
        if session is None or self._picture is None:
            raise SinkLost(f"{self.name} is not open.")
        session.check(self.name)
        if self._pace is not None:
            self._pace.wait(item.seconds or 0)
        session.beginning.set(item.seconds or 0)
        if isinstance(item, Frame):
            if self._profile is not None:
                self._profile.check(item.width, item.height, self._fps)
            self._picture.bit_rate = self._rate.now
            packets = self._picture.encode(item, key=session.key_wanted)
            if any(packet.is_keyframe for packet in packets):
                session.key_wanted = False
            session.send("video", packets)
        elif self._sound is not None:
            packets = self._sound.encode(item)
            session.send("audio", packets)
        else:
            return
        self._count(packets)

    def close(self) -> None:
        """End the session, and tell the server so."""
        if self._session is not None:
            self._session.end()
            self._session = None

    def _count(self, packets: list[av.Packet[Any]]) -> None:
        now = time.monotonic()
        for packet in packets:
            self._sent.append((now, packet.size * 8))
        while self._sent and self._sent[0][0] < now - 3:
            self._sent.popleft()


class _Session:
    """One WHIP session, in an event loop and a thread of its own."""

    def __init__(
        self,
        connect: Callable[..., AbstractAsyncContextManager[RTCPeerConnection]],
        rate: Rate,
        *,
        sound: bool,
    ) -> None:
        self._connect = connect
        self._kinds = ("audio", "video") if sound else ("video",)
        self.beginning = Beginning()
        self.key_wanted = False
        self._feedback = Feedback(self._want_key, rate.take_estimate, rate.take_loss)
        self._connected: Future[None] = Future()
        self._task: asyncio.Task[None] | None = None
        self._problem = ""
        self._tracks: dict[str, PacketTrack] = {}
        self._thread = threading.Thread(target=self._run, name="whip", daemon=True)

    def begin(self) -> None:
        """Connect; raise what stands against it."""
        self._thread.start()
        self._connected.result()

    def check(self, name: str) -> None:
        """Raise `SinkLost` if nobody takes anything any more."""
        heard = self._feedback.heard
        if self._problem:
            raise SinkLost(f"{name}: {self._problem}")
        if heard is not None and time.monotonic() - heard > SILENT_FOR:
            raise SinkLost(f"{name} has not answered for {SILENT_FOR:.0f} s. It is tried again.")
        if any(track.waiting > STUCK for track in self._tracks.values()):
            raise SinkLost(f"{name}: this machine does not get its packets out. It is tried again.")

    def send(self, kind: str, packets: list[av.Packet[Any]]) -> None:
        """Hand packets over to the event loop."""
        for packet in packets:
            # The loop is closed where the connection is lost: the next `check` says so.
            with suppress(RuntimeError):
                self._loop.call_soon_threadsafe(self._tracks[kind].put, packet)

    def end(self) -> None:
        """End it, once what was handed over is sent; return when it is over."""
        if self._task is not None:  # else it has not even begun
            stop = self._over.set if self._connected.done() else self._task.cancel
            with suppress(RuntimeError):
                self._loop.call_soon_threadsafe(stop)
        if self._thread.is_alive():
            self._thread.join(GOODBYE_S)

    def _want_key(self) -> None:
        self.key_wanted = True

    def _run(self) -> None:
        try:
            asyncio.run(self._publish())
        except BaseException as error:  # it belongs to the thread that waits
            self._problem = self._problem or "the connection has broken off. It is tried again."
            if not self._connected.done():
                self._connected.set_exception(error)
        else:
            self._problem = self._problem or "it is closed."

    async def _publish(self) -> None:
        self._loop, self._over = asyncio.get_running_loop(), asyncio.Event()
        self._task = asyncio.current_task()
        self._tracks = {kind: PacketTrack(kind) for kind in self._kinds}
        async with self._connect(*self._tracks.values()) as peer:

            def look() -> None:
                if peer.connectionState in {"failed", "closed"}:
                    self._problem = "the server has ended the connection. It is tried again."
                    self._over.set()

            peer.on("connectionstatechange", look)
            for sender in peer.getSenders():
                if isinstance(sender.track, PacketTrack):
                    sender.track.attach(sender, self.beginning, self._feedback)
            self._connected.set_result(None)
            await self._over.wait()
            peer.remove_listener("connectionstatechange", look)
            if not self._problem:
                with suppress(TimeoutError):
                    async with asyncio.timeout(0.5):
                        await asyncio.gather(*(track.drained() for track in self._tracks.values()))
