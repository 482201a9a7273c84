"""What the commands show: words for people on standard error, and small pictures where a terminal can."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import typer
from rich.color import Color
from rich.console import Console
from rich.markup import escape
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn
from rich.style import Style
from rich.text import Text

if TYPE_CHECKING:
    from pathlib import Path

    from PIL.Image import Image
    from rich.progress import ProgressColumn

COLUMNS = 48
MOST_ROWS = 20
ENDLESS = 10_000  # columns: what a program reads is not cut off


def stderr() -> Console:
    """Return the console for people; what a program may want to read goes to standard output."""
    return Console(stderr=True, soft_wrap=True, highlight=False)


def stdout() -> Console:
    """Return the console for what was asked for."""
    return Console(highlight=False, width=None if sys.stdout.isatty() else ENDLESS)


def complain(console: Console, message: str) -> None:
    """Say in one line what went wrong."""
    console.print(f"[red]error:[/] {escape(message)}")


def bar(console: Console, counter: ProgressColumn) -> Progress:
    """Return a bar, or several, of which nothing stays; none where that is no terminal."""
    return Progress(
        TextColumn("{task.description}", markup=False),
        BarColumn(),
        counter,
        TimeElapsedColumn(),
        console=console,
        transient=True,
        redirect_stdout=False,  # it would go to standard error
        disable=not console.file.isatty(),
    )


def open_in_viewer(console: Console, path: Path) -> None:
    """Show a file with what the system has for its kind."""
    if typer.launch(str(path)) != 0:
        complain(console, f"Nothing was found on this machine that shows pictures. Open {path} yourself.")


def shows_pictures(console: Console) -> bool:
    """Whether that is a terminal with all colours and some room, and nobody asked for none."""
    return (
        console.file.isatty()
        and console.color_system == "truecolor"
        and not console.no_color
        and console.encoding.startswith("utf")
        and console.width >= COLUMNS
    )


def in_characters(image: Image) -> Text:
    """Return `image` at most 48 characters wide and 20 high: two pixels each, one in ink, one in paper."""
    scale = min(COLUMNS / image.width, 2 * MOST_ROWS / image.height)
    width, rows = max(1, round(image.width * scale)), max(1, round(image.height * scale / 2))
    values = iter(image.convert("RGB").resize((width, 2 * rows), reducing_gap=2).tobytes())
    colours = [Color.from_rgb(*pixel) for pixel in zip(values, values, values, strict=True)]
    text = Text(no_wrap=True)
    for row in range(rows):
        upper, lower = (colours[start : start + width] for start in (2 * row * width, (2 * row + 1) * width))
        for ink, paper in zip(upper, lower, strict=True):
            text.append("▀", Style(color=ink, bgcolor=paper))
        text.append("\n")
    return text
