"""Models by folder or by id: found on this machine, or fetched from the Hugging Face hub into its cache.

What is whole on this machine is used as it is, and the hub is not asked: a studio that worked yesterday works
today, with or without a network, and no newer version is fetched in the middle of a show.
"""

from __future__ import annotations

import re
import shutil
import threading
import time
from pathlib import Path
from typing import Any, Self

from huggingface_hub import HfApi, constants, hf_hub_download, try_to_load_from_cache
from huggingface_hub.errors import (
    EntryNotFoundError,
    GatedRepoError,
    HfHubHTTPError,
    LocalEntryNotFoundError,
    RepositoryNotFoundError,
)

from cyclorama.backgrounds.base import Cancelled, Progress, Report
from cyclorama.backgrounds.diffusers.weights import PIPELINE, Weights, files, flaw, parts, variant, wanted
from cyclorama.errors import AccessDenied, CycloramaError, ModelUnavailable

REPORT_S = 0.2
HUB_ID = re.compile(r"[\w.-]+/[\w.-]+")


def check(model: str, index: str = PIPELINE) -> None:
    """Return when `model` is here or may be fetched; asks no network.

    Raises:
        ModelUnavailable: it is neither.
    """
    folder = _folder(model)
    if folder:
        _whole(model, folder, index)
    elif constants.HF_HUB_OFFLINE and (not (cached := _cached(model, index)) or flaw(cached, index)):
        raise _offline(model)


def fetch(model: str, half: bool, report: Report, index: str = PIPELINE) -> Weights:
    """Return where the files of `model` are, after they were downloaded if need be.

    Args:
        model: a folder, or an id on the hub.
        half: whether half precision is enough.
        report: hears of every part of the download; it ends between two pieces of a file, or, where the
            hub's own transfer (Xet) is at work, between two files. What is there is used the next time.
        index: the file that says what the model consists of.

    Raises:
        ModelUnavailable: there is no such model, or it cannot be had.
        AccessDenied: it is gated.
        Cancelled: nobody wants it any more.
    """
    folder = _folder(model)
    if folder:
        _whole(model, folder, index)
        return Weights(folder, folder.resolve().name, "", variant(files(folder), half))
    folder = _cached(model, index)
    if folder is None or flaw(folder, index):
        try:
            folder = _download(model, half, report, index)
        except (Cancelled, CycloramaError):
            raise
        except Exception as error:
            raise _explained(model, error) from error
    return Weights(folder, model, folder.name, variant(files(folder), half))


def _folder(model: str) -> Path | None:
    """Return the folder that `model` names, or None when it is an id on the hub."""
    path = Path(model).expanduser()
    if path.is_dir():
        return path
    if path.is_file():
        raise ModelUnavailable(
            f"{model} is one file. diffusers_model wants a folder in the diffusers layout, with a "
            f"{PIPELINE}, or an id on the Hugging Face hub."
        )
    if not HUB_ID.fullmatch(model):
        raise ModelUnavailable(
            f"There is no folder {model}. Give diffusers_model the folder of a model, or an id on the "
            "Hugging Face hub, such as stabilityai/sd-turbo."
        )
    return None


def _cached(model: str, index: str) -> Path | None:
    path = try_to_load_from_cache(model, index)
    return Path(path).parent if isinstance(path, str) else None


def _whole(model: str, folder: Path, index: str) -> None:
    if wrong := flaw(folder, index):
        raise ModelUnavailable(f"The model in {model} cannot be used: {wrong}")


def _download(model: str, half: bool, report: Report, index: str) -> Path:
    report(Progress(0, 0, "Asking the Hugging Face hub for the model"))
    unheard: Any = _Meter(Report(), 0)
    listing = Path(hf_hub_download(model, index, library_name="cyclorama", tqdm_class=unheard))
    folder, revision = listing.parent, listing.parent.name
    info = HfApi(library_name="cyclorama").model_info(model, revision=revision, files_metadata=True)
    sizes = {file.rfilename: file.size or 0 for file in info.siblings or ()}
    needed = wanted(sizes, parts(listing), half)
    left = [file for file in needed if not (folder / file).is_file()]
    total = sum(sizes[file] for file in left)
    _room(model, folder, total)
    meter: Any = _Meter(report, total)
    for file in left:
        meter.tell()
        hf_hub_download(model, file, revision=revision, library_name="cyclorama", tqdm_class=meter)
    if wrong := flaw(folder, index):
        raise ModelUnavailable(f"The model {model} on the Hugging Face hub cannot be used: {wrong}")
    return folder


def _room(model: str, folder: Path, needed: int) -> None:
    free = shutil.disk_usage(folder).free
    if free < needed:
        raise ModelUnavailable(
            f"{model} needs {_shown(needed)} on the disk, and {_shown(free)} are free. Make room, or set "
            "HF_HOME to a folder on another disk."
        )


def _shown(size: int) -> str:
    return f"{size / 1e9:.1f} GB" if size >= 1e9 else f"{size / 1e6:.0f} MB"


class _Meter:
    """Stands in for the hub's class of progress bars: one bar for all files, in bytes, for a report."""

    def __init__(self, report: Report, total: int) -> None:
        self.done = 0
        self._total = total
        self._report = report
        self._told = 0.0
        self._thread = threading.get_ident()

    def __call__(self, *_: object, initial: int = 0, **__: object) -> Self:
        self.done += initial
        return self

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        pass

    def tell(self) -> None:
        self._told = time.monotonic()
        message = f"Fetching the model: {_shown(self.done)} of {_shown(self._total)}"
        self._report(Progress(min(self.done, self._total), self._total, message))

    def update(self, size: float = 1) -> None:
        self.done += int(size)
        if self._report.cancelled and threading.get_ident() != self._thread:
            return  # Xet calls from a thread of its own, and only logs what is raised there
        if self._report.cancelled or time.monotonic() - self._told >= REPORT_S:
            self.tell()

    def close(self, *_: object, **__: object) -> None:
        pass

    # The rest of a progress bar's face.
    refresh = update_transfer = set_postfix_str = set_transfer_postfix_str = set_description_str = close


def _offline(model: str) -> ModelUnavailable:
    return ModelUnavailable(
        f"The model {model} is not wholly on this machine, and the Hugging Face hub cannot be reached to "
        f"fetch it. Check the network (and HF_HUB_OFFLINE), or fetch it elsewhere with: hf download {model}"
    )


def _explained(model: str, error: Exception) -> CycloramaError:
    """Return what an error of the hub means for the creator."""
    if isinstance(error, GatedRepoError):
        return AccessDenied(
            f"{model} is given to those only who accept its licence. Accept it at "
            f"{constants.ENDPOINT}/{model}, make a token there, and tell it to this machine with: hf auth "
            "login"
        )
    if isinstance(error, RepositoryNotFoundError):
        return ModelUnavailable(
            f"There is no model {model} on the Hugging Face hub, or it is private. Check the name; for a "
            "private one, log in with: hf auth login"
        )
    if isinstance(error, (ConnectionError, LocalEntryNotFoundError)):
        return _offline(model)
    if isinstance(error, EntryNotFoundError):
        return ModelUnavailable(
            f"{model} on the Hugging Face hub is no model in the diffusers layout: a file is missing that "
            "such a model has. Choose another; those that work have the tag diffusers."
        )
    if isinstance(error, HfHubHTTPError):
        return ModelUnavailable(
            f"The Hugging Face hub answered {error.response.status_code} for {model}. Try again in some "
            "minutes."
        )
    if isinstance(error, OSError) and error.errno is not None:
        return ModelUnavailable(
            f"{model} could not be written to {constants.HF_HUB_CACHE}: {error.strerror}. Mend that, or set "
            "HF_HOME to another folder."
        )
    return ModelUnavailable(
        f"{model} could not be fetched from the Hugging Face hub: {error}. Check the network and try again."
    )
