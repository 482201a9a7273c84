"""`cyclorama aws logs`: what the functions wrote."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Annotated

import typer
from rich.text import Text

from cyclorama.cli import screen
from cyclorama.cli.aws import reach
from cyclorama.errors import NotFound

if TYPE_CHECKING:
    from cyclorama.aws.deploy.logs import Line

BAD = re.compile(r"\b(ERROR|CRITICAL|Traceback|Task timed out)\b")
COLOURS = {"api": "cyan", "painter": "magenta"}


def logs(
    region: reach.Region = "",
    profile: reach.Profile = "",
    name: reach.Name = reach.STUDIO,
    since: Annotated[str, typer.Option(help="From how long ago: 30s, 10m, 2h, 1d.")] = "10m",
    follow: Annotated[bool, typer.Option("--follow", "-f", help="Go on with what is written now.")] = False,
) -> None:
    """Show what the studio's functions wrote, by time."""
    cloud = reach.cloud(region, profile)
    from cyclorama.aws.deploy import logs as logs_
    from cyclorama.aws.deploy.status import find

    start = logs_.since(since)
    _, stack = find(cloud, name)
    where = logs_.groups(stack)
    if not where:
        raise NotFound(
            f"The studio {name!r} has no logs yet: its stack is not made. See: cyclorama aws status"
        )
    console = screen.stdout()
    shown = False
    try:
        for line in (logs_.follow if follow else logs_.read)(cloud, where, start):
            console.print(_in_colours(line), soft_wrap=True)
            shown = True
    except KeyboardInterrupt:
        if not follow:  # which has no other end
            raise
    if not shown and not follow:
        screen.stderr().print(f"Nothing was written in the last {since}.", markup=False)


def _in_colours(line: Line) -> Text:
    style = "red" if BAD.search(line.text) else ""
    return Text.assemble(
        (f"{line.at.astimezone():%Y-%m-%d %H:%M:%S} ", "dim"),
        (f"{line.function:8}", COLOURS.get(line.function, "")),
        (line.text, style),
    )
