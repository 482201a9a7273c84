"""Has a job painted: by another function, which nobody waits for."""

from __future__ import annotations

import asyncio
import json
from typing import TYPE_CHECKING

from cyclorama import aws_account
from cyclorama.aws_failures import Service
from cyclorama.errors import NotConfigured, Unavailable

if TYPE_CHECKING:
    import boto3
    from types_boto3_lambda import LambdaClient

LAMBDA = Service(name="AWS Lambda", settings="lambda_", docs="docs/aws-api.md", pause_s=5)
READ_S = 5
ACCEPTED = 202


class Painters(aws_account.Account["LambdaClient"]):
    """Invokes the function of that name."""

    def __init__(self, function: str) -> None:
        super().__init__(LAMBDA, region="", profile="", endpoint="")
        self._function = function

    def make(self, session: boto3.Session) -> LambdaClient:
        """Make the client."""
        client: LambdaClient = self.client(session, "lambda", READ_S, endpoint="")
        return client

    async def start(self, job: str) -> None:
        """Have the job of that id painted, and return as soon as Lambda has promised it.

        Raises:
            Unavailable: it did not; its subclasses say why.
        """
        if not self._function:
            raise NotConfigured("PAINTER in the function's environment is empty: nobody is there to paint.")
        await asyncio.to_thread(self._start, json.dumps({"job": job}).encode())

    def _start(self, payload: bytes) -> None:
        with self.asking(f"the function {self._function}") as client:
            answer = client.invoke(FunctionName=self._function, InvocationType="Event", Payload=payload)
        if answer["StatusCode"] != ACCEPTED:
            raise Unavailable("AWS Lambda did not take the order. Try again.")
