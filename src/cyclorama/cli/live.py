"""`cyclorama live`: the person of a camera, file or stream before a background, without a browser."""

from __future__ import annotations

import os
import sys
import time
from contextlib import ExitStack
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console
from rich.progress import MofNCompleteColumn

from cyclorama import settings as settings_
from cyclorama.backgrounds import styles
from cyclorama.backgrounds.generators import NAMES
from cyclorama.cli import screen
from cyclorama.cli.cameras import list_cameras as list_cameras_
from cyclorama.cli.options import MODELS, check_model, read_fps, read_look, read_size
from cyclorama.cli.stage import reach
from cyclorama.cli.view import length
from cyclorama.errors import CycloramaError

if TYPE_CHECKING:
    from collections.abc import Callable

    from cyclorama.backgrounds.base import Progress
    from cyclorama.live import Backdrop, Engine, Sink, Source
    from cyclorama.live.control import Control, Opener
    from cyclorama.live.state import EngineState
    from cyclorama.settings import Settings
    from cyclorama.stage.running import Access

SIZE = (1280, 720)
"""Of a painted background while nobody knows the source's size."""
FIRST_FRAME_S = 10.0
NO_SOUND = "none"


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
        str | None,
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
    motion: Annotated[
        bool, typer.Option("--motion", help="Have what is painted move: first the still, then the loop.")
    ] = False,
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
        list_cameras_()
        return
    settings = settings_.load(generator=generator, creator_key=key, port=port)
    if settings.kernel != os.environ.get("CYCLORAMA_KERNEL", "wasm"):  # where compositors look
        os.environ["CYCLORAMA_KERNEL"] = settings.kernel
    wanted_size = None if size is None else read_size(size)
    wanted_fps = None if fps is None else read_fps(fps)
    wanted_look = None if look is None else read_look(look)
    check_model(model)
    # Numbers, pictures and videos: half a second that no other command needs.
    from cyclorama.cli.keyboard import keyboard
    from cyclorama.cli.terminal import watch
    from cyclorama.live import Engine
    from cyclorama.live.backdrops import Blur, Kind, kind_of, open_backdrop
    from cyclorama.live.control import Control
    from cyclorama.live.sinks import NAMES as SINKS
    from cyclorama.live.sinks import open_sink
    from cyclorama.live.sources import open_source
    from cyclorama.matting.litert import LiteRT

    console = Console(stderr=True, highlight=False)
    access = _access(settings, server) if link else None
    outputs = output or ["window"]
    # Whoever watches wants a recording at its own pace; a file takes it as fast as it comes.
    paced = any(each.partition(":")[0] in SINKS for each in outputs)
    source = _heard(
        open_source(
            input_,
            size=wanted_size,
            fps=wanted_fps,
            token=token,
            paced=paced,
            settings=settings,
            server=server,
        ),
        audio,
    )
    sinks = [open_sink(each, settings=settings, server=server, token=token) for each in outputs]

    def opener(size_now: Callable[[], tuple[int, int]]) -> Opener:
        def opened(text: str, *, files: bool, on_progress: Callable[[Progress], object]) -> Backdrop:
            return open_backdrop(
                text,
                size=wanted_size or size_now(),
                generator=generator,
                style=style,
                motion=motion,
                files=files,
                live=source.live,
                on_progress=on_progress,
                keep=True,
            )

        return _borrowing(opened, access, wanted_size)

    # Live, a prompt is painted while the room is blurred; a recording has it from its first frame on.
    later = background if source.live and kind_of(background) is Kind.PROMPT else None
    first: Backdrop = Blur() if later else _painted(console, opener(lambda: SIZE), background)
    engine = Engine(
        source,
        *sinks,
        background=first,
        matter=LiteRT(model),
        look=wanted_look,
        size=wanted_size,
        fps=wanted_fps,
    )
    control = Control(
        engine,
        open_backdrop=opener(lambda: _frame_size(engine)),
        source=source.name,
        participant=lambda: _participant(sinks),
    )
    with ExitStack() as stack:
        if port is not None:
            console.print(f"Answering on {settings.host}:{_serve(stack, control, settings)}")
        trouble = _link(stack, control, access) if access else str
        closed = watch(engine, control, console, keyboard(), later, trouble)
        state = control.state()
        code = _told(engine, state) if closed else 130
        control.close()
        if not closed or state.coming:
            # Nobody waits for an output that hangs, nor for a generator that does not hear of the end.
            sys.stderr.flush()
            os._exit(code)
    if code:
        raise typer.Exit(code)


def _heard(source: Source, audio: str | None) -> Source:
    """Return a source with the sound that is wanted: its own, none, or a microphone's."""
    from cyclorama.live.silence import Silenced
    from cyclorama.live.sources import joined, open_sound

    if audio is None:
        return source
    return Silenced(source) if audio == NO_SOUND else joined(source, open_sound(audio))


def _painted(console: Console, opened: Opener, background: str) -> Backdrop:
    try:
        return _with_a_bar(console, opened, background)
    except KeyboardInterrupt:
        # The interpreter would wait for a generator that does not hear that it is to stop.
        os._exit(130)


def _with_a_bar(console: Console, opened: Opener, background: str) -> Backdrop:
    with screen.bar(console, MofNCompleteColumn()) as bar:
        task = bar.add_task("", total=None, visible=False)

        def hear(progress: Progress) -> None:
            total = progress.total or None
            bar.update(task, description=progress.message, completed=progress.step, total=total, visible=True)

        return opened(background, files=True, on_progress=hear)


def _frame_size(engine: Engine) -> tuple[int, int]:
    """Return the size of what comes out, waiting a while for the first."""
    end = time.monotonic() + FIRST_FRAME_S
    while (frame := engine.preview()) is None and time.monotonic() < end:
        if engine.wait(0.05):
            break
    return (frame.width, frame.height) if frame else SIZE


def _participant(sinks: list[Sink]) -> str:
    """Return as whom it is on a stage, where the studio's page can watch it; "" where it is on none."""
    return next((found for sink in sinks if (found := getattr(sink, "participant_id", ""))), "")


def _access(settings: Settings, server: str | None) -> Access:
    from cyclorama.stage.running import Access

    return Access.of(settings, server)


def _borrowing(opened: Opener, access: Access | None, size: tuple[int, int] | None) -> Opener:
    if access is None:
        return opened
    from cyclorama.live.borrowing import borrowing

    return borrowing(opened, access, size)


def _link(stack: ExitStack, control: Control, access: Access) -> Callable[[], str]:
    """Link the engine to a studio, and return what says why it is not linked."""
    from cyclorama.live.remote import Link

    link = stack.enter_context(Link(control, access.server, access.key, certificate=access.certificate))
    return lambda: link.problem


def _serve(stack: ExitStack, control: Control, settings: Settings) -> int:
    """Answer over HTTP, and return on which port."""
    from cyclorama.server.control import ControlServer

    return stack.enter_context(ControlServer(control, settings)).port


def _told(engine: Engine, state: EngineState) -> int:
    """Say how it was, and return an exit code."""
    console, stats = screen.stderr(), state.stats
    if stats.frames:
        dropped = f"{stats.dropped} dropped, {stats.late} late"
        console.print(f"{length(stats.seconds)}, {stats.frames} pictures, {dropped}")
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
