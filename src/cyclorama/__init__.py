"""Cyclorama: describe a background in words and stand in front of it, live."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from cyclorama.backgrounds.api import Picture, agenerate, generate
    from cyclorama.backgrounds.base import Generator, Painting, Progress, Prompt, Report
    from cyclorama.errors import CycloramaError

__version__ = "0.1.0"
__all__ = [
    "CycloramaError",
    "Generator",
    "Painting",
    "Picture",
    "Progress",
    "Prompt",
    "Report",
    "__version__",
    "agenerate",
    "generate",
]

_HOMES = {
    "backgrounds.api": ("Picture", "agenerate", "generate"),
    "backgrounds.base": ("Generator", "Painting", "Progress", "Prompt", "Report"),
    "errors": ("CycloramaError",),
}


def __getattr__(name: str) -> object:
    # Only when somebody asks: `import cyclorama` shall take no time.
    from importlib import import_module

    for home, names in _HOMES.items():
        if name in names:
            value = globals()[name] = getattr(import_module(f"{__name__}.{home}"), name)
            return value
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
