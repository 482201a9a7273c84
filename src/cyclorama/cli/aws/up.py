"""`cyclorama aws up`: puts a studio up, or brings the one that is there to what is wanted."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Annotated

import typer
from rich.text import Text

from cyclorama.cli import screen
from cyclorama.cli.aws import reach
from cyclorama.errors import InvalidRequest

if TYPE_CHECKING:
    from rich.console import Console

    from cyclorama.aws.deploy.up import Studio

KEPT = "as it is; else the template's"


def up(
    region: reach.Region = "",
    profile: reach.Profile = "",
    name: reach.Name = reach.STUDIO,
    model: Annotated[
        str | None, typer.Option(help="Model on Bedrock that paints.", show_default=KEPT)
    ] = None,
    bedrock_region: Annotated[
        str | None, typer.Option(help="AWS region that has the model.", show_default=KEPT)
    ] = None,
    domain: Annotated[
        str | None,
        typer.Option(
            help='Domain of your own; "" takes it away.', show_default="as it is; else CloudFront's"
        ),
    ] = None,
    allow_origin: Annotated[
        list[str] | None,
        typer.Option(
            help='Another site whose pages may call the API; again for more, "" for none.', show_default=KEPT
        ),
    ] = None,
    guardrail: Annotated[
        str | None,
        typer.Option(
            help='Guardrail that checks: ID:VERSION; create makes one, "" takes it away.',
            show_default=KEPT,
        ),
    ] = None,
    issuer: Annotated[
        str | None,
        typer.Option(
            help="OpenID provider of your own (https://...) that creators sign in at.",
            show_default="as it is; else a Cognito user pool",
        ),
    ] = None,
    audience: Annotated[
        str | None, typer.Option(help="The studio's client id there.", show_default=KEPT)
    ] = None,
    budget: Annotated[
        int | None, typer.Option(min=1, help="USD a month to warn about.", show_default=KEPT)
    ] = None,
    budget_email: Annotated[
        str | None, typer.Option(help="Who is warned of it.", show_default="as it is; else nobody")
    ] = None,
    log_days: Annotated[
        int | None, typer.Option(help="Days for which logs are kept.", show_default=KEPT)
    ] = None,
    user: Annotated[str, typer.Option(help="Name or e-mail of the first who may sign in.")] = "creator",
    yes: Annotated[bool, typer.Option("--yes", help="Don't ask.")] = False,
) -> None:
    """Put a studio up on AWS, or bring the one that is there up to date.

    It shows what it will make and asks. It can be stopped at any moment and run again. Without flags, a
    studio that is there stays as it is set.
    """
    if not yes and not sys.stdin.isatty():
        raise InvalidRequest("There is no terminal in which to ask whether that shall be done. Give --yes.")
    cloud = reach.cloud(region, profile)
    # boto3 and what it takes with it, for which no other command need wait.
    from cyclorama.aws.deploy import provider
    from cyclorama.aws.deploy.parts import Here
    from cyclorama.aws.deploy.up import up as put_up
    from cyclorama.aws.deploy.wishes import Wishes
    from cyclorama.backgrounds.base import Report
    from cyclorama.cli.aws.board import Board

    wishes = Wishes(
        model=model,
        bedrock_region=bedrock_region,
        domain=domain,
        allow_origins=None if allow_origin is None else tuple(allow_origin),
        guardrail=guardrail,
        issuer=issuer,
        audience=audience,
        budget=budget,
        budget_email=budget_email,
        log_days=log_days,
    )
    if issuer:
        provider.check(issuer)
    console = screen.stderr()
    board = Board(console, yes=yes)
    parts = Here(Report(lambda made: board.counted(made.message, made.step, made.total)))
    with board.open():
        studio = put_up(cloud, name, wishes, parts, board, user)
    if studio is None:
        console.print("Nothing was made.")
        raise typer.Exit(1)
    _tell(console, studio, user)


def _tell(console: Console, studio: Studio, user: str) -> None:
    console.print()
    if studio.record:
        domain, target = studio.record
        console.print(
            Text.assemble("Make this DNS record, if you have not:  ", (f"{domain} CNAME {target}", "bold"))
        )
    if not studio.new_user and studio.users:
        console.print(f"A password is forgotten? cyclorama aws user {user}", style="dim", markup=False)
    console.print("Scripts, and sites that were allowed to, call it at the same address.", style="dim")
    console.print("The studio is up:")
    typer.echo(studio.url)
