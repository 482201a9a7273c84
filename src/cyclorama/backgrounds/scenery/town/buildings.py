"""A skyline: rows of towers from the haze to the near, with windows that go on and off."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from ..light import colour, mix
from ..noise import line, smoothstep
from ..scene import Planes, flat
from . import facades
from .lights import Lights

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from ..light import Colour
    from ..noise import Field
    from ..scene import Planes, Scene

DEPTHS = 4
LIVE = 0.10
"""Share of windows that change in a loop."""
FADE = 0.05
"""How long a lamp takes to go on or off, in loops."""


@dataclass(frozen=True)
class Skyline:
    """Towers, ready to be laid over the sky.

    Attributes:
        top: the row that they begin in.
        body: their paint with the lamps that stay on, (3, h, width).
        cover: how much they cover, (h, width).
        where: indices of the pixels of windows that change, into a plane of the picture, (n,).
        light: what those add when they are lit, (3, n).
        window: which window each of them belongs to, (n,).
        hours: when each window's lamp goes on and how long it stays on, in loops, (2, windows).
        beacons: x and y of the warning lights on the tallest.
    """

    top: int
    body: Planes
    cover: Field
    where: NDArray[np.int64]
    light: Planes
    window: NDArray[np.int32]
    hours: Field
    beacons: tuple[tuple[float, float], ...]


@dataclass(frozen=True)
class Block:
    """A part of a tower: how far in front it stands, how it is built, its left edge and size in pixels."""

    depth: int
    look: facades.Style
    left: float
    wide: float
    tall: float


@dataclass(frozen=True)
class Live:
    """The windows of one block that change: the block, their pixels, the light there, their numbers."""

    owner: int
    pixel: NDArray[np.int64]
    light: Planes
    window: NDArray[np.signedinteger[Any]]


def air(scene: Scene) -> Colour:
    """Return the colour of the air over the streets: lit from below at night."""
    light = scene.light
    lit = colour("#b05a9a") if scene.palette == "neon" else colour("#c48a5c")
    return mix(mix(light.haze, light.sky[0], 0.4), lit, 0.36 * light.lamps)


class Builder:
    """Puts up a skyline, far towers first."""

    def __init__(self, scene: Scene, foot: float, tallest: float, scale: float, name: str) -> None:
        self.scene, self.foot, self.scale, self.name = scene, foot, scale, name
        self.top = max(0, int(foot - tallest * 1.25) - 2)
        self.bottom = min(scene.height, int(foot) + 1)
        self.tallest = min(tallest, foot - self.top)
        size = max(1, self.bottom - self.top), scene.width
        self.body: Planes = np.zeros((3, *size), np.float32)
        self.cover = np.zeros(size, np.float32)
        self.owner = np.zeros(size, np.int32)
        self.live: list[Live] = []
        self.count = self.number = 0
        self.blocks: list[Block] = []
        self.hidden = np.zeros((DEPTHS, scene.width), np.float32)
        self.peaks: list[tuple[float, float]] = []

    def build(self, valley: float, farthest: int) -> Skyline:
        """Put it up; `valley` is how much lower the nearest towers are in the middle, 0 to 1."""
        scene, u = self.scene, self.scene.unit * self.scale
        plan = scene.rng(self.name, "plan")
        centres = (
            (plan.uniform(0.08, 0.30), plan.uniform(0.8, 1.0)),
            (plan.uniform(0.68, 0.94), plan.uniform(0.6, 1.0)),
        )
        for depth in range(farthest, DEPTHS):
            near = depth / (DEPTHS - 1)
            rng = scene.rng(self.name, depth)
            x = -u * 0.1 * rng.random()
            while x < scene.width:
                wide = u * rng.uniform(0.042, 0.098) * (0.62 + 0.62 * near)
                mid = (x + wide / 2) / scene.width
                centre = max(h * np.exp(-(((mid - c) / 0.14) ** 2)) for c, h in centres)
                share = 0.20 + 0.26 * rng.random() + (0.22 + 0.42 * rng.random() ** 1.3) * centre
                share *= 1.1 - 0.40 * near
                aside = min(1.0, abs(mid - 0.5) * scene.width / scene.unit / 0.55)
                low = valley * (1 - aside * aside * (3 - 2 * aside))
                share *= 1 - low * (0.35 + 0.65 * near)
                self.plan(rng, depth, x, wide, float(self.tallest * min(share, 1.0)))
                x += wide * rng.uniform(0.88, 1.5 - 0.25 * near)
        for depth in range(farthest, DEPTHS):
            for number, block in enumerate(b for b in self.blocks if b.depth == depth):
                self.block(scene.rng(self.name, depth, number), block)
            if depth < DEPTHS - 1:
                self.mist(depth)
        return self.finished()

    def plan(self, rng: np.random.Generator, depth: int, x: float, wide: float, tall: float) -> None:
        """Decide on one tower."""
        look = facades.style(rng)
        for left, width, height in facades.outline(look.top, wide, tall, rng):
            self.blocks.append(Block(depth, look, x + left, width, height))
            solid = height * (0.8 if look.top in {"slant", "round"} else 1.0)
            first, last = max(0, int(np.ceil(x + left + 1))), max(0, int(x + left + width) - 1)
            hidden = self.hidden[:depth, first:last]
            np.maximum(hidden, solid - 1, out=hidden)
        if look.top in {"spire", "crown", "flat"} and tall > self.tallest * 0.62:
            self.peaks.append((x + wide / 2, self.foot - tall * (1.2 if look.top == "spire" else 1.02)))

    def block(self, rng: np.random.Generator, block: Block) -> None:
        """Put up one block of one tower, as far as nearer ones do not hide it."""
        scene, look, near = self.scene, block.look, block.depth / (DEPTHS - 1)
        x0, x1 = max(0, int(block.left - 1)), min(scene.width, int(block.left + block.wide) + 2)
        y0 = max(self.top, int(self.foot - block.tall) - 1)
        if x1 - x0 < 2:
            return
        y1 = min(self.bottom, int(self.foot - self.hidden[block.depth, x0:x1].min()) + 1)
        if y1 - y0 < 3:
            return
        x = np.arange(x0, x1, dtype=np.float32)[None, :] + np.float32(0.5 - block.left)
        up = np.float32(self.foot) - np.arange(y0, y1, dtype=np.float32)[:, None] - np.float32(0.5)
        up = np.maximum(up, 0)
        mask = facades.cover(look.top, x, np.float32(block.tall) - up, block.wide, block.tall)
        size = scene.unit * self.scale * (0.72 + 0.62 * near)
        far = np.float32(min(0.93, (1 - near) ** 1.2 * 0.80 * (1 + 0.12 * (scene.light.air - 1))))
        low = smoothstep(0.30, 0.0, up / np.float32(scene.unit)) * np.float32(0.30 * (1 - near * 0.55))
        veil = far + (1 - far) * low
        made = facades.face(scene, rng, look, x, up, block.wide, size, air(scene), veil)
        part = np.s_[y0 - self.top : y1 - self.top, x0:x1]
        self.count += 1
        self.owner[part] = np.where(mask > 0.5, self.count, self.owner[part])
        if len(made.where):
            alive = (rng.random(made.windows, dtype=np.float32) < LIVE)[made.window]
            for plane, light in zip(made.body.reshape(3, -1), made.light, strict=True):
                plane[made.where[~alive]] += light[~alive]
            row, column = np.divmod(made.where[alive], x1 - x0)
            pixel = (row + y0 - self.top) * scene.width + column + x0
            self.live.append(Live(self.count, pixel, made.light[:, alive], self.number + made.window[alive]))
            self.number += made.windows
        behind = self.body[:, part[0], part[1]]
        behind += (made.body - behind) * mask
        self.cover[part] += (1 - self.cover[part]) * mask

    def mist(self, depth: int) -> None:
        """Let a bank of mist lie at the foot of what stands so far."""
        scene = self.scene
        thick = np.float32(scene.unit * 0.11)
        wave = line(scene.rng(self.name, "mist", depth), scene.width, scene.unit * 0.5, 3)
        rows = np.arange(self.top, self.bottom, dtype=np.float32)[:, None]
        y = (rows - np.float32(self.foot - scene.unit * 0.015)) / thick + wave[None, :] * np.float32(0.35)
        amount = np.exp(-y * y * np.float32(1.6)) * np.float32(0.34)
        self.body += (flat(air(scene)) - self.body) * amount
        clear = (1 - amount).ravel()
        for live in self.live:
            live.light[:] *= clear[live.pixel]
        self.cover += (1 - self.cover) * amount * np.float32(0.6)

    def beacons(self) -> list[tuple[float, float]]:
        """Return the tops that stand before the sky, apart from one another."""
        lone: list[tuple[float, float]] = []
        for x, y in sorted(self.peaks, key=lambda p: p[1]):
            row, column = int(y) - self.top - 3, int(x)
            inside = 0 <= row < self.cover.shape[0] and 0 <= column < self.scene.width
            apart = all(abs(x - other) > self.scene.unit * 0.16 for other, _ in lone)
            if inside and apart and self.cover[row, column] < 0.2:
                lone.append((x, y))
        return lone[:6]

    def finished(self) -> Skyline:
        """Return what stands."""
        owner = self.owner.ravel()
        # windows that nothing nearer hides
        seen = [(live, owner[live.pixel] == live.owner) for live in self.live]
        where = np.concatenate([live.pixel[here] for live, here in seen] or [np.zeros(0, np.int64)])
        light = np.concatenate(
            [live.light[:, here] for live, here in seen] or [np.zeros((3, 0), np.float32)], axis=1
        )
        number = np.concatenate([live.window[here] for live, here in seen] or [np.zeros(0, np.int64)])
        numbers, window = np.unique(number, return_inverse=True)
        hours = self.scene.rng(self.name, "hours").random((2, max(1, len(numbers))), dtype=np.float32)
        hours[1] = 0.25 + 0.5 * hours[1]
        # the paint is mixed with black as far as it does not cover
        self.body /= np.maximum(self.cover, np.float32(0.02))
        return Skyline(
            self.top,
            self.body,
            self.cover,
            where + self.top * self.scene.width,
            np.asarray(light, np.float32),
            window.astype(np.int32),
            hours,
            tuple(self.beacons()),
        )


def skyline(
    scene: Scene,
    foot: float,
    tallest: float,
    scale: float = 1.0,
    valley: float = 0.5,
    name: str = "towers",
    farthest: int = 0,
) -> Skyline:
    """Return the towers of a city that stands on row `foot`, made once for all frames.

    Args:
        scene: what they will be painted on.
        foot: the row that they stand on.
        tallest: how high they may be, in pixels.
        scale: of towers and windows; smaller is farther away.
        valley: how much lower they are in the middle, 0 to 1.
        name: what their randomness depends on.
        farthest: the depth of the farthest, 0 to 3.
    """
    return scene.keep(
        (name, "skyline"), lambda: Builder(scene, foot, tallest, scale, name).build(valley, farthest)
    )


def stand(scene: Scene, city: Skyline) -> None:
    """Paint what does not change."""
    scene.paint(city.body, city.cover, city.top)


def shine(scene: Scene, city: Skyline) -> None:
    """Light the windows that change, and the warning lights, as they are at this moment."""
    on, length = city.hours
    since = (np.float32(scene.phase) - on) % 1
    lit = smoothstep(0, FADE, since) * smoothstep(FADE, 0, since - length)
    for plane, light in zip(scene.px.reshape(3, -1), city.light, strict=True):
        plane[city.where] += light * lit[city.window]
    if scene.light.lamps > 0.5 and city.beacons:
        spots = Lights(scene, 540, scene.light.lamps)
        for n, (x, y) in enumerate(city.beacons):
            pulse = 0.5 + 0.5 * scene.swing(4, n * 0.29)
            spots.glow(x, y, scene.unit * 0.014, colour("#ff3a2c"), 0.15 + 0.75 * pulse)
        spots.paint()
