"""Mountains, desert and snow."""

from __future__ import annotations

import numpy as np

from .. import aurora, plants, terrain, water
from ..light import colour, mix
from ..noise import Field, fbm, smoothstep, tile
from ..scene import Layer, Place, Scene
from ..shapes import Cutout
from ..terrain import Skin, View
from .coast import birds, heavens


def peaks(scene: Scene) -> None:
    """Far ridges in haze, and the massif before them, with snow."""
    light = scene.light
    h, u = scene.horizon, scene.unit
    far = mix(light.ground(colour("#5d6f86"), 0.4), light.haze, min(0.9, 0.62 * light.air**0.3))
    terrain.ridge(scene, "far", h + u * 0.02, u * 0.26, u * 0.5, far, light.haze, 7, 0.52)
    rng = scene.rng("massif")
    land = terrain.ground(terrain.ridged(rng), scene, 20.0)
    snowline = 0.25 if scene.weather == "snow" else 0.50
    skin = Skin(
        colour("#566848"),
        colour("#6c6a6e"),
        0.30,
        colour("#f4f6fa"),
        snowline,
        (0.30, 0.62),
        1.5,
        0.40,
        0.14,
        5.0,
    )
    view = View(near=0.9, far=1.9, eye=0.0, tall=0.40, wide=0.17, top=h + u * 0.012, deep=0.22)
    terrain.show(scene, land, view, skin, 240, h + u * 0.06, (float(rng.random()), float(rng.random())), rise)


def rise(z: Field, x: Field) -> Field:
    """Mountains grow with distance, and stand lower in the middle, where the head is."""
    grown = smoothstep(0.9, 1.35, z) * (1 - 0.25 * smoothstep(1.5, 1.9, z))
    return np.asarray(grown * (1 - 0.30 * np.exp(-((x / 0.42) ** 2))), np.float32)


def lake(scene: Scene) -> None:
    """Paint a lake that mirrors the mountains."""
    u = scene.unit
    terrain.mist(scene, scene.horizon - u * 0.01, u * 0.03, 0.55)
    if scene.wants("lake", otherwise=True):
        deep = scene.light.ground(colour("#1c4a5a"), 0.25) * np.float32(0.8)
        water.paint(scene, scene.horizon, scene.height, deep, 0.30, 0.6)
    else:
        green = scene.light.ground(colour("#6b8a45"), 0.6)
        terrain.plain(
            scene, scene.horizon, green * np.float32(0.8), mix(green, scene.light.haze, 0.4), "grass", 0.16
        )


def pines(scene: Scene) -> None:
    """Spruces on both shores, dark against the light."""
    if "pines" in scene.dropped:
        return
    rng = scene.rng("pines")
    light, u = scene.light, scene.unit
    for depth, (base, size, haze, inner) in enumerate(
        ((0.012, 0.075, 0.45, 0.16), (0.05, 0.19, 0.2, 0.38), (0.32, 0.50, 0.0, 0.70))
    ):
        dark = mix(light.ground(colour("#2c4a38"), 0.05), light.haze, haze)
        lit = mix(light.ground(colour("#5d7d4c"), 0.45), light.haze, haze)
        base_row = scene.horizon + base * u
        cut = Cutout(
            scene,
            (0, base_row - size * u * 1.4, scene.width, base_row + size * u * 0.6),
            dark,
            (0.0, 0.0, 2.8)[depth] * u / 720,
        )
        trees = int(scene.span / (size * 0.085))
        for _ in range(trees):
            x = rng.random()
            aside = abs(x - 0.5) * 2
            if aside < inner + rng.uniform(0, 0.25):
                continue
            tall = size * u * rng.uniform(0.55, 1.1) * (0.6 + 0.5 * aside)
            foot = base_row + size * u * 0.12 * aside
            plants.conifer(
                cut,
                rng,
                x * scene.width,
                foot + rng.uniform(0, 0.1) * size * u,
                tall,
                dark,
                lit,
                float(np.sign(scene.sun[0] - x * scene.width)),
                mix(light.ground(colour("#f4f7fc"), 0.6), light.haze, haze) if _snowy(scene) else None,
            )
        cut.paint()


def _snowy(scene: Scene) -> bool:
    return scene.weather == "snow" or "winter" in scene.elements


def sands(scene: Scene) -> None:
    """Far mesas in haze, then dunes."""
    light = scene.light
    h, u = scene.horizon, scene.unit
    far = mix(light.ground(colour("#a06a48"), 0.4), light.haze, 0.6)
    terrain.ridge(scene, "mesa", h + u * 0.01, u * 0.09, u * 0.35, far, light.haze, 4, 0.4)
    rng = scene.rng("dunes")
    land = terrain.ground(terrain.dunes(rng), scene, 26.0)
    skin = Skin(colour("#e3ae70"), colour("#d4935a"), 0.55, None, 0.6, (0.1, 0.5), 1.5, 0.0, 0.03, 9.0)
    view = View(near=0.10, far=1.9, eye=2.6, tall=0.040, wide=0.5, top=h)
    terrain.show(scene, land, view, skin, 420, None, (float(rng.random()), float(rng.random())))
    ripples(scene)


def ripples(scene: Scene) -> None:
    """Wind ripples on the near sand."""
    top = int(scene.horizon + (scene.height - scene.horizon) * 0.25)
    h = scene.height - top
    if h < 8:
        return
    warp = fbm(scene.rng("ripples"), scene.width, h, scene.unit * 0.3, 3)
    rows = scene.rows[top:]
    down = (rows - top) / np.float32(h)
    z = 1 / (down + 0.35)
    x = (scene.columns - scene.width / 2) / np.float32(scene.unit)
    wave = np.sin((z * 60 + x * z * 9 + warp * 7.0).astype(np.float32))
    scene.px[:, top:] *= 1 + wave * smoothstep(0.05, 0.8, down) * np.float32(0.035)


def snowfield(scene: Scene) -> None:
    """Snowy mountains and a snowfield with soft blue hollows."""
    light = scene.light
    h, u = scene.horizon, scene.unit
    far = mix(light.ground(colour("#9fb0c8"), 0.5), light.haze, 0.5)
    terrain.ridge(scene, "far", h + u * 0.02, u * 0.2, u * 0.5, far, light.haze, 7, 0.5)
    rng = scene.rng("massif")
    land = terrain.ground(terrain.ridged(rng), scene, 20.0)
    skin = Skin(
        colour("#f0f4fa"), colour("#7c8390"), 0.32, colour("#ffffff"), 0.25, (0.5, 0.85), 1.4, 0.35, 0.08, 5.0
    )
    view = View(near=0.9, far=1.9, eye=0.0, tall=0.36, wide=0.17, top=h + u * 0.02, deep=0.22)
    terrain.show(scene, land, view, skin, 220, h + u * 0.08, (float(rng.random()), float(rng.random())), rise)
    terrain.mist(scene, h, u * 0.035, 0.6)
    drifts = terrain.ground(tile(scene.rng("drifts"), 4.2, 2, 40), scene, 10.0)
    skin = Skin(colour("#f3f6fc"), colour("#dfe8f6"), 0.35, None, 0.6, (0.2, 0.6), 1.0, 0.0, 0.05, 9.0)
    view = View(near=0.12, far=1.4, eye=3.2, tall=0.026, wide=0.4, top=h - u * 0.045)
    terrain.show(scene, drifts, view, skin, 320, None, (0.3, 0.1))


def snowy_pines(scene: Scene) -> None:
    """Spruces under snow."""
    if "pines" in scene.dropped:
        return
    rng = scene.rng("pines")
    light, u = scene.light, scene.unit
    for depth, (base, size, haze, inner) in enumerate(
        ((0.02, 0.09, 0.5, 0.12), (0.08, 0.24, 0.22, 0.42), (0.26, 0.52, 0.0, 0.66))
    ):
        dark = mix(light.ground(colour("#34504a"), 0.1), light.haze, haze)
        lit = mix(light.ground(colour("#6f8a74"), 0.4), light.haze, haze)
        snow = mix(light.ground(colour("#f4f7fc"), 0.62), light.haze, haze)
        base_row = scene.horizon + base * u
        cut = Cutout(
            scene,
            (0, base_row - size * u * 1.4, scene.width, base_row + size * u * 0.6),
            mix(dark, snow, 0.4),
            (0.0, 0.0, 1.8)[depth] * u / 720,
        )
        for _ in range(int(scene.span / (size * 0.12))):
            x = rng.random()
            aside = abs(x - 0.5) * 2
            if aside < inner + rng.uniform(0, 0.25):
                continue
            tall = size * u * rng.uniform(0.55, 1.1)
            plants.conifer(
                cut,
                rng,
                x * scene.width,
                base_row + size * u * rng.uniform(0.0, 0.3) * aside,
                tall,
                dark,
                lit,
                float(np.sign(scene.sun[0] - x * scene.width)),
                snow,
            )
        cut.paint()


def northern_lights(scene: Scene) -> None:
    """Paint the aurora where it was asked for."""
    if scene.wants("aurora"):
        aurora.paint(scene)


MOUNTAINS = Place(
    layers=(
        Layer("sky", heavens),
        Layer("aurora", northern_lights),
        Layer("peaks", peaks),
        Layer("lake", lake),
        Layer("pines", pines),
        Layer("birds", birds),
    ),
    horizon=0.60,
    holds=frozenset({"lake", "pines", "aurora", "birds", "moon", "stars"}),
)
DESERT = Place(
    layers=(Layer("sky", heavens), Layer("dunes", sands)),
    horizon=0.50,
    holds=frozenset({"moon", "stars"}),
)
SNOW = Place(
    layers=(
        Layer("sky", heavens),
        Layer("aurora", aurora.paint),
        Layer("snow", snowfield),
        Layer("pines", snowy_pines),
    ),
    horizon=0.56,
    holds=frozenset({"aurora", "pines", "moon", "stars"}),
)
