"""What each family of models wants: steps, guidance, and sizes near those that it learned from.

Steps and guidance are those that the models' makers give. With others a picture is worse, not only slower: a
distilled model that paints with guidance burns its colours.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from math import sqrt
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from pathlib import Path

# Wider or higher than this, models repeat themselves; what is wished for beyond is cropped out of it.
MAX_RATIO = 3.0

CARDS = "https://huggingface.co"
DOCS = "https://huggingface.co/docs/diffusers"


@dataclass(frozen=True)
class Traits:
    """What a model's own files say about it.

    Attributes:
        name: the last part of its hub id, or its folder's name, in lower case.
        pipeline, scheduler: names of their classes.
        trailing: whether its scheduler begins with pure noise and no more is said about it, as distilled
            Stable Diffusion has it and others have not.
        guided: whether guidance is an input of the network, which so needs no second pass for it.
    """

    name: str
    pipeline: str
    scheduler: str
    trailing: bool
    guided: bool


@dataclass(frozen=True)
class Family:
    """How models of one kind are run; None leaves it to the pipeline's own default.

    Attributes:
        title: what the family is called.
        steps: how many; a number in the model's name, such as 8step, goes before it where `counted`.
        guidance: the scale; up to 1 means none.
        trailing: whether steps are spaced from pure noise on.
        counted: whether such models carry the number of their steps in their names.
        pipeline, scheduler, name: patterns that the traits must match; "" matches all.
        distilled: whether trailing steps count as a match for `name`.
        guided: what the trait must be, where it matters.
        tokens: of the prompt that it learned to read, where the pipeline would let in more.
        source: where steps and guidance are from.
    """

    title: str
    steps: int | None = None
    guidance: float | None = None
    trailing: bool = False
    counted: bool = False
    pipeline: str = ""
    scheduler: str = ""
    name: str = ""
    distilled: bool = False
    guided: bool | None = None
    tokens: int | None = None
    source: str = ""

    def matches(self, traits: Traits) -> bool:
        """Tell whether a model with these traits is of this family."""
        named = re.search(self.name, traits.name) is not None or (self.distilled and traits.trailing)
        return (
            named
            and re.match(self.pipeline, traits.pipeline) is not None
            and re.match(self.scheduler, traits.scheduler) is not None
            and self.guided in (None, traits.guided)
        )

    def steps_of(self, traits: Traits) -> int | None:
        """Return how many steps a model of this family takes."""
        count = re.search(r"(\d+)[-_ ]?step", traits.name) if self.counted else None
        return int(count[1]) if count else self.steps


# The first that matches is the one.
FAMILIES = (
    Family("FLUX.1 schnell", 4, 0.0, pipeline="FluxPipeline", guided=False, tokens=256,
           source=f"{CARDS}/black-forest-labs/FLUX.1-schnell"),
    Family("FLUX.1 dev", 28, 3.5, pipeline="FluxPipeline", source=f"{DOCS}/api/pipelines/flux"),
    Family("FLUX.2 klein", 4, 1.0, pipeline="Flux2Klein", name=r"^(?!.*base)",
           source=f"{CARDS}/black-forest-labs/FLUX.2-klein-4B"),
    Family("Z-Image Turbo", 9, 0.0, pipeline="ZImage", name="turbo",
           source=f"{CARDS}/Tongyi-MAI/Z-Image-Turbo"),
    Family("Latent consistency model", 4, 8.0, scheduler="LCM", guided=True,
           source=f"{DOCS}/using-diffusers/inference_with_lcm"),
    Family("Latent consistency LoRA", 4, 1.0, scheduler="LCM",
           source=f"{DOCS}/using-diffusers/inference_with_lcm"),
    Family("Lightning", 4, 0.0, True, True, pipeline="StableDiffusion", name="lightning",
           source=f"{CARDS}/ByteDance/SDXL-Lightning"),
    Family("Hyper-SD", 4, 0.0, True, True, pipeline="StableDiffusion", name=r"hyper[-_]?sd",
           source=f"{CARDS}/ByteDance/Hyper-SD"),
    Family("Trajectory consistency", 4, 0.0, scheduler="TCD",
           source=f"{DOCS}/using-diffusers/inference_with_tcd_lora"),
    Family("SD 3.5 Turbo", 4, 0.0, pipeline="StableDiffusion3", name="turbo",
           source=f"{CARDS}/stabilityai/stable-diffusion-3.5-large-turbo"),
    Family("SD 3", 28, 4.5, pipeline="StableDiffusion3",
           source=f"{CARDS}/stabilityai/stable-diffusion-3.5-large"),
    Family("SDXL Turbo", 4, 0.0, True, pipeline="StableDiffusionXL", name="turbo", distilled=True,
           source=f"{DOCS}/using-diffusers/sdxl_turbo"),
    Family("SDXL", 30, 5.0, pipeline="StableDiffusionXL", source=f"{DOCS}/using-diffusers/sdxl"),
    Family("SD Turbo", 2, 0.0, True, pipeline="StableDiffusionPipeline", name="turbo", distilled=True,
           source=f"{CARDS}/stabilityai/sd-turbo"),
    Family("SD 1 and 2", 25, 7.5, pipeline="StableDiffusionPipeline",
           source=f"{DOCS}/api/pipelines/stable_diffusion/text2img"),
    Family("another"),
)  # fmt: skip


def read(folder: Path, name: str) -> Traits:
    """Return the traits of the model in `folder`, called `name`.

    Raises:
        OSError: it has no model_index.json, or that cannot be read.
        ValueError: one of its files is not JSON, or says something else than a pipeline.
    """
    index = _json(folder / "model_index.json")
    scheduler = _optional(folder / "scheduler/scheduler_config.json")
    network = _optional(folder / "unet/config.json") or _optional(folder / "transformer/config.json")
    return Traits(
        name=name.rpartition("/")[2].lower(),
        pipeline=str(index.get("_class_name", "")),
        scheduler=str(scheduler.get("_class_name", "")),
        trailing=(
            scheduler.get("timestep_spacing") == "trailing"
            and scheduler.get("prediction_type") == "epsilon"
            and not scheduler.get("rescale_betas_zero_snr")
        ),
        guided=bool(network.get("guidance_embeds") or network.get("time_cond_proj_dim")),
    )


def family(traits: Traits) -> Family:
    """Return the family of a model with these traits."""
    return next(family for family in FAMILIES if family.matches(traits))


def canvas(width: int, height: int, side: int, multiple: int) -> tuple[int, int]:
    """Return the size to paint for a wished one: its ratio, but with about `side` x `side` pixels.

    A model that learned from 512x512 puts two horizons into 1280x720 and half of one into 256x144.

    Args:
        width: as wished for, in pixels.
        height: the same.
        side: of the squares that the model learned from, in pixels.
        multiple: of pixels, which both sides must be.
    """
    ratio = min(max(width / height, 1 / MAX_RATIO), MAX_RATIO)

    def snapped(length: float) -> int:
        return max(multiple, round(length / multiple) * multiple)

    return snapped(side * sqrt(ratio)), snapped(side / sqrt(ratio))


def _json(path: Path) -> dict[str, Any]:
    value = json.loads(path.read_text("utf-8"))
    if not isinstance(value, dict):
        raise ValueError(f"{path.name} holds no object")
    return value


def _optional(path: Path) -> dict[str, Any]:
    return _json(path) if path.is_file() else {}
