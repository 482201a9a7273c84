"""What the servers spend for so many viewers, and how many fit onto one core."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from bench.stage import servers
from bench.stage.browser import Viewer, browser
from bench.stage.clips import SIZES
from bench.stage.processes import Load, said
from bench.stage.running import publishing, verdict, watched, watching
from playwright.sync_api import sync_playwright

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bench.stage.running import Row, Start

RELAYED = 8
"""More viewers than that are too many for a relay that encodes for each."""
MOST = (16, 32, 48, 64, 80, 96, 128, 160, 200)
FULL_RATE = 29.0
BUSY = 85.0
"""Per cent of a core from which on the viewers' process, and not the server, may be what is late."""
RATIO = 2.0
CROWD = 64


def beside(folder: Path, seconds: float, sizes: Sequence[str], counts: Sequence[int]) -> None:
    """Print what each server spends."""
    print("| picture | viewers | server | % of a core | of Janus | pictures a second | freezes | lost |")
    print("|---|---|---|---|---|---|---|---|")
    for size in sizes:
        janus: dict[int, float] = {}
        for start in (servers.janus, servers.ours, servers.relay):
            _spent(start, folder, seconds, size, counts, janus)


def _spent(
    start: Start, folder: Path, seconds: float, size: str, counts: Sequence[int], janus: dict[int, float]
) -> None:
    with (
        tempfile.TemporaryDirectory(dir=folder) as name,
        start(Path(name)) as server,
        publishing(server, size),
    ):
        for count in counts:
            if start is servers.relay and count > RELAYED:
                return
            row = watched(server, count, seconds)
            share = row.cpu / janus.setdefault(count, row.cpu)
            print(
                f"| {SIZES[size]} | {count} | {server.name} | {row.cpu:.1f} | {share:.2f} "
                f"| {row.slowest:.1f} | {row.freezes} | {row.lost} |",
                flush=True,
            )
            if start is servers.ours and count == 16:
                verdict(f"{size}, 16 viewers, at most {RATIO:g} of Janus: {share:.2f}", share <= RATIO)
            if start is servers.ours and count == 64:
                verdict(f"{size}, 64 viewers without a freeze: {row.freezes}", row.freezes == 0)


def crowd(folder: Path, seconds: float) -> None:
    """Print what one Chromium shows, by its own count, that watches 720p with 63 others."""
    with (
        tempfile.TemporaryDirectory(dir=folder) as name,
        servers.ours(Path(name)) as server,
        publishing(server, "720p"),
        sync_playwright() as playwright,
        browser(playwright, Path(name)) as running,
    ):
        viewer = Viewer(running, server.url, server.watch["token"])
        with watching(server, CROWD - 1, seconds) as others:
            load = Load(server.pid)
            seen = viewer.watch(seconds)
            cpu = load.percent()
            told = said(others)["seen"]
    print(f"| {CROWD} viewers of 720p | pictures a second | freezes | frozen, s | buffer, ms | % of a core |")
    print("|---|---|---|---|---|---|")
    print(
        f"| Chromium | {seen.rate:.1f} | {seen.freezes} | {seen.frozen:.2f} | {seen.buffer:.0f} | {cpu:.1f} |"
    )
    slowest, freezes = min(each["rate"] for each in told), sum(each["freezes"] for each in told)
    print(f"| the others | {slowest:.1f} (fewest) | {freezes} (all) | | | |")
    verdict(f"{CROWD} viewers without a freeze: {seen.freezes + freezes}", not seen.freezes + freezes)


def most(folder: Path, seconds: float) -> None:
    """Print how many viewers each server serves at 720p on one core before one of them freezes."""
    print("| server, on one core | viewers of 720p without a freeze | % of the core | what ended it |")
    print("|---|---|---|---|")
    for start in (servers.janus, servers.ours):
        with (
            tempfile.TemporaryDirectory(dir=folder) as name,
            start(Path(name), core=0) as server,
            publishing(server, "720p", core=1),
        ):
            good, cpu, end = 0, 0.0, "nothing"
            for count in MOST:
                try:
                    row = watched(server, count, seconds, core=1)
                    if _late(row):  # once is an accident of the machine
                        row = watched(server, count, seconds, core=1)
                except RuntimeError:
                    end = f"of {count}, not all got in"
                    break
                if _late(row):
                    end = f"{row.freezes} freezes, {row.slowest:.1f} pictures a second, at {count}"
                    if row.viewers_cpu > BUSY:
                        end += "; the viewers' core was full, too"
                    break
                good, cpu = count, row.cpu
            print(f"| {server.name} | {good} | {cpu:.0f} | {end} |", flush=True)


def _late(row: Row) -> bool:
    return row.freezes > 0 or row.slowest < FULL_RATE
