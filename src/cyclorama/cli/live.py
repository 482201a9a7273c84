"""`cyclorama live`: the person of a camera, file or stream before a background, without a browser."""

from __future__ import annotations

import os
import re
import sys
import time
from contextlib import ExitStack
from fractions import Fraction
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console
from rich.progress import MofNCompleteColumn

from cyclorama import settings as settings_
from cyclorama.backgrounds import styles
from cyclorama.backgrounds.generators import NAMES
from cyclorama.cli import screen
from cyclorama.cli.stage import reach
from cyclorama.cli.view import length
from cyclorama.errors import CycloramaError, InvalidRequest, NotFound, Unavailable

if TYPE_CHECKING:
    from collections.abc import Callable

    from cyclorama.backgrounds.base import Progress
    from cyclorama.live import Backdrop, Engine, Source
    from cyclorama.live.state import EngineState
    from cyclorama.picture import Look

SIZE = (1280, 720)
"""Of a painted background while nobody knows the source's size."""
FIRST_FRAME_S = 10.0
MOST_FPS = 240
MOST_SIDE = 7680

MODELS = ("landscape", "square", "multiclass")


def live(
    input_: Annotated[
        str,
        typer.Option(
            "--input",
            "-i",
            help="camera, camera:NAME, a file, a URL (http, rtsp, rtmp, srt), screen, "
            "stage:NAME/PARTICIPANT, whep:URL, or test.",
            metavar="SOURCE",
        ),
    ] = "camera",
    background: Annotated[
        str,
        typer.Option(
            "--background",
            "-b",
            help="A prompt, a picture or video, #rrggbb, blur, library:ID, transparent, or none.",
        ),
    ] = "blur",
    output: Annotated[
        list[str] | None,
        typer.Option(
            "--output",
            "-o",
            help="stage, stage:NAME, whip:URL, rtmp(s)://…, a file (.mp4, .mov, .mkv, .webm), "
            "virtual-camera, or window. Several are served at once.",
            metavar="SINK",
            show_default="window",
        ),
    ] = None,
    look: Annotated[
        Path | None,
        typer.Option(help="A look, as the studio exports it.", metavar="FILE", show_default=False),
    ] = None,
    model: Annotated[str, typer.Option(help=f"What cuts you out: {', '.join(MODELS)}.")] = MODELS[0],
    size: Annotated[
        str | None, typer.Option(help="Width x height of the output.", show_default="the source's")
    ] = None,
    fps: Annotated[
        str | None, typer.Option(help="Pictures a second of the output.", show_default="the source's")
    ] = None,
    audio: Annotated[
        str | None,
        typer.Option(
            help="A microphone to go with the picture, or none.",
            metavar="DEVICE",
            show_default="the source's",
        ),
    ] = None,
    token: Annotated[
        str, typer.Option(help="Bearer token of a whep: input or a whip: output.", envvar="WHIP_TOKEN")
    ] = "",
    generator: Annotated[
        str | None,
        typer.Option(help=f"Who paints: {', '.join(NAMES)}.", show_default=reach.SET),
    ] = None,
    style: Annotated[str, typer.Option(help=f"Of what is painted: {', '.join(styles.STYLES)}.")] = "",
    link: Annotated[
        bool, typer.Option("--link", help="Have a studio's page show this engine and change it.")
    ] = False,
    server: reach.Server = None,
    key: reach.Key = None,
    port: Annotated[
        int | None,
        typer.Option(
            help="Answer programs over HTTP on this port: GET and PATCH /engines.", show_default="no"
        ),
    ] = None,
    list_cameras: Annotated[
        bool, typer.Option("--list-cameras", help="Show what cameras there are.")
    ] = False,
) -> None:
    """Stand before a background, live: on a stage, in OBS, Zoom and Meet, in a file. Press ? for its keys."""
    if list_cameras:
        _list_cameras()
        return
    settings = settings_.load(generator=generator, creator_key=key, port=port)
    wanted_size = None if size is None else _size(size)
    wanted_fps = None if fps is None else _fps(fps)
    wanted_look = None if look is None else read_look(look)
    if model not in MODELS:
        raise InvalidRequest(f"There is no model {model!r}. There are: {', '.join(MODELS)}.")
    # Numbers, pictures and videos: half a second that no other command needs.
    from cyclorama.cli.keyboard import keyboard
    from cyclorama.cli.terminal import watch
    from cyclorama.live import Engine
    from cyclorama.live.backdrops import Blur, Kind, kind_of, open_backdrop
    from cyclorama.live.borrowing import borrowing
    from cyclorama.live.control import Control
    from cyclorama.live.remote import Link
    from cyclorama.live.sinks import open_sink
    from cyclorama.matting.litert import LiteRT
    from cyclorama.server.control import ControlServer
    from cyclorama.stage.running import Access

    console = Console(stderr=True, highlight=False)
    access = Access.of(settings, server) if link else None
    source = _source(input_, audio, wanted_size, wanted_fps, token)
    sinks = [open_sink(each, settings=settings, server=server, token=token) for each in output or ["window"]]
    opened = partial(open_backdrop, generator=generator, style=style, live=source.live)
    painted = kind_of(background) is Kind.PROMPT
    first: Backdrop = Blur()
    if not painted:
        first = opened(background, size=wanted_size or SIZE)
    elif not source.live:  # a recording waits, so that its first frame has the background
        first = _painted(console, lambda hear: opened(background, size=wanted_size or SIZE, on_progress=hear))
    with screen.hushed():  # LiteRT tells of its delegate
        matter = LiteRT(model)
    engine = Engine(
        source,
        *sinks,
        background=first,
        matter=matter,
        look=wanted_look,
        size=wanted_size,
        fps=wanted_fps,
    )

    def change_to(text: str, *, files: bool, on_progress: Callable[[Progress], object]) -> Backdrop:
        size = wanted_size or _frame_size(engine)
        return opened(text, size=size, files=files, on_progress=on_progress)

    control = Control(
        engine,
        open_backdrop=borrowing(change_to, access, wanted_size) if access else change_to,
        source=source.name,
    )
    with ExitStack() as stack:
        if port is not None:
            served = stack.enter_context(ControlServer(control, settings))
            console.print(f"Answering on {settings.host}:{served.port}")
        studio = Link(control, access.server, access.key, certificate=access.certificate) if access else None
        if studio:
            stack.enter_context(studio)
        later = background if painted and source.live else None
        closed = watch(engine, control, console, keyboard(), later, lambda: studio.problem if studio else "")
        state = control.state()
        code = _told(engine, state, console) if closed else 130
        control.close()
        if not closed or state.coming:
            # Nobody waits for an output that hangs, nor for a generator that does not hear of the end.
            sys.stderr.flush()
            os._exit(code)
    if code:
        raise typer.Exit(code)


def read_look(path: str | Path) -> Look:
    """Read a file that the studio exported.

    Raises:
        NotFound, Unavailable: there is none, or it cannot be read.
        InvalidRequest: it is no look.
    """
    from cyclorama.picture import Look

    path = Path(path).expanduser()
    try:
        text = path.read_text("utf-8")
    except FileNotFoundError as error:
        raise NotFound(f"There is no file {path}. Export a look in the studio.") from error
    except OSError as error:
        raise Unavailable(f"{path} cannot be read: {error.strerror or error}.") from error
    except UnicodeDecodeError as error:
        raise InvalidRequest(f"{path} holds no look. Export one in the studio.") from error
    return Look.from_json(text)


def _source(
    text: str, audio: str | None, size: tuple[int, int] | None, fps: Fraction | None, token: str
) -> Source:
    from cyclorama.live import sources

    source = sources.open_source(text, size=size, fps=fps, token=token)
    return source if audio is None else sources.joined(source, sources.open_sound(audio))


def _list_cameras() -> None:
    from cyclorama.live.sources import cameras

    found = cameras()
    if not found:
        screen.stderr().print("No camera was found. Plug one in, or see: cyclorama doctor")
    for camera in found:
        screen.stdout().print(str(camera), markup=False)


def _painted(console: Console, paint: Callable[[Callable[[Progress], object]], Backdrop]) -> Backdrop:
    with screen.bar(console, MofNCompleteColumn()) as bar:
        task = bar.add_task("", total=None)

        def hear(progress: Progress) -> None:
            total = progress.total or None
            bar.update(task, description=progress.message, completed=progress.step, total=total)

        return paint(hear)


def _frame_size(engine: Engine) -> tuple[int, int]:
    """Return the size of what comes out, waiting a while for the first."""
    end = time.monotonic() + FIRST_FRAME_S
    while (frame := engine.preview()) is None and time.monotonic() < end:
        if engine.wait(0.05):
            break
    return (frame.width, frame.height) if frame else SIZE


def _told(engine: Engine, state: EngineState, console: Console) -> int:
    """Say how it was, and return an exit code."""
    stats = state.stats
    console.print(
        f"{length(stats.seconds)}, {stats.frames} pictures, {stats.dropped} dropped, {stats.late} late"
    )
    for output in state.outputs:
        if output.state != "failed" and output.dropped:
            console.print(f"{output.name}: {output.dropped} dropped", markup=False)
    error = engine.error
    if isinstance(error, CycloramaError):
        screen.complain(console, error.detail)
        return error.exit_code
    if error is not None:
        screen.complain(console, f"The engine broke off: {error!r}. Start it again.")
        return 1
    failed = [output for output in state.outputs if output.state == "failed"]
    for output in failed:
        screen.complain(console, f"{output.name}: {output.problem}")
    return 1 if failed else 0


def _size(text: str) -> tuple[int, int]:
    match = re.fullmatch(r"(\d{1,5})x(\d{1,5})", text.lower())
    sides = (int(match[1]), int(match[2])) if match else (0, 0)
    if not all(16 <= side <= MOST_SIDE for side in sides):
        raise InvalidRequest(f"The size {text!r} is not WIDTHxHEIGHT in pixels, for example 1280x720.")
    return sides


def _fps(text: str) -> Fraction:
    try:
        fps = Fraction(text)
    except (ValueError, ZeroDivisionError):
        fps = Fraction(0)
    if not 1 <= fps <= MOST_FPS:
        raise InvalidRequest(
            f"{text!r} pictures a second cannot be: 1 to {MOST_FPS}, for example 30 or 30000/1001."
        )
    return fps
