"""Mountains, desert, snow and meadow."""

from __future__ import annotations

import numpy as np

from .. import plants, terrain, water
from ..light import colour, mix
from ..noise import Field, fbm, line, resize, smoothstep, tile
from ..scene import Place, Scene, flat
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
            (0.0, 0.0, 2.2)[depth] * u / 720,
        )
        trees = int(scene.width / (size * u * 0.085))
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
    skin = Skin(colour("#e3ae70"), colour("#d4935a"), 0.55, None, 0.6, (0.1, 0.5), 1.5, 0.0, 0.05, 9.0)
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
    view = View(near=0.12, far=1.4, eye=3.2, tall=0.026, wide=0.4, top=h - u * 0.005)
    terrain.show(scene, drifts, view, skin, 320, None, (0.3, 0.1))


def snowy_pines(scene: Scene) -> None:
    """Spruces under snow."""
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
        for _ in range(int(scene.width / (size * u * 0.12))):
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


def aurora(scene: Scene) -> None:
    """Curtains of green light, with violet hems."""
    quiet = scene.light.stars < 0.9
    if not scene.wants("aurora", otherwise=not quiet and scene.weather in {"fair", "clear"}):
        return
    w, h = max(scene.width // 2, 8), max(int(scene.horizon) // 2, 8)
    x = np.linspace(0, scene.width / scene.unit, w, dtype=np.float32)
    rng = scene.rng("aurora")
    up = np.linspace(1, 0, h, dtype=np.float32)[:, None]
    total = np.zeros((h, w), np.float32)
    hem = np.zeros((h, w), np.float32)
    for n in range(3):
        foot = 0.22 + 0.16 * n + 0.13 * line(scene.rng("aurora", n), w, scene.unit * 0.28, 3)[None, :]
        rays = 0.55 + 0.45 * line(scene.rng("rays", n), w, scene.unit * 0.02, 3)[None, :]
        power = np.clip(0.6 + 0.7 * line(scene.rng("power", n), w, scene.unit * 0.3, 2)[None, :], 0, 1.2)
        d = up - foot
        curtain = np.where(d > 0, np.exp(-d * (4.2 + 2 * rng.random())), np.exp(d * 38)) * rays * power
        total += curtain.astype(np.float32) * np.float32(0.62 - 0.1 * n)
        hem += (
            np.exp(-(((d + 0.012) / 0.02) ** 2)) * rays * power * 0.25 + np.clip(d, 0, 1) * curtain * 0.9
        ).astype(np.float32)
    del x
    size = (scene.width, int(scene.horizon))
    scene.shine(flat(colour("#3dffa0")), np.clip(resize(total, *size), 0, 1))
    scene.shine(flat(colour("#b45cff")), np.clip(resize(hem, *size), 0, 1))


def northern_lights(scene: Scene) -> None:
    """Paint the aurora where it was asked for."""
    if scene.wants("aurora"):
        aurora(scene)


def hills(scene: Scene) -> None:
    """Paint rolling hills with hedges of trees, one behind another."""
    light = scene.light
    h, u = scene.horizon, scene.unit
    blue = mix(light.ground(colour("#5c7a78"), 0.4), light.haze, min(0.95, 0.6 * light.air**0.3))
    terrain.ridge(scene, "far", h - u * 0.0, u * 0.13, u * 0.6, blue, light.haze, 4, 0.45)
    rng = scene.rng("hills")
    land = terrain.ground(tile(rng, 4.4, 1.5, 40), scene, 20.0)
    autumn = scene.palette == "autumn"
    skin = Skin(
        colour("#b8a24a" if autumn else "#8fb24a"),
        colour("#8a7a3a" if autumn else "#5f8c3c"),
        0.5,
        None,
        0.6,
        (0.05, 0.5),
        1.1,
        0.0,
        0.14,
        11.0,
    )
    view = View(near=0.16, far=1.8, eye=2.3, tall=0.040, wide=0.22, top=h + u * 0.01, deep=0.6)
    terrain.show(scene, land, view, skin, 360, None, (float(rng.random()), float(rng.random())))


def trees(scene: Scene) -> None:
    """Round trees: a hedge far off, a few nearer to the sides."""
    rng = scene.rng("trees")
    light, u = scene.light, scene.unit
    autumn = scene.palette == "autumn"
    leaf, glow = ("#8a4a1e", "#dc8a34") if autumn else ("#2f5a2c", "#86ab46")
    for base, size, haze, count, inner in (
        (0.05, 0.055, 0.45, 22, 0.0),
        (0.11, 0.15, 0.22, 6, 0.4),
        (0.26, 0.52, 0.0, 2, 0.74),
    ):
        dark = mix(light.ground(colour(leaf), 0.12), light.haze, haze)
        lit = mix(light.ground(colour(glow), 0.55 if light.low else 0.75), light.haze, haze)
        for n in range(count):
            x = rng.random()
            aside = inner + (1 - inner) * rng.random()
            if inner:
                x = 0.5 + (aside if n % 2 else -aside) / 2
            tall = size * u * rng.uniform(0.65, 1.1)
            foot = scene.horizon + base * u + rng.uniform(0, 0.15) * size * u
            plants.broadleaf(scene, rng, x * scene.width, foot, tall, dark, lit)


def grasses(scene: Scene) -> None:
    """Tall grass and flowers at the lower edge, out of focus."""
    rng = scene.rng("grass")
    light, u = scene.light, scene.unit
    autumn = scene.palette == "autumn"
    dark = light.ground(colour("#5a4a1e" if autumn else "#2f5224"), 0.3)
    lit = light.ground(colour("#d8b45c" if autumn else "#a9c85a"), 0.8)
    density = scene.width / u
    for top, foot, tall, count, soft in ((0.86, 0.94, 0.09, 420, 0.6), (0.93, 1.04, 0.17, 330, 2.0)):
        plants.grass(
            scene,
            rng,
            scene.height * top,
            scene.height * foot + u * 0.03,
            u * tall,
            dark,
            lit,
            int(count * density),
            soft * u / 720,
            0.55,
        )
    if not scene.wants("flowers", otherwise=bool(rng.random() < 0.7)):
        return
    tones = [colour(c) for c in ("#e8483c", "#f4f0e8", "#f2c83c", "#8a6ad8", "#f08ab4")]
    pick = rng.permutation(5)[:3]
    for size, soft, count in ((0.006, 0.8, 70), (0.013, 3.0, 34)):
        cut = Cutout(
            scene,
            (0, scene.height * 0.74, scene.width, scene.height),
            light.ground(tones[int(pick[0])], 0.7),
            soft * u / 720,
        )
        for _ in range(int(count * density)):
            x = rng.random()
            aside = abs(x - 0.5) * 2
            y = scene.height * (1 - rng.random() * (0.06 + 0.16 * aside))
            cut.disc(
                x * scene.width,
                y,
                u * size * rng.uniform(0.6, 1.2),
                light.ground(tones[int(rng.choice(pick))], 0.85),
                0.8,
            )
        cut.paint(0.92)


MOUNTAINS = Place(
    layers=(
        ("sky", heavens),
        ("aurora", northern_lights),
        ("peaks", peaks),
        ("lake", lake),
        ("pines", pines),
        ("birds", birds),
    ),
    horizon=0.60,
)
DESERT = Place(layers=(("sky", heavens), ("dunes", sands)), horizon=0.50)
SNOW = Place(
    layers=(("sky", heavens), ("aurora", aurora), ("snow", snowfield), ("pines", snowy_pines)), horizon=0.56
)
MEADOW = Place(
    layers=(("sky", heavens), ("hills", hills), ("trees", trees), ("grass", grasses), ("birds", birds)),
    horizon=0.50,
)
