"""Reached from elsewhere: over HTTPS by an address, and through a relay."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import pytest

from cyclorama import network
from tests import coturn
from tests.media.seeing import person_present, room_shown

from . import chromium
from .receiving import SAMPLER
from .server import STUDIO, StudioServer
from .studio import Studio
from .viewer import Viewer
from .witness import Witness

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import BrowserContext, Playwright, Request

    from tests.coturn import Coturn
    from tests.media.clip import Clip

pytestmark = pytest.mark.browser

RELAY_ONLY = (Path(__file__).parent / "relay_only.js").read_text()
SECURE = (*STUDIO[:-1], "--tls-self-signed", STUDIO[-1])


class Device:
    """A browser on another device: a profile that takes our certificate, and what it asked for."""

    def __init__(self, playwright: Playwright, server: StudioServer, flags: list[str]) -> None:
        self.browser = playwright.chromium.launch(executable_path=chromium.executable(), args=flags)
        self.witness = Witness(server.url)
        self.asked: list[tuple[str, str]] = []

    def profile(self, server: StudioServer, *permissions: str) -> BrowserContext:
        context = self.browser.new_context(
            base_url=server.url, ignore_https_errors=True, permissions=list(permissions)
        )
        self.witness.watch(context)
        context.on("request", self._on_request)
        context.set_default_timeout(10_000)
        context.add_init_script(SAMPLER)
        return context

    def asked_for_ice_servers(self) -> int:
        return self.asked.count(("OPTIONS", "/whip"))

    def _on_request(self, request: Request) -> None:
        self.asked.append((request.method, urlsplit(request.url).path))


@pytest.fixture
def device(playwright: Playwright, place: StudioServer, clip: Clip, tone: Path) -> Iterator[Device]:
    host = urlsplit(place.url).hostname or ""
    device = Device(playwright, place, chromium.flags(clip.path, tone, host=host))
    yield device
    device.browser.close()
    assert device.witness.outside == []
    assert device.witness.unexcused == []


def start(server: StudioServer) -> Iterator[StudioServer]:
    server.start()
    yield server
    server.stop()


def key(server: StudioServer) -> str:
    return (server.data / "creator-key").read_text()


class TestOverHttps:
    @pytest.fixture
    def place(self, tmp_path: Path) -> Iterator[StudioServer]:
        address = next(iter(network.reachable_addresses()), "")
        if not address:
            pytest.skip("this machine has no address but loopback")
        yield from start(StudioServer(tmp_path, SECURE, f"https://{address}"))

    def test_a_phone_on_the_network_goes_live_and_is_seen(
        self, device: Device, place: StudioServer, clip: Clip
    ) -> None:
        studio = Studio(device.profile(place, "camera", "microphone").new_page())
        studio.page.goto(f"/#key={key(place)}")
        studio.expect_picture("live")
        assert studio.page.evaluate("isSecureContext")
        studio.go_live()
        link = studio.viewer_link
        assert link.startswith(f"{place.url}/watch#")

        viewer = Viewer(device.profile(place).new_page())
        viewer.open(link)
        viewer.received.until(lambda frame: person_present(frame.picture, clip), "the person", 20)
        assert not any(room_shown(frame.picture) for frame in viewer.received.frames)
        assert any(url.startswith("wss://") for url in device.witness.requests)
        assert device.asked_for_ice_servers() == 0, "there are none"
        studio.leave()
        viewer.expect("ended")


class TestThroughARelay:
    @pytest.fixture
    def relay(self, tmp_path: Path) -> Iterator[Coturn]:
        with coturn.running(tmp_path) as relay:
            yield relay

    @pytest.fixture
    def place(self, tmp_path: Path, relay: Coturn) -> Iterator[StudioServer]:
        variables = {
            "CYCLORAMA_ICE_SERVERS": f"{relay.stun},{relay.turn}",
            "CYCLORAMA_TURN_SECRET": relay.secret,
        }
        yield from start(StudioServer(tmp_path, variables=variables))

    def test_who_can_reach_nothing_but_the_relay_goes_live_and_watches(
        self, device: Device, place: StudioServer, clip: Clip
    ) -> None:
        profile = device.profile(place, "camera", "microphone")
        profile.add_init_script(RELAY_ONLY)
        studio = Studio(profile.new_page())
        studio.open()
        studio.go_live()
        viewer = Viewer(profile.new_page())
        viewer.open(studio.viewer_link)
        viewer.received.until(lambda frame: person_present(frame.picture, clip), "the person", 20)
        for page in (studio.page, viewer.page):
            assert set(page.evaluate("relayOnly.used()")) == {"relay"}
        assert device.asked_for_ice_servers() == 2, "once for each page that joined"
