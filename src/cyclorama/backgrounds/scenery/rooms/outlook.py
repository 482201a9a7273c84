"""What is seen through a room's windows: another place, painted small, moving as it does."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from ..air import sky, weather
from ..lens import bokeh
from ..noise import Field, resize

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ..scene import Planes, Scene

VIEWS = {
    "day": ("city", "sea", "mountains", "forest", "japanese_garden"),
    "golden": ("city", "sea", "mountains", "vineyard"),
    "dawn": ("city", "sea", "mountains"),
    "sunset": ("city", "sea", "mountains", "beach"),
    "dusk": ("city", "city", "mountains", "sea"),
    "night": ("city", "city", "mountains", "snow"),
}
"""Views that suit a room when the prompt names none, by time of day."""
SHARE, ROWS = (
    0.6,
    190,
)  # of the picture's size that a view is painted at, and rows at most: it is out of focus


class Outlook:
    """The view that fills a part of the picture: left, top, width and height in pixels."""

    def __init__(
        self, scene: Scene, name: str, box: tuple[int, int, int, int], glass: Field, horizon: float
    ) -> None:
        from ..places import PLACES

        self._place = PLACES[name]
        self._left, self._top, self._width, self._height = box
        # the view's own horizon lies where the room's does: level with the eye, or a little below
        share = self._place.horizon
        below, above = max(self._top + self._height - horizon, 1.0), max(horizon - self._top, 1.0)
        tall = max(above / share, below / (1 - share), self._width / 2.2, self._height)
        self._scale = min(SHARE, ROWS / tall)
        wide = max(self._width, tall * 1.5)
        small = replace(
            scene,
            width=max(16, round(wide * self._scale)),
            height=max(16, round(tall * self._scale)),
            key=(name, *scene.key[1:], "view"),
            kept={},
        )
        small.horizon = small.height * share
        sky.place_sun(small)
        self._scene = small
        # the part of the view that the window shows, in its own pixels
        self._from = (
            (wide - self._width) / 2 * self._scale,
            (share * tall - (horizon - self._top)) * self._scale,
        )
        part = np.s_[self._top : self._top + self._height, self._left : self._left + self._width]
        self._glass = glass[part]
        day = 1 - scene.light.lamps
        self._bright = np.float32(1.12 + 0.3 * day)

    def add(self, scene: Scene) -> None:
        """Add it to the scene's paint, as it is at the scene's phase."""
        px = self._painted(scene.phase)
        x, y = self._from
        w, h = self._width * self._scale, self._height * self._scale
        box = (max(0.0, x), max(0.0, y), min(float(px.shape[2]), x + w), min(float(px.shape[1]), y + h))
        for plane, view in zip(scene.px, bokeh(px * px, 0.8), strict=True):
            region = plane[self._top : self._top + self._height, self._left : self._left + self._width]
            light = np.maximum(resize(view, self._width, self._height, box), 0) * self._glass * self._bright
            np.sqrt(region * region + light, out=region)

    def _painted(self, phase: float) -> Planes:
        """Paint the view at `phase`, (3, h, w); what stands still in it is kept."""
        scene = replace(self._scene, phase=phase)
        layers = self._place.layers
        moving = next((n for n, layer in enumerate(layers) if layer.moves), len(layers))

        def ground() -> Planes:
            below = replace(self._scene)
            for layer in layers[:moving]:
                layer.paint(below)
            return below.px

        scene.px[:] = scene.keep("ground of the view", ground)
        for layer in layers[moving:]:
            layer.paint(scene)
        if self._place.outdoors:
            weather.fall(scene)
        return scene.px


def through(scene: Scene, glass: Field, horizon: float, suits: Sequence[str] = ()) -> Outlook | None:
    """Return the view through `glass` (h, w), or None where there is none to be seen."""
    rows, columns = np.flatnonzero((glass > 0.01).any(1)), np.flatnonzero((glass > 0.01).any(0))
    if not rows.size or rows[-1] - rows[0] < 3 or columns[-1] - columns[0] < 3:
        return None
    box = (int(columns[0]), int(rows[0]), int(columns[-1] - columns[0]) + 1, int(rows[-1] - rows[0]) + 1)
    return Outlook(scene, chosen(scene, suits), box, glass, horizon)


def chosen(scene: Scene, suits: Sequence[str] = ()) -> str:
    """Return the name of the place that is seen: what the prompt says, or one that suits the room."""
    from ..places import PLACES

    if scene.view in PLACES and PLACES[scene.view].outdoors:
        return scene.view
    names = suits or VIEWS.get(scene.time, VIEWS["day"])
    return names[int(scene.rng("outlook").integers(len(names)))]
