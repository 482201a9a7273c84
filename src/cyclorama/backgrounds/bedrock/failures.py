"""What Bedrock's own errors mean; what all of AWS has in common is in `cyclorama.aws_failures`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from botocore.exceptions import ClientError

from cyclorama import aws_failures
from cyclorama.aws_failures import Service, code_of, words_of
from cyclorama.errors import AccessDenied, CycloramaError, GenerationFailed

if TYPE_CHECKING:
    from botocore.exceptions import BotoCoreError

BEDROCK = Service(
    name="Amazon Bedrock",
    settings="bedrock_",
    docs="docs/bedrock.md",
    pause_s=60,  # it counts by the minute: https://docs.aws.amazon.com/bedrock/latest/userguide/quotas.html
    broken=GenerationFailed,
)


def explain(error: BotoCoreError | ClientError, subject: str, region: str, profile: str) -> CycloramaError:
    """Return what `error` means for somebody who wanted to use `subject`, such as a model, in `region`."""
    failure = aws_failures.explain(error, BEDROCK, subject, region, profile)
    if not isinstance(error, ClientError):
        return failure
    words = words_of(error)
    if code_of(error) in {"ModelErrorException", "ModelTimeoutException"}:
        return GenerationFailed(f"{subject} failed while it painted. Try again. Amazon says: {words}")
    if not isinstance(failure, AccessDenied):
        return failure
    if "aws-marketplace" in words or "INVALID_PAYMENT_INSTRUMENT" in words:
        return AccessDenied(
            f"The AWS account has no subscription to {subject} yet, and this user may not take one out. Let "
            "somebody who may (aws-marketplace:Subscribe and ViewSubscriptions, and a valid way to pay) use "
            f"the model once in the Bedrock console in {region}. Amazon says: {words}"
        )
    if "not authorized to perform" in words:
        return failure
    return AccessDenied(
        f"The AWS account has no access to {subject} in {region}. Open it once in the Bedrock console, in "
        'that region: under "Model access", or where the console has no such page, in the model catalog. '
        f"Amazon says: {words}"
    )
