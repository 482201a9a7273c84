"""Where a frame's time goes in the studio page: the stages that its worker tells once a second."""

from __future__ import annotations

from statistics import median
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from playwright.sync_api import Page

STAGES = ("take", "model", "matte", "composite", "out")
FIGURES = """
window.figures = [];
window.Worker = class extends Worker {
  constructor(...given) {
    super(...given);
    this.addEventListener("message", ({ data }) => {
      if (data.kind === "stats") figures.push(data.stats);
    });
  }
};
"""
"""To be put into the page before anything of its own runs."""


class Figures:
    """What the worker has told since this was made."""

    def __init__(self, page: Page) -> None:
        page.evaluate("figures.length = 0")
        self._page = page

    def row(self) -> list[str]:
        """Return the tier, median milliseconds of each stage and in all, the matte's age, and frames lost."""
        told: list[dict[str, Any]] = self._page.evaluate("figures")
        if not told:
            raise RuntimeError("The studio page told no figures.")
        tier = told[-1]["tier"]

        def middle(figures: list[float]) -> str:
            return f"{median(figures):.2f}"

        return [
            f"{tier['model']}, {tier['accelerator']}, {tier['width']}x{tier['height']}",
            *(middle([one["stages"][stage] for one in told]) for stage in STAGES),
            middle([one["frameMs"] for one in told]),
            middle([one["matteAgeMs"] for one in told]),
            str(sum(one["dropped"] for one in told)),
        ]
