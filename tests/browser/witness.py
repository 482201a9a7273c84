"""Watches pages for what must never happen: a request to an outside host, an error in the console."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

if TYPE_CHECKING:
    from pathlib import Path

    from playwright.sync_api import BrowserContext, ConsoleMessage, Page, Request, WebError, WebSocket

# A page may ask again for a stream before the roster says that it ended, and end what the server has already
# seen end: either is answered with 404, which Chromium logs as an error.
EXPECTED = r"404 \(Not Found\) .*/wh[ei]p/"
OWN_SCHEMES = {"blob", "data", "about"}


def asked_by_pages(network: Path) -> set[str]:
    """Return what pages and their workers asked for, by a browser's own log of its network.

    This sees all of it, also what DevTools hide, such as a worker that a worker starts. Requests that the
    browser makes for itself have no page's origin.
    """
    log = json.loads(network.read_text())
    hosts = set()
    for event in log["events"]:
        about = event.get("params", {})
        if "url" in about and str(about.get("initiator", "")).startswith("http"):
            hosts.add(urlsplit(about["url"]).netloc)
    return hosts


class Witness:
    """Sees all that the pages of its contexts ask for and complain about."""

    def __init__(self, origin: str) -> None:
        self._netloc = urlsplit(origin).netloc
        self._excused = [re.compile(EXPECTED)]
        self._allowed: tuple[str, ...] = ()
        self.requests: list[str] = []
        self.complaints: list[str] = []

    def watch(self, context: BrowserContext) -> None:
        """Watch every page of this context, also those that are opened later."""
        context.on("request", self._on_request)
        context.on("console", self._on_console)
        context.on("weberror", self._on_error)
        context.on("page", self._on_page)

    def excuse(self, pattern: str) -> None:
        """Allow complaints that match: a test provokes them."""
        self._excused.append(re.compile(pattern))

    def allow(self, start: str) -> None:
        """Allow addresses outside that start so: a test answers for them."""
        self._allowed = (*self._allowed, start)

    @property
    def outside(self) -> list[str]:
        """Addresses asked for that are not the server's own, nor allowed."""
        return [address for address in self.abroad if not address.startswith(self._allowed)]

    @property
    def abroad(self) -> list[str]:
        """Addresses asked for that are not the server's own."""
        split = ((address, urlsplit(address)) for address in self.requests)
        return [
            address
            for address, parts in split
            if parts.scheme not in OWN_SCHEMES and parts.netloc != self._netloc
        ]

    @property
    def unexcused(self) -> list[str]:
        """Complaints that no test asked for."""
        return [
            complaint
            for complaint in self.complaints
            if not any(excuse.search(complaint) for excuse in self._excused)
        ]

    def _on_page(self, page: Page) -> None:
        page.on("websocket", self._on_websocket)

    def _on_request(self, request: Request) -> None:
        self.requests.append(request.url)

    def _on_websocket(self, socket: WebSocket) -> None:
        self.requests.append(socket.url)

    def _on_console(self, message: ConsoleMessage) -> None:
        if message.type == "error":
            self.complaints.append(f"{message.text} ({message.location.get('url', '')})")

    def _on_error(self, error: WebError) -> None:
        self.complaints.append(f"uncaught: {error.error}")
