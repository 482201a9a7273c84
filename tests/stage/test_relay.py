"""Through a real TURN server, with the credentials that the stage hands out."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import httpx
import pytest
from aiortc import RTCConfiguration, RTCIceServer, RTCIceTransportPolicy, RTCPeerConnection

from cyclorama.settings import Settings
from tests import coturn

from .clients import BLUE, Colour, Publisher, Viewer, until

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from cyclorama.stage.tokens import Token
    from tests.coturn import Coturn

    from .conftest import Running

pytestmark = pytest.mark.stage

LINK = re.compile(r'<(turn:[^>]+)>; rel="ice-server"; username="([^"]+)"; credential="([^"]+)"')


@pytest.fixture
def relay(tmp_path: Path) -> Iterator[Coturn]:
    with coturn.running(tmp_path) as relay:
        yield relay


@pytest.fixture(params=["udp", "tcp"])
def settings(request: pytest.FixtureRequest, tmp_path: Path, relay: Coturn) -> Settings:
    turn = relay.turn if request.param == "udp" else relay.turn_tcp
    return Settings(data=tmp_path / "data", ice_servers=(relay.stun, turn), turn_secret=relay.secret)


async def relayed(server: Running, token: Token) -> RTCPeerConnection:
    """Return a connection that can only go by the relay of which the stage tells."""
    async with httpx.AsyncClient(base_url=server.url) as http:
        answer = await http.options("/whip", headers={"authorization": f"Bearer {token.token}"})
    found = LINK.search(answer.headers["link"])
    assert found
    servers = [RTCIceServer(found[1], found[2], found[3])]
    return RTCPeerConnection(RTCConfiguration(servers, RTCIceTransportPolicy.RELAY))


async def test_who_can_reach_nothing_but_the_relay_publishes_and_watches(
    server: Running, relay: Coturn
) -> None:
    host, guest = server.token(publish=True), server.token(publish=False)
    async with (
        Publisher(server.url, host, await relayed(server, host)) as publisher,
        Viewer(server.url, guest, await relayed(server, guest)) as viewer,
    ):
        answers = [await publisher.publish(Colour(BLUE))]
        await until(lambda: server.publishing(host))
        answers.append(await viewer.watch(host, ("video",)))
        for answer in answers:
            assert answer.status_code == httpx.codes.CREATED
            assert LINK.search(answer.headers["link"])
        await viewer.until_colour(BLUE)
        for client in (publisher, viewer):
            assert re.findall(r"typ (\w+)", client.pc.localDescription.sdp).count("relay") >= 1
            assert "typ host" not in client.pc.localDescription.sdp
    assert "CHANNEL_BIND processed, success" in relay.log.read_text()


async def test_credentials_of_another_making_do_not_open_the_relay(server: Running, relay: Coturn) -> None:
    host = server.token(publish=True)
    wrong = RTCIceServer(relay.turn, "9999999999:somebody", "bm90IHRoZSBzZWNyZXQ=")
    async with Publisher(
        server.url, host, RTCPeerConnection(RTCConfiguration([wrong], RTCIceTransportPolicy.RELAY))
    ) as publisher:
        publisher.pc.addTrack(Colour(BLUE))
        await publisher.pc.setLocalDescription(await publisher.pc.createOffer())
        assert "typ relay" not in publisher.pc.localDescription.sdp
