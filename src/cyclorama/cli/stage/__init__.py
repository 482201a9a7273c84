"""`cyclorama stage`: stages, who is on them, and the links that lead there."""

from __future__ import annotations

import json
import sys
from dataclasses import asdict
from datetime import datetime
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.table import Table
from rich.text import Text

from cyclorama import settings as settings_
from cyclorama.cli import screen
from cyclorama.cli.stage import reach, record
from cyclorama.cli.stage.key import key as key_

if TYPE_CHECKING:
    from cyclorama.stage.base import Participant, StageBackend, Token

app = typer.Typer(no_args_is_help=True, help="Stages, who is on them, and the links that lead there.")
app.add_typer(record.app, name="record")
app.command("key")(key_)


@app.command()
def create(
    name: Annotated[str, typer.Argument(help="What people call it.", metavar="NAME")],
    backend: reach.Backend = None,
    server: reach.Server = None,
    key: reach.Key = None,
) -> None:
    """Make a stage; standard output gets its id."""
    settings = settings_.load(stage_backend=backend, creator_key=key)
    stage = reach.ask(settings, server, lambda stages: stages.create_stage(name))
    screen.stderr().print(f'Made: "{stage.name}". Its id:', markup=False)
    typer.echo(stage.id)


@app.command("list")
def list_(
    as_json: reach.Json = False,
    backend: reach.Backend = None,
    server: reach.Server = None,
    key: reach.Key = None,
) -> None:
    """List the stages."""
    settings = settings_.load(stage_backend=backend, creator_key=key)
    stages = reach.ask(settings, server, lambda stages: stages.list_stages())
    if as_json:
        _tell([asdict(stage) for stage in stages])
        return
    if not stages:
        screen.stderr().print("There are none yet. Make one: cyclorama stage create NAME")
        return
    table = Table("Id", "Name", box=None, pad_edge=False, header_style="dim")
    for stage in stages:
        table.add_row(Text(stage.id), Text(stage.name))
    screen.stdout().print(table)


@app.command()
def delete(
    stage: Annotated[str, typer.Argument(help="A stage's name or id.", metavar="NAME")],
    yes: Annotated[bool, typer.Option("--yes", help="Don't ask.")] = False,
    backend: reach.Backend = None,
    server: reach.Server = None,
    key: reach.Key = None,
) -> None:
    """Send everybody away and delete a stage; its tokens and links are worth nothing from then on."""
    settings = settings_.load(stage_backend=backend, creator_key=key)
    # Asked between two runs of a loop: within one, the first Ctrl+C would not end the question.
    found = reach.ask(settings, server, lambda stages: stages.find_stage(stage))
    question = f'Delete "{found.name}" ({found.id}), and send everybody away who is there?'
    if not yes and sys.stdin.isatty() and not typer.confirm(question):
        screen.stderr().print("Nothing was deleted.")
        raise typer.Exit(1)
    reach.ask(settings, server, lambda stages: stages.delete_stage(found.id))
    screen.stdout().print(f'Deleted: "{found.name}" ({found.id})', markup=False)


@app.command()
def participants(
    stage: reach.Which = None,
    as_json: reach.Json = False,
    backend: reach.Backend = None,
    server: reach.Server = None,
    key: reach.Key = None,
) -> None:
    """List who is there and may publish."""
    settings = settings_.load(stage=stage, stage_backend=backend, creator_key=key)
    there = reach.ask(settings, server, lambda stages: stages.list_participants(settings.stage))
    if as_json:
        _tell([asdict(each) for each in there])
        return
    if not there:
        screen.stderr().print(f'Nobody who may publish is on "{settings.stage}".', markup=False)
        return
    table = Table("Id", "Name", "Publishes", "Muted", box=None, pad_edge=False, header_style="dim")
    for each in there:
        table.add_row(Text(each.id), Text(each.user_id), "yes" if each.publishing else "no", _muted(each))
    screen.stdout().print(table)


@app.command()
def kick(
    participant: Annotated[str, typer.Argument(help="An id that `participants` tells.", metavar="ID")],
    stage: reach.Which = None,
    backend: reach.Backend = None,
    server: reach.Server = None,
    key: reach.Key = None,
) -> None:
    """Send somebody away."""
    settings = settings_.load(stage=stage, stage_backend=backend, creator_key=key)
    reach.ask(settings, server, lambda stages: stages.disconnect_participant(settings.stage, participant))
    then = (
        "Their token is worth nothing now."
        if settings.stage_backend == "local"
        else "With their token they can come back until it expires."
    )
    screen.stdout().print(f"Sent away: {participant}. {then}", markup=False)


@app.command()
def token(
    publisher: Annotated[
        bool,
        typer.Option(
            "--publisher/--viewer", "--guest", help="Who it is for: a guest, or somebody who watches."
        ),
    ] = False,
    name: Annotated[str | None, typer.Option(help="Their name.", show_default="guest or viewer")] = None,
    minutes: Annotated[
        int | None,
        typer.Option(min=1, max=20160, help="How long it is good.", show_default=reach.SET),
    ] = None,
    stage: reach.Which = None,
    as_json: reach.Json = False,
    backend: reach.Backend = None,
    server: reach.Server = None,
    key: reach.Key = None,
) -> None:
    """Make a token and a link that carries it. A guest's token is for WHIP clients, such as OBS, too."""
    from cyclorama.stage import running

    settings = settings_.load(stage=stage, stage_backend=backend, creator_key=key, viewer_minutes=minutes)

    async def mint(stages: StageBackend) -> tuple[Token, str]:
        whip_url = (await stages.find_stage(settings.stage)).whip_url if publisher else ""
        minted = await stages.mint_token(
            settings.stage,
            user_id=name or ("guest" if publisher else "viewer"),
            attributes={},
            publish=publisher,
            subscribe=True,
            minutes=settings.viewer_minutes,
        )
        return minted, whip_url

    address = running.address(settings, server)
    minted, whip_url = reach.ask(settings, server, mint)
    link = f"{address}/#join={minted.token}" if publisher else f"{address}/watch#{minted.token}"
    if as_json:
        _tell(asdict(minted) | {"link": link} | ({"whip_url": whip_url} if whip_url else {}))
        return
    words = screen.stderr()
    kind = "An invitation" if publisher else "A viewer's link"
    until = f"{datetime.fromtimestamp(minted.expires_at).astimezone():%Y-%m-%d %H:%M}"
    words.print(f'{kind} to "{settings.stage}", good until {until}:', markup=False)
    typer.echo(link)
    words.print("Its token:")
    typer.echo(minted.token)
    if whip_url:
        words.print("Where OBS and other WHIP clients go with that token as bearer:")
        typer.echo(whip_url)
    if not server and settings.host in settings_.ANY_ADDRESS:
        words.print(
            "The link is for this machine. Give --server with the address that others use.", style="dim"
        )


def _muted(participant: Participant) -> str:
    muted = participant.muted
    return ", ".join(name for name, off in (("microphone", muted.audio), ("camera", muted.video)) if off)


def _tell(what: Any) -> None:
    typer.echo(json.dumps(what, indent=2, ensure_ascii=False))
