"""The built-in generator: paints a scene from the words of a prompt, offline and at once."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from ..base import Painting, Progress, Relay
from .film import Film
from .words import told

if TYPE_CHECKING:
    from cyclorama.settings import Settings

    from ..base import Prompt, Report

VERSION = 2  # of the pictures: another one paints another picture for the same words and seed


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
        shown, said = told(film.reading, film.place)
        return Painting(picture, shown, said, model=self.model, video=video)


def of(_: Settings) -> Scenery:
    """Return the generator."""
    return Scenery()


def _before(prompt: Prompt, report: Report) -> Report:
    """Return a report for the still: where more follows, its steps are none of the whole."""
    if not prompt.motion:
        return report
    return Relay(report, lambda progress: report(Progress(0, 0, progress.message)))
