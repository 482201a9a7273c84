"""The built-in generator: paints a scene from the words of a prompt, offline and at once."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from ..base import Painting, Progress, Relay
from .film import Film

if TYPE_CHECKING:
    from cyclorama.settings import Settings

    from ..base import Prompt, Report
    from .words import Reading

VERSION = 2  # of the pictures: another one paints another picture for the same words and seed

EXAMPLES = (
    "beach, mountains, forest, meadow, desert, snow, city, space, underwater, library, office, living room"
)


class Scenery:
    """Paints scenes from a vocabulary of places, times of day, weather and palettes.

    The same words, size and seed give the same picture in every process; on another kind of processor, single
    values may differ by one where its `sin` or `exp` rounds otherwise. The same words at another time of day
    give the same place at that time.
    """

    name = "scenery"
    model = f"scenery {VERSION}"
    moves = True
    slots = max(1, (os.cpu_count() or 1) // 2)

    def ready(self) -> None:
        """Return: it always works."""

    def generate(self, prompt: Prompt, report: Report) -> Painting:
        """Paint `prompt`; a still never fails: what it does not understand becomes an abstract picture.

        What shall move is told of as a whole preview first, then frame by frame.

        Raises:
            GenerationFailed: it shall move, and a process that painted it died.
            Cancelled: `report` said so.
        """
        film = Film(prompt, prompt.seconds)
        picture, video = film.still(_before(prompt, report)), None
        if prompt.motion:
            # PyAV comes with it, for which nobody need wait who wants a still.
            from . import loop

            report(Progress(0, loop.count(prompt), "the first frame", picture, whole=True))
            video = loop.render(film, prompt, report)
        reading, place = film.reading, film.place
        read_as = list(zip(reading.understood, reading.senses, strict=True))
        shown = tuple(words for words, sense in read_as if place.shows(sense))
        absent = tuple(words for words, sense in read_as if not place.shows(sense))
        return Painting(picture, shown, note(reading, absent), model=self.model, video=video)


def of(_: Settings) -> Scenery:
    """Return the generator."""
    return Scenery()


def _before(prompt: Prompt, report: Report) -> Report:
    """Return a report for the still: where more follows, its steps are none of the whole."""
    if not prompt.motion:
        return report
    return Relay(report, lambda progress: report(Progress(0, 0, progress.message)))


def note(reading: Reading, absent: tuple[str, ...] = ()) -> str:
    """Return what the creator should know about how the prompt was read, or "" when all of it was."""
    said = []
    for typed, word in reading.corrected[:3]:
        said.append(f'Read "{clip(typed)}" as "{word}".')
    if not reading.place:
        said.append(f"Found no place in these words, so this is an abstract picture. Try one of: {EXAMPLES}.")
    else:
        if reading.spare:
            said.append(f"One place at a time: left out {listed(reading.spare)}.")
        if absent:
            said.append(f"This place cannot show {listed(absent)}.")
        if reading.unknown:
            said.append(f"Not in this painter's vocabulary: {listed(reading.unknown)}.")
    return " ".join(said)


def listed(words: tuple[str, ...]) -> str:
    """At most four of `words`, quoted."""
    more = ", and more" if len(words) > 4 else ""
    return ", ".join(f'"{clip(w)}"' for w in words[:4]) + more


def clip(word: str) -> str:
    """Return a word short enough for a sentence."""
    return word if len(word) <= 24 else word[:23] + "…"
