"""The palette and the colours that a prompt asks for."""

from __future__ import annotations

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
    book = senses()
    shades: list[str] = []
    taken: list[tuple[Found, Sense]] = []
    left: list[tuple[Found, str]] = []
    palettes: list[tuple[Found, str]] = []
    for group in _groups(phrases, [f for f in asked if f.names("palette", "colour")]):
        hued = [found for found in group if _shade(found)]
        for found in group:
            names = [name for name in found.names("palette") if name not in dropped]
            shade = _shade(found)
            if _belongs_to_a_thing(phrases, found, asked):
                left.append((found, found.typed))
            elif shade and (len(hued) > 1 or not names):
                shades.append(shade)
                taken.append((found, ("colour", shade)))
            elif names and names[0] in TONES and len(hued) == 1 and found not in hued:
                taken.append((found, ("palette", names[0])))  # it shades the colour beside it
            else:
                palettes += [(found, name) for name in names[:1]]
    chosen = next((name for found, name in palettes if name in book.hues), "") if not shades else ""
    chosen = chosen or next((name for _, name in palettes), "")
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
        between = range(last.last, found.first) if last else range(99)
        if last and len(between) <= 1 and all(i in phrases.fillers for i in between):
            groups[-1].append(found)
        else:
            groups.append([found])
    return groups


def _belongs_to_a_thing(phrases: Phrases, found: Found, asked: list[Found]) -> bool:
    """Whether a colour is that of a single thing beside it, which the whole picture shall not take on."""
    own = senses().own_colour
    beside = [f for f in asked if f.first == found.last or f.last == found.first]
    return bool(_shade(found)) and any(own.intersection(f.names("element")) for f in beside if f is not found)
