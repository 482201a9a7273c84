"""`cyclorama aws user` and `cyclorama aws token`: who may sign in, and a token for scripts."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Annotated

import typer

from cyclorama.cli import screen
from cyclorama.cli.aws import reach
from cyclorama.errors import Conflict, InvalidRequest

if TYPE_CHECKING:
    from cyclorama.aws.deploy.cloud import Cloud
    from cyclorama.aws.deploy.stack import Stack


def user(
    user: Annotated[str, typer.Argument(help="A name or an e-mail address.", metavar="NAME")],
    region: reach.Region = "",
    profile: reach.Profile = "",
    name: reach.Name = reach.STUDIO,
) -> None:
    """Let somebody sign in, or give them a new password; standard output gets it, this once."""
    cloud = reach.cloud(region, profile)
    from cyclorama.aws.deploy import people
    from cyclorama.cli.aws.board import Board

    stack = _stack(cloud, name)
    people.set_password(cloud, stack.outputs["UserPoolId"], user, Board(screen.stderr()))


def token(
    user: Annotated[str, typer.Argument(help="Who signs in.", metavar="[NAME]")] = "creator",
    region: reach.Region = "",
    profile: reach.Profile = "",
    name: reach.Name = reach.STUDIO,
) -> None:
    """Sign in and put an access token on standard output, which scripts send as bearer. It lasts an hour.

    The password is asked for; without a terminal it is read from standard input.
    """
    cloud = reach.cloud(region, profile)
    from cyclorama.aws.deploy import people

    stack = _stack(cloud, name)
    if sys.stdin.isatty():
        password = typer.prompt(f"Password of {user}", hide_input=True, err=True)
    else:
        password = sys.stdin.readline().rstrip("\r\n")
    if not password:
        raise InvalidRequest(
            "There is no password on standard input. Give it there, or run this in a terminal."
        )
    out = stack.outputs
    typer.echo(
        people.access_token(
            cloud,
            out["UserPoolId"],
            out["ClientId"],
            user,
            password,
            lambda: str(typer.prompt("Code of the second factor", err=True)),
        )
    )


def _stack(cloud: Cloud, name: str) -> Stack:
    """Return the stack of a studio that has users of its own.

    Raises:
        NotFound: there is no such studio.
        Conflict: it has none.
    """
    from cyclorama.aws.deploy.status import find

    _, stack = find(cloud, name)
    if "UserPoolId" in stack.outputs:
        return stack
    if issuer := stack.outputs.get("Issuer"):
        raise Conflict(
            f"Who may sign in to the studio {name!r} is known by {issuer}. Add users and get tokens there."
        )
    raise Conflict(f"The studio {name!r} is not all there. `cyclorama aws up` makes it.")
