"""A room that has been drawn, lit and seen through a lens, ready to be painted."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from PIL import Image, ImageDraw

from .. import silhouette
from ..lens import bokeh, focused
from ..noise import Field, Reals, resize
from ..shapes import blur
from . import outlook
from .roomlight import Shading
from .sunbeam import shafts

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    from ..scene import Planes, Scene
    from .room import Room

SUN = "sun"
ROWS = 620  # that a unit is drawn with at most: the lens makes it no sharper than that
HAZE = 0.013  # how much of the sun a metre of the room's air scatters


class Lit:
    """A room that has been drawn and lit.

    Attributes:
        room: it.
        light: (3, h, w), linear, without what is seen through its windows.
        glass: (h, w), how much of that there is.
        depth: (h, w), metres from the eye.
        beam: (h / 8, w / 8), how much sunlit air there is before each point; at most about 1.
    """

    def __init__(self, room: Room) -> None:
        room.swap()
        self.room = room
        scene = room.scene
        self._scale = min(1.0, ROWS / scene.unit)
        self.width = max(8, round(scene.width * self._scale))
        self.height = max(8, round(scene.height * self._scale))
        self._unit = scene.unit * self._scale
        self.focal = self._unit * room.lens * _zoom(scene)
        self.cx, self.cy = self.width / 2, self.height * (0.5 - room.tilt)
        self._shading = Shading(room)
        sharp, self.depth, self._index = self._drawn()
        self._darken(sharp)
        if room.gloss > 0:
            self._mirror(sharp)
        back = room.size[2] - room.eye[2]
        unit = self._unit / 1000
        seen = focused(sharp, self.depth, room.blur * unit, room.near_blur * unit, max(back, 3.0))
        self._calm(seen, room.blur * unit * 1.8)
        self.light, self.glass = seen[:3], np.clip(seen[3], 0, 1)
        self.beam = self._beam()
        self._outlook = None
        if room.views:
            glass = resize(self.glass, scene.width, scene.height).clip(0, 1)
            self._outlook = outlook.through(scene, glass, self.cy / self._scale, room.suits)
        names = [name for name in self._shading.groups if name]
        if room.sun is not None and room.sun.openings and float(room.sun.power.max()) > 0.02:
            names.append(SUN)
        self.breath = {name: self._share(name) for name in names}

    def at(self, x: float, y: float, z: float) -> tuple[float, float, float]:
        """Return column and row of a point of the room, and how many pixels a metre has there."""
        ex, ey, ez = self.room.eye
        x = -x if self.room.mirrored else x
        scale = self.focal / max(z - ez, 0.05)
        column, row = self.cx + (x - ex) * scale, self.cy - (y - ey) * scale
        return column / self._scale, row / self._scale, scale / self._scale

    def free(self, z: float) -> Field:
        """Return a picture's mask: 0 where something nearer than `z` hides what is there, 1 elsewhere."""
        mask = (self.depth > z - self.room.eye[2] - 0.02).astype(np.float32)
        soft = blur(mask, max(0.5, self.room.blur * self._unit / 2000))
        scene = self.room.scene
        return soft if self._scale == 1 else resize(soft, scene.width, scene.height).clip(0, 1)

    def colours(self) -> Planes:
        """Return the colours of what is seen (3, height, width), linear, neither lit nor out of focus."""
        return np.asarray(self._shading.albedo[:, self._index], np.float32)

    def paint(self, scene: Scene) -> None:
        """Paint the room; its windows stay dark."""
        shown = np.sqrt(np.maximum(self.light, 0))
        for plane, seen in zip(scene.px, shown, strict=True):
            np.maximum(seen if self._scale == 1 else resize(seen, scene.width, scene.height), 0, out=plane)

    def outside(self, scene: Scene) -> None:
        """Add what is seen through its windows."""
        if self._outlook is not None:
            self._outlook.add(scene)

    def breathe(self, scene: Scene, strength: Mapping[str, float | Field]) -> None:
        """Brighten (or darken) the lights of each group by a share of themselves: 0 leaves them."""
        gain = np.ones((3, *next(iter(self.breath.values())).shape[1:]), np.float32)
        for name, share in strength.items():
            if name in self.breath:
                gain += self.breath[name] * np.asarray(share, np.float32)
        for plane, more in zip(scene.px, np.sqrt(np.maximum(gain, 0.05)), strict=True):
            np.multiply(plane, resize(more, scene.width, scene.height), out=plane)

    def _rays(self, w: int, h: int, shift: float = 0.0) -> tuple[Field, Field, float]:
        """Return where each column and row of a picture looks, and its focal length."""
        focal = self.focal * w / self.width
        rx = (
            np.arange(w, dtype=np.float32) + np.float32(0.25 + shift) - np.float32(self.cx * w / self.width)
        ) / np.float32(focal)
        ry = (
            np.float32(self.cy * h / self.height) - np.arange(h, dtype=np.float32) - np.float32(0.25 + shift)
        ) / np.float32(focal)
        return rx, ry, focal

    def _numbers(self, w: int, h: int, mirrored: bool = False) -> NDArray[np.int32]:
        """Draw the room as the numbers of its surfaces, (h, w)."""
        shading = self._shading
        ex, ey, ez = self.room.eye
        focal = self.focal * w / self.width
        x, y, z = (shading.corners - np.array([ex, ey, ez])).T
        z = np.maximum(z, 0.04)
        if mirrored:
            y = -y - 2 * ey
        across = self.cx * w / self.width + x / z * focal
        down = self.cy * h / self.height - y / z * focal
        flat = np.stack([across, down], 1).ravel().tolist()
        image = Image.new("I", (w, h), 0)
        draw = ImageDraw.Draw(image)
        starts = shading.starts.tolist()
        for i in np.flatnonzero(self._worth(across, down, w, h, mirrored)).tolist():
            draw.polygon(flat[2 * starts[i] : 2 * starts[i + 1]], fill=i + 1)
        return np.asarray(image, np.int32)

    def _worth(self, across: Reals, down: Reals, w: int, h: int, mirrored: bool) -> NDArray[np.bool_]:
        """Return which surfaces are worth drawing: those in the picture; in a mirror, the larger ones."""
        first = self._shading.starts[:-1]
        left, right = np.minimum.reduceat(across, first), np.maximum.reduceat(across, first)
        top, bottom = np.minimum.reduceat(down, first), np.maximum.reduceat(down, first)
        seen = (right > 0) & (left < w) & (bottom > 0) & (top < h)
        if mirrored:
            seen &= np.maximum.reduceat(self._shading.corners[:, 1], first) > 0.03
            seen &= np.minimum(right - left, bottom - top) > 1.5
        worth: NDArray[np.bool_] = seen
        return worth

    def _drawn(self) -> tuple[Planes, Field, NDArray[np.int32]]:
        """Return the room's light (4, h, w), its depth and surfaces; edges are lit at two points a pixel."""
        w, h = self.width, self.height
        double = self._numbers(2 * w, 2 * h)
        index = np.ascontiguousarray(double[::2, ::2])
        rx, ry, focal = self._rays(w, h)
        light, depth = self._shading(index.ravel(), np.tile(rx, h), np.repeat(ry, w), focal)
        other = double[1::2, 1::2]
        edges = np.flatnonzero((index != other).ravel())
        if edges.size:
            rx, ry, _ = self._rays(w, h, 0.5)
            rows, columns = np.divmod(edges, w)
            more, _ = self._shading(other.ravel()[edges], rx[columns], ry[rows], focal)
            light[:, edges] += more
            light[:, edges] *= np.float32(0.5)
        return light.reshape(4, h, w), depth.reshape(h, w), index

    def _darken(self, light: Planes) -> None:
        """Darken what lies close behind something nearer: the depth buffer's unsharp mask."""
        step = max(1, round(self._unit / 240))
        near = np.asarray(1 / self.depth[::step, ::step], np.float32)
        radius = self._unit * 0.022 / step
        hidden = np.clip((blur(near, radius) - near) / near, 0, 0.5)
        hidden = hidden + 0.5 * np.clip((blur(near, radius * 3) - near) / near, 0, 0.4)
        dark = 1 - np.clip(hidden * np.float32(1.15), 0, np.float32(0.5))
        glows = self._shading.glow.take(self._index) > 0
        shade = resize(blur(np.asarray(dark, np.float32), 0.8), self.width, self.height)
        light[:3] *= np.where(glows, np.float32(1), np.minimum(shade, 1))

    def _mirror(self, light: Planes) -> None:
        """Add what the polished floor mirrors: the room once more, small, from below."""
        floor = (self._shading.flat[1].take(self._index) > 0.99) & (self._height() < 0.03)
        rows = np.flatnonzero(floor.any(1))
        if not rows.size:
            return
        w, h = max(8, self.width // 4), max(8, self.height // 4)
        index = self._numbers(w, h, mirrored=True)
        rx, ry, focal = self._rays(w, h, 0.25)
        seen, _ = self._shading(index.ravel(), np.tile(rx, h), np.repeat(ry, w), focal, mirrored=True)
        image = seen.reshape(4, h, w)
        sky = np.float32(0.75 * (1 - self.room.scene.light.lamps) + 0.04)
        image[:3] += image[3] * sky
        soft = bokeh(image[:3], max(1.0, self._unit / 4 * 0.006))
        grazing = self.room.eye[1] / np.maximum(self.depth, 0.3)
        fresnel = np.float32(self.room.gloss) * (
            np.float32(0.18) + np.float32(0.82) * np.exp(grazing * np.float32(-2.6))
        )
        amount = np.where(floor, fresnel, 0).astype(np.float32)
        tint = self._shading.albedo[:, self._index[rows]]
        for i in range(3):
            glare = resize(blur(soft[i], 1.0), self.width, self.height)[rows]
            light[i, rows] += np.maximum(glare, 0) * amount[rows] * (0.55 + 0.45 * np.sqrt(tint[i]))

    def _calm(self, seen: Planes, radius: float) -> None:
        """Put what lies behind a person's head further out of focus, without an edge."""
        head = silhouette.mask(self.width, self.height, 0.07)
        head[int(self.height - 0.22 * self._unit) :] = 0
        rows, columns = np.flatnonzero(head.any(1)), np.flatnonzero(head.any(0))
        if radius < 0.7 or not rows.size:
            return
        pad = int(0.12 * self._unit) + 2
        top, bottom = max(0, int(rows[0]) - pad), min(self.height, int(rows[-1]) + pad)
        left, right = max(0, int(columns[0]) - pad), min(self.width, int(columns[-1]) + pad)
        part = seen[:, top:bottom, left:right]
        share = blur(head[top:bottom, left:right], 0.045 * self._unit)
        for plane in part:
            if plane.any():
                soft = bokeh(plane[None], radius)[0]
                soft -= plane
                soft *= share
                np.add(plane, soft, out=plane)

    def _beam(self) -> Field:
        """Let the sun show in the air on its way through the room."""
        sun = self.room.sun
        depth = np.ascontiguousarray(self.depth[4::8, 4::8])
        if sun is None or not depth.size or not sun.openings:
            return np.zeros((1, 1), np.float32)
        h, w = depth.shape
        rx, ry, _ = self._rays(self.width, self.height, 4.25)
        flat = np.tile(rx[::8][:w], h), np.repeat(ry[::8][:h], w)
        air = blur(shafts(sun, self.room.eye, *flat, depth.ravel()).reshape(h, w), 0.7)
        haze = resize(air, self.width, self.height)
        for plane, tone in zip(self.light, sun.power, strict=True):
            np.add(plane, np.maximum(haze, 0) * np.float32(tone * HAZE), out=plane)
        return air

    def _height(self) -> Field:
        _, ry, _ = self._rays(self.width, self.height)
        height: Field = ry[:, None] * self.depth + np.float32(self.room.eye[1])
        return height

    def _share(self, name: str) -> Planes:
        """Return the share of group `name` in the light, (3, h / 4, w / 4)."""
        index = np.ascontiguousarray(self._index[2::4, 2::4])
        h, w = index.shape
        rx, ry, focal = self._rays(self.width, self.height)
        flat = np.tile(rx[2::4], h), np.repeat(ry[2::4], w)
        part, _ = self._shading(index.ravel(), *flat, focal, only=name)
        whole = np.maximum(self.light[:, 2::4, 2::4], 1e-4)
        share = np.clip(part[:3].reshape(3, h, w) / whole, 0, 1)
        return np.stack([blur(plane, 1.2) for plane in share])


def _zoom(scene: Scene) -> float:
    """Return how much closer the camera goes in a portrait or a ribbon, which the room shall fill."""
    aspect = scene.width / scene.height
    return min(1.4, aspect**-0.6) if aspect < 1 else min(2.4, max(1.0, aspect / 1.9))
