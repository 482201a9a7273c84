"""An AWS account through which one service is asked: who, where, how long, how often."""

from __future__ import annotations

import threading
from abc import ABC, abstractmethod
from contextlib import contextmanager
from functools import cache
from typing import TYPE_CHECKING, Any, Generic, TypeVar

import boto3
import botocore.session
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError
from botocore.loaders import Loader, create_loader
from botocore.parsers import ResponseParserError

from cyclorama.aws_failures import explain
from cyclorama.errors import CredentialsRefused, InvalidSetting, NotConfigured, Unavailable

if TYPE_CHECKING:
    from collections.abc import Iterator

    from cyclorama.aws_failures import Service
    from cyclorama.errors import CycloramaError

CONNECT_S = 5
ATTEMPTS = 3

C = TypeVar("C")


class Account(ABC, Generic[C]):
    """Makes the clients `C` of a service when they are first needed; any thread may use them.

    Args:
        service: the service, in the creator's words.
        region: "" for that of the profile, else `fallback`, "" if there is none.
        profile: "" for what boto3 finds by itself.
        endpoint: another address of the service, or "".
    """

    def __init__(
        self, service: Service, *, region: str, profile: str, endpoint: str, fallback: str = ""
    ) -> None:
        self.service = service
        self.region = region or fallback
        self.profile = profile
        self.endpoint = endpoint
        self._region = region
        self._fallback = fallback
        self._lock = threading.Lock()
        self._clients: C | None = None

    @contextmanager
    def asking(self, subject: str) -> Iterator[C]:
        """Give the clients for one call. `subject` is what the call is for, in the creator's words.

        Raises:
            CycloramaError: what botocore raised.
        """
        try:
            yield self._get()
        except (BotoCoreError, ClientError) as error:
            failure = self.explain(error, subject)
            if isinstance(failure, CredentialsRefused | NotConfigured):
                # Clients keep the credentials that they began with: new ones must not need a new start.
                self._clients = None
            raise failure from error
        except (AttributeError, KeyError, TypeError, ValueError, ResponseParserError) as error:
            # What botocore, or who uses its answer, trips over when that is not of the documented shape.
            raise Unavailable(
                f"What was asked about {subject} got an answer that is none of {self.service.name}'s. Check "
                f"{self.service.variable('endpoint')}, and that no proxy answers in its place."
            ) from error

    def explain(self, error: BotoCoreError | ClientError, subject: str) -> CycloramaError:
        """Return what `error` means for `subject`."""
        return explain(error, self.service, subject, self.region, self.profile)

    @abstractmethod
    def make(self, session: boto3.Session) -> C:
        """Make the clients, with `client`."""

    def session(self) -> boto3.Session:
        """Find the credentials; accounts of several services may share what this returns."""
        return session_of(self.profile)

    def client(self, session: boto3.Session, name: str, read_s: float, *, endpoint: str) -> Any:
        """Make a client for the service that botocore calls `name`; an answer may take `read_s`."""
        try:
            return session.client(
                name,  # type: ignore[call-overload] # the stubs have one overload for each service
                region_name=self.region or None,
                endpoint_url=endpoint or None,
                config=Config(
                    connect_timeout=CONNECT_S,
                    read_timeout=read_s,
                    retries={"mode": "standard", "total_max_attempts": ATTEMPTS},
                ),
            )
        except ValueError as error:
            if isinstance(error, BotoCoreError):
                raise
            raise InvalidSetting(
                f"The setting {self.service.settings}endpoint is {endpoint!r}, which is no address. "
                f"It is one such as https://vpce-1234.{name}.us-west-2.vpce.amazonaws.com."
            ) from error

    def _get(self) -> C:
        with self._lock:
            if self._clients is None:
                session = self.session()
                self.region = self._region or session.region_name or self._fallback
                self._clients = self.make(session)
            return self._clients


def session_of(profile: str) -> boto3.Session:
    """Return a session of a profile, "" for what boto3 finds by itself: with credentials as they are now."""
    core = botocore.session.Session(profile=profile or None)
    core.register_component("data_loader", _models(core.get_config_variable("data_path")))
    return boto3.Session(botocore_session=core)


@cache
def _models(path: str | None) -> Loader:
    """Return what reads botocore's models of services: megabytes of JSON, of which each is read once."""
    return create_loader(path)
