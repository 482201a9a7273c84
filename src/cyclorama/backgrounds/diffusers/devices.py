"""Devices that PyTorch computes on: which one, with what numbers, and how its memory is given back."""

from __future__ import annotations

import gc
import logging
from typing import TYPE_CHECKING, Any, TypeVar

import torch

from cyclorama.backgrounds.base import Cancelled
from cyclorama.errors import CycloramaError, GenerationFailed, InvalidSetting, OutOfMemory

if TYPE_CHECKING:
    from collections.abc import Callable

    from cyclorama.settings import Settings

T = TypeVar("T")

logger = logging.getLogger(__name__)

# What PyTorch says, beside its own exception, when memory runs out: CPU, Metal, CUDA's libraries.
OUT_OF_MEMORY = ("out of memory", "can't allocate memory", "not enough memory", "ALLOC_FAILED")


def device(settings: Settings) -> Any:
    """Return the device that the settings ask for; auto takes the first of CUDA, Metal and the CPU.

    Raises:
        InvalidSetting: it is not there.
    """
    there = {"cuda": torch.cuda.is_available(), "mps": torch.backends.mps.is_available(), "cpu": True}
    name = settings.diffusers_device
    if name == "auto":
        return torch.device(next(kind for kind in there if there[kind]))
    wished = torch.device(name)
    if not there[wished.type] or (wished.index or 0) >= max(1, torch.cuda.device_count()):
        raise InvalidSetting(
            f"diffusers_device is {name}, and PyTorch finds no such device here. Set it to auto, or install "
            "the build of PyTorch for your device: https://pytorch.org/get-started/locally/"
        )
    return wished


def precision(target: Any, unet: bool) -> Any:
    """Return the type of number to compute with.

    CPUs are slow with halves. U-Nets were made for float16; transformers leave its range, and take bfloat16.
    """
    if target.type == "cpu":
        return torch.float32
    if unet:
        return torch.float16
    if target.type == "cuda":
        # Before Ampere (2020), CUDA devices only emulate bfloat16.
        native = torch.cuda.get_device_capability(target) >= (8, 0)
        return torch.bfloat16 if native else torch.float16
    return torch.bfloat16 if torch.backends.mps.is_macos_or_newer(14, 0) else torch.float32


def sheltered(work: Callable[[], T]) -> T:
    """Return what `work` returns; what it raises is raised anew, once the device's memory is free.

    An exception keeps the frames that it came through, and with them every tensor of a broken-off picture.

    Raises:
        Cancelled: as it did.
        CycloramaError: as it did, `OutOfMemory` and `GenerationFailed` for what others raised.
    """
    meaning: Exception
    try:
        return work()
    except Cancelled:
        meaning = Cancelled()
    except CycloramaError as error:
        meaning = type(error)(error.detail)
    except Exception as error:
        meaning = _meaning(error)
    free()
    raise meaning


def free() -> None:
    """Give memory that nothing uses any more back to the device."""
    gc.collect()
    if torch.cuda.is_available():
        torch.cuda.empty_cache()
    elif torch.backends.mps.is_available():
        torch.mps.empty_cache()


def _meaning(error: Exception) -> CycloramaError:
    if is_out_of_memory(error):
        return OutOfMemory(
            "The model does not fit into the device's memory. Close what else uses it, ask for a smaller "
            "model in diffusers_model, or set diffusers_vae to a tiny VAE, such as madebyollin/taesd."
        )
    logger.warning("painting failed", exc_info=error)
    return GenerationFailed(
        f"The model broke off: {first_line(error)} Try again; the server's log says more."
    )


def is_out_of_memory(error: Exception) -> bool:
    """Tell whether `error` means that a device has no memory left."""
    return isinstance(error, (torch.OutOfMemoryError, MemoryError)) or (
        isinstance(error, RuntimeError) and any(sign in str(error) for sign in OUT_OF_MEMORY)
    )


def first_line(error: Exception) -> str:
    """Return what `error` says, as one sentence."""
    line = (str(error).strip().splitlines() or [type(error).__name__])[0]
    return line if line.endswith((".", "!", "?")) else f"{line}."
