"""Trees drawn once as stamps, and thickets planted with them.

A stamp says of every point how much light falls there, whether it is wood and whether it is decked (with
snow or blossom), not which colour it has: a thicket gives it the colours of its hour, season and distance.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np
from PIL import Image

from ..light import Colour, mix
from ..scene import flat
from ..shapes import blur

if TYPE_CHECKING:
    from ..noise import Field
    from ..scene import Scene


GAP = 24  # columns


@dataclass(frozen=True)
class Stamp:
    """A plant lit from the upper right.

    Attributes:
        image: RGBA: light, wood, deck (all 0 to 255), coverage.
        axis: where its trunk stands, as a share of the width.
        foot: how far down the image it stands, as a share of the height.
    """

    image: Image.Image
    axis: float = 0.5
    foot: float = 1.0
    _halves: list[Image.Image] = field(default_factory=list, compare=False)

    def sized(self, width: int, height: int) -> Image.Image:
        """Return the image at a size; halves of it are kept, so that small ones are made from small ones."""
        if not self._halves:
            self._halves.append(self.image.convert("RGBa"))  # as resizing wants it
        level = 0
        while True:
            best = self._halves[level]
            if best.height < max(height * 2, 9) or best.width < width * 2:
                break
            level += 1
            if level == len(self._halves):
                half = (max(1, best.width // 2), best.height // 2)
                self._halves.append(best.resize(half, Image.Resampling.BOX))
        return best.resize((width, height), Image.Resampling.BILINEAR).convert("RGBA")


@dataclass(frozen=True)
class Tones:
    """The colours of a thicket, as seen.

    Attributes:
        dark, lit: leaves in the shade and in the light.
        bark: wood in the light.
        deck: snow or blossom in the light; its shade is a mix with `dark`.
        rim: the light that low sun draws along the edges that face it.
        shine: how strong that is.
    """

    dark: Colour
    lit: Colour
    bark: Colour
    deck: Colour | None = None
    rim: Colour | None = None
    shine: float = 0.0

    def hazed(self, haze: Colour, share: float) -> Tones:
        """Return them with `share` (0 to 1) of the haze between."""
        return Tones(
            mix(self.dark, haze, share),
            mix(self.lit, haze, share),
            mix(self.bark, haze, share),
            None if self.deck is None else mix(self.deck, haze, share),
            self.rim,
            self.shine * (1 - share),
        )


class Thicket:
    """Stamps side by side and before each other, painted as one layer.

    Args:
        scene: what it will be painted on.
        top: its uppermost row in pixels.
        bottom: its lowest.
        tones: its colours.
        soft: how far out of focus it is, in pixels.
    """

    def __init__(self, scene: Scene, top: float, bottom: float, tones: Tones, soft: float = 0.0) -> None:
        self.tones = tones
        self._top = int(np.clip(top, 0, scene.height - 1))
        self._width, self._height = scene.width, int(np.clip(bottom, self._top + 1, scene.height)) - self._top
        # what is out of focus is planted small, and enlarged
        self._scale = 1 / (soft * 1.7) if soft >= 0.7 else 1.0
        size = (max(1, round(self._width * self._scale)), max(1, round(self._height * self._scale)))
        self._image = Image.new("RGBA", size, (40, 0, 0, 0))

    def plant(
        self, stamp: Stamp, x: float, foot: float, height: float, flip: bool = False, wide: float = 1.0
    ) -> None:
        """Set a plant `height` pixels high with its foot at column `x` and row `foot`."""
        scale = self._scale
        tall = max(2, round(height * scale / stamp.foot))
        across = max(2, round(stamp.image.width / stamp.image.height * tall * wide))
        if tall > 4000 or across > 8000:
            return
        axis = 1 - stamp.axis if flip else stamp.axis
        left, top = round(x * scale - across * axis), round((foot - self._top) * scale - tall * stamp.foot)
        if left >= self._image.width or left + across <= 0 or top >= self._image.height or top + tall <= 0:
            return
        image = stamp.sized(across, tall)
        if flip:
            image = image.transpose(Image.Transpose.FLIP_LEFT_RIGHT)
        self._image.alpha_composite(image, (max(0, left), max(0, top)), (max(0, -left), max(0, -top)))

    def paint(self, scene: Scene, opacity: float = 1.0) -> None:
        """Lay it on the scene."""
        there = np.asarray(self._image.getchannel("A")) > 0
        columns = np.flatnonzero(there.any(0))
        if not len(columns):
            return
        scale = self._scale
        # plants at both sides are two parts, with nothing to paint between them
        for part in np.split(columns, np.flatnonzero(np.diff(columns) > GAP * scale + 2) + 1):
            rows = np.flatnonzero(there[:, part[0] : part[-1] + 1].any(1))
            edge = 0 if scale == 1 else 2
            left, right = _full(int(part[0]), int(part[-1]) + 1, edge, scale, self._width)
            top, bottom = _full(int(rows[0]), int(rows[-1]) + 1, edge, scale, self._height)
            if scale == 1:
                image = self._image.crop((left, top, right, bottom))
            else:
                far = (min(right * scale, self._image.width), min(bottom * scale, self._image.height))
                box = (left * scale, top * scale, *far)
                image = self._image.resize((right - left, bottom - top), Image.Resampling.BICUBIC, box)
            planes = np.asarray(image).transpose(2, 0, 1).astype(np.float32)
            planes *= np.float32(1 / 255)
            mask = planes[3] * np.float32(opacity)
            scene.paint(self._coloured(scene, planes, left), mask, top + self._top, left)

    def _coloured(self, scene: Scene, planes: Field, left: int) -> Field:
        shade, wood, deck, there = planes
        tones = self.tones
        out = flat(tones.dark) + flat(tones.lit - tones.dark) * shade
        if wood.any():
            bark = flat(tones.bark) * (np.float32(0.35) + np.float32(0.65) * shade)
            out += (bark - out) * wood
        if tones.deck is not None and deck.any():
            dim = mix(tones.dark, tones.deck, 0.55)
            decked = flat(dim) + flat(tones.deck - dim) * shade
            out += (decked - out) * deck
        if tones.rim is not None and tones.shine > 0.02:
            reach = max(1, round(scene.unit / 300))
            side = 1 if scene.sun[0] > left + there.shape[1] / 2 else -1
            beyond = blur(np.roll(there, (reach, -side * reach), (0, 1)), reach * 0.7)
            rim = np.clip(1.15 - beyond, 0, 1) * np.float32(tones.shine)
            out += (flat(tones.rim) - out) * rim
        return np.asarray(out, np.float32)


def _full(first: int, last: int, edge: int, scale: float, size: int) -> tuple[int, int]:
    """Return where the pixels from `first` to `last` of a small image, and some more, lie in the full one."""
    start = int(np.clip((first - edge) / scale, 0, size - 1))
    return start, int(np.clip((last + edge) / scale, start + 1, size))
