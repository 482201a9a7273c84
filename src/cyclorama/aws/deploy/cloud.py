"""The AWS account that a studio is in: a client for each service that is asked, with the same credentials."""

from __future__ import annotations

import threading
import time
from typing import TYPE_CHECKING, Any, TypeVar

from botocore.exceptions import BotoCoreError, ClientError

from cyclorama import aws_account
from cyclorama.aws.deploy import regions
from cyclorama.aws_failures import ByFlags, code_of, words_of
from cyclorama.errors import AccessDenied, CredentialsRefused, NotConfigured, NotFound, TooMany, Unavailable

if TYPE_CHECKING:
    from collections.abc import Callable

    import boto3
    from types_boto3_acm import ACMClient
    from types_boto3_bedrock import BedrockClient
    from types_boto3_cloudformation import CloudFormationClient
    from types_boto3_cloudfront import CloudFrontClient
    from types_boto3_cognito_idp import CognitoIdentityProviderClient
    from types_boto3_ivs_realtime import IvsrealtimeClient
    from types_boto3_logs import CloudWatchLogsClient
    from types_boto3_s3 import S3Client
    from types_boto3_ssm import SSMClient
    from types_boto3_sts import STSClient

    from cyclorama.errors import CycloramaError

READ_S = 30
QUOTA = {
    "LimitExceededException",
    "LimitExceeded",
    "TooManyBuckets",
    "ParameterLimitExceeded",
    "ServiceQuotaExceededException",
}
PATIENCE = 20  # questions in a row that may fail while something long goes on by itself
PATIENCE_S = 5.0

C = TypeVar("C")
T = TypeVar("T")


class Sessions:
    """One session for all services, so that a role is assumed, and a second factor asked for, once."""

    def __init__(self, profile: str) -> None:
        self.profile = profile
        self._lock = threading.Lock()
        self._session: boto3.Session | None = None

    def get(self) -> boto3.Session:
        """Return it, made when it is first needed."""
        with self._lock:
            if self._session is None:
                self._session = aws_account.session_of(self.profile)
            return self._session


class One(aws_account.Account[C]):
    """One service of the account.

    Args:
        sessions: with which credentials.
        code: what botocore calls the service.
        name: what people call it.
        region: "" for the session's.
    """

    def __init__(self, sessions: Sessions, code: str, name: str, region: str) -> None:
        super().__init__(ByFlags(name), region=region, profile=sessions.profile, endpoint="")
        self._sessions = sessions
        self._code = code

    def session(self) -> boto3.Session:
        """Return the session that all services share."""
        return self._sessions.get()

    def make(self, session: boto3.Session) -> C:
        """Make the client."""
        client: C = self.client(session, self._code, READ_S, endpoint=self.endpoint)
        return client

    def explain(self, error: BotoCoreError | ClientError, subject: str) -> CycloramaError:
        """Return what `error` means for `subject`, such as a stack."""
        if isinstance(error, ClientError):
            words = words_of(error)
            if code_of(error) in QUOTA:
                return TooMany(
                    f"The AWS account has no room in {self.region} for {subject}. Delete what is not used, "
                    f"or ask for more under Service Quotas in the AWS console. Amazon says: {words}"
                )
            if code_of(error) in {"OptInRequired", "SubscriptionRequiredException"}:
                return AccessDenied(
                    f"The AWS account is not signed up for {self.service.name}. Finish signing up in the AWS "
                    f"console, and try again. Amazon says: {words}"
                )
            if code_of(error) in {"NoSuchBucket", "ResourceNotFoundException"}:
                return NotFound(
                    f"{self.service.name} in {self.region} has no {subject}. Amazon says: {words}"
                )
        return super().explain(error, subject)


class Cloud:
    """The account, in one region.

    Args:
        region: "" for that of the profile.
        profile: "" for what boto3 finds by itself.

    Attributes:
        region: the studio's.
        profile: whose credentials are used, "" for what boto3 finds by itself.
        pause: waits for some seconds.

    Raises:
        InvalidRequest: no studio can be in that region.
        NotConfigured: there is no such profile.
    """

    def __init__(self, region: str, profile: str) -> None:
        self.profile = profile
        self._sessions = Sessions(profile)
        self.region = region or self._usual_region()
        regions.check(self.region)
        self.pause: Callable[[float], None] = time.sleep
        self.identity: One[STSClient] = self._one("sts", "AWS")
        self.stacks: One[CloudFormationClient] = self._one("cloudformation", "AWS CloudFormation")
        self.buckets: One[S3Client] = self._one("s3", "Amazon S3")
        self.parameters: One[SSMClient] = self._one("ssm", "AWS Systems Manager")
        self.people: One[CognitoIdentityProviderClient] = self._one("cognito-idp", "Amazon Cognito")
        self.stages: One[IvsrealtimeClient] = self._one("ivs-realtime", "Amazon IVS")
        self.logs: One[CloudWatchLogsClient] = self._one("logs", "Amazon CloudWatch Logs")
        self.tags: One[Any] = self._one("resourcegroupstaggingapi", "AWS Resource Groups")
        self.certificates: One[ACMClient] = self._one("acm", "AWS Certificate Manager", regions.GLOBAL)
        self.edges: One[CloudFrontClient] = self._one("cloudfront", "Amazon CloudFront", regions.GLOBAL)

    def models(self, region: str) -> One[BedrockClient]:
        """Return Bedrock in the region that paints."""
        return self._one("bedrock", "Amazon Bedrock", region)

    def account(self) -> str:
        """Return the account's number; by this it is known that the credentials are good.

        Raises:
            CycloramaError: they are not, or there are none.
        """
        with self.identity.asking("the account") as sts:
            return sts.get_caller_identity()["Account"]

    def patiently(self, ask: Callable[[], T]) -> T:
        """Ask about what goes on by itself: a hiccup of the network or of AWS is waited out.

        Raises:
            CycloramaError: it does not pass, or is none.
        """
        for _ in range(PATIENCE):
            try:
                return ask()
            except (AccessDenied, CredentialsRefused, NotConfigured):
                raise
            except Unavailable:
                self.pause(PATIENCE_S)
        return ask()

    def _one(self, code: str, name: str, region: str = "") -> One[Any]:
        return One(self._sessions, code, name, region or self.region)

    def _usual_region(self) -> str:
        try:
            return self._sessions.get().region_name or ""
        except BotoCoreError as error:
            nowhere: One[Any] = One(self._sessions, "sts", "AWS", "")
            raise nowhere.explain(error, "the account") from error
