"""Troubles of a network: what a viewer's Chromium shows meanwhile, and when it shows something again."""

from __future__ import annotations

import time
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

from bench.stage import servers
from bench.stage.browser import Viewer, browser
from bench.stage.link import Link, Way
from bench.stage.running import publishing, verdict
from tests.browser.studio import Studio

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from bench.stage.servers import Server
    from playwright.sync_api import Browser, Playwright
    from tests.media.clip import Clip

SIZE = "720p"
LOSSES = (0.0, 0.01, 0.03, 0.05, 0.10)
DELAYS = (0.0, 0.05, 0.2)  # seconds each way
SETTLE = 3.0
ADAPTS = 10.0  # seconds that a publisher may take to find out how much it can send
OUTAGE = 5.0
SLOW = 1_000_000  # bit/s
EVERYWHERE = "0.0.0.0"  # noqa: S104 - both networks
HERE = servers.LOOPBACK


@dataclass(frozen=True)
class Place:
    """Where it happens: a folder, and a link to the viewer's and to the publisher's network."""

    playwright: Playwright
    folder: Path
    viewer: Link
    publisher: Link

    @contextmanager
    def server(self, port: int = 0) -> Iterator[Server]:
        """Run the server, open to both networks."""
        with servers.ours(self.folder, host=EVERYWHERE, reach=HERE, port=port) as server:
            yield server

    @contextmanager
    def audience(self, server: Server, *, far: bool) -> Iterator[Viewer]:
        """Have a browser watch, from the viewer's network or from this machine's own."""
        namespace = self.viewer.namespace if far else None
        url = server.url.replace(HERE, self.viewer.ours) if far else server.url
        with browser(self.playwright, self.folder, namespace=namespace) as running:
            yield Viewer(running, url, server.watch["token"])


def losses(place: Place, seconds: float) -> None:
    """Print what is seen with loss and delay before the viewer, and before the publisher."""
    print(
        "| before the | loss | delay each way | pictures a second | freezes | frozen, s | buffer, ms | lost |"
    )
    print("|---|---|---|---|---|---|---|---|")
    with place.server() as server:
        with publishing(server, SIZE), place.audience(server, far=True) as viewer:
            _through("viewer", place.viewer, viewer, seconds)
        server.publish["url"] = server.publish["url"].replace(HERE, place.publisher.ours)
        with (
            publishing(server, SIZE, namespace=place.publisher.namespace),
            place.audience(server, far=False) as viewer,
        ):
            _through("publisher", place.publisher, viewer, seconds)


def _through(whose: str, link: Link, viewer: Viewer, seconds: float) -> None:
    for loss in LOSSES:
        for delay in DELAYS:
            link.set(Way(loss=loss, delay=delay))
            viewer.page.wait_for_timeout(SETTLE * 1000)
            seen = viewer.watch(seconds)
            print(
                f"| {whose} | {100 * loss:.0f} % | {1000 * delay:.0f} ms | {seen.rate:.1f} | {seen.freezes} "
                f"| {seen.frozen:.2f} | {seen.buffer:.0f} | {seen.lost} |",
                flush=True,
            )
            if loss == 0.03:
                where = f"3 % loss and {1000 * delay:.0f} ms before the {whose}"
                verdict(f"{where}, no freeze: {seen.freezes}", not seen.freezes)
    link.set(Way())


def outages(place: Place, seconds: float, clip: Clip) -> None:
    """Print when the picture is back after the network, or the server, was gone; and how a slow uplink looks.

    The studio page publishes, in a browser in the publisher's network.
    """
    with place.server() as server:
        origin = server.url.replace(HERE, place.publisher.ours)
        trusted = f"--unsafely-treat-insecure-origin-as-secure={origin}"  # else a camera wants HTTPS
        namespace = place.publisher.namespace
        with browser(
            place.playwright, place.folder, trusted, namespace=namespace, camera=clip.path
        ) as creator:
            _go_live(creator, origin, server)
            with place.audience(server, far=True) as viewer:
                _network_gone(place, viewer)
                _slow_uplink(place, viewer, seconds)
                _killed(place, server, viewer)


def _go_live(creator: Browser, origin: str, server: Server) -> None:
    context = creator.new_context(permissions=["camera", "microphone"], base_url=origin)
    studio = Studio(context.new_page())
    studio.page.goto(f"/#key={server.key}")
    studio.expect_picture("live")
    studio.go_live()


def _network_gone(place: Place, viewer: Viewer) -> None:
    for whose, link in (("publisher's", place.publisher), ("viewer's", place.viewer)):
        viewer.page.wait_for_timeout(5000)
        link.set(Way(off=True))
        viewer.page.wait_for_timeout(OUTAGE * 1000)
        still, since = viewer.still_since(), time.time()
        link.set(Way())
        took = viewer.stands(since)
        print(
            f"| the {whose} network gone for {OUTAGE:g} s "
            f"| still for {still:.1f} s of it, back {took:.1f} s after |",
            flush=True,
        )


def _slow_uplink(place: Place, viewer: Viewer, seconds: float) -> None:
    viewer.page.wait_for_timeout(5000)
    usual = viewer.watch(seconds)
    place.publisher.set(Way(rate=SLOW))
    viewer.page.wait_for_timeout(ADAPTS * 1000)
    slow = viewer.watch(seconds)
    place.publisher.set(Way())
    for what, seen in (("the studio's uplink as it is", usual), ("at 1 Mbit/s", slow)):
        frozen = f"{seen.freezes} freezes of {seen.frozen:.1f} s in {seconds:g} s"
        print(f"| {what} | {seen.rate:.1f} pictures a second, {frozen} |", flush=True)
    verdict(f"a slow uplink degrades and does not freeze: {slow.freezes}", not slow.freezes)


def _killed(place: Place, server: Server, viewer: Viewer) -> None:
    viewer.page.wait_for_timeout(5000)
    server.process.kill()
    server.process.wait()
    since = time.time()
    with place.server(int(server.url.rpartition(":")[2])):
        up = time.time() - since
        took = viewer.stands(since, 90)
        print(f"| server killed, up again after {up:.1f} s | picture back {took:.1f} s after the kill |")
