"""The generator: one prompt, one call of InvokeModel, one picture."""

from __future__ import annotations

import base64
import io
import json
import logging
from contextlib import suppress
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from botocore.exceptions import BotoCoreError, ClientError
from PIL import Image

from cyclorama.aws_failures import code_of, words_of
from cyclorama.backgrounds.base import Painting, Progress, Report
from cyclorama.backgrounds.bedrock import models
from cyclorama.backgrounds.bedrock.account import Account
from cyclorama.backgrounds.fit import cover
from cyclorama.errors import (
    AccessDenied,
    GenerationFailed,
    InvalidRequest,
    ModelUnavailable,
    Throttled,
    Unavailable,
)

if TYPE_CHECKING:
    from cyclorama.backgrounds.base import Prompt
    from cyclorama.backgrounds.bedrock.account import Clients
    from cyclorama.settings import Settings

MODEL = "stability.stable-image-core-v1:1"
LICENCE = "Stability AI's terms for Amazon Bedrock: https://aws.amazon.com/legal/bedrock/third-party-models/"
LIFECYCLE = "https://docs.aws.amazon.com/bedrock/latest/userguide/model-lifecycle.html"

log = logging.getLogger(__name__)


class Bedrock:
    """Paints with one model on Amazon Bedrock."""

    name = "bedrock"
    slots = 8  # they only wait

    def __init__(self, settings: Settings) -> None:
        self._model = settings.bedrock_model or MODEL
        self._family = models.family(self._model)
        self._account = Account(settings)
        self._own_endpoint = bool(settings.bedrock_endpoint)
        self._note = ""

    def ready(self) -> None:
        """Ask what Amazon knows about the model; it takes credentials, a network and a moment."""
        try:
            with self._account.calling(Report(), self._model) as clients:
                note = self._look_up(clients)
            if note and note != self._note:
                log.warning(note)
            self._note = note
        except (AccessDenied, Throttled) as error:
            log.info("Whether %s can still be used is not known: %s", self._model, error.detail)
        except Unavailable as error:
            # An endpoint for painting need not know about models, nor Amazon's own be in reach beside it.
            answered = not isinstance(error.__cause__, BotoCoreError)
            vague = type(error) is Unavailable and self._own_endpoint
            if not (vague and (answered or self._account.apart)):
                raise
            log.info("Whether %s can still be used is not known: %s", self._model, error.detail)

    def generate(self, prompt: Prompt, report: Report) -> Painting:
        """Paint `prompt`; cancelling closes the connection at once.

        Raises:
            InvalidRequest: the model does not take such a prompt.
            Refused: the model's own filter said no to the words or to the picture.
            Unavailable: one of its kinds, each with what to do.
            Cancelled: nobody wants it any more.
        """
        report(Progress(0, 0, f"{self._model} is painting"))
        body = json.dumps(self._family.request(prompt))
        with self._account.calling(report, self._model) as clients:
            try:
                said = clients.runtime.invoke_model(
                    modelId=self._model, body=body, contentType="application/json", accept="application/json"
                )["body"].read()
            except ClientError as error:
                if code_of(error) in {"ResourceNotFoundException", "ValidationException"}:
                    raise self._why(error, clients) from error
                raise
        report(Progress(0, 0, "Unpacking the picture"))
        try:
            answer = self._family.answer(said)
            image = _picture(answer.picture)
        except (ValueError, OSError, SyntaxError, Image.DecompressionBombError) as error:
            # That is all that pydantic, base64 and Pillow raise.
            raise GenerationFailed(
                f"{self._model} answered something that is no picture. Try again; if it stays so, check "
                "bedrock_model and bedrock_endpoint."
            ) from error
        return Painting(
            cover(image, prompt.width, prompt.height),
            note=self._note,
            model=self._model,
            learned=True,
            licence=LICENCE,
            seed=answer.seed if answer.seed != prompt.seed else None,
        )

    def _look_up(self, clients: Clients) -> str:
        """Return what a creator should know about the model, or "".

        Raises:
            ModelUnavailable: it is past its end of life, or not to be had here.
        """
        model = models.foundation_model(self._model)
        if not model:
            return ""
        try:
            details = clients.control.get_foundation_model(modelIdentifier=model)["modelDetails"]
        except ClientError as error:
            if code_of(error) not in {"ResourceNotFoundException", "ValidationException"}:
                raise
            through_profile = model != self._model and ":foundation-model/" not in self._model
            if through_profile and "end of its life" not in words_of(error):
                return ""  # it may well be served in the other regions of the profile
            raise self._gone(words_of(error)) from error
        if "ON_DEMAND" not in details.get("inferenceTypesSupported", ["ON_DEMAND"]) and model == self._model:
            raise self._gone("on-demand throughput isn't supported")
        lifecycle = details.get("modelLifecycle", {"status": "ACTIVE"})
        end = lifecycle.get("endOfLifeTime")
        ends = end if isinstance(end, datetime) else None
        if ends and ends <= datetime.now(UTC):
            raise self._gone(f"end of its life on {ends:%Y-%m-%d}")
        if lifecycle["status"] == "LEGACY":
            when = f"on {ends:%Y-%m-%d}" if ends else "soon"
            return f"Amazon will end {self._model} {when}. Set CYCLORAMA_BEDROCK_MODEL to a newer one."
        return ""

    def _why(self, error: ClientError, clients: Clients) -> InvalidRequest | ModelUnavailable:
        words = words_of(error)
        if code_of(error) == "ResourceNotFoundException" or "on-demand throughput" in words:
            return self._gone(words)
        with suppress(BotoCoreError, ClientError):
            try:
                self._look_up(clients)
            except ModelUnavailable as gone:
                return gone
        return InvalidRequest(
            f"{self._model} does not take this request. Change the prompt; if it stays so, the model wants "
            f"to be asked in a way that Cyclorama does not know. Amazon says: {words}"
        )

    def _gone(self, words: str) -> ModelUnavailable:
        region = self._account.region
        if "end of its life" in words:
            return ModelUnavailable(
                f"Amazon has ended the model {self._model}. Set CYCLORAMA_BEDROCK_MODEL to one that is still "
                f"served, such as {MODEL}; see {LIFECYCLE}. Amazon says: {words}"
            )
        if "Legacy" in words:
            return ModelUnavailable(
                f"Amazon will end the model {self._model} and serves it only to accounts that have used it "
                f"lately. Set CYCLORAMA_BEDROCK_MODEL to a newer one. Amazon says: {words}"
            )
        if "on-demand throughput" in words:
            return ModelUnavailable(
                f"{self._model} is served in {region} through an inference profile alone. Set "
                f"CYCLORAMA_BEDROCK_MODEL to the profile's id, such as us.{self._model}."
            )
        return ModelUnavailable(
            f"There is no model {self._model} on Amazon Bedrock in {region}. Check CYCLORAMA_BEDROCK_MODEL, "
            f"or set CYCLORAMA_BEDROCK_REGION to a region that has it. Amazon says: {words}"
        )


def _picture(encoded: str) -> Image.Image:
    image = Image.open(io.BytesIO(base64.b64decode(encoded, validate=True)), formats=["PNG", "JPEG", "WEBP"])
    image.load()
    return image
