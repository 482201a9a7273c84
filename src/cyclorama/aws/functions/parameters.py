"""Reads a secret from AWS Systems Manager's Parameter Store."""

from __future__ import annotations

from typing import TYPE_CHECKING

from botocore.exceptions import ClientError

from cyclorama import aws_account
from cyclorama.aws_failures import Service, code_of
from cyclorama.errors import CycloramaError, NotConfigured

if TYPE_CHECKING:
    import boto3
    from botocore.exceptions import BotoCoreError
    from types_boto3_ssm import SSMClient

SSM = Service(name="AWS Systems Manager", settings="ssm_", docs="docs/aws-api.md", pause_s=5)
READ_S = 5


class Parameters(aws_account.Account["SSMClient"]):
    """The parameters of this account and region."""

    def __init__(self) -> None:
        super().__init__(SSM, region="", profile="", endpoint="")

    def make(self, session: boto3.Session) -> SSMClient:
        """Make the client."""
        client: SSMClient = self.client(session, "ssm", READ_S, endpoint="")
        return client

    def explain(self, error: BotoCoreError | ClientError, subject: str) -> CycloramaError:
        """Return what `error` means for `subject`, a parameter."""
        if isinstance(error, ClientError) and code_of(error) == "ParameterNotFound":
            return NotConfigured(
                f"There is no {subject}. `cyclorama aws up` makes it; who deploys in another way has to."
            )
        return super().explain(error, subject)

    def read(self, name: str) -> bytes:
        """Return what the parameter holds, decrypted. Blocks.

        Raises:
            Unavailable: it cannot be read; its subclasses say why.
        """
        with self.asking(f"parameter {name} in AWS Systems Manager") as client:
            return client.get_parameter(Name=name, WithDecryption=True)["Parameter"]["Value"].encode()
