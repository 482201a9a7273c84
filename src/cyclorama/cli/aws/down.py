"""`cyclorama aws down`: takes a studio down, and leaves nothing of it."""

from __future__ import annotations

import asyncio
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.text import Text

from cyclorama.cli import screen
from cyclorama.cli.aws import reach
from cyclorama.errors import Conflict, InvalidRequest, Unavailable

if TYPE_CHECKING:
    from rich.console import Console

    from cyclorama.aws.deploy.cloud import Cloud
    from cyclorama.aws.deploy.down import Left


def down(
    region: reach.Region = "",
    profile: reach.Profile = "",
    name: reach.Name = reach.STUDIO,
    export: Annotated[
        Path | None,
        typer.Option(help="First put all backgrounds into this .zip.", show_default="asked in a terminal"),
    ] = None,
    force: Annotated[bool, typer.Option("--force", help="Also while somebody is live.")] = False,
    yes: Annotated[bool, typer.Option("--yes", help="Don't ask.")] = False,
) -> None:
    """Take the studio down: all that it consists of in AWS is deleted, and nothing is left.

    It can be stopped at any moment and run again.
    """
    if not yes and not sys.stdin.isatty():
        raise InvalidRequest("There is no terminal in which to ask whether to delete the studio. Give --yes.")
    cloud = reach.cloud(region, profile)
    from cyclorama.aws.deploy.down import down as take_down
    from cyclorama.aws.deploy.down import look
    from cyclorama.cli.aws.board import Board

    console = screen.stderr()
    left = look(cloud, name)
    if left.nothing:
        console.print(f"There is nothing of a studio {name!r} in {cloud.region}.", markup=False)
        return
    if left.live and not force:
        raise Conflict(
            f"The studio is live: {', '.join(left.live)} on stage. Wait for the end of it, or give --force."
        )
    _warn(console, left)
    if left.backgrounds:
        _export(console, cloud, left, export, ask=not yes)
    if not yes:
        typed = typer.prompt(
            f"Type the studio's name ({name}) to delete it", err=True, default="", show_default=False
        )
        if typed.strip() != name:
            console.print("Nothing was deleted.")
            raise typer.Exit(1)
    with Board(console).open() as board:
        rest = take_down(cloud, left, board)
    if rest:
        raise Unavailable(
            f"This is left: {', '.join(rest)}. AWS may need some minutes to forget it. Run `down` again, or "
            "delete it in the AWS console."
        )
    console.print(f"Nothing is left of the studio {name!r} in {cloud.region}.", markup=False)


def _warn(console: Console, left: Left) -> None:
    console.print(
        Text.assemble(
            (f"The studio {left.names.name!r}", "bold"),
            f" in {left.names.region}, AWS account {left.names.account}, is deleted for good:",
        )
    )
    lost = [f"{_backgrounds(left)} in its library"] if left.backgrounds else []
    if left.stack:
        lost.append("its address, its users, its stage and all links that lead there")
    lost += ["what it needs to be put up"] if not lost else []
    for each in lost:
        console.print(f"  · {each}", markup=False)


def _export(console: Console, cloud: Cloud, left: Left, file: Path | None, *, ask: bool) -> None:
    """Put the backgrounds into a file, if that is wanted."""
    if file is None and ask:
        typed = typer.prompt(
            f"Put the {_backgrounds(left)} into a .zip first? Its name, or Enter for none",
            err=True,
            default="",
            show_default=False,
        )
        file = Path(typed).expanduser() if typed.strip() else None
    if file is None:
        return
    from cyclorama import settings as settings_
    from cyclorama.backgrounds.library import Library
    from cyclorama.cli.backgrounds import write_archive

    # By these the library's store finds what this command was told by flags.
    os.environ["AWS_REGION"] = cloud.region
    if cloud.profile:
        os.environ["AWS_PROFILE"] = cloud.profile
    library = Library.of(settings_.load(library=f"s3://{left.library}/library"))
    asyncio.run(write_archive(library, file))


def _backgrounds(left: Left) -> str:
    return "1 background" if left.backgrounds == 1 else f"{left.backgrounds} backgrounds"
