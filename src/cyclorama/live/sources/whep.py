"""A participant of a stage, watched over WHEP."""

from __future__ import annotations

import asyncio
import time
from contextlib import aclosing
from fractions import Fraction
from typing import TYPE_CHECKING, Any, cast

from aiortc.mediastreams import MediaStreamError
from aiortc.rtp import RtcpSrPacket
from av.audio.frame import AudioFrame
from av.video.frame import VideoFrame

from cyclorama import settings as settings_
from cyclorama.errors import InvalidRequest, NotFound, SourceLost, TooMany, Unavailable
from cyclorama.live.avframes import from_av
from cyclorama.live.sources.reading import LiveSource
from cyclorama.live.sources.rtp_clock import WRAP, RTPStream
from cyclorama.live.sources.sounds import SoundMaker
from cyclorama.live.sources.times import at
from cyclorama.stage import whip

if TYPE_CHECKING:
    import threading
    from collections.abc import Awaitable, Callable, Iterator

    from aiortc import RTCPeerConnection, RTCRtpReceiver
    from aiortc.rtp import RtpPacket

    from cyclorama.live.base import Sound
    from cyclorama.picture import Frame
    from cyclorama.settings import Settings
    from cyclorama.stage.base import Participant

LOOK_S = 0.05  # how often it is looked whether watching shall end
QUIET_S = 5.0  # a server keeps the viewers of somebody who has left, and only nothing comes any more
BEHIND = 30  # frames that wait to be decoded: this machine is too slow for them, and they are left out
MINUTES = 60  # a token is used at once
LOCAL = "cyclorama:stage/"


class WHEPSource(LiveSource):
    """Watches whom a WHEP endpoint gives; sound and picture are in step as at the sender.

    `SourceLost` is raised while nobody is live there, and when they are not any more.

    Args:
        url: of the endpoint.
        token: a viewer's.
        name: of whom is watched; else it is the address.
    """

    patience = None  # somebody who has muted both is there all the same

    def __init__(self, url: str, token: str, name: str = "") -> None:
        super().__init__(name or url)
        self._where: Callable[[], Awaitable[tuple[str, str]]] = lambda: _given(url, token)
        self._began: float | None = None

    def _read(self, stopping: threading.Event) -> Iterator[Frame | Sound]:
        self._began = self._began or time.monotonic()
        try:
            asyncio.run(self._watch(stopping))
        except NotFound as error:
            raise SourceLost(f"{self.name}: {error.detail}") from error
        except (TooMany, Unavailable) as error:
            raise SourceLost(error.detail) from error
        yield from ()  # what is watched was put into the reader already

    async def _watch(self, stopping: threading.Event) -> None:
        url, token = await self._where()
        async with whip.watch(url, token) as peer:
            session = _Session(peer, self._put, self._began or 0.0)
            try:
                while not stopping.is_set():
                    if peer.connectionState != "connected" or session.ended or session.quiet > QUIET_S:
                        raise SourceLost(f"{self.name} is not live any more.")
                    await asyncio.sleep(LOOK_S)
            finally:
                await session.close()

    def _put(self, item: Frame | Sound) -> None:
        if (reader := self._reader) is not None:
            reader.put(item)


def of_stage(
    text: str, token: str = "", *, settings: Settings | None = None, server: str | None = None
) -> WHEPSource:
    """Return a participant of a stage of a running studio.

    Args:
        text: `STAGE/PARTICIPANT`. The participant is an id or a name; without one, who is live alone.
        token: a viewer's; without one, the studio is asked for it.
        settings: where the studio is, and what it takes to be its creator; by default what is set here.
        server: the studio's address; by default what the settings say.
    """
    settings = settings or settings_.load()
    stage, _, participant = text.rpartition("/") if "/" in text else (text, "", "")
    source = WHEPSource("", token, name=participant or stage or "the stage")
    source._where = lambda: _on_stage(settings, server, stage, participant, token)
    return source


async def _given(url: str, token: str) -> tuple[str, str]:
    return url, token


async def _on_stage(
    settings: Settings, server: str | None, stage: str, participant: str, token: str
) -> tuple[str, str]:
    # Only who watches a stage needs a studio's client.
    from cyclorama.stage.remote import RemoteBackend
    from cyclorama.stage.running import RunningStudio

    async with aclosing(RemoteBackend(studio := RunningStudio.of(settings, server))) as stages:
        found = await stages.find_stage(stage or settings.stage)
        if not found.resource.startswith(LOCAL):
            raise InvalidRequest(
                f"The stage {found.name!r} is not on this studio, so nobody can be watched there over WHEP."
            )
        who = _chosen(await stages.list_participants(found.id), participant)
        if not token:
            minted = await stages.mint_token(
                found.id, user_id="engine", attributes={}, publish=False, subscribe=True, minutes=MINUTES
            )
            token = minted.token
        return f"{studio.server}/whep/{who.id}", token


def _chosen(there: list[Participant], participant: str) -> Participant:
    live = [each for each in there if each.publishing]
    for each in live:
        if participant in {each.id, each.user_id}:
            return each
    if participant:
        raise NotFound("Nobody of that name or id is live. They are watched when they are.")
    if len(live) != 1:
        names = ", ".join(each.user_id for each in live)
        raise NotFound(
            f"Several are live: {names}. Name one: stage:NAME/PARTICIPANT."
            if live
            else "Nobody is live yet. They are watched when they are."
        )
    return live[0]


class _Session:
    """Takes what a connected peer receives, and gives it times of one timeline."""

    def __init__(self, peer: RTCPeerConnection, put: Callable[[Frame | Sound], None], began: float) -> None:
        self._put = put
        self._began = began
        self._streams: dict[str, RTPStream] = {}
        self._sounds = SoundMaker()
        self._tasks = []
        self._latest = time.monotonic()
        for receiver in peer.getReceivers():
            if receiver.track is not None:
                _listen(receiver, self._streams, self._came)
                self._tasks.append(asyncio.create_task(self._take(receiver)))

    @property
    def ended(self) -> bool:
        return all(task.done() for task in self._tasks)

    @property
    def quiet(self) -> float:
        """Seconds since anything came."""
        return time.monotonic() - self._latest

    def _came(self, stream: RTPStream, timestamp: int) -> None:
        self._latest = time.monotonic()
        stream.arrived(timestamp, self._latest)

    async def close(self) -> None:
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def _take(self, receiver: RTCRtpReceiver) -> None:
        waiting = _private(receiver, "decoder_queue")
        whole = True
        while True:
            try:
                frame = await receiver.track.recv()
            except MediaStreamError:
                return
            stream = self._streams.get(receiver.track.kind)
            if stream is None:
                continue
            origin = _private(receiver, "timestamp_mapper")._origin
            timestamp = (frame.pts + origin) % WRAP
            if isinstance(frame, AudioFrame):
                seconds = stream.time(timestamp) - self._began
                for sound in self._sounds.sounds(frame, Fraction(seconds)):
                    self._put(sound)
            elif isinstance(frame, VideoFrame):
                if waiting.qsize() > BEHIND:
                    await _forget(receiver, waiting)
                    whole = False
                whole = whole or bool(frame.key_frame)
                if whole:
                    seconds = stream.time(timestamp, self._streams.get("audio")) - self._began
                    self._put(at(from_av(frame), seconds))


def _listen(
    receiver: RTCRtpReceiver, streams: dict[str, RTPStream], came: Callable[[RTPStream, int], None]
) -> None:
    """Hear of the packets and reports that a receiver gets, which aiortc tells nobody."""
    kind, codecs = receiver.track.kind, _private(receiver, "codecs")
    whole = cast("Any", receiver)
    packets, reports = whole._handle_rtp_packet, whole._handle_rtcp_packet

    async def packet_came(packet: RtpPacket, arrival_time_ms: int) -> None:
        codec = codecs.get(packet.payload_type)
        if codec is not None and codec.name.lower() != "rtx":
            came(streams.setdefault(kind, RTPStream(codec.clockRate)), packet.timestamp)
        await packets(packet, arrival_time_ms)

    async def report_came(packet: Any) -> None:
        if isinstance(packet, RtcpSrPacket) and kind in streams:
            streams[kind].reported(packet.sender_info.ntp_timestamp, packet.sender_info.rtp_timestamp)
        await reports(packet)

    whole._handle_rtp_packet, whole._handle_rtcp_packet = packet_came, report_came


async def _forget(receiver: RTCRtpReceiver, waiting: Any) -> None:
    """Leave out what waits to be decoded, and ask for a whole picture."""
    while not waiting.empty():
        waiting.get_nowait()
    for ssrc in list(_private(receiver, "remote_streams")):
        await cast("Any", receiver)._send_rtcp_pli(ssrc)


def _private(receiver: RTCRtpReceiver, name: str) -> Any:
    # The release of aiortc is pinned, as the forwarder works below its public face, too.
    return getattr(receiver, f"_RTCRtpReceiver__{name}")
