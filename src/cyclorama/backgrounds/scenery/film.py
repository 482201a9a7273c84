"""One prompt's picture, at every moment of its loop."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from ..base import Progress, Report
from ..styles import STYLES
from . import finish, styles
from .air import sky, weather
from .glass import Glass
from .light import colour, light
from .noise import generator
from .places import PLACES
from .scene import Scene
from .words import fold, read

if TYPE_CHECKING:
    from PIL.Image import Image

    from ..base import Prompt
    from .glass import Pane
    from .scene import Layer, Planes

MOST_PIXELS = 2_100_000  # painted; larger pictures are enlarged from this, which their soft focus hides
SECONDS = 8.0


class Film:
    """What a prompt asks for, ready to be painted.

    Args:
        prompt: the creator's.
        seconds: how long the loop lasts, 6 to 12 s.

    Attributes:
        reading: what was understood of the prompt.
        place: where it takes place.
        style: the request's, else the one that its words ask for, else "".
    """

    def __init__(self, prompt: Prompt, seconds: float = SECONDS) -> None:
        self.reading = read(prompt.text, prompt.negative)
        self.place = PLACES[self.reading.place or "abstract"]
        self.style = prompt.style or self.reading.style
        self._prompt = prompt
        self._scene = self._plan(seconds)

    def still(self, report: Report) -> Image:
        """Paint its first moment.

        Raises:
            Cancelled: `report` said so.
        """
        style = self.style
        parts = len(self.place.layers)
        total = parts + 2 + bool(style)
        scene = replace(self._scene, kept={})
        for step, layer in enumerate(self.place.layers):
            report(Progress(step, total, layer.message))
            layer.paint(scene)
        report(Progress(parts, total, "weather" if self.place.outdoors else "focus"))
        self._see(scene)
        report(Progress(parts + 1, total, "light and grain"))
        self._expose(scene)
        if style:
            step_of_style = Progress(parts + 2, total, STYLES[style].name.lower())
            report(step_of_style)
            styles.WAYS[style](scene, lambda: report(step_of_style))
        picture = self._develop(scene)
        report(Progress(total, total, "done"))
        return picture

    def frame(self, phase: float) -> Image:
        """Paint the moment `phase` (0 to 1, in loops); at 0 it is the still, but for rounding.

        What stands still is painted the first time and kept, so one thread at a time.
        """
        if self.style and phase % 1.0 and not self._scene.kept:
            self.frame(0.0)  # what a style decides, it decides on the first picture
        scene = replace(self._scene, phase=phase % 1.0)
        # one canvas for all frames, for the memory of a new one has to be asked for
        scene.px = scene.keep("canvas", lambda: np.empty_like(scene.px))
        layers = self.place.layers
        ground = next((n for n, layer in enumerate(layers) if layer.moves), len(layers))
        scene.px[:] = scene.keep("ground", lambda: self._ground(layers[:ground]))
        for number, layer in enumerate(layers[ground:]):
            if layer.moves:
                layer.paint(scene)
            else:
                self._pane(number, layer).lay(scene.px)
        self._see(scene)
        self._expose(scene)
        if self.style:
            styles.WAYS[self.style](scene, lambda: None)
        return self._develop(scene)

    def _ground(self, layers: tuple[Layer, ...]) -> Planes:
        scene = replace(self._scene)
        for layer in layers:
            layer.paint(scene)
        return scene.px

    def _pane(self, number: int, layer: Layer) -> Pane:
        def painted() -> Pane:
            glass = Glass(self._scene)
            layer.paint(glass)
            return glass.pane()

        return self._scene.keep(("pane", number), painted)

    def _see(self, scene: Scene) -> None:
        finish.focus(scene, self.place.soft)
        if self.place.outdoors:
            weather.fall(scene)

    def _expose(self, scene: Scene) -> None:
        finish.bloom(scene)
        finish.tone(scene)

    def _develop(self, scene: Scene) -> Image:
        grain = 0 if self.style in styles.CLEAN else finish.GRAIN
        return finish.develop(scene, self._prompt.width, self._prompt.height, grain)

    def _plan(self, seconds: float) -> Scene:
        prompt, reading, place = self._prompt, self.reading, self.place
        scale = min(1.0, (MOST_PIXELS / (prompt.width * prompt.height)) ** 0.5)
        # an unknown prompt still gives a picture of its own
        subject = reading.place or " ".join(fold(prompt.text).split())
        key = (subject, prompt.seed)
        time = reading.time or ("" if place.time in reading.dropped else place.time)
        if not time:
            times = [t for t in ("day", "golden", "dawn", "sunset") if t not in reading.dropped]
            time = str(generator(*key, "time").choice(times or ["dusk"]))
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
            counts=dict(reading.counts),
            colours=tuple(colour(c) for c in reading.colours),
            view=reading.view,
            season=reading.season,
            seconds=seconds,
        )
        scene.horizon = scene.height * place.horizon
        sky.place_sun(scene)
        return scene
