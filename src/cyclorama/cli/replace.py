"""`cyclorama replace`: a recording gets another background."""

from __future__ import annotations

import zlib
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.progress import Progress as Bar
from rich.progress import ProgressColumn, TextColumn

from cyclorama.backgrounds import styles
from cyclorama.backgrounds.generators import NAMES
from cyclorama.cli import screen
from cyclorama.cli.options import MODELS, check_model, read_look
from cyclorama.errors import InvalidRequest

if TYPE_CHECKING:
    from rich.console import Console
    from rich.progress import Task
    from rich.text import Text

    from cyclorama.backgrounds.base import Progress as Painting
    from cyclorama.live.base import Backdrop
    from cyclorama.live.replace import Progress


def replace(
    source: Annotated[Path, typer.Argument(metavar="IN", help="The recording.")],
    target: Annotated[
        Path,
        typer.Argument(metavar="OUT", help="A .mp4, .mov, .mkv or .webm; or a folder, for PNG pictures."),
    ],
    background: Annotated[
        str,
        typer.Option(
            "--background",
            "-b",
            help="A prompt, a picture or video, #rrggbb, blur, library:ID, or transparent.",
        ),
    ],
    look: Annotated[
        str | None,
        typer.Option(help="A look, as the studio exports it.", metavar="FILE", show_default=False),
    ] = None,
    model: Annotated[str, typer.Option(help=f"What cuts people out: {', '.join(MODELS)}.")] = MODELS[0],
    quality: Annotated[
        int | None,
        typer.Option(
            "--quality",
            "--crf",
            min=0,
            max=63,
            help="Constant rate factor: less is better and larger.",
            show_default="20 for H.264, 30 for VP9",
        ),
    ] = None,
    sdr: Annotated[
        bool, typer.Option("--sdr", help="Convert a recording with HDR, for usual screens.")
    ] = False,
    overwrite: Annotated[bool, typer.Option("--overwrite", help="Take the place of what is there.")] = False,
    generator: Annotated[
        str | None,
        typer.Option(help=f"Who paints: {', '.join(NAMES)}.", show_default="what the settings say"),
    ] = None,
    style: Annotated[str, typer.Option(help=f"Of what is painted: {', '.join(styles.STYLES)}.")] = "",
    motion: Annotated[bool, typer.Option("--motion", help="Have what is painted move, in a loop.")] = False,
    seed: Annotated[
        int | None,
        typer.Option(help="The same seed paints the same picture.", show_default="made of the prompt"),
    ] = None,
) -> None:
    """Put the person of a recording before another background. Interrupted, the same command goes on."""
    check_model(model)
    wanted_look = None if look is None else read_look(look)
    # Numbers, pictures and videos: half a second that no other command needs.
    from cyclorama.live.backdrops import Kind, kind_of
    from cyclorama.live.replace import check, probe
    from cyclorama.live.replace import replace as replace_
    from cyclorama.matting.litert import LiteRT

    console = screen.stderr()
    recording = probe(source)
    kind = kind_of(background)
    if kind is Kind.NONE:
        raise InvalidRequest("Without a background the recording would stay as it is. Name one.")
    check(recording, target, alpha=kind is Kind.TRANSPARENT, to_sdr=sdr, overwrite=overwrite)
    # One that is drawn by chance would be another one when the command is given again.
    seed = zlib.crc32(background.encode()) if seed is None else seed
    size = recording.width, recording.height
    behind = _backdrop(console, background, size, generator, style, seed, motion)
    made_of = [background, generator or "", style, str(seed), *size, *(["moving"] if motion else [])]
    if kind is Kind.FILE:
        stat = Path(background).expanduser().stat()
        made_of += [stat.st_size, stat.st_mtime_ns]
    matter = LiteRT(model)
    try:
        with screen.bar(console, _Left()) as bar:
            task = bar.add_task(target.name, total=recording.frames or None, said="")
            result = replace_(
                recording,
                target,
                behind,
                matter=matter,
                look=wanted_look,
                quality=quality,
                to_sdr=sdr,
                overwrite=overwrite,
                made_of=" ".join(map(str, made_of)),
                on_progress=lambda progress: _show(bar, task, progress),
            )
    except KeyboardInterrupt:
        console.print("Stopped. What is done is kept: the same command goes on from there.")
        raise
    finally:
        matter.close()
    resumed = f", {result.resumed} of them from before" if result.resumed else ""
    for remark in result.remarks:
        console.print(remark, markup=False)
    console.print(f"{result.path}: {result.frames} frames{resumed}", markup=False)


class _Left(ProgressColumn):
    """How many frames of how many, and how long it takes yet."""

    def render(self, task: Task) -> Text:
        return TextColumn("{task.fields[said]}", markup=False).render(task)


def _show(bar: Bar, task: int, progress: Progress) -> None:
    said = f"{progress.done} of {progress.total}" if progress.total else f"{progress.done}"
    if progress.left_s is not None:
        left = round(progress.left_s)
        clock = f"{left // 3600}:{left // 60 % 60:02d}" if left >= 3600 else f"{left // 60}"
        said += f", {clock}:{left % 60:02d} left"
    bar.update(task, completed=progress.done, total=progress.total or None, said=said)  # type: ignore[arg-type]


def _backdrop(
    console: Console,
    text: str,
    size: tuple[int, int],
    generator: str | None,
    style: str,
    seed: int,
    motion: bool,
) -> Backdrop:
    from cyclorama.live.backdrops import open_backdrop

    with screen.bar(console, _Left()) as bar:
        task = bar.add_task("", visible=False, total=None, said="")

        def show(progress: Painting) -> None:
            bar.update(
                task,
                description=progress.message,
                completed=progress.step,
                total=progress.total or None,
                visible=True,
            )

        return open_backdrop(
            text,
            size=size,
            generator=generator,
            style=style,
            seed=seed,
            motion=motion,
            live=False,
            on_progress=show,
        )
