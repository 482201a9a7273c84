"""A generator for tests: ours, and those of people who build on Cyclorama."""

from __future__ import annotations

import threading
import zlib
from dataclasses import dataclass

from PIL import Image

from cyclorama.backgrounds.base import Painting, Progress, Prompt, Report

PREVIEW = (64, 36)


@dataclass
class FakeGenerator:
    """Paints one plain colour, the same for the same words, style and seed.

    Attributes:
        slots: how many may paint at once.
        steps: how often it reports.
        pause: seconds between reports; cancelling ends it at once.
        error: raised after the last report, if there is one.
        previews: whether each report carries a small picture.
    """

    name: str = "fake"
    slots: int = 1
    steps: int = 3
    pause: float = 0.0
    error: Exception | None = None
    previews: bool = False

    def ready(self) -> None:
        """Raise `error`, if there is one."""
        if self.error:
            raise self.error

    def generate(self, prompt: Prompt, report: Report) -> Painting:
        """Paint after `steps` reports."""
        words = zlib.crc32("\0".join(prompt.in_words()).encode())
        colour = (prompt.seed % 256, words % 256, words // 256 % 256)
        preview = Image.new("RGB", PREVIEW, colour) if self.previews else None
        cancelled = threading.Event()
        with report.stopping(cancelled.set):
            for step in range(self.steps):
                report(Progress(step, self.steps, f"layer {step + 1}", preview))
                cancelled.wait(self.pause)
        if self.error:
            raise self.error
        picture = Image.new("RGB", (prompt.width, prompt.height), colour)
        return Painting(picture, (prompt.text,), "A fake.", model="fake 1")
