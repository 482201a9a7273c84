"""Northern lights over a fjord."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from ..air import aurora, clouds, comet, sky
from ..land import massif, plants, terrain, trees
from ..land.stamps import Thicket
from ..land.terrain import Skin
from ..light import colour, mix
from ..noise import line, smoothstep
from ..scene import Layer, Place, flat
from ..sea import water
from .snow import glitter, near

if TYPE_CHECKING:
    from ..scene import Planes, Scene


def heavens(scene: Scene) -> None:
    """Paint a dark sky full of stars; the moon only where it was asked for: it would outshine the lights."""
    if scene.light.moon and "moon" not in scene.elements:
        scene.px[:] = scene.keep("dark sky", lambda: _dark(scene))
    else:
        sky.gradient(scene)

    sky.stars(scene, max(0.9, scene.light.stars))
    if "moon" in scene.elements or not scene.light.moon:
        sky.disc(scene)
    clouds.paint(scene, scene.light.clouds * 0.45)


def _dark(scene: Scene) -> Planes:
    up = np.clip((scene.horizon - scene.rows[:, 0]) / max(scene.horizon, 1.0), 0, 1)
    bare = np.stack([np.interp(up, np.linspace(0, 1, 256), band) for band in sky.ramp(scene)])
    return np.repeat(bare[:, :, None] * 0.82, scene.width, 2).astype(np.float32)


def lights(scene: Scene) -> None:
    """Paint the northern lights, and what they lend to the whole sky."""
    if "aurora" in scene.dropped:
        return
    aurora.paint(scene)


def peaks(scene: Scene) -> None:
    """Paint snowy mountains on the far shore."""
    light = scene.light
    h, u = scene.horizon, scene.unit
    rng = scene.rng("massif")
    far = mix(light.ground(colour("#8fa3bf"), 0.4), light.haze, min(0.92, 0.6 * light.air**0.3))
    terrain.ridge(scene, "far", h + u * 0.02, u * 0.20, u * 0.45, far, light.haze, 7, 0.52, 0.4)
    land = terrain.ground(terrain.ridged(rng), scene, 20.0)
    skin = Skin(colour("#dfe7f4"), colour("#5f6878"), 0.30, colour("#f6f9ff"), 0.15, (0.40, 0.75), 1.3, 0.40)
    massif.paint(scene, rng, land, skin, float(rng.uniform(0.28, 0.38)), 0.05)
    # at night the lights tint the snow
    if light.stars > 0.5 and "aurora" not in scene.dropped:
        rows = smoothstep(h - u * 0.30, h, scene.rows) * (scene.rows < h + 2)
        scene.shine(flat(colour("#1f8f6a")), np.asarray(rows * np.float32(0.10), np.float32))
    terrain.mist(scene, h, u * 0.03, 0.45)


def far_shore(scene: Scene) -> None:
    """Paint a strip of snow with spruces along the water."""
    u, w = scene.unit, scene.width
    light = scene.light
    snow = mix(light.ground(colour("#eef3fb"), 0.5), light.haze, 0.3)
    rng = scene.rng("shore")
    bank = scene.horizon - u * 0.006 * (1.2 + line(rng, w, u * 0.4, 4))
    first, last = max(0, int(bank.min()) - 1), min(scene.height, int(scene.horizon + u * 0.006) + 1)
    if last > first:
        rows = scene.rows[first:last]
        scene.paint(flat(snow), np.clip(rows - bank[None, :] + 0.5, 0, 1).astype(np.float32), first)
    if "pines" in scene.dropped:
        return
    for n, (size, haze, inner) in enumerate(((0.06, 0.40, 0.10), (0.13, 0.22, 0.42))):
        wood = Thicket(scene, 0, scene.height, plants.spruce(scene, haze))
        own = scene.rng("far wood", n)
        for _ in range(int(scene.span / (size * 0.10))):
            x = own.random()
            aside = abs(x - 0.5) * 2
            if aside < inner + own.uniform(0, 0.30):
                continue
            tall = size * u * own.uniform(0.5, 1.1)
            foot = scene.horizon + u * (0.001 + 0.004 * n)
            wood.plant(
                trees.stamp("snowy_spruce", int(own.integers(4))), x * w, foot, tall, scene.sun[0] < x * w
            )
        wood.paint(scene)


def near_shore(scene: Scene) -> None:
    """Paint the snow that the near spruces stand on, in both lower corners."""
    u, w, hh = scene.unit, scene.width, scene.height
    light = scene.light
    x = np.abs(np.linspace(-1, 1, w, dtype=np.float32))
    rough = line(scene.rng("near shore"), w, u * 0.22, 4)
    bank = hh - u * (0.20 * smoothstep(0.36, 0.95, x) * (1 + 0.25 * rough) - 0.02)
    first = max(0, int(bank.min()) - 2)
    if first >= hh:
        return
    rows = scene.rows[first:]
    deep = smoothstep(0.0, 0.10, (rows - bank[None, :]) / np.float32(u))
    top, low = light.ground(colour("#f2f6ff"), 0.75), light.ground(colour("#cfdaf0"), 0.35)
    scene.paint(
        flat(top) + (flat(low) - flat(top)) * deep,
        np.clip(rows - bank[None, :] + 0.5, 0, 1).astype(np.float32),
        first,
    )


def fjord(scene: Scene) -> None:
    """Paint still water that mirrors the lights."""
    deep = scene.light.ground(colour("#123242"), 0.2) * np.float32(0.7)
    water.paint(scene, scene.horizon + scene.unit * 0.005, scene.height, deep, 0.20, 0.6)


def meteor(scene: Scene) -> None:
    """Paint a shooting star in half of the pictures."""
    if "stars" not in scene.dropped and scene.rng("meteors").random() < 0.5 and scene.light.stars > 0.5:
        comet.meteor(scene)


AURORA = Place(
    layers=(
        Layer("sky", heavens, moves=True),
        Layer("aurora", lights, moves=True),
        Layer("meteor", meteor, moves=True),
        Layer("mountains", peaks),
        Layer("far shore", far_shore),
        Layer("fjord", fjord, moves=True),
        Layer("near shore", near_shore),
        Layer("pines", near, moves=True),
        Layer("air", glitter, moves=True),
    ),
    horizon=0.62,
    time="night",
    holds=frozenset({"aurora", "pines", "moon", "stars", "clouds", "lake"}),
)
