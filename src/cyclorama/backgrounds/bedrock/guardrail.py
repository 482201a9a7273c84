"""A moderator that asks Amazon Bedrock Guardrails."""

from __future__ import annotations

import io
import logging
from typing import TYPE_CHECKING, Any, Literal

from botocore.exceptions import ClientError

from cyclorama.aws_failures import code_of, words_of
from cyclorama.backgrounds.base import Progress
from cyclorama.backgrounds.bedrock.account import Account
from cyclorama.errors import NotConfigured, PictureRefused, PromptRefused, Refused, Unavailable

if TYPE_CHECKING:
    from collections.abc import Iterator

    from PIL.Image import Image
    from types_boto3_bedrock_runtime.type_defs import GuardrailContentBlockTypeDef

    from cyclorama.backgrounds.base import Prompt, Report
    from cyclorama.settings import Settings

# At most 4 MB an image: https://docs.aws.amazon.com/bedrock/latest/userguide/guardrails-mmfilter.html
# Even noise of this size stays below it as JPEG of this quality.
MAX_SIDE = 1536
QUALITY = 85

# What a policy calls what it found, in the order of what says most.
LABELS = ("name", "match", "type", "regex")
PERSONAL = "sensitiveInformationPolicy"

log = logging.getLogger(__name__)


class Guardrail:
    """Lets nothing pass that the guardrail of the settings minds, or that it could not be asked about."""

    def __init__(self, settings: Settings) -> None:
        self._id, _, self._version = settings.guardrail.rpartition(":")
        self._account = Account(settings)
        self._warned = False

    def check_prompt(self, prompt: Prompt, report: Report) -> None:
        """Ask about the words.

        Raises:
            PromptRefused: with the guardrail's own message and the policies that intervened.
            Unavailable: it could not be asked.
        """
        report(Progress(0, 0, "The guardrail reads the prompt"))
        self._ask("INPUT", {"text": {"text": prompt.text}}, report, PromptRefused, "prompt")

    def check_picture(self, image: Image, report: Report) -> None:
        """Ask about the picture.

        Raises:
            PictureRefused: with the guardrail's own message and the policies that intervened.
            Unavailable: it could not be asked.
        """
        report(Progress(0, 0, "The guardrail looks at the picture"))
        content: GuardrailContentBlockTypeDef = {
            "image": {"format": "jpeg", "source": {"bytes": _small_enough(image)}}
        }
        said = self._ask("OUTPUT", content, report, PictureRefused, "picture")
        if not self._warned and said.get("guardrailCoverage", {}).get("images", {}).get("guarded") == 0:
            self._warned = True
            log.warning(
                "The guardrail %s has no filters for images: pictures pass unseen. Switch them on in the "
                "guardrail's content filters, or live with it.",
                self._id,
            )

    def _ask(
        self,
        source: Literal["INPUT", "OUTPUT"],
        content: GuardrailContentBlockTypeDef,
        report: Report,
        refused: type[Refused],
        thing: str,
    ) -> dict[str, Any]:
        try:
            said = self._apply(source, content, report)
        except Unavailable as error:
            raise type(error)(
                f"The {thing} could not be shown to the guardrail, so it does not pass. {error.detail}",
                error.retry_after,
            ) from error
        if said["action"] != "NONE":
            raise refused(_why(said, thing))
        return said

    def _apply(
        self, source: Literal["INPUT", "OUTPUT"], content: GuardrailContentBlockTypeDef, report: Report
    ) -> dict[str, Any]:
        with self._account.calling(report, f"the guardrail {self._id}") as clients:
            try:
                said = clients.runtime.apply_guardrail(
                    guardrailIdentifier=self._id,
                    guardrailVersion=self._version,
                    source=source,
                    content=[content],
                )
            except ClientError as error:
                if code_of(error) not in {"ResourceNotFoundException", "ValidationException"}:
                    raise
                raise NotConfigured(
                    f"Amazon Bedrock in {self._account.region} cannot use the guardrail {self._id} in "
                    f"version {self._version}. Check CYCLORAMA_GUARDRAIL. Amazon says: {words_of(error)}"
                ) from error
            if said["action"] not in {"NONE", "GUARDRAIL_INTERVENED"}:
                raise ValueError(said["action"])
            return dict(said)


def _why(said: dict[str, Any], thing: str) -> str:
    found = list(dict.fromkeys(_found(said.get("assessments", []))))
    blocked = any(action == "BLOCKED" for _, action in found)
    messages = [output["text"] for output in said.get("outputs", []) if output.get("text")]
    # Where the guardrail only masks, this is the masked text and no message.
    message = f' It says: "{" ".join(messages)}"' if messages and (blocked or not found) else ""
    reasons = f" ({'; '.join(dict.fromkeys(label for label, _ in found))})" if found else ""
    return f"The guardrail refused the {thing}{reasons}.{message} Change the prompt and try again."


def _found(assessments: list[dict[str, Any]]) -> Iterator[tuple[str, str]]:
    """Yield what the policies found, as "content: VIOLENCE", and what they did about it."""
    for assessment in assessments:
        for policy, parts in assessment.items():
            if not policy.endswith("Policy"):
                continue
            for items in parts.values():
                for item in items:
                    if (action := item.get("action", "NONE")) == "NONE":
                        continue
                    # A name or number that it found goes into no message and no log: its kind says enough.
                    labels = ("name", "type") if policy == PERSONAL else LABELS
                    label = next((str(item[name]) for name in labels if item.get(name)), "?")
                    yield f"{policy.removesuffix('Policy')}: {label}", action


def _small_enough(image: Image) -> bytes:
    small = image.convert("RGB")
    small.thumbnail((MAX_SIDE, MAX_SIDE))
    out = io.BytesIO()
    small.save(out, "JPEG", quality=QUALITY)
    return out.getvalue()
