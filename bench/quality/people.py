"""Cut-out people: two portraits, one of them in other colours and with loose hair of known alpha.

A person is float32 (height, width, 4), premultiplied RGBA, 0 to 1. The lower edge is cut.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from PIL import Image, ImageDraw, ImageFilter

from cyclorama.live.sources.person import PERSON

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Layer = NDArray[np.float32]

HOPPER = Path(__file__).with_name("hopper.webp")
SCALE = 3
"""The portrait is enlarged this much, so that strands drawn on it stay finer than a frame's pixel."""
OWN_HEIGHT = 334
"""Of the first portrait; everybody becomes SCALE times as tall."""
MARGIN = 40
"""Room for hair around the first portrait, in its own pixels."""

FACE = (
    (163, 65), (188, 66), (216, 69), (240, 76), (246, 92), (248, 112), (244, 135), (234, 160),
    (212, 178), (185, 172), (164, 160), (157, 130), (147, 118), (152, 104), (160, 90),
)  # fmt: skip
HAIR_ENDS = 125
"""Below this row of the portrait there is no hair."""


@dataclass(frozen=True)
class Style:
    """What becomes of the portrait.

    Attributes:
        portrait: a cut-out, WebP; the colours below are for the first one.
        hair: RGB that its hair is drawn towards; None leaves it.
        clothes: RGB in place of the suit's orange; None leaves it.
        skin: multiplies the face's RGB.
        strands: how many loose strands of hair there are.
        length: of the longest strand, in pixels of the portrait.
    """

    portrait: Path = PERSON
    hair: tuple[int, int, int] | None = None
    clothes: tuple[int, int, int] | None = None
    skin: float = 1.0
    strands: int = 0
    length: float = 14.0
    mirrored: bool = False


def _portrait(path: Path) -> NDArray[np.float32]:
    cut = np.asarray(Image.open(path), np.float32) / 255
    margin = round(MARGIN * len(cut) / OWN_HEIGHT)
    return np.pad(cut, ((margin, 0), (margin, margin), (0, 0)))


def _soft(mask: Image.Image, radius: float) -> NDArray[np.float32]:
    return np.asarray(np.asarray(mask.filter(ImageFilter.GaussianBlur(radius)), np.float32) / 255, np.float32)


def _regions(
    cut: NDArray[np.float32],
) -> tuple[NDArray[np.float32], NDArray[np.float32], NDArray[np.float32]]:
    """Return how much each pixel, 0 to 1, is hair, face and suit."""
    size = cut.shape[1], cut.shape[0]
    face = Image.new("L", size)
    ImageDraw.Draw(face).polygon([(x + MARGIN, y + MARGIN) for x, y in FACE], fill=255)
    skin = _soft(face, 1.5)
    head = np.zeros(size[::-1], np.uint8)
    head[: MARGIN + HAIR_ENDS] = 255
    hair = _soft(Image.fromarray(head), 3) * (1 - skin)
    red, green, blue = (cut[..., channel] for channel in range(3))
    orange = np.clip((red - blue - 0.25) / 0.2, 0, 1) * np.clip((red - green - 0.12) / 0.12, 0, 1)
    suit = orange * (1 - np.clip(hair + skin, 0, 1))
    return hair * cut[..., 3], skin, suit * cut[..., 3]


def _tint(
    rgb: NDArray[np.float32], where: NDArray[np.float32], colour: tuple[int, int, int]
) -> NDArray[np.float32]:
    """Give pixels another colour and keep their shading."""
    light = rgb @ np.array([0.299, 0.587, 0.114], np.float32)
    middle = float((light * where).sum() / max(1e-6, where.sum()))
    painted = np.clip((light / middle)[..., None] ** 0.8 * np.array(colour, np.float32) / 255, 0, 1)
    return np.asarray(rgb + where[..., None] * (painted - rgb), np.float32)


@cache
def person(style: Style) -> Layer:
    """Make a person; the same every time."""
    cut = _portrait(style.portrait)
    rgb, alpha = cut[..., :3], cut[..., 3]
    hair, skin, suit = _regions(cut)
    if style.hair:
        rgb = _tint(rgb, hair, style.hair)
    if style.clothes:
        rgb = _tint(rgb, suit, style.clothes)
    rgb = rgb * (1 + skin * (style.skin - 1))[..., None]
    layer = np.dstack([rgb * alpha[..., None], alpha]).astype(np.float32)
    layer = _enlarged(layer)
    if style.strands:
        layer = _with_strands(layer, style)
    return np.ascontiguousarray(layer[:, ::-1]) if style.mirrored else layer


def _enlarged(layer: Layer) -> Layer:
    height = (OWN_HEIGHT + MARGIN) * SCALE
    size = round(layer.shape[1] * height / layer.shape[0]), height
    planes = [
        Image.fromarray(np.ascontiguousarray(layer[..., channel])).resize(size, Image.Resampling.BICUBIC)
        for channel in range(4)
    ]
    large = np.clip(np.dstack([np.asarray(plane) for plane in planes]), 0, 1)
    return np.asarray(np.minimum(large, large[..., 3:]), np.float32)


def _with_strands(layer: Layer, style: Style) -> Layer:
    """Draw strands that leave the hair's outline: thinner than a pixel of a frame, fading to their ends."""
    chance = np.random.default_rng(11)
    height, width = layer.shape[:2]
    alpha = layer[..., 3]
    bottom = (MARGIN + HAIR_ENDS) * SCALE
    inside = alpha[:bottom] > 0.6
    inner = np.asarray(
        Image.fromarray((inside * 255).astype(np.uint8)).filter(ImageFilter.MinFilter(13)), np.uint8
    )
    rows, columns = np.nonzero(inside & (inner == 0))
    middle_x, middle_y = columns.mean(), rows.mean()
    zoom = 2
    coverage = Image.new("L", (width * zoom, height * zoom))
    colours = np.zeros((height, width, 3), np.float32)
    weight = np.zeros((height, width), np.float32)
    draw = ImageDraw.Draw(coverage)
    for index in chance.permutation(len(rows))[: style.strands]:
        x, y = float(columns[index]), float(rows[index])
        away = math.atan2(y - middle_y, x - middle_x)
        side = 1 if x > middle_x else -1
        angle = away + side * chance.uniform(0.2, 1.3)
        bend = side * chance.normal(0.02, 0.03)
        reach = style.length * SCALE * chance.uniform(0.25, 1) ** 1.5
        colour = _colour_near(layer, int(x), int(y), middle_x, middle_y) * chance.uniform(0.8, 1.25)
        strength = chance.uniform(0.35, 0.95)
        steps = max(4, int(reach / 3))
        for step in range(steps):
            before = x, y
            x, y = x + 3 * math.cos(angle), y + 3 * math.sin(angle)
            angle += bend
            shade = int(255 * strength * (1 - step / steps) ** 0.6)
            draw.line([(a * zoom, b * zoom) for a, b in (before, (x, y))], fill=shade, width=3)
            if 2 <= x < width - 3 and 2 <= y < height - 3:
                patch = slice(int(y) - 2, int(y) + 4), slice(int(x) - 2, int(x) + 4)
                colours[patch] += colour
                weight[patch] += 1
    cover = np.asarray(coverage.resize((width, height), Image.Resampling.BOX), np.float32) / 255
    cover *= weight > 0
    colours /= np.maximum(weight, 1)[..., None]
    over = np.dstack([np.clip(colours, 0, 1) * cover[..., None], cover])
    return (over + layer * (1 - cover)[..., None]).astype(np.float32)


def _colour_near(layer: Layer, x: int, y: int, middle_x: float, middle_y: float) -> NDArray[np.float32]:
    """Take the hair's colour a little inside of its outline."""
    inward = math.hypot(middle_x - x, middle_y - y) or 1.0
    x += round((middle_x - x) / inward * 15)
    y += round((middle_y - y) / inward * 15)
    r, g, b, a = layer[y, x]
    return np.asarray(np.array([r, g, b], np.float32) / max(a, 0.05), np.float32)
