"""How the commands of `cyclorama aws` find the account and the studio in it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from cyclorama import extras

if TYPE_CHECKING:
    from cyclorama.aws.deploy.cloud import Cloud

PROFILES = "what AWS's own tools take"
Region = Annotated[
    str, typer.Option("--region", help="AWS region of the studio.", show_default="that of the profile")
]
Profile = Annotated[str, typer.Option("--profile", help="AWS profile.", show_default=PROFILES)]
Name = Annotated[str, typer.Option("--name", help="What the studio is called in AWS; its stack, too.")]
STUDIO = "cyclorama"


def cloud(region: str, profile: str) -> Cloud:
    """Return the account.

    Raises:
        MissingExtra: boto3 is not installed.
        InvalidRequest, NotConfigured: there is no such profile, or no studio can be in that region.
    """
    extras.require("aws", "Deploying on AWS")
    from cyclorama.aws.deploy.cloud import Cloud

    return Cloud(region, profile)
