"""The AWS account through which Bedrock is asked."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, NamedTuple

from cyclorama import aws_account
from cyclorama.aws_account import ATTEMPTS
from cyclorama.backgrounds.bedrock import hangup
from cyclorama.backgrounds.bedrock.failures import BEDROCK, explain

if TYPE_CHECKING:
    from collections.abc import Iterator

    import boto3
    from botocore.exceptions import BotoCoreError, ClientError
    from types_boto3_bedrock import BedrockClient
    from types_boto3_bedrock_runtime import BedrockRuntimeClient

    from cyclorama.backgrounds.base import Report
    from cyclorama.errors import CycloramaError
    from cyclorama.settings import Settings

__all__ = ["ATTEMPTS", "Account", "Clients"]

REGION = "us-west-2"  # where Stability's text-to-image models are
READ_S = 90  # the slower models paint for half a minute
LOOK_S = 5  # looking something up


class Clients(NamedTuple):
    """`runtime` paints and moderates, `control` knows about models."""

    runtime: BedrockRuntimeClient
    control: BedrockClient


class Account(aws_account.Account[Clients]):
    """Makes the clients when they are first needed; any thread may use them."""

    def __init__(self, settings: Settings) -> None:
        super().__init__(
            BEDROCK,
            region=settings.bedrock_region,
            profile=settings.bedrock_profile,
            endpoint=settings.bedrock_endpoint,
            fallback=REGION,
        )

    @contextmanager
    def calling(self, report: Report, subject: str) -> Iterator[Clients]:
        """Give the clients for one call, which ends when `report` is cancelled.

        `subject` is what the call is for, such as a model, in the creator's words.

        Raises:
            CycloramaError: what botocore raised.
            Cancelled: nobody wants the answer any more.
        """
        with hangup.calling(report), self.asking(subject) as clients:
            yield clients

    def explain(self, error: BotoCoreError | ClientError, subject: str) -> CycloramaError:
        """Return what `error` means for `subject`."""
        return explain(error, subject, self.region, self.profile)

    def make(self, session: boto3.Session) -> Clients:
        """Make both clients."""
        clients = Clients(
            self.client(session, "bedrock-runtime", READ_S, endpoint=self.endpoint),
            self.client(session, "bedrock", LOOK_S, endpoint="" if self.apart else self.endpoint),
        )
        for client in clients:
            hangup.prepare(client)
        return clients

    @property
    def apart(self) -> bool:
        """Whether the endpoint of the settings is for painting alone, as a VPC endpoint is."""
        return "bedrock-runtime" in self.endpoint
