"""What botocore raises, in the creator's words: what happened, what it means, what to do next."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from botocore import exceptions as boto

from cyclorama.errors import (
    AccessDenied,
    CredentialsRefused,
    CycloramaError,
    InvalidSetting,
    NotConfigured,
    Throttled,
    Unavailable,
)
from cyclorama.settings import PREFIX

if TYPE_CHECKING:
    from botocore.exceptions import BotoCoreError, ClientError

MINUTE_S = 60

THROTTLED = {"ThrottlingException", "Throttling", "TooManyRequestsException", "ModelNotReadyException"}
EXPIRED = {"ExpiredTokenException", "ExpiredToken", "RequestExpired", "TokenRefreshRequired"}
UNKNOWN_KEY = {
    "UnrecognizedClientException",
    "InvalidClientTokenId",
    "InvalidAccessKeyId",
    "InvalidSignatureException",
    "SignatureDoesNotMatch",
    "IncompleteSignatureException",
    "MissingAuthenticationTokenException",
    "AuthFailure",
}


@dataclass(frozen=True)
class Service:
    """One service of AWS.

    Attributes:
        name: what people call it.
        settings: how the names of its settings begin.
        docs: our page about it, which lists what IAM must allow.
        pause_s: seconds after which asking again makes sense when it wants to be asked less often.
        broken: what it means when an answer breaks off or does not come.
    """

    name: str
    settings: str
    docs: str
    pause_s: int
    broken: type[Unavailable] = Unavailable

    def variable(self, name: str) -> str:
        """Return the environment's name of a setting: CYCLORAMA_BEDROCK_REGION for region."""
        return f"{PREFIX}{self.settings}{name}".upper()


@dataclass(frozen=True)
class ByFlags(Service):
    """A service that a command asks, which is told by flags what others are told by settings."""

    settings: str = ""
    docs: str = "docs/aws-commands.md"
    pause_s: int = 10

    def variable(self, name: str) -> str:
        """Return the flag, or the variable of AWS's own tools where there is none."""
        return "AWS_ENDPOINT_URL" if name == "endpoint" else f"--{name}"


def code_of(error: ClientError) -> str:
    """Return AWS's name of the error, such as ThrottlingException."""
    return error.response.get("Error", {}).get("Code", "")


def words_of(error: ClientError) -> str:
    """Return AWS's own sentence."""
    return error.response.get("Error", {}).get("Message", "") or "nothing more"


def explain(
    error: BotoCoreError | ClientError, service: Service, subject: str, region: str, profile: str
) -> CycloramaError:
    """Return what `error` means for somebody who wanted `subject`, such as a model, of `service`."""
    if isinstance(error, boto.ClientError):
        return _refusal(error, service, subject, region, profile)
    name, where, who = service.name, service.variable("region"), service.variable("profile")
    login = "aws sso login" + (f" --profile {profile}" if profile else "")
    match error:
        case boto.NoCredentialsError():
            return NotConfigured(
                f"There are no AWS credentials on this machine, so {name} cannot be asked. "
                f"Run `aws configure`, or name a profile with {who}."
            )
        case boto.PartialCredentialsError():
            return NotConfigured(
                f"The AWS credentials on this machine are incomplete: {error}. Run `aws configure`."
            )
        case boto.ProfileNotFound():
            return NotConfigured(
                f"There is no AWS profile {profile or 'of the name in AWS_PROFILE'!r} on this machine. "
                f"`aws configure list-profiles` shows those that there are; name one with {who}."
            )
        case boto.SSOError() | boto.TokenRetrievalError():
            return CredentialsRefused(
                f"The AWS sign-in (SSO) of this machine has expired. Run `{login}` and try again."
            )
        case boto.LoginError():
            return CredentialsRefused(
                "The AWS sign-in of this machine has expired. Run `aws login` and try again."
            )
        case boto.CredentialRetrievalError():
            return CredentialsRefused(
                f"The AWS credentials could not be fetched: {error}. Sign in again and try once more."
            )
        case boto.NoRegionError():
            return NotConfigured(
                f"Nobody has said in which AWS region {name} shall be asked. Set {where} to one "
                "such as us-west-2."
            )
        case boto.InvalidRegionError():
            return InvalidSetting(f"{region!r} is no AWS region. Set {where} to one such as us-west-2.")
        case boto.ReadTimeoutError():
            return service.broken(
                f"{name} in {region} did not answer in time for {subject}. Try again in a minute."
            )
        case boto.SSLError():
            return Unavailable(
                f"The connection to {name} in {region} is not trusted: {error}. Check the machine's "
                "clock, and AWS_CA_BUNDLE if a proxy of your own is in between."
            )
        case boto.EndpointConnectionError() | boto.ConnectTimeoutError() | boto.ProxyConnectionError():
            return Unavailable(
                f"{name} cannot be reached: {error}. Check the network, and that "
                f"it is served in the region {region} ({where})."
            )
        case boto.HTTPClientError() | boto.IncompleteReadError():
            return service.broken(
                f"The connection to {name} in {region} broke off before the answer was there. Try again."
            )
    return Unavailable(f"{name} could not be asked: {error}.")


def _refusal(error: ClientError, service: Service, subject: str, region: str, profile: str) -> CycloramaError:
    code, words = code_of(error), words_of(error)
    status = error.response.get("ResponseMetadata", {}).get("HTTPStatusCode", 0)
    if code == "ServiceQuotaExceededException" or (code in THROTTLED and "per day" in words):
        return Throttled(
            f"The AWS account has used up its quota for {subject} in {region}. Ask for more under Service "
            f"Quotas in the AWS console, or use another region. Amazon says: {words}"
        )
    if code in THROTTLED or status == 429:
        seconds = _retry_after(error) or service.pause_s
        return Throttled(
            f"{service.name} wants to be asked less often for {subject}: too much was asked for at once in "
            f"this account. Try again in {seconds} s.",
            seconds,
        )
    if code in EXPIRED:
        again = f"aws sso login --profile {profile}" if profile else "aws sso login"
        return CredentialsRefused(
            f"The AWS credentials have expired. Sign in again (such as with `{again}`) or put new ones where "
            "the old ones are, and try again."
        )
    if code in UNKNOWN_KEY:
        if "Signature expired" in words or "Signature not yet current" in words:
            return CredentialsRefused(
                "AWS refuses the request because this machine's clock is wrong. Set the clock and try again."
            )
        return CredentialsRefused(
            "AWS does not know these credentials: the access key is wrong, was deleted, or is for another "
            f"kind of region than {region}. Run `aws sts get-caller-identity` to check them."
        )
    if code == "AccessDeniedException" or status == 403:
        if "not authorized to perform" in words:
            return AccessDenied(
                f"The AWS user or role may not use {subject}. Allow it in IAM; {service.docs} lists the "
                f"actions that are needed. Amazon says: {words}"
            )
        return AccessDenied(f"The AWS account may not use {subject} in {region}. Amazon says: {words}")
    if status >= 500:
        return Unavailable(
            f"{service.name} in {region} has trouble of its own right now. Try again in a minute. "
            f"Amazon says: {words}",
            MINUTE_S,
        )
    return Unavailable(
        f"{service.name} in {region} did not accept the request for {subject}. Amazon says: {words}"
    )


def _retry_after(error: ClientError) -> int | None:
    header = error.response.get("ResponseMetadata", {}).get("HTTPHeaders", {}).get("retry-after", "")
    return int(header) if header.isdecimal() else None
