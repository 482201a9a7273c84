"""What botocore raises, in the creator's words: what happened, what it means, what to do next."""

from __future__ import annotations

from typing import TYPE_CHECKING

from botocore import exceptions as boto

from cyclorama.errors import (
    AccessDenied,
    CredentialsRefused,
    CycloramaError,
    GenerationFailed,
    InvalidSetting,
    NotConfigured,
    Throttled,
    Unavailable,
)

if TYPE_CHECKING:
    from botocore.exceptions import BotoCoreError, ClientError

# Bedrock counts requests by the minute: https://docs.aws.amazon.com/bedrock/latest/userguide/quotas.html
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


def code_of(error: ClientError) -> str:
    """Return AWS's name of the error, such as ThrottlingException."""
    return error.response.get("Error", {}).get("Code", "")


def words_of(error: ClientError) -> str:
    """Return AWS's own sentence."""
    return error.response.get("Error", {}).get("Message", "") or "nothing more"


def explain(error: BotoCoreError | ClientError, subject: str, region: str, profile: str) -> CycloramaError:
    """Return what `error` means for somebody who wanted to use `subject`, such as a model, in `region`."""
    if isinstance(error, boto.ClientError):
        return _refusal(error, subject, region, profile)
    login = "aws sso login" + (f" --profile {profile}" if profile else "")
    match error:
        case boto.NoCredentialsError():
            return NotConfigured(
                "There are no AWS credentials on this machine, so Amazon Bedrock cannot be asked. "
                "Run `aws configure`, or name a profile with CYCLORAMA_BEDROCK_PROFILE."
            )
        case boto.PartialCredentialsError():
            return NotConfigured(
                f"The AWS credentials on this machine are incomplete: {error}. Run `aws configure`."
            )
        case boto.ProfileNotFound():
            return NotConfigured(
                f"There is no AWS profile {profile or 'of the name in AWS_PROFILE'!r} on this machine. "
                "`aws configure list-profiles` shows those that there are; name one with "
                "CYCLORAMA_BEDROCK_PROFILE."
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
        case boto.InvalidRegionError():
            return InvalidSetting(
                f"{region!r} is no AWS region. Set CYCLORAMA_BEDROCK_REGION to one such as us-west-2."
            )
        case boto.ReadTimeoutError():
            return GenerationFailed(
                f"Amazon Bedrock in {region} did not answer in time for {subject}. "
                "Try again; if it stays so, use another model or region."
            )
        case boto.SSLError():
            return Unavailable(
                f"The connection to Amazon Bedrock in {region} is not trusted: {error}. Check the machine's "
                "clock, and AWS_CA_BUNDLE if a proxy of your own is in between."
            )
        case boto.EndpointConnectionError() | boto.ConnectTimeoutError() | boto.ProxyConnectionError():
            return Unavailable(
                f"Amazon Bedrock cannot be reached: {error}. Check the network, and that "
                f"Bedrock is served in the region {region} (CYCLORAMA_BEDROCK_REGION)."
            )
        case boto.HTTPClientError() | boto.IncompleteReadError():
            return GenerationFailed(
                f"The connection to Amazon Bedrock in {region} broke off before the answer was there. "
                "Try again."
            )
    return Unavailable(f"Amazon Bedrock could not be asked: {error}.")


def _refusal(error: ClientError, subject: str, region: str, profile: str) -> CycloramaError:
    code, words = code_of(error), words_of(error)
    status = error.response.get("ResponseMetadata", {}).get("HTTPStatusCode", 0)
    if code == "ServiceQuotaExceededException" or (code in THROTTLED and "per day" in words):
        return Throttled(
            f"The AWS account has used up its quota for {subject} in {region}. Ask for more under Service "
            f"Quotas in the AWS console, or use another model or region. Amazon says: {words}"
        )
    if code in THROTTLED or status == 429:
        seconds = _retry_after(error)
        return Throttled(
            f"Amazon Bedrock wants to be asked less often for {subject}: too many pictures were asked for at "
            f"once in this account. Try again in {seconds} s, or ask for a higher quota in the AWS console.",
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
        return AccessDenied(_access(words, subject, region))
    if code in {"ModelErrorException", "ModelTimeoutException"}:
        return GenerationFailed(f"{subject} failed while it painted. Try again. Amazon says: {words}")
    if status >= 500:
        return Unavailable(
            f"Amazon Bedrock in {region} has trouble of its own right now. Try again in a minute. "
            f"Amazon says: {words}",
            MINUTE_S,
        )
    return Unavailable(
        f"Amazon Bedrock in {region} did not accept the request for {subject}. Amazon says: {words}"
    )


def _access(words: str, subject: str, region: str) -> str:
    if "aws-marketplace" in words or "INVALID_PAYMENT_INSTRUMENT" in words:
        return (
            f"The AWS account has no subscription to {subject} yet, and this user may not take one out. Let "
            "somebody who may (aws-marketplace:Subscribe and ViewSubscriptions, and a valid way to pay) use "
            f"the model once in the Bedrock console in {region}. Amazon says: {words}"
        )
    if "not authorized to perform" in words:
        return (
            f"The AWS user or role may not use {subject}. Allow it in IAM; docs/bedrock.md lists the actions "
            f"that are needed. Amazon says: {words}"
        )
    return (
        f"The AWS account has no access to {subject} in {region}. Open it once in the Bedrock console, in "
        'that region: under "Model access", or where the console has no such page, in the model catalog. '
        f"Amazon says: {words}"
    )


def _retry_after(error: ClientError) -> int:
    header = error.response.get("ResponseMetadata", {}).get("HTTPHeaders", {}).get("retry-after", "")
    return int(header) if header.isdecimal() else MINUTE_S
