"""The styles that all generators share, from `styles.toml`."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from cyclorama.errors import NotFound, instead

FOLDER = files(__name__)


@dataclass(frozen=True)
class Style:
    """One way of painting.

    Attributes:
        id: by which it is asked for.
        name: what the creator reads.
        words: what a model that takes words alone is told beside the prompt.
        avoid: what such a model is told to leave out, or "".
    """

    id: str
    name: str
    words: str
    avoid: str = ""

    def picture(self) -> bytes:
        """Return the picture that shows the style, as WebP, 240x135."""
        return _picture(self.id)


STYLES: dict[str, Style] = {
    id_: Style(id_, **entry)
    for id_, entry in tomllib.loads((FOLDER / "styles.toml").read_text("utf-8")).items()
}


def style(id_: str) -> Style:
    """Return the style of that id.

    Raises:
        NotFound: there is none.
    """
    if id_ not in STYLES:
        raise NotFound(f"There is no style {id_!r}. {instead(id_, STYLES)}")
    return STYLES[id_]


def known(id_: str) -> str:
    """Return `id_` when it is "" or names a style; a validator for pydantic.

    Raises:
        ValueError: it is neither.
    """
    if id_ and id_ not in STYLES:
        raise ValueError(f"there is no style {id_!r}. {instead(id_, STYLES)}")
    return id_


@cache
def _picture(id_: str) -> bytes:
    return (FOLDER / f"{id_}.webp").read_bytes()
