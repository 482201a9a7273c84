"""The AWS account through which Bedrock is asked: who, where, how long, how often."""

from __future__ import annotations

import threading
from contextlib import contextmanager
from typing import TYPE_CHECKING, NamedTuple

import boto3
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError
from botocore.parsers import ResponseParserError

from cyclorama.backgrounds.bedrock import hangup
from cyclorama.backgrounds.bedrock.failures import explain
from cyclorama.errors import CredentialsRefused, InvalidSetting, NotConfigured, Unavailable

if TYPE_CHECKING:
    from collections.abc import Iterator

    from types_boto3_bedrock import BedrockClient
    from types_boto3_bedrock_runtime import BedrockRuntimeClient

    from cyclorama.backgrounds.base import Report
    from cyclorama.settings import Settings

REGION = "us-west-2"  # where Stability's text-to-image models are
CONNECT_S = 5
READ_S = 90  # the slower models paint for half a minute
LOOK_S = 5  # looking something up
ATTEMPTS = 3


class Clients(NamedTuple):
    """`runtime` paints and moderates, `control` knows about models."""

    runtime: BedrockRuntimeClient
    control: BedrockClient


class Account:
    """Makes the clients when they are first needed; any thread may use them."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._lock = threading.Lock()
        self._clients: Clients | None = None
        self.region = settings.bedrock_region or REGION

    @contextmanager
    def calling(self, report: Report, subject: str) -> Iterator[Clients]:
        """Give the clients for one call, which ends when `report` is cancelled.

        `subject` is what the call is for, such as a model, in the creator's words.

        Raises:
            CycloramaError: what botocore raised.
            Cancelled: nobody wants the answer any more.
        """
        try:
            with hangup.calling(report):
                yield self._get()
        except (BotoCoreError, ClientError) as error:
            failure = explain(error, subject, self.region, self._settings.bedrock_profile)
            if isinstance(failure, CredentialsRefused | NotConfigured):
                # Clients keep the credentials that they began with: new ones must not need a new start.
                self._clients = None
            raise failure from error
        except (AttributeError, KeyError, TypeError, ValueError, ResponseParserError) as error:
            # What botocore, or who uses its answer, trips over when that is not of the documented shape.
            raise Unavailable(
                f"What was asked about {subject} got an answer that is none of Amazon Bedrock's. Check "
                "CYCLORAMA_BEDROCK_ENDPOINT, and that no proxy answers in its place."
            ) from error

    def _get(self) -> Clients:
        with self._lock:
            if self._clients is None:
                self._clients = self._make()
            return self._clients

    def _make(self) -> Clients:
        session = boto3.Session(profile_name=self._settings.bedrock_profile or None)
        self.region = self._settings.bedrock_region or session.region_name or REGION
        endpoint = self._settings.bedrock_endpoint or None
        patient = Config(
            connect_timeout=CONNECT_S,
            read_timeout=READ_S,
            retries={"mode": "standard", "total_max_attempts": ATTEMPTS},
        )
        quick = patient.merge(Config(connect_timeout=LOOK_S, read_timeout=LOOK_S))
        try:
            clients = Clients(
                session.client(
                    "bedrock-runtime", region_name=self.region, endpoint_url=endpoint, config=patient
                ),
                session.client(
                    "bedrock",
                    region_name=self.region,
                    endpoint_url=None if self.apart else endpoint,
                    config=quick,
                ),
            )
        except ValueError as error:
            if isinstance(error, BotoCoreError):
                raise
            raise InvalidSetting(
                f"The setting bedrock_endpoint is {endpoint!r}, which is no address. "
                "It is one such as https://vpce-1234.bedrock-runtime.us-west-2.vpce.amazonaws.com."
            ) from error
        for client in clients:
            hangup.prepare(client)
        return clients

    @property
    def apart(self) -> bool:
        """Whether the endpoint of the settings is for painting alone, as a VPC endpoint is."""
        return "bedrock-runtime" in self._settings.bedrock_endpoint
