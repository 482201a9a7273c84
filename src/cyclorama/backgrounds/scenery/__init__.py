"""The built-in generator: paints a scene from the words of a prompt, offline and at once."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from ..base import Painting, Progress, Prompt, Report
from ..styles import STYLES
from . import finish, sky, styles, weather
from .light import light
from .noise import generator
from .places import PLACES
from .scene import Place, Scene
from .words import Reading, fold, read

if TYPE_CHECKING:
    from cyclorama.settings import Settings

VERSION = 1  # of the pictures: another one paints another picture for the same words and seed
MOST_PIXELS = 2_100_000  # painted; larger pictures are enlarged from this, which their soft focus hides

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
    slots = max(1, (os.cpu_count() or 1) // 2)

    def ready(self) -> None:
        """Return: it always works."""

    def generate(self, prompt: Prompt, report: Report) -> Painting:
        """Paint `prompt`; it never fails: what it does not understand becomes an abstract picture.

        Raises:
            Cancelled: `report` said so.
        """
        reading = read(prompt.text, prompt.negative)
        place = PLACES[reading.place or "abstract"]
        scene = _scene(prompt, reading, place)
        parts = len(place.layers)
        total = parts + 2 + bool(prompt.style)
        for step, (message, layer) in enumerate(place.layers):
            report(Progress(step, total, message))
            layer(scene)
        report(Progress(parts, total, "weather" if place.outdoors else "focus"))
        finish.focus(scene, place.soft)
        if place.outdoors:
            weather.fall(scene)
        report(Progress(parts + 1, total, "light and grain"))
        finish.bloom(scene)
        finish.tone(scene)
        if prompt.style:
            step_of_style = Progress(parts + 2, total, STYLES[prompt.style].name.lower())
            report(step_of_style)
            styles.WAYS[prompt.style](scene, lambda: report(step_of_style))
        grain = 0 if prompt.style in styles.CLEAN else finish.GRAIN
        picture = finish.develop(scene, prompt.width, prompt.height, grain)
        report(Progress(total, total, "done"))
        read_as = list(zip(reading.understood, reading.senses, strict=True))
        shown = tuple(words for words, sense in read_as if place.shows(sense))
        absent = tuple(words for words, sense in read_as if not place.shows(sense))
        return Painting(picture, shown, note(reading, absent), model=f"scenery {VERSION}")


def of(_: Settings) -> Scenery:
    """Return the generator."""
    return Scenery()


def _scene(prompt: Prompt, reading: Reading, place: Place) -> Scene:
    scale = min(1.0, (MOST_PIXELS / (prompt.width * prompt.height)) ** 0.5)
    # an unknown prompt still gives a picture of its own
    subject = reading.place or " ".join(fold(prompt.text).split())
    key = (subject, prompt.seed)
    time = reading.time or place.time
    if not time:
        time = str(generator(*key, "time").choice(["day", "golden", "dawn", "sunset"]))
    fall = reading.weather
    if not fall:
        fall = "clear" if "clouds" in reading.dropped else "fair"
    scene = Scene(
        width=max(16, round(prompt.width * scale)),
        height=max(16, round(prompt.height * scale)),
        light=light(time, fall),
        time=time,
        weather=fall,
        palette=reading.palette,
        elements=reading.elements,
        dropped=reading.dropped,
        key=key,
    )
    scene.horizon = scene.height * place.horizon
    sky.place_sun(scene)
    return scene


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
