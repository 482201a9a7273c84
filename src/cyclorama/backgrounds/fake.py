"""A generator for tests: ours, and those of people who build on Cyclorama."""

from __future__ import annotations

import threading
import zlib
from dataclasses import dataclass
from typing import TYPE_CHECKING

from PIL import Image, ImageChops

from cyclorama.backgrounds.base import Painting, Progress, Prompt, Report

if TYPE_CHECKING:
    from collections.abc import Iterator

PREVIEW = (64, 36)

Colour = tuple[int, int, int]


@dataclass
class FakeGenerator:
    """Paints one plain colour, the same for the same words, style and seed.

    Attributes:
        slots: how many may paint at once.
        steps: how often it reports.
        pause: seconds between reports, and between frames; cancelling ends it at once.
        error: raised after the last report, if there is one.
        previews: whether each report carries a small picture.
        moves: whether it can paint what moves: a bar that goes round.
        frames: how many a loop has.
    """

    name: str = "fake"
    slots: int = 1
    steps: int = 3
    pause: float = 0.0
    error: Exception | None = None
    previews: bool = False
    moves: bool = False
    frames: int = 12

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
        picture, video = Image.new("RGB", (prompt.width, prompt.height), colour), None
        if prompt.motion:
            picture = self._frame(prompt, colour, 0)
            report(Progress(0, self.frames, "the first frame", picture, whole=True))
            with report.stopping(cancelled.set):
                video = self._loop(prompt, colour, report, cancelled)
        return Painting(picture, (prompt.text,), "A fake.", model="fake 1", video=video)

    def _loop(self, prompt: Prompt, colour: Colour, report: Report, cancelled: threading.Event) -> bytes:
        # PyAV comes with it, for which no other test need wait.
        from cyclorama.backgrounds import loops

        def frames() -> Iterator[bytes]:
            for number in range(self.frames):
                report(Progress(number, self.frames, f"frame {number + 1} of {self.frames}"))
                cancelled.wait(self.pause)
                yield loops.planes(self._frame(prompt, colour, number))

        return loops.encode(frames(), prompt.width, prompt.height)

    def _frame(self, prompt: Prompt, colour: Colour, number: int) -> Image.Image:
        """Return a plain colour with a white bar a fifth as wide, that goes from left to right and round."""
        bar = Image.new("RGB", (prompt.width, prompt.height), colour)
        bar.paste("white", (0, 0, prompt.width // 5, prompt.height))
        return ImageChops.offset(bar, number * prompt.width // self.frames, 0)
