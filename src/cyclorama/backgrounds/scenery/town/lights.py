"""Lights out of focus: discs as a lens makes them, added up small and laid on at once."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from ..noise import resize

if TYPE_CHECKING:
    from ..light import Colour
    from ..noise import Field
    from ..scene import Planes, Scene

ROWS = 360


class Lights:
    """Discs of light for one moment of a picture.

    Args:
        scene: what they will shine on.
        rows: how many rows a unit has where they are added up; fewer is faster, and enough for large discs.
        strength: of all of them.
    """

    def __init__(self, scene: Scene, rows: int = ROWS, strength: float = 1.0) -> None:
        self.scene = scene
        self.scale = min(1.0, rows / scene.unit)
        size = max(4, round(scene.height * self.scale)), max(4, round(scene.width * self.scale))
        self.light: Planes = np.zeros((3, *size), np.float32)
        self.strength = np.float32(strength)

    def disc(
        self,
        x: float,
        y: float,
        radius: float,
        tone: Colour,
        amount: float = 1.0,
        rim: float = 0.25,
        squash: float = 1.0,
        soft: float = 0.14,
    ) -> None:
        """Add one.

        Args:
            x: column of the middle, in pixels of the picture.
            y: row of the middle.
            radius: in pixels of the picture.
            tone: its colour, (3,).
            amount: how bright.
            rim: how much brighter its edge is than its middle.
            squash: how many times as high as wide.
            soft: how wide its edge is, in radii.
        """
        s = self.scale
        x, y, rx, ry = x * s, y * s, max(radius * s, 0.6), max(radius * squash * s, 0.6)
        part = self.part(x, y, rx + 1.5, ry + 1.5)
        if part is None or amount <= 0.003:
            return
        left, top, right, bottom = part
        across = (np.arange(left, right, dtype=np.float32) - np.float32(x)) / np.float32(rx)
        down = (np.arange(top, bottom, dtype=np.float32) - np.float32(y)) / np.float32(ry)
        d = across[None, :] ** 2 + down[:, None] ** 2
        edge = np.float32(max(soft, 1.2 / rx))
        body = np.clip((1 + edge * 0.5 - np.sqrt(d)) / edge, 0, 1)
        body *= (1 - rim) + np.float32(rim) * np.minimum(d, 1)
        body *= np.float32(amount)
        for plane, c in zip(self.light, tone.tolist(), strict=True):
            plane[top:bottom, left:right] += body * np.float32(c)

    def glow(
        self, x: float, y: float, radius: float, tone: Colour, amount: float = 1.0, squash: float = 1.0
    ) -> None:
        """Add light that fades from a point without an edge; `radius` is where little is left of it."""
        s = self.scale
        x, y, rx, ry = x * s, y * s, max(radius * s, 1.0), max(radius * squash * s, 1.0)
        part = self.part(x, y, rx, ry)
        if part is None or amount <= 0.003:
            return
        left, top, right, bottom = part
        across = (np.arange(left, right, dtype=np.float32) - np.float32(x)) / np.float32(rx)
        down = (np.arange(top, bottom, dtype=np.float32) - np.float32(y)) / np.float32(ry)
        body = np.maximum(1 - (across[None, :] ** 2 + down[:, None] ** 2), 0) ** 3 * np.float32(amount)
        for plane, c in zip(self.light, tone.tolist(), strict=True):
            plane[top:bottom, left:right] += body * np.float32(c)

    def part(self, x: float, y: float, rx: float, ry: float) -> tuple[int, int, int, int] | None:
        """Return left, top, right, bottom of what lies around a point, None where that is outside."""
        _, h, w = self.light.shape
        left, right = max(0, int(x - rx)), min(w, int(x + rx) + 2)
        top, bottom = max(0, int(y - ry)), min(h, int(y + ry) + 2)
        return None if right <= left or bottom <= top else (left, top, right, bottom)

    def paint(self) -> None:
        """Let them shine."""
        scene = self.scene
        rows = np.flatnonzero(self.light.any((0, 2)))
        if not len(rows):
            return
        h = self.light.shape[1]
        first, last = max(0, int(rows[0]) - 1), min(h, int(rows[-1]) + 2)
        top, bottom = round(first * scene.height / h), round(last * scene.height / h)
        lit = [enlarged(plane[first:last], scene.width, bottom - top) for plane in self.light * self.strength]
        scene.shine(np.stack(lit), np.ones((bottom - top, 1), np.float32), top)


def calm(scene: Scene, tone: Colour, amount: float = 0.3) -> None:
    """Let air of colour `tone` hang behind the person's head, so that what lies there is calmer."""
    u = scene.unit
    x, y = scene.width / 2, scene.height - u * 0.5
    left, right = max(0, int(x - 0.5 * u)), min(scene.width, int(x + 0.5 * u) + 1)
    top, bottom = max(0, int(y - 0.46 * u)), min(scene.height, int(y + 0.5 * u) + 1)
    across = (scene.columns[:, left:right] - np.float32(x)) / np.float32(0.235 * u)
    down = (scene.rows[top:bottom] - np.float32(y)) / np.float32(0.27 * u)
    mask = np.exp(-(((across * across + down * down) * np.float32(0.62)) ** 2)) * np.float32(amount)
    scene.paint(tone.reshape(3, 1, 1), mask, top, left)


def aside(scene: Scene, x: float, y: float) -> float:
    """Return how bright a light at (x, y) may be: 1, and little of that behind the person's head."""
    u = scene.unit
    across, down = (x - scene.width / 2) / (0.235 * u), (y - scene.height + u * 0.5) / (0.27 * u)
    return 1 - 0.75 * float(np.exp(-((0.62 * (across * across + down * down)) ** 2)))


def enlarged(plane: Field, width: int, height: int) -> Field:
    """`plane` at another size, no less than 0 and no more than 1."""
    same = plane.shape == (height, width)
    return np.clip(plane if same else resize(plane, width, height), 0, 1)
