"""Who sends more than a publisher may."""

from __future__ import annotations

import asyncio
import secrets
from contextlib import suppress
from typing import TYPE_CHECKING

import pylibsrtp
import pytest

from cyclorama.stage.meter import WINDOW, Meter

from .clients import RED, Colour, Publisher, until

if TYPE_CHECKING:
    from cyclorama.settings import Settings

    from .conftest import Running

pytestmark = pytest.mark.stage


def test_the_rate_is_that_of_the_last_seconds() -> None:
    meter = Meter()
    rates = [
        meter.rate(octets, second) for second, octets in enumerate([0, *[1000] * 4, 5000, 10_000, 10_000])
    ]
    assert rates[:5] == [0] * 5
    assert rates[5:] == pytest.approx([8, 9 * 8 / 5, 9 * 8 / 5])
    for second in range(8, 100):
        assert meter.rate(10_000, second) <= 9 * 8 / 5
        assert len(meter._seen) <= WINDOW + 2


@pytest.fixture
def settings(settings: Settings) -> Settings:
    return settings.model_copy(update={"max_bit_rate": 100})


async def test_a_publisher_who_sends_too_much_is_stopped_and_told(
    server: Running, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its answer and its reports told it the limit; this one does not listen."""
    monkeypatch.setattr("cyclorama.stage.meter.WINDOW", 1.0)
    monkeypatch.setattr("cyclorama.stage.room.TOO_FAST_FOR", 1.0)
    monkeypatch.setattr("aiortc.codecs.vpx.Vp8Encoder.target_bitrate", 2_000_000)
    host = server.token(publish=True)
    async with Publisher(server.url, host) as publisher:
        response = await publisher.publish(Colour(RED, noise=True))
        assert "b=AS:100\r\n" in response.text
        await until(lambda: server.publishing(host))
        await until(lambda: publisher.pc.connectionState == "closed")
        assert not server.publishing(host)
    async with Publisher(server.url, host) as again:
        refused = await again.publish(Colour(RED))
        assert refused.status_code == 429
        assert refused.headers["retry-after"] == "1"
        assert "takes at most 0.1" in refused.json()["detail"]
    async with Publisher(server.url, server.token(publish=True)) as other:
        assert (await other.publish(Colour(RED))).status_code == 201
    await asyncio.sleep(1)
    async with Publisher(server.url, host) as modest:
        assert (await modest.publish(Colour(RED))).status_code == 201


async def test_rubbish_from_a_publisher_breaks_nothing(server: Running) -> None:
    """It has the keys, so its packets are authentic; what is in them need not make sense."""
    host = server.token(publish=True)
    async with Publisher(server.url, host) as publisher:
        await publisher.publish(Colour(RED))
        await until(lambda: server.publishing(host))
        transport = publisher.pc.getTransceivers()[0].receiver.transport
        sent = 0
        for size in range(1, 400):
            packet = secrets.token_bytes(size)
            for first, second in (
                (0x80, 97),
                (0x90, 97),
                (0xBF, 97),
                (0x80, 200),
                (0x81, 201),
                (0x8F, 205),
                (0x81, 206),
            ):
                with suppress(pylibsrtp.Error):  # where it does not even look like RTP
                    await transport._send_rtp(bytes((first, second)) + packet)
                    sent += 1
        assert sent > 1000
        (session,) = server.stage._sessions.values()
        before = session.peer.octets
        await until(lambda: session.peer.octets > before)
        assert server.publishing(host)
