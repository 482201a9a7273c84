"""`cyclorama aws status`: how a studio is."""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import Annotated

import typer
from rich.table import Table
from rich.text import Text

from cyclorama.cli import screen
from cyclorama.cli.aws import reach


def status(
    region: reach.Region = "",
    profile: reach.Profile = "",
    name: reach.Name = reach.STUDIO,
    as_json: Annotated[bool, typer.Option("--json", help="For programs.")] = False,
) -> None:
    """Say how the studio is: its stack, who is live, its model, and whether it is what is here.

    Ends with 1 when something is not well.
    """
    cloud = reach.cloud(region, profile)
    from cyclorama.aws.deploy.parts import Here
    from cyclorama.aws.deploy.status import status as look

    here = Here()
    rows = look(cloud, name, here.recipe, here.site())
    if as_json:
        typer.echo(json.dumps([asdict(row) for row in rows], indent=2, ensure_ascii=False))
    else:
        table = Table.grid(padding=(0, 2))
        table.add_column(no_wrap=True)
        table.add_column(style="dim", no_wrap=True)
        table.add_column(overflow="fold")
        for row in rows:
            mark = Text("✓", "green") if row.well else Text("✗", "red")
            how = Text(row.how)
            if row.advice:
                how.append(f"\n{row.advice}", "yellow")
            table.add_row(mark, row.what, how)
        screen.stdout().print(table)
    if not all(row.well for row in rows):
        raise typer.Exit(1)
