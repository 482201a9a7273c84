"""What the words of a prompt add up to."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from .colours import colours
from .phrases import Found, Phrases, phrases
from .places import Whereabouts, whereabouts
from .vocabulary import Sense, senses

if TYPE_CHECKING:
    from collections.abc import Iterable

VAGUE_PLACES = frozenset({"abstract", "gradient", "brick", "wood", "marble"})  # "simple", "a wall"
VAGUE_WEATHER = frozenset({"clear", "clouds"})  # these go with any other


@dataclass(frozen=True)
class Reading:
    """What a prompt asks for.

    Attributes:
        place, time, weather, palette: names from the vocabulary, "" where the prompt says nothing.
        elements: things that shall be in the picture, and places that were named beside the one painted.
        dropped: things that shall not, and times, weathers, palettes and so on.
        understood: the prompt's own words that were understood, in order.
        senses: for each of those, its (category, name) pairs; none where it refuses something.
        unknown: its words that were not.
        corrected: words read as something other than typed: (typed, read).
        spare: what was named beside what is painted, in the prompt's own words, and its name.
        counts: how many of an element are asked for.
        colours: colours named as such, as "#rrggbb", in order.
        view: the place that is seen through the windows of the one that is painted; or "".
        season, mood, style: names from the vocabulary; "" where the prompt says nothing.
        closest: what cannot be painted, in the prompt's own words, and the place painted for it.
    """

    place: str = ""
    time: str = ""
    weather: str = ""
    palette: str = ""
    elements: frozenset[str] = frozenset()
    dropped: frozenset[str] = frozenset()
    understood: tuple[str, ...] = ()
    senses: tuple[tuple[Sense, ...], ...] = ()
    unknown: tuple[str, ...] = ()
    corrected: tuple[tuple[str, str], ...] = ()
    spare: tuple[tuple[str, str], ...] = ()
    counts: tuple[tuple[str, int], ...] = ()
    colours: tuple[str, ...] = ()
    view: str = ""
    season: str = ""
    mood: str = ""
    style: str = ""
    closest: tuple[str, str] = ("", "")


def read(text: str, negative: str = "") -> Reading:
    """Understand a prompt and its negative prompt, in any language of the vocabulary."""
    return _Reader(phrases(text), phrases(negative)).reading()


class _Reader:
    def __init__(self, said: Phrases, negative: Phrases) -> None:
        self._said = said
        self._asked = [found for found in said.found if not found.refused]
        refused = [f for f in said.found if f.refused] + negative.found
        self._dropped = {name for found in refused for _, name in found.senses}
        self._refused_palettes = [name for f in said.found if f.refused for name in f.names("palette")]
        self._taken: dict[int, list[Sense]] = {}  # by the first token of a phrase, the senses it is used in
        self._spare: list[tuple[Found, str]] = []

    def reading(self) -> Reading:
        book = senses()
        where = whereabouts(self._said)
        for found, sense in where.used:
            self._take(found, sense)
        self._spare += where.left
        elements = self._things(where)
        season, mood = self._first("season"), self._first("mood")
        style = self._first("style") or where.style
        palette, shades = self._colours()
        weather = self._weather()
        time = self._time(palette, elements)
        place, closest = where.place, ("", "")
        if not place:
            place, closest = self._suggested(season, mood, style, palette, shades)
        for effects in (book.season.get(season, {}), book.mood.get(mood, {})):
            palette = palette or ("" if shades else self._open(effects, "palette"))
            weather = weather or self._open(effects, "weather")
            time = time or self._open(effects, "time")
            elements += effects.get("elements", ())
        if not palette and not shades:
            instead = (book.instead[name] for name in self._refused_palettes if name in book.instead)
            palette = next(instead, "")
        understood, meant = self._understood()
        return Reading(
            place=place,
            time=time,
            weather=weather,
            palette=palette,
            elements=frozenset(elements) - self._dropped,
            dropped=frozenset(self._dropped),
            understood=understood,
            senses=meant,
            unknown=self._unknown(closest),
            corrected=tuple(dict.fromkeys(self._said.corrected)),
            spare=tuple(dict.fromkeys((found.typed, name) for found, name in self._spare)),
            counts=tuple(self._counts().items()),
            colours=shades,
            view=where.view,
            season=season,
            mood=mood,
            style=style,
            closest=closest,
        )

    def _take(self, found: Found, *taken: Sense) -> None:
        self._taken.setdefault(found.first, []).extend(taken)

    def _open(self, effects: dict[str, str], category: str) -> str:
        name = effects.get(category, "")
        return "" if name in self._dropped else name

    def _things(self, where: Whereabouts) -> list[str]:
        book = senses()
        elements = []
        for found in self._asked:
            for name in found.names("element"):
                if name not in book.unpainted and name not in self._dropped:
                    elements.append(name)
                    self._take(found, ("element", name))
        # places beside the one that is painted: it may be able to show them
        return elements + [name for _, name in where.left]

    def _counts(self) -> dict[str, int]:
        counts: dict[str, int] = {}
        for found in self._asked:
            for name in found.names("element"):
                if found.count and name not in self._dropped:
                    counts.setdefault(name, found.count)
        return counts

    def _first(self, category: str, vague: Iterable[str] = ()) -> str:
        """Return the first name of a category, firm ones before `vague` ones; what differs is spare."""
        named = [
            (found, name)
            for found in self._asked
            for name in found.names(category)
            if name not in self._dropped
        ]
        firm = [name for _, name in named if name not in vague]
        chosen = next(iter(firm or (name for _, name in named)), "")
        for found, name in named:
            if name == chosen or name in vague or category in {"mood", "style"}:
                self._take(found, (category, name))
            else:
                self._spare.append((found, name))
        return chosen

    def _weather(self) -> str:
        return self._first("weather", VAGUE_WEATHER)

    def _time(self, palette: str, elements: list[str]) -> str:
        time = self._first("time")
        for found in self._asked:
            for name in found.names("time_hint"):
                if name not in self._dropped:
                    time = time or name
                    self._take(found, ("time", time))
        brings = senses().brings
        brought = (brings[name] for name in (*elements, palette) if name in brings)
        return time or next((name for name in brought if name not in self._dropped), "")

    def _colours(self) -> tuple[str, tuple[str, ...]]:
        palette, shades, taken, passed_over = colours(self._said, self._asked, self._dropped)
        for found, sense in taken:
            self._take(found, sense)
        self._spare += passed_over
        return palette, shades

    def _suggested(
        self, season: str, mood: str, style: str, palette: str, shades: tuple[str, ...]
    ) -> tuple[str, tuple[str, str]]:
        """Return where a prompt that names no place takes place, and what that is the closest to."""
        book = senses()
        hints: list[tuple[Found, str]] = []
        vague: list[tuple[Found, str]] = []
        for found in self._asked:
            for name in found.names("closest"):
                self._take(found, ("closest", name))
                return name, (found.typed, name)
            for name in found.names("place_hint", "element"):
                place = book.thing_suggests.get(name, "") if ("element", name) in found.senses else name
                if place and name not in self._dropped:
                    (vague if place in VAGUE_PLACES else hints).append((found, place))
        uses = [(found, name) for found in self._asked for name in found.names("place_use")]
        for found, place in (*hints, *uses):
            if hints or not self._suggesting(season, mood, style, palette) or found.names("place_use"):
                self._take(found, ("place", place))
                return place, ("", "")
        place = self._suggesting(season, mood, style, palette)
        if not place and vague:
            self._take(vague[0][0], ("place", vague[0][1]))
            place = vague[0][1]
        return place or ("abstract" if palette or shades else ""), ("", "")

    def _suggesting(self, season: str, mood: str, style: str, palette: str) -> str:
        suggests = senses().suggests
        used = {season, mood, style, palette}
        for found in self._asked:
            for name in found.names("time", "time_hint", "weather", "season", "mood", "style"):
                if (
                    name in suggests
                    and name not in self._dropped
                    and (name in used or name not in self._dropped)
                ):
                    return suggests[name]
        return ""

    def _understood(self) -> tuple[tuple[str, ...], tuple[tuple[Sense, ...], ...]]:
        understood: dict[str, dict[Sense, None]] = {}
        for found in self._said.found:
            if found.refused:
                understood.setdefault(found.typed, {})
            elif found.first in self._taken:
                understood.setdefault(found.typed, {}).update(dict.fromkeys(self._taken[found.first]))
        return tuple(understood), tuple(tuple(meant) for meant in understood.values())

    def _unknown(self, closest: tuple[str, str]) -> tuple[str, ...]:
        """Return the words that are not known, and those of what is known but never painted."""
        unpainted = senses().unpainted
        words = [(self._said.tokens, word) for word in self._said.unknown]
        never = [
            found.typed
            for found in self._asked
            if (set(found.names("element")) & unpainted or found.names("closest"))
            and found.first not in self._taken
            and found.typed != closest[0]
        ]
        return tuple(dict.fromkeys([word for _, word in words] + never))
