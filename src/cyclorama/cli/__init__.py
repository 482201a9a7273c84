"""The `cyclorama` command."""

from __future__ import annotations

import sys
from typing import Annotated, Any

import typer

import cyclorama
from cyclorama.cli import aws, backgrounds, screen, stage
from cyclorama.cli.doctor import doctor
from cyclorama.cli.generate import generate
from cyclorama.cli.live import live
from cyclorama.cli.replace import replace
from cyclorama.cli.studio import studio
from cyclorama.errors import CycloramaError

# Typer keeps this class to itself: whatever is wrong with the words of a command.
MISUSE: Any = typer.BadParameter.__mro__[2]

app = typer.Typer(
    help="Describe a background in words and stand in front of it, live.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
app.command()(studio)
app.command()(generate)
app.command()(live)
app.command()(replace)
app.add_typer(backgrounds.app, name="backgrounds")
app.add_typer(stage.app, name="stage")
app.add_typer(aws.app, name="aws")
app.command()(doctor)


def _version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"cyclorama {cyclorama.__version__}")
        raise typer.Exit


@app.callback()
def _root(
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Print the version.")
    ] = False,
) -> None: ...


def main() -> None:
    """Run the command; an error is one line on standard error and an exit code."""
    try:
        sys.exit(app(standalone_mode=False))
    except CycloramaError as error:
        screen.complain(screen.stderr(), error.detail)
        sys.exit(error.exit_code)
    except MISUSE as error:
        if message := error.format_message():  # it has none where the help was shown instead
            screen.complain(screen.stderr(), message)
        sys.exit(error.exit_code)
    except (KeyboardInterrupt, typer.Abort):
        sys.exit(130)
