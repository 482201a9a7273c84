"""What the servers spend for so many viewers, and how many fit onto one core."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from bench.stage import servers
from bench.stage.clips import SIZES
from bench.stage.running import publishing, verdict, watched

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bench.stage.running import Start

RELAYED = 8
"""More viewers than that are too many for a relay that encodes for each."""
MOST = (16, 32, 48, 64, 80, 96, 128, 160, 200)
FULL_RATE = 29.0
BUSY = 85.0
"""Per cent of a core from which on the viewers' process, and not the server, may be what is late."""
RATIO = 2.0


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
                except RuntimeError:
                    end = f"of {count}, not all got in"
                    break
                if row.freezes or row.slowest < FULL_RATE:
                    end = f"{row.freezes} freezes, {row.slowest:.1f} pictures a second, at {count}"
                    if row.viewers_cpu > BUSY:
                        end += "; the viewers' core was full, too"
                    break
                good, cpu = count, row.cpu
            print(f"| {server.name} | {good} | {cpu:.0f} | {end} |", flush=True)
