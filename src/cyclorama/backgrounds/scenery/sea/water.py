"""Water as a level mirror with waves that run on it."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from ..noise import TILE, smoothstep

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from ..light import Colour
    from ..noise import Field, Reals
    from ..scene import Scene


def paint(
    scene: Scene, top: float, bottom: float, deep: Colour, rough: float = 1.0, scale: float = 1.0
) -> None:
    """Water from row `top` to row `bottom`: it mirrors what is painted above `top`, so its layer moves.

    Args:
        scene: what to paint on.
        top: the far shore, in pixels.
        bottom: the near shore.
        deep: the colour of the water itself.
        rough: 0 is a mirror, 1 the open sea.
        scale: size of the waves; smaller is a calmer, larger body seen from higher.
    """
    first, last = max(0, int(top)), min(scene.height, int(bottom) + 1)
    if last - first < 2 or first < 2:
        return
    name = ("water", first, last, rough, scale)
    waves = scene.keep("waves", lambda: Waves(scene))
    view = scene.keep(name, lambda: _view(scene, top, first, last, rough, scale))
    slope_x, slope_z = waves.slopes(scene.phase, scene.seconds)
    sz = view.coarse.of(slope_z) * np.float32(0.65) + view.fine.of(slope_z) * np.float32(0.5)
    sx = view.coarse.of(slope_x)
    sx *= view.calm
    sz *= view.calm
    columns = np.clip(view.columns + sx * view.aside, 0, scene.width - 1).astype(np.intp)
    # a wave's face mirrors a span of sky, so two looks are averaged
    looks = []
    for tilt in (0.55, 1.15):
        rise = np.abs(view.away + sz * (view.lift * np.float32(tilt)))
        rows = np.maximum(first - 1 - rise, 0).astype(np.intp)
        rows *= scene.width
        rows += columns
        looks.append(rows)
    mirror = np.clip(view.grazing - sz * np.float32(0.20), 0.05, 0.96)
    mirror *= np.float32(0.5)
    body = (1 + np.float32(0.10) * sz) * (1 - 2 * mirror)
    glitter = _glitter(scene, view, sx, sz)
    caps = _whitecaps(view, sz) if rough > 1.3 else None
    white = scene.light.ground(np.ones(3, np.float32), 0.7)
    for plane, deep_of, disc, foam in zip(scene.px, deep, scene.light.disc, white, strict=True):
        source = np.ascontiguousarray(plane[:first]).ravel()
        seen = source.take(looks[0])
        seen += source.take(looks[1])
        seen *= mirror
        seen += body * deep_of
        if glitter is not None:
            seen += np.maximum(1 - seen, 0) * (glitter * disc)
        if caps is not None:
            seen += (foam - seen) * caps
        _spread(seen, plane[first:last], view.step)


def _spread(narrow: Field, wide: Field, step: int) -> None:
    """Fill `wide` from every `step`-th of its columns (1 or 2)."""
    wide[:, ::step] = narrow
    if step == 2:
        between = wide[:, 1::2]
        n = between.shape[1]
        right = narrow[:, 1 : n + 1]
        between[:, : right.shape[1]] = (narrow[:, : right.shape[1]] + right) * np.float32(0.5)
        between[:, right.shape[1] :] = narrow[:, -1:]


class Waves:
    """A square of sea that repeats, and runs before the wind.

    Long waves run faster than short ones, as the square root of their length (deep water); each runs a whole
    number of its lengths in a loop. (After J. Tessendorf, "Simulating Ocean Water", 2001.)

    Args:
        scene: the picture.
        name: of its randomness.
        low, high: the longest and the shortest waves, in waves a tile.
        fall: how fast short waves get lower.
        fastest: how many waves a second pass at most; faster ones would flicker.
    """

    def __init__(
        self,
        scene: Scene,
        name: str = "water",
        low: float = 8,
        high: float = 120,
        fall: float = 1.2,
        fastest: float = 1.1,
    ) -> None:
        rng = scene.rng(name)
        fy = np.fft.fftfreq(TILE, 1 / TILE)[:, None]
        fx = np.fft.rfftfreq(TILE, 1 / TILE)[None, :]
        f = np.hypot(fx, fy)
        power = np.where((f >= low) & (f <= high), np.maximum(f, 1.0) ** -fall, 0.0)
        phase = rng.random(f.shape) * (2 * np.pi)
        wind = rng.uniform(-0.6, 0.6)
        # towards us, and that is towards smaller v
        onward = np.where(fx * np.sin(wind) + fy * np.cos(wind) > 0, 1, -1)
        height = power * np.exp(1j * phase)
        self._pace, self._onward, self._fastest = f, onward, fastest
        self._last: tuple[float, tuple[Field, Field]] | None = None
        along = [height * 1j * np.sin(2 * np.pi * k / TILE) for k in (fx, fy)]
        norm = [float(np.fft.irfft2(part, (TILE, TILE)).std()) for part in along]
        self._x, self._z = ((part / n).astype(np.complex64) for part, n in zip(along, norm, strict=True))

    def slopes(self, phase: float, seconds: float) -> tuple[Field, Field]:
        """Return the slopes to the right and away from us (TILE + 1, TILE + 1), of deviation 1."""
        last = self._last
        if last is None or last[0] != phase:
            turns = np.minimum(
                np.rint(np.sqrt(self._pace) * (seconds / 8)), np.floor(seconds * self._fastest)
            )
            turns = turns * self._onward
            spin = np.exp(np.asarray(2j * np.pi * phase * turns, np.complex64))
            now = [np.fft.irfft2(part * spin, (TILE, TILE)) for part in (self._x, self._z)]
            self._last = last = phase, (_edged(now[0]), _edged(now[1]))
        return last[1]


def _edged(field: Reals) -> Field:
    """Return a tile with its first row and column once more at its end, so that neighbours adjoin."""
    return np.pad(field, ((0, 1), (0, 1)), mode="wrap").astype(np.float32, copy=False)


class Look:
    """Where in the tile the points of the water lie: what `noise.sample` works out anew each time."""

    def __init__(self, u: Field, v: Field) -> None:
        x, y = u * np.float32(TILE), np.broadcast_to(v * np.float32(TILE), u.shape)
        fx, fy = np.floor(x), np.floor(y)
        self._x, self._y = (x - fx).astype(np.float32), (y - fy).astype(np.float32)
        ix, iy = fx.astype(np.intp) & (TILE - 1), fy.astype(np.intp) & (TILE - 1)
        self._index = iy * (TILE + 1) + ix

    def of(self, field: Field) -> Field:
        """Return an edged `field` there, bilinear."""
        flat = field.ravel()
        rows: list[Field] = []
        for first in (0, TILE + 1):
            left = flat[first:].take(self._index)
            right = flat[first + 1 :].take(self._index)
            right -= left
            right *= self._x
            left += right
            rows.append(left)
        top, bottom = rows
        bottom -= top
        bottom *= self._y
        top += bottom
        return top


class Seen(NamedTuple):
    """What of a body of water its waves do not change; (h, 1) or (h, w), every `step`-th column."""

    step: int
    columns: Field
    down: Field
    away: Field
    calm: Field
    aside: Field
    lift: Field
    grazing: Field
    coarse: Look
    fine: Look


def _view(scene: Scene, top: float, first: int, last: int, rough: float, scale: float) -> Seen:
    unit = np.float32(scene.unit)
    # waves are wider than high, seen from here: every other column is enough in a large picture
    step = 2 if scene.width >= 960 else 1
    columns = scene.columns[:, ::step]
    down = (scene.rows[first:last] - np.float32(top) + 1.0) / unit
    x = (columns - scene.width / 2) / unit
    far = np.float32(0.10) / (down + 0.012)
    u, v = x * far * np.float32(0.55 / scale), far * np.float32(1.25 / scale)
    calm: Field = np.float32(rough) * (0.25 + 0.75 * smoothstep(0.0, 0.25, down))
    away = down * unit
    return Seen(
        step=step,
        columns=columns,
        down=down,
        away=away,
        calm=calm,
        aside=unit * np.float32(0.012) + away * np.float32(0.05),
        lift=away * np.float32(0.25) + unit * np.float32(0.055),
        grazing=np.exp(-down * np.float32(2.4)) * np.float32(0.62) + np.float32(0.30),
        coarse=Look(u, v),
        fine=Look(u * np.float32(2.7) + np.float32(0.31), v * np.float32(2.3)),
    )


def _whitecaps(view: Seen, sz: Field) -> Field:
    """Return how much foam lies on the steepest waves, (h, w)."""
    near = 1 - np.exp(-view.down * np.float32(9))
    return np.asarray(smoothstep(2.1, 4.6, sz) * near * np.float32(0.55), np.float32)


def _glitter(scene: Scene, view: Seen, sx: Field, sz: Field) -> NDArray[np.float32] | None:
    """Return the road of light under the sun (h, w), where waves happen to tilt its way."""
    light = scene.light
    if light.height > 1.0 or light.glow < 0.15 or light.height < 0:
        return None
    x = (view.columns - np.float32(scene.sun[0])) / np.float32(scene.unit)
    width = 0.030 + view.down * np.float32(0.20)
    road = np.exp(-(((x + sx * np.float32(0.05)) / width) ** 2))
    spark = np.clip(sz * np.float32(0.9) + np.float32(0.30), 0, 2.2) ** 2
    fade = np.float32(0.40 * light.glow) * (1.25 - np.clip(view.down * np.float32(1.2), 0, 0.9))
    return np.asarray(np.clip(road * spark * fade, 0, 0.97), np.float32)
