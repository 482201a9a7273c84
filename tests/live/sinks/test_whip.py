"""The WHIP sink against our own stage, seen by a viewer; and against what stands for others'."""

from __future__ import annotations

import asyncio
import logging
from fractions import Fraction
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from aiortc.rtp import RtcpSrPacket

from cyclorama import errors
from cyclorama.live.base import Sink
from cyclorama.live.sinks import whip
from cyclorama.live.sinks.whip import IVS, WHIPSink
from cyclorama.stage.whip import watch
from tests.fakes.ivs_whip import FakeIvsWhip
from tests.stage.clients import until

from .live import fed, next_of
from .making import noisy, plain, stream, tone

if TYPE_CHECKING:
    from aiortc import RTCPeerConnection

    from tests.stage.conftest import Running

pytestmark = pytest.mark.stage

RED = (254, 0, 0)
FLASH, BEEP = 2.0, 2.0


def mean(frame: Any) -> Any:
    return frame.to_ndarray(format="rgb24").mean(axis=(0, 1))


async def test_a_viewer_sees_and_hears_it(server: Running) -> None:
    host, guest = server.token(publish=True), server.token(publish=False)
    sink = WHIPSink(f"{server.url}/whip", host.token)
    assert isinstance(sink, Sink)
    async with fed(sink, stream(rate=48_000), plain, tone) as feeder:
        await until(lambda: server.publishing(host) or feeder.error)
        async with watch(f"{server.url}/whep/{host.claims.jti}", guest.token) as peer:
            frame = await next_of(peer, "video")
            assert (frame.width, frame.height) == (320, 240)
            assert np.abs(mean(frame) - RED).max() < 12
            loud = 0
            while loud < 3000:
                loud = int(np.abs((await next_of(peer, "audio")).to_ndarray()).max())
        assert sink.bits_per_second > 0
    assert feeder.error is None
    await until(lambda: not server.publishing(host), 3)


async def test_a_late_viewer_gets_a_key_frame_without_waiting_for_the_next(server: Running) -> None:
    host, guest = server.token(publish=True), server.token(publish=False)
    sink = WHIPSink(f"{server.url}/whip", host.token)
    keys = list[int]()
    async with fed(sink, stream(), plain) as feeder:
        await until(lambda: server.publishing(host) or feeder.error)
        picture = sink._picture
        assert picture is not None
        encode = picture.encode

        def counted(frame: Any, *, key: bool = False) -> Any:
            packets = encode(frame, key=key)
            keys.extend(packet.pts or 0 for packet in packets if packet.is_keyframe)
            return packets

        picture.encode = counted  # type: ignore[method-assign]
        await until(lambda: keys)
        for _ in range(2):
            async with watch(f"{server.url}/whep/{host.claims.jti}", guest.token) as peer:
                await next_of(peer, "video")
    assert feeder.error is None
    assert any(step < 180_000 for step in np.diff(keys))


class Clock:
    """What a viewer is told of a stream's times: its packets' and its reports'."""

    def __init__(self, peer: RTCPeerConnection, kind: str, rate: int) -> None:
        self._rate = rate
        self.first: int | None = None
        self.report: tuple[int, int] | None = None
        (receiver,) = (each for each in peer.getReceivers() if each.track and each.track.kind == kind)
        private: Any = receiver
        rtp, rtcp = private._handle_rtp_packet, private._handle_rtcp_packet

        async def handle_rtp(packet: Any, arrival_time_ms: int) -> None:
            if self.first is None:
                self.first = packet.timestamp
            await rtp(packet, arrival_time_ms)

        async def handle_rtcp(packet: Any) -> None:
            if isinstance(packet, RtcpSrPacket):
                info = packet.sender_info
                self.report = (info.ntp_timestamp, info.rtp_timestamp)
            await rtcp(packet)

        private._handle_rtp_packet, private._handle_rtcp_packet = handle_rtp, handle_rtcp

    def ntp(self, pts: int) -> float:
        """Return the NTP time of a decoded frame, whose `pts` aiortc counts from the first packet."""
        assert self.first is not None
        assert self.report is not None
        ntp, at = self.report
        ticks = (self.first + pts - at + 2**31) % 2**32 - 2**31
        return ntp / 2**32 + ticks / self._rate


async def test_sound_and_picture_are_in_step_though_pictures_come_later(server: Running) -> None:
    """A flash and a beep of the same moment; making the picture takes 150 ms longer."""
    host, guest = server.token(publish=True), server.token(publish=False)
    sink = WHIPSink(f"{server.url}/whip", host.token)

    def picture(seconds: float) -> Any:
        return plain(seconds, (235, 128, 128) if seconds % FLASH < 0.2 else (16, 128, 128))

    def sound(seconds: float) -> Any:
        return tone(seconds, level=0.8 if seconds % BEEP < 0.2 else 0)

    async with fed(sink, stream(rate=48_000), picture, sound, late=0.15) as feeder:
        await until(lambda: server.publishing(host) or feeder.error)
        async with watch(f"{server.url}/whep/{host.claims.jti}", guest.token) as peer:
            clocks = {
                kind: Clock(peer, kind, rate) for kind, rate in {"video": 90_000, "audio": 48_000}.items()
            }

            async def flash() -> int:
                dark = False
                while True:
                    frame = await next_of(peer, "video")
                    bright = mean(frame).max() > 128
                    if bright and dark:
                        return int(frame.pts)
                    dark = not bright

            async def beep() -> int:
                silent = False
                while True:
                    frame = await next_of(peer, "audio")
                    samples = frame.to_ndarray().reshape(-1, 2)[:, 0]
                    loud = np.flatnonzero(np.abs(samples) > 3000)
                    if loud.size and silent:
                        return int(frame.pts) + int(loud[0])
                    silent = not loud.size

            flashed, beeped = await asyncio.gather(flash(), beep())
            await until(lambda: all(clock.report for clock in clocks.values()))
            off = clocks["video"].ntp(flashed) - clocks["audio"].ntp(beeped)
    assert feeder.error is None
    assert abs(off % FLASH - round(off % FLASH / FLASH) * FLASH) < 0.02


async def test_the_bit_rate_follows_what_the_receiver_says(
    server: Running, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("cyclorama.stage.congestion.REMB_FLOOR", 200_000)
    monkeypatch.setattr("cyclorama.stage.congestion.Estimate.arrived", _few)
    host = server.token(publish=True)
    sink = WHIPSink(f"{server.url}/whip", host.token)
    numbers = iter(range(10_000))
    async with fed(sink, stream(640, 480), lambda seconds: noisy(seconds, next(numbers), 640, 480)) as feeder:
        await until(lambda: (sink._picture and sink._picture.bit_rate == 250_000) or feeder.error)
        await until(lambda: 0 < sink.bits_per_second < 400_000)
    assert feeder.error is None


def _few(self: Any, abs_send_time: int, now: float, size: int, ssrc: int) -> bytes:
    from cyclorama.stage.congestion import remb

    return remb(self._reporter, 250_000, [ssrc])


async def test_a_server_that_goes_away_loses_the_sink_and_it_can_be_opened_again(server: Running) -> None:
    host = server.token(publish=True)
    sink = WHIPSink(f"{server.url}/whip", host.token, name="the stage")
    async with fed(sink, stream(), plain) as feeder:
        await until(lambda: server.publishing(host) or feeder.error)
        for session in list(server.stage._sessions.values()):
            await session.peer.close()
        await until(lambda: feeder.error)
    assert isinstance(feeder.error, errors.SinkLost)
    assert feeder.error.detail.startswith("the stage")
    async with fed(sink, stream(), plain) as feeder:
        await until(lambda: server.publishing(host) or feeder.error)
    assert feeder.error is None


async def test_a_server_that_falls_silent_loses_the_sink(
    server: Running, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(whip, "SILENT_FOR", 0.0)
    host = server.token(publish=True)
    async with fed(WHIPSink(f"{server.url}/whip", host.token), stream(), plain) as feeder:
        await until(lambda: feeder.error)
    assert isinstance(feeder.error, errors.SinkLost)
    assert "not answered" in feeder.error.detail


async def test_nobody_at_the_address_may_come_later(unused_tcp_port: int) -> None:
    sink = WHIPSink(f"http://127.0.0.1:{unused_tcp_port}/whip", "a-token")
    with pytest.raises(errors.SinkLost, match="cannot be reached"):
        await asyncio.to_thread(sink.open, stream())
    sink.close()
    sink.close()


async def test_whoever_waits_for_a_server_that_says_nothing_can_be_stopped() -> None:
    """As Ctrl+C does: it is closed while it still opens."""
    asked = asyncio.Event()

    async def never(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        asked.set()
        await reader.read()
        writer.close()

    async with await asyncio.start_server(never, "127.0.0.1", 0) as silent:
        host, port = silent.sockets[0].getsockname()
        sink = WHIPSink(f"http://{host}:{port}/whip", "a-token")
        opening = asyncio.create_task(asyncio.to_thread(_opened, sink))
        async with asyncio.timeout(10):
            await asked.wait()
            await asyncio.to_thread(sink.close)
            assert not await opening


def _opened(sink: WHIPSink) -> bool:
    try:
        sink.open(stream())
    except BaseException:
        return False
    return True


async def test_what_will_never_work_is_not_called_lost(server: Running) -> None:
    for url, token, error in (
        (f"{server.url}/whip", "not-a-token", errors.Unauthorized),
        (f"{server.url}/whip", server.token(publish=False).token, errors.Forbidden),
        ("nonsense", "a-token", errors.InvalidRequest),
    ):
        with pytest.raises(error):
            await asyncio.to_thread(WHIPSink(url, token).open, stream())


async def test_the_token_is_told_to_nobody(server: Running, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    host = server.token(publish=True)
    sink = WHIPSink(f"{server.url}/whip", host.token)
    async with fed(sink, stream(), plain) as feeder:
        await until(lambda: server.publishing(host) or feeder.error)
    assert feeder.error is None
    assert host.token not in caplog.text + repr(sink) + sink.name


async def test_amazons_endpoint_gets_what_it_takes() -> None:
    """H.264 alone, a redirect, candidates in one section; what arrives is decoded there."""
    async with FakeIvsWhip() as ivs:
        async with fed(WHIPSink(ivs.url, ivs.token, profile=IVS), stream(rate=48_000), plain, tone) as feeder:
            await until(lambda: {"audio", "video"} <= set(ivs.frames) or feeder.error)
            frame = ivs.frames["video"]
            assert np.abs(mean(frame) - RED).max() < 12
        assert feeder.error is None
        await until(lambda: not ivs.sessions)
        (offer,) = ivs.offers
        video = next(media for media in offer.media if media.kind == "video")
        assert {codec.mimeType for codec in video.rtp.codecs} == {"video/H264", "video/rtx"}
        assert video.rtp.codecs[0].parameters["profile-level-id"] == "42e01f"


@pytest.mark.parametrize(
    ("size", "fps", "words"),
    [
        ((1920, 1080), 30, "1280x720, and these are 1920x1080. Have smaller ones: --size 1280x720"),
        ((1280, 720), 5, "10 to 60 pictures a second, and these are 5"),
        ((1280, 720), 90, "10 to 60 pictures a second, and these are 90"),
    ],
)
def test_amazons_limits_are_told_before_anything_is_sent(size: tuple[int, int], fps: int, words: str) -> None:
    sink = WHIPSink("https://global.whip.live-video.net", "a-token")
    with pytest.raises(errors.InvalidRequest, match=words):
        sink.open(stream(*size, fps))


def test_amazons_limits_fit_pictures_on_end() -> None:
    IVS.check(720, 1280, Fraction(30))
    IVS.check(1280, 720, Fraction(60_000, 1001))


def test_a_sink_that_is_not_open_takes_nothing() -> None:
    with pytest.raises(errors.SinkLost):
        WHIPSink("http://127.0.0.1/whip", "a-token").write(plain(0))
