"""One pipeline of diffusers: loaded, and made to paint.

Like `devices` it is imported when the first picture is asked for: PyTorch and its friends take seconds.
"""

from __future__ import annotations

import copy
import inspect
import logging
import textwrap
import time
from contextlib import contextmanager
from math import lcm
from typing import TYPE_CHECKING, Any, cast

import diffusers.utils.logging
import numpy as np
import torch
import transformers.utils.logging
from PIL import Image

from cyclorama.backgrounds.base import Painting, Progress
from cyclorama.backgrounds.diffusers import devices, families, hub, previews, weights
from cyclorama.backgrounds.fit import cover
from cyclorama.errors import GenerationFailed, ModelUnavailable, PictureRefused

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from numpy.typing import NDArray

    from cyclorama.backgrounds.base import Prompt, Report
    from cyclorama.backgrounds.diffusers.weights import Weights
    from cyclorama.settings import Settings

logger = logging.getLogger(__name__)

PREVIEW_S = 0.2
UNREAD_SHOWN = 120


class Pipeline:
    """A pipeline on its device. One call at a time."""

    def __init__(self, pipe: Any, found: Weights, settings: Settings, device: Any) -> None:
        traits = families.read(found.folder, found.name)
        family = families.family(traits)
        self.thrifty = False
        self._pipe = pipe
        self._device = device
        self._model = f"{found.name}@{found.revision[:12]}" if found.revision else found.name
        self._licence = found.licence()
        self._takes = inspect.signature(pipe.__call__).parameters
        self._tokens = family.tokens
        self._steps = settings.diffusers_steps or family.steps_of(traits)
        self._guidance = (
            family.guidance if settings.diffusers_guidance is None else settings.diffusers_guidance
        )
        self._heeds_negative = self._is_guided() and not traits.guided
        self._scheduler = getattr(pipe, "scheduler", None)
        if family.trailing and self._scheduler is not None:
            self._scheduler = self._scheduler.from_config(self._scheduler.config, timestep_spacing="trailing")
        pipe.set_progress_bar_config(disable=True)

    def place(self) -> None:
        """Put the networks on the device; where they do not fit, only the one that is working."""
        try:
            self._pipe.to(self._device)
        except Exception as error:
            if self._device.type != "cuda" or not devices.is_out_of_memory(error):
                raise
        else:
            return
        self.economise()

    def economise(self) -> None:
        """Need less memory and more time from now on."""
        self.thrifty = True
        vae: Any = getattr(self._pipe, "vae", None)
        if hasattr(vae, "enable_tiling"):
            vae.enable_tiling()
        if self._device.type == "cuda":
            self._pipe.enable_model_cpu_offload(device=self._device)
        devices.free()

    def paint(self, prompt: Prompt, report: Report) -> Painting:
        """Paint `prompt`.

        Raises:
            PictureRefused: the model's own safety checker blanked the picture.
            GenerationFailed: its numbers ran over.
            Cancelled: nobody wants it any more; told after the step that runs.
        """
        report(Progress(0, self._steps or 0, "Reading the prompt"))
        text, negative = prompt.in_words()
        width, height = families.canvas(prompt.width, prompt.height, self._side(), self._multiple())
        asked: dict[str, Any] = {
            "prompt": text,
            "width": width,
            "height": height,
            # Drawn on the CPU, noise is the same for every device.
            "generator": torch.Generator("cpu").manual_seed(prompt.seed),
            "output_type": "np",
        }
        if self._steps is not None:
            asked["num_inference_steps"] = self._steps
        if self._tokens is not None:
            asked["max_sequence_length"] = self._tokens
        if self._guidance is not None:
            asked["true_cfg_scale" if self._true_guidance() else "guidance_scale"] = self._guidance
        if negative and self._heeds_negative:
            asked["negative_prompt"] = negative
        if "callback_on_step_end" in self._takes:
            asked["callback_on_step_end"] = self._reporter(report, width / height)
        if self._scheduler is not None:
            # A scheduler keeps tensors and counters of the picture before.
            self._pipe.scheduler = copy.deepcopy(self._scheduler)
        with quiet():
            notes = self._notes(prompt, text)
            try:
                output = self._pipe(**asked)
            except BaseException:
                self._pipe.maybe_free_model_hooks()  # of networks that come to the device one by one
                raise
        if any(getattr(output, "nsfw_content_detected", None) or ()):
            raise PictureRefused(
                "The model's own safety checker blanked this picture. Try another seed or other words."
            )
        image = _image(output.images[0])
        return Painting(
            cover(image, prompt.width, prompt.height),
            note=" ".join(notes),
            model=self._model,
            learned=True,
            licence=self._licence,
        )

    def _reporter(self, report: Report, ratio: float) -> Callable[..., dict[str, Any]]:
        told = 0.0
        name = type(self._pipe).__name__

        def step_done(pipe: Any, step: int, _: Any, tensors: dict[str, Any]) -> dict[str, Any]:
            nonlocal told
            # Some schedulers look more than once a step.
            total = getattr(pipe, "num_timesteps", None) or self._steps or 0
            last = step + 1 >= total
            shown = None
            if not last and not report.cancelled and time.monotonic() - told >= PREVIEW_S:
                told = time.monotonic()
                latents = cast("NDArray[np.float32]", tensors["latents"][0].float().cpu().numpy())
                shown = previews.preview(name, latents, ratio)
            report(Progress(step + 1, total, "Finishing the picture" if last else "Painting", shown))
            return tensors

        return step_done

    def _notes(self, prompt: Prompt, text: str) -> list[str]:
        notes = []
        if prompt.negative and not self._heeds_negative:
            notes.append("This model does not heed what you want left out.")
        if unread := self._unread(text):
            shown = textwrap.shorten(unread, UNREAD_SHOWN, placeholder=" …")
            notes.append(f"The prompt is longer than this model reads. It did not read: “{shown}”.")
        return notes

    def _unread(self, text: str) -> str:
        """Return the end of `text` that no text encoder of the model gets to see."""
        parts = (getattr(self._pipe, f"tokenizer{number}", None) for number in ("", "_2", "_3"))
        tokenizers = [part for part in parts if part is not None]
        # T5 and its like read much more than CLIP's 77 tokens.
        if not tokenizers or any("CLIP" not in type(part).__name__ for part in tokenizers):
            return ""
        words, limit = tokenizers[0](text).input_ids, tokenizers[0].model_max_length
        return str(tokenizers[0].decode(words[limit - 1 : -1])) if len(words) > limit else ""

    def _true_guidance(self) -> bool:
        """Tell whether guidance with a negative prompt goes by a name of its own, as with Qwen-Image."""
        parameter = self._takes.get("true_cfg_scale")
        return parameter is not None and parameter.default > 1

    def _is_guided(self) -> bool:
        """Tell whether a second pass, for the negative prompt, is part of every step."""
        if "negative_prompt" not in self._takes or (
            "true_cfg_scale" in self._takes and not self._true_guidance()
        ):
            return False
        name = "true_cfg_scale" if self._true_guidance() else "guidance_scale"
        default = self._takes[name].default if name in self._takes else 0
        return bool((default if self._guidance is None else self._guidance) > 1)

    def _side(self) -> int:
        """Return the side of the squares that the model learned from, in pixels."""
        network = getattr(self._pipe, "unet", None) or getattr(self._pipe, "transformer", None)
        size = getattr(self._pipe, "default_sample_size", None) or getattr(
            getattr(network, "config", None), "sample_size", None
        )
        return size * self._pipe.vae_scale_factor if isinstance(size, int) else 1024

    def _multiple(self) -> int:
        """Return of what both sides must be a multiple: of 16, and of patches of 2x2 latents."""
        # Pipelines without that number chain several networks; the coarsest of them scales by 128.
        return lcm(16, 2 * self._pipe.vae_scale_factor) if hasattr(self._pipe, "vae_scale_factor") else 128


def load(settings: Settings, report: Report) -> Pipeline:
    """Return the pipeline that the settings name, on their device.

    Raises:
        ModelUnavailable: there is none, or it cannot be loaded.
        AccessDenied: it is gated.
        InvalidSetting: the device is not there.
        OutOfMemory: it does not fit into the memory.
        Cancelled: nobody wants it any more, while it was still being downloaded.
    """
    target = devices.device(settings)
    half = target.type != "cpu"
    found = hub.fetch(settings.diffusers_model, half, report)
    tiny = (
        hub.fetch(settings.diffusers_vae, half, report, weights.NETWORK) if settings.diffusers_vae else None
    )
    report(Progress(0, 0, "Loading the model"))
    with quiet():
        try:
            dtype = devices.precision(target, (found.folder / "unet").is_dir())
            pipe = diffusers.AutoPipelineForText2Image.from_pretrained(found.folder, **_asked(found, dtype))
            if tiny:
                pipe.vae = diffusers.AutoencoderTiny.from_pretrained(tiny.folder, **_asked(tiny, dtype))
            pipeline = Pipeline(pipe, found, settings, target)
            pipeline.place()
        except Exception as error:
            if devices.is_out_of_memory(error):
                raise
            logger.warning("loading %s failed", found.name, exc_info=error)
            raise ModelUnavailable(
                f"The model {settings.diffusers_model} could not be loaded: {devices.first_line(error)} "
                "Check that it is a text-to-image model in the diffusers layout, and whole; else fetch it "
                "again."
            ) from error
    return pipeline


def _asked(found: Weights, dtype: Any) -> dict[str, Any]:
    # Pickled weights can run any program that somebody put into them.
    return {
        "dtype": dtype,
        "use_safetensors": True,
        "local_files_only": True,
        "variant": found.variant or None,
    }


@contextmanager
def quiet() -> Iterator[None]:
    """Silence the libraries' progress bars and chatter: one switch a process, which is put back."""
    loggings = (diffusers.utils.logging, transformers.utils.logging)
    before = [(library.get_verbosity(), library.is_progress_bar_enabled()) for library in loggings]
    for library in loggings:
        library.set_verbosity_error()
        library.disable_progress_bar()
    try:
        yield
    finally:
        for library, (verbosity, bars) in zip(loggings, before, strict=True):
            library.set_verbosity(verbosity)
            if bars:
                library.enable_progress_bar()


def _image(pixels: NDArray[np.float32]) -> Image.Image:
    if not np.isfinite(pixels).all():
        raise GenerationFailed(
            "The model's numbers ran over, and the picture would be black. Try another seed; if it happens "
            "again, set diffusers_vae to a tiny VAE made for this model, or diffusers_device to cpu."
        )
    return Image.fromarray((pixels * 255).round().astype(np.uint8))
