"""What it means that a person stands in a picture, in float64: docs/compositing.md in code.

Cells are 2x2 pixels of the thumbnail; planes of cells are enlarged to the frame where they are used.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

from tests.picture.reference import (
    Array,
    Coding,
    Placement,
    Planes,
    alpha,
    between_levels,
    enlarge,
    gaussian,
    halves,
    mix,
    place,
    placement,
    refined,
    thumbnail,
)

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from cyclorama.picture import Look

NEARBY, SHADOW, BEHIND = 0.03, 0.05, 0.06
"""Standard deviations in heights of the frame: of what is near the edge, the shadow, the light behind."""
LEAST, RIM_END, ALIKE = 1 / 1024, 1 / 8, 400.0
SHADOW_TOP, SHADOW_END, SHADOW_FADE = 0.4, 1 / 32, 0.08
LIGHT_RATE, NEAR_GREY = 0.04, 0.1
DARKEST, BRIGHTEST, TINT, ACROSS = 0.6, 1.2, 0.12, 1 / 3
AMBER = np.array([-0.82, 0.57])


def sigma(part: float, frame: tuple[int, int], model: tuple[int, int]) -> tuple[float, float]:
    """A part of the frame's height in cells, across and down."""
    (width, height), (model_width, model_height) = frame, model
    return part * height * model_width / width / 2, part * model_height / 2


@dataclass
class Light:
    """Luma above black; chroma for each code of it, U and V."""

    luma: float = 0.0
    tint: Array = field(default_factory=lambda: np.zeros(2))


def light_of(cells: Planes, weight: Array, black: float) -> Light | None:
    """The middle half of the lumas (in 64 bins), and the chroma of what is nearly grey."""
    share = weight**2
    if share.sum() < 1:
        return None
    luma = np.clip(cells[0] - black, 0, 255)
    bins = np.bincount((luma.ravel() / 4).astype(int), share.ravel(), 64)
    upto = np.clip(np.cumsum([0, *bins]), share.sum() / 4, share.sum() * 3 / 4)
    middle = (np.diff(upto) * (np.arange(64) + 0.5)).sum() / (share.sum() / 2) * 4
    chroma = np.stack([cells[1] - 128, cells[2] - 128])
    counted = share * luma / (1 + (chroma**2).sum(0) / (NEAR_GREY * luma + 1) ** 2) ** 2
    return Light(middle, (counted * chroma).sum((1, 2)) / ((counted * luma).sum() + 1))


@dataclass
class Backlight:
    """The light of a backdrop; `lit` and `despill` say how much of each is right before it."""

    planes: tuple[Array, Array, Array] | None = None
    mean: Light = field(default_factory=Light)
    lit: float = 0.0
    despill: float = 1.0


def backlight(picture: Planes, coding: Coding, model: tuple[int, int]) -> Backlight:
    height, width = picture[0].shape
    cells = [halves(plane) for plane in thumbnail(picture, *model)]
    mean = light_of((cells[0], cells[1], cells[2]), np.ones_like(cells[0]), coding.black)
    wide = sigma(BEHIND, (width, height), model)
    y, u, v = (
        gaussian(plane, wide) - dark for plane, dark in zip(cells, (coding.black, 128, 128), strict=True)
    )
    return Backlight((y, u, v), mean or Light(), 1.0)


def mix_backlights(a: Backlight, b: Backlight, part: float) -> Backlight:
    lit = a.lit + (b.lit - a.lit) * part
    share = b.lit * part / lit if lit else 0.0
    planes = None
    if a.planes or b.planes:
        some = a.planes or b.planes
        assert some is not None
        zero = tuple(np.zeros_like(plane) for plane in some)
        y, u, v = (p + (q - p) * part for p, q in zip(a.planes or zero, b.planes or zero, strict=True))
        planes = (y, u, v)
    mean = Light(
        a.mean.luma + (b.mean.luma - a.mean.luma) * share, a.mean.tint + (b.mean.tint - a.mean.tint) * share
    )
    return Backlight(planes, mean, lit, a.despill + (b.despill - a.despill) * part)


def match_of(person: Light, behind: Light, amount: float) -> tuple[float, Array]:
    """What is added for each code above black, and to U and V for each code of luma."""
    gain = np.clip(np.sqrt(max(behind.luma, 1) / max(person.luma, 1)), DARKEST, BRIGHTEST) - 1
    way = behind.tint - person.tint
    along = np.clip(way @ AMBER, -TINT, TINT)
    across = ACROSS * np.clip(way @ [-AMBER[1], AMBER[0]], -TINT, TINT)
    return float(gain * amount), amount * (along * AMBER + across * np.array([-AMBER[1], AMBER[0]]))


@dataclass
class Edge:
    """What is to be known about a person's edge: planes of cells."""

    person: Planes
    room: Planes
    rim: Array
    shadow: Array


def foreground(cells: Planes, coverage: Array, near: tuple[float, float]) -> tuple[Planes, Planes, Array]:
    """The person's and the room's colours nearby, and how much room is seen from each cell."""

    def colours(share: Array) -> tuple[Planes, Array]:
        weight = share**2 + LEAST
        total = gaussian(weight, near)
        y, u, v = (gaussian(plane * weight, near) / total for plane in cells)
        return (y, u, v), total

    person, _ = colours(coverage)
    room, seen = colours(1 - coverage)
    return person, room, np.maximum(0, (seen - RIM_END) / (1 - RIM_END))


def shadow(coverage: Array, wide: tuple[float, float]) -> Array:
    height = len(coverage)
    top = int(np.float32(height) * np.float32(SHADOW_TOP))
    depth = np.maximum(0, (np.arange(height) + 0.5) / height - SHADOW_TOP) / (1 - SHADOW_TOP)
    dark = np.zeros_like(coverage)
    dark[top:] = gaussian(coverage[top:], wide)
    return np.maximum(0, dark * depth[:, None] ** 2 - SHADOW_END) / (1 - SHADOW_END)


def glow_of(rim: Array, light: Array, part: Placement, amount: float) -> Array:
    """What falls on the edge. light: of the output; part: what of the camera is seen there, both 0 to 1."""

    def cells(count: int, start: float, along: float) -> NDArray[np.int64]:
        place = ((np.arange(count) + 0.5) / count - start) / along
        nearest: NDArray[np.int64] = np.clip((place * count).astype(np.int64), 0, count - 1)
        return nearest

    height, width = rim.shape
    there = light[np.ix_(cells(height, part.y, part.down), cells(width, part.x, part.across))]
    glow: Array = amount * rim**2 * there
    return glow


def shade(dark: Array, part: Placement, amount: float) -> Array:
    """As much of a shadow as is wished; none at the ends of the camera's picture that are seen."""

    def kept(count: int, start: float, along: float) -> Array:
        place, ends = np.arange(count) / (count - 1), sorted([start, start + along])
        first = np.clip(place / SHADOW_FADE, 0, 1) if ends[0] < -1e-4 else np.ones(count)
        return first * np.clip((1 - place) / SHADOW_FADE, 0, 1) if ends[1] > 1 + 1e-4 else first

    height, width = dark.shape
    return amount * dark * np.outer(kept(height, part.y, part.down), kept(width, part.x, part.across))


def edge_of(frame: Planes, matte: Array, look: Look) -> tuple[Edge, Planes, Array]:
    """The edge; and the cells with their coverage, for the person's light."""
    height, width = frame[0].shape
    model = (matte.shape[1], matte.shape[0])
    y, u, v = (halves(plane) for plane in thumbnail(frame, *model))
    coverage = halves(between_levels(matte, look))
    size = (width, height)
    person, room, rim = foreground((y, u, v), coverage, sigma(NEARBY, size, model))
    dark = shadow(coverage, sigma(SHADOW, size, model))
    return Edge(person, room, rim, dark), (y, u, v), coverage


FALL, NOBODY, SOME = 8.0, 1 / 32, 16.0


def cut_out(
    frame: Planes,
    matte: Array,
    look: Look,
    coding: Coding = Coding(),  # noqa: B008 (frozen)
) -> tuple[Planes, Array]:
    """The person before nothing: planes that hold the person's own colours, and alpha, 0 to 255.

    Beside the person their colours go on, and end in black where nobody is near.
    """
    height, width = frame[0].shape
    edge, _, _ = edge_of(frame, matte, look)
    near = np.clip((1 - edge.rim - NOBODY) * FALL, 0, 1)
    at = placement(look, width, height)
    y, u, v = (
        enlarge(mix(colour, np.full_like(colour, dark), near), width, height, part, at)
        for colour, dark, part in zip(edge.person, (coding.black, 128, 128), (1, 0.5, 0.5), strict=True)
    )
    planes = blend(frame, (y, u, v), matte, look, coding=coding, some=SOME)
    return planes, 255 * alpha(matte, look, frame)


def follow(person: Light | None, now: Light | None) -> Light | None:
    """The person's light is followed slowly, so that nothing pumps."""
    if person is None or now is None:
        return person or now
    return Light(
        person.luma + (now.luma - person.luma) * LIGHT_RATE,
        person.tint + (now.tint - person.tint) * LIGHT_RATE,
    )


def blend(
    frame: Planes,
    background: Planes,
    matte: Array,
    look: Look,
    light: Backlight | None = None,
    person_light: Light | None = None,
    coding: Coding = Coding(),  # noqa: B008 (frozen)
    some: float = 1,
) -> Planes:
    """The person, lit like the background, before it. Alpha counts `some` times, at most as 1."""
    height, width = frame[0].shape
    light = light or Backlight()
    edge, cells, coverage = edge_of(frame, matte, look)
    person_light = person_light or light_of(cells, coverage, coding.black) or Light()
    assert all(size % 2 == 0 for size in matte.shape), "cells of a model of odd size reach beyond the frame"
    at = placement(look, width, height)
    part = Placement(at.x, at.across * width, at.y, at.down * height)
    shown, mask = alpha(matte, look, frame), refined(matte, look, frame)
    frame = place(frame, look)

    def large(plane: Array, index: int) -> Array:
        """Rows of luma go in pairs."""
        if index:
            return enlarge(plane, width, height, 0.5, at)
        twice = Placement(at.x, at.across, at.y, 2 * at.down)
        return enlarge(plane, width, (height + 1) // 2, 1, twice).repeat(2, 0)[:height]

    weights, alphas = [[plane, halves(plane), halves(plane)] for plane in (shown, mask)]
    luma = [frame[0] - coding.black, halves(frame[0]) - coding.black, halves(frame[0]) - coding.black]
    despill = look.despill * light.despill

    way = [large(p - r, 1) for p, r in zip(edge.person, edge.room, strict=True)]
    along = sum((frame[i] - large(edge.room[i], 1)) * way[i] for i in (1, 2))
    apart = sum(way[i] ** 2 for i in (1, 2))
    gone = np.clip((along + ALIKE) / (apart + ALIKE), 0, 1)
    most = 1 - np.clip(2 * large(edge.rim, 1), 0, 1) * (1 - gone)
    mosts = [most.repeat(2, 0).repeat(2, 1)[:height, :width], most, most]

    gain, tint = (
        match_of(person_light, light.mean, look.match * light.lit) if light.lit else (0.0, np.zeros(2))
    )
    white = 255 if coding.full_range else 219
    out = []
    for i, black in enumerate((coding.black, 128, 128)):
        person = frame[i]
        a = np.minimum(alphas[i], mosts[i])
        near, room = large(edge.person[i], i), large(edge.room[i], i)
        pure = near + a * (person - a * near - (1 - a) * room)
        person = mix(pure, person, despill)
        person = person + (person - black) * gain + (tint[i - 1] * luma[i] if i else 0)
        behind = background[i]
        if light.lit and light.planes:
            glow = large(glow_of(edge.rim, light.planes[i], part, look.wrap), i)
            person = person + glow * np.maximum(0, 1 - luma[i] / white)
            behind = behind - (behind - black) * large(shade(edge.shadow, part, look.contact * light.lit), i)
        out.append(np.clip(mix(person, behind, np.minimum(1, some * weights[i])), 0, 255))
    return out[0], out[1], out[2]
