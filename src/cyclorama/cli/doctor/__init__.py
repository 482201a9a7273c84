"""`cyclorama doctor`: what works on this machine, and what to do about what doesn't."""

from __future__ import annotations

from itertools import chain
from typing import TYPE_CHECKING

import typer
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from cyclorama import settings as settings_

if TYPE_CHECKING:
    from cyclorama.cli.doctor.check import State

MARKS: dict[State, str] = {"ok": "[green]✓[/]", "optional": "[yellow]-[/]", "broken": "[red]✗[/]"}


def doctor() -> None:
    """Say what works on this machine and what to do about what doesn't."""
    # They look into every part, which takes half a second that no other command needs.
    from cyclorama.cli.doctor import live, machine, services, stage

    settings = settings_.load()
    table = Table("", "What", "Found", "What to do", box=None, pad_edge=False)
    broken = False
    console = Console(highlight=False)
    with console.status("Looking at everything"):
        for check in chain(
            machine.checks(settings), live.checks(), services.checks(settings), stage.checks(settings)
        ):
            broken |= check.state == "broken"
            table.add_row(MARKS[check.state], check.name, escape(check.found), escape(check.advice))
    console.print(table)
    if broken:
        raise typer.Exit(1)
