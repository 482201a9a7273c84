"""`cyclorama aws`: the studio in an AWS account of your own."""

from __future__ import annotations

import typer

from cyclorama.cli.aws.down import down
from cyclorama.cli.aws.logs import logs
from cyclorama.cli.aws.people import token, user
from cyclorama.cli.aws.printing import package, template
from cyclorama.cli.aws.status import status
from cyclorama.cli.aws.up import up

app = typer.Typer(no_args_is_help=True, help="The studio in an AWS account of your own.")
for command in (up, status, logs, user, token, down, template, package):
    app.command()(command)
