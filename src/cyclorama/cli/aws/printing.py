"""`cyclorama aws template` and `package`: what is deployed, for those who deploy it another way."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from cyclorama.cli import screen
from cyclorama.errors import InvalidRequest


def template() -> None:
    """Print the CloudFormation template. It stands by itself: SAM, CDK and AWS's own tools take it."""
    from cyclorama.aws import template as template_

    sys.stdout.write(template_.text())


def package(
    output: Annotated[Path, typer.Option("--output", "-o", help="The .zip to write.")] = Path(
        "functions.zip"
    ),
) -> None:
    """Build the functions' package for AWS Lambda: the same bytes each time."""
    from rich.progress import TaskProgressColumn

    from cyclorama.aws import package as package_
    from cyclorama.backgrounds.base import Progress, Report

    output = output.expanduser().absolute()
    if output.is_dir() or not output.parent.is_dir():
        raise InvalidRequest(
            f"{output} is no file in a folder that is there. Give --output such as functions.zip."
        )
    console = screen.stderr()
    with screen.bar(console, TaskProgressColumn()) as bar:
        task = bar.add_task("Building", total=None)

        def tell(made: Progress) -> None:
            bar.update(task, description=made.message, completed=made.step, total=made.total or None)

        built = package_.build(output, report=Report(tell))
    console.print(f"{built.path}: {built.size / 1e6:.1f} MB, SHA-256:", markup=False, soft_wrap=True)
    typer.echo(built.sha256)
