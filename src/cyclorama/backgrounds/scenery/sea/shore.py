"""A sandy shore: shallow water, dry and wet sand, and waves that run up it and draw back."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from ..air import sky
from ..light import Colour, colour, mix
from ..noise import Field, fbm, line, resize, sample, smoothstep, tile
from ..scene import flat

if TYPE_CHECKING:
    from ..scene import Planes, Scene

WAVES = 3
"""How many are on their way at a time; each takes a whole loop from its rise to its end."""
RUN = 0.052
"""How far up the sand they come, in units."""


def line_of(scene: Scene) -> Field:
    """Return the row of the still water's edge in every column, (w,)."""

    def drawn() -> Field:
        rng = scene.rng("sand")
        depth = scene.height - scene.horizon
        x = np.linspace(-1, 1, scene.width, dtype=np.float32)
        lean = rng.uniform(0.03, 0.10) * (1 if rng.random() < 0.5 else -1)
        wander = 0.04 * line(rng, scene.width, scene.unit * 0.6, 2)
        return np.asarray(scene.horizon + depth * (0.36 + lean * x + wander), np.float32)

    return scene.keep("shore", drawn)


def shallows(scene: Scene) -> None:
    """Paint the water clearer and greener towards the shore, down to the sand under it."""
    first, over, tone = scene.keep("shallows", lambda: _shallows(scene))
    scene.paint(tone, over, first)


def _shallows(scene: Scene) -> tuple[int, Field, Planes]:
    light, shore = scene.light, line_of(scene)
    first = max(0, int(scene.horizon) + 1)
    last = min(scene.height, int(shore.max() + scene.unit * RUN) + 2)
    rows = scene.rows[first : max(last, first + 1)]
    out = (shore[None, :] - rows) / np.float32(scene.unit)
    bright = 0.55 if light.low else 0.8
    clear = light.ground(colour("#3cc8c0"), bright)
    sand = light.ground(colour("#bfae86"), bright)
    near = smoothstep(0.035, -0.005, out)
    tone = flat(clear) + (flat(sand) - flat(clear)) * near
    patches = fbm(scene.rng("shallows"), scene.width, len(rows), scene.unit * 0.10, 3)
    reach = np.exp(-np.maximum(out, 0) / (0.075 * (1 + 0.4 * patches)))
    return first, np.asarray(reach * (0.42 + 0.2 * near), np.float32), np.asarray(tone, np.float32)


def sand(scene: Scene) -> None:
    """Paint dry sand, and wet sand that mirrors the sky. It stands still."""
    light, shore, unit = scene.light, line_of(scene), np.float32(scene.unit)
    first = max(0, int(shore.min()) - 3)
    if first >= scene.height - 2:
        return
    rows = scene.rows[first:]
    inland = (rows - shore[None, :]) / unit
    down = (rows - np.float32(scene.horizon) + 1) / unit
    texture = tile(scene.rng("grains"), 1.5, 4, 250)
    z = np.float32(0.16) / (down + 0.02)
    bumps = sample(texture, (scene.columns - scene.width / 2) / unit * z * 1.6, z * 4.0)
    slow = fbm(scene.rng("drifts"), scene.width, scene.height - first, scene.unit * 0.22, 4)
    dry = light.ground(colour("#ead2a8"), 0.62 if light.low else 0.88)
    toward = np.exp(-(((scene.columns - np.float32(scene.sun[0])) / (unit * np.float32(0.7))) ** 2))
    shade = (1 + bumps * 0.06 + slow * 0.07) * (0.90 + 0.20 * toward)
    dry_paint = flat(dry) * shade * (1.06 - 0.26 * smoothstep(0.25, 0.75, down))
    damp = light.ground(colour("#a58a66"), 0.5)
    wet = flat(damp) * 0.52 + _sheen(scene, first, len(rows)) * 0.46
    soak = smoothstep(RUN * 0.75, RUN * 1.7, inland + slow * 0.014)
    body = wet + (dry_paint - wet) * soak
    scene.paint(np.asarray(body, np.float32), smoothstep(-0.006, 0.006, inland), first)


def _sheen(scene: Scene, first: int, rows: int) -> Planes:
    """Return the sky as damp sand mirrors it, (3, rows, w): blurred, and without the sun's disc."""
    bare = sky.bare(scene)
    up = np.clip(2 * scene.horizon - 0.1 * scene.horizon - np.arange(first, first + rows) * 0.9, 0, first - 1)
    above = bare[:, up.astype(np.intp), :]
    evenly = above.mean(axis=2, keepdims=True)
    return np.asarray(evenly * 0.35 + np.minimum(above, evenly * 1.25) * 0.65, np.float32)


class Band(NamedTuple):
    """What of the surf does not change: its rows, every `step`-th column, and how its waves come in."""

    first: int
    step: int
    inland: Field
    lace: Field
    wander: Field
    early: Field
    sheet: Colour
    foam: Colour


def _band(scene: Scene) -> Band:
    light, shore, u = scene.light, line_of(scene), scene.unit
    first = max(0, int(shore.min() - u * 0.17))
    last = min(scene.height, int(shore.max() + u * RUN * 1.6) + 2)
    step = 2 if scene.width >= 960 else 1
    inland = ((scene.rows[first : max(last, first + 1)] - shore[None, ::step]) / np.float32(u)).astype(
        np.float32
    )
    w = inland.shape[1]
    lace = fbm(scene.rng("lace"), w, max(64, int(u * 0.5)), u * 0.035 / step, 4)
    wander = np.stack([line(scene.rng("surf", n), w, u * 0.34 / step, 4) for n in range(WAVES)])
    early = np.stack([line(scene.rng("early", n), w, u * 0.9 / step, 2) for n in range(WAVES)])
    white = mix(light.ground(colour("#ffffff"), 0.85), light.haze, 0.12)
    if light.moon:
        white = mix(white, light.key, 0.2)
    sheet = mix(light.ground(colour("#9fc4b8"), 0.7), light.sky[1], 0.5)
    return Band(first, step, inland, lace, wander, early, sheet, white)


def surf(scene: Scene) -> None:
    """Paint the waves near the shore: each rises, breaks, runs up the sand and draws back. It moves."""
    band = scene.keep("surf", lambda: _band(scene))
    shape = band.inland.shape
    foam, wet, shade = (np.zeros(shape, np.float32) for _ in range(3))
    columns = np.arange(shape[1])
    height = len(band.lace)
    for n in range(WAVES):
        t = (scene.phase + n / WAVES + 0.02 * band.early[n]) % 1.0
        front = _front(t) + band.wander[n] * np.float32(0.007) * (0.4 + smoothstep(0.3, 0.6, t))
        d = band.inland - front[None, :].astype(np.float32)
        rise = smoothstep(0.04, 0.42, t) * (1 - smoothstep(0.80, 0.98, t))
        run = smoothstep(0.42, 0.62, t)
        # behind the front the foam tears into lace, the more the longer ago it broke
        behind = np.maximum(-d, 0)
        scroll = (d * np.float32(scene.unit)).astype(np.intp) + n * 17
        lace = band.lace[scroll % height, columns]
        extent = 0.008 + 0.055 * run
        torn = smoothstep(-0.9, 0.7, lace + 1.25 - (behind / extent) * 1.35 - 0.9 * smoothstep(0.62, 0.95, t))
        edge = np.clip(1 - np.maximum(d, 0) / np.float32(0.0022), 0, 1)
        face = np.exp(-behind / extent)
        foam = np.maximum(foam, edge * face * torn * rise * (0.62 + 0.38 * run))
        # a wave that has not broken shows its dark face before the crest
        dark = np.exp(-(((d - 0.006) / 0.007) ** 2)) * rise * (1 - run)
        shade = np.maximum(shade, np.asarray(dark, np.float32) * np.float32(0.20))
        covered = np.clip(-d / np.float32(0.004) + 0.5, 0, 1) * smoothstep(0.44, 0.56, t)
        covered = covered * (1 - smoothstep(0.86, 0.99, t))
        wet = np.maximum(wet, covered)
    wet *= smoothstep(-0.05, 0.004, band.inland) * np.float32(0.72)
    tone = scene.light.ambient * np.float32(0.5)
    for colours, amount in ((tone, shade), (band.sheet, wet), (band.foam, foam)):
        scene.paint(flat(colours), _widened(amount, band.step, scene.width), band.first)


def _front(t: Field) -> Field:
    """Return where a wave's front is, in units up from the still water's edge, `t` (0 to 1) of its life."""
    coming = -0.15 + 0.15 * np.minimum(t / 0.50, 1) ** 0.9
    up = smoothstep(0.48, 0.70, t) - 0.95 * smoothstep(0.70, 1.0, t)
    return np.asarray(coming + RUN * up, np.float32)


def _widened(field: Field, step: int, width: int) -> Field:
    return field if step == 1 else resize(np.asarray(field, np.float32), width, len(field))
