"""The AWS account whose stages these are, and what the errors of Amazon IVS mean."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from botocore.exceptions import ClientError

from cyclorama import aws_account
from cyclorama.aws_failures import Service, code_of, words_of
from cyclorama.errors import AccessDenied, Conflict, CycloramaError, InvalidRequest, NotFound, TooMany

if TYPE_CHECKING:
    from collections.abc import Callable

    import boto3
    from botocore.exceptions import BotoCoreError
    from types_boto3_ivs_realtime import IvsrealtimeClient

    from cyclorama.settings import Settings

# pause_s: it counts by the second: https://docs.aws.amazon.com/ivs/latest/RealTimeUserGuide/service-quotas.html
IVS = Service(name="Amazon IVS", settings="ivs_", docs="docs/ivs.md", pause_s=5)
READ_S = 10
PAGE = 100


class Account(aws_account.Account["IvsrealtimeClient"]):
    """Makes the client when it is first needed; any thread may use it."""

    def __init__(self, settings: Settings) -> None:
        super().__init__(
            IVS, region=settings.ivs_region, profile=settings.ivs_profile, endpoint=settings.ivs_endpoint
        )

    def make(self, session: boto3.Session) -> IvsrealtimeClient:
        """Make the client."""
        client: IvsrealtimeClient = self.client(session, "ivs-realtime", READ_S, endpoint=self.endpoint)
        return client

    def explain(self, error: BotoCoreError | ClientError, subject: str) -> CycloramaError:
        """Return what `error` means for `subject`, such as a stage."""
        if isinstance(error, ClientError):
            words = words_of(error)
            match code_of(error):
                case "ResourceNotFoundException":
                    return NotFound(
                        f"Amazon IVS in {self.region} does not know {subject}. Amazon says: {words}"
                    )
                case "ValidationException":
                    return InvalidRequest(
                        f"Amazon IVS does not take what was asked about {subject}. Amazon says: {words}"
                    )
                case "ConflictException":
                    return Conflict(f"This is not possible with {subject} now. Amazon says: {words}")
                case "ServiceQuotaExceededException":
                    return TooMany(
                        f"The AWS account has no room in {self.region} for {subject}. Delete what is not "
                        f"used, or ask for more under Service Quotas in the AWS console. Amazon says: {words}"
                    )
                case "PendingVerification":
                    return AccessDenied(
                        "Amazon has not verified this AWS account yet, so it may not be used. Wait, or ask "
                        f"AWS support in the console. Amazon says: {words}"
                    )
        return super().explain(error, subject)

    def close(self) -> None:
        """Close the connections."""
        with self._lock:
            client, self._clients = self._clients, None
        if client is not None:
            client.close()


def pages(ask: Callable[..., Any], what: str, **more: Any) -> list[Any]:
    """Return all of a list that comes in pages; botocore has no paginators for these."""
    found: list[Any] = []
    token: dict[str, str] = {}
    while True:
        page = ask(maxResults=PAGE, **more, **token)
        found += page[what]
        if not page.get("nextToken"):
            return found
        token = {"nextToken": page["nextToken"]}
