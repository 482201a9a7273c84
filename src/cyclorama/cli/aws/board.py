"""What people see while AWS works: the steps, what a stack is at, and, if they break off, what goes on."""

from __future__ import annotations

import time
from contextlib import contextmanager
from typing import TYPE_CHECKING

import typer
from rich.live import Live
from rich.spinner import Spinner
from rich.table import Table
from rich.text import Text

from cyclorama.aws.deploy import failures, kinds
from cyclorama.aws.deploy.stack import STACK
from cyclorama.cli.aws.planned import show

if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Self

    from rich.console import Console, ConsoleOptions, RenderResult

    from cyclorama.aws.deploy.telling import Happening, Plan

MOST_ROWS = 8  # of what is being worked at
TOLD_S = 10.0  # between lines about what is counted, where that is no terminal


class Board:
    """A `Teller` for people: a live view in a terminal, plain lines elsewhere.

    Args:
        console: where.
        yes: agree to every plan.
    """

    def __init__(self, console: Console, *, yes: bool = False) -> None:
        self._console = console
        self._yes = yes
        self._live: Live | None = None
        self._step = ""
        self._began = time.monotonic()
        self._meanwhile = ""
        self._working: dict[str, tuple[str, float]] = {}  # what, since when
        self._done: set[str] = set()
        self._total: int | None = None
        self._count = ""
        self._told = 0.0

    @contextmanager
    def open(self) -> Iterator[Self]:
        """Show it; if it is broken off, say what goes on in AWS."""
        try:
            yield self
            self._finish(well=True)
        except (KeyboardInterrupt, typer.Abort):
            self._finish(well=False)
            self._console.print(Text(f"Stopped. {self._meanwhile}", "yellow"))
            raise
        finally:
            self._finish(well=False)

    def step(self, words: str) -> None:
        """Say what is being done now."""
        self._finish(well=True)
        self._step, self._began = words, time.monotonic()
        self._working, self._done, self._total, self._count = {}, set(), None, ""
        if self._console.is_terminal:
            self._live = Live(self, console=self._console, transient=True, refresh_per_second=8)
            self._live.start()
        else:
            self._console.print(f"{words} ...", markup=False)

    def say(self, words: str) -> None:
        """Say what they should know."""
        self._console.print(words, markup=False, style="yellow")

    def meanwhile(self, words: str) -> None:
        """Note what is true in AWS if they break off now."""
        self._meanwhile = words

    def agree(self, plan: Plan) -> bool:
        """Show what would be done, and ask."""
        self._finish(well=True)
        show(self._console, plan)
        if self._yes:
            return True
        self._console.print()
        return typer.confirm("Shall that be done?", err=True)

    def happened(self, event: Happening, total: int | None) -> None:
        """Tell an event of a stack."""
        self._total = total
        if event.kind == STACK:
            return
        what = f"{kinds.in_words(event.kind)} {event.resource}"
        if not event.over:
            self._working[event.resource] = (what, time.monotonic())
            return
        self._working.pop(event.resource, None)
        if event.failed and failures.CANCELLED.search(event.reason):
            return
        if event.failed:
            self._console.print(Text(f"  ✗ {what}: {' '.join(event.reason.split())}", "red"))
            return
        verb = {"CREATE": "made", "DELETE": "deleted"}.get(event.status.partition("_")[0], "changed")
        if verb == "deleted" and event.resource in self._done:  # what had been made is taken back
            self._done.discard(event.resource)
            verb = "deleted again"
        else:
            self._done.add(event.resource)
        if not self._console.is_terminal:
            count = "" if verb == "deleted again" else f"{self._counted()} "
            self._console.print(f"  {count}{verb}: {what}", markup=False)

    def counted(self, what: str, done: int, total: int) -> None:
        """Tell how far something that is counted has come."""
        part = f"{100 * done // total} %" if total > done else ""
        self._count = f"{what} {part}".strip()
        if not self._console.is_terminal and time.monotonic() - self._told > TOLD_S:
            self._told = time.monotonic()
            self._console.print(f"  {self._count}", markup=False)

    def password(self, user: str, password: str) -> None:
        """Show a new password, this once."""
        self._finish(well=True)
        self._console.print()
        self._console.print(
            Text.assemble("Sign in as ", (user, "bold"), " with this password, which is shown this once:")
        )
        typer.echo(password)

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        """Return what is going on right now."""
        head = Table.grid(padding=(0, 1))
        words = Text(self._step)
        if self._total or self._done:
            words.append(f"  {self._counted()}", "cyan")
        elif self._count:
            words.append(f"  {self._count}", "cyan")
        words.append(f"  {_passed(time.monotonic() - self._began)}", "dim")
        words.truncate(max(8, options.max_width - 2), overflow="ellipsis")
        head.add_row(Spinner("dots", style="cyan"), words)
        yield head
        rows = list(self._working.values())
        for what, since in rows[:MOST_ROWS]:
            line = Text(f"  · {what}  {_passed(time.monotonic() - since)}", "dim")
            line.truncate(options.max_width, overflow="ellipsis")
            yield line
        if len(rows) > MOST_ROWS:
            yield Text(f"  and {len(rows) - MOST_ROWS} more", "dim")

    def _counted(self) -> str:
        return (
            f"{len(self._done)} of {max(self._total, len(self._done))}"
            if self._total
            else str(len(self._done))
        )

    def _finish(self, *, well: bool) -> None:
        if self._live is None:
            return
        self._live.stop()
        self._live = None
        mark = Text("✓ ", "green") if well else Text("- ", "yellow")
        self._console.print(
            mark + Text(self._step) + Text(f"  {_passed(time.monotonic() - self._began)}", "dim")
        )


def _passed(seconds: float) -> str:
    minutes, seconds = divmod(int(seconds), 60)
    return f"{minutes}:{seconds:02}"
