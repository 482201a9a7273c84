"""The generators that there are, by name."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cyclorama.backgrounds.scenery import Scenery
from cyclorama.errors import InvalidRequest, instead

if TYPE_CHECKING:
    from cyclorama.backgrounds.base import Generator

GENERATORS: dict[str, type[Generator]] = {"scenery": Scenery}


def generator(name: str) -> Generator:
    """Return the generator of that name.

    Raises:
        InvalidRequest: there is none.
    """
    if name not in GENERATORS:
        raise InvalidRequest(f"There is no generator {name!r}. {instead(name, GENERATORS)}")
    return GENERATORS[name]()
