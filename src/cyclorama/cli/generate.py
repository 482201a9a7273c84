"""`cyclorama generate`: a prompt becomes picture files."""

from __future__ import annotations

import asyncio
import itertools
import os
import sys
from contextlib import aclosing
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.progress import MofNCompleteColumn, TimeRemainingColumn

from cyclorama import settings as settings_
from cyclorama.backgrounds import api, styles
from cyclorama.backgrounds.base import MAX_COUNT, MAX_SECONDS, MIN_SECONDS, SECONDS
from cyclorama.backgrounds.easel import Easel, Failed, Painted, Working
from cyclorama.backgrounds.generators import AUTO, NAMES, Generators
from cyclorama.cli import files, screen
from cyclorama.errors import CycloramaError, InvalidRequest

if TYPE_CHECKING:
    from rich.console import Console

    from cyclorama.backgrounds.base import Generator, Prompt


def generate(
    prompt: Annotated[str, typer.Argument(help="What shall be in the picture.")],
    output: Annotated[
        Path | None,
        typer.Option(
            "--output",
            "-o",
            help="File to write, .png, .jpg or .webp, with --motion .webm; or a folder.",
            show_default="a new file here, named for the prompt",
        ),
    ] = None,
    size: Annotated[str, typer.Option(help="Width x height in pixels.")] = api.SIZE,
    seed: Annotated[
        int | None, typer.Option(help="The same seed gives the same picture.", show_default="drawn")
    ] = None,
    negative: Annotated[str, typer.Option(help="What shall not be in the picture.")] = "",
    style: Annotated[str, typer.Option(help=f"One of: {', '.join(styles.STYLES)}.")] = "",
    count: Annotated[int, typer.Option(help=f"How many samples, 1 to {MAX_COUNT}.")] = 1,
    motion: Annotated[bool, typer.Option("--motion", help="Have it move: a loop without a seam.")] = False,
    seconds: Annotated[
        int, typer.Option(help=f"How long the loop lasts, {MIN_SECONDS} to {MAX_SECONDS}.")
    ] = SECONDS,
    generator: Annotated[
        str | None,
        typer.Option(help=f"Who paints it: {', '.join(NAMES)}.", show_default="what the settings say"),
    ] = None,
    open_: Annotated[bool, typer.Option("--open", help="Show each picture in the system's viewer.")] = False,
) -> None:
    """Paint a background from words into a picture file, or with --motion into a video that loops."""
    settings = settings_.load(generator=generator)
    wish = api.wish(prompt, size, negative, style, seed, count, motion=motion, seconds=seconds)
    target = Target.of(output, wish)
    console = screen.stderr()
    generators = Generators(settings)
    if settings.generator == AUTO:
        choice = generators.choose()
        console.print(choice.why, style="dim", markup=False)
        painter = choice.generator
    else:
        painter = generators.get()
    if failed := asyncio.run(_paint(painter, wish, target, console, open_)):
        raise typer.Exit(failed)


@dataclass(frozen=True)
class Target:
    """Where the pictures go: to the name that was given, or to a new one made from the prompt.

    Attributes:
        path: the file, if there is only one picture; several get numbers behind the stem.
        kind: of picture or video, as its suffix says.
        given: whether that name was given, so that a file of that name gives way.
        several: whether there will be several pictures.
    """

    path: Path
    kind: str
    given: bool
    several: bool

    @classmethod
    def of(cls, output: Path | None, wish: Prompt) -> Target:
        """Read `--output`.

        Raises:
            InvalidRequest: no picture can go there.
        """
        several = wish.count > 1
        given = output is not None and not output.is_dir()
        if output is None or not given:
            output = (output or Path()) / f"{files.name_for(wish.text)}{'.webm' if wish.motion else '.png'}"
        kind = api.kind_of(output)
        if (kind == "webm") != wish.motion:
            raise InvalidRequest(
                f"{output.name} would not move. End its name in .webm, or leave out --motion."
                if wish.motion
                else f"{output.name} holds what moves: add --motion, or end its name in .png."
            )
        if not os.access(output.parent, os.W_OK):
            raise InvalidRequest(
                f"{output} cannot be written: {output.parent} is no folder, or closed to you. "
                "Make it, or choose another place."
            )
        return cls(output, kind, given, several)

    def save(self, picture: api.Picture, sample: int) -> Path:
        """Write the picture number `sample`, from 0, and return where it is.

        Raises:
            CycloramaError: it cannot be written.
        """
        data = picture.encoded(self.kind)
        if self.given:
            path = self._numbered(sample + 1) if self.several else self.path
            with files.whole(path) as file:
                file.write(data)
            return path
        first = [] if self.several else [self.path]
        others = map(self._numbered, itertools.count(sample + 1 if self.several else 2))
        return files.write_first_free(itertools.chain(first, others), data)

    def _numbered(self, number: int) -> Path:
        return self.path.with_stem(f"{self.path.stem}-{number}")


async def _paint(painter: Generator, wish: Prompt, target: Target, console: Console, show: bool) -> int:
    """Paint all samples, save each as it is ready, and return an exit code."""
    failed = 0
    # "frame 87 of 240" says how far it is; what one wants to know is how long it takes
    counter = TimeRemainingColumn() if wish.motion else MofNCompleteColumn()
    with screen.bar(console, counter) as bar:
        tasks = [bar.add_task("", start=False, visible=False, total=None) for _ in range(wish.count)]
        async with aclosing(Easel().paint(painter, wish)) as events:
            async for event in events:
                match event:
                    case Working(sample, progress):
                        label = f"{sample + 1}  {progress.message}" if target.several else progress.message
                        bar.start_task(tasks[sample])
                        bar.update(
                            tasks[sample],
                            description=label,
                            completed=progress.step,
                            total=progress.total or None,
                            visible=True,
                        )
                    case Painted(sample, painting):
                        took = bar.tasks[sample].elapsed or 0
                        picture = api.Picture.of(painting, wish.samples()[sample], painter)
                        path = target.save(picture, sample)
                        bar.update(tasks[sample], visible=False)
                        _tell(console, path, picture, took)
                        if show:
                            screen.open_in_viewer(console, path)
                    case Failed(sample, error):
                        bar.update(tasks[sample], visible=False)
                        if not isinstance(error, CycloramaError):
                            raise error
                        failed = error.exit_code
                        which = f"sample {sample + 1}: " if target.several else ""
                        screen.complain(console, which + error.detail)
    return failed


def _tell(console: Console, path: Path, picture: api.Picture, took: float) -> None:
    if screen.shows_pictures(console):
        console.print(screen.in_characters(picture.image), end="")
    size = f"{picture.image.width}x{picture.image.height}"
    if picture.video is not None:
        size += f", {picture.prompt.seconds} s, {len(picture.video) / 1e6:.1f} MB"
    console.print(f"{path}: {size}, {picture.generator}, seed {picture.seed}, {took:.1f} s", markup=False)
    if picture.note:
        console.print(picture.note, markup=False)
    if not sys.stdout.isatty():  # a program reads it
        typer.echo(path)
