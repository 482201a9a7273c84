"""The files of a model in the diffusers layout: which of them are needed, and whether they are there."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from cyclorama.errors import ModelUnavailable

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

PIPELINE = "model_index.json"
NETWORK = "config.json"
CARD = "README.md"

# Half-precision copies beside the full ones: half as much to fetch and to read.
VARIANTS = ("fp16", "bf16")
SAFE = ".safetensors"
PICKLED = (".bin", ".ckpt", ".pt", ".pth")
WORDS = (".json", ".txt", ".model")

PLAIN = re.compile(r"[^.]+\.safetensors")
SHARD = re.compile(r"-\d+-of-\d+\.")


@dataclass(frozen=True)
class Weights:
    """A model that is whole on this machine.

    Attributes:
        folder: with a file for each part.
        name: hub id, or the folder's own name.
        revision: commit on the hub, or "".
        variant: of the files to load, or "" for those without one.
    """

    folder: Path
    name: str
    revision: str = ""
    variant: str = ""

    def licence(self) -> str:
        """Return the licence that the model's card names, or ""."""
        from huggingface_hub import ModelCard

        try:
            card = ModelCard.load(self.folder / CARD).data.to_dict()
        except Exception:
            return ""  # no card, or one that says nothing in a form that can be read
        name = card.get("license_name") or card.get("license") or ""
        return f"{name} ({card['license_link']})" if card.get("license_link") else str(name)


def files(folder: Path) -> list[str]:
    """Return all that is in `folder`, as paths below it."""
    return [path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()]


def parts(listing: Path) -> set[str]:
    """Return the folders of a model, which its file `listing` names; a network alone has one, "", its own.

    Raises:
        OSError: the file is not there, or cannot be read.
        ValueError: it is not JSON, or not an object.
    """
    if listing.name == NETWORK:
        return {""}
    # Parts are named with library and class, or null twice; the rest are settings of the pipeline.
    index = json.loads(listing.read_text("utf-8"))
    if not isinstance(index, dict):
        raise ValueError("it holds no object")
    return {name for name, value in index.items() if isinstance(value, list) and value and value[0]}


def flaw(folder: Path, index: str) -> str:
    """Return what keeps the model in `folder`, described by its file `index`, from being loaded, or ""."""
    try:
        needed = parts(folder / index)
    except FileNotFoundError:
        return f"it has no {index}, so it is no model in the diffusers layout."
    except (OSError, ValueError) as error:
        return f"its {index} cannot be read ({error}). Fetch the model again."
    there = _by_folder(files(folder))
    for part in sorted(needed):
        names = there.get(part, [])
        if not names:
            return f"its part {part} is missing. Fetch the model again."
        # Only networks have a file of exactly this name.
        if NETWORK in names and (lost := _lost(folder / part, names)):
            return _pickled(part) if _only_pickled(names) else f"it lacks {lost}. Fetch the model again."
    return ""


def variant(names: Iterable[str], half: bool) -> str:
    """Return the variant to load: none, unless half precision is enough or some part has nothing else."""
    safe = _by_folder(name for name in names if name.endswith(SAFE))
    for kind in VARIANTS:
        varied = {part for part in safe if any(_is_variant(name, kind) for name in safe[part])}
        plain = {part for part in safe if any(PLAIN.fullmatch(name) for name in safe[part])}
        if varied and (half or varied - plain):
            return kind
    return ""


def wanted(names: Iterable[str], needed: Iterable[str], half: bool) -> list[str]:
    """Return those of a model's files that are needed to run it; weights last, so that they mark its end.

    Args:
        names: of all its files.
        needed: its folders, as `parts` returns them.
        half: whether half precision is enough.

    Raises:
        ModelUnavailable: some weights are there in pickled form only.
    """
    there = _by_folder(names)
    inside = {part: there[part] for part in sorted(needed) if part in there}
    kind = variant([f"{part}/{name}" for part in inside for name in inside[part]], half)
    small = [name for name in there.get("", ()) if name == CARD]
    weights = []
    for part, ours in inside.items():
        if _only_pickled(ours):
            raise ModelUnavailable(f"This model cannot be used: {_pickled(part)}")
        safe = [name for name in ours if name.endswith(SAFE)]
        varied = [name for name in safe if kind and _is_variant(name, kind)]
        chosen = varied or [name for name in safe if PLAIN.fullmatch(name)]
        prefix = f"{part}/" if part else ""
        weights += [prefix + name for name in chosen]
        small += [prefix + name for name in ours if name.endswith(WORDS)]
    return sorted(small) + sorted(weights)


def _is_variant(name: str, kind: str) -> bool:
    return f".{kind}." in name or f".{kind}-" in name


def _by_folder(paths: Iterable[str]) -> dict[str, list[str]]:
    folders: dict[str, list[str]] = {}
    for path in paths:
        folder, _, name = path.rpartition("/")
        folders.setdefault(folder, []).append(name)
    return folders


def _lost(folder: Path, names: list[str]) -> str:
    """Return which of the weights in `folder` is missing among `names`, or "" when one whole set is there."""
    if any(name.endswith(SAFE) and not SHARD.search(name) for name in names):
        return ""
    lost = f"weights ({SAFE}) in {folder.name}"
    for name in names:
        if f"{SAFE}.index." in name:
            shards = set(json.loads((folder / name).read_text("utf-8")).get("weight_map", {}).values())
            if not (gone := shards.difference(names)):
                return ""
            lost = f"{folder.name}/{min(gone)}"
    return lost


def _only_pickled(names: Iterable[str]) -> bool:
    endings = {name[name.rfind(".") :] for name in names}
    return SAFE not in endings and not endings.isdisjoint(PICKLED)


def _pickled(part: str) -> str:
    return (
        f"its weights{f' of {part}' if part else ''} are pickled, and so can run any program that somebody "
        "put into them. Use a version of the model with .safetensors files."
    )
