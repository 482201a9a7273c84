"""Rooms: boxes and panels in perspective, every pixel lit by the room's lamps and windows.

A room is a list of flat quads. They are drawn once, far to near, as numbers; each pixel then knows its
surface and where in the room it lies, and is lit there (deferred shading). Metres; x to the right, y up,
z away from the eye.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np
from PIL import Image, ImageDraw

from .noise import Reals, resize, sample, smoothstep, tile

if TYPE_CHECKING:
    from collections.abc import Sequence

    from .light import Colour
    from .scene import Planes, Scene

Corner = tuple[float, float, float]


@dataclass
class Lamp:
    """A small light: where, colour times strength, how near it stops growing, whether it shines only down."""

    at: Corner
    power: Colour
    size: float = 0.35
    hooded: bool = False


@dataclass
class Room:
    """Quads and lamps.

    Attributes:
        scene: what it will be painted on.
        eye: where the camera stands.
        field: half the picture's height, in units, seen at 1 m; smaller is a longer lens.
        ambient: light that comes from everywhere.
    """

    scene: Scene
    eye: Corner = (0.0, 1.45, 0.0)
    tilt: float = 0.06
    lens: float = 1.15
    ambient: Colour = field(default_factory=lambda: np.full(3, 0.2, np.float32))
    quads: list[Sequence[Corner]] = field(default_factory=list)
    colours: list[Colour] = field(default_factory=list)
    glow: list[float] = field(default_factory=list)
    grain: list[float] = field(default_factory=list)
    lamps: list[Lamp] = field(default_factory=list)
    floor: Colour = field(default_factory=lambda: np.full(3, 0.2, np.float32))

    def quad(self, corners: Sequence[Corner], colour: Colour, glow: float = 0.0, grain: float = 0.0) -> None:
        """Add a flat polygon; `glow` is its own light, `grain` the contrast of its texture (wood, cloth)."""
        self.quads.append(corners)
        self.colours.append(colour)
        self.glow.append(glow)
        self.grain.append(grain)

    def panel(
        self,
        x: float,
        y: float,
        z: float,
        w: float,
        h: float,
        colour: Colour,
        glow: float = 0.0,
        grain: float = 0.0,
    ) -> None:
        """Add a quad that faces the eye, its lower left corner at (x, y, z)."""
        self.quad([(x, y, z), (x + w, y, z), (x + w, y + h, z), (x, y + h, z)], colour, glow, grain)

    def box(
        self, x: float, y: float, z: float, w: float, h: float, d: float, colour: Colour, grain: float = 0.0
    ) -> None:
        """Add a box with its lower left near corner at (x, y, z): the faces that the eye can see."""
        x1, y1, z1 = x + w, y + h, z + d
        if y1 < self.eye[1]:
            self.quad([(x, y1, z), (x1, y1, z), (x1, y1, z1), (x, y1, z1)], colour, 0, grain)
        elif y > self.eye[1]:
            self.quad([(x, y, z), (x1, y, z), (x1, y, z1), (x, y, z1)], colour, 0, grain)
        if x > self.eye[0]:
            self.quad([(x, y, z), (x, y, z1), (x, y1, z1), (x, y1, z)], colour, 0, grain)
        elif x1 < self.eye[0]:
            self.quad([(x1, y, z), (x1, y, z1), (x1, y1, z1), (x1, y1, z)], colour, 0, grain)
        self.panel(x, y, z, w, h, colour, 0, grain)

    def tube(
        self,
        x: float,
        y: float,
        z: float,
        low: float,
        high: float,
        h: float,
        colour: Colour,
        glow: float = 0.0,
        sides: int = 10,
    ) -> None:
        """Add an upright tube or cone: radius `low` at y, `high` at y + h; its near half."""
        a = np.linspace(np.pi, 2 * np.pi, sides + 1)
        for p, q in pairwise(a):
            self.quad(
                [
                    (x + low * np.cos(p), y, z + low * np.sin(p)),
                    (x + low * np.cos(q), y, z + low * np.sin(q)),
                    (x + high * np.cos(q), y + h, z + high * np.sin(q)),
                    (x + high * np.cos(p), y + h, z + high * np.sin(p)),
                ],
                colour,
                glow,
            )

    def shell(
        self,
        left: float,
        right: float,
        back: float,
        top: float,
        floor: Colour,
        wall: Colour,
        ceiling: Colour,
        near: float = 0.3,
        grain: float = 0.3,
    ) -> None:
        """Floor, ceiling, three walls."""
        self.floor = floor
        self.quad([(left, 0, near), (right, 0, near), (right, 0, back), (left, 0, back)], floor, 0, grain)
        self.quad([(left, top, near), (right, top, near), (right, top, back), (left, top, back)], ceiling)
        self.quad([(left, 0, near), (left, 0, back), (left, top, back), (left, top, near)], wall)
        self.quad([(right, 0, near), (right, 0, back), (right, top, back), (right, top, near)], wall)
        self.panel(left, 0, back, right - left, top, wall)

    def lamp(self, at: Corner, power: Reals, size: float = 0.35, hooded: bool = False) -> None:
        """Add a light at `at`."""
        self.lamps.append(Lamp(at, np.asarray(power, np.float32), size, hooded))

    def paint(self, blur: float, ceiling: float = 1.0) -> None:
        """Draw, light and defocus the room; `blur` is the radius of the bokeh in thousandths of the unit."""
        scale = min(1.0, 560 / self.scene.unit)
        w, h = max(8, round(self.scene.width * scale)), max(8, round(self.scene.height * scale))
        linear = self._shade(w, h)
        linear = bokeh(linear, blur / 1000 * self.scene.unit * scale)
        for plane, raw in zip(self.scene.px, linear, strict=True):
            plane[:] = np.maximum(resize(np.sqrt(raw), self.scene.width, self.scene.height), 0)

    def _zoom(self) -> float:
        """Return how much closer the camera goes in a portrait or a ribbon, which the room shall fill."""
        aspect = self.scene.width / self.scene.height
        return min(1.4, aspect**-0.6) if aspect < 1 else min(2.4, max(1.0, aspect / 1.9))

    def _shade(self, w: int, h: int) -> Planes:
        focal = self.scene.unit / self.scene.height * h * self.lens * self._zoom()
        cx, cy = w / 2, h * (0.5 - self.tilt)
        numbers = Image.new("I", (w, h), 0)
        draw = ImageDraw.Draw(numbers)
        normals, offsets = np.zeros((len(self.quads) + 1, 3)), np.ones(len(self.quads) + 1)
        normals[0] = (0, 0, -1)
        eye = np.array(self.eye)
        for i, corners in enumerate(self.quads, 1):
            p = np.array(corners, np.float64) - eye
            n = np.cross(p[1] - p[0], p[2] - p[0])
            n /= np.linalg.norm(n) + 1e-12
            if n @ p[0] > 0:
                n = -n
            normals[i], offsets[i] = n, n @ p[0]
            z = np.maximum(p[:, 2], 0.05)
            draw.polygon(list(zip(cx + p[:, 0] / z * focal, cy - p[:, 1] / z * focal, strict=True)), fill=i)
        index = np.asarray(numbers, np.int32)
        albedo = np.vstack([np.zeros((1, 3)), np.array(self.colours)]).astype(np.float32)
        glow = np.concatenate([[0.0], self.glow]).astype(np.float32).take(index)
        rough = np.concatenate([[0.0], self.grain]).astype(np.float32).take(index)
        nx, ny, nz = (np.ascontiguousarray(c, np.float32).take(index) for c in normals.T)
        rx = (np.arange(w, dtype=np.float32)[None, :] - np.float32(cx)) / np.float32(focal)
        ry = (np.float32(cy) - np.arange(h, dtype=np.float32)[:, None]) / np.float32(focal)
        facing = np.minimum(nx * rx + ny * ry + nz, -1e-4)
        z = np.clip(offsets.astype(np.float32).take(index) / facing, 0.1, 60)
        x, y, z = rx * z + np.float32(eye[0]), ry * z + np.float32(eye[1]), z + np.float32(eye[2])
        texture = tile(self.scene.rng("texture"), 1.8, 4, 200)
        base = albedo.T[:, index] ** 2
        base *= np.maximum(1 + rough * sample(texture, (x + y * 0.3) * 0.22, (z * 0.6 + y) * 0.05), 0.05)
        total = np.broadcast_to(self.ambient.reshape(3, 1, 1) ** 2, (3, h, w)) * (0.8 + 0.2 * ny)
        for lamp in self.lamps:
            lx, ly, lz = lamp.at[0] - x, lamp.at[1] - y, lamp.at[2] - z
            d2 = lx * lx + ly * ly + lz * lz
            cosine = (nx * lx + ny * ly + nz * lz) / np.sqrt(d2)
            fall = np.maximum(cosine * 0.85 + 0.15, 0.02) / (d2 + np.float32(lamp.size))
            if lamp.hooded:
                fall = fall * smoothstep(-0.05, 0.5, ly)
            total = total + lamp.power.reshape(3, 1, 1) * fall
        own = albedo.T[:, index] ** 2 * glow
        return np.asarray(np.where(glow > 0, own, base * total), np.float32)


def bokeh(planes: Planes, radius: float) -> Planes:
    """`planes` (3, h, w), linear light, through a lens whose out-of-focus points are discs."""
    r = round(radius)
    if r < 1:
        return planes
    _, h, w = planes.shape
    padded = np.pad(planes, ((0, 0), (r, r), (r + 1, r)), mode="edge")
    sums = np.cumsum(padded, axis=2, dtype=np.float64).astype(np.float32)
    out = np.zeros_like(planes)
    area = 0
    for dy in range(-r, r + 1):
        half = int(np.sqrt((r + 0.3) ** 2 - dy * dy))
        line = sums[:, r + dy : r + dy + h]
        out += line[:, :, r + half + 1 : r + half + 1 + w] - line[:, :, r - half : r - half + w]
        area += 2 * half + 1
    return out / np.float32(area)
