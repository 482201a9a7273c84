"""What Stability's models on Bedrock take and answer.

https://docs.aws.amazon.com/bedrock/latest/userguide/model-parameters-stability-diffusion.html
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Protocol

from pydantic import BaseModel

from cyclorama.backgrounds.base import Prompt  # noqa: TC001 # an annotation of a Protocol
from cyclorama.backgrounds.fit import nearest_ratio
from cyclorama.errors import GenerationFailed, InvalidSetting, PictureRefused, PromptRefused

RATIOS = ((21, 9), (16, 9), (3, 2), (5, 4), (1, 1), (4, 5), (2, 3), (9, 16), (9, 21))
MAX_SEED = 2**32 - 2
# Stands for 0, which asks these models for any seed, and for the one seed of ours that is too large for them;
# far from the small seeds that people choose and their next ones.
OTHER_SEED = 2**31

SDXL_SIZES = (
    (1536, 640),
    (1344, 768),
    (1216, 832),
    (1152, 896),
    (1024, 1024),
    (896, 1152),
    (832, 1216),
    (768, 1344),
    (640, 1536),
)
SDXL_MAX_TEXT = 2000
# The documented defaults.
SDXL_CFG_SCALE = 7
SDXL_STEPS = 30


@dataclass(frozen=True)
class Answer:
    """A picture file in base64, and the seed that made it, where the model says."""

    picture: str
    seed: int | None


class Family(Protocol):
    """Models that take and answer the same."""

    def request(self, prompt: Prompt) -> dict[str, object]:
        """Return the body that asks for `prompt`."""
        ...

    def answer(self, body: bytes) -> Answer:
        """Return what the model made.

        Raises:
            PromptRefused: its filter did not like the words.
            PictureRefused: its filter did not like the picture.
            GenerationFailed: there is no picture for another reason.
            ValueError: the body is not what such a model answers.
        """
        ...


class _StabilityAnswer(BaseModel):
    seeds: list[int] = []
    finish_reasons: list[str | None] = []
    images: list[str] = []


@dataclass(frozen=True)
class Stability:
    """Stable Image Core and Ultra; and Stable Diffusion 3 and 3.5, which want to be told the `mode`."""

    mode: bool

    def request(self, prompt: Prompt) -> dict[str, object]:
        """Return the body that asks for `prompt` in the nearest ratio, as PNG."""
        text, negative = prompt.in_words()
        width, height = nearest_ratio(prompt.width, prompt.height, RATIOS)
        body: dict[str, object] = {
            "prompt": text,
            "aspect_ratio": f"{width}:{height}",
            "seed": _seed(prompt),
            "output_format": "png",
        }
        if negative:
            body["negative_prompt"] = negative
        if self.mode:
            body["mode"] = "text-to-image"
        return body

    def answer(self, body: bytes) -> Answer:
        """Return what the model made, or raise as the protocol says."""
        said = _StabilityAnswer.model_validate_json(body)
        reason = next(filter(None, said.finish_reasons), "")
        if reason == "Filter reason: prompt":
            raise PromptRefused(
                "The model's own filter refused the words. Leave out what could be taken for harm, and say "
                "it in other words."
            )
        if reason.startswith("Filter reason:"):
            raise PictureRefused(
                "The model painted a picture that its own filter held back. "
                "Try another seed, or say it in other words."
            )
        if reason == "Inference error":
            raise GenerationFailed("The model failed while it painted (inference error). Try again.")
        if reason:
            raise GenerationFailed(
                f"The model gave no picture, for a reason that is not known here: {reason}."
            )
        if not said.images:
            raise GenerationFailed("The model answered without a picture. Try again.")
        return Answer(said.images[0], said.seeds[0] if said.seeds else None)


class _Artifact(BaseModel):
    seed: int | None = None
    base64: str = ""
    finishReason: str = "SUCCESS"  # noqa: N815 # the name on the wire


class _SdxlAnswer(BaseModel):
    result: str
    artifacts: list[_Artifact] = []


@dataclass(frozen=True)
class Sdxl:
    """Stable Diffusion XL 1.0, which Amazon has retired but other endpoints may still serve."""

    def request(self, prompt: Prompt) -> dict[str, object]:
        """Return the body that asks for `prompt` in the nearest size."""
        text, negative = prompt.in_words()
        width, height = nearest_ratio(prompt.width, prompt.height, SDXL_SIZES)
        texts = [{"text": text[:SDXL_MAX_TEXT], "weight": 1.0}]
        if negative:
            texts.append({"text": negative[:SDXL_MAX_TEXT], "weight": -1.0})
        return {
            "text_prompts": texts,
            "cfg_scale": SDXL_CFG_SCALE,
            "seed": _seed(prompt),
            "steps": SDXL_STEPS,
            "width": width,
            "height": height,
        }

    def answer(self, body: bytes) -> Answer:
        """Return what the model made, or raise as the protocol says."""
        said = _SdxlAnswer.model_validate_json(body)
        if said.result != "success" or not said.artifacts:
            raise GenerationFailed(f"The model answered without a picture ({said.result}). Try again.")
        artifact = said.artifacts[0]
        if artifact.finishReason == "CONTENT_FILTERED":
            raise PictureRefused(
                "The model's own filter blurred the picture. Try another seed, or say it in other words."
            )
        if artifact.finishReason != "SUCCESS":
            raise GenerationFailed(f"The model failed while it painted ({artifact.finishReason}). Try again.")
        return Answer(artifact.base64, artifact.seed)


def foundation_model(model_id: str) -> str:
    """Return the model's own id, out of an inference profile's id or an ARN too; else ""."""
    found = re.search(r"(?:^|[./])(stability\.[a-z0-9.:-]+)$", model_id)
    return found[1] if found else ""


def family(model_id: str) -> Family:
    """Return how to speak with a model.

    Raises:
        InvalidSetting: nobody here knows how.
    """
    name = foundation_model(model_id)
    if "stable-diffusion-xl" in name:
        return Sdxl()
    if name:
        return Stability(mode=name.startswith("stability.sd3"))
    # What is behind these is AWS's secret; all models that it still serves take the same.
    if re.search(r":(application-inference-profile|provisioned-model|imported-model)/", model_id):
        return Stability(mode=False)
    raise InvalidSetting(
        f"The setting bedrock_model is {model_id!r}. Cyclorama speaks with Stability's text-to-image models, "
        "such as stability.stable-image-core-v1:1."
    )


def _seed(prompt: Prompt) -> int:
    return prompt.seed if 0 < prompt.seed <= MAX_SEED else OTHER_SEED
