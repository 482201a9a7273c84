"""How soon: the first picture of a viewer who comes, and the age of each picture when it is seen."""

from __future__ import annotations

import tempfile
from pathlib import Path
from statistics import median

from bench.stage import servers
from bench.stage.browser import Viewer, browser
from bench.stage.running import decoded, publishing, verdict
from playwright.sync_api import sync_playwright

TIMES = 11
FIRST, LATENCY = 500.0, 150.0  # milliseconds, at most


def first(folder: Path) -> None:
    """Print how long a viewer that is no browser waits, from the request to a decoded picture."""
    print("| server, 720p | first picture, ms: median | slowest |")
    print("|---|---|---|")
    for start in (servers.janus, servers.ours):
        with (
            tempfile.TemporaryDirectory(dir=folder) as name,
            start(Path(name)) as server,
            publishing(server, "720p"),
        ):
            waits = decoded(server.watch, "first", TIMES)
            print(f"| {server.name} | {median(waits):.0f} | {max(waits):.0f} |", flush=True)
    verdict(f"first picture within {FIRST:g} ms: {median(waits):.0f}", median(waits) <= FIRST)


def latency(folder: Path, seconds: float) -> None:
    """Print how old a picture is when it is seen, by a clock that is drawn into it."""
    print("| from drawing to seeing, 720p on loopback, ms | median | 95 % are within | pictures |")
    print("|---|---|---|---|")
    for start in (servers.janus, servers.ours):
        with (
            tempfile.TemporaryDirectory(dir=folder) as name,
            start(Path(name)) as server,
            publishing(server, "720p", "clock"),
        ):
            middle = _line(f"{server.name}, decoded at once", decoded(server.watch, "latency", int(seconds)))
            if start is servers.ours:
                verdict(f"latency under {LATENCY:g} ms: {middle:.0f}", middle < LATENCY)
                with sync_playwright() as playwright, browser(playwright, Path(name)) as running:
                    viewer = Viewer(running, server.url, server.watch["token"])
                    viewer.page.wait_for_timeout(3000)
                    middle = _line(f"{server.name}, Chromium", viewer.ages(seconds))
                verdict(f"latency in Chromium under {LATENCY:g} ms: {middle:.0f}", middle < LATENCY)


def _line(what: str, ages: list[int]) -> float:
    ages.sort()
    middle = median(ages)
    print(f"| {what} | {middle:.0f} | {ages[int(0.95 * len(ages))]} | {len(ages)} |", flush=True)
    return middle
