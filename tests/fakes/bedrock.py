"""Amazon Bedrock on loopback: InvokeModel for Stability's models, ApplyGuardrail, and what there is."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from tests.fakes.aws import Reply, Request, answer, error, invalid
from tests.fakes.aws_server import CUT, GARBAGE, HALF, HANG, FakeAws, Turn
from tests.fakes.bedrock_models import paint

if TYPE_CHECKING:
    import ssl
    from collections.abc import Callable

__all__ = ["CUT", "GARBAGE", "GET", "HALF", "HANG", "FakeBedrock", "Turn", "in_days"]

INVOKE, APPLY, GET = "InvokeModel", "ApplyGuardrail", "GetFoundationModel"
ALLOWED = "GetFoundationModelAvailability"
SERVICES: dict[str, tuple[str, ...]] = {"bedrock-runtime": (INVOKE, APPLY), "bedrock": (GET, ALLOWED)}


class FakeBedrock(FakeAws):
    """Serves while its context is open, under `endpoint_url`.

    Args:
        region: for which requests must be signed.
        context: serves over TLS with this.

    Attributes:
        models: what GetFoundationModel tells of each model; change it as you like.
        agreed: whether the account has agreed to the models' terms.
        words, pictures: whether the guardrail minds a text, or the bytes of a picture.
        guards_pictures: whether it has filters for images at all.
    """

    def __init__(self, region: str = "us-west-2", context: ssl.SSLContext | None = None) -> None:
        super().__init__(SERVICES, region, context)
        self.models: dict[str, dict[str, Any]] = {
            name: {"modelLifecycle": {"status": "ACTIVE"}, "inferenceTypesSupported": ["ON_DEMAND"]}
            for name in (
                "stability.stable-image-core-v1:1",
                "stability.stable-image-ultra-v1:1",
                "stability.sd3-5-large-v1:0",
                "stability.stable-diffusion-xl-v1",
            )
        }
        self.agreed = True
        self.words: Callable[[str], bool] = lambda _: False
        self.pictures: Callable[[bytes], bool] = lambda _: False
        self.guards_pictures = True

    def then(self, *turns: Turn, operation: str = INVOKE) -> None:
        """Answer the next requests for `operation` with these, and later ones as usual."""
        super().then(*turns, operation=operation)

    def ended(self, model: str, on: datetime, status: str = "LEGACY") -> None:
        """Let `model` have an end of life."""
        self.models[model]["modelLifecycle"] = {"status": status, "endOfLifeTime": on.isoformat()}

    def usual(self, request: Request) -> Reply:
        if request.operation == GET:
            return self._model(request.params["modelIdentifier"])
        if request.operation == ALLOWED:
            return self.operations.answer(
                ALLOWED,
                {
                    "modelId": request.params["modelId"],
                    "agreementAvailability": {"status": "AVAILABLE" if self.agreed else "NOT_AVAILABLE"},
                    "authorizationStatus": "AUTHORIZED" if self.agreed else "NOT_AUTHORIZED",
                    "entitlementAvailability": "AVAILABLE",
                    "regionAvailability": "AVAILABLE",
                },
            )
        if request.operation == APPLY:
            return self._guard(request.params)
        return paint(request)

    def _model(self, name: str) -> Reply:
        name = name.rpartition("/")[2]
        if name not in self.models:
            return error(
                404,
                "ResourceNotFoundException",
                "Could not resolve the foundation model from the model identifier.",
            )
        arn = f"arn:aws:bedrock:{self.region}::foundation-model/{name}"
        return answer({"modelDetails": {"modelArn": arn, "modelId": name, **self.models[name]}})

    def _guard(self, params: dict[str, Any]) -> Reply:
        texts = [part["text"]["text"] for part in params["content"] if "text" in part]
        images = [part["image"]["source"]["bytes"] for part in params["content"] if "image" in part]
        if any(len(image) > 4_000_000 for image in images):
            raise invalid("The image exceeds the maximum size of 4 MB.")
        minded = any(map(self.words, texts)) or (self.guards_pictures and any(map(self.pictures, images)))
        found = {"type": "VIOLENCE", "confidence": "HIGH", "filterStrength": "HIGH", "action": "BLOCKED"}
        units = ("topic", "content", "word", "sensitiveInformation", "contextualGrounding")
        guarded = len(images) if self.guards_pictures else 0
        return answer(
            {
                "usage": dict.fromkeys([f"{unit}PolicyUnits" for unit in units], 1)
                | {"sensitiveInformationPolicyFreeUnits": 0, "contentPolicyImageUnits": guarded},
                "action": "GUARDRAIL_INTERVENED" if minded else "NONE",
                "outputs": [{"text": "We do not show violence."}] if minded else [],
                "assessments": [{"contentPolicy": {"filters": [found]}}] if minded else [],
                "guardrailCoverage": {"images": {"guarded": guarded, "total": len(images)}},
            }
        )


def in_days(days: float) -> datetime:
    """Return a moment so many days from now."""
    return datetime.now(UTC) + timedelta(days=days)
