"""`cyclorama generate`: a prompt becomes a picture file."""

from __future__ import annotations

import time
from pathlib import Path  # noqa: TC003 - typer reads the annotations
from typing import TYPE_CHECKING, Annotated

import typer
from pydantic import ValidationError
from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

from cyclorama import settings as settings_
from cyclorama.backgrounds.base import Prompt, Report, any_seed
from cyclorama.backgrounds.generators import Generators
from cyclorama.errors import InvalidRequest, Unavailable

if TYPE_CHECKING:
    from cyclorama.backgrounds.base import Painting
    from cyclorama.backgrounds.base import Progress as Step

SUFFIXES = (".png", ".jpg", ".jpeg", ".webp")


def generate(
    prompt: Annotated[str, typer.Argument(help="What shall be in the picture.")],
    output: Annotated[Path, typer.Option("--output", "-o", help="File to write: .png, .jpg or .webp.")],
    size: Annotated[str, typer.Option(help="Width x height in pixels.")] = "1280x720",
    seed: Annotated[
        int | None, typer.Option(help="The same seed gives the same picture. [default: drawn]")
    ] = None,
    negative: Annotated[str, typer.Option(help="What shall not be in the picture.")] = "",
    generator: Annotated[str | None, typer.Option(help="Who paints it. [default: auto]")] = None,
) -> None:
    """Paint a background from words into a picture file."""
    settings = settings_.load(generator=generator)
    wish = _prompt(prompt, negative, size, any_seed() if seed is None else seed)
    painter = Generators(settings).get()
    if output.suffix.lower() not in SUFFIXES:
        raise InvalidRequest(
            f"{output.name} does not say which kind of picture: end it in {', '.join(SUFFIXES)}."
        )
    console = Console(stderr=True, highlight=False)
    columns = TextColumn("{task.description}"), BarColumn(), TimeElapsedColumn()
    began = time.perf_counter()
    with Progress(*columns, console=console, transient=True, disable=not console.is_terminal) as bar:
        task = bar.add_task("Painting", total=None)

        def report(step: Step) -> None:
            bar.update(task, description=step.message, completed=step.step, total=step.total)

        painting = painter.generate(wish, Report(report))
    _save(painting, output)
    took = time.perf_counter() - began
    console.print(f"{output}: {wish.width}x{wish.height}, seed {wish.seed}, {took:.1f} s", markup=False)
    if painting.note:
        console.print(painting.note, markup=False)


def _prompt(text: str, negative: str, size: str, seed: int) -> Prompt:
    width, _, height = size.lower().partition("x")
    if not (width.isascii() and width.isdigit() and height.isascii() and height.isdigit()):
        raise InvalidRequest(f"The size {size!r} is not WIDTHxHEIGHT, for example 1280x720.")
    try:
        return Prompt(text=text, negative=negative, width=int(width), height=int(height), seed=seed)
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(str(part) for part in first["loc"]) or "the prompt"
        raise InvalidRequest(f"{where}: {first['msg'].removeprefix('Value error, ')}.") from error


def _save(painting: Painting, output: Path) -> None:
    try:
        painting.image.save(output, quality=92)
    except OSError as error:
        raise Unavailable(
            f"{output} cannot be written: {error.strerror or error}. Choose another place."
        ) from error
