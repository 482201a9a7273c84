"""A generator for tests: ours, and those of people who build on Cyclorama."""

from __future__ import annotations

import time
from dataclasses import dataclass

from PIL import Image

from cyclorama.backgrounds.base import Painting, Progress, Prompt, Report


@dataclass
class FakeGenerator:
    """Paints one plain colour that depends on the seed.

    Attributes:
        slots: how many may paint at once.
        steps: how often it reports.
        pause: seconds between reports.
        error: raised after the last report, if there is one.
    """

    name: str = "fake"
    slots: int = 1
    steps: int = 3
    pause: float = 0.0
    error: Exception | None = None

    def ready(self) -> None:
        """Raise `error`, if there is one."""
        if self.error:
            raise self.error

    def generate(self, prompt: Prompt, report: Report) -> Painting:
        """Paint after `steps` reports."""
        for step in range(self.steps):
            report(Progress(step, self.steps, f"layer {step + 1}"))
            time.sleep(self.pause)
        if self.error:
            raise self.error
        colour = (prompt.seed % 256, len(prompt.text) % 256, 128)
        return Painting(Image.new("RGB", (prompt.width, prompt.height), colour), (prompt.text,), "A fake.")
