"""The studio page beside the article's method, in one run: what a frame costs, whether the picture comes."""

from __future__ import annotations

import argparse
import sys
import tempfile
from contextlib import ExitStack, contextmanager
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING

from playwright.sync_api import Browser, Playwright, sync_playwright
from rich.console import Console
from rich.table import Table

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
from bench.page.cost import WARM_UP, Cost, cost_of
from bench.page.stages import FIGURES, STAGES, Figures
from bench.page.starts import first_pictures, starts
from bench.page.theirs import served
from tests.browser import chromium
from tests.browser.server import StudioServer
from tests.browser.studio import Studio
from tests.media.clip import Clip, write_clip, write_tone

if TYPE_CHECKING:
    from collections.abc import Iterator

SIZES = (640, 480), (1280, 720)
FULL_HD = (1920, 1080)
MOST_CPU = {640: 1 / 3, 1280: 1 / 5}
"""How much of the article's CPU a frame ours may take, by the width of the picture."""
MOST_MS = {1280: 22.0, 1920: 45.0}
"""Milliseconds of CPU that a frame of ours may take, by the width of the picture."""
LEAST_RATE = 29.0
MOST_MAIN = 1.0
MOST_WAIT = 1000.0
CONSOLE = Console()
BEACH = "beach with palm trees at sunset"
OUR_FRAMES = "document.querySelector('[data-testid=preview]').getVideoPlaybackQuality().totalVideoFrames"


@contextmanager
def chromium_with(
    playwright: Playwright, clip: Clip | None = None, tone: Path | None = None
) -> Iterator[Browser]:
    """Run a browser with this clip on its camera."""
    given = chromium.flags(clip.path if clip else None, tone)
    with playwright.chromium.launch(executable_path=chromium.executable(), args=given) as browser:
        yield browser


def theirs(playwright: Playwright, clip: Clip, background: bytes, seconds: float) -> Cost:
    """Measure the article's method."""
    with served(background) as address, chromium_with(playwright, clip) as browser:
        page = browser.new_context(permissions=["camera", "microphone"]).new_page()
        page.goto(f"{address}/index.html?width={clip.width}&height={clip.height}")
        page.wait_for_function("window.frames > 30", timeout=60_000)
        return cost_of(browser, page, "window.frames", seconds)


def ours(
    playwright: Playwright, clip: Clip, server: StudioServer, seconds: float, stages: Table
) -> tuple[Cost, bytes]:
    """Measure the studio page, its stages too; return its cost and the background that it showed."""
    size = f"{clip.width}x{clip.height}"
    with chromium_with(playwright, clip) as browser:
        context = browser.new_context(permissions=["camera", "microphone"], base_url=server.url)
        context.add_init_script(FIGURES)
        studio = Studio(context.new_page())
        studio.open()
        background = studio.page.request.get(studio.describe(BEACH)).body()
        studio.page.wait_for_timeout(WARM_UP * 1000)
        figures = Figures(studio.page)
        cost = cost_of(browser, studio.page, OUR_FRAMES, seconds)
        stages.add_row(size, *figures.row())
    verdict(f"{size}: 30 frames a second: {cost.rate:.1f}", cost.rate >= LEAST_RATE)
    verdict(f"{size}: at most 1 ms of main thread a frame: {cost.main:.2f}", cost.main <= MOST_MAIN)
    if most := MOST_MS.get(clip.width):
        verdict(f"{size}: at most {most:g} ms of CPU a frame: {cost.cpu:.1f}", cost.cpu <= most)
    return cost, background


def compare(
    playwright: Playwright, clip: Clip, server: StudioServer, seconds: float, table: Table, stages: Table
) -> None:
    """Measure both ways with this clip, and add them to the table."""
    mine, background = ours(playwright, clip, server, seconds, stages)
    other = theirs(playwright, clip, background, seconds)
    size, share = f"{clip.width}x{clip.height}", mine.cpu / other.cpu
    for way, cost in (("the article's", other), ("Cyclorama", mine)):
        table.add_row(size, way, f"{cost.rate:.1f}", f"{cost.main:.2f}", f"{cost.cpu:.1f}")
    ratios = f"{mine.rate / other.rate:.2f}", f"{mine.main / other.main:.3f}", f"{share:.2f}"
    table.add_row(size, "ours / theirs", *ratios, end_section=True)
    most = MOST_CPU[clip.width]
    verdict(f"{size}: at most {most:.2f} of their CPU a frame: {share:.2f}", share <= most)


def verdict(claim: str, holds: bool) -> None:
    """Print whether a figure is what it should be."""
    CONSOLE.print(f"[green]yes[/]  {claim}" if holds else f"[red]no[/]   {claim}", highlight=False)


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="short measurements and 6 starts")
    parser.add_argument("--seconds", type=float, help="how long to measure each way [10]")
    parser.add_argument("--starts", type=int, help="how often to start the studio page [50]")
    asked = parser.parse_args()
    seconds = asked.seconds or (4 if asked.quick else 10)
    count = asked.starts or (6 if asked.quick else 50)

    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="cyclorama-bench-")))
        playwright = stack.enter_context(sync_playwright())
        server = StudioServer(folder)
        stack.callback(server.stop)
        server.start()
        tone = write_tone(folder)
        small, large = (write_clip(folder, *size) for size in SIZES)

        table = Table(
            "camera", "way", "frames a second", "main thread, ms a frame", "browser's CPU, ms a frame"
        )
        stages = Table("camera", "tier", *STAGES, "frame, ms", "age of the matte, ms", "frames lost")
        for clip in (small, large):
            compare(playwright, clip, server, seconds, table, stages)
        largest = write_clip(folder, *FULL_HD)
        mine, _ = ours(playwright, largest, server, seconds, stages)
        table.add_row("1920x1080", "Cyclorama", f"{mine.rate:.1f}", f"{mine.main:.2f}", f"{mine.cpu:.1f}")
        CONSOLE.print(table)
        CONSOLE.print(stages)

        with chromium_with(playwright, small) as browser:
            came = starts(browser, server.url, small, count)
        verdict(f"the picture comes in every start: {came} of {count}", came == count)

        with chromium_with(playwright, large, tone) as creators, chromium_with(playwright) as viewers:
            waits = first_pictures(creators, viewers, server.url, 3 if asked.quick else 7)
        shown = ", ".join(f"{wait:.0f}" for wait in waits)
        holds = median(waits) <= MOST_WAIT
        verdict(f"a viewer's first picture within 1 s of opening: {median(waits):.0f} ms ({shown})", holds)


if __name__ == "__main__":
    main()
