"""Plants in pots, out of focus: drawn once as a picture of their own, and bent by the wind."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from PIL import Image, ImageDraw

from ..light import colour, mix
from ..shapes import ink

if TYPE_CHECKING:
    from ..light import Colour
    from ..scene import Scene

LEAVES = ("#4c6b3a", "#5d7d42", "#6f8c4a", "#3f5c38", "#7c9a58")


@dataclass(frozen=True)
class Plant:
    """A picture of a plant with its cover, and how large it is in pixels of the scene."""

    image: Image.Image
    wide: float
    tall: float


def grow(
    scene: Scene,
    rng: np.random.Generator,
    kind: str,
    tall: float,
    rim: Colour,
    soft: float,
    shade: float = 0.5,
) -> Plant:
    """Draw a plant.

    Args:
        scene: whose light falls on it.
        rng: what it depends on.
        kind: "grass", "bush", "olive" or "fan".
        tall: its height in pixels.
        rim: the colour of the light on its edges.
        soft: how far out of focus it is, in pixels.
        shade: how much of the key light reaches it.
    """
    wide = tall * {"grass": 1.1, "bush": 1.2, "olive": 0.9, "fan": 1.3}[kind]
    scale = min(2.0, 260 / tall)
    w, h = max(4, int(wide * scale)), max(4, int(tall * scale))
    image = Image.new("RGBA", (w, h))
    draw = ImageDraw.Draw(image)
    lamp = colour("#ffb060") * np.float32(0.30 * scene.light.lamps)
    greens = [scene.light.ground(colour(c), shade) + colour(c) * lamp * 2 for c in LEAVES]

    def tone(light: float) -> tuple[int, int, int, int]:
        green = greens[int(rng.integers(len(greens)))]
        return (*ink(mix(green * np.float32(0.55 + 0.6 * light), rim, 0.38 * light**2)), 255)

    side = 1 if scene.sun[0] > scene.width / 2 else -1
    if kind in {"grass", "fan"}:
        for n in range(90 if kind == "grass" else 34):
            lean = rng.normal() * (0.30 if kind == "grass" else 0.42)
            long = h * rng.uniform(0.55, 0.98) * (1 - 0.3 * abs(lean))
            thick = h * (0.012 if kind == "grass" else 0.035)
            t = np.linspace(0, 1, 7)
            x = w / 2 + rng.normal() * w * 0.06 + lean * long * t**1.8
            y = h - long * (t - 0.28 * abs(lean) * t**3)
            half = thick * (np.sin(np.pi * np.minimum(1, t * 0.9 + 0.1)) + 0.1)
            points = list(zip(x - half, y, strict=True)) + list(zip((x + half)[::-1], y[::-1], strict=True))
            draw.polygon(points, fill=tone(0.25 + 0.5 * n / 90 + 0.25 * (side * lean > 0)))
    else:
        if kind == "olive":
            draw.polygon(
                [(w * 0.47, h), (w * 0.53, h), (w * 0.52, h * 0.4), (w * 0.48, h * 0.4)], fill=tone(0.1)
            )
        foot = 0.62 if kind == "olive" else 0.98
        for n in range(230 if kind == "bush" else 190):
            a, r = rng.uniform(0, 2 * np.pi), rng.random() ** 0.55
            x = w * 0.5 + np.cos(a) * r * w * 0.42
            y = h * (foot * 0.5 + 0.02) + np.sin(a) * r * h * foot * 0.44
            turn, size = rng.uniform(0, np.pi), h * rng.uniform(0.028, 0.055)
            dx, dy = np.cos(turn) * size, np.sin(turn) * size
            light = 0.35 + 0.35 * (1 - y / (h * foot)) + 0.2 * side * (x / w - 0.5) + 0.25 * n / 230
            draw.polygon(
                [
                    (x - dx, y - dy),
                    (x - dy * 0.4, y + dx * 0.4),
                    (x + dx, y + dy),
                    (x + dy * 0.4, y - dx * 0.4),
                ],
                fill=tone(float(np.clip(light, 0, 1))),
            )
    pad = int(soft * scale * 2) + 2
    roomy = Image.new("RGBA", (w + 2 * pad, h + pad))
    roomy.paste(image, (pad, pad))
    blurred = roomy.resize(
        (max(2, round(roomy.width / scale)), max(2, round(roomy.height / scale))), Image.Resampling.BOX
    )
    if soft > 0.7:
        full, step = blurred.size, soft * 1.4
        coarse = max(1, round(full[0] / step)), max(1, round(full[1] / step))
        blurred = blurred.resize(coarse, Image.Resampling.BOX).resize(full, Image.Resampling.BICUBIC)
    return Plant(blurred, blurred.width, blurred.height)


def paint(scene: Scene, plant: Plant, x: float, foot: float, bend: float) -> None:
    """Paint it with the middle of its foot at (x, foot), its top `bend` pixels aside."""
    w, h = plant.image.size
    left, top = int(x - w / 2), int(foot - h)
    part = float(x - w / 2 - left)
    shear = bend / h
    # what is at (x, y) comes from further left the higher it is
    moved = plant.image.transform(
        (w, h), Image.Transform.AFFINE, (1, shear, -shear * h - part, 0, 1, 0), Image.Resampling.BILINEAR
    )
    x0, y0 = max(0, -left), max(0, -top)
    x1, y1 = min(w, scene.width - left), min(h, scene.height - top)
    if x1 - x0 < 1 or y1 - y0 < 1:
        return
    planes = np.asarray(moved, np.float32)[y0:y1, x0:x1].transpose(2, 0, 1) * np.float32(1 / 255)
    scene.paint(planes[:3], planes[3], top + y0, left + x0)
