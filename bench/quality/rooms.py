"""Rooms to stand in, as a webcam sees them: painted ones, a garage in a photograph, a wall of bricks.

A room is float32 (height, width, 3) RGB, 0 to 1, larger than the frames it is for, so that it may shake.
"""

from __future__ import annotations

import math
from functools import cache
from typing import TYPE_CHECKING

import numpy as np
from PIL import Image, ImageDraw, ImageFilter

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    Room = NDArray[np.float32]
    Colour = tuple[float, float, float]


class _Canvas:
    """A picture twice as large as it is wanted, drawn on in fractions of its height; 0, 0 is top left."""

    def __init__(self, width: int, height: int, seed: int) -> None:
        self.width, self.height = width * 2, height * 2
        self.chance = np.random.default_rng(seed)
        self.image = Image.new("RGB", (self.width, self.height))
        self.draw = ImageDraw.Draw(self.image)
        self.wide = width / height

    def box(self, left: float, top: float, right: float, bottom: float, colour: Colour) -> None:
        if right > left and bottom > top:
            corners = [value * self.height for value in (left, top, right, bottom)]
            self.draw.rectangle(corners, fill=_bytes(colour))

    def polygon(self, points: list[tuple[float, float]], colour: Colour) -> None:
        self.draw.polygon([(x * self.height, y * self.height) for x, y in points], fill=_bytes(colour))

    def ellipse(self, x: float, y: float, across: float, down: float, colour: Colour) -> None:
        corners = [value * self.height for value in (x - across, y - down, x + across, y + down)]
        self.draw.ellipse(corners, fill=_bytes(colour))

    def blur(self, radius: float) -> None:
        self.image = self.image.filter(ImageFilter.GaussianBlur(radius * self.height))
        self.draw = ImageDraw.Draw(self.image)

    def glow(self, x: float, y: float, reach: float, colour: Colour, strength: float) -> None:
        rows, columns = np.mgrid[: self.height, : self.width].astype(np.float32) / self.height
        fall = np.exp(-((columns - x) ** 2 + (rows - y) ** 2) / (2 * reach * reach))[..., None] * strength
        lit = np.asarray(self.image, np.float32) / 255
        lit = 1 - (1 - lit) * (1 - fall * np.array(colour, np.float32))
        self.image = Image.fromarray((lit * 255).astype(np.uint8))
        self.draw = ImageDraw.Draw(self.image)

    def shade(self, left: float, right: float, top: float, bottom: float) -> None:
        """Multiply by light that falls off evenly from one side, and from above, to the other."""
        across = np.linspace(left, right, self.width)[None, :]
        down = np.linspace(top, bottom, self.height)[:, None]
        lit = np.asarray(self.image, np.float32) * (across * down)[..., None]
        lit += self.chance.normal(0, 1.5, lit.shape[:2])[..., None]
        self.image = Image.fromarray(np.clip(lit, 0, 255).astype(np.uint8))
        self.draw = ImageDraw.Draw(self.image)

    def done(self, softness: float) -> Room:
        small = self.image.resize((self.width // 2, self.height // 2), Image.Resampling.BOX)
        small = small.filter(ImageFilter.GaussianBlur(softness * small.height))
        return np.asarray(np.asarray(small, np.float32) / 255, np.float32)


def _bytes(colour: Colour) -> tuple[int, int, int]:
    red, green, blue = (max(0, min(255, round(part * 255))) for part in colour)
    return red, green, blue


def _books(canvas: _Canvas, left: float, right: float, shelf: float, tall: float) -> None:
    chance = canvas.chance
    x = left
    while x < right - 0.01:
        thick = chance.uniform(0.010, 0.03)
        high = tall * chance.uniform(0.62, 0.92)
        tone = chance.uniform(0.12, 0.85)
        hue = chance.dirichlet((2, 2, 2)) * 3
        colour = tuple(np.clip(tone * (0.7 + 0.3 * hue), 0.03, 0.95))
        if chance.random() < 0.08:
            x += thick * 2
            continue
        canvas.box(x, shelf - high, min(x + thick, right), shelf, colour)
        canvas.box(x, shelf - high, x + 0.002, shelf, tuple(np.array(colour) * 0.5))
        if chance.random() < 0.6:
            light = tuple(np.clip(np.array(colour) + chance.choice([-0.35, 0.4]), 0.02, 1))
            top = shelf - high * chance.uniform(0.7, 0.9)
            canvas.box(x + thick * 0.25, top, x + thick * 0.75, top + high * chance.uniform(0.1, 0.4), light)
        x += thick


def _shelf(canvas: _Canvas, left: float, right: float, top: float, rows: int, wood: Colour) -> None:
    high = 0.24
    dark = tuple(np.array(wood) * 0.45)
    canvas.box(left, top, right, top + rows * high + 0.02, dark)
    for row in range(rows):
        floor = top + (row + 1) * high
        _books(canvas, left + 0.015, right - 0.015, floor, high - 0.02)
        canvas.box(left, floor, right, floor + 0.018, wood)
    canvas.box(left, top, left + 0.014, top + rows * high + 0.018, wood)
    canvas.box(right - 0.014, top, right, top + rows * high + 0.018, wood)
    canvas.box(left, top - 0.004, right, top + 0.012, wood)


def _window(canvas: _Canvas, left: float, top: float, right: float, bottom: float, sky: Colour) -> None:
    chance = canvas.chance
    canvas.box(left - 0.02, top - 0.02, right + 0.02, bottom + 0.03, (0.86, 0.86, 0.84))
    canvas.box(left, top, right, bottom, sky)
    for _ in range(260):
        x, y = chance.uniform(left, right), chance.uniform(top + (bottom - top) * 0.45, bottom)
        size = chance.uniform(0.006, 0.02)
        if left + size < x < right - size and y < bottom - size:
            green = chance.uniform(0.3, 0.75)
            canvas.ellipse(x, y, size, size, (green * 0.75, green, green * 0.5))
    middle = (left + right) / 2
    canvas.box(middle - 0.01, top, middle + 0.01, bottom, (0.82, 0.82, 0.8))
    canvas.box(left, (top + bottom) / 2 - 0.008, right, (top + bottom) / 2 + 0.008, (0.82, 0.82, 0.8))


def _chair(canvas: _Canvas, x: float, top: float, across: float, colour: Colour) -> None:
    """Draw the back of an office chair, a little to the side of where a head is."""
    canvas.polygon(
        [(x - across, top + 0.08), (x - across * 0.8, top), (x + across * 0.8, top), (x + across, top + 0.08),
         (x + across * 1.1, 1.1), (x - across * 1.1, 1.1)],
        colour,
    )  # fmt: skip
    light = tuple(np.array(colour) * 1.5 + 0.02)
    canvas.polygon(
        [
            (x - across * 0.8, top + 0.1),
            (x + across * 0.8, top + 0.1),
            (x + across * 0.9, 1.1),
            (x - across * 0.9, 1.1),
        ],
        light,
    )


def _lamp_shade(canvas: _Canvas, x: float, top: float, bottom: float, colour: Colour) -> None:
    canvas.polygon([(x - 0.05, top), (x + 0.05, top), (x + 0.078, bottom), (x - 0.078, bottom)], colour)


def _plant(canvas: _Canvas, x: float, y: float) -> None:
    for _ in range(40):
        turn = canvas.chance.uniform(-1.3, 1.3)
        reach = canvas.chance.uniform(0.06, 0.2)
        green = canvas.chance.uniform(0.2, 0.5)
        tip_x, tip_y = x + reach * math.sin(turn), y - reach * math.cos(turn)
        middle = (y + tip_y) / 2
        leaf = [(x, y), (tip_x + 0.012, middle), (tip_x, tip_y), (tip_x - 0.018, middle)]
        canvas.polygon(leaf, (green * 0.5, green, green * 0.4))


def study(width: int, height: int) -> Room:
    """Paint a warm wall, a shelf of books, a lamp, a door."""
    canvas = _Canvas(width, height, 1)
    canvas.box(0, 0, canvas.wide, 1, (0.76, 0.72, 0.64))
    canvas.shade(1.05, 0.8, 1.0, 0.85)
    canvas.box(canvas.wide * 0.04, 0.12, canvas.wide * 0.2, 1, (0.9, 0.88, 0.84))
    canvas.box(canvas.wide * 0.055, 0.17, canvas.wide * 0.185, 0.52, (0.84, 0.82, 0.78))
    canvas.box(canvas.wide * 0.055, 0.6, canvas.wide * 0.185, 1, (0.84, 0.82, 0.78))
    _shelf(canvas, canvas.wide * 0.6, canvas.wide * 0.97, 0.1, 4, (0.55, 0.4, 0.27))
    canvas.box(canvas.wide * 0.3, 0.1, canvas.wide * 0.48, 0.34, (0.15, 0.14, 0.14))
    canvas.box(canvas.wide * 0.31, 0.113, canvas.wide * 0.47, 0.327, (0.93, 0.91, 0.86))
    canvas.ellipse(canvas.wide * 0.39, 0.22, 0.06, 0.05, (0.4, 0.5, 0.58))
    canvas.glow(canvas.wide * 0.25, 0.42, 0.16, (1, 0.85, 0.6), 0.6)
    _lamp_shade(canvas, canvas.wide * 0.25, 0.36, 0.47, (1, 0.94, 0.8))
    canvas.box(canvas.wide * 0.25 - 0.006, 0.47, canvas.wide * 0.25 + 0.006, 0.9, (0.2, 0.18, 0.16))
    return canvas.done(1 / 350)


def office(width: int, height: int) -> Room:
    """Paint a cool wall, a window with bright trees, a chair's back behind the person, a plant."""
    canvas = _Canvas(width, height, 2)
    canvas.box(0, 0, canvas.wide, 1, (0.66, 0.69, 0.72))
    canvas.shade(0.85, 1.0, 1.0, 0.86)
    canvas.box(0, 0.92, canvas.wide, 1, (0.4, 0.38, 0.36))
    _window(canvas, canvas.wide * 0.52, 0.06, canvas.wide * 0.86, 0.6, (0.93, 0.97, 1.0))
    canvas.box(canvas.wide * 0.05, 0.16, canvas.wide * 0.28, 0.4, (0.95, 0.95, 0.94))
    for line in range(6):
        canvas.box(
            canvas.wide * 0.07,
            0.19 + line * 0.03,
            canvas.wide * (0.14 + 0.02 * (line * 7 % 5)),
            0.2 + line * 0.03,
            (0.3, 0.35, 0.6),
        )
    canvas.box(canvas.wide * 0.06, 0.58, canvas.wide * 0.3, 1, (0.5, 0.46, 0.42))
    _plant(canvas, canvas.wide * 0.17, 0.5)
    canvas.box(canvas.wide * 0.17 - 0.05, 0.5, canvas.wide * 0.17 + 0.05, 0.59, (0.75, 0.7, 0.65))
    _chair(canvas, canvas.wide * 0.62, 0.42, 0.2, (0.07, 0.07, 0.08))
    canvas.glow(canvas.wide * 0.69, 0.33, 0.25, (1, 1, 1), 0.35)
    return canvas.done(1 / 400)


def library(width: int, height: int) -> Room:
    """Paint shelves from side to side: the busiest texture behind hair."""
    canvas = _Canvas(width, height, 3)
    canvas.box(0, 0, canvas.wide, 1, (0.3, 0.25, 0.2))
    _shelf(canvas, 0.0, canvas.wide * 0.49, 0.02, 4, (0.4, 0.28, 0.18))
    _shelf(canvas, canvas.wide * 0.5, canvas.wide, 0.02, 4, (0.4, 0.28, 0.18))
    canvas.shade(0.8, 1.1, 1.05, 0.75)
    return canvas.done(1 / 450)


def dim(width: int, height: int) -> Room:
    """Paint an evening room: a dark wall, a lamp, a picture, some books."""
    canvas = _Canvas(width, height, 4)
    canvas.box(0, 0, canvas.wide, 1, (0.27, 0.25, 0.28))
    canvas.box(canvas.wide * 0.68, 0.3, canvas.wide * 0.95, 0.34, (0.3, 0.2, 0.14))
    _books(canvas, canvas.wide * 0.69, canvas.wide * 0.94, 0.3, 0.2)
    canvas.box(canvas.wide * 0.3, 0.08, canvas.wide * 0.52, 0.36, (0.12, 0.12, 0.13))
    canvas.box(canvas.wide * 0.315, 0.1, canvas.wide * 0.505, 0.34, (0.34, 0.3, 0.34))
    _lamp_shade(canvas, canvas.wide * 0.12, 0.3, 0.45, (1, 0.85, 0.6))
    canvas.box(canvas.wide * 0.12 - 0.006, 0.45, canvas.wide * 0.12 + 0.006, 1, (0.1, 0.1, 0.1))
    canvas.shade(1.0, 0.75, 1.0, 0.9)
    canvas.glow(canvas.wide * 0.12, 0.38, 0.3, (1, 0.75, 0.45), 0.7)
    return canvas.done(1 / 350)


def garage(width: int, height: int) -> Room:
    """Crop the garage of the Middlebury stereo set's motorcycle, which scikit-image carries."""
    from skimage import data

    picture = Image.fromarray(data.stereo_motorcycle()[0])
    return _covering(picture, (0.0, 0.0, 1.0, 0.62), width, height, 1 / 300)


def bricks(width: int, height: int) -> Room:
    """Put bricks of CC0 Textures, which scikit-image carries, in warm light."""
    from skimage import data

    grey = np.asarray(data.brick().T, np.float32)[..., None] / 255
    picture = np.clip((grey * 1.25) ** 1.1 * np.array([1.0, 0.74, 0.6], np.float32), 0, 1)
    room = _covering(
        Image.fromarray((picture * 255).astype(np.uint8)), (0, 0, 1, 0.7), width, height, 1 / 500
    )
    fall = np.linspace(1.1, 0.7, width, dtype=np.float32)[None, :, None]
    return np.asarray(np.clip(room * fall, 0, 1), np.float32)


def lab(width: int, height: int) -> Room:
    """Learn the room that people were recorded in, where recordings lie beside the checkout."""
    from bench.quality.recordings import learned_room

    return _covering(Image.fromarray(learned_room()), (0, 0, 1, 1), width, height, 0)


def _covering(
    picture: Image.Image, part: tuple[float, float, float, float], width: int, height: int, softness: float
) -> Room:
    left, top, right, bottom = part
    crop = picture.crop(
        (
            round(left * picture.width),
            round(top * picture.height),
            round(right * picture.width),
            round(bottom * picture.height),
        )
    )
    scale = max(width / crop.width, height / crop.height)
    size = max(width, round(crop.width * scale)), max(height, round(crop.height * scale))
    large = crop.resize(size, Image.Resampling.LANCZOS)
    x, y = (size[0] - width) // 2, (size[1] - height) // 2
    large = large.crop((x, y, x + width, y + height)).filter(ImageFilter.GaussianBlur(softness * height))
    return np.asarray(np.asarray(large, np.float32) / 255, np.float32)


ROOMS: dict[str, Callable[[int, int], Room]] = {
    painter.__name__: painter for painter in (study, office, library, dim, garage, bricks, lab)
}


@cache
def room(name: str, width: int, height: int) -> Room:
    """Paint a room by its name; the same every time."""
    return ROOMS[name](width, height)
