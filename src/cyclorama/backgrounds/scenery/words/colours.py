"""The palette and the colours that a prompt asks for."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

from .vocabulary import Sense, senses

if TYPE_CHECKING:
    from collections.abc import Collection

    from .phrases import Found, Phrases

TONES = frozenset({"dark", "bright", "muted", "vivid", "warm", "cool", "pastel"})  # "dark green" is a green
MOST = 4  # colours in a picture


def colours(
    phrases: Phrases, asked: list[Found], dropped: Collection[str]
) -> tuple[str, tuple[str, ...], list[tuple[Found, Sense]], list[tuple[Found, str]]]:
    """Return the palette or "", the colours as "#rrggbb", the phrases used for them, and those left out.

    A colour's word is a palette where it stands alone, and a colour where it stands beside another ("navy and
    gold"). One that is written as such ("#0a7d4f") or that no palette covers ("burgundy") is always a colour.
    """
    shades: list[str] = []
    taken: list[tuple[Found, Sense]] = []
    left: list[tuple[Found, str]] = []
    palettes: list[tuple[Found, str]] = []
    owned = _things_own(phrases, asked)
    for group in _groups(phrases, [f for f in asked if f.names("palette", "colour")]):
        hued = [found for found in group if _shade(found)]
        for found in group:
            names = [name for name in found.names("palette") if name not in dropped]
            shade = _shade(found)
            if shade and found.first in owned:
                left.append((found, found.typed))
            elif shade and (len(hued) > 1 or not names):
                shades.append(shade)
                taken.append((found, ("colour", shade)))
            elif (
                names
                and names[0] in TONES
                and len(hued) == 1
                and hued[0] != found
                and hued[0].names("palette")
            ):
                taken.append((found, ("palette", names[0])))  # it shades the colour beside it
            else:
                palettes += [(found, name) for name in names[:1]]
    if shades or len({name for _, name in palettes}) > 1:
        # "gaming room in green": a place's own palette is nobody's wish
        taken += [(found, ("palette", "")) for found, _ in palettes if found.names("place")]
        palettes = [(found, name) for found, name in palettes if not found.names("place")] or palettes[:1]
    chosen = next((name for _, name in palettes), "")
    for found, name in palettes:
        if name == chosen:
            taken.append((found, ("palette", name)))
        else:
            left.append((found, name))
    return chosen, tuple(dict.fromkeys(shades))[:MOST], taken, left


def _shade(found: Found) -> str:
    """Return the colour of a phrase, or ""."""
    named = found.names("colour")
    if named:
        return named[0]
    hues = senses().hues
    return next(
        (hues[name] for name in found.names("palette") if name in hues and len(found.senses) == 1), ""
    )


def _groups(phrases: Phrases, coloured: list[Found]) -> list[list[Found]]:
    """Return phrases of colour, grouped where they stand side by side with at most an "and" between."""
    groups: list[list[Found]] = []
    for found in coloured:
        last = groups[-1][-1] if groups else None
        between = range(last.last, found.first) if last else range(2)
        if last and len(between) <= 1 and all(i in phrases.fillers for i in between):
            groups[-1].append(found)
        else:
            groups.append([found])
    return groups


def _things_own(phrases: Phrases, asked: list[Found]) -> set[int]:
    """Return the first tokens of phrases beside a thing whose colour is its own: "a black cat"."""
    own = senses().own_colour
    result = set()
    for one, other in pairwise(asked):
        if phrases.apart(one, other) == 0:
            if own.intersection(other.names("element")):
                result.add(one.first)
            if own.intersection(one.names("element")):
                result.add(other.first)
    return result
