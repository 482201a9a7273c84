"""A street between two rows of houses, seen along it: one vanishing point, and a ground that mirrors.

Metres; x to the right of the eye, y up from the ground, z away. What is painted is worked out small, in
light above 1 where lamps are, and put out of focus by a lens.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np
from PIL import Image, ImageDraw

from ..lens import bokeh
from ..noise import sample, tile
from ..planes import enlarge, reduced
from ..shapes import ink

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ..light import Colour
    from ..noise import Field
    from ..scene import Planes, Scene

FAR = 400.0


@dataclass
class Canyon:
    """Where the eye stands, and what belongs to every pixel.

    Attributes:
        scene: what will be painted on.
        left, right: how far the walls are from the eye, in metres.
        eye: how high it is above the ground, in metres.
        vanish: how far the vanishing point is right of the picture's middle, in units.
        lens: focal length in units.
        rows: how many rows a unit has where it is worked out.
    """

    scene: Scene
    left: float
    right: float
    eye: float = 1.6
    vanish: float = 0.0
    lens: float = 1.05
    rows: int = 360
    size: tuple[int, int] = field(init=False)
    scale: float = field(init=False)

    def __post_init__(self) -> None:
        self.scale = min(1.0, self.rows / self.scene.unit)
        self.size = (
            max(8, round(self.scene.height * self.scale)),
            max(8, round(self.scene.width * self.scale)),
        )

    @property
    def focal(self) -> float:
        """Focal length in pixels of the picture."""
        return self.scene.unit * self.lens

    @property
    def first(self) -> int:
        """The first row, where it is worked out, that shows ground."""
        return min(self.size[0] - 2, max(0, int(self.scene.horizon * self.scale)))

    def point(self, x: float, y: float, z: float) -> tuple[float, float]:
        """Return column and row, in pixels of the picture, of a point; a mirrored one has a negative y."""
        middle = self.scene.width / 2 + self.vanish * self.scene.unit
        z = max(z, 0.2)
        return middle + x / z * self.focal, self.scene.horizon + (self.eye - y) / z * self.focal

    def rays(self) -> tuple[Field, Field]:
        """Return how far right (1, w) and up (h, 1) of straight ahead every pixel looks, at z = 1."""
        h, w = self.size
        focal = np.float32(self.focal * self.scale)
        middle = (self.scene.width / 2 + self.vanish * self.scene.unit) * self.scale
        across = (np.arange(w, dtype=np.float32)[None, :] + np.float32(0.5 - middle)) / focal
        up = (
            np.float32(self.scene.horizon * self.scale) - np.arange(h, dtype=np.float32)[:, None] - 0.5
        ) / focal
        return across, np.asarray(up, np.float32)


@dataclass(frozen=True)
class Seen:
    """What every pixel of a canyon sees, (h, w) each.

    Attributes:
        side: 0 for the wall on the left, 1 for that on the right.
        z: how far away along the street the wall is.
        y: how high on the wall; of a ground that mirrors, what it mirrors.
        ground: 1 where the ground is, 0 above it.
        x_ground, z_ground: where on the ground.
    """

    side: Field
    z: Field
    y: Field
    ground: Field
    x_ground: Field
    z_ground: Field


def look(street: Canyon, waves: float) -> Seen:
    """Return what is seen; `waves` is how uneven the wet ground is, 0 for a mirror."""
    across, up = street.rays()
    ground_z = np.minimum(np.float32(street.eye) / np.maximum(-up, np.float32(street.eye / FAR)), FAR)
    ground_x = across * ground_z
    rough = street.scene.keep("asphalt", lambda: tile(street.scene.rng("asphalt"), 2.0, 6, 160))
    n = sample(rough, ground_x * np.float32(0.05), ground_z * np.float32(0.022))
    m = sample(rough, ground_x * np.float32(0.11) + 0.5, ground_z * np.float32(0.04) + 0.3)
    wall = np.where(across < 0, np.float32(street.left), np.float32(street.right))
    wall_z = np.minimum(wall / np.maximum(np.abs(across), 1e-3), FAR)
    bend = np.where(np.float32(street.eye) + up * wall_z < 0, np.float32(waves), np.float32(0))
    bent = across + bend * np.float32(0.010) * n
    wall = np.where(bent < 0, np.float32(street.left), np.float32(street.right))
    z = np.asarray(np.minimum(wall / np.maximum(np.abs(bent), 1e-3), FAR), np.float32)
    y = np.float32(street.eye) + up * (1 + bend * np.float32(0.16) * m) * z
    pixel = wall_z / np.float32(street.focal * street.scale)
    ground = np.clip(0.5 - (np.float32(street.eye) + up * wall_z) / pixel, 0, 1).astype(np.float32)
    side = (bent >= 0).astype(np.float32)
    return Seen(
        side, z, np.asarray(np.abs(y), np.float32), ground, ground_x, np.asarray(ground_z, np.float32)
    )


class Things:
    """Polygons that stand in a canyon, drawn together with what the ground mirrors of them.

    Args:
        street: where they stand.
        most: the brightest light that is drawn.
    """

    def __init__(self, street: Canyon, most: float = 1.0) -> None:
        self.street, self.most = street, most
        self.s = 2
        h, w = street.size
        self.upright = Image.new("RGBX", (w * self.s, h * self.s))
        self.mirrored = Image.new("RGBX", (w, h))
        self.pencils = ImageDraw.Draw(self.upright), ImageDraw.Draw(self.mirrored)
        # what `Canyon.point` does, in small pixels
        scene, scale = street.scene, street.scale
        self.middle = (scene.width / 2 + street.vanish * scene.unit) * scale
        self.horizon, self.focal = scene.horizon * scale, street.focal * scale

    def polygon(self, points: Sequence[tuple[float, float, float]], tone: Colour) -> None:
        """Draw one, from points in metres; what is drawn later is nearer."""
        fill = (*ink(tone / np.float32(self.most)), 255)
        upright, mirrored = [], []
        for x, y, z in points:
            k = self.focal / max(z, 0.2)
            across, foot, rise = self.middle + x * k, self.horizon + self.street.eye * k, y * k
            upright.append((across * self.s, (foot - rise) * self.s))
            mirrored.append((across, foot + rise))
        self.pencils[0].polygon(upright, fill=fill)
        self.pencils[1].polygon(mirrored, fill=fill)

    def panel(self, x: float, y: float, z: float, w: float, h: float, tone: Colour) -> None:
        """Draw a rectangle that faces us, its lower left corner at (x, y, z)."""
        self.polygon([(x, y, z), (x + w, y, z), (x + w, y + h, z), (x, y + h, z)], tone)

    def planes(self, mirrored: bool) -> tuple[Planes, Field]:
        """Return their paint and how much they cover."""
        image = self.mirrored if mirrored else self.upright.reduce(self.s)
        planes = np.asarray(image, np.float32).transpose(2, 0, 1) * np.float32(1 / 255)
        cover = planes[3]
        return planes[:3] * (np.float32(self.most) / np.maximum(cover, 0.02)), cover

    def over(self, px: Planes, gloss: Field, smear: float) -> None:
        """Lay them over `px` (3, h, w); `gloss` (h, w) is how much the ground mirrors, `smear` how far."""
        first = self.street.first
        paint, cover = self.planes(True)
        cover = np.asarray(cover * gloss, np.float32)[first:]
        soft = drawn_out(np.concatenate([paint[:, first:] * cover, cover[None]]), smear)
        px[:, first:] *= 1 - soft[3]
        px[:, first:] += soft[:3]
        paint, cover = self.planes(False)
        px += (paint - px) * cover


def drawn_out(planes: Planes, pixels: float) -> Planes:
    """Return `planes` blurred upwards and downwards only, as a wet street does."""
    n = max(1, round(pixels))
    out = planes
    for _ in range(2):
        padded = np.pad(out, ((0, 0), (n + 1, n), (0, 0)), mode="edge")
        sums = np.cumsum(padded, axis=1, dtype=np.float32)
        out = (sums[:, 2 * n + 1 :] - sums[:, : out.shape[1]]) / np.float32(2 * n + 1)
    return out


def behind(street: Canyon) -> tuple[Planes, Planes]:
    """Return the paint so far, small, and the same mirrored at the horizon."""
    small = reduced(street.scene, street.rows)[0] if street.scale < 1 else street.scene.px.copy()
    h, w = street.size
    small = small[:, :h, :w]
    rows = np.clip((2 * street.scene.horizon * street.scale - np.arange(h)).astype(int), 0, h - 1)
    return small, small[:, rows]


def expose(street: Canyon, px: Planes, out_of_focus: float) -> None:
    """Make `px`, light above 1 allowed, the paint, `out_of_focus` thousandths of a unit out of focus."""
    radius = out_of_focus / 1000 * street.scene.unit * street.scale
    seen = bokeh(np.minimum(px, 3) ** 2, radius)
    enlarge(np.sqrt(np.maximum(seen, 0)), street.scene)
