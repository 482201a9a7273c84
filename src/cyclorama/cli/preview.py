"""A moving picture in a terminal, at a fraction of what `screen.in_characters` costs."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

from rich.color import Color
from rich.measure import Measurement
from rich.segment import Segment
from rich.style import Style

if TYPE_CHECKING:
    from collections.abc import Iterator

    from PIL.Image import Image
    from rich.console import Console, ConsoleOptions

COLUMNS, MOST_ROWS = 36, 10
STEPS = 0xF8  # of each colour: what differs less looks the same, and is made once

Pixel = tuple[int, ...]


class Preview:
    """What a rich console prints for a picture: two pixels a character, one in ink, one in paper.

    Args:
        image: RGB.
    """

    def __init__(self, image: Image) -> None:
        scale = min(COLUMNS / image.width, 2 * MOST_ROWS / image.height)
        columns, rows = max(1, round(image.width * scale)), max(1, round(image.height * scale / 2))
        values = iter(bytes(value & STEPS for value in image.resize((columns, 2 * rows)).tobytes()))
        pixels = list(zip(values, values, values, strict=True))
        self._columns = columns
        self._rows = [
            [
                _character(ink, paper)
                for ink, paper in zip(
                    pixels[start : start + columns],
                    pixels[start + columns : start + 2 * columns],
                    strict=True,
                )
            ]
            for start in range(0, len(pixels), 2 * columns)
        ]

    def __rich_measure__(self, console: Console, options: ConsoleOptions) -> Measurement:
        return Measurement(self._columns, self._columns)

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> Iterator[Segment]:
        for row in self._rows:
            yield from row
            yield Segment.line()


@lru_cache(maxsize=4096)
def _character(ink: Pixel, paper: Pixel) -> Segment:
    return Segment("▀", Style(color=Color.from_rgb(*ink), bgcolor=Color.from_rgb(*paper)))
