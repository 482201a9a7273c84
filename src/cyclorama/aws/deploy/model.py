"""The model on Bedrock: whether it is there, and for how long.

https://docs.aws.amazon.com/bedrock/latest/userguide/model-lifecycle.html
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from botocore.exceptions import ClientError

from cyclorama.aws_failures import code_of, words_of
from cyclorama.backgrounds.bedrock.models import foundation_model
from cyclorama.errors import CycloramaError, ModelUnavailable

if TYPE_CHECKING:
    from cyclorama.aws.deploy.cloud import Cloud

ANOTHER = (
    "Give `cyclorama aws up --model` another one, in the region of --bedrock-region; docs/aws.md says how to "
    "choose."
)
ENDED = "end of its life"


@dataclass(frozen=True)
class Life:
    """How a model is: "active", "legacy", "ended", "missing", or "unknown" where Bedrock does not tell."""

    state: str
    words: str
    advice: str = ""


def look(cloud: Cloud, model: str, region: str) -> Life:
    """Return how a model is in a region.

    Raises:
        CycloramaError: Bedrock cannot be asked.
    """
    name = foundation_model(model)
    if not name:
        return Life("unknown", "nothing is known about it: it is a model of your own")
    with cloud.models(region).asking(f"the model {model}") as client:
        try:
            details = client.get_foundation_model(modelIdentifier=name)["modelDetails"]
        except ClientError as error:
            if code_of(error) not in {"ResourceNotFoundException", "ValidationException"}:
                raise
            if ENDED in words_of(error):
                return Life("ended", "Amazon has ended it, and it paints no more", ANOTHER)
            if name != model:  # a profile may have it in other regions
                return Life("unknown", f"Bedrock in {region} tells nothing about it")
            return Life("missing", f"there is no such model in {region}", ANOTHER)
    lifecycle = details.get("modelLifecycle", {"status": "ACTIVE"})
    ends = lifecycle.get("endOfLifeTime")
    if isinstance(ends, datetime) and ends <= datetime.now(UTC):
        return Life("ended", f"Amazon ended it on {ends:%Y-%m-%d}, and it paints no more", ANOTHER)
    if lifecycle["status"] == "LEGACY":
        when = f"on {ends:%Y-%m-%d}" if isinstance(ends, datetime) else "soon"
        return Life("legacy", f"Amazon will end it {when}", ANOTHER)
    return Life("active", "active")


def not_agreed(cloud: Cloud, model: str, region: str) -> str:
    """Say what is still to be done before the account may use a model of somebody else's; "" for nothing.

    The functions may not agree to its terms in AWS Marketplace, so the first picture would be refused.
    """
    name = foundation_model(model)
    if not name:
        return ""
    try:
        with cloud.models(region).asking(f"the model {model}") as client:
            told = client.get_foundation_model_availability(modelId=name)
    except CycloramaError:  # who may not ask, or in whose region nobody answers that, is held up by nothing
        return ""
    if told["authorizationStatus"] == "AUTHORIZED" and told["agreementAvailability"]["status"] == "AVAILABLE":
        return ""
    return (
        f"This account has not agreed to the terms of the model {model} yet, so it would paint nothing. Use "
        f"it once in the Bedrock console's playground, in {region}; that does it."
    )


def require(cloud: Cloud, model: str, region: str) -> Life:
    """Return how a model is that paints.

    Raises:
        ModelUnavailable: it does not.
    """
    life = look(cloud, model, region)
    if life.state in {"ended", "missing"}:
        raise ModelUnavailable(f"The model {model} cannot paint: {life.words}. {life.advice}")
    return life
