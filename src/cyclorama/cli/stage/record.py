"""`cyclorama stage record`: what is published to a stage of the studio's own, kept in files."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

import typer
from rich.table import Table
from rich.text import Text

from cyclorama import settings as settings_
from cyclorama.cli import screen
from cyclorama.cli.stage import reach
from cyclorama.errors import InvalidRequest

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from cyclorama.stage.remote import Recording, RemoteBackend

app = typer.Typer(no_args_is_help=True, help="Record what is published to a local stage.")


@app.command()
def start(
    stage: reach.Which = None,
    backend: reach.Backend = None,
    server: reach.Server = None,
    key: reach.Key = None,
) -> None:
    """Record everybody who publishes, each into a file of their own."""
    answer = _ask(stage, backend, server, key, lambda studio, name: studio.record(name, on=True))
    screen.stdout().print(f"Recording, on the studio's machine, into {answer.folder}", markup=False)


@app.command()
def stop(
    stage: reach.Which = None,
    backend: reach.Backend = None,
    server: reach.Server = None,
    key: reach.Key = None,
) -> None:
    """Stop to record; the files stay."""
    answer = _ask(stage, backend, server, key, lambda studio, name: studio.record(name, on=False))
    screen.stdout().print(f"Not recording. The files are in {answer.folder}", markup=False)


@app.command()
def status(
    stage: reach.Which = None,
    as_json: reach.Json = False,
    backend: reach.Backend = None,
    server: reach.Server = None,
    key: reach.Key = None,
) -> None:
    """Tell whether a stage is recorded, and what was by now."""
    answer = _ask(stage, backend, server, key, lambda studio, name: studio.recording(name))
    if as_json:
        typer.echo(answer.model_dump_json(indent=2))
        return
    since = f" since {_time(answer.since)}" if answer.since else ""
    words = screen.stderr()
    words.print(f"Recording{since}." if answer.recording else "Not recording.")
    if answer.problem:
        words.print(answer.problem, markup=False)
    if answer.dropped:
        words.print(f"A slow disk has cost it {answer.dropped} packets.")
    if not answer.files:
        words.print(f"There is nothing in {answer.folder} yet.", markup=False)
        return
    words.print(f"In {answer.folder}:", markup=False)
    table = Table("File", "Of", "From", "Length", "Size", "", box=None, pad_edge=False, header_style="dim")
    for file in answer.files:
        length = str(timedelta(seconds=round(file.seconds)))
        size = f"{file.bytes / 1e6:.1f} MB"
        growing = "●" if file.open else ""
        table.add_row(Text(file.name), Text(file.user_id), _time(file.started_at), length, size, growing)
    screen.stdout().print(table)


def _ask(
    stage: str | None,
    backend: str | None,
    server: str | None,
    key: str | None,
    work: Callable[[RemoteBackend, str], Awaitable[Recording]],
) -> Recording:
    settings = settings_.load(stage=stage, stage_backend=backend, creator_key=key)
    if settings.stage_backend != "local":
        raise InvalidRequest(
            f"Only a studio's own stages are recorded, and these are of {settings.stage_backend}. "
            "Give --backend local to record one of the studio's."
        )
    return reach.ask_studio(settings, server, lambda studio: work(studio, settings.stage))


def _time(seconds: float) -> str:
    return f"{datetime.fromtimestamp(seconds).astimezone():%Y-%m-%d %H:%M}"
