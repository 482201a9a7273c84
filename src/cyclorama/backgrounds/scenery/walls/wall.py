"""A wall with a relief, close to the camera, and the light that rakes across it.

What does not move is worked out once: the surface and how it faces each light. A frame then only moves the
pools of light. Light is added in a gamma of 2, near enough to linear that pools add up as light does.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

from .. import silhouette
from ..noise import Field, resize, smoothstep
from ..scene import Layer
from ..shapes import blur

if TYPE_CHECKING:
    from collections.abc import Callable

    from ..light import Colour
    from ..scene import Planes, Scene

ROWS = 760  # along a unit, at which a wall is worked out; larger pictures are enlarged from it


@dataclass(frozen=True)
class Canvas:
    """Where a wall is worked out: its size in pixels, and positions on it in units from its middle."""

    width: int
    height: int
    x: Field  # (1, w)
    y: Field  # (h, 1)

    def at(self, share: float) -> Canvas:
        """Return it with `share` of its rows and columns."""
        w, h = max(8, round(self.width * share)), max(8, round(self.height * share))
        return _canvas(w, h, float(-self.x[0, 0]) * 2, float(-self.y[0, 0]) * 2)


def layer(message: str, build: Callable[[Scene], Wall]) -> Layer:
    """Return the layer of a wall, which `build` builds once for all frames."""

    def paint(scene: Scene) -> None:
        scene.keep("wall", lambda: build(scene)).paint(scene)

    return Layer(message, paint, moves=True)


def canvas(scene: Scene) -> Canvas:
    """Return the canvas of a picture."""
    scale = min(1.0, ROWS / scene.unit)
    w, h = max(8, round(scene.width * scale)), max(8, round(scene.height * scale))
    return _canvas(w, h, scene.width / scene.unit, scene.height / scene.unit)


def _canvas(w: int, h: int, wide: float, high: float) -> Canvas:
    x = np.linspace(-wide / 2, wide / 2, w, dtype=np.float32)[None, :]
    y = np.linspace(-high / 2, high / 2, h, dtype=np.float32)[:, None]
    return Canvas(w, h, x, y)


def head(canvas: Canvas, grow: float = 0.16) -> Field:
    """Return (h, w) where the person is and around, 1 to 0, soft: what lies there shall be calm."""
    small = canvas.at(min(1.0, 96 / canvas.height, 512 / canvas.width))
    mask = silhouette.mask(small.width, small.height, grow)
    soft = blur(mask, 0.05 * min(small.height, small.width * 0.9))
    return resize(soft, canvas.width, canvas.height).clip(0, 1)


@dataclass
class Beam:
    """One light on the wall.

    Attributes:
        colour: times its strength, in a gamma of 2.
        pool: returns (h, w) of any size, how much of it falls where at the scene's phase.
        toward: x (to the right) and y (down) towards the light, along the wall; its length is how much it
            rakes: how strongly the relief shows.
    """

    colour: Colour
    pool: Callable[[Scene], Field]
    toward: tuple[float, float] = (0.0, 0.0)
    shade: Field = field(init=False)


@dataclass
class Wall:
    """A surface and its lights.

    Attributes:
        albedo: (3, h, w), as on the screen in white light.
        relief: (h, w), in pixels towards us.
        ambient: light from everywhere.
        gloss: how much of the light the surface mirrors, as polish does.
    """

    albedo: Planes
    relief: Field
    ambient: Colour
    gloss: float = 0.0
    beams: list[Beam] = field(default_factory=list)
    _base: Planes = field(init=False)

    def finish(self, deep: float = 3.0) -> Wall:
        """Work out what does not move, once before `paint`; `deep` is how far hollows darken, in pixels."""
        self.albedo = self.albedo * self.albedo
        # as a camera does: a dark wall is exposed for longer
        gain = np.float32(np.clip((0.11 / float(self.albedo.mean())) ** 0.45, 0.85, 1.75))
        hollow = blur(self.relief, deep * 2.5) - self.relief
        open_ = np.exp(-np.clip(hollow, 0, 8) * np.float32(0.9 / deep))
        across, down = np.empty_like(self.relief), np.empty_like(self.relief)
        across[:, 1:-1] = (self.relief[:, 2:] - self.relief[:, :-2]) * np.float32(0.5)
        across[:, 0], across[:, -1] = across[:, 1], across[:, -2]
        down[1:-1] = (self.relief[2:] - self.relief[:-2]) * np.float32(0.5)
        down[0], down[-1] = down[1], down[-2]
        flat = 1 / np.sqrt(1 + across * across + down * down)
        for beam in self.beams:
            right, below = beam.toward
            rake = np.hypot(right, below)
            facing = (1 - across * np.float32(right) - down * np.float32(below)) * flat
            facing = np.clip(facing, 0, 1.0 + rake)
            # what a rise hides from a raking light
            if rake > 0.3:
                step = np.array([right, below]) / rake * deep
                behind = np.roll(self.relief, (-round(float(step[1])), -round(float(step[0]))), (0, 1))
                facing *= 1 - smoothstep(0.25, 1.2, (behind - self.relief) / deep) * np.float32(0.45)
            beam.shade = np.asarray(facing * (0.55 + 0.45 * open_), np.float32)
        self.albedo *= gain
        self._base = np.stack([open_ * np.float32(a) for a in self.ambient])
        return self

    def paint(self, scene: Scene) -> None:
        """Light it, as it is at the scene's phase."""
        h, w = self.relief.shape
        light = self._base.copy()
        sheen = np.zeros((h, w) if self.gloss else (1, 1), np.float32)
        for beam in self.beams:
            pool = beam.pool(scene)
            falls = pool if pool.shape == (h, w) else resize(pool, w, h)
            falls = falls * beam.shade
            np.clip(falls, 0, np.inf, out=falls)
            for plane, c in zip(light, beam.colour, strict=True):
                np.add(plane, falls * c, out=plane)
            if self.gloss:
                sheen += falls
        light *= self.albedo
        if self.gloss:
            light += sheen * np.float32(self.gloss)
        np.sqrt(light, out=light)
        for plane, own in zip(scene.px, light, strict=True):
            plane[:] = own if own.shape == plane.shape else resize(own, scene.width, scene.height)
