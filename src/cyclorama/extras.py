"""Packages that parts of Cyclorama use and none needs: what is missing is named, with the command for it."""

from __future__ import annotations

from importlib.util import find_spec

from cyclorama.errors import MissingExtra

# Each extra of pyproject.toml, and the packages that say whether it is there.
EXTRAS: dict[str, tuple[str, ...]] = {
    "aws": ("boto3",),
    "bedrock": ("boto3",),
    "diffusers": ("torch", "diffusers", "transformers", "accelerate", "huggingface_hub"),
    "ivs": ("boto3",),
    "live": ("ai_edge_litert",),
    "livekit": ("livekit.api",),
    "openai": ("openai",),
    "virtual-camera": ("pyvirtualcam",),
    "window": ("sdl2", "sdl2dll"),
}


def missing(extra: str) -> list[str]:
    """Return the packages of `extra` that are not installed."""
    return [package for package in EXTRAS[extra] if not _there(package)]


def command(extra: str) -> str:
    """Return the command that installs `extra`."""
    return f"pip install 'cyclorama[{extra}]'"


def require(extra: str, what: str) -> None:
    """Stop unless all packages of `extra` are there; `what` needs them, in the creator's words.

    Raises:
        MissingExtra: says which are not installed, and the command that installs them.
    """
    if packages := missing(extra):
        raise MissingExtra(
            f"{what} needs {', '.join(packages)}, which is not installed here. "
            f"Install it with: {command(extra)}"
        )


def _there(package: str) -> bool:
    try:
        return find_spec(package) is not None
    except ModuleNotFoundError:  # the package that it is part of
        return False
