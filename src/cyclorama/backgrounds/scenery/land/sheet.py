"""The sheet that a plant's stamp is drawn on: limbs, and clusters of leaves lit from the upper right."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from PIL import Image, ImageDraw

from .stamps import Stamp

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from ..noise import Field

TALL = 560  # pixels
SUN = np.array([0.58, -0.81], np.float32)

Spot = tuple[float, float]


class Sheet:
    """What a stamp is drawn on; positions and sizes are shares of its height, y down."""

    def __init__(self, wide: float, rng: np.random.Generator, tall: int = TALL) -> None:
        self.rng, self.tall, self.wide = rng, tall, wide
        self.image = Image.new("RGBA", (round(tall * wide), tall), (60, 0, 0, 0))
        self.draw = ImageDraw.Draw(self.image)

    def limb(self, points: list[Spot], start: float, end: float) -> None:
        """Draw a branch through `points`, `start` wide where it begins and `end` at its tip."""
        self.tube(points, start, end, ((-1.0, 1.0, 60), (-0.1, 1.0, 125), (0.45, 1.0, 190)), 255)

    def tube(
        self,
        points: list[Spot],
        start: float,
        end: float,
        strips: Sequence[tuple[float, float, int]],
        wood: int,
    ) -> None:
        """Draw a round thing through `points` in lengthwise strips.

        Args:
            points: what it runs through.
            start: how thick it begins.
            end: how thick it ends.
            strips: from where to where one goes, -1 in the shade to 1 towards the light, and its light.
            wood: whether it is wood, 0 or 255.
        """
        at = np.asarray(points, np.float32)
        t = np.linspace(0, len(at) - 1, 3 * len(at))
        x = smoothed(np.interp(t, range(len(at)), at[:, 0]))
        y = smoothed(np.interp(t, range(len(at)), at[:, 1]))
        along = np.hypot(np.gradient(x), np.gradient(y)) + 1e-6
        nx, ny = -np.gradient(y) / along, np.gradient(x) / along
        half = np.linspace(start, end, len(t)) / 2
        facing = np.where(nx * SUN[0] + ny * SUN[1] > 0, 1, -1)
        for low, high, shade in strips:
            a = np.stack([x + nx * half * low * facing, y + ny * half * low * facing], 1)
            b = np.stack([x + nx * half * high * facing, y + ny * half * high * facing], 1)
            for i in range(len(t) - 1):
                quad = np.stack([a[i], a[i + 1], b[i + 1], b[i]]) * self.tall
                self.draw.polygon([tuple(p) for p in quad.tolist()], fill=(shade, wood, 0, 255))

    def leaves(
        self,
        clusters: Field,
        count: int,
        size: float,
        deck: float = 0.0,
        core: float = 0.66,
        long: float = 1.9,
        contrast: float = 1.0,
    ) -> None:
        """Draw clusters of leaves, each lit as a ball, and all of them as one crown.

        Args:
            clusters: (n, 4): middle and half axes.
            count: of leaves.
            size: of one.
            deck: the share of them that is blossom or snow.
            core: how much of a cluster is closed.
            long: how much longer than wide a leaf is.
            contrast: of the light on them.
        """
        rng = self.rng
        middle = clusters[:, :2].mean(0)
        reach = np.maximum(np.abs(clusters[:, :2] - middle).max(0) + clusters[:, 2:].mean(0), 0.02)
        n = len(clusters)
        depth = rng.random(n)
        for i in np.argsort(depth):
            x, y, rx, ry = clusters[i]
            of_all = ((x - middle[0]) * SUN[0] / reach[0] + (y - middle[1]) * SUN[1] / reach[1]) * 0.3
            tone = int(np.clip(42 + 80 * of_all, 10, 130))
            box = [(x - rx * core), (y - ry * core), (x + rx * core), (y + ry * core)]
            self.draw.ellipse([v * self.tall for v in box], fill=(tone, 0, 255 if deck > 0.95 else 0, 255))
        area = clusters[:, 2] * clusters[:, 3]
        which = rng.choice(n, count, p=area / area.sum())
        angle, out = rng.random(count) * 2 * np.pi, np.sqrt(rng.random(count)) * 1.06
        u, v = np.cos(angle) * out, np.sin(angle) * out
        x = clusters[which, 0] + u * clusters[which, 2]
        y = clusters[which, 1] + v * clusters[which, 3]
        ball = u * SUN[0] + v * SUN[1]
        crown = (x - middle[0]) / reach[0] * SUN[0] + (y - middle[1]) / reach[1] * SUN[1]
        light = 0.38 + contrast * (0.29 * ball + 0.30 * crown) + rng.normal(0, 0.10, count)
        order = np.argsort(depth[which] * 0.55 + light * 0.6 + rng.random(count) * 0.2)
        turn = rng.random(count) * np.pi
        length = size * rng.uniform(0.6, 1.25, count)
        ax, ay = np.cos(turn) * length, np.sin(turn) * length
        bx, by = -ay / long, ax / long
        shape = np.stack(
            [x - ax, y - ay, x + bx, y + by, x + ax, y + ay, x - bx, y - by], 1
        )[order] * self.tall  # fmt: skip
        tones = np.clip(light[order] * 255, 8, 255).astype(int).tolist()
        decked = (rng.random(count) < deck)[order].tolist()
        for points, tone, white in zip(shape.tolist(), tones, decked, strict=True):
            self.draw.polygon(points, fill=(tone, 0, 255 if white else 0, 255))

    def done(self, axis: float = 0.5, foot: float = 1.0) -> Stamp:
        """Return what was drawn as a stamp."""
        return Stamp(self.image, axis, foot)


def smoothed(values: NDArray[np.floating]) -> NDArray[np.floating]:
    """Return values (n,) with their corners rounded; the ends stay."""
    padded = np.pad(values, 2, mode="reflect", reflect_type="odd")
    return np.convolve(padded, [0.12, 0.23, 0.3, 0.23, 0.12], mode="valid")


def crown(
    rng: np.random.Generator, x: float, y: float, rx: float, ry: float, number: int, size: float
) -> Field:
    """Clusters (number, 4) spread over an ellipse so that they touch."""
    spots: list[Spot] = []
    apart = 1.25 * np.sqrt(rx * ry / number)
    for attempt in range(number * 30):
        a, r = rng.random() * 2 * np.pi, np.sqrt(rng.random())
        spot = (x + float(np.cos(a)) * r * rx, y + float(np.sin(a)) * r * ry)
        near = apart * (1 - attempt / (number * 34))
        if all((spot[0] - s[0]) ** 2 + (spot[1] - s[1]) ** 2 > near * near for s in spots):
            spots.append(spot)
        if len(spots) == number:
            break
    half = size * rng.uniform(0.75, 1.2, len(spots))
    at = np.asarray(spots)
    return np.asarray(np.stack([at[:, 0], at[:, 1], half, half * rng.uniform(0.7, 0.9, len(spots))], 1))


def forked(
    sheet: Sheet, foot: Spot, fork: Spot, tips: list[Spot], width: float, wobble: float = 0.012
) -> None:
    """Draw a trunk from `foot` to `fork`, and a limb from there to every tip."""
    rng = sheet.rng
    mid = ((foot[0] + fork[0]) / 2 + rng.normal() * wobble, (foot[1] + fork[1]) / 2)
    for x, y in tips:
        bend = (fork[0] + (x - fork[0]) * 0.62 + rng.normal() * wobble, fork[1] + (y - fork[1]) * 0.42)
        sheet.limb([fork, bend, (x, y)], width * 0.5, width * 0.12)
    root = (foot[0], foot[1] - 0.04)
    sheet.limb([foot, root, mid, fork], width * 1.25, width * 0.8)
