"""Media through the stage: it arrives, late joiners get a picture, publishers come back."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

import httpx
import numpy as np
import pytest

from .clients import BLUE, RED, Colour, Page, Publisher, Tone, Viewer, until

if TYPE_CHECKING:
    from .conftest import Running

pytestmark = pytest.mark.stage


async def test_picture_and_sound_arrive(server: Running) -> None:
    host, guest = server.token(publish=True), server.token(publish=False)
    async with Publisher(server.url, host) as publisher, Viewer(server.url, guest) as viewer:
        assert (await publisher.publish(Colour(RED), Tone())).status_code == httpx.codes.CREATED
        await until(lambda: server.publishing(host))
        assert (await viewer.watch(host)).status_code == httpx.codes.CREATED
        assert await viewer.colour() == pytest.approx(RED.rgb, abs=12)
        sounds = [await viewer.sound() for _ in range(30)]
        spectrum = np.abs(np.fft.rfft(np.concatenate(sounds[-10:])[::2].astype(float)))
        assert np.argmax(spectrum[1:]) + 1 == pytest.approx(440 * 10 * 0.02, abs=1)


async def test_h264_is_forwarded_as_well(server: Running) -> None:
    host, guest = server.token(publish=True), server.token(publish=False)
    async with Publisher(server.url, host) as publisher, Viewer(server.url, guest) as viewer:
        await publisher.publish(Colour(BLUE), codec="H264")
        await until(lambda: server.publishing(host))
        response = await viewer.watch(host)
        video = response.text[response.text.index("m=video") :]
        assert video.index("H264/90000") < video.index("VP8/90000")  # the publisher's codec comes first
        assert await viewer.colour() == pytest.approx(BLUE.rgb, abs=12)


async def test_a_late_viewer_gets_a_key_frame_at_once(server: Running) -> None:
    host, guest = server.token(publish=True), server.token(publish=False)
    async with Publisher(server.url, host) as publisher:
        await publisher.publish(Colour(RED), Tone())
        await until(lambda: server.publishing(host))
        await asyncio.sleep(1)
        for _ in range(2):
            async with Viewer(server.url, guest) as viewer, asyncio.timeout(2):
                await viewer.watch(host)
                assert await viewer.colour() == pytest.approx(RED.rgb, abs=12)


async def test_nothing_is_decoded(server: Running, monkeypatch: pytest.MonkeyPatch) -> None:
    """The decoder threads that run are those of the viewer, which is in this process, too."""
    from aiortc import rtcrtpreceiver

    decoding: list[str] = []
    original = rtcrtpreceiver.decoder_worker

    def decoder_worker(*args: Any) -> None:
        decoding.append("a receiver")
        original(*args)

    monkeypatch.setattr(rtcrtpreceiver, "decoder_worker", decoder_worker)
    host, guest = server.token(publish=True), server.token(publish=False)
    async with Publisher(server.url, host) as publisher, Viewer(server.url, guest) as viewer:
        await publisher.publish(Colour(RED))
        await until(lambda: server.publishing(host))
        await viewer.watch(host, ("video",))
        await viewer.picture()
        assert len(decoding) == 1


async def test_publishing_begins_with_the_first_packet_and_not_before(server: Running) -> None:
    host, guest = server.token(publish=True), server.token(publish=False)
    silent = Publisher(server.url, host)
    silent.pc.addTransceiver("video", "sendonly")
    async with silent, Viewer(server.url, guest) as viewer, Page(server.url, guest.token) as page:
        assert (await silent.join("/whip")).status_code == httpx.codes.CREATED
        await until(lambda: silent.pc.connectionState == "connected")
        await asyncio.sleep(0.5)
        assert not page.publishing(host)
        assert (await viewer.watch(host)).status_code == httpx.codes.NOT_FOUND
        silent.pc.getSenders()[0].replaceTrack(Colour(RED))
        await until(lambda: page.publishing(host))


async def test_a_publisher_who_comes_back_takes_over_and_viewers_stay(server: Running) -> None:
    host, guest = server.token(publish=True), server.token(publish=False)
    async with Publisher(server.url, host) as first, Viewer(server.url, guest) as viewer:
        await first.publish(Colour(RED), Tone())
        await until(lambda: server.publishing(host))
        await viewer.watch(host)
        assert await viewer.colour() == pytest.approx(RED.rgb, abs=12)
        async with Publisher(server.url, host) as second:
            assert (await second.publish(Colour(BLUE), Tone())).status_code == httpx.codes.CREATED
            await until(lambda: first.pc.connectionState == "closed")
            assert server.publishing(host)
            await viewer.until_colour(BLUE)
            assert viewer.pc.connectionState == "connected"
            assert (await first.leave()).status_code == httpx.codes.OK
            assert server.publishing(host)
            assert server.publishing(host)


async def test_viewers_come_again_when_a_publisher_returns_with_other_kinds(server: Running) -> None:
    host, guest = server.token(publish=True), server.token(publish=False)
    async with Publisher(server.url, host) as first, Viewer(server.url, guest) as viewer:
        await first.publish(Colour(RED), Tone())
        await until(lambda: server.publishing(host))
        await viewer.watch(host)
        async with Publisher(server.url, host) as second:
            await second.publish(Colour(BLUE))
            await until(lambda: viewer.pc.connectionState == "closed")


async def test_leaving_ends_publishing_at_once(server: Running) -> None:
    host, guest = server.token(publish=True), server.token(publish=False)
    async with Publisher(server.url, host) as publisher, Page(server.url, guest.token) as page:
        await publisher.publish(Colour(RED))
        await until(lambda: page.publishing(host))
        assert (await publisher.leave()).status_code == httpx.codes.OK
        await until(lambda: not page.state["participants"], patience=1)
        await until(lambda: publisher.pc.connectionState == "closed")


async def test_the_answer_has_the_loopback_address_and_no_outside_server_is_asked(
    server: Running, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A machine without any network can still show its own page."""
    monkeypatch.setattr("cyclorama.stage.ports.get_host_addresses", lambda **_: [])
    async with Publisher(server.url, server.token(publish=True)) as publisher:
        response = await publisher.publish(Colour(RED))
    candidates = [line for line in response.text.splitlines() if line.startswith("a=candidate:")]
    assert candidates
    assert all(" 127.0.0.1 " in line and line.endswith("typ host") for line in candidates)


async def test_lost_packets_are_sent_again(server: Running, monkeypatch: pytest.MonkeyPatch) -> None:
    from cyclorama.stage.outlet import Outlet

    original, count = Outlet.send, 0

    def lossy(self: Outlet, payload_type: int, marker: int, seq: int, timestamp: int, payload: bytes) -> None:
        nonlocal count
        count += 1
        if count % 10:
            original(self, payload_type, marker, seq, timestamp, payload)

    monkeypatch.setattr(Outlet, "send", lossy)
    host, guest = server.token(publish=True), server.token(publish=False)
    async with Publisher(server.url, host) as publisher, Viewer(server.url, guest) as viewer:
        await publisher.publish(Colour(RED, noise=True))
        await until(lambda: server.publishing(host))
        await viewer.watch(host, ("video",))
        async with asyncio.timeout(10):
            for _ in range(60):
                await viewer.picture()
