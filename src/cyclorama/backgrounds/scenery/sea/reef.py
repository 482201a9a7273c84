"""A reef to both sides of the picture, in three depths, its weed in the swell."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from ..light import Colour, colour, mix, pick
from ..motion.sprite import Sprite
from ..shapes import Cutout
from . import corals

if TYPE_CHECKING:
    from ..noise import Reals
    from ..scene import Scene

TONES = ("#e8635a", "#f0a050", "#d65a9e", "#9a62d0", "#f0d060", "#e88a78", "#5ab0c8", "#f07a4a")


class Depth(NamedTuple):
    """One depth of the reef: its floor as a share of the height, the size of things in units, and so on.

    Attributes:
        base: the row that it stands on, as a share of the picture's height.
        size: how high things are, in units.
        veil: how much water lies before it, 0 to 1.
        inner: how far from the middle it begins, as a share of half the width.
        soft: how far out of focus it is, in pixels of a picture 720 high.
        many: how many things stand in a unit of width.
    """

    base: float
    size: float
    veil: float
    inner: float
    soft: float
    many: int


DEPTHS = (
    Depth(0.87, 0.13, 0.66, 0.26, 0.7, 22),
    Depth(0.95, 0.22, 0.36, 0.44, 0.0, 15),
    Depth(1.05, 0.34, 0.10, 0.68, 2.2, 11),
)


def stony(scene: Scene, depth: int, water: Colour, lit: float) -> None:
    """Paint the rock and the corals of a depth, `lit` 0 to 1; they stand still."""
    at = DEPTHS[depth]
    rng = scene.rng("reef", depth)
    u = scene.unit
    rock = mix(colour("#5f6480") * np.float32(lit), water, at.veil * 0.8 + 0.18)
    cut = Cutout(
        scene,
        (0, scene.height * at.base - u * at.size * 1.7, scene.width, scene.height),
        mix(rock, water, 0.3),
        at.soft * u / 720,
    )
    for side in (-1, 1):
        for k in range(3):
            aside = at.inner + 0.12 + (1 - at.inner) * (k + 0.5 * rng.random()) / 3
            x = scene.width / 2 + side * aside * scene.width / 2
            wide = u * at.size * rng.uniform(0.7, 1.1) * (0.7 + 0.5 * aside)
            tall = u * at.size * rng.uniform(0.22, 0.5) * (0.4 + 0.9 * aside)
            corals.mound(cut, rng, x, scene.height * at.base, wide, tall, rock)
    things = [_thing(scene, rng, at) for _ in range(int(at.many * scene.span))]
    # small ones grow before large ones
    for x, aside, tall, kind, tone in sorted(things, key=lambda t: -t[2]):
        foot = scene.height * at.base + u * at.size * rng.uniform(-0.24, 0.12) * (0.4 + aside)
        paint = mix(tone * np.float32(0.82 * lit), water, at.veil)
        if kind < 0.24:
            corals.branching(cut, rng, x, foot, tall, paint)
        elif kind < 0.40:
            corals.sea_fan(cut, rng, x, foot, tall * 1.05, paint)
        elif kind < 0.62:
            corals.table(cut, rng, x, foot, tall * 0.75, paint)
        elif kind < 0.78:
            corals.tubes(cut, rng, x, foot, tall * 0.75, paint)
        else:
            corals.dome(cut, rng, x, foot, tall * 0.34, paint)
    cut.paint()


def _thing(scene: Scene, rng: np.random.Generator, at: Depth) -> tuple[float, float, float, float, Colour]:
    aside = at.inner + (1.04 - at.inner) * rng.random() ** 0.8
    x = scene.width / 2 * (1 + aside * (1 if rng.random() < 0.5 else -1))
    tall = scene.unit * at.size * rng.uniform(0.45, 1.0) * (0.55 + 0.55 * aside)
    return x, aside, tall, float(rng.random()), pick(rng, TONES)


def swaying(scene: Scene, depth: int, water: Colour, lit: float) -> None:
    """Paint the weed and anemones of a depth, `lit` 0 to 1. The layer moves."""
    at = DEPTHS[depth]
    floor, u = scene.height * at.base, scene.unit

    def drawn() -> list[Sprite]:
        sprites = []
        for side in (-1, 1):
            rng = scene.rng("weed", depth, side)
            middle = scene.width / 2
            inner, outer = middle + side * at.inner * middle, middle + side * middle * 1.05
            box = (min(inner, outer), floor - u * at.size * 2.0, max(inner, outer), floor + u * 0.1)
            leaf = mix(colour("#3f8f5a") * np.float32(lit), water, at.veil)
            mix(colour("#8a7a3a") * np.float32(lit), water, at.veil)
            cut = Cutout(scene, box, leaf, at.soft * u / 720, bleed=int(u * 0.04) + 2)
            for _ in range(int(at.many * 0.42 * scene.span / 2) + 1):
                aside = at.inner + (1.04 - at.inner) * rng.random() ** 0.7
                x = middle + side * aside * middle
                foot = floor + u * at.size * rng.uniform(-0.1, 0.2)
                if rng.random() < 0.72:
                    tone = (
                        leaf
                        if rng.random() < 0.7
                        else mix(colour("#8a7a3a") * np.float32(lit), water, at.veil)
                    )
                    tall = u * at.size * rng.uniform(0.7, 1.7) * (0.35 + 0.7 * aside)
                    corals.weed(cut, rng, x, foot, tall, tone)
                else:
                    own = colour(str(rng.choice(["#e8a0b0", "#c8d070", "#b088d8"])))
                    tone = mix(own * np.float32(lit), water, at.veil)
                    corals.anemone(cut, rng, x, foot - u * at.size * 0.1, u * at.size * 0.2, tone)
            sprites.append(Sprite(cut))
        return sprites

    swell = 2 * np.pi * (scene.cycles(4.0) * scene.phase + 0.13 * depth)

    def moved(x: Reals, y: Reals) -> tuple[Reals, Reals]:
        up = np.clip((floor - y) / (u * at.size), 0, 2.0)
        along = x / u * 2.4
        return u * at.size * 0.075 * up**1.4 * np.sin(swell + along - up * 0.9), np.zeros_like(x)

    for sprite in scene.keep(("weed", depth), drawn):
        sprite.paint(scene, moved)
