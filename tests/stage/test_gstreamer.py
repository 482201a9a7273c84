"""GStreamer's webrtcbin publishes and watches."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

import httpx
import numpy as np
import pytest

from . import gst
from .clients import BLUE, RED, Colour, Publisher, Tone, Viewer, until

if TYPE_CHECKING:
    from collections.abc import Callable

    from .clients import Plain
    from .conftest import Running

pytestmark = [pytest.mark.stage, pytest.mark.skipif(bool(gst.missing()), reason=gst.missing())]


def coloured(colour: Plain) -> Callable[[dict[str, Any]], bool]:
    return lambda line: "colour" in line and bool(np.abs(np.subtract(line["colour"], colour.rgb)).max() <= 12)


def hears(line: dict[str, Any]) -> bool:
    return bool(line.get("level", 0) > 0.1) and 350 <= line["hertz"] <= 500


@pytest.mark.parametrize(("codec", "flags"), [("VP8", ()), ("H264", ("nack",))])
async def test_gstreamer_publishes(server: Running, codec: str, flags: tuple[str, ...]) -> None:
    host, guest = server.token(publish=True), server.token(publish=False)
    async with (
        gst.publisher(server.url, host, codec, "audio", *flags),
        Viewer(server.url, guest) as viewer,
    ):
        await until(lambda: server.publishing(host), gst.PATIENCE)
        assert (await viewer.watch(host)).status_code == httpx.codes.CREATED
        await viewer.until_colour(RED)
        sounds = [await viewer.sound() for _ in range(60)]
        spectrum = np.abs(np.fft.rfft(np.concatenate(sounds[-10:])[::2].astype(float)))
        assert np.argmax(spectrum[1:]) + 1 == pytest.approx(440 * 10 * 0.02, abs=1)


@pytest.mark.parametrize("codec", ["VP8", "H264"])
async def test_gstreamer_watches(server: Running, codec: str) -> None:
    host, guest = server.token(publish=True), server.token(publish=False)
    async with Publisher(server.url, host) as publisher:
        await publisher.publish(Colour(BLUE), Tone(), codec)
        await until(lambda: server.publishing(host))
        async with gst.player(server.url, guest, host, codec, "audio") as player:
            seen = await player.said(coloured(BLUE))
            assert seen["size"] == [320, 240]
            await player.said(hears)


async def test_vp9_goes_from_gstreamer_to_gstreamer(server: Running) -> None:
    host, guest = server.token(publish=True), server.token(publish=False)
    async with gst.publisher(server.url, host, "VP9", "audio"):
        await until(lambda: server.publishing(host), gst.PATIENCE)
        async with gst.player(server.url, guest, host, "VP9", "audio") as player:
            await player.said(coloured(RED))
            await player.said(hears)


async def test_a_player_without_the_codec_is_told(server: Running) -> None:
    host, guest = server.token(publish=True), server.token(publish=False)
    async with Publisher(server.url, host) as publisher:
        await publisher.publish(Colour(RED), codec="VP8")
        await until(lambda: server.publishing(host))
        async with gst.player(server.url, guest, host, "H264") as player:
            line = await player.said(lambda line: "refused" in line)
            assert line["refused"] == httpx.codes.UNSUPPORTED_MEDIA_TYPE
            assert "VP8" in line["problem"]["detail"]


@pytest.mark.parametrize("codec", ["VP8", "H264"])
async def test_an_encoder_that_begins_again_goes_on_for_the_viewer(server: Running, codec: str) -> None:
    host, guest = server.token(publish=True), server.token(publish=False)
    async with (
        gst.publisher(server.url, host, codec) as publisher,
        Viewer(server.url, guest) as viewer,
    ):
        await until(lambda: server.publishing(host), gst.PATIENCE)
        await viewer.watch(host, ("video",))
        await viewer.until_colour(RED)
        publisher.tell("ssrc 12345")
        publisher.tell("colour 0000ff")
        await viewer.until_colour(BLUE)
        assert viewer.pc.connectionState == "connected"
        inlet = server.stage._feeds[host.participant_id]._channels["video"]._inlet
        assert inlet is not None
        assert inlet.ssrc == 12345


@pytest.mark.parametrize("codec", ["VP8", "H264"])
async def test_a_picture_that_changes_its_size_goes_on_for_the_viewer(server: Running, codec: str) -> None:
    host, guest = server.token(publish=True), server.token(publish=False)
    async with (
        gst.publisher(server.url, host, codec) as publisher,
        Viewer(server.url, guest) as viewer,
    ):
        await until(lambda: server.publishing(host), gst.PATIENCE)
        await viewer.watch(host, ("video",))
        await viewer.until_colour(RED)
        publisher.tell("size 480 270")
        for _ in range(300):
            picture = await viewer.picture()
            if picture.shape[:2] == (270, 480):
                break
        assert picture.shape[:2] == (270, 480)
        await viewer.until_colour(RED)


async def test_sound_comes_back_after_a_silence_in_which_hardly_anything_is_sent(server: Running) -> None:
    host, guest = server.token(publish=True), server.token(publish=False)
    async with (
        gst.publisher(server.url, host, "VP8", "audio") as publisher,
        Viewer(server.url, guest) as viewer,
    ):
        await until(lambda: server.publishing(host), gst.PATIENCE)
        await viewer.watch(host)
        await _until_level(viewer, lambda level: level > 5000)
        publisher.tell("volume 0")
        await asyncio.sleep(1)
        packets = await _audio_packets(viewer)
        await asyncio.sleep(2)
        assert await _audio_packets(viewer) - packets < 40  # 100 would come without DTX
        publisher.tell("volume 0.8")
        await _until_level(viewer, lambda level: level > 5000)
        assert server.publishing(host)


async def _until_level(viewer: Viewer, fits: Callable[[int], bool]) -> None:
    async with asyncio.timeout(gst.PATIENCE):
        while not fits(int(np.abs(await viewer.sound()).max())):
            pass


async def _audio_packets(viewer: Viewer) -> int:
    receiver = next(each for each in viewer.pc.getReceivers() if each.track.kind == "audio")
    report = await receiver.getStats()
    return next(int(each.packetsReceived) for each in report.values() if each.type == "inbound-rtp")
