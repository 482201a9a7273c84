"""What a page's frames cost."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from playwright.sync_api import Browser, CDPSession, Page

WARM_UP = 3.0


@dataclass(frozen=True)
class Cost:
    """Averages over a while."""

    rate: float
    """New pictures per second."""
    main: float
    """Milliseconds that the page's main thread worked, a frame; not those in which others kept it waiting."""
    cpu: float
    """Milliseconds of CPU of all the browser's processes, a frame."""


def cost_of(browser: Browser, page: Page, frames: str, seconds: float) -> Cost:
    """Measure a page for so long; `frames` is the expression that counts its pictures."""
    main = page.context.new_cdp_session(page)
    main.send("Performance.enable", {"timeDomain": "threadTicks"})
    whole = browser.new_browser_cdp_session()
    page.wait_for_timeout(WARM_UP * 1000)
    before = _look(page, frames, main, whole)
    page.wait_for_timeout(seconds * 1000)
    after = _look(page, frames, main, whole)
    count, passed, tasks, cpu = (last - first for last, first in zip(after, before, strict=True))
    if count <= 0:
        raise RuntimeError(f"{page.url} showed no picture in {seconds:g} s.")
    return Cost(count / passed, tasks * 1000 / count, cpu * 1000 / count)


def _look(page: Page, frames: str, main: CDPSession, whole: CDPSession) -> tuple[float, ...]:
    metrics = {entry["name"]: entry["value"] for entry in main.send("Performance.getMetrics")["metrics"]}
    processes = whole.send("SystemInfo.getProcessInfo")["processInfo"]
    cpu = sum(process["cpuTime"] for process in processes)
    return page.evaluate(frames), time.monotonic(), metrics["TaskDuration"], cpu
