"""Space through a ship's window: stars that twinkle, a faint nebula, a planet that turns."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from PIL import Image, ImageDraw, ImageFilter

from ..light import colour, mix
from ..motion.particles import splat
from ..noise import TILE, Field, fbm, resize, sample, smoothstep, tile
from ..rooms import stirring
from ..scene import flat

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from ..rooms.interior import Lit
    from ..rooms.room import Corner
    from ..scene import Planes, Scene

WORLDS = (  # sea or shadow, land or band, light, clouds, air
    ("#123a66", "#3f7a5a", "#c8b07a", "#f4f8fa", "#7ab8ff"),
    ("#5a3020", "#b8683c", "#e8b080", "#f4dcc0", "#ffb080"),
    ("#3a2a5a", "#7a5aa0", "#c8a0d8", "#f0e0f8", "#c09aff"),
    ("#1a4a52", "#3f9a98", "#a8e0d0", "#f0fcf8", "#7af0e0"),
    ("#6a4a30", "#c09a68", "#efdcb4", "#fff4e0", "#ffd8a0"),
    ("#26303f", "#5f6f80", "#b0bcc8", "#f0f4f8", "#a8c8f0"),
)
GAS = (("#1c2f6a", "#6a3a8a"), ("#0f3a4a", "#2f6a8a"), ("#3a1a4a", "#a0486a"), ("#142a3a", "#4a5a8a"))
TURNS = 9  # steps of its texture (of TILE) that a planet turns in a loop


class Starview:
    """What is seen through the glass of a ship.

    Args:
        scene: the picture.
        lit: the ship.
        window: the window's corners, in metres.
        limb: whether the planet fills the lower part, as from a low orbit, or hangs at the side.
        planet: whether there is one.
        ringed: whether it has rings.
        side: where it hangs: -1 left, 1 right.
    """

    def __init__(
        self,
        scene: Scene,
        lit: Lit,
        window: Sequence[Corner],
        *,
        limb: bool,
        planet: bool,
        ringed: bool,
        side: int,
    ) -> None:
        within = Image.new("L", (scene.width, scene.height))
        ImageDraw.Draw(within).polygon([lit.at(*c)[:2] for c in window], fill=1)
        glass = stirring.glass(scene, lit) * np.asarray(within.filter(ImageFilter.MaxFilter(9)), np.float32)
        rows, columns = np.flatnonzero(glass.max(1) > 0.01), np.flatnonzero(glass.max(0) > 0.01)
        self.empty = not rows.size or not columns.size
        if self.empty:
            return
        self.top, self.left = int(rows[0]), int(columns[0])
        self.height, self.width = int(rows[-1]) - self.top + 1, int(columns[-1]) - self.left + 1
        self.glass = glass[self.top : self.top + self.height, self.left : self.left + self.width]
        self.unit = float(min(self.height * 1.35, self.width))
        rng = scene.rng("starview")
        self._gas(scene, rng)
        self._stars(rng)
        self.planet = planet
        if planet:
            self._globe(scene, rng, limb, ringed and not limb, side)

    def _gas(self, scene: Scene, rng: np.random.Generator) -> None:
        w, h = max(8, self.width // 4), max(8, self.height // 4)
        a, b = (colour(c) for c in GAS[int(rng.integers(len(GAS)))])
        if scene.colours:
            b = scene.colours[0] * np.float32(0.7)
        cloud = fbm(rng, w, h, self.unit / 4 * 0.55, 4)
        hue = smoothstep(-0.5, 0.6, fbm(rng, w, h, self.unit / 4 * 0.8, 2))
        # a veil of light in the middle, for the head to stand before
        x, y = (
            np.linspace(-1, 1, w, dtype=np.float32)[None, :],
            np.linspace(-1, 1, h, dtype=np.float32)[:, None],
        )
        veil = np.exp(-(x * x * 1.6 + y * y * 1.1))
        amount = smoothstep(-0.7, 1.3, cloud) * 0.55 + veil * 0.5
        gas = flat(colour("#04060f")) + (flat(a) + (flat(b) - flat(a)) * hue) * amount
        self.gas: Planes = np.stack([resize(np.asarray(p, np.float32), self.width, self.height) for p in gas])

    def _stars(self, rng: np.random.Generator) -> None:
        n = int(min(520, 240 * self.width * self.height / self.unit**2))
        self.x, self.y = rng.random(n) * self.width, rng.random(n) * self.height
        self.bright = 0.12 + 0.88 * rng.random(n) ** 5
        self.radius = self.unit / 900 * (0.75 + 0.9 * self.bright)
        self.every, self.at = rng.integers(1, 4, n), rng.random(n)
        self.cool = rng.random(n) < 0.55

    def _globe(self, scene: Scene, rng: np.random.Generator, limb: bool, ringed: bool, side: int) -> None:
        tones = [colour(c) for c in WORLDS[int(rng.integers(len(WORLDS)))]]
        if limb:
            r = self.unit * rng.uniform(1.25, 1.6)
            cx, cy = (
                self.width * (0.5 + side * rng.uniform(0.0, 0.18)),
                self.height * rng.uniform(0.62, 0.74) + r,
            )
        else:
            r = self.unit * rng.uniform(0.30, 0.44)
            cx, cy = (
                self.width / 2 + side * self.width * rng.uniform(0.3, 0.38),
                self.height * rng.uniform(0.32, 0.5),
            )
        tilt = float(rng.uniform(-0.45, 0.45))
        pad = r * (1.35 if ringed else 0.12) + 4
        self.px0, self.py0 = max(0, int(cx - r - pad)), max(0, int(cy - r - pad * (0.5 if ringed else 1)))
        px1, py1 = (
            min(self.width, int(cx + r + pad)),
            min(self.height, int(cy + r + pad * (0.5 if ringed else 1))),
        )
        x = (np.arange(self.px0, px1, dtype=np.float32)[None, :] - np.float32(cx)) / np.float32(r)
        y = (np.arange(self.py0, py1, dtype=np.float32)[:, None] - np.float32(cy)) / np.float32(r)
        d = np.sqrt(x * x + y * y)
        z = np.sqrt(np.clip(1 - d * d, 0, 1))
        qx, qy = x * np.cos(tilt) + y * np.sin(tilt), -x * np.sin(tilt) + y * np.cos(tilt)
        lon, lat = np.arctan2(qx, z + 1e-3) / np.pi, np.arcsin(np.clip(qy, -1, 1)) / np.pi
        zoom = 0.42 if not limb else 0.9
        warp = sample(tile(rng, 3.0, 2, 60), lon * 0.4, lat * 0.6)
        banded = rng.random() < 0.4
        v = lat * zoom * (1.0 if not banded else 2.2) + warp * (0.012 if not banded else 0.006)
        u = lon * zoom * (1.0 if not banded else 0.22)
        self.column = np.asarray(np.round(u * TILE), np.int32) & (TILE - 1)
        self.row = (np.asarray(np.round(v * TILE), np.int32) & (TILE - 1)) << 9
        # half the size of the picture would show the texture's steps; the lens's softness hides them here
        self.land, self.clouds = tile(rng, 3.3, 2, 60).ravel(), tile(rng, 2.9, 3, 70).ravel()
        sun = np.array([-side * 0.70, -0.50 if not limb else -0.62, 0.42 if not limb else 0.25], np.float32)
        sun /= np.linalg.norm(sun)
        facing = x * sun[0] + y * sun[1] + z * sun[2]
        self.day = np.asarray(smoothstep(-0.15, 0.9, facing) * 1.05 + 0.012, np.float32)
        self.body = np.clip((1 - d) * np.float32(r) + 0.5, 0, 1).astype(np.float32)
        rim = np.clip(1 - z, 0, 1) ** 3 * np.clip(facing + 0.5, 0, 1)
        thick = 16 if not limb else 42
        halo = (
            np.exp(-np.maximum(d - 1, 0) * thick)
            * (1 - self.body)
            * np.clip(facing / np.maximum(d, 1e-3) + 0.45, 0, 1)
        )
        self.air: Planes = np.asarray(flat(tones[4]) * (rim * self.body * 0.8 + halo * 0.6), np.float32)
        self.tones, self.cloudy = tones, rng.uniform(0.25, 0.8)
        self.ring: tuple[Field, Field] | None = None
        if ringed:
            rx, ry = qx, qy / 0.24
            rd = np.sqrt(rx * rx + ry * ry)
            grooves = 0.6 + 0.4 * np.interp(
                rd, np.linspace(1.3, 2.2, 17), np.clip(rng.normal(0, 0.5, 17), -1, 1)
            )
            amount = smoothstep(1.32, 1.42, rd) * (1 - smoothstep(2.05, 2.2, rd)) * grooves * 0.7
            near = np.asarray(ry >= 0, np.float32)
            seen = np.asarray(amount * np.maximum(near, 1 - self.body), np.float32)
            self.ring = seen, np.asarray(np.where((d < 1.05) & (ry < 0), 0.2, 1.0), np.float32)

    def _turned(self, field: NDArray[np.float32], phase: float, speed: float) -> Field:
        """Return a texture on the turning globe: two views of it, a whole turn apart, that take over."""
        one = self._shifted(field, phase * TURNS * speed)
        other = self._shifted(field, (phase - 1) * TURNS * speed)
        keep = 1 - phase
        weight = np.float32(1 / np.hypot(keep, phase))
        return np.asarray((one * np.float32(keep) + other * np.float32(phase)) * weight, np.float32)

    def _shifted(self, field: NDArray[np.float32], steps: float) -> Field:
        whole = int(np.floor(steps))
        part = np.float32(steps - whole)
        a = field.take(self.row + ((self.column + whole) & (TILE - 1)))
        if part == 0:
            return a
        b = field.take(self.row + ((self.column + whole + 1) & (TILE - 1)))
        return np.asarray(a + (b - a) * part, np.float32)

    def add(self, scene: Scene) -> None:
        """Add it to the scene's paint, through the glass, as it is at the scene's phase."""
        if self.empty:
            return
        view = self.gas.copy()
        dx, dy = self.unit * 0.004 * scene.swing(8.0), self.unit * 0.002 * scene.swing(4.0)
        twinkle = self.bright * (0.82 + 0.18 * np.sin(2 * np.pi * (self.every * scene.phase + self.at)))
        for cool, tone in ((True, colour("#cfdcff")), (False, colour("#fff0dc"))):
            of = self.cool == cool
            spots = splat(
                self.height, self.width, self.x[of] + dx, self.y[of] + dy, self.radius[of], twinkle[of]
            )
            view += flat(tone) * spots
        if self.planet:
            self._turn(scene, view)
        region = scene.px[:, self.top : self.top + self.height, self.left : self.left + self.width]
        np.sqrt(region * region + view * view * (self.glass * np.float32(1.1)), out=region)

    def _turn(self, scene: Scene, view: Planes) -> None:
        sea, land, light, cloud, _ = self.tones
        ground = smoothstep(-1.0, 1.2, self._turned(self.land, scene.phase, 1.0))
        high = self._turned(self.clouds, scene.phase, 2.0)
        white = smoothstep(1.0 - 1.3 * self.cloudy, 2.6, high) * np.float32(0.8)
        part = view[:, self.py0 : self.py0 + self.body.shape[0], self.px0 : self.px0 + self.body.shape[1]]
        for i in range(3):
            plane = (
                sea[i]
                + (land[i] - sea[i]) * ground
                + (light[i] - land[i]) * ground * ground * np.float32(0.5)
            )
            plane = (plane + (cloud[i] - plane) * white) * self.day
            part[i] += (plane - part[i]) * self.body
            part[i] += self.air[i]
            if self.ring is not None:
                amount, shade = self.ring
                tone = float(mix(light, cloud, 0.4)[i])
                part[i] += (tone * shade - part[i]) * amount
