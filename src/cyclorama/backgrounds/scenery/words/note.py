"""What the creator should know about how a prompt was read, in plain English."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from .vocabulary import spoken

if TYPE_CHECKING:
    from ..scene import Place
    from .reading import Reading

EXAMPLES = (
    "beach, mountains, forest, meadow, desert, snow, city, space, underwater, library, office, living room"
)


def told(reading: Reading, place: Place) -> tuple[tuple[str, ...], str]:
    """Return the words of the prompt that shaped the picture of `place`, and the note about the others."""
    read_as = list(zip(reading.understood, reading.senses, strict=True))
    shown = tuple(words for words, sense in read_as if place.shows(sense))
    absent = tuple(words for words, sense in read_as if not place.shows(sense))
    beside = tuple(words for words, name in reading.spare if name in place.holds and words not in shown)
    left = tuple(words for words, name in reading.spare if name not in place.holds and words not in shown)
    if not place.shows((("view", reading.view),)):
        reading = replace(reading, view="")
    return shown + beside, note(reading, absent, left)


def note(reading: Reading, absent: tuple[str, ...] = (), left: tuple[str, ...] = ()) -> str:
    """Return what the creator should know about how the prompt was read, or "" when all of it was.

    Args:
        reading: how.
        absent: words that were understood, but that this place cannot show.
        left: words of what was named beside what is painted.
    """
    said = []
    for typed, word in reading.corrected[:3]:
        said.append(f'Read "{clip(typed)}" as "{word}".')
    if not reading.place:
        said.append(f"Found no place in these words, so this is an abstract picture. Try one of: {EXAMPLES}.")
        return " ".join(said)
    if reading.closest[0]:
        said.append(
            f'Nothing here paints "{clip(reading.closest[0])}": the closest is {_named(reading.place)}.'
        )
    elif left or absent or reading.unknown:
        said.append(f"Painted {summary(reading)}.")
    if left:
        said.append(f"One place, light and palette at a time: left out {listed(left)}.")
    if absent:
        said.append(f"This place cannot show {listed(absent)}.")
    if reading.unknown:
        said.append(f"Not in this painter's vocabulary: {listed(reading.unknown)}.")
    return " ".join(said)


def summary(reading: Reading) -> str:
    """Return what is painted in a few words: "beach at sunset, in rain"."""
    words = _named(reading.place)
    if reading.view:
        words += f" with a view of {_named(reading.view)}"
    if reading.time:
        words += f" at {spoken(reading.time, 'time')}"
    if reading.season:
        words += f" in {spoken(reading.season, 'season')}"
    if reading.weather:
        words += f", {spoken(reading.weather, 'weather')}"
    if reading.colours:
        words += f", in {' and '.join(reading.colours)}"
    elif reading.palette:
        words += f", in {spoken(reading.palette, 'palette')}"
    return words


def _named(place: str) -> str:
    return f'"{spoken(place)}"'


def listed(words: tuple[str, ...]) -> str:
    """At most four of `words`, quoted."""
    more = ", and more" if len(words) > 4 else ""
    return ", ".join(f'"{clip(w)}"' for w in words[:4]) + more


def clip(word: str) -> str:
    """Return a word short enough for a sentence."""
    return word if len(word) <= 24 else word[:23] + "…"
