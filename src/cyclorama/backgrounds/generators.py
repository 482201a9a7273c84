"""The generators that there are, by name."""

from __future__ import annotations

from difflib import get_close_matches
from typing import TYPE_CHECKING

from cyclorama.backgrounds.scenery import Scenery
from cyclorama.errors import InvalidRequest

if TYPE_CHECKING:
    from cyclorama.backgrounds.base import Generator

GENERATORS: dict[str, type[Generator]] = {"scenery": Scenery}


def generator(name: str) -> Generator:
    """Return the generator of that name.

    Raises:
        InvalidRequest: there is none.
    """
    if name not in GENERATORS:
        close = get_close_matches(name, GENERATORS, n=1)
        advice = f"Did you mean {close[0]}?" if close else f"There are: {', '.join(sorted(GENERATORS))}."
        raise InvalidRequest(f"There is no generator {name!r}. {advice}")
    return GENERATORS[name]()
