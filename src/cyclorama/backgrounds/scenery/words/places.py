"""Which of the places that a prompt names is painted, and which is seen through its windows."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from .vocabulary import senses, vocabulary

if TYPE_CHECKING:
    from .phrases import Found, Phrases

GENERAL = "living_room"  # "room": in "museum room" it says nothing more


@dataclass
class Whereabouts:
    """Where the picture takes place.

    Attributes:
        place: its name, or "".
        view: the place that is seen through its windows, or "".
        style: the style that a way of drawing asks for where it gave way to a scene ("paper cut forest").
        used: the phrases that say so, and the sense that each was taken in.
        left: places that were named too: phrase and name.
    """

    place: str = ""
    view: str = ""
    style: str = ""
    used: list[tuple[Found, tuple[str, str]]] = field(default_factory=list)
    left: list[tuple[Found, str]] = field(default_factory=list)


@dataclass(frozen=True)
class _Named:
    name: str
    found: Found


def whereabouts(phrases: Phrases) -> Whereabouts:
    """Choose among the places that a prompt names.

    A room goes before a landscape, which is then seen through its windows; both go before walls, and those
    before ways of drawing. Of several of a kind, it is the one where the prompt says that one stands, or the
    last of those that follow each other at once ("forest waterfall"), or the first.
    """
    book = senses()
    named = [
        _Named(name, found) for found in phrases.found if not found.refused for name in found.names("place")
    ]
    ways = [n for n in named if n.name in book.gives_way]
    others = [n for n in named if n.name not in book.gives_way]
    things = [n for n in others if n.found.names("element")]
    scenes = [n for n in others if not n.found.names("element")]
    walls = [n for n in scenes if n.name in book.walls]
    rooms = [n for n in scenes if n.name in book.rooms]
    lands = [n for n in scenes if n.name not in book.walls | book.rooms]
    if not rooms:  # "by the fireplace, overlooking the sea"
        rooms = [
            n for n in things if n.name in book.rooms and book.houses.isdisjoint(n.found.names("element"))
        ]
    where = Whereabouts()
    for group in (rooms, lands, walls, things, ways):
        if group:
            chosen = _head(phrases, group)
            break
    else:
        return where
    where.place = chosen.name
    view = _head(phrases, lands) if rooms and lands else None
    if view:
        where.view = view.name
    for one in named:
        if one.name == where.place:
            where.used.append((one.found, ("place", one.name)))
        elif one.name == where.view:
            where.used.append((one.found, ("view", one.name)))
        elif book.gives_way.get(one.name):
            where.style = where.style or book.gives_way[one.name]
            where.used.append((one.found, ("style", book.gives_way[one.name])))
        elif not one.found.names("element"):
            where.left.append((one.found, one.name))
    return where


def _head(phrases: Phrases, group: list[_Named]) -> _Named:
    stood = next((n for n in group if n.found.stood), None)
    if stood:
        return stood
    describing = set[str]().union(*(lexicon.head_after for lexicon in vocabulary().lexicons.values()))
    chosen = group[0]
    for one in group[1:]:
        between = phrases.tokens[chosen.found.last : one.found.first + 1]
        words = {token.word for token in between[:-1]}
        linked = not any(token.stop for token in between) and words <= describing
        if not linked or one.name == GENERAL:
            break
        chosen = one
    return chosen
